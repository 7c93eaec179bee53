"""Pace, ahead and behind."""

from fractions import Fraction

import pytest

from scoring.rules.daily import daily_score
from scoring.rules.pace import ahead, behind, pace, shown
from scoring.rules.terms import Kind, Line, Record
from tests.golden.roles import STANDARDS


def line(points: int, earned: int, kind: Kind = Kind.COUNTED, waived: bool = False) -> Line:
    return Line("any", kind, 1, 0, points, earned, 0, waived, False)


@pytest.mark.parametrize(
    "elapsed,months,expected",
    [
        (3, 12, 200),  # 10 of 20 points; expected by now 20 × 3 / 12 = 5
        (6, 12, 100),
        (9, 12, 67),  # 10 / 15 = 0.666…
        (12, 12, 50),
        (3, 6, 100),
        (1, 7, 350),
        (5, 7, 70),
    ],
)
def test_pace_is_what_is_earned_over_what_is_expected_by_now(elapsed, months, expected):
    assert shown(pace([line(2000, 1000)], elapsed, months)) == expected


def test_a_half_hundredth_of_pace_goes_up():
    # 0.25 / 50 = 0.005; 0.24 / 50 = 0.0048
    assert shown(pace([line(5000, 25)], 12, 12)) == 1
    assert shown(pace([line(5000, 24)], 12, 12)) == 0


def test_counted_standing_and_monthly_lines_make_the_pace():
    lines = [line(1000, 100), line(1000, 200, Kind.STANDING), line(2000, 500, Kind.MONTHLY)]
    # (1 + 2 + 5) / 40 = 0.2
    assert pace(lines, 12, 12) == Fraction(1, 5)


def test_judged_and_waived_lines_stay_out():
    lines = [line(1000, 500), line(1000, 1000, Kind.JUDGED), line(1000, 0, waived=True)]
    assert pace(lines, 12, 12) == Fraction(1, 2)
    # and do not end the sum
    assert pace(lines[::-1], 12, 12) == Fraction(1, 2)


@pytest.mark.parametrize(
    "lines,elapsed",
    [
        ([line(1000, 500)], 0),
        ([], 6),
        ([line(1000, 1000, Kind.JUDGED)], 6),
        ([line(1000, 0, waived=True)], 6),
    ],
)
def test_no_pace_where_nothing_was_to_be_expected(lines, elapsed):
    assert pace(lines, elapsed, 12) is None
    assert shown(None) is None


def test_pace_of_a_member_in_the_second_quarter():
    # org_life 2 of 6: 13.33; volunteer 1 of 3: 10; essay 0; dues 6 of 12: 4. In all 27.33 of 90
    score = daily_score(
        STANDARDS["community.member"], 12, Record(done={"org_life": 2, "volunteer": 1, "dues": 6})
    )
    # expected by June 90 × 6 / 12 = 45; 27.33 / 45 = 0.6073…
    assert shown(pace(score.lines, 6, 12)) == 61


@pytest.mark.parametrize(
    "now,quarter,expected",
    [
        (49, 2, True),
        (50, 2, False),  # not below
        (49, 1, False),  # too early
        (0, 1, False),
        (0, 4, True),
        (51, 4, False),
    ],
)
def test_behind(now, quarter, expected):
    assert behind(Fraction(now, 100), quarter, threshold=50, from_quarter=2) is expected


def test_the_pace_itself_is_held_against_the_threshold():
    # 49.51 of 100 points at the year's end is 0.4951: printed as 0.50, and below 0.5 all the same
    now = pace([line(10000, 4951)], 12, 12)
    assert shown(now) == 50
    assert behind(now, 4, threshold=50, from_quarter=2) is True


def test_nobody_is_behind_without_a_pace():
    assert behind(None, 4, threshold=50, from_quarter=2) is False


@pytest.mark.parametrize(
    "points,share,threshold",
    [
        ([70], 10, 70),  # at least one
        ([50, 90, 70], 10, 90),
        ([*range(9)], 10, 8),
        ([*range(10)], 10, 9),
        ([*range(19)], 10, 18),  # a tenth of 19 is one
        ([*range(20)], 10, 18),  # of 20, two
        ([*range(40)], 5, 38),
        ([80, 80, 80, 60], 10, 80),  # ties are ahead too
        ([1, 2, 3, 4], 100, 1),
    ],
)
def test_ahead(points, share, threshold):
    assert ahead(points, share) == threshold


def test_nobody_is_ahead_of_nobody():
    assert ahead([], 10) is None
