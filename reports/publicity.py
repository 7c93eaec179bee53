"""How long a notice stays on the wall: working days as China's holiday arrangements make them."""

from datetime import date, timedelta
from functools import cache

from holidays import HolidayBase, country_holidays


@cache
def _china() -> HolidayBase:
    return country_holidays("CN")


def publicity(start: date, working_days: int) -> tuple[date, date]:
    """First and last day of a period of that many working days, beginning on `start` or the next working day.

    Public holidays do not count, and the weekend days that make up for them do. The arrangements of a year
    are published late in the year before; see `arranged`. Raises ValueError for less than one day.
    """
    if working_days < 1:
        raise ValueError("A publicity period lasts at least one working day.")
    china = _china()
    first = start
    while not china.is_working_day(first):
        first += timedelta(days=1)
    last = first
    for _ in range(working_days - 1):
        last += timedelta(days=1)
        while not china.is_working_day(last):
            last += timedelta(days=1)
    return first, last
