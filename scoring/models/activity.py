"""Activities and who attended them: what one event puts into the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import ListedYear, Member, MemberYears, Organisation, Recorded, choices_check
from scoring.enums import ActivityState, Audience, Presence
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
    state = models.CharField(
        _("state"), max_length=16, choices=ActivityState.choices, default=ActivityState.PLANNED
    )
    audience = models.CharField(_("audience"), max_length=16, choices=Audience.choices, default=Audience.ALL)
    units = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name=_("groups or branches")
    )
    invited = models.ManyToManyField(Member, blank=True, related_name="+", verbose_name=_("invited members"))
    attachment = models.FileField(
        _("photo or document"), upload_to="activities/%Y", blank=True, editable=False
    )

    objects = ActivityQuerySet.as_manager()
    counting = ListedYear("date", "attendances", ("kind", "date", "state", "title", "attachment"))
    _chosen: dict[str, list[int]] | None = None

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-date", "-pk"]
        constraints = [
            choices_check("state", ActivityState, "activity_state_known"),
            choices_check("audience", Audience, "activity_audience_known"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.title}"

    @property
    def was_held(self) -> bool:
        """Whether it has a list of who attended."""
        return self.state == ActivityState.HELD

    def choose(self, *, units: Iterable[int] = (), invited: Iterable[int] = ()) -> None:
        """Set whom the audience consists of, by key, where it is not everybody; saving stores it."""
        self._chosen = {"units": sorted(units), "invited": sorted(invited)}

    @property
    def chosen(self) -> dict[str, list[int]]:
        """Keys of the units and of the members chosen, as set or as stored; both are empty for everybody."""
        if self._chosen is None:
            self._chosen = {"units": [], "invited": []}
            if self.pk is not None and self.audience == Audience.UNITS:
                self._chosen["units"] = sorted(self.units.values_list("pk", flat=True))
            if self.pk is not None and self.audience == Audience.MEMBERS:
                self._chosen["invited"] = sorted(self.invited.values_list("pk", flat=True))
        return self._chosen

    def as_logged(self) -> dict[str, Any]:
        """The row with whom its audience consists of; a list that is empty is left out."""
        return super().as_logged() | {name: keys for name, keys in self.chosen.items() if keys}


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
    counting = MemberYears("date", via="activity")

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
