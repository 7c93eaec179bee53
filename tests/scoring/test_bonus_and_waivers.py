"""Awards, contributions, waivers and care: what is refused and by which field, whose they are, the log."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from members.errors import OutOfScope, Refused
from members.models import LogRow, YearLock
from members.services import roster
from scoring.enums import BonusKind, Wish
from scoring.models import AwardLevel, Bonus, Care, CareVisit, Waiver
from scoring.services import ledger
from tests.cast import NOW, Cast
from tests.rows import indicator


def award(cast: Cast, **facts: Any) -> Bonus:
    level = AwardLevel.objects.get(code="municipal")
    said = {
        "member": cast.members["M001"],
        "date": date(2026, 5, 4),
        "reason": "表彰",
        "level": level,
        **facts,
    }
    return Bonus(kind=BonusKind.AWARD, **said)


def contribution(cast: Cast, points: str | None, **facts: Any) -> Bonus:
    worth = None if points is None else Decimal(points)
    said = {"member": cast.members["M001"], "date": date(2026, 5, 4), "reason": "抢险", **facts}
    return Bonus(kind=BonusKind.CONTRIBUTION, points=worth, **said)


def refused_fields(cast: Cast, bonus: Bonus) -> set[str]:
    with pytest.raises(Refused) as refused:
        ledger.save_bonus(by=cast.by(cast.owner), bonus=bonus)
    assert not Bonus.objects.exists()
    return set(refused.value.message_dict)


# --- awards and contributions ---------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2026, 9, 16), date(2019, 12, 31)])
def test_a_bonus_of_tomorrow_or_of_a_day_without_a_posting_is_refused(cast: Cast, day: date) -> None:
    assert refused_fields(cast, award(cast, date=day)) == {"date"}
    assert refused_fields(cast, contribution(cast, "5", date=day)) == {"date"}


def test_an_award_has_a_level_and_no_points_of_its_own(cast: Cast) -> None:
    assert refused_fields(cast, award(cast, level=None)) == {"level"}
    assert refused_fields(cast, award(cast, points=Decimal(6))) == {"points"}
    assert "reason" in refused_fields(cast, award(cast, reason=""))


@pytest.mark.parametrize("points", [None, "0", "0.9", "10.1", "11", "-1", "2.55"])
def test_a_contribution_is_worth_one_to_ten_with_one_decimal(cast: Cast, points: str | None) -> None:
    assert "points" in refused_fields(cast, contribution(cast, points))


def test_a_contribution_has_no_level(cast: Cast) -> None:
    level = AwardLevel.objects.get(code="national")
    assert refused_fields(cast, contribution(cast, "5", level=level)) == {"level"}


@pytest.mark.parametrize("points", ["1", "1.0", "2.5", "10"])
def test_a_contribution_within_the_bounds_is_kept(cast: Cast, points: str) -> None:
    ledger.save_bonus(by=cast.by(cast.owner), bonus=contribution(cast, points))
    kept = Bonus.objects.get()
    assert (kept.points, kept.recorded_at) == (Decimal(points), NOW)


def test_granting_correcting_and_withdrawing_a_bonus_are_logged(cast: Cast) -> None:
    by, bonus = cast.by(cast.owner), contribution(cast, "2.5")
    ledger.save_bonus(by=by, bonus=bonus)
    bonus.points = Decimal(3)
    ledger.save_bonus(by=by, bonus=bonus)
    ledger.withdraw(by=by, row=bonus)
    rows = LogRow.objects.filter(object_type="scoring.bonus").order_by("pk")
    assert [row.verb for row in rows] == ["grant bonus", "correct bonus", "withdraw bonus"]
    assert [row.after and row.after["points"] for row in rows] == ["2.5", "3.0", None]
    assert not Bonus.objects.exists()


def test_a_bonus_keeps_to_its_branch_and_to_open_years(cast: Cast) -> None:
    for user in (cast.other, cast.committee):
        with pytest.raises(OutOfScope):
            ledger.save_bonus(by=cast.by(user), bonus=award(cast))
    YearLock.objects.create(member=cast.members["M001"], year=2026, locked_at=NOW)
    with pytest.raises(Refused) as refused:
        ledger.save_bonus(by=cast.by(cast.owner), bonus=award(cast))
    assert refused.value.code == "closed"
    ledger.save_bonus(by=cast.by(cast.owner), bonus=award(cast, date=date(2025, 12, 31)))


# --- waivers --------------------------------------------------------------------------------------


def waiver(cast: Cast, number: str = "M006", code: str = "good_deed", **facts: Any) -> Waiver:
    said = {"member": cast.members[number], "year": 2026, "reason": "条件不具备", **facts}
    return Waiver(indicator=indicator(code), **said)


@pytest.fixture
def worker(cast: Cast) -> None:
    """M006 is posted as an in-service member."""
    cast.admit("M006", "郑在职", "DT0101", "in_service.member", start=date(2025, 3, 1))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": "volunteer"}, "indicator"),  # required, and not waivable
        ({"code": "essay"}, "indicator"),  # not required
        ({"number": "M001"}, "indicator"),  # not required of a community member
        ({"number": "M003"}, "indicator"),  # nothing is required of an elderly member
        ({"year": 2027}, "year"),
        ({"year": 2024}, "indicator"),  # no posting in that year
        ({"reason": ""}, "reason"),
    ],
)
@pytest.mark.usefixtures("worker")
def test_a_waiver_is_refused_by_the_field_that_is_wrong(
    cast: Cast, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        ledger.save_waiver(by=cast.by(cast.owner), waiver=waiver(cast, **facts))
    assert field in refused.value.message_dict
    assert not Waiver.objects.exists()


@pytest.mark.usefixtures("worker")
def test_a_good_deed_is_waived_once_a_year_with_the_reason(cast: Cast) -> None:
    by = cast.by(cast.owner)
    ledger.save_waiver(by=by, waiver=waiver(cast, agreed_by="支委会"))
    ledger.save_waiver(by=by, waiver=waiver(cast, year=2025))
    with pytest.raises(Refused):
        ledger.save_waiver(by=by, waiver=waiver(cast))
    assert LogRow.objects.filter(verb="waive indicator").count() == 2


@pytest.mark.usefixtures("worker")
def test_what_the_year_s_last_role_requires_can_be_waived(cast: Cast) -> None:
    """Until May in service, then a community member: 2026 is a community member's year, 2025 is not."""
    roster.change_role(
        by=cast.operator,
        member=cast.members["M006"],
        role=cast.roles["community.member"],
        start=date(2026, 6, 1),
    )
    with pytest.raises(Refused):
        ledger.save_waiver(by=cast.by(cast.owner), waiver=waiver(cast))
    ledger.save_waiver(by=cast.by(cast.owner), waiver=waiver(cast, year=2025))


@pytest.mark.usefixtures("worker")
def test_a_waiver_keeps_to_its_branch_and_to_open_years(cast: Cast) -> None:
    with pytest.raises(OutOfScope):
        ledger.save_waiver(by=cast.by(cast.other), waiver=waiver(cast))
    YearLock.objects.create(member=cast.members["M006"], year=2026, locked_at=NOW)
    with pytest.raises(Refused) as refused:
        ledger.save_waiver(by=cast.by(cast.owner), waiver=waiver(cast))
    assert refused.value.code == "closed"


# --- care -----------------------------------------------------------------------------------------


def test_a_wish_and_visits_are_logged_and_become_no_points(cast: Cast) -> None:
    by, member = cast.by(cast.owner), cast.members["M003"]
    care = Care(member=member, wish=Wish.EXEMPT, wished_on=date(2026, 1, 5), contact=cast.members["M001"])
    ledger.save_care(by=by, care=care)
    care.wish = Wish.BY_CHOICE
    ledger.save_care(by=by, care=care)
    visit = CareVisit(member=member, date=cast.today, visitor="张晓明", passed_on="文件", heard="路灯")
    ledger.save_care_visit(by=by, visit=visit)
    assert Care.objects.get().wish == Wish.BY_CHOICE
    verbs = LogRow.objects.filter(object_type__in=["scoring.care", "scoring.carevisit"]).order_by("pk")
    assert [row.verb for row in verbs] == ["record wish", "record wish", "log care visit"]


def test_a_visit_of_tomorrow_and_another_branch_s_are_refused(cast: Cast) -> None:
    visit = CareVisit(member=cast.members["M003"], date=date(2026, 9, 16), visitor="张晓明")
    with pytest.raises(Refused) as refused:
        ledger.save_care_visit(by=cast.by(cast.owner), visit=visit)
    assert set(refused.value.message_dict) == {"date"}
    visit.date = cast.today
    with pytest.raises(OutOfScope):
        ledger.save_care_visit(by=cast.by(cast.other), visit=visit)
