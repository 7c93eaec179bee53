"""Read-only pages of the log, of closed years and of imports."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from members import policy
from members.access import scope_of
from members.admin.base import OfMemberAdmin, ScopedAdmin
from members.admin.filters import named_values
from members.admin.history import actions, object_name, sheet_name, verb_name
from members.models import ImportBatch, LogRow, YearLock


@admin.register(LogRow)
class LogRowAdmin(ScopedAdmin):
    """The log."""

    policy = policy.LOG
    list_display = ("at", "actor", "verb_shown", "object_shown", "organisation")
    list_filter = (("object_type", named_values(object_name)), ("verb", named_values(verb_name)))
    list_select_related = ("actor", "organisation")
    date_hierarchy = "at"
    fields = ("at", "actor", "verb_shown", "object_shown", "organisation", "changes", "hash")
    readonly_fields = ("verb_shown", "object_shown", "changes")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        row.shown = actions([row], scope_of(request))[0]
        return row

    @admin.display(description=_("action"))
    def verb_shown(self, row: LogRow) -> str:
        """The verb in the user's language."""
        return verb_name(row.verb)

    @admin.display(description=_("object"))
    def object_shown(self, row: LogRow) -> str:
        """The kind of object and its key."""
        return f"{object_name(row.object_type)} {row.object_id}"

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
    list_filter = ("year",)
    list_select_related = ("member",)
    search_fields = OfMemberAdmin.search_fields
    folded_search = True
    fields = ("member", "year", "locked_at")


@admin.register(ImportBatch)
class ImportBatchAdmin(ScopedAdmin):
    """Imports."""

    policy = policy.IMPORTS
    list_display = ("at", "kind_shown", "file_name", "actor", "rows", "added", "changed")
    list_filter = (("kind", named_values(sheet_name)),)
    list_select_related = ("actor",)
    fields = ("at", "kind_shown", "file_name", "sha256", "actor", "rows", "added", "changed")
    readonly_fields = ("kind_shown",)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_shown(self, batch: ImportBatch) -> str:
        """The kind of spreadsheet in the user's language."""
        return sheet_name(batch.kind)
