"""Who is ahead and who is behind while the year runs."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from scoring.rules.exact import UNIT, Hundredths, half_up
from scoring.rules.terms import Kind, Line


def pace(lines: Iterable[Line], months_elapsed: int, months: int) -> Fraction | None:
    """Return the points earned over the points to be expected by now, exactly (1: on course).

    To be expected are the points of the counted, standing and monthly lines times
    ``months_elapsed / months``, the member's own. Judged and waived lines stay out. None where
    nothing was to be expected yet.

    Clause: 【四2】「對積分暫時落後的黨員同志進行警示提醒」, 【七2】「掌握進度」.
    Interpretation: I20.
    """
    earned = points = 0
    for line in lines:
        if line.kind != Kind.JUDGED and not line.waived:
            earned += line.earned
            points += line.points
    expected = points * months_elapsed
    if expected == 0:
        return None
    return Fraction(earned * months, expected)


def ahead(points: Sequence[Hundredths], share_percent: int) -> Hundredths | None:
    """Return the points from which members of one branch and category are *ahead*; None without members.

    Ahead is the top ``share_percent`` of them (rounded down, at least one) with whoever has as many
    points as the last of those.

    Clause: 【四2】「對積分暫時領先的黨員同志在支部大會上提出表揚」.
    Interpretation: I20.
    """
    if not points:
        return None
    places = max(1, len(points) * share_percent // 100)
    return sorted(points, reverse=True)[places - 1]


def shown(pace_now: Fraction | None) -> Hundredths | None:
    """Return a pace as it is printed, in hundredths, rounded half up; None where there is none.

    Clause: 【四2】「每季度對每位黨員積分情況進行一次彙總分析」.
    Interpretation: I20, I16.
    """
    return None if pace_now is None else half_up(pace_now.numerator * UNIT, pace_now.denominator)


def behind(pace_now: Fraction | None, quarter: int, threshold: Hundredths, from_quarter: int) -> bool:
    """Tell whether a member is *behind*: a pace below ``threshold``, from ``from_quarter`` (1 to 4) on.

    The threshold in hundredths; the pace itself, not its printed form, is held against it. Without a
    pace nobody is behind.

    Clause: 【四2】「對積分暫時落後的黨員同志進行警示提醒」.
    Interpretation: I20.
    """
    return pace_now is not None and quarter >= from_quarter and pace_now * UNIT < threshold
