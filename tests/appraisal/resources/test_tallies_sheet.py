"""The sheet of tallies: one for each member and year, 合格 also headed 一般."""

import pytest
from django.utils import timezone

from appraisal.models import Tally
from members.models import YearLock
from members.resources.limits import WorkbookRefused
from tests.imports import fields, imported, preview, refused, verbs

HEADER = "年度 党员编号 优秀 良好 合格 差 空白 无效"


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def test_recorded_then_corrected(cast):
    assert verbs(imported("tallies", cast.operator, HEADER, [2026, "M001", 20, 5, 3, 2, 1, 0])) == ["new"]
    found = imported("tallies", cast.operator, "年度 黨員編號 優秀 良好 一般 差", [2026, "M001", 20, 5, 4, 2])
    assert fields(found) == [[("合格", "3", "4")]]
    tally = Tally.objects.get()
    assert (tally.passed, tally.blank, tally.invalid, tally.source) == (4, 1, 0, "imported")


def test_a_count_of_the_browser_becomes_an_imported_one_only_when_it_changes(cast):
    row = [2026, "M001", 1, 0, 0, 0, None, None]
    Tally.objects.create(member=cast.members["M001"], year=2026, excellent=1, good=0, passed=0, poor=0)
    assert verbs(imported("tallies", cast.operator, HEADER, row)) == ["same"]
    assert Tally.objects.get().source == "entered"
    imported("tallies", cast.operator, HEADER, [*row[:2], 2, 0, 0, 0, None, None])
    assert Tally.objects.get().source == "imported"


def test_refused_rows(cast):
    YearLock.objects.create(member=cast.members["M002"], year=2025, locked_at=timezone.now())
    assert refused("tallies", cast.operator, HEADER,
                   [2027, "M001", 1, 1, 1, 1, None, None], [2025, "M002", 1, 1, 1, 1, None, None],
                   [2026, "M999", 1, 1, 1, 1, None, None],
                   [2026, "M001", -1, 1.5, "两", None, None, None]) == [
        (2, "年度", "this year has not begun"),
        (3, "年度", "the year is closed for this member; only the committee can reopen it"),
        (4, "党员编号", "there is no member of this number"),
        (5, "优秀", "not a whole number from 0 to 99,999"),
        (5, "良好", "not a whole number from 0 to 99,999"),
        (5, "合格", "not a whole number from 0 to 99,999"),
        (5, "差", "is empty"),
    ]  # fmt: skip


def test_both_names_of_one_grade(cast):
    with pytest.raises(WorkbookRefused, match="mean the same"):
        preview(
            "tallies", cast.operator, "年度 党员编号 优秀 良好 合格 一般 差", [2026, "M001", 1, 1, 1, 1, 1]
        )
