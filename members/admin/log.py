"""Read-only pages of the log, of closed years and of imports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members import policy
from members.access import by_of, scope_of
from members.admin.base import ScopedAdmin
from members.admin.filters import DaysFilter, WithinFilter, named_values
from members.admin.history import actions, names_of_objects, object_name, sheet_name, verb_name
from members.admin.importing import ImportPages
from members.admin.of_member import OfMemberAdmin
from members.admin.waiting import waiting
from members.errors import OutOfScope, Refused
from members.models import ImportBatch, LogRow, YearLock
from members.resources.organisations import Organisations
from members.services import log
from members.services.importing import Undoing
from members.services.undoing import look, undo_import


@admin.register(LogRow)
class LogRowAdmin(ScopedAdmin):
    """The log."""

    policy = policy.LOG
    list_display = ("at", "actor_shown", "verb_shown", "kind_shown", "object_shown", "organisation")
    list_filter = (
        DaysFilter,
        WithinFilter,
        ("object_type", named_values(object_name)),
        ("verb", named_values(verb_name)),
    )
    list_select_related = ("actor", "organisation")
    search_fields = ("object_name",)
    search_help_text = _("Name, number or initials of a member; object; who did it")
    change_list_template = "admin/log_list.html"
    fieldsets = (
        (_("Who did what"), {"fields": ("at", "actor_shown", "verb_shown")}),
        (_("With what"), {"fields": ("kind_shown", "object_shown", "organisation", "changes")}),
        (_("Evidence"), {"fields": ("hash", "prev_hash")}),
    )
    readonly_fields = ("actor_shown", "verb_shown", "kind_shown", "object_shown", "changes")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """What the words lead to; a member is found by what it is called today as well."""
        if "\x00" in search_term:
            return queryset.none(), False
        return queryset.about(search_term, scope_of(request)), False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, under the state of the chain; by POST alone, for it takes long, it is looked through."""
        checked = request.method == "POST" and "chain" in request.POST
        chain = {
            "head": log.head_hash(),
            "rows": log.length(),
            "checked": checked,
            "faults": sum(1 for _fault in log.faults()) if checked else 0,
        }
        return super().changelist_view(request, {"chain": chain, **(extra_context or {})})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        row.shown = actions([row], scope_of(request))[0]
        self.complete(request, [row])
        return row

    def complete(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        """Let the rows know what their objects were called; what was kept of older ones is the key alone."""
        rows = list(rows)
        names = names_of_objects([row for row in rows if not row.object_name], scope_of(request))
        for row in rows:
            row.called = row.object_name or names.get((row.object_type, row.object_id), row.object_id)

    @admin.display(description=_("by"), ordering="actor")
    def actor_shown(self, row: LogRow) -> str:
        """Who did it; commands on the machine are the operator's."""
        return str(row.actor) if row.actor else gettext("operator")

    @admin.display(description=_("action"), ordering="verb")
    def verb_shown(self, row: LogRow) -> str:
        """The verb in the user's language."""
        return verb_name(row.verb)

    @admin.display(description=_("kind of object"), ordering="object_type")
    def kind_shown(self, row: LogRow) -> str:
        """The kind of object in the user's language."""
        return object_name(row.object_type)

    @admin.display(description=_("object"))
    def object_shown(self, row: Any) -> str:
        """What the object was called."""
        return str(row.called)

    @admin.display(description=_("changes"))
    def changes(self, row: Any) -> SafeString | str:
        """Each field before and after."""
        lines = ((change.label, change.before, change.after) for change in row.shown.changes)
        return format_html_join("", "<div>{}: {} → {}</div>", lines)


@admin.register(YearLock)
class YearLockAdmin(ScopedAdmin):
    """Closed years."""

    policy = policy.FIGURES
    list_display = ("member", "year", "locked_at")
    list_filter = (WithinFilter, "year")
    list_select_related = ("member",)
    search_fields = OfMemberAdmin.search_fields
    search_help_text = OfMemberAdmin.search_help_text
    folded_search = True
    fieldsets = (
        (
            None,
            {
                "fields": ("member", "year", "locked_at"),
                "description": _("Approval has closed this year: nothing that counts in it can be written."),
            },
        ),
    )


@admin.register(ImportBatch)
class ImportBatchAdmin(ScopedAdmin):
    """Imports."""

    policy = policy.IMPORTS
    list_display = ("at", "kind_shown", "file_name", "actor_shown", "rows", "added", "changed", "undone_at")
    list_filter = (("kind", named_values(sheet_name)),)
    list_select_related = ("actor",)
    search_fields = ("file_name",)
    search_help_text = _("Name of the file")
    date_hierarchy = "at"
    fieldsets = (
        (_("What and when"), {"fields": ("kind_shown", "file_name", "at", "actor_shown")}),
        (_("What came of it"), {"fields": ("rows", "added", "changed", "undone_shown")}),
        (_("Evidence"), {"fields": ("sha256",)}),
    )
    readonly_fields = ("kind_shown", "actor_shown", "undone_shown")

    def get_urls(self) -> list[Any]:
        """The page on which an import is undone before the others, which would take its address for a key."""
        view = self.admin_site.admin_view(self.undo_view)
        return [path("<path:object_id>/undo/", view, name="members_importbatch_undo"), *super().get_urls()]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The import, which knows whether the user is one to undo it."""
        batch = super().get_object(request, object_id, from_field)
        of_tree = batch.kind == Organisations.code
        batch.can_be_undone = (policy.TREE if of_tree else policy.RECORDS).writes(scope_of(request))
        return batch

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, and above it the user's own uploads that are not imported yet."""
        pages = [page for page in self.admin_site._registry.values() if isinstance(page, ImportPages)]
        return super().changelist_view(request, {"waiting": waiting(request, pages), **(extra_context or {})})

    def undo_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What undoing an import would remove and set back, or why it cannot be; by POST it is undone."""
        batch = self.get_object(request, unquote(object_id))
        by = by_of(request)
        asked: Undoing | None = None
        refusals: list[str] = []
        try:
            if request.method == "POST":
                undo_import(by=by, batch=batch)
                messages.success(request, gettext("“%(file)s” was undone.") % {"file": batch.file_name})
                return HttpResponseRedirect(reverse("admin:members_importbatch_change", args=[batch.pk]))
            asked = look(by=by, batch=batch)
        except OutOfScope as error:
            raise Http404 from error
        except Refused as refusal:
            refusals = refusal.messages
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Undo this import?"),
            "subtitle": None,
            "object": batch,
            "kind": sheet_name(batch.kind),
            "opts": self.opts,
            "refusals": refusals,
            "removed": _told(asked.removed) if asked else [],
            "restored": _told(asked.restored) if asked else [],
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/import_undo.html", context)

    @admin.display(description=_("undone"))
    def undone_shown(self, batch: Any) -> str:
        """When it was undone, or the way to undo it."""
        if batch.undone_at is not None:
            return str(localize(localtime(batch.undone_at)))
        if not batch.can_be_undone:
            return str(self.empty_value_display)
        address = reverse("admin:members_importbatch_undo", args=[batch.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Undo this import …"))

    @admin.display(description=_("kind"), ordering="kind")
    def kind_shown(self, batch: ImportBatch) -> str:
        """The kind of spreadsheet in the user's language."""
        return sheet_name(batch.kind)

    @admin.display(description=_("by"), ordering="actor")
    def actor_shown(self, batch: ImportBatch) -> str:
        """Who confirmed it; commands on the machine are the operator's."""
        return str(batch.actor) if batch.actor else gettext("operator")


def _told(rows: dict[type[models.Model], int]) -> list[tuple[str, int]]:
    """The tables by name, each with a number of its rows."""
    return [(str(model._meta.verbose_name_plural), number) for model, number in rows.items()]
