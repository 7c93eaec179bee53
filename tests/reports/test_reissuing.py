"""What counts as an issued notice, and that none is issued, posted or archived over one in force unasked."""

from __future__ import annotations

from datetime import timedelta

from appraisal.models import BranchYear, Snapshot
from appraisal.services import years
from members.services import roster
from members.services.by import By
from reports.desk.services import notices as shown
from reports.services import issuing
from tests.cast import Cast
from tests.reports.test_notices import H1, LAST_YEAR, issued, on_the_wall
from tests.reviews import submitted


def test_figures_that_were_frozen_and_not_issued_are_no_notice(cast: Cast) -> None:
    """Printing may fail after they were frozen."""
    branch, by = cast.organisations["DT0101"], cast.by(cast.owner)
    submitted(cast)
    first = issued(cast, LAST_YEAR)
    on_the_wall(cast, first)
    member = cast.members["M002"]
    member.name = "李芳芳"
    roster.correct_member(by=cast.operator, member=member)
    for period in (H1, LAST_YEAR):
        issuing.draft(by=by, organisation=branch, period=period, annual=period is LAST_YEAR)
    assert Snapshot.objects.filter(issued_as__isnull=True).exclude(purpose="submission").count() == 2
    assert [one.period.code for one in shown.wanted(branch, cast.today)] == ["2026H1"]
    late = shown.overdue([branch], cast.today)
    assert (late.not_issued, late.not_posted, late.branches) == (1, 0, [branch])
    committee = By.person(cast.committee, cast.now + timedelta(days=30))
    years.approve_year(by=committee, branch_year=BranchYear.objects.get())


def test_no_notice_is_wanted_where_nobody_is_named(cast: Cast) -> None:
    branch = cast.organisations["DT0101"]
    assert [one.period.code for one in shown.wanted(branch, cast.today)] == ["2026H1"]
    bare = issuing.draft(by=cast.by(cast.owner), organisation=branch, period=H1)
    assert isinstance(bare, issuing.Draft)
    nobody = Snapshot.objects.get(pk=bare.snapshot.pk)
    nobody.pk = None
    nobody.save()
    assert shown.wanted(branch, cast.today) == []
    assert shown.overdue([branch], cast.today).not_issued == 0
