"""Which quotas the members miss most as of a day, and for how many of them: what to make up for first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from appraisal.services.results import Result
from reports.services.progress import expected_of, falls_short
from scoring.models import Indicator
from scoring.rules.exact import Hundredths
from scoring.services.scores import months_elapsed


@dataclass(slots=True)
class Gap:
    """A quota over all members asked for it; the rest tells of those who have done less than is due by now.

    `short` is how many they are, `missing` what they all lack of what is due by now, `worth` its points.
    """

    indicator: Indicator
    members: int = 0
    short: int = 0
    missing: int = 0
    worth: Hundredths = 0


def gaps(results: Iterable[Result], *, as_of: date) -> list[Gap]:
    """The quotas of which somebody has done less than is due by now, what is worth most in points first."""
    found: dict[str, Gap] = {}
    for result in results:
        score = result.score
        if score.daily is None:
            continue
        elapsed, months = months_elapsed(score, as_of), score.month_count
        for line, row in zip(score.daily.lines, score.role.requirements, strict=True):
            if line.quota is None or line.waived:
                continue
            gap = found.get(line.indicator)
            if gap is None:
                gap = found[line.indicator] = Gap(row.indicator)
            gap.members += 1
            expected = expected_of(line, elapsed, months)
            if falls_short(line.earned, expected, line.points):
                gap.short += 1
                gap.missing += -(-line.quota * elapsed // months) - line.done
                gap.worth += expected - line.earned
    missed = [gap for gap in found.values() if gap.short]
    return sorted(missed, key=lambda gap: (-gap.worth, gap.indicator.order, gap.indicator.code))
