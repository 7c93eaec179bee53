"""Pages of activities, and the lists of who attended to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import policy
from members.access import scope_of
from members.admin.base import RecordedAdmin, ScopedAdmin, Way
from members.admin.filters import WithinFilter
from members.admin.of_member import OfMemberAdmin
from members.services.by import By
from members.text import listed
from scoring.enums import Presence
from scoring.models import Activity, Attendance
from scoring.services import activities


@admin.register(Activity)
class ActivityAdmin(RecordedAdmin):
    """Activities, to read and to withdraw: they are recorded with their audience, on their own page."""

    policy = policy.RECORDS
    addable = changeable = False
    deletable = True
    fieldsets = (
        (gettext_lazy("What"), {"fields": ("organisation", "kind", "title")}),
        (gettext_lazy("When and where"), {"fields": ("date", "place", "state")}),
        (gettext_lazy("Who came"), {"fields": ("audience", "attendance_shown", "list_link")}),
    )
    list_display = ("title", "kind", "date", "organisation", "place", "state", "present", "list_link")
    list_filter = (WithinFilter, "kind", "state")
    list_select_related = ("kind", "organisation")
    search_fields = ("title", "place", "organisation__name", "=organisation__code")
    search_help_text = gettext_lazy("Title, place, name or code of the organisation")
    date_hierarchy = "date"
    not_exported = (*RecordedAdmin.not_exported, "list_link")
    readonly_fields = ("attendance_shown", "list_link")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Activities with the number of those who were present."""
        came = Attendance.objects.filter(activity=OuterRef("pk"), status=Presence.PRESENT).order_by()
        counted = came.values("activity").annotate(count=Count("pk")).values("count")
        return super().get_queryset(request).annotate(came=Coalesce(Subquery(counted), 0))

    def ways(self, request: HttpRequest, obj: Any) -> Sequence[Way]:
        """From the list to a new activity, from one to its page, for who writes there."""
        if obj is None:
            may = self.policy.writes(scope_of(request))
            return ((_("Record a meeting"), reverse("activity_new")),) if may else ()
        may = scope_of(request).may_write(obj.organisation)
        return ((_("Change the activity"), reverse("activity_edit", args=[obj.pk])),) if may else ()

    def withdraw(self, by: By, obj: Activity) -> None:
        activities.withdraw_activity(by=by, activity=obj)

    @admin.display(description=gettext_lazy("present"), ordering="came")
    def present(self, activity: Any) -> int:
        """How many were present."""
        return int(activity.came)

    @admin.display(description=gettext_lazy("list"))
    def list_link(self, activity: Activity) -> SafeString:
        """Where attendance is marked and read."""
        return format_html('<a href="{}">{}</a>', reverse("attendance", args=[activity.pk]), _("Attendance"))

    @admin.display(description=gettext_lazy("attendance"))
    def attendance_shown(self, activity: Activity) -> str:
        """How many have each mark on the list."""
        counted = dict(activity.attendances.order_by().values_list("status").annotate(Count("pk")))
        return listed(
            _("%(presence)s %(count)s") % {"presence": presence.label, "count": counted[presence]}
            for presence in Presence
            if presence in counted
        )


@admin.register(Attendance)
class AttendanceAdmin(ScopedAdmin):
    """Marks on the lists of activities."""

    policy = policy.FIGURES
    fieldsets = (
        (gettext_lazy("Who and what"), {"fields": ("activity", "member")}),
        (gettext_lazy("Attendance"), {"fields": ("status", "amount", "note")}),
    )
    list_display = ("member", "activity", "status", "amount", "note")
    readonly_fields = ("amount",)
    list_filter = (WithinFilter, "status")
    list_select_related = ("activity", "member")
    search_fields = OfMemberAdmin.search_fields
    search_help_text = OfMemberAdmin.search_help_text
    folded_search = True
    date_hierarchy = "activity__date"

    @admin.display(description=gettext_lazy("quantity"), ordering="quantity")
    def amount(self, mark: Attendance) -> int | None:
        """How much taking part counted; of who did not, none."""
        return mark.quantity if mark.status == Presence.PRESENT else None
