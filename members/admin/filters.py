"""Filters of lists that offer nothing but what the user may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.access import scope_of
from members.models import Member, Organisation


class VisibleRelatedFilter(admin.RelatedFieldListFilter):
    """A filter by a related object, with the visible ones to choose from."""

    def field_choices(
        self, field: Field[Any, Any], request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[Any]:
        choices = model_admin.choices_to_see(request, field.remote_field.model)  # type: ignore[attr-defined,union-attr]
        return [(row.pk, str(row)) for row in choices]


class NamedValuesFilter(admin.AllValuesFieldListFilter):
    """The values of a column to choose from, called as the list calls them."""

    name_of: ClassVar[Callable[[str], str]]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The choices; the one for all of them has its name already."""
        everything, *values = super().choices(changelist)
        yield everything
        for value in values:
            yield {**value, "display": type(self).name_of(str(value["display"]))}


def named_values(name_of: Callable[[str], str]) -> type[NamedValuesFilter]:
    """The filter by a column whose values are called so."""
    return type("NamedValuesFilter", (NamedValuesFilter,), {"name_of": staticmethod(name_of)})


class WithinFilter(admin.SimpleListFilter):
    """Members posted today in an organisation or below, and rows of theirs."""

    title = _("organisation")
    parameter_name = "within"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        visible = Organisation.objects.visible_to(scope_of(request))
        return [(organisation.code, indented(organisation)) for organisation in visible]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        code = self.value()
        if code is None:
            return queryset
        scope = scope_of(request)
        chosen = Organisation.objects.visible_to(scope).filter(code=code).first()
        if chosen is None:
            raise IncorrectLookupParameters
        members = Member.objects.posted_within(chosen, scope.on)
        if queryset.model is Member:
            return queryset.filter(pk__in=members)
        return queryset.filter(member__in=members)


def indented(organisation: Organisation) -> str:
    """An organisation's code and name, set in by its depth, as drop-downs show the tree."""
    return f"{'　' * (organisation.depth - 1)}{organisation.code} {organisation.name}"
