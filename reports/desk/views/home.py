"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members import policy
from members.access import about, duties_of, scope_of
from reports.desk.resources import sheet_links
from reports.desk.services import home as first_page


@about(policy.SIGNED_IN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page after signing in; with `pace` asked for, the branches below are scored for it."""
    scope = scope_of(request)
    paced, by_pace = "pace" in request.GET, request.GET.get("order") == "pace"
    shown = first_page.home(duties_of(request), scope, paced=paced, by_pace=by_pace)
    context = {"home": shown, "today": scope.on, "sheets": sheet_links() if shown.kept else []}
    return render(request, "desk/home.html", context)
