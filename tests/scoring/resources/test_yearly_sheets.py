"""The sheets of judged standards and of waivers: one record for each member, year and indicator."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from members.models import YearLock
from scoring.models import Judgement, Waiver
from tests.imports import fields, imported, refused, verbs

JUDGED = "党员编号 年度 考核项目 完成比例 说明"
WAIVED = "党员编号 年度 考核项目 事由"
CLOSED = "the year is closed for this member; only the committee can reopen it"


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def in_service(cast):
    cast.admit("M801", "在职甲", "DT0102", "in_service.member")
    return cast


def test_judged_then_judged_otherwise(cast):
    row = ["M001", 2026, "道德品行(社会公德、职业道德、家庭美德)", 85.5, "迟到"]
    assert verbs(imported("judged", cast.operator, JUDGED, row)) == ["new"]
    found = imported("judged", cast.operator, JUDGED, ["M001", "2026年", "conduct", "90%", None])
    assert fields(found) == [[("完成比例", "85.5", "90")]]
    judgement = Judgement.objects.get()
    assert (judgement.fulfilment, judgement.note, judgement.version) == (Decimal(90), "迟到", 2)


def test_judged_rows_that_are_refused(cast):
    YearLock.objects.create(member=cast.members["M002"], year=2025, locked_at=timezone.now())
    assert refused("judged", cast.operator, JUDGED,
                   ["M001", 2026, "org_life", 50, None], ["M001", 2027, "duty", 50, None],
                   ["M001", 2026, "duty", 100.5, None], ["M001", 2026, "duty", 55.55, None],
                   ["M002", 2025, "duty", 50, None], ["M001", 2026, "conduct", 50, None],
                   ["M001", 2026, "conduct", 60, None], ["M001", 2026, None, 60, None]) == [
        (2, "考核项目", "is counted by entries, not judged: import it as entries"),
        (3, "年度", "this year has not begun"),
        (4, "完成比例", "not a percentage from 0 to 100 with at most one decimal"),
        (5, "完成比例", "not a percentage from 0 to 100 with at most one decimal"),
        (6, "年度", CLOSED),
        (8, "党员编号", "says something else of the same record than row 7"),
        (9, "考核项目", "is empty"),
    ]  # fmt: skip


def test_waived_with_another_reason(in_service):
    assert verbs(
        imported("waivers", in_service.operator, WAIVED, ["M801", 2026, "為羣衆辦實事", "驻外"])
    ) == ["new"]
    found = imported("waivers", in_service.operator, WAIVED, ["M801", 2026, "good_deed", "驻外一年"])
    assert fields(found) == [[("事由", "驻外", "驻外一年")]]
    assert Waiver.objects.get().reason == "驻外一年"


def test_waivers_that_the_role_does_not_allow(in_service):
    cast = in_service
    cast.admit("M802", "后来", "DT0102", start=date(2027, 1, 1))
    assert refused("waivers", cast.operator, WAIVED,
                   ["M801", 2026, "volunteer", "x"], ["M001", 2026, "good_deed", "x"],
                   ["M802", 2026, "good_deed", "x"], ["M801", 2027, "good_deed", "x"],
                   ["M801", 2026, "唱歌", "x"]) == [
        (2, "考核项目", "cannot be waived"),
        (3, "考核项目", "is not required of the member's role in that year"),
        (4, "考核项目", "is not required of the member's role in that year"),
        (5, "年度", "this year has not begun"),
        (6, "考核项目", "there is no such indicator"),
    ]  # fmt: skip


def test_the_role_at_the_end_of_the_year_decides(cast):
    rows = [["M901", "甲", "DT0102", "in_service.member", "2020-01-01", "2026-05-31"],
            ["M901", "甲", "DT0102", "community.member", "2026-06-01", "2026-08-31"]]  # fmt: skip
    imported("members", cast.operator, "党员编号 姓名 组织编码 角色 起始日期 截止日期", *rows)
    imported("waivers", cast.operator, WAIVED, ["M901", 2025, "good_deed", "x"])
    assert refused("waivers", cast.operator, WAIVED, ["M901", 2026, "good_deed", "x"]) == [
        (2, "考核项目", "is not required of the member's role in that year")
    ]
