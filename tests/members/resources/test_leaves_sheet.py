"""The sheet of leaves: known by member and start."""

from datetime import date

import pytest
from django.utils import timezone

from members.models import Leave, YearLock
from tests.imports import fields, imported, preview, refused, verbs

HEADER = "党员编号 姓名 起始日期 截止日期 事由"


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def test_recorded_then_ended(cast):
    assert verbs(
        imported("leaves", cast.operator, HEADER, ["M001", "张晓明", "2026-03-03", None, "住院"])
    ) == ["new"]
    found = imported("leaves", cast.operator, HEADER, ["M001", None, "2026/3/3", "2026-06-20", "住院、疗养"])
    assert fields(found) == [[("截止日期", "", "2026-06-20"), ("事由", "住院", "住院、疗养")]]
    leave = Leave.objects.get()
    assert (leave.end, leave.reason, leave.version) == (date(2026, 6, 20), "住院、疗养", 2)
    found = imported("leaves", cast.operator, HEADER, ["M001", None, "2026-03-03", None, "住院、疗养"])
    assert verbs(found) == ["same"]


def test_refused_rows(cast):
    YearLock.objects.create(member=cast.members["M002"], year=2025, locked_at=timezone.now())
    row = ["M001", None, "2026-03-03", None, "住院"]
    assert refused("leaves", cast.operator, HEADER, row, [*row[:4], "外出"],
                   ["M999", None, "2026-01-01", None, "x"],
                   ["M001", None, "2026-05-05", "2026-05-01", "x"],
                   ["M002", None, "2025-12-01", None, "x"]) == [
        (3, "党员编号", "says something else of the same record than row 2"),
        (4, "党员编号", "there is no member of this number"),
        (5, "截止日期", "is before the start"),
        (6, "起始日期", "the year is closed for this member; only the committee can reopen it"),
    ]  # fmt: skip


def test_the_number_counts_and_another_name_is_pointed_out(cast):
    found = preview("leaves", cast.operator, HEADER, ["M001", "李芳", "2026-03-03", None, "住院"])
    assert found.ok
    assert [str(notice) for notice in found.notices] == [
        "Row 2: M001 is 张晓明 here, and 李芳 in the file; the number counts."
    ]
