"""Pages of the settings of printed pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from members import policy
from members.admin.base import RecordedAdmin
from members.admin.filters import WithinFilter
from members.admin.history import LABELS, VERBS
from members.services.by import By
from reports.models import PrintSettings
from reports.services.settings import save_settings

LABELS.update(
    {
        "branches": _("branches"),
        "members": _("members"),
        "entries": _("entries of each member"),
        "year": _("year"),
        "seed": _("seed"),
        "organisations": _("organisations"),
    }
)
VERBS.update(
    {
        "add print settings": _("print settings added"),
        "change print settings": _("print settings changed"),
        "issue notice": _("notice issued"),
        "archive notice": _("notice archived"),
        "seed demo": _("demo put in"),
        "order notices": _("notices ordered"),
        "cancel notices": _("order of notices cancelled"),
        "take up notices again": _("order of notices taken up again"),
    }
)


@admin.register(PrintSettings)
class PrintSettingsAdmin(RecordedAdmin):
    """What an organisation's pages say of itself: set by the administrator, read by whoever prints there."""

    policy = policy.TREE
    fieldsets = (
        (
            _("Whose pages"),
            {
                "fields": ("organisation",),
                "description": _("What is left empty comes from the nearest organisation above."),
            },
        ),
        (_("What they say"), {"fields": ("phone", "signature")}),
        (_("How they are made"), {"fields": ("language", "publicity_days")}),
    )
    fixed_fields = ("organisation",)
    list_display = ("organisation", "phone", "signature", "language", "publicity_days")
    list_filter = (WithinFilter, "language")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "=organisation__code", "signature")
    search_help_text = _("Name or code of the organisation, or signature")

    def store(self, by: By, obj: PrintSettings, form: Any, *, new: bool) -> None:
        save_settings(by=by, settings=obj)
