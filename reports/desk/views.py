"""The desk's pages: the first page, the scores of a branch, the derivation of one member's score."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members.access import by_of, scope_of
from members.errors import OutOfScope, Refused
from members.models import Member, Organisation, User
from reports.desk.forms import DayForm
from reports.desk.services import branch
from reports.desk.services import home as first_page
from reports.desk.services.derivation import derive
from reports.desk.services.printable import file_name, printable
from reports.desk.services.words import STATUS, STATUS_EXPLAINED
from reports.periods import Period
from reports.services.printing import PageKind, page_pdf
from scoring.services.scores import NoScheme

QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    scope = scope_of(request)
    shown = first_page.home(cast(User, request.user), scope, scope.on)
    return render(request, "desk/home.html", {"home": shown, "today": scope.on})


@require_safe
def branch_scores(request: HttpRequest, code: str) -> HttpResponse:
    """The scores of an organisation and all below it, or of itself alone where that would be too many."""
    scope = scope_of(request)
    organisation = get_object_or_404(Organisation.objects.readable_by(scope), code=code)
    form = DayForm(request.GET, today=scope.on)
    context = {
        "organisation": organisation,
        "form": form,
        "trail": [{"label": organisation.name}],
        "units": [],
        "below": [],
        "problems": [],
    }
    if form.is_valid():
        year, as_of = form.cleaned_data["year"], form.cleaned_data["as_of"]
        listed = branch.below([organisation], as_of)
        alone = sum(unit.members for unit in listed) > branch.MOST_ROWS
        context |= {"year": year, "as_of": as_of, "choices": choices(year, as_of, scope.on)}
        context |= {"below": listed[1:], "alone": alone and len(listed) > 1}
        context |= {
            "printables": [] if alone or organisation.is_group else printable(year, scope.on),
            "today": scope.on,
        }
        context |= {"writable": scope.may_write(organisation)}
        try:
            context["units"] = branch.scores(
                organisation=organisation, year=year, as_of=as_of, scope=scope, alone=alone
            )
        except NoScheme as error:
            context["problems"] = error.messages
    return render(request, "desk/branch_scores.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def branch_print(request: HttpRequest, code: str) -> HttpResponse:
    """A summary or a notice as PDF; only a POST issues a notice, that is, freezes its figures."""
    organisation = get_object_or_404(Organisation.objects.readable_by(scope_of(request)), code=code)
    given = request.POST if request.method == "POST" else request.GET
    try:
        kind, period = _asked(given.get("kind", ""), given.get("period", ""))
        _refuse_crowds(organisation, period)
        page = page_pdf(
            organisation=organisation,
            period=period,
            by=by_of(request),
            kind=kind,
            issue=request.method == "POST",
        )
    except OutOfScope:
        raise Http404 from None
    except Refused as refusal:
        for message in refusal.messages:
            messages.error(request, message)
        return redirect("branch_scores", code=organisation.code)
    for warning in page.warnings:
        messages.warning(request, warning)
    name = file_name(organisation.code, kind, period)
    return HttpResponse(
        page.pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked(kind: str, period: str) -> tuple[PageKind, Period]:
    """What is to be printed. Raises Refused for a kind or a period that is none."""
    try:
        return PageKind(kind), Period.parse(period)
    except ValueError:
        raise Refused(_("Choose what to print.")) from None


def _refuse_crowds(organisation: Organisation, period: Period) -> None:
    """Raise Refused for more members than can be printed while somebody waits."""
    listed = branch.below([organisation], period.last)
    if len(listed) > 1 and sum(unit.members for unit in listed) > branch.MOST_ROWS:
        raise Refused(_("There are too many members below for one print. Print unit by unit."))


@require_safe
def member_scores(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Why a member has the score of a year: the derivation from the entries up to the grade."""
    scope = scope_of(request)
    member = get_object_or_404(Member.objects.visible_to(scope), number=number)
    form = DayForm({"year": year, "as_of": request.GET.get("as_of", "")}, today=scope.on)
    context = {
        "member": member,
        "form": form,
        "year": year,
        "trail": [{"label": member.name}],
        "problems": [],
    }
    if form.is_valid():
        as_of = form.cleaned_data["as_of"]
        context |= {"as_of": as_of, "choices": choices(year, as_of, scope.on)}
        try:
            context |= _derived(request, member, year, as_of)
        except NoScheme as error:
            context["problems"] = error.messages
    return render(request, "desk/member_scores.html", context)


def _derived(request: HttpRequest, member: Member, year: int, as_of: date) -> dict[str, object]:
    scope = scope_of(request)
    writable = Member.objects.writable_by(scope).filter(pk=member.pk).exists()
    found = derive(member=member, year=year, as_of=as_of, scope=scope, writable=writable)
    if found is None:
        day = date_format(as_of)
        return {
            "problems": [_("The member held no posting on %(day)s, so there is no score.") % {"day": day}]
        }
    trail: list[dict[str, str]] = [{"label": member.name}]
    if scope.may_read(found.organisation):
        url = reverse("branch_scores", args=[found.organisation.code]) + f"?year={year}"
        trail.insert(0, {"label": found.organisation.name, "url": url})
    status = found.result.status
    return {
        "found": found,
        "writable": writable,
        "trail": trail,
        "status": STATUS[status],
        "status_explained": STATUS_EXPLAINED[status],
    }


def choices(year: int, as_of: date, today: date) -> list[dict[str, object]]:
    """The days asked for most: today, the ends of quarters that are over, the end of the year."""
    days = [date(year, month, day) for month, day in QUARTER_ENDS]
    offered = {day: date_format(day, "MONTH_DAY_FORMAT") for day in days if day <= today or day.month == 12}
    if today.year == year:
        offered[today] = _("Today")
    return [
        {"label": label, "query": f"?year={year}&as_of={day.isoformat()}", "current": day == as_of}
        for day, label in sorted(offered.items())
    ]
