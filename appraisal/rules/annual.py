"""The annual score, its grade, and who has one."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scoring.rules.exact import Hundredths, half_up


@dataclass(frozen=True, slots=True)
class Weights:
    """The parts of the annual score in whole per cent, and the most it can be (None: no limit).

    Clause: 【四1】「按80%計入年度黨員積分得分」, 「按20%計入年度黨員積分得分」.
    Interpretation: I4 (no cap unless the scheme sets one), I27.
    """

    daily: int
    appraisal: int
    cap: Hundredths | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and the lowest annual score that has it.

    Clause: 【四3】「90分以上爲優秀等次,70-80分爲良好等次,60-70分爲合格等次,60分以下爲不合格等次」.
    Interpretation: I1, I2 (a band includes its lower bound).
    """

    code: str
    lower: Hundredths


class Status(StrEnum):
    """What a member's result holds: figures, or the reason why some are missing.

    Clause: 【三(一)5】, 【三(二)】, 【四3】.
    Interpretation: I5, I6, I13.
    """

    SCORED = "scored"
    NOT_APPRAISED = "not_appraised"
    NO_MONTHS = "no_months"
    EXEMPT = "exempt"


NAMED = {False: frozenset({Status.SCORED}), True: frozenset({Status.SCORED, Status.NOT_APPRAISED})}
"""Who is named, by status: on the half-year notice, and on the annual one (True)."""


def annual(daily: Hundredths, appraisal: Hundredths, weights: Weights) -> Hundredths:
    """Return the annual score of daily conduct and appraisal, rounded half up.

    The bonus is inside ``daily`` and so inside its weight.

    Clause: 【四1】「按80%計入年度黨員積分得分」, 「按20%計入年度黨員積分得分」.
    Interpretation: I4, I16, I27.
    """
    return _capped(half_up(daily * weights.daily + appraisal * weights.appraisal, 100), weights)


def annual_of_daily(daily: Hundredths, weights: Weights) -> Hundredths:
    """Return the annual score of a role whose daily score it is: unweighted, bonus included.

    Clause: 【三】「其中在職黨員日常行爲積分考覈成績即爲年度積分考覈成績」.
    Interpretation: I5, I4.
    """
    return _capped(daily, weights)


def _capped(score: Hundredths, weights: Weights) -> Hundredths:
    return score if weights.cap is None else min(score, weights.cap)


def grade(score: Hundredths, bands: Iterable[Band]) -> str:
    """Return the code of the highest band that ``score`` reaches, whatever the bands' order.

    Raises:
        ValueError: the score lies below every band.

    Clause: 【四3】「90分以上爲優秀等次,70-80分爲良好等次,60-70分爲合格等次,60分以下爲不合格等次」.
    Interpretation: I1 (80 to 90 is 良好), I2 (a bound belongs to the band above it).
    """
    reached = [(band.lower, band.code) for band in bands if band.lower <= score]
    if not reached:
        raise ValueError(f"No band holds {score} hundredths.")
    return max(reached)[1]


def on_ballot(*, scored_role: bool, months: int, annual_is_daily: bool) -> bool:
    """Tell whether a member stands on the ballot; a tally of one who does not is ignored.

    Clause: 【三】「其中在職黨員日常行爲積分考覈成績即爲年度積分考覈成績」, 【三(一)5】, 【三(二)】.
    Interpretation: I5, I6, I13.
    """
    return scored_role and months > 0 and not annual_is_daily


def status(
    *, scored_role: bool, months: int, annual_is_daily: bool, has_appraisal: bool, year_end: bool
) -> Status:
    """Return what a member's result holds, from the role held on the day of the score.

    ``months``: how many count (0 to 12). ``year_end``: the score is for 31 December; before, nobody
    needs an appraisal.

    Clause: 【三(一)5】「可不要求參加組織生活,以關愛爲主」, 【三(二)】「年度召開黨員大會」.
    Interpretation: I5, I6, I13 (exempt goes before no months).
    """
    if not scored_role:
        return Status.EXEMPT
    if months == 0:
        return Status.NO_MONTHS
    if year_end and not annual_is_daily and not has_appraisal:
        return Status.NOT_APPRAISED
    return Status.SCORED
