"""The rush watch on screen: how each unit's entries came, and entries by week of the year 【七2】."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from appraisal.services.results import Result, UnitResults
from appraisal.services.rush import Counted, Rush, Share, Watched, rushes
from reports.desk.services.analysis.asked import Asked
from reports.desk.services.analysis.drawing import Bar, Drawing, drawing
from reports.desk.services.analysis.tabled import Line, Tabled, ordered, ways
from reports.tables import Align, Column, Words, number
from scoring.rules.terms import Kind
from scoring.services.reading import Members

WEEK = timedelta(7)

NAME = Column("code", gettext_lazy("Organisation"), align=Align.START)
ENTRIES = Column("entries", pgettext_lazy("how many", "Entries"), align=Align.END, format=number)
FIRST = Column("week", gettext_lazy("Week from"), align=Align.START, format=date_format)


class Fact(NamedTuple):
    """One figure of the watch with what it means."""

    title: Words
    text: str
    note: Words = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """The watch over some units: the figures of all together, by week as bars and rows, and unit by unit.

    `units` is None where there is only one.
    """

    facts: tuple[Fact, ...]
    weeks: Drawing
    months: tuple[tuple[str, str], ...]
    by_week: Tabled
    units: Tabled | None


def watch(units: Sequence[UnitResults], asked: Asked, members: Members | None = None) -> Watch | None:
    """The watch over units with a scheme, as of the day; None without any. Two queries for each span watched.

    `members` are those of all units as `Reading` takes them, where they are too many to be named.
    """
    watched = {
        unit.organisation.pk: Watched(
            unit.scheme, {one.score.member_id: _counted(one) for one in unit.results}
        )
        for unit in units
        if unit.scheme is not None
    }
    if not watched:
        return None
    found = rushes(units=watched, as_of=asked.as_of, book=units[0].book, members=members)
    spans = {one.days for one in found.values()}
    dated: Counter[date] = Counter()
    for one in found.values():
        dated.update(one.dated)
    weeks = _weeks(dated, asked, max(spans))
    table = _by_unit(units, found, asked)
    return Watch(
        facts=tuple(_facts(list(found.values()), asked)),
        weeks=drawing([Bar("", count, str(count), late) for _first, count, late in weeks], dense=True),
        months=_months(asked.year, len(weeks)),
        by_week=Tabled(
            "weeks",
            _("Entries by week"),
            (FIRST, ENTRIES),
            tuple(Line((first, count)) for first, count, _late in weeks),
        ),
        units=table if len(found) > 1 else None,
    )


def columns(found: Sequence[Rush]) -> tuple[Column, ...]:
    """The columns of the watch unit by unit, headed with the schemes' days where they are the same."""
    return (
        NAME,
        ENTRIES,
        Column("last_weeks", last_days(found), align=Align.END, format=_percent),
        Column("late", late_days(found), align=Align.END, format=_percent),
        Column("busiest", _("Most recorded on one day"), align=Align.END, format=_percent),
        Column("on", _("Busiest day"), align=Align.END, format=date_format),
    )


def last_days(found: Sequence[Rush]) -> str:
    """What the last weeks of the year are called."""
    spans = {one.days for one in found}
    return (
        _("In the last %(days)s days") % {"days": spans.pop()} if len(spans) == 1 else _("In the last weeks")
    )


def late_days(found: Sequence[Rush]) -> str:
    """What entries that were recorded late are called."""
    spans = {one.late_after for one in found}
    if len(spans) != 1:
        return _("Recorded late")
    return _("Recorded more than %(days)s days after") % {"days": spans.pop()}


def _counted(result: Result) -> list[Counted]:
    daily = result.score.daily
    return [
        Counted(line.indicator, line.quota or 1, line.points, line.earned)
        for line in (daily.lines if daily else ())
        if line.kind == Kind.COUNTED and not line.waived
    ]


def _facts(found: Sequence[Rush], asked: Asked) -> list[Fact]:
    def all_of(name: str) -> Share:
        shares = [getattr(one, name) for one in found]
        return Share(sum(one.part for one in shares), sum(one.whole for one in shares))

    begins = date(asked.year, 12, 31) - timedelta(max(one.days for one in found) - 1)
    last = all_of("last_weeks")
    facts = [
        Fact(
            last_days(found),
            _percent(last.percent) if last.percent is not None else "—",
            _("of the points of what is counted")
            if asked.as_of >= begins
            else _("they begin on %(day)s") % {"day": date_format(begins)},
        ),
        Fact(late_days(found), _of(all_of("late"))),
    ]
    if len(found) == 1:
        day = found[0].busiest_on
        facts.append(
            Fact(_("Most recorded on one day"), _of(found[0].busiest), date_format(day) if day else "")
        )
    return facts


def _weeks(dated: Mapping[date, int], asked: Asked, days: int) -> list[tuple[date, int, bool]]:
    """The weeks of the year, the first from 1 January: first day, entries dated in it, whether watched."""
    counted: Counter[int] = Counter()
    start = date(asked.year, 1, 1)
    for day, count in dated.items():
        counted[(day - start) // timedelta(1) // 7] += count
    watched = date(asked.year, 12, 31) - timedelta(days)
    found = []
    week = start
    while week.year == asked.year:
        place = (week - start) // WEEK
        found.append((week, counted[place], week + WEEK - timedelta(1) > watched))
        week += WEEK
    return found


def _months(year: int, weeks: int) -> tuple[tuple[str, str], ...]:
    """Where each month begins on the drawing of so many weeks: share of the width and number."""
    start, whole = date(year, 1, 1), weeks * 7
    places = [((date(year, month, 1) - start).days * 10_000 // whole, month) for month in range(1, 13)]
    return tuple((f"{at // 100}.{at % 100:02d}%", str(month)) for at, month in places)


def _by_unit(units: Sequence[UnitResults], found: Mapping[int, Rush], asked: Asked) -> Tabled:
    shown, page = columns(list(found.values())), ways(asked)
    lines = []
    for unit in units:
        one = found.get(unit.organisation.pk)
        if one is None or not unit.results:
            continue
        values = (
            unit.organisation.name,
            one.busiest.whole,
            one.last_weeks.percent,
            one.late.percent,
            one.busiest.percent,
            one.busiest_on,
        )
        lines.append(Line(values, page(unit.organisation.code)))
    return Tabled("rush", _("Rush watch by unit"), shown, ordered(lines, shown, asked.order), asked)


def _percent(value: int | None) -> str:
    return "—" if value is None else f"{value}%"


def _of(share: Share) -> str:
    if not share.whole:
        return "—"
    return _("%(part)s of %(whole)s entries (%(percent)s%%)") % {
        "part": share.part,
        "whole": share.whole,
        "percent": share.percent,
    }
