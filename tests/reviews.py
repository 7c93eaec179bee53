"""A branch's year taken through the review for tests, each step by whom and when it would be taken."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from appraisal.enums import Missing
from appraisal.models import BranchYear, Tally
from appraisal.services import tallies, years
from members.errors import Refused
from members.models import LogRow, User, YearLock
from members.services.by import By
from scoring.models import Entry
from tests.cast import Cast
from tests.rows import entry, indicator

YEAR = 2025
DAYS = 7
"""So long the notice hangs."""


def later(cast: Cast, user: User | None, days: int = DAYS + 1) -> By:
    """The user, so many days after the cast's moment; None: the operator."""
    now: datetime = cast.now + timedelta(days=days)
    return By.person(user, now) if user is not None else By.operator(now)


def submitted(cast: Cast, code: str = "DT0101", *, year: int = YEAR, by: By | None = None) -> BranchYear:
    """The branch's year, submitted by its secretary with whatever it lacks."""
    organisation = cast.organisations[code]
    return years.submit_year(
        by=by or cast.by(cast.owner),
        organisation=organisation,
        year=year,
        version=years.year_of(organisation, year).version,
        seen=Missing.values,
    )


def posted(cast: Cast, code: str = "DT0101", *, year: int = YEAR, by: By | None = None) -> BranchYear:
    """The same, with its notice on the wall for a week."""
    writer = by or cast.by(cast.owner)
    return years.post_notice(
        by=writer,
        branch_year=submitted(cast, code, year=year, by=writer),
        posted_on=writer.today,
        place="党务公开栏",
        until=writer.today + timedelta(days=DAYS),
        least=writer.today + timedelta(days=DAYS),
        most=date.max,
    )


def approved(cast: Cast, code: str = "DT0101", *, year: int = YEAR, by: By | None = None) -> BranchYear:
    """The same, approved by the committee the day after the notice came down."""
    return years.approve_year(
        by=later(cast, cast.committee), branch_year=posted(cast, code, year=year, by=by)
    )


def last_day(cast: Cast) -> date:
    """The last day on which the notice hangs."""
    return cast.today + timedelta(days=DAYS)


EVERYBODY = ["M001", "M002", "M003", "M004"]
"""Who is placed in DT0101 and its group."""


def said(refusal: pytest.ExceptionInfo[Refused]) -> str:
    """Why something was refused."""
    return " ".join(refusal.value.messages)


def locked(year: int = YEAR) -> list[str]:
    """The numbers of those whose year is closed."""
    return sorted(YearLock.objects.filter(year=year).values_list("member__number", flat=True))


def verbs() -> list[str]:
    """What the log says was done to years of branches."""
    label = BranchYear._meta.label_lower
    return list(LogRow.objects.filter(object_type=label).order_by("pk").values_list("verb", flat=True))


def essay(cast: Cast, number: str = "M001") -> Entry:
    """An entry of the year that is not stored yet."""
    return Entry(member=cast.members[number], indicator=indicator("essay"), date=date(YEAR, 6, 7))


def tally(cast: Cast, number: str, *votes: int, year: int = YEAR) -> None:
    """The votes on a member: excellent, good, qualified, poor."""
    figures = dict(zip(("excellent", "good", "passed", "poor"), votes, strict=True))
    tallies.save_tally(by=cast.operator, tally=Tally(member=cast.members[number], year=year, **figures))


def good_year(cast: Cast, number: str, year: int = YEAR) -> None:
    """All that is asked of an ordinary community member but dues: daily 92.00 (100 - 8)."""
    for code, quantity in (("org_life", 6), ("volunteer", 3), ("essay", 1)):
        entry(cast, cast.members[number], code, date=date(year, 3, 5), quantity=quantity)
