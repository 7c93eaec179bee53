"""Points, base and bonus of the daily-conduct score."""

import pytest

from scoring.rules.daily import daily_score, excess_points
from scoring.rules.terms import Daily, Excess, Kind, Line, Record, Requirement, Standard

VISITS = Excess(rate=50, step=10, cap=300)
VOLUNTEER = Excess(rate=100, step=1, cap=500)
DEEDS = Excess(rate=100, step=1, cap=300, over=2)

STANDARD = Standard(
    "test.role",
    (
        Requirement("visits", Kind.COUNTED, 100, 3000, excess=VISITS),
        Requirement("volunteer", Kind.COUNTED, 3, 2500, excess=VOLUNTEER),
        Requirement("deed", Kind.COUNTED, 1, 1500, waivable=True, excess=DEEDS),
        Requirement("pairing", Kind.STANDING, 1, 1000, excess=VOLUNTEER),
        Requirement("dues", Kind.MONTHLY, 12, 800),
        Requirement("task", Kind.JUDGED, None, 1200),
    ),
    bonus_cap=2000,
)
MET = {"visits": 100, "volunteer": 3, "deed": 1, "pairing": 1, "dues": 12}


def lines(score: Daily) -> dict[str, Line]:
    return {line.indicator: line for line in score.lines}


def one(requirement: Requirement, record: Record, months: int = 12) -> Line:
    return daily_score(Standard("r", (requirement,), 2000), months, record).lines[0]


def test_every_line_tells_its_own():
    score = daily_score(
        STANDARD, 12, Record(done={**MET, "visits": 123, "volunteer": 1}, judged={"task": 855})
    )
    assert score.lines == (
        # 123 − 100 = 23: two full tens, 0.5 each
        Line("visits", Kind.COUNTED, 100, 123, 3000, 3000, 100, False, False),
        # 25 / 3 = 8.333…
        Line("volunteer", Kind.COUNTED, 3, 1, 2500, 833, 0, False, False),
        Line("deed", Kind.COUNTED, 1, 1, 1500, 1500, 0, False, False),
        Line("pairing", Kind.STANDING, 1, 1, 1000, 1000, 0, False, False),
        Line("dues", Kind.MONTHLY, 12, 12, 800, 800, 0, False, False),
        # 12 × 85.5 % = 10.26
        Line("task", Kind.JUDGED, None, 855, 1200, 1026, 0, False, False),
    )
    # 30 + 8.33 + 15 + 10 + 8 + 10.26 = 81.59, and 1 on top
    assert score[:3] == (8159, 100, 8259)


def test_nothing_done():
    score = daily_score(STANDARD, 12, Record())
    # the judged 12 are presumed
    assert score[:3] == (1200, 0, 1200)
    assert [line.done for line in score.lines] == [0, 0, 0, 0, 0, 1000]


def test_what_is_judged_is_presumed_met_until_recorded():
    presumed = lines(daily_score(STANDARD, 12, Record()))["task"]
    recorded = lines(daily_score(STANDARD, 12, Record(judged={"task": 1000})))["task"]
    assert (presumed.done, presumed.earned, presumed.presumed) == (1000, 1200, True)
    assert (recorded.done, recorded.earned, recorded.presumed) == (1000, 1200, False)
    nothing = lines(daily_score(STANDARD, 12, Record(judged={"task": 0})))["task"]
    assert (nothing.done, nothing.earned, nothing.presumed) == (0, 0, False)


def test_what_is_judged_does_not_depend_on_months():
    assert lines(daily_score(STANDARD, 1, Record(judged={"task": 500})))["task"].earned == 600


def test_a_judged_half_hundredth_goes_up():
    # 0.05 × 50 % = 0.025
    assert one(Requirement("task", Kind.JUDGED, None, 5), Record(judged={"task": 500})).earned == 3


@pytest.mark.parametrize("done,earned", [(0, 0), (1, 833), (2, 1667), (3, 2500), (4, 2500), (300, 2500)])
def test_points_are_earned_in_proportion_and_no_more_than_all(done, earned):
    # 25 / 3 = 8.333…; 50 / 3 = 16.666…
    assert lines(daily_score(STANDARD, 12, Record(done={"volunteer": done})))["volunteer"].earned == earned


def test_what_is_not_required_earns_nothing():
    record = Record(done={**MET, "essay": 50}, judged={"duty": 10})
    assert daily_score(STANDARD, 12, record) == daily_score(STANDARD, 12, Record(done=MET))


@pytest.mark.parametrize(
    "done,points",
    [
        (0, 0),
        (100, 0),
        (109, 0),
        (110, 50),
        (119, 50),
        (120, 100),
        (159, 250),
        (160, 300),
        (170, 300),
        (9999, 300),
    ],
)
def test_excess_takes_full_steps_up_to_its_own_cap(done, points):
    assert lines(daily_score(STANDARD, 12, Record(done={"visits": done})))["visits"].excess == points
    assert excess_points(VISITS, done, 100) == points


@pytest.mark.parametrize("done,points", [(0, 0), (1, 0), (2, 0), (3, 100), (4, 200), (5, 300), (6, 300)])
def test_excess_over_a_count_of_its_own(done, points):
    deed = lines(daily_score(STANDARD, 12, Record(done={"deed": done})))["deed"]
    assert deed.excess == points
    assert deed.earned == (1500 if done else 0)


@pytest.mark.parametrize("months,points", [(12, 0), (7, 0), (6, 100), (1, 100)])
def test_the_count_to_exceed_is_reduced_by_months_too(months, points):
    # 2 × 7 / 12 = 1.17, so 2; 2 × 6 / 12 = 1
    assert lines(daily_score(STANDARD, months, Record(done={"deed": 2})))["deed"].excess == points


def test_excess_begins_beyond_the_quota_of_the_months():
    # 100 × 5 / 12 = 41.67, so 42; 62 is 20 beyond
    line = lines(daily_score(STANDARD, 5, Record(done={"visits": 62})))["visits"]
    assert (line.quota, line.earned, line.excess) == (42, 3000, 100)


def test_dues_have_no_excess():
    line = lines(daily_score(STANDARD, 6, Record(done={"dues": 12})))["dues"]
    assert (line.quota, line.earned, line.excess) == (6, 800, 0)


def test_a_waived_line_is_left_out_and_the_rest_scaled():
    done = {"visits": 50, "volunteer": 3, "deed": 9, "pairing": 1, "dues": 12}
    score = daily_score(STANDARD, 12, Record(done=done, waived=frozenset({"deed"})))
    deed = lines(score)["deed"]
    assert (deed.waived, deed.done, deed.points, deed.earned, deed.excess) == (True, 9, 1500, 0, 0)
    # 15 + 25 + 10 + 8 + 12 = 70 of 85: 70 × 100 / 85 = 82.352…
    assert score[:3] == (8235, 0, 8235)
    assert [line.indicator for line in score.lines if line.waived] == ["deed"]


def test_a_waiver_may_carry_its_reason():
    reasons = {"deed": "long illness"}
    assert daily_score(STANDARD, 12, Record(done=MET, waived=reasons)) == daily_score(
        STANDARD, 12, Record(done=MET, waived=frozenset(reasons))
    )


def test_what_is_not_waivable_is_not_waived():
    waived = Record(done={"visits": 50}, waived=frozenset({"visits", "task", "unknown"}))
    assert daily_score(STANDARD, 12, waived) == daily_score(STANDARD, 12, Record(done={"visits": 50}))


def test_the_rest_is_scaled_where_points_do_not_total_100():
    # 10 + 20, one waived: 10 × 1 / 3 = 3.33, and 3.33 × 100 / 10 = 33.3
    standard = Standard(
        "r",
        (
            Requirement("a", Kind.COUNTED, 3, 1000),
            Requirement("b", Kind.COUNTED, 1, 2000, waivable=True),
        ),
        2000,
    )
    assert daily_score(standard, 12, Record(done={"a": 1}, waived=frozenset("b"))).base == 3330
    # none waived: 3.33 + 20 = 23.33 of 30, and 23.33 × 100 / 30 = 77.766…
    assert daily_score(standard, 12, Record(done={"a": 1, "b": 1})).base == 7777


def test_all_but_one_waived():
    standard = Standard(
        "r",
        (
            Requirement("a", Kind.COUNTED, 7, 100),
            Requirement("b", Kind.COUNTED, 1, 4900, waivable=True),
            Requirement("c", Kind.JUDGED, None, 5000, waivable=True),
        ),
        2000,
    )
    score = daily_score(standard, 12, Record(done={"a": 2, "b": 1}, waived=frozenset("bc")))
    # 1 × 2 / 7 = 0.2857…, printed 0.29; 0.29 × 100 / 1 = 29, from the printed figure
    assert [line.earned for line in score.lines] == [29, 0, 0]
    assert score.base == 2900


def test_nothing_left_to_earn():
    empty = Standard("elderly.member", (), 2000)
    waived = Standard("r", (Requirement("a", Kind.COUNTED, 1, 100, waivable=True),), 2000)
    with pytest.raises(ValueError, match=r"^elderly\.member: no points are left to earn\.$"):
        daily_score(empty, 12, Record())
    with pytest.raises(ValueError, match=r"^r: no points are left to earn\.$"):
        daily_score(waived, 12, Record(waived=frozenset("a")))


def test_the_bonus_is_excess_and_awards_and_contributions():
    # 2 × 1 beyond the 3, a district award of 6, a contribution of 1.5
    record = Record(done={"volunteer": 5}, awards=600, contributions=150)
    score = daily_score(STANDARD, 12, record)
    # 25 and the presumed 12
    assert score[:3] == (3700, 950, 4650)


@pytest.mark.parametrize(
    "awards,contributions,bonus", [(1000, 999, 1999), (1000, 1000, 2000), (1000, 1001, 2000), (3000, 0, 2000)]
)
def test_the_bonus_has_a_limit(awards, contributions, bonus):
    score = daily_score(STANDARD, 12, Record(done=MET, awards=awards, contributions=contributions))
    assert score[:3] == (10000, bonus, 10000 + bonus)


def test_the_bonus_limit_is_the_standards():
    generous = Standard("r", STANDARD.requirements, 2500)
    assert daily_score(generous, 12, Record(done=MET, awards=3000)).bonus == 2500


@pytest.mark.parametrize("months", [0, 13])
def test_no_score_without_months(months):
    with pytest.raises(ValueError, match="months"):
        daily_score(STANDARD, months, Record())
