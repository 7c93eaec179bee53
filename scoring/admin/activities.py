"""Pages of activities, and the lists of who attended to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from members import policy
from members.admin.base import RecordedAdmin, ScopedAdmin
from members.services.by import By
from scoring.models import Activity, Attendance
from scoring.services import activities


@admin.register(Activity)
class ActivityAdmin(RecordedAdmin):
    """Activities: planned, corrected and withdrawn."""

    policy = policy.RECORDS
    deletable = True
    fields = ("organisation", "kind", "date", "title", "place")
    list_display = ("title", "kind", "date", "organisation", "place")
    list_filter = ("kind", "organisation")
    list_select_related = ("kind", "organisation")
    search_fields = ("title", "place")
    date_hierarchy = "date"
    fixed_fields = ("organisation",)

    def store(self, by: By, obj: Activity, form: Any, *, new: bool) -> None:
        activities.save_activity(by=by, activity=obj)

    def withdraw(self, by: By, obj: Activity) -> None:
        activities.withdraw_activity(by=by, activity=obj)


@admin.register(Attendance)
class AttendanceAdmin(ScopedAdmin):
    """Marks on the lists of activities."""

    policy = policy.FIGURES
    fields = ("activity", "member", "status", "quantity", "note")
    list_display = ("activity", "member", "status", "quantity", "note")
    list_filter = ("status",)
    list_select_related = ("activity", "member")
    search_fields = ("member__name_key", "member__number", "^member__initials")
    folded_search = True
