"""Where members will stand at the end of the year if they go on as they have, and what they still need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.services.progress import Progress
from scoring.rules.daily import FULL_MARKS
from scoring.rules.exact import Hundredths, half_up
from scoring.rules.terms import Daily, Kind
from scoring.services.scores import months_elapsed

GOES_ON = (Kind.COUNTED, Kind.MONTHLY)
"""What is earned bit by bit; what is held or judged stays as it is."""


@dataclass(frozen=True, slots=True)
class Need:
    """What is missing to a quota, and the points that it would still earn."""

    indicator: str
    name: str
    number: int
    unit: str
    worth: Hundredths


def forecast(daily: Daily, months_elapsed: int, months: int) -> Hundredths | None:
    """The daily score at the year's end at the present pace; None where no month has passed yet.

    Counted and monthly lines earn on in proportion to the member's months, at most their points; the base is
    scaled and rounded as that of the daily score is, the bonus stays as it is.
    """
    if not months_elapsed:
        return None
    earned = possible = 0
    for line in daily.lines:
        if line.waived:
            continue
        possible += line.points
        goes_on = line.kind in GOES_ON
        earned += min(line.points, half_up(line.earned * months, months_elapsed)) if goes_on else line.earned
    return half_up(earned * FULL_MARKS, possible) + daily.bonus


def forecast_of(member: Progress, as_of: date) -> Hundredths | None:
    """The forecast of a member with points."""
    score = member.result.score
    return (
        None
        if score.daily is None
        else forecast(score.daily, months_elapsed(score, as_of), score.month_count)
    )


def needs(member: Progress) -> list[Need]:
    """What is missing to the quotas of the year, in the scheme's order; a waived line asks for nothing."""
    score = member.result.score
    if score.daily is None:
        return []
    return [
        Need(
            line.indicator,
            row.indicator.name,
            line.quota - line.done,
            row.indicator.measure,
            line.points - line.earned,
        )
        for line, row in zip(score.daily.lines, score.role.requirements, strict=True)
        if line.quota is not None and not line.waived and line.done < line.quota
    ]
