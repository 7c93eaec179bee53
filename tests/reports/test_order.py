"""In which order lists have their members, and whom a notice names, as the settings or whoever prints say."""

import pytest

from reports.enums import ListOrder
from reports.models import PrintSettings
from reports.periods import Period
from reports.services.printing import page_file
from reports.services.settings import save_settings
from tests.reports.test_printing import H1, Q2, half_year, printed, rows_of, text_of  # noqa: F401

BY_RANK = ["张晓明", "赵组长", "李芳"]
BY_STROKES = ["李芳", "张晓明", "赵组长"]
"""李 and 张 have 7 strokes, 李 begins with 横, 张 with 折; 赵 has 9."""


def settle(cast, code="DT0101", **values):
    settings = PrintSettings(organisation=cast.organisations[code], **values)
    save_settings(by=cast.operator, settings=settings)


def order_of(page):
    return [name for name in rows_of(page) if name in BY_RANK]


@pytest.mark.parametrize("kind, period", [("notice", H1), ("summary", Q2), ("confirmation", Q2)])
@pytest.mark.parametrize(
    "settled, asked, expected",
    [
        (None, None, BY_RANK),
        ("strokes", None, BY_STROKES),
        (None, ListOrder.STROKES, BY_STROKES),
        ("strokes", ListOrder.RANK, BY_RANK),
    ],
)
def test_the_order_is_the_organisations_unless_another_is_asked_for(
    half_year, kind, period, settled, asked, expected  # noqa: F811
):  # fmt: skip
    if settled:
        settle(half_year, "DT", order=settled)
    page = printed(page_file, half_year, period=period, kind=kind, order=asked, issue=False)
    assert order_of(page) == expected
    assert ("以姓氏笔画为序" in text_of(page)) == (expected == BY_STROKES)
    # Ranks and figures stay each one's own.
    assert [rows_of(page)[name][5] for name in BY_RANK] == (
        ["64.00", "50.50", "10.00"] if kind != "summary" else ["0/1", "0/1", "0/1"]
    )


@pytest.mark.parametrize(
    "wall, ahead, behind",
    [("", False, False), ("nobody", False, False), ("ahead", True, False), ("behind", False, True),
     ("both", True, True)],
)  # fmt: skip
def test_the_wall_names_whom_the_settings_say_and_by_name_alone(half_year, wall, ahead, behind):  # noqa: F811
    settle(half_year, wall=wall)
    text = "".join(text_of(printed(page_file, half_year, period=H1)).split())
    assert ("积分暂时领先：张晓明。" in text) == ahead
    assert ("积分暂时落后：李芳。" in text) == behind
    assert ("暂时" in text) == (ahead or behind)
    assert "缺" not in text


def test_an_annual_notice_names_nobody(cast):
    settle(cast, wall="both")
    assert "暂时" not in text_of(printed(page_file, cast, period=Period.parse("2025")))


def test_who_is_named_on_what_was_issued_stays_named(half_year):  # noqa: F811
    from tests.reports.test_printing import date, record

    settle(half_year, wall="behind")
    first = printed(page_file, half_year, period=H1)
    assert "李芳。" in text_of(first)
    record(half_year, "M002", "org_life", date(2026, 3, 3), 1)
    again = printed(page_file, half_year, period=H1, by=half_year.by(half_year.committee))
    assert again.content == first.content
