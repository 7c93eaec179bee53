"""The sheet that is signed at the door."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members import policy
from members.access import about, scope_of
from members.naming import file_name
from reports.desk.services import sign_in
from reports.desk.views.sent import pdf_response
from scoring.models import Activity


@about(policy.RECORDS)
@require_safe
def sign_in_sheet(request: HttpRequest, activity: int) -> HttpResponse:
    """The list of who is expected at an activity as PDF, to be signed."""
    scope = scope_of(request)
    visible = Activity.objects.visible_to(scope).select_related("organisation", "kind")
    held = get_object_or_404(visible, pk=activity)
    page = sign_in.sign_in_pdf(held, scope)
    name = file_name(_("Sign-in sheet"), held.title, held.organisation.name, held.date.isoformat())
    return pdf_response(name, page)
