"""The rush watch of a year: what came in its last weeks, what was recorded late, what in one day 【七2】."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from scoring.models import Entry, Scheme
from scoring.rules.exact import half_up
from scoring.rules.terms import Kind
from scoring.services.reading import NOBODY, Reading
from scoring.services.standards import StandardsBook

Lines = Mapping[int, Sequence[Mapping[str, Any]]]
"""By member key the lines of the result, as they are frozen."""


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
    happened, `busiest` those recorded on the one day `busiest_on`, both of all entries of the year.
    """

    last_weeks: Share
    late: Share
    busiest: Share
    busiest_on: date | None
    days: int
    late_after: int


def rush(*, year: int, lines: Lines, scheme: Scheme, book: StandardsBook) -> Rush:
    """The rush watch of the members with these lines; as many queries for many as for a few."""
    late, busiest, busiest_on, entries = _recording(list(lines), year, scheme.late_days)
    return Rush(
        last_weeks=_last_weeks(year, lines, scheme.rush_days, book),
        late=Share(late, entries),
        busiest=Share(busiest, entries),
        busiest_on=busiest_on,
        days=scheme.rush_days,
        late_after=scheme.late_days,
    )


def happened(day: date, kind: str) -> date:
    """When an entry of the day happened: dues are dated on any day of the month that they are paid for."""
    return day.replace(day=monthrange(day.year, day.month)[1]) if kind == Kind.MONTHLY else day


def _last_weeks(year: int, lines: Lines, days: int, book: StandardsBook) -> Share:
    """What was earned by the last day before them is reckoned with the quotas of the year's end."""
    until = date(year, 12, 31) - timedelta(days)
    earlier = Reading(year=year, as_of=until, members=list(lines) or NOBODY, book=book).done
    whole = before = 0
    for member, line in _counted(lines):
        done = earlier.get(member, {}).get(line["indicator"], 0)
        whole += line["earned"]
        before += half_up(line["points"] * min(done, line["quota"]), line["quota"])
    return Share(whole - before, whole)


def _counted(lines: Lines) -> Iterable[tuple[int, Mapping[str, Any]]]:
    for member, rows in lines.items():
        for line in rows:
            if line["kind"] == Kind.COUNTED and not line["waived"]:
                yield member, line


def _recording(members: list[int], year: int, late_days: int) -> tuple[int, int, date | None, int]:
    """How many entries were recorded late, how many on the busiest day, that day, and how many in all."""
    rows = Entry.objects.dated(year, date(year, 12, 31)).filter(member__in=members or NOBODY).order_by()
    late = 0
    on: Counter[date] = Counter()
    for day, recorded, kind in rows.values_list("date", "recorded_at", "indicator__kind"):
        recorded_on = timezone.localdate(recorded)
        on[recorded_on] += 1
        late += recorded_on - happened(day, kind) > timedelta(late_days)
    # Of days with as many the first.
    busiest_on = min(on, key=lambda one: (-on[one], one), default=None)
    return late, on[busiest_on] if busiest_on else 0, busiest_on, on.total()
