"""What first pages say of the annual review: what a branch has to do, what a committee has to decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, Window
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appraisal.enums import YearState
from appraisal.models import BranchYear, Case, Objection
from members.models import Organisation
from members.text import listed
from reports.desk.services.yearly.at_hand import year_at_hand

NAMED = 3
"""Of more units than these that are to be submitted there is one line for all."""
CASES = 5
"""So many open cases are named on the first page; the register has them all."""
SUBMITTED_UNTIL = 6
"""Until this month a branch is reminded to submit the year before."""


@dataclass(frozen=True, slots=True)
class ToDo:
    """What is to be done about a unit's year, why, and where."""

    title: str
    note: str
    url: str


def to_submit(units: Sequence[Organisation], on: date) -> Iterator[ToDo]:
    """What those who keep these units have to do about their years: one query.

    The year at hand is to be submitted; what was submitted is to be posted, and objections to it answered.
    """
    year = year_at_hand(on)
    waits = Objection.objects.filter(branch_year=OuterRef("pk")).unanswered()
    rows = BranchYear.objects.filter(organisation__in=units).filter(
        Q(year=year) | Q(state__in=(YearState.SUBMITTED, YearState.RETURNED)) | ~Q(reason="")
    )
    stored = list(
        rows.annotate(objected=Exists(waits)).select_related("organisation").order_by("organisation__path")
    )
    known = {row.organisation_id for row in stored if row.year == year}
    if on.month <= SUBMITTED_UNTIL or year == on.year:
        lacking = [unit for unit in units if unit.pk not in known]
        if len(lacking) > NAMED:
            title = _("Annual review of %(year)s: to be submitted") % {"year": year}
            yield ToDo(title, listed(unit.name for unit in lacking), _page(lacking[0], year))
        else:
            for unit in lacking:
                yield ToDo(_titled(unit, year), _("To be submitted to the committee."), _page(unit, year))
    for row in stored:
        for note, anchor in _wanted(row):
            unit = row.organisation
            yield ToDo(_titled(unit, row.year), note, _page(unit, row.year) + anchor)


def to_decide(organisations: Iterable[Organisation], on: date) -> list[ToDo]:
    """The years in these subtrees on which a committee may decide now: one query."""
    within = Q(pk__in=[])
    for one in organisations:
        within |= Q(organisation__path__startswith=one.path)
    waits = Objection.objects.filter(branch_year=OuterRef("pk")).unanswered()
    rows = BranchYear.objects.filter(within, state=YearState.SUBMITTED, publicity_until__lt=on)
    found = rows.exclude(Exists(waits)).select_related("organisation").order_by("organisation__path")
    return [
        ToDo(
            _titled(row.organisation, row.year),
            _("Publicity ended on %(day)s; no objection is open.")
            % {"day": date_format(row.publicity_until)},
            reverse("branch_review", args=[row.organisation.code, row.year]),
        )
        for row in found
    ]


@dataclass(frozen=True, slots=True)
class Cases:
    """How many cases of unqualified members wait for a filing, and those that have waited longest."""

    number: int = 0
    longest: Sequence[ToDo] = ()


def open_cases(organisations: Iterable[Organisation]) -> Cases:
    """The cases in these subtrees that a committee has still to file, or to have handled: one query."""
    within = Q(pk__in=[])
    for one in organisations:
        within |= Q(branch_year__organisation__path__startswith=one.path)
    rows = Case.objects.open().filter(within).select_related("member", "branch_year__organisation")
    found = list(rows.annotate(number=Window(Count("pk"))).order_by("opened_on", "pk")[:CASES])
    longest = [
        ToDo(
            f"{one.member.name} · {one.branch_year.organisation.name} · {one.year}",
            (_("Opened on %(day)s; the case is to be filed.")
             if one.filed_on is None
             else _("Opened on %(day)s; its handling is to be filed."))
            % {"day": date_format(one.opened_on)},
            reverse("case", args=[one.pk]),
        )
        for one in found
    ]  # fmt: skip
    return Cases(found[0].number if found else 0, longest)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many years of a committee's branches are submitted, of them objected to and ripe, and returned."""

    submitted: int
    objected: int
    returned: int
    ripe: int

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.submitted or self.returned)


def progress(organisations: Iterable[Organisation], year: int, on: date) -> Progress:
    """How far the year of the branches in these subtrees is: one query."""
    within = Q(pk__in=[])
    for one in organisations:
        within |= Q(organisation__path__startswith=one.path)
    waits = Objection.objects.filter(branch_year=OuterRef("pk")).unanswered()
    rows = BranchYear.objects.of_year(year).filter(within).annotate(waits=Exists(waits))
    submitted = Q(state=YearState.SUBMITTED)
    counted = rows.aggregate(
        submitted=Count("pk", filter=submitted),
        objected=Count("pk", filter=submitted & Q(waits=True)),
        returned=Count("pk", filter=Q(state=YearState.RETURNED)),
        ripe=Count("pk", filter=submitted & Q(waits=False, publicity_until__lt=on)),
    )
    return Progress(**counted)


def _wanted(row: BranchYear) -> Iterator[tuple[str, str]]:
    """What a stored year wants of its branch, and where on its page."""
    if row.state == YearState.RETURNED:
        yield _("Returned by the committee: read the reason, correct, and submit again."), ""
    elif row.state == YearState.OPEN:
        yield _("Reopened by the committee: read the reason, correct, and submit again."), ""
    elif row.state == YearState.SUBMITTED:
        if row.posted_on is None:
            yield _("Submitted: the annual notice is to be posted."), "#notice"
        if row.objected:  # type: ignore[attr-defined]
            yield _("An objection is to be answered."), "#objections"


def _titled(unit: Organisation, year: int) -> str:
    return _("%(organisation)s: annual review of %(year)s") % {"organisation": unit.name, "year": year}


def _page(unit: Organisation, year: int) -> str:
    return reverse("branch_year", args=[unit.code, year])
