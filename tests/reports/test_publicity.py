"""Publicity periods in the working days of China, and for how many of them a notice hangs."""

from datetime import date

import pytest

from reports.models import Notice, PrintSettings
from reports.periods import Period
from reports.publicity import publicity
from reports.services import issuing, notices
from reports.services.settings import save_settings
from tests.cast import Cast


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


@pytest.fixture
def notice(cast: Cast) -> Notice:
    """Issued on Tuesday 15 September 2026, for the five working days of the plan."""
    return issuing.issue(
        by=cast.by(cast.owner), organisation=cast.organisations["DT0101"], period=Period.parse("2026H1")
    )


def say(cast: Cast, days: int) -> None:
    settings = PrintSettings(organisation=cast.organisations["DT0101"], publicity_days=days)
    save_settings(by=cast.operator, settings=settings)


@pytest.mark.parametrize("days", [2, 10])
def test_a_notice_hangs_for_as_long_as_its_paper_says_whatever_settings_say_since(
    cast: Cast, notice: Notice, days: int
):
    assert "2026年9月15日至2026年9月20日，共5个工作日。" in notice.paper.html
    say(cast, days)
    hung = notices.post(by=cast.by(cast.owner), notice=notice, day=cast.today, place="党务公开栏")
    # Sunday the 20th makes up for a holiday.
    assert (hung.publicity_days, hung.publicity_until) == (5, date(2026, 9, 20))


def test_a_notice_keeps_the_days_that_settings_said_when_it_was_issued(cast: Cast):
    say(cast, 2)
    branch = cast.organisations["DT0101"]
    issued = issuing.issue(by=cast.by(cast.owner), organisation=branch, period=Period.parse("2026H1"))
    PrintSettings.objects.all().delete()
    assert notices.last_day(Notice.objects.get(), cast.today) == date(2026, 9, 16)
    assert "共2个工作日" in issued.paper.html


@pytest.mark.parametrize(("days", "last"), [(0, date(2026, 9, 20)), (2, date(2026, 9, 16))])
def test_without_days_of_its_own_it_hangs_as_settings_say(cast: Cast, notice: Notice, days: int, last: date):
    notice.publicity_days = None
    if days:
        say(cast, days)
    assert notices.last_day(notice, cast.today) == last
