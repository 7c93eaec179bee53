"""Publicity periods in the working days of China."""

from datetime import date

import pytest

from reports.publicity import publicity


@pytest.mark.parametrize(
    "start, days, first, last",
    [
        # Friday 3 July 2026, then Monday to Thursday.
        (date(2026, 7, 3), 5, date(2026, 7, 3), date(2026, 7, 9)),
        (date(2026, 7, 3), 1, date(2026, 7, 3), date(2026, 7, 3)),
        # A Saturday: from Monday on.
        (date(2026, 7, 4), 5, date(2026, 7, 6), date(2026, 7, 10)),
        # 30 September, holiday on 1 to 7 October; 8, 9, Saturday 10, which makes up for one, Monday 12.
        (date(2026, 9, 30), 5, date(2026, 9, 30), date(2026, 10, 12)),
        # Saturday 14 February 2026 makes up for the Spring Festival holiday of 15 to 23 February.
        (date(2026, 2, 14), 2, date(2026, 2, 14), date(2026, 2, 24)),
    ],
)
def test_working_days_follow_the_holiday_arrangements(start, days, first, last):
    assert publicity(start, days) == (first, last)


def test_less_than_a_day_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        publicity(date(2026, 7, 3), 0)
