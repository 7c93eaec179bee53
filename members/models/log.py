"""The append-only log, chained by hash, and the locks of closed years."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from members.models.organisation import Organisation
from members.querysets import ImportBatchQuerySet, LogQuerySet, YearLockQuerySet


class LogRow(models.Model):
    """One business action: who did what to which object, before and after; chained to the row before.

    The object has the name that it had then; `member` is whose it is, where it is a member's.
    """

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    verb = models.CharField(_("action"), max_length=48)
    object_type = models.CharField(_("kind of object"), max_length=60)
    object_id = models.CharField(_("key"), max_length=40)
    object_name = models.CharField(_("object"), max_length=200, blank=True, default="")
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("member")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("organisation")
    )
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    prev_hash = models.CharField(_("hash of the row before"), max_length=64, unique=True)
    hash = models.CharField(_("hash"), max_length=64, unique=True)

    objects = LogQuerySet.as_manager()

    class Meta:
        verbose_name = _("log row")
        verbose_name_plural = _("log")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="log_object")]

    def __str__(self) -> str:
        return f"{localtime(self.at):%Y-%m-%d %H:%M} · {self.pk}"


class LogHead(models.Model):
    """The one row that holds the newest hash; taking its lock puts writers of the log in a queue."""

    hash = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.hash


class ImportBatch(models.Model):
    """One confirmed import of a spreadsheet: which file, by whom, with what outcome."""

    kind = models.CharField(_("kind"), max_length=24)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("digest"), max_length=64)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    rows = models.PositiveIntegerField(_("rows read"))
    added = models.PositiveIntegerField(_("rows added"))
    changed = models.PositiveIntegerField(_("rows changed"))
    undone_at = models.DateTimeField(_("undone at"), null=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name


class YearLock(models.Model):
    """A member's year that approval has closed: nothing that counts in it can be written."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="year_locks", verbose_name=_("member")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    locked_at = models.DateTimeField(_("closed at"))

    objects = YearLockQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed year")
        verbose_name_plural = _("closed years")
        ordering = ["-year", "member"]
        constraints = [models.UniqueConstraint(fields=["member", "year"], name="yearlock_member_year")]

    def __str__(self) -> str:
        return f"{self.member} · {self.year}"
