"""What is printed for a ballot meeting."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from appraisal.models import BallotMeeting
from members import policy
from members.access import about, scope_of
from members.errors import Refused
from members.naming import file_name
from reports.desk.services.ballot_papers import KINDS, ballot_pdf
from reports.desk.views.sent import pdf_response


@about(policy.RECORDS)
@require_safe
def ballot_print(request: HttpRequest, meeting: int, kind: str) -> HttpResponse:
    """The ballot paper, the tellers' sheet or the opinion sheet of a meeting as PDF."""
    readable = BallotMeeting.objects.readable_by(scope_of(request)).select_related("organisation")
    held = get_object_or_404(readable, pk=meeting)
    if kind not in KINDS:
        raise Http404
    try:
        page = ballot_pdf(held, kind, on=scope_of(request).on)
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("ballot", code=held.organisation.code, year=held.year)
    for warning in page.warnings:
        messages.warning(request, warning)
    return pdf_response(file_name(KINDS[kind], held.organisation.name, held.year), page)
