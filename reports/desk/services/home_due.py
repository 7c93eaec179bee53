"""What is due in a branch: pages to print, dues to record, members to be appraised, the year to submit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appraisal.models import Snapshot
from appraisal.rules.annual import Status
from appraisal.services.results import results
from members.models import Member, Organisation, Posting, YearLock
from members.scope import Scope
from members.text import listed
from reports.desk.services.ballots_due import unfinished
from reports.desk.services.notices import over, to_do
from reports.desk.services.printable import TITLES
from reports.desk.services.units import below
from reports.desk.services.yearly.at_hand import year_at_hand
from reports.desk.services.yearly.waiting import to_submit
from reports.enums import NoticeKind
from reports.periods import Length, Period
from reports.services.hanging import posted_in
from reports.services.printing import PageKind
from scoring.services.dues import unrecorded
from scoring.services.effective import upwards
from scoring.services.scores import NoScheme
from scoring.services.standards import StandardsBook, governing

NAMED = 3
"""So many units or members are named; of more the number is told."""
APPRAISED_FROM, APPRAISED_UNTIL = 12, 3
"""The months in which appraisals of a year are missed: from its December to March of the next."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due, why, and where it is done; `late` where it should have been done and is not."""

    title: str
    note: str
    url: str
    late: bool


def due(organisation: Organisation, scope: Scope, book: StandardsBook, *, crowded: bool) -> list[Due]:
    """What is due in an organisation whose records the scope keeps, as of the scope's day.

    `book` is that of the day's year. Of a crowded organisation, with more members than go on one page, only
    what is printed.
    """
    found = [
        *_summary(organisation, scope.on, book),
        *_notices(organisation, scope, book),
        *_years(organisation, scope.on),
    ]
    if not crowded:
        found += [
            *_dues(organisation, scope, book),
            *_ballots(organisation, scope),
            *_appraisals(organisation, scope),
        ]
    return sorted(found, key=lambda one: not one.late)


def _summary(organisation: Organisation, on: date, book: StandardsBook) -> Iterator[Due]:
    """The summary of the quarter; in a quarter's first month that of the one before, final only now.

    Nothing records that a summary was printed, so it is not called late.
    """
    first_month = on.month % 3 == 1
    day = on.replace(day=1) - timedelta(1) if first_month else on
    period = Period(day.year, Length.QUARTER, (day.month + 2) // 3)
    there = Posting.objects.on(day).filter(organisation__path__startswith=organisation.path)
    if organisation.is_group or not there.exists() or not _governed(organisation, period.year, book):
        return
    note = (
        _("The quarter is over: its figures are final.")
        if first_month
        else _("The figures are provisional until %(day)s.") % {"day": date_format(period.last)}
    )
    yield Due(_titled(PageKind.SUMMARY, period), note, _printing(organisation, period.year), False)


def _notices(organisation: Organisation, scope: Scope, book: StandardsBook) -> Iterator[Due]:
    """The notices of the last half-year that is over and of the last year: to issue, post, archive."""
    wanted = over(scope.on)
    year, day = wanted[0].period.year, wanted[0].period.last
    units = [unit.organisation for unit in below([organisation], day) if unit.members]
    if not units or not _governed(organisation, year, book):
        return
    for todo in to_do(units, scope.on):
        yield Due(todo.title, todo.note, todo.url, todo.late)
    for one in wanted:
        frozen = Snapshot.objects.settled().visible_to(scope).filter(purpose=one.kind, period=one.period.code)
        issued = set(frozen.values_list("organisation", flat=True))
        if one.kind == NoticeKind.ANNUAL:  # what hangs already need not be issued
            issued |= posted_in(one.period.year).keys()
        missing = [unit.name for unit in units if unit.pk not in issued]
        if missing:
            note = _("Over since %(day)s, and not issued yet.") % {"day": date_format(day)}
            if len(units) > 1:
                note += " " + _named(missing)
            page = _titled(PageKind(one.kind), one.period)
            yield Due(page, note, _printing(organisation, year), True)


def _years(organisation: Organisation, on: date) -> Iterator[Due]:
    """What is to be done about the years of the units: submitted, posted, objections answered."""
    units = [
        unit.organisation for unit in below([organisation], date(year_at_hand(on), 12, 31)) if unit.members
    ]
    for one in to_submit(units, on):
        yield Due(one.title, one.note, one.url, True)


def _dues(organisation: Organisation, scope: Scope, book: StandardsBook) -> Iterator[Due]:
    """Months that are over and of which the dues of somebody whose role asks for them are not recorded."""
    last = scope.on.replace(day=1) - timedelta(1)
    known = book if book.year == last.year else StandardsBook.for_year(last.year)
    for indicator, missing in unrecorded(
        organisation=organisation, year=last.year, upto=last.month, scope=scope, book=known
    ):
        told = [
            ngettext("%(month)s (%(count)s member)", "%(month)s (%(count)s members)", count)
            % {"month": MONTHS[month], "count": count}
            for month, count in missing.items()
            if count
        ]
        if told:
            yield Due(
                _("%(indicator)s: months not recorded") % {"indicator": indicator.name},
                listed(told),
                f"{reverse('dues_grid', args=[organisation.code, last.year])}?indicator={indicator.code}",
                True,
            )


def _ballots(organisation: Organisation, scope: Scope) -> Iterator[Due]:
    """Ballots that were held and whose count is not confirmed."""
    for one in unfinished(organisation, scope):
        title = _("%(organisation)s: ballot of %(year)s") % {
            "organisation": one.meeting.organisation.name,
            "year": one.meeting.year,
        }
        yield Due(title, one.note, one.url, True)


def _appraisals(organisation: Organisation, scope: Scope) -> Iterator[Due]:
    """Around the end of a year, who is asked for on the ballot of that year and has no votes recorded."""
    if scope.on.month >= APPRAISED_FROM:
        year = scope.on.year
    elif scope.on.month <= APPRAISED_UNTIL:
        year = scope.on.year - 1
    else:
        return
    seen = set(Member.objects.visible_to(scope).values_list("pk", flat=True))
    closed = set(YearLock.objects.filter(year=year, member__in=seen).values_list("member", flat=True))
    try:
        units = list(results(year=year, as_of=date(year, 12, 31), within=organisation))
    except NoScheme:
        return
    missing = [
        result.score.name
        for unit in units
        for result in unit.results
        if result.status == Status.NOT_APPRAISED
        and result.lies_in(organisation)
        and result.score.member_id in seen - closed
    ]
    if missing:
        yield Due(
            _("Democratic appraisal of %(year)s: votes not recorded") % {"year": year},
            _named(missing),
            _ballot(organisation, year),
            True,
        )


def _ballot(organisation: Organisation, year: int) -> str:
    """Where the votes of a year come in: by the branch's ballot; a group has none of its own."""
    if organisation.is_group:
        return reverse("admin:appraisal_tally_changelist")
    return reverse("ballot", args=[organisation.code, year])


def _governed(organisation: Organisation, year: int, book: StandardsBook) -> bool:
    """Whether a scheme was in force there: without one there are no figures to print."""
    if year == book.year:
        return book.scheme(organisation.path) is not None
    schemes = governing(year)
    return any(path in schemes for path in upwards(organisation.path))


def _titled(kind: PageKind, period: Period) -> str:
    return _("%(page)s: %(period)s") % {"page": TITLES[kind], "period": period.title}


def _printing(organisation: Organisation, year: int) -> str:
    return f"{reverse('branch_scores', args=[organisation.code])}?year={year}#print"


def _named(names: list[str]) -> str:
    """The names, or the first of them and how many there are in all."""
    if len(names) <= NAMED:
        return listed(names)
    return _("%(names)s and others, %(count)s in all") % {
        "names": listed(names[:NAMED]),
        "count": len(names),
    }
