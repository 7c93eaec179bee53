"""Named, chainable queries of the kernel; `visible_to` is the only scope of what a person sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import UserManager as AuthUserManager
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, Q, Value
from django.db.models.functions import Concat, Substr
from django.db.models.sql.compiler import SQLCompiler
from treebeard.mp_tree import MP_NodeManager, MP_NodeQuerySet

from members import telling
from members.errors import WrittenOnce
from members.text import fold

if TYPE_CHECKING:
    from members.models import Organisation
    from members.scope import Scope

MOST_WORDS = 10
"""So many words of a search are looked for: each is a condition of its own."""


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

    def reviewable_by(self, scope: Scope) -> Self:
        """Those in what a committee's duty reads."""
        return self.filter(scope.reviewing("path"))

    def within(self, organisation: Organisation) -> Self:
        """The organisation and all below it."""
        return self.filter(path__startswith=organisation.path)

    def called(self, words: str) -> Self:
        """Those whose name or code holds every word, in either script; all where there is no word."""
        wanted = [fold(word).lower() for word in words.split()]
        if not wanted:
            return self
        named = self.order_by().values_list("pk", "code", "name")
        found = [pk for pk, *said in named if all(word in fold(" ".join(said)).lower() for word in wanted)]
        return self.filter(pk__in=found)

    def put_at(self, old: str, new: str) -> None:
        """Hang a subtree, whose top is at the path `old`, at the free path `new` beside it."""
        self.order_by().update(path=Concat(Value(new), Substr("path", len(old) + 1)))

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


class Governing(Func):
    """The condition that no posting of the member goes before this one on a day.

    Of those that have begun a later one goes before; of those to come an earlier one, and any that has begun.
    It is written out as one piece: `Exists` takes longer to put together than its query takes to run.
    """

    output_field = models.BooleanField()

    def __init__(self, on: date) -> None:
        super().__init__("member", "start")
        self.on = on

    def as_sql(  # type: ignore[override]  # it takes no template
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """SQL that both engines read."""
        member, start = (compiler.compile(column)[0] for column in self.source_expressions)
        day = f"'{self.on.isoformat()}'"
        begun_later = f"other.start > {start} AND other.start <= {day}"
        sooner = f"{start} > {day} AND other.start < {start}"
        same = f"FROM members_posting other WHERE other.member_id = {member}"
        return f"NOT EXISTS(SELECT 1 {same} AND ({begun_later} OR {sooner}))", ()


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
        return self.filter(Governing(on))

    def read_by(self, scope: Scope) -> Self:
        """Those by which the scope sees their members: the governing ones that lie in what it reads."""
        return self.filter(scope.reading("organisation__path")).governing(scope.on)

    def visible_to(self, scope: Scope) -> Self:
        """All postings of the members whom the scope sees."""
        if scope.everything:
            return self
        return self.filter(member__in=self.model._default_manager.read_by(scope).values("member"))


class MemberQuerySet(models.QuerySet[Any]):
    """Members."""

    def visible_to(self, scope: Scope) -> Self:
        """Members whose governing posting lies in what the scope reads."""
        return self if scope.everything else self._holding(self._postings().read_by(scope))

    def writable_by(self, scope: Scope) -> Self:
        """Members whose governing posting lies in what the scope writes."""
        return self if scope.everything else self._governed(scope.writing("organisation__path"), scope.on)

    def reviewed_by(self, scope: Scope) -> Self:
        """Members whose governing posting lies in what a committee's duty reads."""
        return self if scope.everything else self._governed(scope.reviewing("organisation__path"), scope.on)

    def called(self, words: str) -> Self:
        """Those in whose name, in either script, or number each word is, or whose initials begin with it."""
        found = self
        for word in words.split()[:MOST_WORDS]:
            key = fold(word)
            found = found.filter(
                Q(name_key__icontains=key) | Q(number__icontains=key) | Q(initials__istartswith=key)
            )
        return found

    def posted_within(self, organisation: Organisation, on: date) -> Self:
        """Members with a posting in the organisation or below on the day."""
        postings = self._postings().on(on).filter(organisation__path__startswith=organisation.path)
        return self._holding(postings)

    def kept_by(self, organisation: Organisation, on: date) -> Self:
        """Members whose governing posting on the day lies in the organisation or below."""
        return self._governed(Q(organisation__path__startswith=organisation.path), on)

    def _governed(self, condition: Q, on: date) -> Self:
        return self._holding(self._postings().filter(condition).governing(on))

    def _holding(self, postings: PostingQuerySet) -> Self:
        """Who holds one of the postings. These are found first: a branch has few of them, the tree many."""
        return self.filter(pk__in=postings.values("member"))

    def _postings(self) -> PostingQuerySet:
        found: PostingQuerySet = self.model._meta.get_field("postings").related_model.objects.all()
        return found


class OfMemberQuerySet(models.QuerySet[Any]):
    """Rows that belong to a member: seen and written by whoever sees and writes the member."""

    def visible_to(self, scope: Scope) -> Self:
        """Rows of members whom the scope sees."""
        if scope.everything:
            return self
        return self.filter(member__in=_postings_of(self).read_by(scope).values("member"))


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


class StagedImportQuerySet(models.QuerySet[Any]):
    """Uploads that wait for their confirmation."""

    def of(self, user: Any) -> Self:
        """Those of one user: nobody else finds them, whatever the duty."""
        return self.filter(user=user) if user is not None else self.none()


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

    def about(self, words: str, scope: Scope) -> Self:
        """Rows that each of the words leads to: the object as it was called then, a member, who did it."""
        found = self
        members: MemberQuerySet = self.model._meta.get_field("member").related_model.objects.visible_to(scope)
        for word in words.split()[:MOST_WORDS]:
            called = members.called(word)
            found = found.filter(
                Q(object_name__icontains=word)
                | Q(object_id=word)
                | Q(member__in=called)
                | telling.of_members(called, self)
                | Q(actor__username__icontains=word)
                | Q(actor__first_name__icontains=word)
            )
        return found

    def of_object(self, obj: models.Model) -> Self:
        """The history of one object, newest first."""
        return self.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk)).order_by("-pk")

    def telling_of(self, obj: models.Model) -> Self:
        """The same with the rows that tell of the object among others."""
        return self.filter(telling.of_record(obj)).order_by("-pk")


def _postings_of(queryset: models.QuerySet[Any]) -> PostingQuerySet:
    """The postings of the members that the rows belong to."""
    member = queryset.model._meta.get_field("member").related_model
    found: PostingQuerySet = member._meta.get_field("postings").related_model.objects.all()
    return found
