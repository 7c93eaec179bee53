"""A table of scores narrowed and ordered by its address; what is chosen is what goes out as a workbook."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.cast import Cast
from tests.desk.ledger import YEAR, Ledger
from tests.desk.reader import browser
from tests.kept import once

PAGE = "/branches/DT0101/scores/"


@pytest.fixture
def mixed(cast: Cast) -> Cast:
    """A branch of two categories: one member far ahead in the ledger, the others with next to nothing."""
    return once("mixed", lambda: mix(cast))


def mix(cast: Cast) -> Cast:
    book = Ledger(cast)
    cast.admit("W001", "孙在职", "DT0101", "in_service.member")
    for month in range(1, 13):
        book.entry("M001", "org_life", date(YEAR, month, 5))
    book.entry("M001", "volunteer", date(YEAR, 4, 5), 3)
    book.entry("M002", "org_life", date(YEAR, 3, 5))
    book.entry("W001", "volunteer", date(YEAR, 3, 5), 2)
    return cast


def names(client: Client, **asked: str) -> list[str]:
    """Who is listed, from top to bottom."""
    units = client.get(PAGE, {"year": YEAR, **asked}).context["units"]
    return [row.name for unit in units for row in unit.rows]


@pytest.mark.parametrize("asked, listed", [
    ({"q": "zxm"}, ["张晓明"]),
    ({"q": "M002"}, ["李芳"]),
    ({"q": "李"}, ["李芳"]),
    ({"q": "无此人"}, []),
    ({"category": "in_service"}, ["孙在职"]),
    ({"category": "community", "q": "zxm"}, ["张晓明"]),
    ({"category": "no such"}, []),
    ({"going": "ahead"}, ["张晓明", "孙在职"]),
    ({"going": "behind"}, ["李芳", "赵组长", "孙在职"]),
])  # fmt: skip
def test_those_are_listed_whom_the_address_names(mixed: Cast, asked: dict[str, str], listed: list[str]):
    assert names(browser(mixed, mixed.owner), **asked) == listed


def test_the_table_is_ordered_by_a_column_either_way_and_who_has_no_figure_comes_last(mixed: Cast):
    client = browser(mixed, mixed.owner)
    usual = ["张晓明", "李芳", "王桂英", "赵组长", "孙在职"]
    assert names(client) == usual
    assert names(client, order="-daily") == ["张晓明", "孙在职", "李芳", "赵组长", "王桂英"]
    assert names(client, order="daily") == ["赵组长", "李芳", "孙在职", "张晓明", "王桂英"]
    assert names(client, order="-member") == ["孙在职", "赵组长", "王桂英", "李芳", "张晓明"]


def test_ranks_are_ordered_category_by_category(mixed: Cast):
    client = browser(mixed, mixed.owner)
    # 1, 2 and 3 among community members, 1 among those in service; who is cared for has none
    day = f"{YEAR}-09-30"
    assert names(client, as_of=day, order="rank") == ["张晓明", "李芳", "赵组长", "孙在职", "王桂英"]
    assert names(client, as_of=day, order="-rank") == ["赵组长", "李芳", "张晓明", "孙在职", "王桂英"]


def test_a_heading_leads_to_its_order_and_back_again(mixed: Cast):
    client = browser(mixed, mixed.owner)
    head = str(client.get(PAGE, {"year": YEAR, "q": "M"}).context["units"][0].head)
    kept = f"?year={YEAR}&amp;as_of={YEAR}-12-31&amp;q=M"
    assert f'href="{kept}&amp;order=-daily"' in head
    assert "aria-sort" not in head
    turned = str(client.get(PAGE, {"year": YEAR, "q": "M", "order": "-daily"}).context["units"][0].head)
    assert f'aria-sort="descending"><a class="sorted" href="{kept}&amp;order=daily"' in turned


def test_an_order_that_there_is_not_is_refused_with_a_message(mixed: Cast):
    page = browser(mixed, mixed.owner).get(PAGE, {"year": YEAR, "order": "password"})
    assert page.status_code == 200
    assert page.context["units"] == []
    assert "order" in page.context["form"].errors


def test_what_is_chosen_is_what_goes_out(mixed: Cast):
    client = browser(mixed, mixed.owner)
    asked = {"year": YEAR, "going": "behind", "order": "-daily"}
    page = client.get(PAGE, asked)
    assert f"workbook/{page.context['choice'].query()}".replace("&", "&amp;") in page.content.decode()
    file = client.get(f"{PAGE}workbook/", asked)
    header, *rows = load_workbook(BytesIO(file.getvalue())).active.iter_rows(values_only=True)
    assert "Pace" in header
    assert [row[1] for row in rows] == names(client, going="behind", order="-daily")


def test_the_category_is_named_where_there_are_several(mixed: Cast):
    roles = [row.values[1] for row in browser(mixed, mixed.owner).get(PAGE).context["units"][0].rows]
    assert roles == [
        "社区党员 · 普通党员", "社区党员 · 普通党员", "65岁以上年老多病、行动不便党员",
        "社区党员 · 普通党员", "在职党员",
    ]  # fmt: skip


def test_the_committee_goes_from_how_many_are_behind_to_who_they_are(mixed: Cast):
    page = browser(mixed, mixed.committee).get("/", {"pace": 1})
    assert f'href="{PAGE}?going=behind"'.encode() in page.content
