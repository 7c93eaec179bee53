"""The analysis of a branch, or of a subtree unit by unit, as of a day of the year【四2】【七2】."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from appraisal.services.results import UnitResults, results
from members.models import Organisation, Posting
from members.scope import Scope
from reports.desk.services.analysis import tables
from reports.desk.services.analysis.asked import Asked, Show
from reports.desk.services.analysis.before import year_before
from reports.desk.services.analysis.drawing import Bar, Drawing, drawing
from reports.desk.services.analysis.gaps import gaps
from reports.desk.services.analysis.paced import Paced, cut, paced_of
from reports.desk.services.analysis.tabled import Tabled
from reports.desk.services.analysis.watch import Watch, watch
from reports.desk.services.branch import still_seen
from reports.periods import Length, Period
from reports.services.progress import (
    WHOLE,
    Completion,
    Progress,
    average,
    completions,
    lagging,
)
from reports.services.spread import Bin, pace_bins, points_bins
from reports.tables import percent, points
from scoring.services.published import hundredths
from scoring.services.reading import Members
from scoring.services.scores import MOST_KEYS

QUARTERS = 4
GAPS = 5
"""So many quotas are named to begin with."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator over all members: what is earned, what is due by now, in shares of the drawing too.

    A `weak` one is short of what is due.
    """

    name: str
    share: str
    due: str
    part: str
    stroke: str
    weak: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What one scheme's members have come to; `edition` is empty where there is one scheme alone.

    `lagging` are the indicators whose pace is below the scheme's `limit`. So are members behind, from the
    quarter `from_quarter` on; ahead are the first `share` per cent of a branch and category.
    """

    edition: str
    by_points: Drawing
    points_table: Tabled
    by_pace: Drawing
    pace_table: Tabled
    indicators: tuple[Indicator, ...]
    indicators_table: Tabled
    lagging: tuple[str, ...]
    limit: str
    from_quarter: int
    share: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that is shown; what is not asked for, or not there, is None or empty.

    `left_out`: members behind on that day who now belong where the reader sees nobody.
    """

    facts: tuple[tuple[str, str], ...]
    gaps: Tabled | None
    parts: tuple[Part, ...]
    units: Tabled | None
    behind: Tabled | None
    left_out: int
    quarters: Drawing | None
    quarters_table: Tabled | None
    before: Tabled | None
    watch: Watch | None

    def table(self, key: str) -> Tabled | None:
        """The table of this key, if it is shown."""
        shown = [self.gaps, self.units, self.behind, self.quarters_table, self.before]
        for part in self.parts:
            shown += [part.points_table, part.pace_table, part.indicators_table]
        if self.watch:
            shown += [self.watch.by_week, self.watch.units]
        return next((one for one in shown if one is not None and one.key == key), None)


def analysis(*, organisation: Organisation, asked: Asked, scope: Scope, many: bool) -> Analysis | None:
    """The analysis as of the day; None where nobody has points. Raises NoScheme.

    With `many` only the part asked for, and nobody by name. The number of queries depends neither on the
    members nor on the units.
    """
    shown = Show(asked.show or Show.COURSE) if many else None
    whole = list(results(year=asked.year, as_of=asked.as_of, within=organisation, annual_too=False))
    units = [cut(unit, organisation) for unit in whole]
    paced = [one for one in _paced(whole, asked.as_of, organisation) if one.members]
    if not paced:
        return None
    course = shown in (None, Show.COURSE)
    behind, left_out = (None, 0) if many else _behind(paced, asked, scope)
    quarters, quarters_table = (
        _quarters(organisation, asked, units, paced) if shown in (None, Show.QUARTERS) else (None, None)
    )
    return Analysis(
        facts=tuple(_facts(paced)),
        gaps=_gaps(paced, asked.as_of) if course else None,
        parts=tuple(_parts(paced, asked.as_of)) if course else (),
        units=tables.units(paced, asked) if course and len(paced) > 1 else None,
        behind=behind,
        left_out=left_out,
        quarters=quarters,
        quarters_table=quarters_table,
        before=_before(organisation, asked, paced) if course else None,
        watch=watch(units, asked, _members(organisation, asked, units))
        if shown in (None, Show.RUSH)
        else None,
    )


def _paced(whole: Iterable[UnitResults], day: date, organisation: Organisation) -> list[Paced]:
    """How far those have come who lie in the organisation, unit by unit."""
    return [paced_of(unit, unit.scheme, day, organisation) for unit in whole if unit.scheme is not None]


def _members(organisation: Organisation, asked: Asked, units: Sequence[UnitResults]) -> Members | None:
    """The members as a query, where they are too many to be named."""
    if sum(len(unit.results) for unit in units) <= MOST_KEYS:
        return None
    held = Posting.objects.on(asked.as_of).filter(organisation__path__startswith=organisation.path)
    return held.values("member")


def _everybody(paced: Sequence[Paced]) -> list[Progress]:
    return [member for one in paced for member in one.members]


def _facts(paced: Sequence[Paced]) -> list[tuple[str, str]]:
    members = _everybody(paced)
    forecasts = [value for one in paced for value in one.forecasts.values() if value is not None]
    return [
        (_("Members with points"), str(len(members))),
        (_("Average points"), _mean([one.points for one in members])),
        (_("Average pace"), _mean([one.pace for one in members if one.pace is not None])),
        (_("Average forecast"), _mean(forecasts)),
        (_("Ahead"), str(sum(one.ahead for one in members))),
        (_("Behind"), str(sum(one.behind for one in members))),
    ]


def _mean(values: Sequence[int]) -> str:
    mean = average(values)
    return "—" if mean is None else points(mean)


def _gaps(paced: Sequence[Paced], as_of: date) -> Tabled | None:
    """The quotas missed most; None where each is on its course."""
    missed = gaps([one.result for one in _everybody(paced)], as_of=as_of)
    return tables.gaps(missed[:GAPS]) if missed else None


def _parts(paced: Sequence[Paced], as_of: date) -> list[Part]:
    """One part for each scheme, in the order of the units."""
    by_scheme: dict[int, list[Paced]] = defaultdict(list)
    for one in paced:
        by_scheme[one.scheme.pk].append(one)
    return [_part(mine, as_of, named=len(by_scheme) > 1) for mine in by_scheme.values()]


def _part(paced: Sequence[Paced], as_of: date, *, named: bool) -> Part:
    scheme, members = paced[0].scheme, _everybody(paced)
    by_points, by_pace = points_bins(members), pace_bins(members, scheme)
    done = completions([one.result for one in members], as_of=as_of)
    slow = lagging(done, scheme, as_of=as_of)
    weak = {one.indicator.code for one in slow}
    return Part(
        edition=scheme.edition if named else "",
        by_points=_drawn(by_points),
        points_table=tables.binned("points", _("Members by points"), _("Points"), by_points),
        by_pace=_drawn(by_pace),
        pace_table=tables.binned("pace", _("Members by pace"), _("Pace"), by_pace),
        indicators=tuple(_indicator(one) for one in done),
        indicators_table=tables.indicators(done, weak),
        lagging=tuple(one.name for one in slow),
        limit=points(hundredths(scheme.behind_below)),
        from_quarter=scheme.behind_from_quarter,
        share=scheme.ahead_share,
    )


def _drawn(bins: Sequence[Bin]) -> Drawing:
    return drawing([Bar(one.label, one.members, str(one.members), one.weak) for one in bins])


def _indicator(one: Completion) -> Indicator:
    return Indicator(
        name=one.name,
        share=percent(one.share),
        due=percent(one.due),
        part=_share(one.share),
        stroke=_share(one.due),
        weak=one.short,
    )


def _share(tenths: int) -> str:
    return f"{min(tenths, WHOLE) // 10}.{min(tenths, WHOLE) % 10}%"


def _behind(paced: Sequence[Paced], asked: Asked, scope: Scope) -> tuple[Tabled, int]:
    """Those behind whom the reader sees today, the slowest first, and how many others there are."""
    behind = [(one, member) for one in paced for member in one.members if member.behind]
    seen = still_seen([one.unit for one in paced], asked.as_of, scope)
    shown = [(one, member) for one, member in behind if member.result.score.member_id in seen]
    return tables.behind(shown, asked), len(behind) - len(shown)


def _quarters(
    organisation: Organisation, asked: Asked, now: Sequence[UnitResults], paced: Sequence[Paced]
) -> tuple[Drawing, Tabled]:
    """The means at the end of each quarter that has begun; in the running one those of the day."""
    found = []
    for place in range(1, QUARTERS + 1):
        period = Period(asked.year, Length.QUARTER, place)
        if period.first > asked.as_of:
            break
        day = min(period.last, asked.as_of)
        made = list(paced)
        if day != asked.as_of:
            then = results(
                year=asked.year, as_of=day, within=organisation, annual_too=False, book=now[0].book
            )
            made = _paced(then, day, organisation)
        found.append(tables.quarter(period, day < period.last, _everybody(made)))
    bars = [Bar(one.values[0], one.values[2] or 0, _points(one.values[2])) for one in found]
    return drawing(bars), tables.quarters(found)


def _points(value: int | None) -> str:
    return "—" if value is None else points(value)


def _before(organisation: Organisation, asked: Asked, paced: Sequence[Paced]) -> Tabled | None:
    """The year before beside this one; of a group nothing is frozen."""
    found = None if organisation.is_group else year_before(organisation, asked.year - 1)
    if found is None:
        return None
    members = _everybody(paced)
    forecasts = [value for one in paced for value in one.forecasts.values() if value is not None]
    return tables.years(
        found, asked, len(members), average([one.points for one in members]), average(forecasts)
    )
