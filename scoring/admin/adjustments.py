"""Pages of branch adjustments 微调: choose what to adjust, then the resolution with its list (I23)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import policy
from members.access import scope_of
from members.admin.base import RecordedAdmin
from members.models import Organisation, Role
from members.services.by import By
from scoring.forms import RESOLUTION, AdjustmentForm, Row, SubjectForm, stored_rows
from scoring.models import Adjustment
from scoring.services import adjustments

SHOWN = ("organisation", "year", "role")


@admin.register(Adjustment)
class AdjustmentAdmin(RecordedAdmin):
    """Adjustments: adopted, replaced by another resolution, withdrawn."""

    policy = policy.RECORDS
    deletable = True
    list_display = ("organisation", "year", "role", "resolution_on", "present", "votes_for")
    list_filter = ("year", "organisation")
    list_select_related = ("organisation", "role__category")
    readonly_fields = (*SHOWN, "scan_link", "list_shown")

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.scan_view)
        return [path("<path:object_id>/scan/", page, name="scoring_adjustment_scan"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """First what is to be adjusted, by the query; once that is clear, the adjustment itself."""
        self._hide(request)
        if not self.has_add_permission(request):
            raise PermissionDenied
        today = scope_of(request).on
        subject = SubjectForm(
            request.GET or None,
            organisations=self.choices_for(request, Organisation),
            roles=self.choices_to_see(request, Role),
            year=today.year,
        )
        if not subject.is_valid():
            return self._ask(request, subject)
        request.subject = subject  # type: ignore[attr-defined]
        said = subject.cleaned_data
        title = _("Adjust %(role)s of %(organisation)s for %(year)s") % {
            "role": said["local"] or said["role"],
            "organisation": said["organisation"],
            "year": said["year"],
        }
        return super().add_view(request, form_url, {**(extra_context or {}), "subtitle": title})

    def scan_view(self, request: HttpRequest, object_id: str) -> FileResponse:
        """The scan of the resolution, to download."""
        self._hide(request)
        adjustment = self.get_object(request, object_id)
        if not adjustment.scan:
            raise Http404
        name = adjustment.scan.name.rpartition("/")[2]
        return FileResponse(adjustment.scan.open("rb"), as_attachment=True, filename=name)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The resolution, and line by line quota and points."""
        if obj is not None and not self.has_change_permission(request, obj):
            facts = [*SHOWN, "resolution_on", "present", "votes_for", "resolution", "scan_link"]
            return [(None, {"fields": facts}), (_("Requirements"), {"fields": ["list_shown"]})]
        facts = RESOLUTION if obj is None else [*SHOWN, *RESOLUTION, "scan_link", "version_read"]
        lines = [row.names for row in self._rows(request, obj)]
        return [(None, {"fields": facts}), (_("Requirements"), {"fields": lines})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        local = obj.role.organisation_id is not None if obj is not None else self._subject(request)["local"]
        kwargs["form"] = AdjustmentForm.with_rows(self._rows(request, obj), optional=bool(local))
        return super().get_form(request, obj, change, **kwargs)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """The adjustment; a new one with the organisation, year and role that the query names."""
        adjustment = super().save_form(request, form, change)
        if not change:
            chosen = request.subject.adjustment()  # type: ignore[attr-defined]
            for name in SHOWN:
                setattr(adjustment, name, getattr(chosen, name))
            form.local = request.subject.local_role()  # type: ignore[attr-defined]
        return adjustment

    def store(self, by: By, obj: Adjustment, form: Any, *, new: bool) -> None:
        if new:
            adjustments.adopt_adjustment(by=by, adjustment=obj, lines=form.lines(), local=form.local)
        else:
            adjustments.replace_adjustment(by=by, adjustment=obj, lines=form.lines())

    def withdraw(self, by: By, obj: Adjustment) -> None:
        adjustments.withdraw_adjustment(by=by, adjustment=obj)

    @admin.display(description=gettext_lazy("stored scan"))
    def scan_link(self, adjustment: Adjustment) -> SafeString | str:
        """Where the scan is downloaded."""
        if not adjustment.scan:
            return ""
        url = reverse("admin:scoring_adjustment_scan", args=[adjustment.pk])
        return format_html('<a href="{}">{}</a>', url, _("Download"))

    @admin.display(description=gettext_lazy("requirements"))
    def list_shown(self, adjustment: Adjustment) -> SafeString:
        """The list, line by line."""
        rows = ((row.wording, row.quota or "—", row.points) for row in stored_rows(adjustment))
        return format_html_join("", "<div>{}: {} / {}</div>", rows)

    def _ask(self, request: HttpRequest, subject: SubjectForm) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("What is to be adjusted?"),
            "subtitle": None,
            "opts": self.opts,
            "form": subject,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/scoring/adjustment/subject.html", context)

    def _subject(self, request: HttpRequest) -> dict[str, Any]:
        return request.subject.cleaned_data  # type: ignore[attr-defined]

    def _rows(self, request: HttpRequest, obj: Any) -> list[Row]:
        """The lines of the list, read once in a request."""
        kept: list[Row] | None = getattr(request, "rows", None)
        if kept is None:
            subject = getattr(request, "subject", None)
            kept = list(stored_rows(obj)) if obj is not None else subject.rows() if subject else []
            request.rows = kept  # type: ignore[attr-defined]
        return kept
