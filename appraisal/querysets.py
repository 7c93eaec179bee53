"""Named, chainable queries of the appraisal app."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from appraisal.enums import CountState, MeetingState, Purpose, YearState
from appraisal.rules.annual import NAMED
from members.querysets import OfMemberQuerySet, OfOrganisationQuerySet, WriteOnceQuerySet
from members.scope import Scope


class BallotMeetingQuerySet(OfOrganisationQuerySet):
    """Ballot meetings."""

    def standing(self) -> Self:
        """Those that are not void."""
        return self.filter(state=MeetingState.STANDING)

    def visible_to(self, scope: Scope) -> Self:
        """Those of organisations that the scope reads, and the one that a confirming officer confirms."""
        return self.filter(scope.reading("organisation__path") | self._to_confirm(scope))

    def readable_by(self, scope: Scope) -> Self:
        """Those of organisations whose records the scope reads."""
        return self.filter(scope.reading("organisation__path"))

    def writable_by(self, scope: Scope) -> Self:
        """Those of organisations whose records the scope writes."""
        return self.filter(scope.writing("organisation__path"))

    def confirmable_by(self, scope: Scope) -> Self:
        """The one that a confirming officer confirms."""
        return self.filter(self._to_confirm(scope))

    def _to_confirm(self, scope: Scope) -> Q:
        """The standing meeting of the officer's own branch, until another has confirmed its count."""
        counts = self.model._meta.get_field("counts").related_model._base_manager
        confirmed = counts.filter(meeting=OuterRef("pk"), state=CountState.CONFIRMED)
        mine = Q(confirmed_by=scope.user_id) | Q(entered_by=scope.user_id) | Q(second_by=scope.user_id)
        return (
            scope.confirming("organisation__path")
            & Q(state=MeetingState.STANDING)
            & (~Exists(confirmed) | Exists(confirmed.filter(mine)))
        )


class OfMeetingQuerySet(models.QuerySet[Any]):
    """Records of ballot meetings."""

    def visible_to(self, scope: Scope) -> Self:
        """Those of organisations that the scope reads."""
        return self.filter(scope.reading("meeting__organisation__path"))


class CountQuerySet(OfMeetingQuerySet):
    """Counts."""

    def standing(self) -> Self:
        """Those that are not void."""
        return self.exclude(state=CountState.VOID)


class CountLineQuerySet(models.QuerySet[Any]):
    """Lines of counts."""

    def by_member(self) -> Self:
        """In the order of the ballot."""
        return self.order_by("member__number").select_related("member")


class TallyQuerySet(OfMemberQuerySet):
    """Tallies."""

    def of_year(self, year: int) -> Self:
        """Those of the year."""
        return self.filter(year=year)


class SnapshotQuerySet(WriteOnceQuerySet):
    """Frozen figures."""

    def visible_to(self, scope: Scope) -> Self:
        """Those of organisations that the scope reads."""
        return self.filter(scope.reading("organisation__path"))

    def issued(self) -> Self:
        """Those of which a notice was issued: printing may have failed once they were frozen."""
        return self.filter(issued_as__isnull=False)

    def settled(self) -> Self:
        """Those for which no notice is wanted: they are issued, or name nobody."""
        named = Q()
        for purpose, annual in ((Purpose.NOTICE, False), (Purpose.ANNUAL, True)):
            named |= Q(purpose=purpose, rows__figures__status__in=sorted(NAMED[annual]))
        naming = self.model.objects.filter(named, pk=OuterRef("pk")).order_by()
        return self.filter(Q(issued_as__isnull=False) | ~Exists(naming))


class SnapshotRowQuerySet(WriteOnceQuerySet):
    """Frozen results."""

    def visible_to(self, scope: Scope) -> Self:
        """Rows of snapshots that a committee's duty reads: they hold how votes were spread."""
        return self.filter(scope.reviewing("snapshot__organisation__path"))


class BranchYearQuerySet(OfOrganisationQuerySet):
    """Years of branches."""

    def of_year(self, year: int) -> Self:
        """Those of the year."""
        return self.filter(year=year)

    def reviewable_by(self, scope: Scope) -> Self:
        """Those in what a committee's duty reads."""
        return self.filter(scope.reviewing("organisation__path"))

    def approved(self) -> Self:
        """Those that are approved."""
        return self.filter(state=YearState.APPROVED)


class OfBranchYearQuerySet(models.QuerySet[Any]):
    """Records of branches' years."""

    def visible_to(self, scope: Scope) -> Self:
        """Those of organisations that the scope reads."""
        return self.filter(scope.reading("branch_year__organisation__path"))


class ObjectionQuerySet(OfBranchYearQuerySet):
    """Objections."""

    def visible_to(self, scope: Scope) -> Self:
        """Those of organisations that the scope reads."""
        return self.filter(
            scope.reading("branch_year__organisation__path") | scope.reading("snapshot__organisation__path")
        )

    def unanswered(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(answered_on__isnull=True)


class RowRemarkQuerySet(OfBranchYearQuerySet):
    """Remarks on rows."""


class CaseQuerySet(OfBranchYearQuerySet):
    """Unqualified cases."""

    def standing(self) -> Self:
        """Those that are not withdrawn."""
        return self.filter(withdrawn_on__isnull=True)

    def open(self) -> Self:
        """Those that wait for one of their filings."""
        return self.standing().filter(Q(filed_on__isnull=True) | Q(handled_filed_on__isnull=True))
