"""The analysis of a branch or a subtree: on screen, and its tables as workbooks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members import policy
from members.access import about, scope_of
from members.models import Organisation
from members.naming import file_name
from members.scope import Scope
from reports.desk.forms import AnalysisForm
from reports.desk.services import units
from reports.desk.services.analysis.asked import Asked, Show
from reports.desk.services.analysis.page import Analysis, analysis
from reports.desk.services.choosing import Chip
from reports.desk.views.days import choices
from reports.desk.views.sent import workbook_response
from scoring.services.scores import CHUNK, NoScheme


@about(policy.FIGURES)
@require_safe
def branch_analysis(request: HttpRequest, code: str) -> HttpResponse:
    """How an organisation and all below it have come so far; of many members one part at a time."""
    scope = scope_of(request)
    organisation = get_object_or_404(Organisation.objects.readable_by(scope), code=code)
    form = AnalysisForm(request.GET, today=scope.on)
    scores = reverse("branch_scores", args=[organisation.code])
    context: dict[str, Any] = {
        "organisation": organisation,
        "form": form,
        "trail": [{"label": organisation.name, "url": scores}, {"label": _("Analysis")}],
        "problems": [],
        "too_many": False,
        "made": None,
    }
    if form.is_valid():
        asked: Asked = form.cleaned_data["asked"]
        context |= {"asked": asked, "year": asked.year, "as_of": asked.as_of}
        context |= {"choices": choices(asked.year, asked.as_of, scope.on)}
        context |= _found(organisation, asked, scope)
    return render(request, "desk/analysis/page.html", context)


@about(policy.FIGURES)
@require_safe
def analysis_workbook(request: HttpRequest, code: str) -> HttpResponse:
    """A table of the analysis, as the page shows it, as a workbook; one that is not there is told there."""
    scope = scope_of(request)
    organisation = get_object_or_404(Organisation.objects.readable_by(scope), code=code)
    form = AnalysisForm(request.GET, today=scope.on)
    made: Analysis | None = None
    key = request.GET.get("table", "indicators")
    if form.is_valid():
        made = _found(organisation, form.cleaned_data["asked"], scope).get("made")
    table = made.table(key) if made else None
    if table is None:
        page = reverse("branch_analysis", args=[organisation.code])
        return redirect(f"{page}?{request.GET.urlencode()}")
    name = file_name(table.title, organisation.name, form.cleaned_data["as_of"].isoformat())
    return workbook_response(name, str(table.title), *table.sheet())


def _found(organisation: Organisation, asked: Asked, scope: Scope) -> dict[str, Any]:
    """The analysis, or why there is none: too many members, or no scheme."""
    if units.posted(organisation, asked.as_of) > CHUNK:
        listed = units.below([organisation], asked.as_of)
        return {"too_many": True, "below": listed[1:]}
    many = units.crowded(organisation, asked.as_of)
    try:
        made = analysis(organisation=organisation, asked=asked, scope=scope, many=many)
    except NoScheme as error:
        return {"problems": error.messages}
    return {"made": made, "many": many, "chips": _chips(asked) if many else []}


def _chips(asked: Asked) -> list[Chip]:
    titles = {
        Show.COURSE: _("Course and outlook"),
        Show.QUARTERS: _("Quarter by quarter"),
        Show.RUSH: _("Rush watch"),
    }
    now = asked.show or Show.COURSE
    return [Chip(title, asked.query(show=str(way), order=""), way == now) for way, title in titles.items()]
