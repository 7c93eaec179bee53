"""Periods: codes, days, titles."""

from datetime import date

import pytest

from members.errors import Refused
from reports.periods import Length, Period, day_text


@pytest.mark.parametrize(
    "code, first, last, quarter",
    [
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31), 1),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30), 3),
        ("2026H1", date(2026, 1, 1), date(2026, 6, 30), 2),
        ("2026H2", date(2026, 7, 1), date(2026, 12, 31), 4),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), 4),
    ],
)
def test_a_code_gives_its_days_and_is_given_back(code, first, last, quarter):
    period = Period.parse(code)
    assert (period.first, period.last, period.quarter, period.code) == (first, last, quarter, code)


def test_small_letters_and_blanks_are_no_matter():
    assert Period.parse(" 2026q2 ") == Period(2026, Length.QUARTER, 2)


@pytest.mark.parametrize(
    "text", ["", "26Q1", "2026Q5", "2026H3", "2026Q", "2026-1", "1999", "2101Q1", "２０２６", "x"]
)
def test_anything_else_is_refused_by_name(text):
    with pytest.raises(Refused) as refusal:
        Period.parse(text)
    assert "2026Q1" in refusal.value.messages[0]


@pytest.mark.parametrize(
    "code, before",
    [("2026Q1", None), ("2026Q4", "2026Q3"), ("2026H2", "2026H1"), ("2026H1", None), ("2026", None)],
)
def test_the_one_before_lies_in_the_same_year(code, before):
    found = Period.parse(code).before
    assert (found and found.code) == before


def test_every_period_has_a_title_of_its_own():
    codes = ["2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026H1", "2026H2", "2026"]
    titles = {Period.parse(code).title for code in codes}
    assert len(titles) == len(codes)
    assert all("2026" in title for title in titles)


def test_a_day_is_written_without_padding():
    assert day_text(date(2026, 7, 3)) == "2026年7月3日"
