"""The bases of pages over rows of members, and of rows that last from a day to a day."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import Case, Prefetch, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from members import policy
from members.access import duties_of, scope_of
from members.admin.base import RecordedAdmin
from members.enums import Currency, OrganisationKind
from members.models import Organisation, Posting
from members.scope import Scope


class OfMemberAdmin(RecordedAdmin):
    """Pages over rows that belong to a member, who is chosen once."""

    policy = policy.RECORDS
    deletable = True
    fixed_fields: tuple[str, ...] = ("member",)
    autocomplete_fields: ClassVar[tuple[str, ...]] = ("member",)
    list_select_related: ClassVar[tuple[str, ...]] = ("member",)
    folded_search = True
    search_fields: ClassVar[tuple[str, ...]] = ("member__name_key", "member__number", "^member__initials")
    search_help_text = gettext_lazy("Name, number or pinyin initials")

    @admin.display(description=gettext_lazy("organisation"))
    def organisation_now(self, row: Any) -> Organisation | None:
        """Whose the member is today."""
        governing = row.member.governing
        return governing[0].organisation if governing else None

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns; whose the members are stands only before those who read more than one branch."""
        columns = list(super().get_list_display(request))
        if "organisation_now" in columns and not self._reads_branches(request):
            columns.remove("organisation_now")
        return columns

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What a new row begins with: where it asks for a year, the running one."""
        return {"year": scope_of(request).on.year, **super().get_changeform_initial_data(request)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if "organisation_now" in self.get_list_display(request):
            rows = rows.prefetch_related(with_governing(scope_of(request), "member__postings"))
        return rows

    def _reads_branches(self, request: HttpRequest) -> bool:
        """Whether the user reads more than one organisation that is no group; asked once in a request."""
        if not hasattr(request, "reads_branches"):
            read = Organisation.objects.readable_by(scope_of(request)).exclude(kind=OrganisationKind.GROUP)
            request.reads_branches = len(read.values_list("pk")[:2]) > 1  # type: ignore[attr-defined]
        return bool(request.reads_branches)  # type: ignore[attr-defined]


class LastingMixin(admin.ModelAdmin):
    """Lists of rows that last from a day to a day: each says whether it holds today."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        today = scope_of(request).on
        state = Case(
            When(start__gt=today, then=Value(Currency.TO_COME)),
            When(end__lt=today, then=Value(Currency.ENDED)),
            default=Value(Currency.IN_FORCE),
            output_field=models.CharField(),
        )
        return super().get_queryset(request).annotate(currency=state)

    @admin.display(description=gettext_lazy("state"), ordering="currency")
    def state(self, obj: Any) -> str:
        """In force, ended, or yet to begin."""
        return str(Currency(obj.currency).label)


def place_of_list(request: HttpRequest, *, written: bool = False) -> Organisation | None:
    """The organisation that a list is limited to, or else the first that the user's duties are about.

    None where the user does not read its records; where `written`, does not write them.
    """
    scope = scope_of(request)
    code = request.GET.get("within", "")
    if code and "\x00" not in code:
        every = Organisation.objects
        return (every.writable_by(scope) if written else every.readable_by(scope)).filter(code=code).first()
    may = scope.may_write if written else scope.may_read
    places = [duty.organisation for duty in duties_of(request)]
    return next((place for place in places if place is not None and may(place)), None)


def with_governing(scope: Scope, postings: str) -> Prefetch[Any]:
    """What brings along, as a list `governing`, the posting that says whose a member is today.

    It is one query for the whole list. `postings` is the path to the member's postings.
    """
    governing = Posting.objects.governing(scope.on).select_related("organisation", "role__category")
    return Prefetch(postings, queryset=governing.order_by("start"), to_attr="governing")


def writable_or(queryset: QuerySet[Any], pk: Any) -> QuerySet[Any]:
    """A form's choices with the stored one kept among them, so that saving the rest does not drop it."""
    return queryset if pk is None else queryset.model._default_manager.filter(Q(pk__in=queryset) | Q(pk=pk))
