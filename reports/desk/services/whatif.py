"""What an adjustment would do to the scores of today: every member's now and then, and nothing written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from appraisal.services.results import Result, UnitResults, results
from members.models import Member, Organisation
from members.scope import Scope
from reports.models import Notice
from reports.periods import Period
from reports.tables import change, points
from scoring.models import Adjustment, AdjustmentLine
from scoring.services.effective import Proposal
from scoring.services.published import EffectiveRole
from scoring.services.standards import StandardsBook

EMPTY = "—"
MOST_ROWS = 100
"""So many of the members whose score or rank changes are listed, the biggest changes first."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One member now and then; figures in hundredths, as text with a dash where there is none."""

    number: str
    name: str
    role: str
    now: str
    then: str
    change: str
    rank_now: str
    rank_then: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A notice that holds, and whose figures of today it may change: its number, its period in words."""

    number: str
    period: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The effect of an adjustment as of a day; `as_of` is None for a year that has not begun.

    `concerned` members are scored by it; `shifted` is how many scores or ranks change, of which `shifts`
    lists the biggest. `issued` are the year's notices of the units where any does, which are neither replaced
    nor archived. `digest` is of all that and of the list itself.
    """

    as_of: date | None
    effective: EffectiveRole | None
    concerned: int
    shifted: int
    shifts: tuple[Shift, ...]
    issued: tuple[Issued, ...]
    digest: str


class Pair(NamedTuple):
    """A member's results as they are and as they would be, and the unit in which they are ranked."""

    unit: Organisation
    now: Result
    then: Result


def what_if(*, adjustment: Adjustment, lines: list[AdjustmentLine], local: bool, scope: Scope) -> WhatIf:
    """The effect of an adjustment that has been checked: twice the queries of one scoring.

    By a role that is yet to be made (`local`) nobody is scored. Raises NoScheme.
    """
    day = _day(adjustment.year, scope.on)
    listed: list[list[object]] = [
        [line.indicator.code, line.quota, line.points, line.waivable] for line in lines
    ]
    if local:
        return WhatIf(day, None, 0, 0, (), (), _digest(adjustment, listed, []))
    proposed = StandardsBook.for_year(adjustment.year, Proposal(adjustment, lines))
    effective = proposed.role(adjustment.organisation.path, adjustment.role_id)
    pairs = _pairs(adjustment, proposed, day) if day else []
    concerned = sum(then.score.role.adjustment is adjustment for _unit, _now, then in pairs)
    moved = [pair for pair in pairs if _figures(pair.now) != _figures(pair.then)]
    moved.sort(key=lambda pair: (-abs(_gain(pair)), pair.now.score.number))
    issued = _issued(moved, adjustment.year, scope)
    facts: list[object] = [
        concerned,
        [notice.number for notice in issued],
        [[now.score.number, *_figures(now), *_figures(then)] for _unit, now, then in moved],
    ]
    seen = _seen(moved, scope)
    return WhatIf(
        as_of=day,
        effective=effective,
        concerned=concerned,
        shifted=len(moved),
        shifts=tuple(_shift(pair) for pair in moved if pair.now.score.member_id in seen)[:MOST_ROWS],
        issued=issued,
        digest=_digest(adjustment, listed, facts),
    )


def _day(year: int, today: date) -> date | None:
    if year > today.year:
        return None
    return today if year == today.year else date(year, 12, 31)


def _pairs(adjustment: Adjustment, proposed: StandardsBook, day: date) -> list[Pair]:
    """Everybody who is ranked where the adjustment holds, as scored now and then."""
    scored = {
        result.score.member_id: result
        for unit in _units(adjustment.organisation, day, proposed)
        for result in unit.results
    }
    return [
        Pair(unit.organisation, result, scored[result.score.member_id])
        for unit in _units(adjustment.organisation, day, None)
        for result in unit.results
        if result.score.member_id in scored
    ]


def _units(within: Organisation, day: date, book: StandardsBook | None) -> Iterator[UnitResults]:
    return results(year=day.year, as_of=day, within=within, annual_too=False, book=book)


def _figures(result: Result) -> tuple[int | None, int | None]:
    return result.daily, result.rank


def _gain(pair: Pair) -> int:
    return (pair.then.daily or 0) - (pair.now.daily or 0)


def _seen(moved: list[Pair], scope: Scope) -> set[int]:
    """Whom of them the reader sees: a member of that day may belong elsewhere by now."""
    keys = [pair.now.score.member_id for pair in moved]
    return set(Member.objects.visible_to(scope).filter(pk__in=keys).values_list("pk", flat=True))


def _issued(moved: list[Pair], year: int, scope: Scope) -> tuple[Issued, ...]:
    """The notices of the year that hold for the units of these members, of those that the reader reads."""
    if not moved:
        return ()
    theirs = {pair.unit.pk for pair in moved}
    rows = (
        Notice.objects.visible_to(scope)
        .in_force()
        .filter(organisation__in=theirs, period__startswith=str(year), archived_at__isnull=True)
        .order_by("organisation__path", "pk")
    )
    found = rows.values_list("number", "period")
    return tuple(Issued(number, Period.parse(period).title) for number, period in found)


def _shift(pair: Pair) -> Shift:
    now, then = pair.now, pair.then
    score = now.score
    return Shift(
        number=score.number,
        name=score.name,
        role=score.role.role.name,
        now=_text(now),
        then=_text(then),
        change=change(_gain(pair)),
        rank_now=str(now.rank or EMPTY),
        rank_then=str(then.rank or EMPTY),
    )


def _text(side: Result) -> str:
    return EMPTY if side.daily is None else points(side.daily)


def _digest(adjustment: Adjustment, listed: list[list[object]], facts: list[object]) -> str:
    said = [adjustment.pk, adjustment.version if adjustment.pk else 0, listed, facts]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, default=str).encode()).hexdigest()
