"""Orders to print the pages of a whole subtree in the background, with a part for each organisation."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Organisation, choices_check
from reports.enums import JobKind, JobState, PartState
from reports.models.notice import Notice, NoticePaper
from reports.querysets import NoticeJobPartQuerySet, NoticeJobQuerySet


class NoticeJob(models.Model):
    """What somebody ordered: the pages of a kind and period, of an organisation and all below it.

    It acts as the user who ordered it, with the duties in force when each part is made. `language` is that of
    the refusals, which are written down while nobody looks. `lease_until`: somebody is putting the results
    together, and until then nobody else does; `gatherings` counts how often that was begun. The organisation
    is held by it, and by the log of it: an import that made the organisation is not undone any more.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="notice_jobs", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=JobKind.choices)
    period = models.CharField(_("period"), max_length=6)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ordered by")
    )
    ordered_at = models.DateTimeField(_("ordered at"))
    begun_at = models.DateTimeField(_("begun at"))
    language = models.CharField(max_length=8)
    state = models.CharField(_("state"), max_length=9, choices=JobState.choices, default=JobState.UNDER_WAY)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    lease_until = models.DateTimeField(null=True)
    gatherings = models.PositiveSmallIntegerField(default=0)
    package = models.FileField(_("all pages, each in a file"), upload_to="jobs", max_length=200, blank=True)
    merged = models.FileField(_("all pages in one file"), upload_to="jobs", max_length=200, blank=True)

    objects = NoticeJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("order of notices")
        verbose_name_plural = _("orders of notices")
        ordering = ["-ordered_at", "-pk"]
        constraints = [
            choices_check("kind", JobKind, "noticejob_kind_known"),
            choices_check("state", JobState, "noticejob_state_known"),
            models.CheckConstraint(
                condition=Q(state=JobState.UNDER_WAY, ended_at__isnull=True)
                | (~Q(state=JobState.UNDER_WAY) & Q(ended_at__isnull=False)),
                name="noticejob_ended_when_over",
            ),
            models.UniqueConstraint(
                fields=["ordered_by", "organisation", "kind", "period"],
                condition=Q(state=JobState.UNDER_WAY),
                name="noticejob_once_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.period} {self.get_kind_display()}"

    @property
    def under_way(self) -> bool:
        """Whether parts are still to be made, or the results to be put together."""
        return self.state == JobState.UNDER_WAY


class NoticeJobPart(models.Model):
    """The page of one organisation: taken by a worker for a while, then made or refused, or free again.

    `attempts` counts how often it was taken; who finishes it says at which attempt it was taken, so that a
    worker that was too slow finds it in another's hands. `refusal` says why there is no page, `remarks` what
    whoever prints it should know. Made is a notice, which keeps its paper, or a page of its own. It goes with
    its organisation, where an import that made it is undone.
    """

    job = models.ForeignKey(NoticeJob, on_delete=models.CASCADE, related_name="parts")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    position = models.PositiveIntegerField()
    state = models.CharField(_("state"), max_length=7, choices=PartState.choices, default=PartState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True)
    remarks = models.TextField(blank=True)
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("notice")
    )
    pdf = models.FileField(upload_to="jobs", max_length=200, blank=True)

    objects = NoticeJobPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of an order of notices")
        verbose_name_plural = _("parts of orders of notices")
        ordering = ["job", "position"]
        constraints = [
            choices_check("state", PartState, "noticejobpart_state_known"),
            models.UniqueConstraint(fields=["job", "organisation"], name="noticejobpart_once"),
            models.CheckConstraint(
                condition=Q(state=PartState.RUNNING, lease_until__isnull=False)
                | (~Q(state=PartState.RUNNING) & Q(lease_until__isnull=True)),
                name="noticejobpart_lease_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state=PartState.FAILED) & ~Q(refusal="")
                | ~Q(state=PartState.FAILED) & Q(refusal=""),
                name="noticejobpart_reason_when_failed",
            ),
            models.CheckConstraint(
                condition=Q(notice__isnull=True) | Q(pdf=""), name="noticejobpart_notice_or_page"
            ),
        ]
        indexes = [models.Index(fields=["job", "state"], name="noticejobpart_by_state")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_state_display()}"

    def opened(self) -> IO[bytes]:
        """The page that was made, to be read; nothing of it stays in memory with the row."""
        if self.notice_id is None:
            return self.pdf.storage.open(str(self.pdf.name))
        return BytesIO(NoticePaper.objects.values_list("pdf", flat=True).get(notice=self.notice_id))
