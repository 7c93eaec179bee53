"""Pages of the tree of organisations, and of the categories and roles that schemes bring."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members import policy
from members.admin.base import ScopedAdmin
from members.admin.filters import indented
from members.forms import OrganisationForm
from members.models import Category, Organisation, Role
from members.services import organisations
from members.services.by import By


@admin.register(Organisation)
class OrganisationAdmin(ScopedAdmin):
    """The tree: founded, corrected and moved by the administrator."""

    policy = policy.TREE
    form = OrganisationForm
    list_display = ("in_tree", "kind")
    list_filter = ("kind",)
    search_fields = ("code", "name")
    fixed_fields = ("code",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = ["code", "name", "kind"]
        if obj is None:
            return [*fields, "parent"]
        return [*fields, "parent", "seen"] if self.has_change_permission(request, obj) else fields

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


@admin.register(Category)
class CategoryAdmin(ScopedAdmin):
    """Categories; scheme files make them."""

    policy = policy.RULES
    list_display = ("name", "code")
    fields = ("code", "name_hans", "name_hant")


@admin.register(Role)
class RoleAdmin(ScopedAdmin):
    """Roles; scheme files make them, and adjustments local ones."""

    policy = policy.RULES
    list_display = ("name", "category", "code", "organisation")
    list_filter = ("category",)
    list_select_related = ("category", "organisation")
    fields = ("code", "category", "name_hans", "name_hant", "organisation")
