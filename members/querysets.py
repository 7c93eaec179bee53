"""Named, chainable queries of the kernel; `visible_to` is the only scope of what a person sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import UserManager as AuthUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q
from treebeard.mp_tree import MP_NodeManager, MP_NodeQuerySet

from members.errors import WrittenOnce

if TYPE_CHECKING:
    from members.models import Organisation
    from members.scope import Scope


class OrganisationQuerySet(MP_NodeQuerySet):
    """Organisations in tree order."""

    def visible_to(self, scope: Scope) -> Self:
        """What the scope reads; an administrator manages them all."""
        return self if scope.administrator else self.filter(scope.reading("path"))

    def readable_by(self, scope: Scope) -> Self:
        """Those whose records the scope reads: an administrator manages organisations and reads no scores."""
        return self.filter(scope.reading("path"))

    def writable_by(self, scope: Scope) -> Self:
        """Those whose records the scope writes."""
        return self.filter(scope.writing("path"))

    def within(self, organisation: Organisation) -> Self:
        """The organisation and all below it."""
        return self.filter(path__startswith=organisation.path)

    def above(self, organisation: Organisation) -> Self:
        """The organisation and all above it, from the top downwards."""
        steps = range(organisation.steplen, len(organisation.path) + 1, organisation.steplen)
        return self.filter(path__in=[organisation.path[:step] for step in steps]).order_by("path")


class OrganisationManager(MP_NodeManager.from_queryset(OrganisationQuerySet)):  # type: ignore[misc]
    """Treebeard's manager with the project's own queries."""

    def get_queryset(self) -> OrganisationQuerySet:
        return OrganisationQuerySet(self.model, using=self._db).order_by("path")


class UserManager(AuthUserManager):
    """Accounts."""

    def visible_to(self, scope: Scope) -> models.QuerySet[Any]:
        """Accounts are the administrators' business."""
        return self.all() if scope.administrator else self.none()


class WriteOnceQuerySet(models.QuerySet[Any]):
    """Rows that a scheme file makes: they can be inserted, and in no way changed or deleted."""

    def update(self, **values: Any) -> int:
        """Refuse: raises WrittenOnce."""
        raise WrittenOnce(self.model)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: raises WrittenOnce."""
        raise WrittenOnce(self.model)

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        """Refuse: raises WrittenOnce."""
        raise WrittenOnce(self.model)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert rows that do not stand yet; raises WrittenOnce for one that does, or that comes too late."""
        if kwargs.get("update_conflicts"):
            raise WrittenOnce(self.model)
        rows = list(objs)
        self.model.refuse_writing_of(rows)
        return super().bulk_create(rows, *args, **kwargs)

    delete.queryset_only = True  # type: ignore[attr-defined]
    update.alters_data = delete.alters_data = True  # type: ignore[attr-defined]


class CategoryQuerySet(WriteOnceQuerySet):
    """Categories of all schemes."""

    def visible_to(self, scope: Scope) -> Self:
        """Every category to whoever has a duty."""
        return self if scope.anyone else self.none()


class RoleQuerySet(WriteOnceQuerySet):
    """Roles of all schemes, and local ones."""

    def visible_to(self, scope: Scope) -> Self:
        """Every common role to whoever has a duty; a local one to whoever reads where it holds."""
        if not scope.anyone:
            return self.none()
        common = Q(organisation__isnull=True)
        return self.filter(common | scope.reading("organisation__path") | scope.reached("organisation__path"))


class DutyQuerySet(models.QuerySet[Any]):
    """Duties of users."""

    def in_force(self, on: date) -> Self:
        """Those that hold on the day."""
        return self.filter(Q(end__isnull=True) | Q(end__gte=on), start__lte=on)

    def visible_to(self, scope: Scope) -> Self:
        """Duties are the administrators' business."""
        return self.all() if scope.administrator else self.none()


class PostingQuerySet(models.QuerySet[Any]):
    """Postings of members."""

    def on(self, day: date) -> Self:
        """Those in force on the day."""
        return self.filter(Q(end__isnull=True) | Q(end__gte=day), start__lte=day)

    def overlapping(self, start: date, end: date | None) -> Self:
        """Those that share a day with the stretch (`end` None: without end)."""
        shared = Q(end__isnull=True) | Q(end__gte=start)
        return self.filter(shared if end is None else shared & Q(start__lte=end))

    def in_year(self, year: int) -> Self:
        """Those that touch the year."""
        return self.overlapping(date(year, 1, 1), date(year, 12, 31))

    def governing(self, on: date) -> Self:
        """Of each member the posting that says whose the member is on the day.

        It is the last that has begun, also when it has ended; before any has begun, the first to come.
        """
        same = self.model._base_manager.filter(member=OuterRef("member"))
        later = same.filter(start__lte=on, start__gt=OuterRef("start"))
        begun = same.filter(start__lte=on)
        earlier = same.filter(start__lt=OuterRef("start"))
        return self.filter(
            (Q(start__lte=on) & ~Exists(later)) | (Q(start__gt=on) & ~Exists(begun) & ~Exists(earlier))
        )

    def visible_to(self, scope: Scope) -> Self:
        """All postings of the members whom the scope sees."""
        return self.filter(member__in=_members(self).visible_to(scope)) if not scope.everything else self


class MemberQuerySet(models.QuerySet[Any]):
    """Members."""

    def visible_to(self, scope: Scope) -> Self:
        """Members whose governing posting lies in what the scope reads."""
        return (
            self
            if scope.everything
            else self.filter(self._governed(scope.reading("organisation__path"), scope.on))
        )

    def writable_by(self, scope: Scope) -> Self:
        """Members whose governing posting lies in what the scope writes."""
        return (
            self
            if scope.everything
            else self.filter(self._governed(scope.writing("organisation__path"), scope.on))
        )

    def posted_within(self, organisation: Organisation, on: date) -> Self:
        """Members with a posting in the organisation or below on the day."""
        postings = self._postings().on(on).filter(organisation__path__startswith=organisation.path)
        return self.filter(Exists(postings.filter(member=OuterRef("pk"))))

    def _governed(self, condition: Q, on: date) -> Exists:
        return Exists(self._postings().filter(condition, member=OuterRef("pk")).governing(on))

    def _postings(self) -> PostingQuerySet:
        return self.model._meta.get_field("postings").related_model.objects.all()


class OfMemberQuerySet(models.QuerySet[Any]):
    """Rows that belong to a member: seen and written by whoever sees and writes the member."""

    def visible_to(self, scope: Scope) -> Self:
        """Rows of members whom the scope sees."""
        return self if scope.everything else self.filter(member__in=_members(self).visible_to(scope))


class OfOrganisationQuerySet(models.QuerySet[Any]):
    """Rows that belong to an organisation."""

    def visible_to(self, scope: Scope) -> Self:
        """Rows of organisations that the scope reads."""
        return self.filter(scope.reading("organisation__path"))


class LeaveQuerySet(OfMemberQuerySet):
    """Leaves."""

    def in_year(self, year: int) -> Self:
        """Those that touch the year."""
        return self.filter(Q(end__isnull=True) | Q(end__gte=date(year, 1, 1)), start__lte=date(year, 12, 31))


class YearLockQuerySet(OfMemberQuerySet):
    """Closed years."""

    def closing(self, member_ids: list[int], first: int, last: int | None) -> Self:
        """Locks of these members on any year of the stretch (`last` None: without end)."""
        locks = self.filter(member__in=member_ids, year__gte=first)
        return locks if last is None else locks.filter(year__lte=last)


class ImportBatchQuerySet(models.QuerySet[Any]):
    """Imports."""

    def visible_to(self, scope: Scope) -> Self:
        """Each user's own; an administrator sees that there were others, which name nobody."""
        return self if scope.administrator else self.filter(actor=scope.user_id)


ADMINISTERED = (
    "members.user",
    "members.duty",
    "members.organisation",
    "scoring.scheme",
    "reports.printsettings",
)
"""Kinds of object that concern the installation and no branch's conduct."""


class LogQuerySet(models.QuerySet[Any]):
    """The log."""

    def visible_to(self, scope: Scope) -> Self:
        """The committee reads the rows of its subtree; an administrator those that are no branch's."""
        if scope.everything:
            return self
        condition = scope.reviewing("organisation__path")
        if scope.administrator:
            condition |= Q(object_type__in=ADMINISTERED)
        return self.filter(condition)

    def seen_with_object(self, scope: Scope) -> Self:
        """Rows to be read with their object: those filed, at their time, under what the scope reads."""
        if scope.everything:
            return self
        return self.visible_to(scope) | self.filter(scope.reading("organisation__path"))

    def of_object(self, obj: models.Model) -> Self:
        """The history of one object, newest first."""
        return self.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk)).order_by("-pk")


def _members(queryset: models.QuerySet[Any]) -> MemberQuerySet:
    return queryset.model._meta.get_field("member").related_model.objects.all()
