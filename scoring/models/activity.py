"""Activities and who attended them: what one event puts into the ledger."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Member, Organisation, Recorded, choices_check
from scoring.enums import Presence
from scoring.models.scheme import ActivityKind
from scoring.querysets import ActivityQuerySet, AttendanceQuerySet


class Activity(Recorded):
    """An event that members attend; the scheme turns its kind into each one's indicator (I29)."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="activities", verbose_name=_("organisation")
    )
    kind = models.ForeignKey(
        ActivityKind, on_delete=models.PROTECT, related_name="activities", verbose_name=_("kind")
    )
    date = models.DateField(_("date"))
    title = models.CharField(_("title"), max_length=120)
    place = models.CharField(_("place"), max_length=120, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return f"{self.date} {self.title}"


class Attendance(models.Model):
    """A member's mark on the list of an activity."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("activity")
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    status = models.CharField(_("presence"), max_length=16, choices=Presence.choices)
    quantity = models.PositiveIntegerField(
        _("quantity"), default=1, validators=[MinValueValidator(1), MaxValueValidator(99_999)]
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["activity", "member"]
        constraints = [
            choices_check("status", Presence, "attendance_status_known"),
            models.UniqueConstraint(
                fields=["activity", "member"],
                name="attendance_once",
                violation_error_message=_("This member is on the list already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.member}"
