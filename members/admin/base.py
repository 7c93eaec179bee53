"""The base of every admin page: `visible_to` decides what is seen, the services write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path, unquote
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from members import policy
from members.access import about, by_of, scope_of
from members.admin import history
from members.admin.exporting import ExportPages
from members.admin.filters import DaysFilter, VisibleRelatedFilter
from members.admin.importing import ImportPages
from members.admin.listing import Listing
from members.admin.widgets import Autocomplete
from members.errors import OutOfScope, Refused
from members.forms import Day, DayField, OrganisationChoice, RecordedForm
from members.models import LogRow, Organisation, Role
from members.querysets import MOST_WORDS
from members.services import files
from members.services.by import By
from members.telling import alone
from members.text import fold

Way = tuple[str, str]
"""A label and an address."""

Groups = Sequence[tuple[Any, dict[str, Any]]]
"""Fields in groups, each with a title or None, as Django's `fieldsets` has them."""

DATE_PARTS = ("year", "month", "day")


class ScopedAdmin(ImportPages, ExportPages, admin.ModelAdmin):
    """A model's pages under the policy: who may read or write it at all, and of it only what the scope holds.

    Subclasses name their `policy` and, where it has writers, the service verbs `store` and `withdraw`; where
    its records come in sheets, the `sheet`. What a person may not see is not found.
    """

    policy: ClassVar[policy.Policy]
    addable = True
    changeable = True
    deletable = False
    fixed_fields: tuple[str, ...] = ()
    """Fields that are chosen once: on a stored row they are shown and not changed."""
    folded_search = False
    """Whether the search fields hold folded text, so that either script finds it."""

    help_texts: ClassVar[dict[str, Any]] = {}
    """What a form says beside fields at which a user may hesitate, by field."""

    actions = None
    list_per_page = 100
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    empty_value_display = "—"
    formfield_overrides = {models.DateField: {"form_class": DayField, "widget": Day}}
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
        """Always: each kind of record is asked for its own."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.policy.reads(scope_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.addable and self.policy.writes(scope_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.changeable and self._may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and self._may_write(request, obj)

    def _may_write(self, request: HttpRequest, obj: Any) -> bool:
        return self.policy.writes(scope_of(request)) and (obj is None or self.writable(request, obj))

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
        words = search_term.split()[:MOST_WORDS]
        term = " ".join(map(fold, words) if self.folded_search else words)
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

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = None if field.empty_label is None else _("Choose …")
            # Related objects are made on their own pages, not in windows from here.
            for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
                setattr(field.widget, link, False)
        return field

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        with_blank = db_field.blank or not db_field.has_default()
        kwargs.setdefault("choices", db_field.get_choices(with_blank, [("", _("Choose …"))]))
        return super().formfield_for_choice_field(db_field, request, **kwargs)

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

    def ways(self, request: HttpRequest, obj: Any) -> Sequence[Way]:
        """Where what has no form here is written: of the object, or with None of the list; else nothing."""
        return ()

    @property
    def media(self) -> forms.Media:
        """No scripts but those that a form's own fields ask for."""
        return forms.Media()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Listing]:
        return Listing

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; numbers in its address that no database takes are none, nor are years that end time."""
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError) as error:
            raise IncorrectLookupParameters from error

    def complete(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        """Give rows that are about to be listed what their columns show beyond the query; here nothing."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        files = {"import_url": self.import_url(request), "export_url": self.export_url(request)}
        context = {"title": title, **files, "ways": self.ways(request, None)}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        context["ways"] = self.ways(request, obj) if obj is not None else ()
        return super().render_change_form(request, context, *args, **kwargs)

    @property
    def urls(self) -> list[Any]:
        """All pages of the model, whoever adds them: each is about what the policy says."""
        urls = self.get_urls()
        for url in urls:
            url.callback = about(self.policy)(url.callback)
        return urls

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form; a refusal of the service rolls all back and shows the form again with the reason.

        Nothing is saved as new: that would make a page of what stands one of what comes.
        """
        if "_saveasnew" in request.POST:
            raise Http404
        try:
            with files.together():
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
        if self.help_texts and self.has_change_permission(request, obj):
            kwargs.setdefault("help_texts", self.help_texts)
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", None)  # the class was made for this request alone
        return form

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Ask, then delete through the service; a refusal is shown on the object's page."""
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
        obj = self.get_object(request, unquote(object_id))
        rows = LogRow.objects.telling_of(obj).seen_with_object(scope_of(request)).select_related("actor")
        page = self.get_paginator(request, rows, 100).get_page(request.GET.get("p", 1))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change history: %s") % obj,
            "subtitle": None,
            "object": obj,
            "opts": self.opts,
            "page": page,
            "actions": self.actions_told(request, obj, filter(None, (alone(row, obj) for row in page))),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)

    def actions_told(self, request: HttpRequest, obj: Any, rows: Iterable[LogRow]) -> list[history.Action]:
        """What the history tells of these rows of the log."""
        return history.actions(rows, scope_of(request))

    # --- no second log ----------------------------------------------------------------------------

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the service has logged it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the service has logged it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing: the service logs it."""

    # --- details ----------------------------------------------------------------------------------

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
            if isinstance(item, type) and issubclass(item, DaysFilter):
                allowed += item.ends
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

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The groups of fields, with the version that was read where a stored row may be changed."""
        groups = list(self.groups(obj))
        if obj is not None and self.has_change_permission(request, obj):
            groups = carrying(groups, "version_read")
        return groups

    def groups(self, obj: Any) -> Groups:
        """The groups of fields of a new object (None), or of a stored one."""
        return list[Any](self.fieldsets or ())


def carrying(groups: Groups, hidden: str) -> list[Any]:
    """The groups of fields with a hidden one added to the first."""
    (title, options), *others = groups
    return [(title, {**options, "fields": [*options["fields"], hidden]}), *others]
