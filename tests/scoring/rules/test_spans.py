"""Days, months and what lies between."""

from datetime import date

import pytest

from scoring.rules.spans import Span, clip, contains, count_months, covers, months_counted

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
ALL_YEAR = 0b111111111111


def span(start: str, end: str | None = None) -> Span:
    return Span(date.fromisoformat(start), None if end is None else date.fromisoformat(end))


@pytest.mark.parametrize(
    "day,inside",
    [
        ("2026-02-28", False),
        ("2026-03-01", True),  # both ends belong to it
        ("2026-03-31", True),
        ("2026-04-01", False),
    ],
)
def test_both_ends_of_a_span_belong_to_it(day, inside):
    assert contains([span("2026-03-01", "2026-03-31")], date.fromisoformat(day)) is inside


def test_an_open_span_goes_on():
    assert contains([span("2026-03-01")], date(2099, 1, 1))
    assert not contains([span("2026-03-01")], date(2026, 2, 28))


def test_any_span_will_do():
    spans = [span("2026-06-01", "2026-06-30"), span("2026-01-01", "2026-01-31")]
    assert contains(spans, date(2026, 1, 15))
    assert contains(spans, date(2026, 6, 15))
    assert not contains(spans, date(2026, 3, 15))
    assert not contains([], date(2026, 1, 15))


@pytest.mark.parametrize(
    "start,end,mask",
    [
        ("2026-01-01", "2026-12-31", ALL_YEAR),
        ("2020-05-05", None, ALL_YEAR),
        ("2026-01-15", "2026-12-15", ALL_YEAR),  # the 15th itself is enough
        ("2026-01-16", "2026-12-14", 0b011111111110),  # a day past it, a day short of it
        ("2026-03-15", "2026-03-15", 0b000000000100),
        ("2026-03-16", "2026-04-14", 0),  # a month long, and no 15th in it
        ("2026-07-10", None, 0b111111000000),
        ("2025-02-01", "2025-12-31", 0),
        ("2027-01-01", None, 0),
        ("2025-06-01", "2026-02-20", 0b000000000011),
        ("2026-11-01", "2027-03-31", 0b110000000000),
        ("2026-06-20", "2026-03-10", 0),  # ends before it starts: no day
    ],
)
def test_months_counted(start, end, mask):
    assert months_counted(2026, [span(start, end)], []) == mask


def test_months_of_a_leap_year():
    february = span("2024-02-15", "2024-02-29")
    assert months_counted(2024, [february], []) == 0b10
    assert months_counted(2024, [span("2024-02-29")], []) == 0b111111111100
    assert contains([february], date(2024, 2, 29))
    assert not contains([february], date(2024, 3, 1))


def test_postings_come_in_any_order_and_with_gaps():
    postings = [
        span("2026-09-01"),
        span("2025-01-01", "2026-02-28"),
        span("2026-05-01", "2026-06-30"),
    ]
    # January and February, May and June, September to December
    assert months_counted(2026, postings, []) == 0b111100110011


def test_no_posting_no_month():
    assert months_counted(2026, [], []) == 0
    assert months_counted(2026, [], [span("2026-01-01")]) == 0


def test_leaves_take_their_months():
    postings = [span("2020-01-01")]
    assert months_counted(2026, postings, [span("2026-03-03", "2026-06-20")]) == 0b111111000011
    # from 16 March to 14 June: the 15ths of April and May only
    assert months_counted(2026, postings, [span("2026-03-16", "2026-06-14")]) == 0b111111100111
    assert months_counted(2026, postings, [span("2026-09-01")]) == 0b000011111111
    assert months_counted(2026, postings, [span("2025-09-01")]) == 0
    assert months_counted(2026, postings, [span("2025-01-01", "2025-12-31")]) == ALL_YEAR
    two = [span("2026-10-01", "2026-10-31"), span("2026-01-10", "2026-02-01")]
    assert months_counted(2026, postings, two) == 0b110111111110


def test_spans_may_come_from_an_iterator():
    assert months_counted(2026, iter([span("2026-01-01")]), iter([span("2026-12-01")])) == 0b011111111111


@pytest.mark.parametrize(
    "mask,upto,expected",
    [
        (ALL_YEAR, 1, 1),
        (ALL_YEAR, 3, 3),
        (ALL_YEAR, 12, 12),
        (0b111111000000, 6, 0),
        (0b111111000000, 7, 1),
        (0b111111000000, 12, 6),
        (0, 12, 0),
    ],
)
def test_months_up_to_a_month(mask, upto, expected):
    assert count_months(mask, upto) == expected


def test_months_of_the_whole_year():
    assert count_months(0b100000000001) == 2


def test_clip_sorts_cuts_and_leaves_out():
    spans = [
        span("2026-08-01"),
        span("2026-03-05", "2026-04-01"),
        span("2025-12-01", "2026-01-01"),
        span("2027-01-01"),
        span("2020-01-01", "2025-12-31"),
    ]
    assert clip(spans, FIRST, LAST) == [
        (date(2026, 1, 1), date(2026, 1, 1)),  # the last day of one is the first of the year
        (date(2026, 3, 5), date(2026, 4, 1)),
        (date(2026, 8, 1), date(2026, 12, 31)),
    ]


def test_clip_to_one_day():
    assert clip([span("2026-05-05", "2026-05-05")], FIRST, LAST) == [(date(2026, 5, 5), date(2026, 5, 5))]
    assert clip([span("2026-12-31")], FIRST, LAST) == [(LAST, LAST)]
    assert clip([span("2026-06-20", "2026-03-10")], FIRST, LAST) == []


@pytest.mark.parametrize(
    "spans,covered",
    [
        ([span("2020-01-01")], True),
        ([span("2026-01-01", "2026-12-31")], True),
        ([span("2026-01-02")], False),
        ([span("2020-01-01", "2026-12-30")], False),
        ([span("2026-07-01"), span("2020-01-01", "2026-06-30")], True),  # touching, unsorted
        ([span("2026-07-02"), span("2020-01-01", "2026-06-30")], False),  # 1 July is missing
        # the long one first: the short one inside it must not take the sweep back
        ([span("2026-01-01", "2026-11-30"), span("2026-02-01", "2026-02-28"), span("2026-12-01")], True),
        ([span("2026-01-01", "2026-11-30"), span("2026-02-01", "2026-02-28"), span("2026-12-02")], False),
        ([], False),
    ],
)
def test_covers(spans, covered):
    assert covers(spans, FIRST, LAST) is covered


def test_covers_a_single_day():
    day = date(2024, 2, 29)
    assert covers([span("2024-02-29", "2024-02-29")], day, day)
    assert not covers([span("2024-02-28", "2024-02-28")], day, day)


def test_no_day_is_covered_by_nothing():
    assert covers([], date(2026, 2, 1), date(2026, 1, 31))
