"""How long a notice stays on the wall: working days as China's holiday arrangements make them."""

from datetime import date, timedelta
from functools import cache

from holidays import HolidayBase, country_holidays

from reports.models.settings import MOST_PUBLICITY


@cache
def _china() -> HolidayBase:
    return country_holidays("CN")


def publicity(start: date, working_days: int) -> tuple[date, date]:
    """First and last day of a period of that many working days, beginning on `start` or the next working day.

    Public holidays do not count, and the weekend days that make up for them do. Raises ValueError for less
    than one day.
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


def longest(start: date) -> date:
    """The last day to which a notice that hangs from `start` on may stay, whatever settings say."""
    return publicity(start, MOST_PUBLICITY)[1]


def arranged(year: int) -> bool:
    """Whether the installed data has the year's arrangement, which is published late in the year before.

    Every arrangement moves some working days to weekends. Until it is known, only the statutory holidays and
    the weekends are taken out.
    """
    china = _china()
    china.get(date(year, 1, 1))  # the data of a year is loaded when a day of it is asked for
    return any(day.year == year for day in china.weekend_workdays)
