"""Read-only pages of frozen figures."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from appraisal.models import Snapshot, SnapshotRow
from members import policy
from members.admin.base import ScopedAdmin
from members.admin.filters import WithinFilter
from members.admin.of_member import OfMemberAdmin
from members.models import in_script
from scoring.enums import BandCode
from scoring.models import Indicator
from scoring.rules.exact import text

FIGURES = ("months", "base", "bonus", "daily", "appraisal", "annual", "grade", "rank")


@admin.register(Snapshot)
class SnapshotAdmin(ScopedAdmin):
    """Frozen figures."""

    policy = policy.FIGURES
    fieldsets = (
        (_("Whose figures"), {"fields": ("organisation", "organisation_name")}),
        (_("What for"), {"fields": ("purpose", "period", "as_of", "scheme")}),
        (_("When and by whom"), {"fields": ("frozen_at", "actor", "digest")}),
    )
    list_display = (
        "organisation_name",
        "purpose",
        "period",
        "as_of",
        "members",
        "scheme",
        "frozen_at",
        "actor",
    )
    list_filter = (WithinFilter, "purpose", "period")
    list_select_related = ("scheme", "actor")
    search_fields = ("organisation_name", "=organisation__code", "period")
    search_help_text = _("Name or code of the organisation, or period")
    date_hierarchy = "frozen_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Frozen figures with the number of members in them."""
        rows = SnapshotRow.objects.filter(snapshot=OuterRef("pk")).order_by()
        counted = rows.values("snapshot").annotate(count=Count("pk")).values("count")
        return super().get_queryset(request).annotate(size=Coalesce(Subquery(counted), 0))

    @admin.display(description=_("members"), ordering="size")
    def members(self, snapshot: Any) -> int:
        """How many members are in them."""
        return int(snapshot.size)


def figure(name: str, title: Any) -> Any:
    """A column with one of the frozen figures as it is."""

    @admin.display(description=title)
    def shown(page: admin.ModelAdmin, row: SnapshotRow) -> Any:
        return row.figures.get(name)

    return shown


def points(name: str, title: Any) -> Any:
    """A column with one of the frozen figures that are hundredths of a point."""

    @admin.display(description=title)
    def shown(page: admin.ModelAdmin, row: SnapshotRow) -> str | None:
        value = row.figures.get(name)
        return None if value is None else text(value)

    return shown


@admin.register(SnapshotRow)
class SnapshotRowAdmin(ScopedAdmin):
    """Frozen results, one for each member."""

    policy = policy.FROZEN
    fieldsets = (
        (_("Whose result"), {"fields": ("snapshot", "position", "member", "role")}),
        (_("Figures"), {"fields": FIGURES}),
        (_("Lines"), {"fields": ("lines_shown",)}),
    )
    readonly_fields = ("role", *FIGURES, "lines_shown")
    list_display = ("member", "snapshot", "role", "daily", "annual", "grade", "rank")
    list_filter = ("snapshot__purpose",)
    list_select_related = ("snapshot", "member")
    search_fields = OfMemberAdmin.search_fields
    search_help_text = OfMemberAdmin.search_help_text
    folded_search = True

    months = figure("months", _("months"))
    base = points("base", _("base"))
    bonus = points("bonus", _("bonus"))
    daily = points("daily", _("daily"))
    appraisal = points("appraisal", _("appraisal"))
    annual = points("annual", _("annual"))
    rank = figure("rank", _("rank"))

    @admin.display(description=_("role"))
    def role(self, row: SnapshotRow) -> str:
        """The role as it was called."""
        return in_script(row.figures.get("role_hans", ""), row.figures.get("role_hant", ""))

    @admin.display(description=_("grade"))
    def grade(self, row: SnapshotRow) -> str | None:
        """The grade."""
        code = row.figures.get("grade")
        return str(BandCode(code).label) if code in BandCode.values else code

    @admin.display(description=_("lines"))
    def lines_shown(self, row: SnapshotRow) -> SafeString:
        """Each indicator with what was done of the quota, and the points earned."""
        names = {indicator.code: indicator.name for indicator in Indicator.objects.all()}
        lines = (
            (
                names.get(line["indicator"], line["indicator"]),
                f"{line['done']}/{line['quota']}" if line["quota"] is not None else f"{line['done'] / 10:g}%",
                text(line["earned"]),
                text(line["excess"]),
            )
            for line in row.lines
        )
        return format_html_join("", "<div>{}: {} · {} + {}</div>", lines)
