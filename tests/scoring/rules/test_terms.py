"""What a requirement may be, and what of it applies to part of a year."""

import pytest

from scoring.rules.terms import Applied, Excess, Kind, Record, Requirement, Standard


def requirement(**changes) -> Requirement:
    values = {"indicator": "org_life", "kind": Kind.COUNTED, "quota": 12, "points": 3000, **changes}
    return Requirement(**values)


def test_a_requirement_is_neither_waivable_nor_exceeded_unless_said():
    assert requirement() == Requirement("org_life", Kind.COUNTED, 12, 3000, waivable=False, excess=None)


def test_an_empty_record():
    assert Record() == Record(done={}, judged={}, waived=frozenset(), awards=0, contributions=0)


@pytest.mark.parametrize("kind", [Kind.COUNTED, Kind.STANDING, Kind.MONTHLY])
def test_a_quota_is_at_least_one(kind):
    assert requirement(kind=kind, quota=1).quota == 1
    for quota in (0, -1, None):
        with pytest.raises(ValueError, match=r"^org_life: a quota of 1 or more is needed\.$"):
            requirement(kind=kind, quota=quota)


def test_what_is_judged_has_neither_quota_nor_excess():
    assert requirement(kind=Kind.JUDGED, quota=None).quota is None
    for changes in ({"quota": 1}, {"quota": None, "excess": Excess(50, 1, 300)}):
        with pytest.raises(ValueError, match=r"^org_life: what is judged has neither quota nor excess\.$"):
            requirement(kind=Kind.JUDGED, **changes)


def test_points_may_be_nothing_and_not_less():
    assert requirement(points=0).points == 0
    with pytest.raises(ValueError, match=r"^org_life: points below 0\.$"):
        requirement(points=-1)


@pytest.mark.parametrize("rate,step,cap", [(-1, 1, 0), (0, 0, 0), (0, -1, 0), (0, 1, -1)])
def test_an_excess_needs_a_step_and_nothing_negative(rate, step, cap):
    message = r"^An excess needs a step of 1 or more, and no negative rate or cap\.$"
    with pytest.raises(ValueError, match=message):
        Excess(rate, step, cap)


def test_the_least_of_an_excess():
    assert Excess(0, 1, 0) == Excess(rate=0, step=1, cap=0, over=None)


@pytest.mark.parametrize(
    "months,quota",
    [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 3), (7, 3), (8, 4), (9, 4), (10, 5), (11, 5), (12, 5)],
)
def test_a_quota_is_reduced_by_months_and_rounded_up(months, quota):
    # 5 × months / 12: 0.42 0.83 1.25 1.67 2.08 2.5 2.92 3.33 3.75 4.17 4.58 5
    standard = Standard("r", (requirement(quota=5),), 2000)
    assert [item.quota for item in standard.applied(months)] == [quota]


def test_all_of_a_requirement_is_applied():
    excess, deeds = Excess(50, 1, 300), Excess(100, 1, 300, over=2)
    standard = Standard(
        "r",
        (
            requirement(quota=8, excess=excess),
            Requirement("good_deed", Kind.COUNTED, 1, 1500, waivable=True, excess=deeds),
            Requirement("dues", Kind.MONTHLY, 12, 800),
            Requirement("conduct", Kind.JUDGED, None, 500),
        ),
        2000,
    )
    assert standard.applied(9) == (
        Applied("org_life", Kind.COUNTED, 6, 3000, False, 6, excess),  # 8 × 9 / 12 = 6
        Applied("good_deed", Kind.COUNTED, 1, 1500, True, 2, deeds),  # over: 2 × 9 / 12 = 1.5, so 2
        Applied("dues", Kind.MONTHLY, 9, 800, False, 9, None),
        Applied("conduct", Kind.JUDGED, None, 500, False, 0, None),
    )
    # over: 2 × 6 / 12 = 1; 2 × 7 / 12 = 1.17, so 2
    assert [standard.applied(months)[1].threshold for months in (6, 7)] == [1, 2]


def test_what_applies_is_worked_out_once():
    standard = Standard("r", (requirement(),), 2000)
    assert standard.applied(6) is standard.applied(6)
    assert standard.applied(6) != standard.applied(12)


def test_what_was_worked_out_is_no_part_of_the_standard():
    one, other = Standard("r", (requirement(),), 2000), Standard("r", (requirement(),), 2000)
    one.applied(6)
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) == repr(other)


@pytest.mark.parametrize("months", [-1, 0, 13])
def test_a_score_takes_1_to_12_months(months):
    with pytest.raises(ValueError, match=rf"^A score takes 1 to 12 months, not {months}\.$"):
        Standard("r", (requirement(),), 2000).applied(months)


@pytest.mark.parametrize("value", [requirement(), Excess(50, 1, 300), Standard("r", (), 2000), Record()])
def test_values_cannot_be_changed(value):
    with pytest.raises(AttributeError):
        setattr(value, type(value).__slots__[0], None)
