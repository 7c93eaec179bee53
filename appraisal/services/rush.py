"""The rush watch of a year: what came in its last weeks, what was recorded late, what in one day 【七2】."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from scoring.models import Entry, Scheme
from scoring.rules.exact import half_up
from scoring.rules.terms import Kind
from scoring.services.reading import NOBODY, Members, Reading
from scoring.services.standards import StandardsBook

Lines = Mapping[int, Sequence[Mapping[str, Any]]]
"""By member key the lines of the result, as they are frozen."""


class Counted(NamedTuple):
    """What a counted indicator that is not waived has earned a member; points in hundredths."""

    indicator: str
    quota: int
    points: int
    earned: int


@dataclass(frozen=True, slots=True)
class Watched:
    """The members of one unit by key, with what they earned, and the scheme that governs them."""

    scheme: Scheme
    members: Mapping[int, Sequence[Counted]]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, both as they were counted."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """In whole per cent, rounded half up; None of nothing."""
        return half_up(self.part * 100, self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Rush:
    """The figures of one unit and year; `days` and `late_after` are the scheme's.

    `last_weeks` is in hundredths of a point: of what members earned by counted indicators, what was only
    earned in the last `days` of the year. `late` are entries recorded more than `late_after` days after they
    happened, `busiest` those recorded on the one day `busiest_on`, both of all entries of the year; `dated`
    tells by day how many of these are dated on it.
    """

    last_weeks: Share
    late: Share
    busiest: Share
    busiest_on: date | None
    days: int
    late_after: int
    dated: Mapping[date, int]


@dataclass(slots=True)
class _Recording:
    """Entries by the day they are dated on and by the day they were recorded on, and how many late."""

    late: int = 0
    dated: Counter[date] = field(default_factory=Counter)
    on: Counter[date] = field(default_factory=Counter)


def rush(*, year: int, lines: Lines, scheme: Scheme, book: StandardsBook) -> Rush:
    """The rush watch of a year that is over; as many queries for many members as for a few."""
    members = {
        member: [
            Counted(line["indicator"], line["quota"], line["points"], line["earned"])
            for line in rows
            if line["kind"] == Kind.COUNTED and not line["waived"]
        ]
        for member, rows in lines.items()
    }
    return rushes(units={0: Watched(scheme, members)}, as_of=date(year, 12, 31), book=book)[0]


def rushes(
    *, units: Mapping[int, Watched], as_of: date, book: StandardsBook, members: Members | None = None
) -> dict[int, Rush]:
    """The rush watch of the book's year, up to a day of it, by the keys under which the units are given.

    As many queries for many units as for one whose scheme watches as many days. `members` are those of all
    units as `Reading` takes them, where they are too many to be named; there may be others among them.
    """
    keys: Members = [key for unit in units.values() for key in unit.members] or NOBODY
    asked = keys if members is None else members
    found = _recording(units, asked, as_of)
    last = date(as_of.year, 12, 31)
    before: dict[int, Mapping[int, Mapping[str, int]]] = {}
    for days in {unit.scheme.rush_days for unit in units.values()}:
        until = last - timedelta(days)
        if until < as_of:
            before[days] = Reading(year=book.year, as_of=until, members=asked, book=book).done
    return {
        key: Rush(
            last_weeks=_last_weeks(unit, before.get(unit.scheme.rush_days)),
            late=Share(found[key].late, found[key].dated.total()),
            **_busiest(found[key].on),
            days=unit.scheme.rush_days,
            late_after=unit.scheme.late_days,
            dated=found[key].dated,
        )
        for key, unit in units.items()
    }


def happened(day: date, kind: str) -> date:
    """When an entry of the day happened: dues are dated on any day of the month that they are paid for."""
    return day.replace(day=monthrange(day.year, day.month)[1]) if kind == Kind.MONTHLY else day


def _last_weeks(unit: Watched, earlier: Mapping[int, Mapping[str, int]] | None) -> Share:
    """What was earned before them is reckoned with the same quotas; None: they have not begun."""
    whole = before = 0
    for member, line in _counted(unit):
        whole += line.earned
        if earlier is not None:
            done = earlier.get(member, {}).get(line.indicator, 0)
            before += half_up(line.points * min(done, line.quota), line.quota)
    return Share(0 if earlier is None else whole - before, whole)


def _counted(unit: Watched) -> Iterable[tuple[int, Counted]]:
    for member, lines in unit.members.items():
        for line in lines:
            yield member, line


def _recording(units: Mapping[int, Watched], members: Members, as_of: date) -> dict[int, _Recording]:
    """What was recorded, by the units' keys: one query."""
    found = {key: _Recording() for key in units}
    of_member = {
        member: (found[key], timedelta(unit.scheme.late_days))
        for key, unit in units.items()
        for member in unit.members
    }
    rows = Entry.objects.dated(as_of.year, as_of).filter(member__in=members).order_by()
    listed = rows.values_list("member", "date", "recorded_at", "indicator__kind")
    for member, day, recorded, kind in listed.iterator(chunk_size=5000):
        if member not in of_member:
            continue
        unit, late_after = of_member[member]
        recorded_on = timezone.localdate(recorded)
        unit.dated[day] += 1
        unit.on[recorded_on] += 1
        unit.late += recorded_on - happened(day, kind) > late_after
    return found


def _busiest(on: Counter[date]) -> dict[str, Any]:
    """The day on which most was recorded, of days with as many the first."""
    day = min(on, key=lambda one: (-on[one], one), default=None)
    return {"busiest": Share(on[day] if day else 0, on.total()), "busiest_on": day}
