"""Parsers of cells: what they accept, and the reason they give for what they do not."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from members.resources import cells
from members.resources.cells import CellError
from members.resources.workbook import ERROR


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def refused(parse, raw):
    with pytest.raises(CellError) as caught:
        parse(raw)
    return str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [date(2026, 3, 5), datetime(2026, 3, 5, 14, 30, tzinfo=UTC), "2026-03-05", "2026-3-5", "2026/3/5",
     "2026/03/05", "2026年3月5日", " 2026 年 3 月 5 日 ", "２０２６－０３－０５", "２０２６／３／５"],
)  # fmt: skip
def test_dates(raw):
    assert cells.day(raw) == date(2026, 3, 5)


@pytest.mark.parametrize(
    "raw",
    ["2026.3.5", "20260305", "3月5日", "2026-3", "05/03/2026", "2026-3/5", "2026-03-05 10:00", 46086.0,
     20260305, True, time(3, 5), timedelta(days=3), "明天"],
)  # fmt: skip
def test_what_is_no_date(raw):
    assert refused(cells.day, raw) == "not a date: write 2026-03-05, 2026/3/5 or 2026年3月5日"


def test_days_that_do_not_exist_and_years_that_cannot_be_meant():
    assert refused(cells.day, "2026-02-29") == "there is no such day"
    assert refused(cells.day, "2026年13月1日") == "there is no such day"
    assert refused(cells.day, date(1899, 12, 31)) == "the year 1899 cannot be meant"
    assert refused(cells.day, "2101-01-01") == "the year 2101 cannot be meant"
    assert cells.day("1900-01-01") == date(1900, 1, 1)
    assert cells.day("2100-12-31") == date(2100, 12, 31)


@pytest.mark.parametrize(
    "raw, number", [(3, 3), (3.0, 3), ("3", 3), ("３", 3), (" 3 ", 3), ("3.0", 3), (99_999.0, 99_999), (1, 1)]
)
def test_whole_numbers(raw, number):
    value = cells.whole(1)(raw)
    assert value == number
    assert type(value) is int


@pytest.mark.parametrize(
    "raw",
    [3.5, 0, -1, 100_000, "3次", "三", "", "1e3", "1,000", True, False, float("inf"), float("nan"), 1e300,
     "3.0.0", date(2026, 3, 5), "100%"],
)  # fmt: skip
def test_what_is_no_whole_number_from_one(raw):
    assert refused(cells.whole(1), raw) == "not a whole number from 1 to 99,999"


def test_whole_numbers_from_nought():
    assert cells.whole(0)(0.0) == 0
    assert refused(cells.whole(0), -1.0) == "not a whole number from 0 to 99,999"


@pytest.mark.parametrize(
    "raw, tenths",
    [(85.5, 855), ("85.5", 855), ("85.5%", 855), ("８５．５％", 855), ("85.50%", 855), (100, 1000), (0, 0),
     (0.5, 5), (85.30000000000001, 853), ("100.0%", 1000), ("86%", 860)],
)  # fmt: skip
def test_percentages(raw, tenths):
    assert cells.percentage(raw) == tenths


@pytest.mark.parametrize("raw", [85.55, 0.855, 100.1, -0.1, "85.55%", "%", "好", "85.5%%", True])
def test_what_is_no_percentage(raw):
    assert refused(cells.percentage, raw) == "not a percentage from 0 to 100 with at most one decimal"


def test_points():
    parse = cells.points(100, 1000)
    assert [parse(raw) for raw in (1, 10.0, "3.5", "２.５", 9.9)] == [100, 1000, 350, 250, 990]
    for raw in (0.9, 10.1, 3.55, "多", True):
        assert refused(parse, raw) == "not a number from 1 to 10 with at most one decimal"


@pytest.mark.parametrize("raw", ["是", "√", "yes", "Y", "TRUE", True, 1, 1.0, "1", " 是 "])
def test_yes(raw):
    assert cells.yes_no(raw) is True


@pytest.mark.parametrize("raw", ["否", "×", "no", "N", "false", False, 0, 0.0, "0", "ｎｏ"])
def test_no(raw):
    assert cells.yes_no(raw) is False


@pytest.mark.parametrize("raw", ["不", "2", 2, "缓缴"])
def test_neither(raw):
    assert refused(cells.yes_no, raw) == "neither yes nor no: write 是 or 否"


@pytest.mark.parametrize("raw, number", [(2026, 2026), (2026.0, 2026), ("2026", 2026), ("２０２６年", 2026)])
def test_years(raw, number):
    assert cells.year(raw) == number


@pytest.mark.parametrize("raw", [1999, 2101, "26", 2026.5, "今年", True, date(2026, 1, 1)])
def test_what_is_no_year(raw):
    assert refused(cells.year, raw) == "not a year"


def test_choices_are_compared_as_headers_are():
    parse = cells.choice(
        {"党总支": "general", "党支部": "branch", "branch": "branch"}, shown=["党总支", "党支部"]
    )
    assert [parse(raw) for raw in ("党总支", "黨總支", " 党 支 部", "BRANCH")] == [
        "general",
        "general",
        "branch",
        "branch",
    ]
    assert refused(parse, "党委") == "unknown; one of 党总支, 党支部"


@pytest.mark.parametrize(
    "raw, seen",
    [(" 慰问  困难群众 ", "慰问 困难群众"), (3.0, "3"), (3.5, "3.5"),
     (date(2026, 3, 5), "2026-03-05"), ("'=1+1", "=1+1"), ("'-甲", "-甲"), ("'甲", "'甲"), ("85.5%", "85.5%"),
     ("第一行\n第二行", "第一行 第二行")],
)  # fmt: skip
def test_text(raw, seen):
    assert cells.text(20)(raw) == seen


def test_text_that_does_not_fit():
    assert cells.text(3)("一二三") == "一二三"
    assert refused(cells.text(3), "一二三四") == "longer than 3 characters"
    assert refused(cells.text(3), "a\x07") == "contains characters that cannot be printed"


def test_names_close_up():
    assert cells.name(10)("张　三") == "张三"


@pytest.mark.parametrize(
    "raw, number", [(10001.0, "10001"), (10001, "10001"), (" Ｐ00 01 ", "P0001"), ("DT-01", "DT-01")]
)
def test_identifiers(raw, number):
    assert cells.identifier(32)(raw) == number


@pytest.mark.parametrize(
    "parse",
    [
        cells.day,
        cells.whole(1),
        cells.percentage,
        cells.yes_no,
        cells.year,
        cells.text(9),
        cells.identifier(9),
    ],
)
def test_no_parser_takes_an_error_for_a_value(parse):
    refused(parse, ERROR)
