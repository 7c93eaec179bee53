"""Annual score, grade and status."""

from itertools import product

import pytest

from appraisal.rules.annual import (
    Band,
    Status,
    Weights,
    annual,
    annual_of_daily,
    grade,
    on_ballot,
    status,
)

WEIGHTS = Weights(80, 20)
BANDS = (Band("excellent", 9000), Band("good", 7000), Band("pass", 6000), Band("fail", 0))


@pytest.mark.parametrize(
    "daily,appraised,expected",
    [
        (10000, 8867, 9773),  # 80 + 17.734
        (7467, 7100, 7394),  # 59.736 + 14.2 = 73.936
        (8749, 10000, 8999),  # 69.992 + 20 = 89.992
        (12000, 10000, 11600),  # the most there is: 96 + 20
        (0, 4000, 800),
        (3, 1, 3),  # 0.024 + 0.002 = 0.026
        (0, 0, 0),
    ],
)
def test_annual(daily, appraised, expected):
    assert annual(daily, appraised, WEIGHTS) == expected


def test_a_half_hundredth_goes_up():
    # 0.5 × 0.01 = 0.005
    assert annual(1, 0, Weights(50, 50)) == 1


def test_the_weights_are_the_schemes():
    assert annual(10000, 5000, Weights(60, 40)) == 8000


@pytest.mark.parametrize("daily,expected", [(9000, 9200), (10000, 10000), (12000, 10000)])
def test_a_scheme_may_cap_the_annual_score(daily, expected):
    assert annual(daily, 10000, Weights(80, 20, cap=10000)) == expected


def test_in_service_the_daily_score_is_the_annual_one():
    assert annual_of_daily(12000, WEIGHTS) == 12000
    assert annual_of_daily(7777, Weights(1, 1)) == 7777
    assert annual_of_daily(12000, Weights(80, 20, cap=11000)) == 11000
    assert annual_of_daily(10999, Weights(80, 20, cap=11000)) == 10999


@pytest.mark.parametrize(
    "score,expected",
    [
        (12000, "excellent"),
        (9000, "excellent"),
        (8999, "good"),
        (8500, "good"),  # the band that the plan left out
        (8000, "good"),
        (7000, "good"),
        (6999, "pass"),
        (6000, "pass"),
        (5999, "fail"),
        (0, "fail"),
    ],
)
def test_grade(score, expected):
    assert grade(score, BANDS) == expected
    assert grade(score, BANDS[::-1]) == expected


def test_no_grade_below_every_band():
    with pytest.raises(ValueError, match=r"^No band holds 5999 hundredths\.$"):
        grade(5999, BANDS[:3])


def test_status_of_every_combination():
    """Exempt goes before no months, and only at the year's end is an appraisal missed."""
    either = (True, False)
    for scored, months, is_daily, has, end in product(either, (0, 1, 12), either, either, either):
        found = status(
            scored_role=scored, months=months, annual_is_daily=is_daily, has_appraisal=has, year_end=end
        )
        if not scored:
            expected = "exempt"
        elif months == 0:
            expected = "no_months"
        else:
            # of the eight that remain, one: not in service, no appraisal, 31 December
            expected = {(False, False, True): "not_appraised"}.get((is_daily, has, end), "scored")
        assert found == expected


@pytest.mark.parametrize(
    "scored,months,is_daily,expected",
    [
        (True, 12, False, True),
        (True, 1, False, True),
        (True, 0, False, False),
        (True, 12, True, False),
        (False, 12, False, False),
        (False, 0, False, False),
    ],
)
def test_on_the_ballot(scored, months, is_daily, expected):
    assert on_ballot(scored_role=scored, months=months, annual_is_daily=is_daily) is expected


def test_statuses_are_spelt_as_they_are_exported():
    assert [str(each) for each in Status] == ["scored", "not_appraised", "no_months", "exempt"]
