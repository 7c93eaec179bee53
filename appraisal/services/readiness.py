"""What a branch's year lacks before it is submitted, and what is unusual in it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from appraisal.enums import CountState, Missing, Purpose, TallySource, Unusual
from appraisal.models import BallotMeeting, Count, Objection, Snapshot, Tally
from appraisal.rules.annual import Status
from appraisal.services.held_back import held_back
from appraisal.services.results import Result, UnitResults, results
from appraisal.services.rush import rush
from appraisal.services.snapshots import lines
from members.models import Organisation, Posting
from scoring.enums import BandCode
from scoring.models import Entry
from scoring.rules.spans import Span
from scoring.rules.terms import Kind
from scoring.services import checks
from scoring.services.scores import NoScheme

HALF_YEARS = (("H1", 6, 30), ("H2", 12, 31))
"""A year has two notices, each for a period `2026H1`, `2026H2` that ends on this month and day."""


class Person(NamedTuple):
    """A member as a finding names it."""

    key: int
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: a kind of `Missing` or of `Unusual`, whom it concerns, and how many it counts.

    `count` is of members, months, notices, objections, requirements or entries, as the kind has it; of RUSH
    it is whole per cent. `periods` are the codes of those without a notice. What `blocks` keeps the year from
    being submitted.
    """

    kind: str
    members: tuple[Person, ...] = ()
    count: int = 0
    blocks: bool = False
    periods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a year lacks and what is unusual in it, each kind once at most, and the results read."""

    missing: tuple[Finding, ...]
    unusual: tuple[Finding, ...]
    unit: UnitResults | None

    @property
    def blocked(self) -> bool:
        """Whether the year cannot be submitted as it is."""
        return any(one.blocks for one in self.missing)


def readiness(organisation: Organisation, year: int, today: date) -> Readiness:
    """What the unit's year lacks on the day, and what is unusual; a fixed number of queries."""
    return readiness_of(organisation, year, today, unit_of(organisation, year))


def unit_of(organisation: Organisation, year: int) -> UnitResults | None:
    """The unit's results at the year's end; None without a scheme that governs all of them."""
    try:
        return next(results(year=year, as_of=date(year, 12, 31), within=organisation, alone=True), None)
    except NoScheme:
        return None


def readiness_of(organisation: Organisation, year: int, today: date, unit: UnitResults | None) -> Readiness:
    """The same from the unit's results, where they have been read already."""
    missing = [
        *_at_all(year, today, unit),
        *_uncounted(organisation, year),
        *_unanswered(organisation, year),
    ]
    if unit is None or not unit.results:
        return Readiness(tuple(missing), (), unit)
    missing += [
        *_found(Missing.NOT_APPRAISED, _with(unit, Status.NOT_APPRAISED)),
        *_dues(unit, year, today),
        *_notices(organisation, year, today),
    ]
    return Readiness(tuple(missing), tuple(_unusual(unit, year)), unit)


def _at_all(year: int, today: date, unit: UnitResults | None) -> Iterator[Finding]:
    """What makes the results none."""
    if today < date(year, 12, 31):
        yield Finding(Missing.TOO_EARLY, blocks=True)
    if unit is None:
        yield Finding(Missing.NO_SCHEME, blocks=True)
    elif not unit.results:
        yield Finding(Missing.NOBODY, blocks=True)


def _uncounted(organisation: Organisation, year: int) -> Iterator[Finding]:
    """A count that is under way: its votes would come too late."""
    waiting = Count.objects.standing().exclude(state=CountState.CONFIRMED)
    held = BallotMeeting.objects.standing().filter(organisation=organisation, year=year)
    if waiting.filter(meeting__in=held).exists():
        yield Finding(Missing.UNCONFIRMED, count=1, blocks=True)


def _unanswered(organisation: Organisation, year: int) -> Iterator[Finding]:
    """Objections to what was submitted before: the committee cannot approve while one waits."""
    raised = Objection.objects.filter(branch_year__organisation=organisation, branch_year__year=year)
    if waiting := raised.unanswered().count():
        yield Finding(Missing.OBJECTIONS, count=waiting)


def _dues(unit: UnitResults, year: int, today: date) -> Iterator[Finding]:
    """Months past in which a member was posted, whose dues the role asks for and the ledger has no row of."""
    asked: dict[int, list[int]] = {}
    for result in unit.results:
        role = result.score.role
        monthly = [row.indicator.pk for row in role.requirements if row.indicator.kind == Kind.MONTHLY]
        if role.scored and monthly:
            asked[result.score.member_id] = monthly
    keys = list(asked) or [0]
    spans: dict[int, list[Span]] = {}
    for member, start, end in Posting.objects.filter(member__in=keys).values_list("member", "start", "end"):
        spans.setdefault(member, []).append(Span(start, end))
    rows = Entry.objects.dated(year, date(year, 12, 31)).filter(member__in=keys, indicator__kind=Kind.MONTHLY)
    there = {
        (member, indicator, day.month)
        for member, indicator, day in rows.order_by().values_list("member", "indicator", "date")
    }
    months_past = [one for one in range(1, 13) if date(year, one, monthrange(year, one)[1]) <= today]
    people, months = [], 0
    for result in unit.results:
        member = result.score.member_id
        lacking = sum(
            (member, indicator, month) not in there
            and any(checks.touches_month(span, date(year, month, 1)) for span in spans.get(member, ()))
            for indicator in asked.get(member, ())
            for month in months_past
        )
        if lacking:
            people.append(_person(result))
            months += lacking
    if months:
        yield Finding(Missing.DUES, tuple(people), months)


def _notices(organisation: Organisation, year: int, today: date) -> Iterator[Finding]:
    """Half-years that are over and of which no notice was issued: none can be before."""
    wanted = {f"{year}{half}" for half, month, day in HALF_YEARS if date(year, month, day) < today}
    frozen = Snapshot.objects.settled().filter(
        organisation=organisation, purpose=Purpose.NOTICE, period__in=wanted
    )
    lacking = wanted - set(frozen.order_by().values_list("period", flat=True))
    if lacking:
        yield Finding(Missing.NOTICES, count=len(lacking), periods=tuple(sorted(lacking)))


def _unusual(unit: UnitResults, year: int) -> Iterator[Finding]:
    found = unit.results
    yield from _found(Unusual.FAILED, (one for one in found if one.grade == BandCode.FAIL))
    yield from _found(Unusual.NO_MONTHS, _with(unit, Status.NO_MONTHS))
    yield from _found(Unusual.NOTHING_DONE, (one for one in found if _idle(one)))
    for kind, name in ((Unusual.PRESUMED, "presumed"), (Unusual.WAIVED, "waived")):
        daily = [(one, one.score.daily.lines) for one in found if one.score.daily is not None]
        marked = [(one, sum(getattr(line, name) for line in rows)) for one, rows in daily]
        people = tuple(_person(one) for one, number in marked if number)
        if people:
            yield Finding(kind, people, sum(number for _one, number in marked))
    yield from _found(Unusual.ALIKE, (one for one in found if _alike(one)))
    keys = [one.score.member_id for one in found if one.votes is not None] or [0]
    rows = Tally.objects.of_year(year).filter(member__in=keys).exclude(source=TallySource.CONFIRMED)
    elsewhere = set(rows.order_by().values_list("member", flat=True))
    yield from _found(Unusual.UNCOUNTED, (one for one in found if one.score.member_id in elsewhere))
    if unit.scheme is not None:
        by_member = {one.score.member_id: lines(one) for one in found}
        watched = rush(year=year, lines=by_member, scheme=unit.scheme, book=unit.book)
        if watched.late.part:
            yield Finding(Unusual.LATE, count=watched.late.part)
        if watched.last_weeks.percent:
            yield Finding(Unusual.RUSH, count=watched.last_weeks.percent)


def _idle(result: Result) -> bool:
    """Whether of a scored member nothing is recorded that a standard asks for, but what is presumed."""
    daily = result.score.daily
    return daily is not None and not any(
        line.done for line in daily.lines if not line.presumed and not line.waived
    )


def _alike(result: Result) -> bool:
    """Whether the votes are so few, or so much the same, that their spread is the committee's alone."""
    return result.votes is not None and held_back(result.votes, result.score.role.scheme.ballot_minimum)


def _with(unit: UnitResults, status: str) -> Iterator[Result]:
    return (one for one in unit.results if one.status == status)


def _found(kind: str, results: Iterable[Result]) -> Iterator[Finding]:
    people = tuple(_person(one) for one in results)
    if people:
        yield Finding(kind, people, len(people))


def _person(result: Result) -> Person:
    score = result.score
    return Person(score.member_id, score.number, score.name)
