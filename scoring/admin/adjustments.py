"""Pages of branch adjustments 微调: what each resolution changed (I23)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import policy
from members.access import scope_of
from members.admin.base import RecordedAdmin, Way
from members.admin.filters import WithinFilter
from members.admin.of_member import place_of_list
from members.services.by import By
from scoring.models import Adjustment
from scoring.services import adjustments


@admin.register(Adjustment)
class AdjustmentAdmin(RecordedAdmin):
    """Adjustments, to read and to withdraw: they are adopted where it is shown first what they would do."""

    policy = policy.RECORDS
    addable = changeable = False
    deletable = True
    fieldsets = (
        (gettext_lazy("What is adjusted"), {"fields": ("organisation", "year", "role")}),
        (
            gettext_lazy("The resolution"),
            {"fields": ("resolution_on", "present", "votes_for", "resolution", "scan_link")},
        ),
        (gettext_lazy("Requirements"), {"fields": ("list_shown",)}),
    )
    list_display = ("organisation", "year", "role", "resolution_on", "votes")
    list_filter = ("year", WithinFilter, "role")
    list_select_related = ("organisation", "role__category")
    search_fields = ("organisation__name", "=organisation__code", "role__name_hans", "role__name_hant")
    search_help_text = gettext_lazy("Name or code of the organisation, or role")
    date_hierarchy = "resolution_on"
    readonly_fields = ("scan_link", "list_shown")

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.scan_view)
        return [path("<path:object_id>/scan/", page, name="scoring_adjustment_scan"), *super().get_urls()]

    def ways(self, request: HttpRequest, obj: Any) -> Sequence[Way]:
        """From the list to a new adjustment, from one to the resolution that takes its place."""
        if obj is None:
            place = place_of_list(request, written=True)
            label, query = _("Adjust requirements"), ""
        else:
            place = obj.organisation if scope_of(request).may_write(obj.organisation) else None
            label, query = _("Replace by another resolution"), f"?year={obj.year}&role={obj.role_id}"
        return () if place is None else ((label, reverse("branch_adjustment", args=[place.code]) + query),)

    def scan_view(self, request: HttpRequest, object_id: str) -> FileResponse:
        """The scan of the resolution, to download."""
        adjustment = self.get_object(request, object_id)
        if not adjustment.scan:
            raise Http404
        name = adjustment.scan.name.rpartition("/")[2]
        return FileResponse(adjustment.scan.open("rb"), as_attachment=True, filename=name)

    def withdraw(self, by: By, obj: Adjustment) -> None:
        adjustments.withdraw_adjustment(by=by, adjustment=obj)

    @admin.display(description=gettext_lazy("votes"), ordering="votes_for")
    def votes(self, adjustment: Adjustment) -> str:
        """Votes for it, of the members present."""
        said = {"votes": adjustment.votes_for, "present": adjustment.present}
        return _("%(votes)s of %(present)s") % said

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
        lines = adjustment.lines.select_related("indicator").order_by("order")
        rows = ((line.indicator.name, line.quota or "—", line.points) for line in lines)
        return format_html_join("", "<div>{}: {} / {}</div>", rows)
