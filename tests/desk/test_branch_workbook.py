"""The scores of a branch as a workbook: exactly what the page shows, and nothing of anybody else."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests import rows
from tests.cast import CANARY, Cast
from tests.desk.ledger import YEAR
from tests.desk.reader import browser


def workbook(client: Client, url: str, **given: Any) -> list[tuple[Any, ...]]:
    response = client.get(url, given)
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    sheet = load_workbook(BytesIO(response.content)).active
    return list(sheet.iter_rows(values_only=True))


def test_the_workbook_holds_what_the_page_shows(case_2: Cast):
    client = browser(case_2, case_2.owner)
    header, *listed = workbook(client, "/branches/DT0101/scores/workbook/", year=YEAR)
    assert header == (
        "Organisation", "Name", "Member number", "Role", "Months", "Base", "Bonus", "Daily score",
        "Appraisal", "Annual score", "Grade", "Rank", "Status",
    )  # fmt: skip
    first = ("东塘第一党支部", "张晓明", "M001", "社区党员 · 普通党员")
    assert (*first, 12, 74.67, 0, 74.67, 71, 73.94, "良好", 1, "Scored") in listed
    aged = (
        *["东塘第一党支部", "王桂英", "M003", "65岁以上年老多病、行动不便党员", 0],
        *[None] * 7,
        "Not scored",
    )
    assert aged in listed
    assert [row[2] for row in listed] == ["M001", "M002", "M003", "M004"]
    running = workbook(client, "/branches/DT0101/scores/workbook/", as_of="2025-06-30")
    assert "Annual score" not in running[0]


def test_points_in_the_workbook_are_shown_with_two_decimals(case_2: Cast):
    response = browser(case_2, case_2.owner).get("/branches/DT0101/scores/workbook/", {"year": YEAR})
    sheet = load_workbook(BytesIO(response.content)).active
    assert {sheet.cell(row=2, column=column).number_format for column in (6, 7, 8)} == {"0.00"}


def test_the_workbook_is_scoped_and_runs_no_formula(case_2: Cast):
    case_2.admit("M055", "=1+1", "DT0101")
    listed = workbook(browser(case_2, case_2.owner), "/branches/DT0101/scores/workbook/", year=YEAR)
    assert "'=1+1" in {row[1] for row in listed}
    assert not any(CANARY in str(cell) for row in listed for cell in row)
    above = workbook(browser(case_2, case_2.committee), "/branches/DT/scores/workbook/", year=YEAR)
    assert {row[2] for row in above[1:]} == {"M001", "M002", "M003", "M004", "M055", "M101", "M102"}


def test_the_workbook_says_by_what_a_role_was_adjusted(cast: Cast):
    rows.adjustment(cast, "DT0101")
    header, *listed = workbook(browser(cast, cast.owner), "/branches/DT0101/scores/workbook/", year=2026)
    assert header[-1] == "Adjustment in force"
    said = {row[2]: row[-1] for row in listed}
    assert said["M003"] is None
    assert said["M001"] == (
        "参加党的组织生活: 6 次 · 40 points → 6 次 · 39 points; "
        "参加志愿服务活动: 3 次 · 30 points → 3 次 · 31 points"
    )


@pytest.mark.parametrize("given", [{"year": "soon"}, {"year": "2014"}])
def test_what_cannot_be_shown_is_told_on_the_page(cast: Cast, given: dict[str, str]):
    response = browser(cast, cast.owner).get("/branches/DT0101/scores/workbook/", given)
    assert response["Location"] == f"/branches/DT0101/scores/?year={given['year']}"
