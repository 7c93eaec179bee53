"""Exact arithmetic of the rules: hundredths of a point as integers, and the only rounding there is."""

from typing import TypeAlias

Hundredths: TypeAlias = int
"""A score, or points, in hundredths: ``8347`` is 83.47."""

UNIT = 100
"""Hundredths in one point."""


def half_up(numerator: int, denominator: int) -> int:
    """Return ``numerator / denominator`` rounded to a whole number, a half upwards.

    Any unit goes in, the same comes out. No binary float is involved, so whoever divides the
    printed figures by hand finds the same last digit.

    Raises:
        ZeroDivisionError: the denominator is 0.

    Clause: 【四1】「黨員積分考覈實行百分制」; of rounding the plan says nothing.
    Interpretation: I16 (half up to 0.01, from printed figure to printed figure).
    """
    return (2 * numerator + denominator) // (2 * denominator)


def ceil_div(numerator: int, denominator: int) -> int:
    """Return ``numerator / denominator`` rounded up to a whole number.

    Raises:
        ZeroDivisionError: the denominator is 0.

    Clause: 【三(一)】「不少於」: part of a quota's unit cannot be done, so a part asks for the whole.
    Interpretation: I13 (quota by months, rounded up).
    """
    return -(-numerator // denominator)


def text(value: Hundredths) -> str:
    """Return a score of 0 or more with its two decimals: ``8347`` becomes ``"83.47"``.

    Clause: 【四1】「黨員積分考覈實行百分制」.
    Interpretation: I16 (what is printed is the figure itself, not a shortened one).
    """
    whole, rest = divmod(value, UNIT)
    return f"{whole}.{rest:02d}"
