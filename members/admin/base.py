"""The base of every admin page: `visible_to` decides what is seen, the services write."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import get_fields_from_path, unquote
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, models
from django.db.models import Q, QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import policy
from members.access import by_of, scope_of
from members.admin import history
from members.admin.filters import VisibleRelatedFilter
from members.admin.widgets import Autocomplete
from members.errors import OutOfScope, Refused
from members.forms import OrganisationChoice, RecordedForm
from members.models import LogRow, Organisation, Role
from members.services.by import By
from members.text import fold

DATE_PARTS = ("year", "month", "day")


class ScopedAdmin(admin.ModelAdmin):
    """A model's pages under the policy: who may read or write it at all, and of it only what the scope holds.

    Subclasses name their `policy` and, where it has writers, the service verbs `store` and `withdraw`.
    What a person may not see is not found.
    """

    policy: ClassVar[policy.Policy]
    addable = True
    deletable = False
    fixed_fields: tuple[str, ...] = ()
    """Fields that are chosen once: on a stored row they are shown and not changed."""
    folded_search = False
    """Whether the search fields hold folded text, so that either script finds it."""

    actions = None
    list_per_page = 100
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    object_history_template = "admin/object_history.html"

    # --- the service verbs ------------------------------------------------------------------------

    def store(self, by: By, obj: Any, form: Any, *, new: bool) -> None:
        """Write the new or changed object through its service."""
        raise NotImplementedError

    def withdraw(self, by: By, obj: Any) -> None:
        """Delete the object through its service."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.store(by_of(request), obj, form, new=not change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.withdraw(by_of(request), obj)

    # --- who may ----------------------------------------------------------------------------------

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.policy.reads(scope_of(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.policy.reads(scope_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.addable and self.policy.writes(scope_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.policy.writes(scope_of(request)) and (obj is None or self.writable(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and self.has_change_permission(request, obj)

    def writable(self, request: HttpRequest, obj: Any) -> bool:
        """Whether the stored object lies in what the user writes; asked once in a request."""
        if obj.pk is None:
            return True
        known: dict[Any, bool] = request.__dict__.setdefault("writable", {})
        key = (type(obj), obj.pk)
        if key not in known:
            known[key] = policy.may_write(scope_of(request), obj)
        return known[key]

    # --- what is seen -----------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        manager: Any = self.model._default_manager
        return manager.visible_to(scope_of(request)).order_by(*(self.ordering or self.opts.ordering or ()))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        obj = super().get_object(request, object_id, from_field)
        if obj is None:
            raise Http404
        return obj

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The filters of the list, those by related objects limited to visible ones."""
        return [
            (item, VisibleRelatedFilter) if isinstance(item, str) and self._relation(item) else item
            for item in super().get_list_filter(request)
        ]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the list's own filters ask for: any other lookup could spell out hidden values."""
        return "\x00" not in value and lookup in self._lookups_of_filters()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if "\x00" in search_term:
            return queryset.none(), False
        term = " ".join(map(fold, search_term.split())) if self.folded_search else search_term
        return super().get_search_results(request, queryset, term)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A choice among the related objects that are seen and, where records are written, written too."""
        related = db_field.remote_field.model
        kwargs.setdefault("queryset", self.choices_for(request, related))
        if related is Organisation:
            kwargs.setdefault("form_class", OrganisationChoice)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Autocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", self.choices_for(request, db_field.remote_field.model))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, ModelChoiceField):
            # Related objects are made on their own pages, not in windows from here.
            for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
                setattr(field.widget, link, False)
        return field

    def choices_for(self, request: HttpRequest, related: type[models.Model]) -> Any:
        """The related objects that a form offers: those seen and, where records are written, written too."""
        manager: Any = related._default_manager
        if self.policy is policy.RECORDS and hasattr(manager, "writable_by"):
            return manager.writable_by(scope_of(request))
        return self.choices_to_see(request, related)

    def choices_to_see(self, request: HttpRequest, related: type[models.Model]) -> Any:
        """The related objects that a filter offers: those seen."""
        manager: Any = related._default_manager
        rows = manager.visible_to(scope_of(request)).order_by(*(related._meta.ordering or ()))
        return rows.select_related(*joins) if (joins := self.joins(related)) else rows

    def joins(self, related: type[models.Model]) -> tuple[str, ...]:
        """Relations that the text of a related object needs."""
        return ("category",) if related is Role else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if obj is None else (*fields, *self.fixed_fields)

    # --- pages ------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self._hide(request)
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form; a refusal of the service rolls all back and shows the form again with the reason."""
        self._hide(request)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except OutOfScope as error:
            raise Http404 from error
        except Refused as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]
        except IntegrityError:
            request.refusal = Refused(  # type: ignore[attr-defined]
                _("Somebody else has just stored the same. Look at the list before you try again.")
            )
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", None)  # the class was made for this request alone
        return form

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Ask, then delete through the service; a refusal is shown on the object's page."""
        self._hide(request)
        try:
            return super().delete_view(request, object_id, extra_context)
        except OutOfScope as error:
            raise Http404 from error
        except Refused as refusal:
            messages.error(request, " ".join(refusal.messages))
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[object_id]))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What a confirmation lists: the object itself. What hangs on it may be others'."""
        return [str(obj) for obj in objs], {str(self.opts.verbose_name_plural): len(objs)}, set(), []

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What the project's log says of the object, as far as the user sees it."""
        self._hide(request)
        obj = self.get_object(request, unquote(object_id))
        rows = LogRow.objects.of_object(obj).seen_with_object(scope_of(request)).select_related("actor")
        page = self.get_paginator(request, rows, 100).get_page(request.GET.get("p", 1))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change history: %s") % obj,
            "subtitle": None,
            "object": obj,
            "opts": self.opts,
            "page": page,
            "actions": history.actions(page, scope_of(request)),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)

    # --- no second log ----------------------------------------------------------------------------

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the service has logged it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the service has logged it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing: the service logs it."""

    # --- details ----------------------------------------------------------------------------------

    def _hide(self, request: HttpRequest) -> None:
        """Raise Http404 where the user's duties do not read this kind of record."""
        if not self.policy.reads(scope_of(request)):
            raise Http404

    def _relation(self, path: str) -> bool:
        try:
            return bool(get_fields_from_path(self.model, path)[-1].is_relation)
        except FieldDoesNotExist:
            return False

    def _lookups_of_filters(self) -> list[str]:
        allowed: list[str] = []
        for item in self.list_filter:
            if isinstance(item, type) and issubclass(item, admin.SimpleListFilter):
                allowed.append(str(item.parameter_name))
                continue
            path = str(item[0] if isinstance(item, (tuple, list)) else item)
            field: Any = get_fields_from_path(self.model, path)[-1]
            allowed += [path, f"{path}__exact", f"{path}__isnull"]
            if field.is_relation:
                allowed.append(f"{path}__{field.target_field.name}__exact")
            elif isinstance(field, models.DateField):
                allowed += [f"{path}__gte", f"{path}__lt"]
        if self.date_hierarchy:
            allowed += [f"{self.date_hierarchy}__{part}" for part in DATE_PARTS]
        return allowed


class RecordedAdmin(ScopedAdmin):
    """Pages over recorded rows: versioned, so that a stale form is refused."""

    form = RecordedForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The fields, with the version that was read where a stored row may be changed."""
        fields = list(self.fields_for(obj))
        if obj is not None and self.has_change_permission(request, obj):
            fields.append("version_read")
        return fields

    def fields_for(self, obj: Any) -> Any:
        """The fields of a new object (None), or of a stored one."""
        return self.fields


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


def writable_or(queryset: QuerySet[Any], pk: Any) -> QuerySet[Any]:
    """A form's choices with the stored one kept among them, so that saving the rest does not drop it."""
    return queryset if pk is None else queryset.model._default_manager.filter(Q(pk__in=queryset) | Q(pk=pk))
