"""The worked cases of the plan, each rebuilt step by step."""

from datetime import date

import pytest

from appraisal.rules.annual import Status, annual, annual_of_daily, grade, on_ballot, status
from appraisal.rules.tally import Votes, appraisal
from scoring.rules.daily import daily_score
from scoring.rules.done import months_paid, standing_count
from scoring.rules.exact import Hundredths, text
from scoring.rules.spans import Span, clip, contains, count_months, months_counted
from scoring.rules.terms import Daily, Line, Record
from tests.golden.roles import BANDS, STANDARDS, TABLE, VALUES, WEIGHTS

ALL_MONTHS = 0b111111111111


def line(score: Daily, indicator: str) -> Line:
    return next(line for line in score.lines if line.indicator == indicator)


def appraised_by(votes: Votes) -> Hundredths:
    score = appraisal(votes, VALUES)
    assert score is not None
    return score


def counted(rows: list[tuple[date, int]], scored: list[Span]) -> int:
    """The quantities dated on a day in a scored posting."""
    return sum(quantity for day, quantity in rows if contains(scored, day))


def year(year: int) -> list[tuple[date, date]]:
    return [(date(year, 1, 1), date(year, 12, 31))]


@pytest.mark.parametrize("role", TABLE)
def test_points_of_a_role_total_100(role):
    assert sum(points for _, points in TABLE[role].values()) == 100


def test_case_1_all_quotas_met_and_a_full_ballot():
    score = daily_score(
        STANDARDS["organ.leader"],
        12,
        Record(
            done={
                "org_life": 12,
                "training": 3,
                "pair_household": 1,
                "pair_backbone": 1,
                "visit_people": 100,
                "community_activity": 2,
                "essay": 2,
                "dues": 12,
            }
        ),
    )
    # 24 + 12 + 8 + 6 + 12 + 8 + 8 + 6, and 5 + 6 + 5 presumed: 100
    assert [text(each.earned) for each in score.lines] == [
        "24.00", "12.00", "8.00", "6.00", "12.00", "8.00", "8.00", "6.00", "5.00", "6.00", "5.00",
    ]  # fmt: skip
    assert [each.indicator for each in score.lines if each.presumed] == ["org_task", "duty", "conduct"]
    # exactly met is not exceeded: no bonus
    assert [each.excess for each in score.lines] == [0] * 11
    assert (text(score.base), text(score.bonus), text(score.daily)) == ("100.00", "0.00", "100.00")
    # (20 × 100 + 5 × 80 + 3 × 60 + 2 × 40) / 30 = (2000 + 400 + 180 + 80) / 30 = 88.666…
    appraised = appraised_by(Votes(20, 5, 3, 2))
    assert text(appraised) == "88.67"
    # 0.8 × 100.00 + 0.2 × 88.67 = 80 + 17.734 = 97.734
    result = annual(score.daily, appraised, WEIGHTS)
    assert text(result) == "97.73"
    assert grade(result, BANDS) == "excellent"


def test_case_2_partly_met():
    score = daily_score(
        STANDARDS["community.member"],
        12,
        Record(done={"org_life": 4, "volunteer": 3, "essay": 0, "dues": 12}),
    )
    # 40 × 4 / 6 = 26.666…
    assert text(line(score, "org_life").earned) == "26.67"
    # 26.67 + 30 + 0 + 8 + 5 + 5 = 74.67
    assert [each.earned for each in score.lines] == [2667, 3000, 0, 800, 500, 500]
    assert (text(score.base), text(score.bonus)) == ("74.67", "0.00")
    # (2 × 100 + 10 × 80 + 5 × 60 + 3 × 40) / 20 = (200 + 800 + 300 + 120) / 20 = 71
    appraised = appraised_by(Votes(2, 10, 5, 3))
    assert text(appraised) == "71.00"
    # 0.8 × 74.67 + 0.2 × 71 = 59.736 + 14.2 = 73.936
    result = annual(score.daily, appraised, WEIGHTS)
    assert text(result) == "73.94"
    assert grade(result, BANDS) == "good"


def test_case_3_in_service_with_the_good_deed_waived():
    score = daily_score(
        STANDARDS["in_service.member"],
        12,
        Record(
            done={"volunteer_post": 1, "volunteer": 4, "pair_household": 1, "community_life": 1},
            waived={"good_deed"},
        ),
    )
    # 20 + 30 + 20 + 15 = 85 of the 85 points that are left: 85 × 100 / 85
    assert [each.earned for each in score.lines] == [2000, 3000, 0, 2000, 1500]
    assert [each.indicator for each in score.lines if each.waived] == ["good_deed"]
    assert text(score.base) == "100.00"
    # volunteering four times is 2 beyond the quota of 2, at 1 point each
    assert text(line(score, "volunteer").excess) == "2.00"
    assert text(score.bonus) == "2.00"
    result = annual_of_daily(score.daily, WEIGHTS)
    assert text(result) == "102.00"
    assert grade(result, BANDS) == "excellent"
    # no ballot needed
    assert not on_ballot(scored_role=True, months=12, annual_is_daily=True)
    assert (
        status(scored_role=True, months=12, annual_is_daily=True, has_appraisal=False, year_end=True)
        == Status.SCORED
    )


def test_case_4_joined_in_july():
    mask = months_counted(2026, [Span(date(2026, 7, 10), None)], [])
    # the 15ths of July to December
    assert mask == 0b111111000000
    months = count_months(mask)
    assert months == 6
    # 6 × 6 / 12 = 3; 2 × 6 / 12 = 1; 1 × 6 / 12 = 0.5, so 1; 12 × 6 / 12 = 6
    quotas = {item.indicator: item.quota for item in STANDARDS["non_public.member"].applied(months)}
    assert quotas == {
        "org_life": 3, "volunteer": 1, "essay": 1, "dues": 6, "org_task": None, "conduct": None,
    }  # fmt: skip


def test_case_5_a_hundredth_below_excellent():
    # 0.8 × 87.49 + 0.2 × 100 = 69.992 + 20 = 89.992
    result = annual(8749, 10000, WEIGHTS)
    assert text(result) == "89.99"
    assert grade(result, BANDS) == "good"
    # a single 良好 is 80; 0.8 × 100 + 0.2 × 80 = 96
    appraised = appraised_by(Votes(0, 1, 0, 0))
    assert text(appraised) == "80.00"
    assert text(annual(10000, appraised, WEIGHTS)) == "96.00"


@pytest.mark.parametrize("of_year", [2024, 2025, 2026])
def test_case_6_a_pairing_goes_on_for_years(of_year):
    assert standing_count([("3栋李家", Span(date(2024, 5, 20), None))], year(of_year)) == 1


def test_case_6_no_pairing_before_it_began():
    assert standing_count([("3栋李家", Span(date(2024, 5, 20), None))], year(2023)) == 0


def test_case_6_dues_twice_for_april_and_not_for_march():
    paid = [1, 2, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    mask = 0
    for month in paid:
        mask |= 1 << (month - 1)
    # twelve rows, eleven months
    assert len(paid) == 12
    assert months_paid(mask, ALL_MONTHS, 12) == 11
    # 8 × 11 / 12 = 7.333…
    score = daily_score(STANDARDS["community.member"], 12, Record(done={"dues": 11}))
    assert text(line(score, "dues").earned) == "7.33"


def test_case_7_a_transfer_on_1_july():
    postings = [Span(date(2026, 7, 1), None), Span(date(2020, 3, 1), date(2026, 6, 30))]
    assert count_months(months_counted(2026, postings, [])) == 12
    # five meetings in the first half-year, three in the second: all eight count, towards the organ's 12
    meetings = [(date(2026, month, 20), 1) for month in (1, 2, 3, 4, 6, 7, 9, 11)]
    assert counted(meetings, postings) == 8
    score = daily_score(STANDARDS["organ.member"], 12, Record(done={"org_life": 8}))
    # 30 × 8 / 12 = 20
    assert text(line(score, "org_life").earned) == "20.00"


def test_case_7_on_leave_from_march_to_june():
    postings = [Span(date(2020, 3, 1), None)]
    leave = Span(date(2026, 3, 3), date(2026, 6, 20))
    mask = months_counted(2026, postings, [leave])
    # the 15ths of March, April, May and June are on leave: bits 2 to 5 are out
    assert mask == 0b111111000011
    assert count_months(mask) == 8
    # the meeting in April was attended all the same
    assert counted([(date(2026, 4, 9), 1)], postings) == 1


def test_case_8_quota_of_half_a_year_and_excess_beyond_it():
    score = daily_score(STANDARDS["community.member"], 6, Record(done={"volunteer": 4}))
    # ceil(3 × 6 / 12) = ceil(1.5) = 2; four times: all 30 points, and 2 beyond at 1 each
    volunteer = line(score, "volunteer")
    assert volunteer.quota == 2
    assert (text(volunteer.earned), text(volunteer.excess)) == ("30.00", "2.00")


def test_case_8_elderly_until_the_end_of_may():
    # only the posting in a scored role is passed
    scored = [Span(date(2026, 6, 1), None)]
    assert count_months(months_counted(2026, scored, [])) == 7
    days = clip(scored, date(2026, 1, 1), date(2026, 12, 31))
    rows = [(date(2026, 5, 31), 4), (date(2026, 6, 1), 1)]
    assert counted(rows, scored) == 1
    pairing = [("李家", Span(date(2025, 1, 1), date(2026, 5, 31)))]
    assert standing_count(pairing, days) == 0


def test_case_9_identical_rows_add_up():
    rows = [(date(2026, 3, 5), 3), (date(2026, 3, 5), 3)]
    assert counted(rows, [Span(date(2020, 3, 1), None)]) == 6
