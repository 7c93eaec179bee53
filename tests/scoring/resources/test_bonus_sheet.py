"""The sheet of bonus points: awards by level, contributions by points, a multiset of all cells."""

from datetime import date
from decimal import Decimal

import pytest

from scoring.models import Bonus
from tests.imports import fields, imported, preview, refused, verbs

HEADER = "党员编号 日期 类型 级别 分值 事由"
FULL = "记录号 党员编号 姓名 日期 类型 级别 分值 事由"
AWARD = ["M001", "2026-05-01", "得奖", "区级", None, "优秀党员"]
DEED = ["M001", "2026-05-01", "突出贡献", None, 3.5, "抢险"]


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def test_awards_and_contributions(cast):
    found = imported("bonus", cast.operator, HEADER, AWARD, DEED, DEED,
                     ["M002", "2026/5/2", "得獎", "national", None, "表彰"])  # fmt: skip
    assert verbs(found) == ["new"] * 4
    rows = Bonus.objects.order_by("pk").values_list("member__number", "date", "kind", "level__code", "points")
    assert list(rows) == [
        ("M001", date(2026, 5, 1), "award", "district", None),
        ("M001", date(2026, 5, 1), "contribution", None, Decimal("3.5")),
        ("M001", date(2026, 5, 1), "contribution", None, Decimal("3.5")),
        ("M002", date(2026, 5, 2), "award", "national", None),
    ]
    assert verbs(preview("bonus", cast.operator, HEADER, DEED, DEED, DEED)) == ["same", "same", "new"]


def test_another_on_the_same_day_is_pointed_out(cast):
    imported("bonus", cast.operator, HEADER, AWARD)
    found = preview("bonus", cast.operator, HEADER, [*AWARD[:3], "市级", None, "优秀党员"], DEED)
    assert [notice.row for notice in found.notices] == [2]


def test_a_record_number_is_that_record(cast):
    imported("bonus", cast.operator, FULL, ["J1", "M001", None, *AWARD[1:]])
    found = imported(
        "bonus", cast.operator, FULL, ["J1", "M001", None, "2026-05-01", "突出贡献", None, 2, "抢险"]
    )
    assert fields(found) == [[
        ("类型", "Award", "Outstanding contribution"), ("分值", "", "2"), ("事由", "优秀党员", "抢险"),
    ]]  # fmt: skip
    bonus = Bonus.objects.get()
    assert (bonus.level, bonus.points, bonus.record_no) == (None, Decimal(2), "J1")


def test_refused_rows(cast):
    day = "2026-05-01"
    assert refused("bonus", cast.operator, HEADER,
                   ["M001", day, "得奖", None, None, "x"], ["M001", day, "得奖", "区级", 3, "x"],
                   ["M001", day, "突出贡献", "区级", 3, "x"], ["M001", day, "突出贡献", None, None, "x"],
                   ["M001", day, "突出贡献", None, 10.5, "x"], ["M001", day, "突出贡献", None, 3.55, "x"],
                   ["M001", "2026-09-16", "得奖", "区级", None, "x"],
                   ["M001", "2019-01-01", "得奖", "区级", None, "x"],
                   ["M001", day, "得奖", "宇宙级", None, "x"], ["M001", day, "表扬", None, None, None]) == [
        (2, "级别", "An award needs its level."),
        (3, "分值", "An award's points follow from its level; leave them empty."),
        (4, "级别", "A contribution has no level."),
        (5, "分值", "A contribution needs its points."),
        (6, "分值", "A contribution earns from 1 to 10 points."),
        (7, "分值", "not a number from 0.1 to 999.9 with at most one decimal"),
        (8, "日期", "The date lies in the future."),
        (9, "日期", "The member held no posting on that day."),
        (10, "级别", "there is no such level"),
        (11, "类型", "unknown; one of 得奖, 突出贡献"),
        (11, "事由", "is empty"),
    ]  # fmt: skip
    assert Bonus.objects.count() == 0
