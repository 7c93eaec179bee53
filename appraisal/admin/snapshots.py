"""Read-only pages of frozen figures."""

from __future__ import annotations

from django.contrib import admin

from appraisal.models import Snapshot, SnapshotRow
from members import policy
from members.admin.base import ScopedAdmin


@admin.register(Snapshot)
class SnapshotAdmin(ScopedAdmin):
    """Frozen figures."""

    policy = policy.FIGURES
    fields = (
        "organisation",
        "organisation_name",
        "purpose",
        "period",
        "as_of",
        "scheme",
        "digest",
        "frozen_at",
        "actor",
    )
    list_display = ("organisation_name", "purpose", "period", "as_of", "scheme", "frozen_at")
    list_filter = ("purpose", "period")
    list_select_related = ("scheme",)


@admin.register(SnapshotRow)
class SnapshotRowAdmin(ScopedAdmin):
    """Frozen results, one for each member."""

    policy = policy.FROZEN
    fields = ("snapshot", "position", "member", "figures", "lines")
    list_display = ("snapshot", "position", "member")
    list_filter = ("snapshot",)
    list_select_related = ("snapshot", "member")
