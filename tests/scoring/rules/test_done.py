"""What the rows of the ledger add up to."""

from datetime import date

import pytest

from scoring.rules.done import months_paid, standing_count
from scoring.rules.spans import Span

MARCH, SUMMER = (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 6, 1), date(2026, 8, 31))
DAYS = [MARCH, SUMMER]


@pytest.mark.parametrize(
    "start,end,counts",
    [
        (date(2024, 5, 1), None, True),
        (date(2024, 5, 1), date(2026, 2, 28), False),
        (date(2024, 5, 1), date(2026, 3, 1), True),  # its last day is the first that counts
        (date(2026, 8, 31), None, True),  # its first day is the last that counts
        (date(2026, 9, 1), None, False),
        (date(2026, 4, 1), date(2026, 5, 31), False),  # in the gap
        (date(2026, 4, 1), date(2026, 6, 1), True),
        (date(2026, 3, 31), date(2026, 4, 30), True),
        (date(2026, 7, 1), date(2030, 1, 1), True),  # an end to come
    ],
)
@pytest.mark.parametrize("label", ["李家", ""])
def test_a_pairing_counts_if_in_force_on_any_of_the_days(label, start, end, counts):
    assert standing_count([(label, Span(start, end))], DAYS) == (1 if counts else 0)


def test_the_same_label_counts_once():
    spring, summer = Span(MARCH[0], MARCH[1]), Span(SUMMER[0], None)
    assert standing_count([("李家", spring), ("李家", summer), ("王家", summer)], DAYS) == 2


def test_an_empty_label_counts_each_time():
    spring, summer = Span(MARCH[0], MARCH[1]), Span(SUMMER[0], None)
    assert standing_count([("", spring), ("", spring), ("", summer), ("李家", summer)], DAYS) == 4


def test_no_days_nothing_in_force():
    assert standing_count([("李家", Span(date(2020, 1, 1), None))], []) == 0


@pytest.mark.parametrize("upto,expected", [(1, 1), (3, 2), (4, 2), (6, 2), (7, 2), (8, 3), (12, 3)])
def test_months_paid_are_those_that_count_up_to_a_month(upto, expected):
    # paid: January, March, April, August; counted: January to March and July to December
    paid, counted = 0b000010001101, 0b111111000111
    assert months_paid(paid, counted, upto) == expected
