"""Pages of the tree of organisations."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Length, Substr
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members import policy
from members.access import scope_of
from members.admin.base import ScopedAdmin, carrying
from members.admin.filters import indented
from members.forms import OrganisationForm
from members.models import Organisation, Posting
from members.querysets import OrganisationQuerySet
from members.resources.organisations import Organisations
from members.scope import STEP
from members.services import organisations
from members.services.by import By

AFTER_ALL_BELOW = "Z"
"""Follows, at the end of a path, the paths of all below: a step of them begins with a digit."""


@admin.register(Organisation)
class OrganisationAdmin(ScopedAdmin):
    """The tree: founded, corrected and moved by the administrator."""

    policy = policy.TREE
    sheet = Organisations
    form = OrganisationForm
    list_display = ("in_tree", "kind", "above", "members_below")
    list_filter = ("kind",)
    search_fields = ("code", "name")
    search_help_text = _("Name or code")
    fixed_fields = ("code",)
    help_texts = {
        "code": _("Unique, and kept for good: workbooks name the organisation by it."),
        "parent": _("Another one moves the organisation with all below it; empty at the top of the tree."),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Organisations with the name of the one above, where it is seen, and the members below today."""
        scope = scope_of(request)
        above = Organisation.objects.visible_to(scope).filter(
            path=Substr(OuterRef("path"), 1, Length(OuterRef("path")) - STEP)
        )
        posted = Posting.objects.on(scope.on).filter(
            organisation__path__gte=OuterRef("path"),
            organisation__path__lt=Concat(OuterRef("path"), Value(AFTER_ALL_BELOW)),
        )
        counted = posted.order_by().annotate(one=Value(1)).values("one").annotate(count=Count("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                name_above=Subquery(above.values("name")[:1]),
                posted=Coalesce(Subquery(counted.values("count")), 0),
            )
        )

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Those whose name or code holds every word, in either script."""
        return cast(OrganisationQuerySet, queryset).called(search_term), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        what = (_("The organisation"), {"fields": ["code", "name", "kind"]})
        place = (_("Place in the tree"), {"fields": ["parent"]})
        if obj is None:
            return [what, place]
        return carrying([what, place], "seen") if self.has_change_permission(request, obj) else [what]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form with the organisations under which this one may be hung."""
        form = super().get_form(request, obj, change, **kwargs)
        above = self.choices_for(request, Organisation)
        if obj is not None:
            above = above.exclude(path__startswith=obj.path)
        field: forms.ModelChoiceField = form.base_fields["parent"]
        field.queryset = above
        return form

    def store(self, by: By, obj: Organisation, form: Any, *, new: bool) -> None:
        said = form.cleaned_data
        if new:
            founded = organisations.found(
                by=by, code=obj.code, name=obj.name, kind=obj.kind, parent=said["parent"]
            )
            obj.pk = founded.pk
            return
        stored = Organisation.objects.get(pk=obj.pk)
        if Organisation.objects.get_parent(stored) != said["parent"]:
            organisations.move(by=by, organisation=stored, parent=said["parent"])
        organisations.correct(by=by, organisation=stored, name=obj.name, kind=obj.kind)

    @admin.display(description=_("organisation"), ordering="path")
    def in_tree(self, organisation: Organisation) -> str:
        """Code and name, set in by depth."""
        return indented(organisation)

    @admin.display(description=_("above it"), ordering="name_above")
    def above(self, organisation: Any) -> str | None:
        """The organisation above."""
        return organisation.name_above

    @admin.display(description=_("members below"), ordering="posted")
    def members_below(self, organisation: Any) -> int:
        """How many members are posted there or below today."""
        return int(organisation.posted)
