"""Annual notices on the wall: of which years of branches it is recorded from when to when they hang."""

from __future__ import annotations

from appraisal.enums import YearState
from appraisal.models import BranchYear
from appraisal.querysets import BranchYearQuerySet
from reports.services.wall import Stretch


def hanging() -> BranchYearQuerySet:
    """Years of branches of which it is recorded from when to when the notice hangs."""
    rows = BranchYear.objects.filter(posted_on__isnull=False, publicity_until__isnull=False)
    return rows.filter(state__in=(YearState.SUBMITTED, YearState.APPROVED))


def posted_in(year: int) -> dict[int, Stretch]:
    """By organisation key from when to when the annual notice hangs that was posted before any was issued."""
    rows = hanging().of_year(year).filter(posted_figures__isnull=True).order_by()
    found = rows.values_list("organisation", "posted_on", "publicity_until")
    return {organisation: (first, last) for organisation, first, last in found}
