"""What a committee looks at before it approves a branch's year, from what was submitted and the ledger."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from appraisal.enums import CountState, TallySource, Warned
from appraisal.models import BallotMeeting, BranchYear, Objection, ReviewSettings, SnapshotRow, Tally
from appraisal.services.held_back import ballot_minimums, frozen_grade_alone, reviews
from appraisal.services.readiness import Person
from appraisal.services.rush import Rush, rush
from members.enums import Standing
from members.models import Leave, Member, Organisation
from members.scope import Scope
from scoring.enums import BandCode
from scoring.models import Scheme, Waiver
from scoring.rules.exact import half_up
from scoring.services.standards import StandardsBook


@dataclass(frozen=True, slots=True)
class Spread:
    """How results are spread: by grade code and status how many; `mean` of those with an annual score."""

    members: int
    grades: dict[str, int]
    statuses: dict[str, int]
    mean: int | None
    """In hundredths of a point."""


@dataclass(frozen=True, slots=True)
class Turnout:
    """The confirmed count of the year's ballot: who came, and what became of the slips."""

    came: int
    issued: int
    returned: int
    spoiled: int


@dataclass(frozen=True, slots=True)
class Warning:
    """An optional warning, with how many members of how many it concerns."""

    kind: str
    count: int
    whole: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about one submission but its rows."""

    spread: Spread
    before: Spread | None
    """The same of the year before, where it is approved."""
    changes: dict[int, int]
    """By member key the change of the annual score on the approved one of the year before."""
    rush: Rush
    waivers: tuple[Waiver, ...]
    leaves: tuple[Leave, ...]
    adjustments: list[dict[str, Any]]
    """As they are frozen: see `snapshots.adjustments`."""
    presumed: tuple[tuple[Person, tuple[str, ...]], ...]
    """Whose judged standards are presumed met: the indicators' codes."""
    sources: dict[str, int]
    """Tallies by where they came from, a value of `TallySource`."""
    turnout: Turnout | None
    objections: int
    """How many wait for an answer."""
    warnings: tuple[Warning, ...]


def facts(branch_year: BranchYear, scope: Scope) -> Facts:
    """The facts of what was submitted last, as far as the scope may know them; the year has a snapshot.

    A fixed number of queries.
    """
    snapshot, year = branch_year.snapshot, branch_year.year
    if snapshot is None:
        raise ValueError("nothing has been submitted")
    rows = list(SnapshotRow.objects.filter(snapshot=snapshot).order_by("position"))
    keys = [row.member_id for row in rows]
    last = _approved_before(branch_year)
    earlier = _figures_before(keys, year, scope)
    return Facts(
        spread=spread([row.figures for row in rows]),
        before=spread([row.figures for row in last]) if last else None,
        changes={
            row.member_id: row.figures["annual"] - earlier[row.member_id]
            for row in rows
            if row.figures["annual"] is not None and row.member_id in earlier
        },
        rush=rush(
            year=year,
            lines={row.member_id: row.lines for row in rows},
            scheme=snapshot.scheme,
            book=StandardsBook.for_year(year),
        ),
        waivers=tuple(
            Waiver.objects.of_year(year)
            .filter(member__in=keys)
            .select_related("member", "indicator")
            .order_by("member__number", "indicator__order")
        ),
        leaves=tuple(
            Leave.objects.in_year(year)
            .filter(member__in=keys)
            .select_related("member")
            .order_by("member__number", "start")
        ),
        adjustments=snapshot.adjustments,
        presumed=tuple(_presumed(rows)),
        sources=_sources(rows, year),
        turnout=_turnout(branch_year),
        objections=Objection.objects.filter(branch_year=branch_year).unanswered().count(),
        warnings=tuple(_warnings(branch_year.organisation, snapshot.scheme, rows)),
    )


def spread(figures: list[dict[str, Any]]) -> Spread:
    """How frozen results are spread."""
    graded = [one["annual"] for one in figures if one["annual"] is not None]
    counted = Counter(one["grade"] for one in figures if one["grade"] is not None)
    return Spread(
        members=len(figures),
        grades={str(code): counted[code] for code in BandCode.values},
        statuses=dict(Counter(one["status"] for one in figures)),
        mean=half_up(sum(graded), len(graded)) if graded else None,
    )


def _approved_before(branch_year: BranchYear) -> list[SnapshotRow]:
    years = BranchYear.objects.approved().filter(
        organisation=branch_year.organisation_id, year=branch_year.year - 1
    )
    return list(SnapshotRow.objects.filter(snapshot__in=years.values("snapshot")))


def _figures_before(members: list[int], year: int, scope: Scope) -> dict[int, int]:
    """By member key the approved annual score of the year before, wherever it was approved.

    Not of whom another committee tells the grade alone: score and change would give the votes away.
    """
    approved = BranchYear.objects.approved().of_year(year - 1)
    rows = SnapshotRow.objects.filter(snapshot__in=approved.values("snapshot"), member__in=members)
    minimums = ballot_minimums()
    return {
        row.member_id: row.figures["annual"]
        for row in rows.order_by().select_related("snapshot__organisation")
        if row.figures["annual"] is not None
        and (reviews(scope, row.snapshot.organisation) or not frozen_grade_alone(row.figures, minimums))
    }


def _presumed(rows: list[SnapshotRow]) -> list[tuple[Person, tuple[str, ...]]]:
    found = []
    for row in rows:
        codes = tuple(line["indicator"] for line in row.lines if line["presumed"])
        if codes:
            found.append((Person(row.member_id, row.figures["number"], row.figures["name"]), codes))
    return found


def _sources(rows: list[SnapshotRow], year: int) -> dict[str, int]:
    voted = [row.member_id for row in rows if row.figures["votes"] is not None]
    found = Tally.objects.of_year(year).filter(member__in=voted or [0]).order_by()
    counted = Counter(found.values_list("source", flat=True))
    return {str(source): counted[source] for source in TallySource.values if counted[source]}


def _turnout(branch_year: BranchYear) -> Turnout | None:
    held = BallotMeeting.objects.standing().filter(
        organisation=branch_year.organisation_id, year=branch_year.year
    )
    meeting = held.filter(counts__state=CountState.CONFIRMED).first()
    if meeting is None or meeting.issued is None:
        return None
    return Turnout(meeting.came, meeting.issued, meeting.returned or 0, meeting.spoiled or 0)


def _warnings(organisation: Organisation, scheme: Scheme, rows: list[SnapshotRow]) -> list[Warning]:
    """The warnings that are switched on, there or above or by the scheme, and that are called for."""
    excellent, probationary = warned(organisation, scheme)
    graded = [row for row in rows if row.figures["grade"] is not None]
    best = sum(row.figures["grade"] == BandCode.EXCELLENT for row in graded)
    found = []
    if excellent and best * scheme.excellent_whole > len(graded) * scheme.excellent_part:
        found.append(Warning(Warned.MANY_EXCELLENT, best, len(graded)))
    if probationary:
        keys = [row.member_id for row in graded]
        number = Member.objects.filter(pk__in=keys, standing=Standing.PROBATIONARY).count()
        if number:
            found.append(Warning(Warned.PROBATIONARY, number, len(graded)))
    return found


def warned(organisation: Organisation, scheme: Scheme) -> tuple[bool, bool]:
    """Which warnings hold for an organisation: of too many excellent, of graded probationary members."""
    above = Organisation.objects.above(organisation)
    nearest = ReviewSettings.objects.filter(organisation__in=above).order_by("-organisation__path").first()
    if nearest is None:
        return scheme.warn_excellent, scheme.warn_probationary
    return nearest.warn_excellent, nearest.warn_probationary
