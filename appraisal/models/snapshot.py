"""Frozen figures: what a notice printed, with every line it came from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from appraisal.enums import Purpose
from appraisal.querysets import SnapshotQuerySet, SnapshotRowQuerySet
from members.models import Member, Organisation, WriteOnce, choices_check
from scoring.models import Scheme


class Snapshot(WriteOnce):
    """The results of one organisation as of a day, frozen for a purpose, under a digest.

    The digest is over everything the rows say and everything this row says but when and by whom.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="snapshots", verbose_name=_("organisation")
    )
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    period = models.CharField(_("period"), max_length=8)
    as_of = models.DateField(_("as of"))
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+", verbose_name=_("scheme"))
    organisation_name = models.CharField(_("name of the organisation"), max_length=120)
    adjustments = models.JSONField(_("adjustments in force"), default=list)
    digest = models.CharField(_("digest"), max_length=64)
    frozen_at = models.DateTimeField(_("frozen at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen figures")
        verbose_name_plural = _("frozen figures")
        ordering = ["-pk"]
        constraints = [choices_check("purpose", Purpose, "snapshot_purpose_known")]
        indexes = [models.Index(fields=["organisation", "purpose", "period"], name="snapshot_of_period")]

    def __str__(self) -> str:
        return f"{self.organisation_name} · {self.period}"


class SnapshotRow(WriteOnce):
    """One member's frozen result: figures as they were printed, and the lines under them."""

    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, related_name="rows", verbose_name=_("frozen figures")
    )
    position = models.PositiveIntegerField(_("order"))
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    figures = models.JSONField(_("figures"))
    lines = models.JSONField(_("lines"))

    objects = SnapshotRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen result")
        verbose_name_plural = _("frozen results")
        ordering = ["snapshot", "position"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "member"], name="snapshotrow_once")]

    def __str__(self) -> str:
        return f"{self.snapshot} · {self.position}"
