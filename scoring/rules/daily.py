"""The daily-conduct score: points for each requirement, base, bonus."""

from scoring.rules.exact import UNIT, Hundredths, half_up
from scoring.rules.terms import Daily, Excess, Line, Record, Standard

FULL_MARKS: Hundredths = 100 * UNIT
"""The base of whoever meets every requirement that is not waived."""

FULFILLED = 1000
"""A judged standard met in full, in tenths of a per cent."""


def daily_score(standard: Standard, months: int, record: Record) -> Daily:
    """Return the daily-conduct score of a member for whom ``months`` (1 to 12) count.

    Each requirement earns its points in proportion to what is done, at most all of them; a judged one
    in proportion to its fulfilment, which is presumed full until recorded otherwise. A waived one
    (only where it is waivable) earns nothing, and the rest are scaled to 100. The bonus is what was
    done beyond quotas, awards and contributions, up to the standard's cap. Indicators that the
    standard does not require earn nothing. Every figure is rounded as it arises, and the next starts
    from the rounded one.

    Raises:
        ValueError: ``months`` is not 1 to 12, or no points are left to earn.

    Clause: 【四1】「日常行爲積分的基本考覈指標總分爲100分,超過指標數量、個人得獎、突出貢獻則適當加分,
    加分數不超過20分」; 【三(一)】 the standards.
    Interpretation: I7, I8, I9 (proportional; judged presumed met), I12, I13, I16.
    """
    lines: list[Line] = []
    possible = earned_sum = excess_sum = 0
    for indicator, kind, quota, points, waivable, threshold, excess in standard.applied(months):
        waived = waivable and indicator in record.waived
        presumed = False
        beyond = 0
        if quota is None:
            presumed = indicator not in record.judged
            done = record.judged.get(indicator, FULFILLED)
            earned = half_up(points * done, FULFILLED)
        else:
            done = record.done.get(indicator, 0)
            earned = half_up(points * min(done, quota), quota)
            if excess is not None:
                beyond = excess_points(excess, done, threshold)
        if waived:
            earned = beyond = 0
        else:
            possible += points
        earned_sum += earned
        excess_sum += beyond
        lines.append(Line(indicator, kind, quota, done, points, earned, beyond, waived, presumed))
    if possible == 0:
        raise ValueError(f"{standard.role}: no points are left to earn.")
    base = half_up(earned_sum * FULL_MARKS, possible)
    bonus = min(standard.bonus_cap, excess_sum + record.awards + record.contributions)
    return Daily(base, bonus, base + bonus, tuple(lines))


def excess_points(excess: Excess, done: int, threshold: int) -> Hundredths:
    """Return the points for what was done beyond ``threshold``: full steps only, up to the cap.

    Clause: 【四1】「超過指標數量…適當加分」.
    Interpretation: I8 (rates and caps for each indicator), I12 (good deeds: beyond 2).
    """
    return min(excess.cap, excess.rate * max(0, (done - threshold) // excess.step))
