"""A member's page, and the member's points card."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members import policy
from members.access import about, by_of, scope_of
from members.errors import OutOfScope, Refused
from members.models import Member
from members.naming import file_name
from reports.desk.forms import BegunYearForm
from reports.desk.services import course
from reports.desk.services import person as page
from reports.desk.services.words import STATUS, STATUS_EXPLAINED
from reports.desk.views.sent import pdf_response
from reports.periods import Period
from reports.services.printing import card_pdf
from reports.tables import points
from scoring.services.scores import NoScheme

YEARS_OFFERED = 4


@about(policy.FIGURES)
@require_safe
def member(request: HttpRequest, number: str) -> HttpResponse:
    """Where a member stands in a year: as of today in the running one, else as of the year's end."""
    scope = scope_of(request)
    found = get_object_or_404(Member.objects.visible_to(scope), number=number)
    form = BegunYearForm(request.GET, today=scope.on)
    roster = page.roster(found, scope)
    context: dict[str, Any] = {
        "member": found,
        "form": form,
        "roster": roster,
        "trail": [{"label": found.name}],
        "writable": policy.may_write_seen(scope, found),
        "today": scope.on,
        "problems": [],
    }
    if roster.now is not None:
        organisation = roster.now.organisation
        url = reverse("branch_scores", args=[organisation.code])
        context["trail"].insert(0, {"label": organisation.name, "url": url})
    if form.is_valid():
        context |= _year(request, found, form.cleaned_data["year"])
    return render(request, "desk/person.html", context)


def _year(request: HttpRequest, member: Member, year: int) -> dict[str, Any]:
    """What the page says of one year."""
    scope = scope_of(request)
    as_of = scope.on if year == scope.on.year else date(year, 12, 31)
    said: dict[str, Any] = {
        "year": year,
        "as_of": as_of,
        "choices": _choices(year, scope.on),
        "cards": page.cards(year, scope.on),
    }
    try:
        standing = page.standing(member=member, year=year, as_of=as_of, scope=scope)
    except NoScheme as error:
        return {**said, "problems": error.messages}
    said["years_before"] = course.years_before(member=member, year=year, scope=scope)
    if standing is None:
        day = date_format(as_of)
        problem = _("The member held no posting on %(day)s, so there is no score.") % {"day": day}
        return {**said, "problems": [problem]}
    status, going = standing.found.result.status, standing.going
    return {
        **said,
        "standing": standing,
        "pace": points(going.pace) if going is not None and going.pace is not None else "",
        "care": page.care(member) if standing.in_care else None,
        "status": STATUS[status],
        "status_explained": STATUS_EXPLAINED[status],
    }


def _choices(year: int, today: date) -> list[dict[str, object]]:
    """The running year and those before it."""
    years = sorted({year, *range(today.year - YEARS_OFFERED + 1, today.year + 1)})
    return [{"label": str(one), "query": f"?year={one}", "current": one == year} for one in years]


@about(policy.FIGURES)
@require_safe
def member_card(request: HttpRequest, number: str) -> HttpResponse:
    """The points card of a period as PDF; without one that of the year, without a year the running one."""
    scope = scope_of(request)
    found = get_object_or_404(Member.objects.visible_to(scope), number=number)
    asked = request.GET.get("period") or request.GET.get("year") or str(scope.on.year)
    try:
        period = Period.parse(asked)
        card = card_pdf(member=found, period=period, by=by_of(request))
    except OutOfScope:
        raise Http404 from None
    except Refused as refusal:
        for message in refusal.messages:
            messages.error(request, message)
        return redirect("member", number=found.number)
    for warning in card.warnings:
        messages.warning(request, warning)
    return pdf_response(file_name(_("Points card"), found.name, found.number, period.title), card)
