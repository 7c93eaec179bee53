"""Pages of the settings of printed pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from members import policy
from members.access import scope_of
from members.admin.base import RecordedAdmin
from members.admin.filters import WithinFilter
from members.admin.history import LABELS, VERBS
from members.errors import Refused
from members.services.by import By
from reports.models import PrintSettings
from reports.services.settings import save_settings
from reports.services.specimen import specimen_pdf

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
                "description": _(
                    "What is left empty comes from the nearest organisation above, "
                    "unless the field says otherwise."
                ),
            },
        ),
        (_("What they say"), {"fields": ("phone", "signature", "addressee", "wall")}),
        (_("How they are made"), {"fields": ("language", "order", "publicity_days")}),
    )
    fixed_fields = ("organisation",)
    list_display = ("organisation", "phone", "signature", "language", "publicity_days")
    list_filter = (WithinFilter, "language")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "=organisation__code", "signature")
    search_help_text = _("Name or code of the organisation, or signature")

    def store(self, by: By, obj: PrintSettings, form: Any, *, new: bool) -> None:
        save_settings(by=by, settings=obj)

    def get_urls(self) -> list[Any]:
        """The specimens before the other pages, which would take their addresses for keys."""
        view = self.admin_site.admin_view(self.specimen_view)
        return [
            path("add/specimen/", view, name="reports_printsettings_specimen_new"),
            path("<path:object_id>/specimen/", view, name="reports_printsettings_specimen"),
            *super().get_urls(),
        ]

    def specimen_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """The pages with what the form says, which is not stored; or the form with its faults."""
        obj = None if object_id is None else self.get_object(request, unquote(object_id))
        if not self._may_write(request, obj):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = self.get_form(request, obj, change=obj is not None)(request.POST, instance=obj)
        if form.is_valid():
            try:
                made = specimen_pdf(settings=form.instance, today=scope_of(request).on)
            except Refused as refusal:
                request.refusal = refusal  # type: ignore[attr-defined]
            else:
                said = {"Content-Disposition": 'inline; filename="specimen.pdf"'}
                return HttpResponse(made.pdf, content_type="application/pdf", headers=said)
        # The form has a fault, or now the refusal, so that nothing is stored.
        page, keys = ("add", []) if obj is None else ("change", [obj.pk])
        url = reverse(f"admin:reports_printsettings_{page}", args=keys)
        return self.changeform_view(request, object_id, url)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        if self._may_write(request, obj):
            name, keys = ("specimen_new", []) if obj is None else ("specimen", [obj.pk])
            context["preview_url"] = reverse(f"admin:reports_printsettings_{name}", args=keys)
        return super().render_change_form(request, context, *args, **kwargs)
