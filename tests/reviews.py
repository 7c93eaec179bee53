"""A branch's year taken through the review for tests, each step by whom and when it would be taken."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from appraisal.enums import Missing
from appraisal.models import BranchYear
from appraisal.services import years
from members.models import User
from members.services.by import By
from tests.cast import Cast

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
    )


def approved(cast: Cast, code: str = "DT0101", *, year: int = YEAR, by: By | None = None) -> BranchYear:
    """The same, approved by the committee the day after the notice came down."""
    return years.approve_year(
        by=later(cast, cast.committee), branch_year=posted(cast, code, year=year, by=by)
    )


def last_day(cast: Cast) -> date:
    """The last day on which the notice hangs."""
    return cast.today + timedelta(days=DAYS)
