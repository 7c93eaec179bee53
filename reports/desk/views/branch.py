"""The scores of a branch: as a page, as a workbook, printed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import policy
from members.access import about, by_of, scope_of
from members.errors import OutOfScope, Refused
from members.models import Organisation
from members.naming import file_name
from members.text import listed
from reports.desk.forms import ScoresForm
from reports.desk.services import branch, choosing, notices, units
from reports.desk.services.choosing import Choice
from reports.desk.services.printable import TITLES, Offering, orders, printable
from reports.desk.services.words import GOING
from reports.desk.views.days import choices
from reports.desk.views.sent import file_response, format_of, order_of, workbook_response
from reports.periods import Period
from reports.services.printing import PageKind, page_file
from reports.services.settings import SettingsBook
from scoring.services.scores import NoScheme


@about(policy.FIGURES)
@require_safe
def branch_scores(request: HttpRequest, code: str) -> HttpResponse:
    """The scores of an organisation and all below it, or of itself alone where that would be too many."""
    scope = scope_of(request)
    organisation = get_object_or_404(Organisation.objects.readable_by(scope), code=code)
    form = ScoresForm(request.GET, today=scope.on)
    context: dict[str, Any] = {
        "organisation": organisation,
        "form": form,
        "trail": [{"label": organisation.name}],
        "units": [],
        "blanks": "",
        "below": [],
        "several": False,
        "occasions": [],
        "problems": [],
    }
    if form.is_valid():
        choice: Choice = form.cleaned_data["choice"]
        year, as_of = choice.year, choice.as_of
        alone = units.crowded(organisation, as_of)
        places = units.below([organisation], as_of) if alone else []
        context |= {"choice": choice, "year": year, "as_of": as_of}
        context |= {"choices": choices(year, as_of, scope.on)}
        context |= {"below": places[1:], "alone": len(places) > 1}
        context["writable"] = scope.may_write(organisation)
        try:
            found = branch.scores(organisation=organisation, choice=choice, scope=scope, alone=alone)
            chips = choosing.chips(choice, found.categories, _("Everybody"), GOING)
            context |= {"units": found.units, "chips": chips, "several": alone or len(found.units) > 1}
        except NoScheme as error:
            context["problems"] = error.messages
        if not (alone or organisation.is_group):
            # Of several units the notices are printed together, so what is kept of one is not offered.
            kept = [] if context["several"] else notices.in_force(organisation, year)
            pages = printable(year, scope.on, kept, choice.listed)
            context["occasions"] = Offering(
                organisation, scope.on, issuing=context["writable"], several=context["several"]
            ).occasions(pages)
        if context["occasions"]:
            book = SettingsBook()
            context["orders"] = orders(book.terms(organisation).order, choice)
            if context["writable"]:
                printing = [organisation, *(unit.organisation for unit in context["units"])]
                context["blanks"] = listed(book.blanks(printing))
    return render(request, "desk/branch_scores.html", context)


@about(policy.FIGURES)
@require_safe
def branch_workbook(request: HttpRequest, code: str) -> HttpResponse:
    """The scores that the branch's page shows, as a workbook; what cannot be shown there is told there."""
    scope = scope_of(request)
    organisation = get_object_or_404(Organisation.objects.readable_by(scope), code=code)
    form = ScoresForm(request.GET, today=scope.on)
    tables = []
    if form.is_valid():
        choice: Choice = form.cleaned_data["choice"]
        alone = units.crowded(organisation, choice.as_of)
        with suppress(NoScheme):
            tables = branch.scores(organisation=organisation, choice=choice, scope=scope, alone=alone).units
    if not tables:
        page = reverse("branch_scores", args=[organisation.code])
        return redirect(f"{page}?{request.GET.urlencode()}")
    header, rows = branch.sheet(tables)
    title = _("Scores")
    name = file_name(title, organisation.name, choice.as_of.isoformat())
    return workbook_response(name, title, header, rows)


@about(policy.NOTICES)
@require_http_methods(["GET", "HEAD", "POST"])
def branch_print(request: HttpRequest, code: str) -> HttpResponse:
    """A page in a format; only a POST issues a notice, and only where none is in force.

    With `alone` said, that of this one organisation and of none below it. The `order` of the members
    is the organisation's where none is said; with `names=none` blank forms have empty lines.
    """
    organisation = get_object_or_404(Organisation.objects.readable_by(scope_of(request)), code=code)
    given = request.POST if request.method == "POST" else request.GET
    try:
        kind, period = _asked(given.get("kind", ""), given.get("period", ""))
        order = order_of(given.get("order", ""))
        alone = given.get("alone") == "1"
        if not alone:
            _refuse_crowds(organisation, period)
        page = page_file(
            organisation=organisation,
            period=period,
            by=by_of(request),
            kind=kind,
            issue=request.method == "POST",
            alone=alone,
            order=order,
            named=given.get("names") != "none",
            format=format_of(request),
        )
    except OutOfScope:
        raise Http404 from None
    except Refused as refusal:
        for message in refusal.messages:
            messages.error(request, message)
        return redirect("branch_scores", code=organisation.code)
    for warning in page.warnings:
        messages.warning(request, warning)
    return file_response(file_name(TITLES[kind], organisation.name, period.title), page)


def _asked(kind: str, period: str) -> tuple[PageKind, Period]:
    """What is to be printed. Raises Refused for a kind or a period that is none."""
    try:
        return PageKind(kind), Period.parse(period)
    except ValueError:
        raise Refused(_("Choose what to print.")) from None


def _refuse_crowds(organisation: Organisation, period: Period) -> None:
    """Raise Refused for more members than can be printed while somebody waits."""
    places = units.below([organisation], period.last)
    if len(places) > 1 and units.too_many(places):
        raise Refused(_("There are too many members below for one print. Print unit by unit."))
