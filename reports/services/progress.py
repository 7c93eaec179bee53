"""How far members and indicators have come by a day: pace, ahead, behind, lagging【四2】."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from appraisal.services.results import Result
from scoring.models import Indicator, Scheme
from scoring.rules.exact import UNIT, Hundredths, half_up
from scoring.rules.pace import ahead, behind, pace, shown
from scoring.rules.terms import Kind, Line
from scoring.services.scores import months_elapsed

WHOLE = 1000
"""A completion of 100 per cent, in tenths of one."""


@dataclass(slots=True)
class Progress:
    """One scored member with the pace as of the day, exactly; `points` and `change` are hundredths."""

    result: Result
    points: Hundredths
    going: Fraction | None
    change: Hundredths | None
    ahead: bool = False
    behind: bool = False

    @property
    def pace(self) -> Hundredths | None:
        """The pace as it is printed."""
        return shown(self.going)


@dataclass(slots=True)
class Completion:
    """One indicator over all members asked for it: hundredths earned, possible, and expected by now."""

    indicator: Indicator
    name: str
    earned: int = 0
    points: int = 0
    expected: int = 0

    @property
    def share(self) -> int:
        """What is earned of what is possible, in tenths of a per cent."""
        return half_up(self.earned * WHOLE, self.points) if self.points else 0

    @property
    def due(self) -> int:
        """What would be expected by now of what is possible, in tenths of a per cent."""
        return half_up(self.expected * WHOLE, self.points) if self.points else 0

    @property
    def short(self) -> bool:
        """Whether less is done than is due by now; what is judged is not done bit by bit, and never is."""
        return self.indicator.kind != Kind.JUDGED and falls_short(self.earned, self.expected, self.points)


@dataclass(slots=True)
class UnitProgress:
    """The scored members of one unit by category key."""

    members: dict[int, list[Progress]] = field(default_factory=lambda: defaultdict(list))

    def everybody(self) -> list[Progress]:
        """All scored members."""
        return [member for members in self.members.values() for member in members]


def quarter_of(day: date) -> int:
    """The quarter of the year, 1 to 4, that a day lies in."""
    return (day.month + 2) // 3


def progress(
    results: Iterable[Result],
    scheme: Scheme,
    *,
    as_of: date,
    earlier: Mapping[int, Hundredths] | None = None,
) -> UnitProgress:
    """The progress of one unit's scored members as of a day.

    `earlier` has by member key the points at the end of the period before, to tell the change. The thresholds
    are the scheme's (I20).
    """
    threshold, quarter = int(scheme.behind_below * UNIT), quarter_of(as_of)
    unit = UnitProgress()
    for result in results:
        daily = result.score.daily
        if daily is None:
            continue
        before = (earlier or {}).get(result.score.member_id)
        going = pace(daily.lines, months_elapsed(result.score, as_of), result.score.month_count)
        member = Progress(
            result=result,
            points=daily.daily,
            going=going,
            change=None if before is None else daily.daily - before,
        )
        member.behind = behind(going, quarter, threshold, scheme.behind_from_quarter)
        unit.members[result.score.role.category_id].append(member)
    for members in unit.members.values():
        least = ahead([member.points for member in members], scheme.ahead_share)
        for member in members:
            member.ahead = bool(least) and member.points >= (least or 0)
    return unit


def expected_of(line: Line, elapsed: int, months: int) -> Hundredths:
    """The points of a line to be expected once so many of the member's months have passed."""
    return half_up(line.points * elapsed, months)


def falls_short(earned: int, expected: int, points: int) -> bool:
    """Whether less is earned than is to be expected of possible points, as far as printed shares tell."""
    if earned >= expected:
        return False
    return half_up(earned * WHOLE, points) < half_up(expected * WHOLE, points)


def completions(results: Iterable[Result], *, as_of: date) -> list[Completion]:
    """Each indicator over all of a unit's members asked for it, in the scheme's order.

    A waived line asks for nothing.
    """
    found: dict[str, Completion] = {}
    for result in results:
        score = result.score
        if score.daily is None:
            continue
        elapsed, months = months_elapsed(score, as_of), score.month_count
        for line, row in zip(score.daily.lines, score.role.requirements, strict=True):
            if line.waived:
                continue
            one = found.get(line.indicator)
            if one is None:
                one = found[line.indicator] = Completion(row.indicator, row.indicator.name)
            one.earned += line.earned
            one.points += line.points
            one.expected += expected_of(line, elapsed, months)
    return sorted(found.values(), key=lambda one: (one.indicator.order, one.indicator.code))


def lagging(done: Iterable[Completion], scheme: Scheme, *, as_of: date) -> list[Completion]:
    """The indicators whose pace over all members is below the scheme's threshold; judged ones never are."""
    threshold, quarter = int(scheme.behind_below * UNIT), quarter_of(as_of)
    return [
        one
        for one in done
        if one.indicator.kind != Kind.JUDGED
        and behind(_pace_of(one), quarter, threshold, scheme.behind_from_quarter)
    ]


def _pace_of(row: Completion) -> Fraction | None:
    return Fraction(row.earned, row.expected) if row.expected else None


def average(values: Sequence[int]) -> int | None:
    """The mean, rounded half up to the unit of the values; None without any."""
    return half_up(sum(values), len(values)) if values else None
