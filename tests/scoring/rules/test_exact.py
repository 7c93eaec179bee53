"""Rounding, and scores as text."""

import pytest

from scoring.rules.exact import UNIT, ceil_div, half_up, text


@pytest.mark.parametrize(
    "numerator,denominator,expected",
    [
        (0, 7, 0),
        (1, 2, 1),  # a half goes up
        (3, 2, 2),
        (5, 2, 3),  # and not to the even neighbour
        (49, 100, 0),
        (50, 100, 1),
        (16000, 6, 2667),  # 2666.66…
        (14, 3, 5),  # 4.66…
        (13, 3, 4),  # 4.33…
        (10**30 + 1, 2, 5 * 10**29 + 1),  # beyond what a binary float could tell
    ],
)
def test_half_up(numerator, denominator, expected):
    assert half_up(numerator, denominator) == expected


@pytest.mark.parametrize("numerator,denominator,expected", [(0, 12, 0), (1, 12, 1), (12, 12, 1), (13, 12, 2)])
def test_ceil_div(numerator, denominator, expected):
    assert ceil_div(numerator, denominator) == expected


@pytest.mark.parametrize("rounding", [half_up, ceil_div])
def test_nothing_is_divided_by_nothing(rounding):
    with pytest.raises(ZeroDivisionError):
        rounding(1, 0)


@pytest.mark.parametrize(
    "value,expected",
    [(0, "0.00"), (5, "0.05"), (50, "0.50"), (99, "0.99"), (100, "1.00"), (8347, "83.47"), (12000, "120.00")],
)
def test_text(value, expected):
    assert text(value) == expected


def test_a_point_has_a_hundred_hundredths():
    assert UNIT == 100
