"""Notices as they were issued, with where they hang and what became of them (docs/decisions/0015)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appraisal.models import Snapshot
from members.models import Fixed, Organisation, Recorded, WriteOnce, choices_check
from members.querysets import WriteOnceQuerySet
from reports.enums import NoticeKind, PageLanguage
from reports.querysets import NoticeQuerySet


class Notice(Recorded):
    """A notice for the wall: once issued, its number, figures and paper stay, by the database's own word.

    Where and when it hangs is said afterwards. Of an annual notice that stands in the branch's year
    (`BranchYear`), whose approval hangs on it, and is read from there; so the state of a notice is no column
    of its own, but follows from what happened to it (`reports.services.notices.lives`).

    `publicity_days` are the working days that its paper says; None: it was issued before they were kept.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="notices", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=NoticeKind.choices)
    period = models.CharField(_("period"), max_length=8)
    number = models.CharField(_("number"), max_length=40)
    snapshot = models.OneToOneField(
        Snapshot,
        on_delete=models.PROTECT,
        related_name="issued_as",
        verbose_name=_("frozen figures"),
        error_messages={"unique": _("A notice of these figures is issued already.")},
    )
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
        error_messages={"unique": _("This notice is replaced already.")},
    )
    digest = models.CharField(_("digest of the paper"), max_length=64)
    token = models.CharField(_("address on the paper"), max_length=43, unique=True)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    publicity_days = models.PositiveSmallIntegerField(
        _("working days of publicity"), null=True, blank=True, editable=False
    )
    posted_on = models.DateField(_("posted on"), null=True, blank=True)
    place = models.CharField(_("posted at"), max_length=120, blank=True)
    publicity_until = models.DateField(_("stays posted until"), null=True, blank=True)
    photo = models.FileField(_("photo of the board"), upload_to="notices/%Y", blank=True, editable=False)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    fixed: ClassVar[Fixed] = Fixed(
        (
            "id",
            "organisation",
            "kind",
            "period",
            "number",
            "snapshot",
            "replaces",
            "digest",
            "token",
            "issued_at",
            "issued_by",
            "publicity_days",
        )
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        constraints = [
            choices_check("kind", NoticeKind, "notice_kind_known"),
            models.UniqueConstraint(
                fields=["organisation", "number"],
                name="notice_number_once",
                violation_error_message=_("A notice of the organisation has this number already."),
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("pk")),
                name="notice_replaces_another",
                violation_error_message=_("A notice replaces another one, not itself."),
            ),
            models.CheckConstraint(
                condition=Q(posted_on__isnull=True, publicity_until__isnull=True, place="")
                | Q(publicity_until__gte=F("posted_on")) & ~Q(place=""),
                name="notice_posted_somewhere",
                violation_error_message=_("A notice is posted on a day, at a place, until a day not before."),
            ),
            models.CheckConstraint(
                condition=Q(kind=NoticeKind.HALF_YEAR) | Q(posted_on__isnull=True),
                name="notice_annual_posted_with_its_year",
                violation_error_message=_("Where an annual notice hangs stands in the year of the branch."),
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True)
                | Q(kind=NoticeKind.ANNUAL)
                | Q(posted_on__isnull=False),
                name="notice_archived_after_posting",
                violation_error_message=_("Only a notice that was posted is archived."),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "kind", "period"], name="notice_of_period")]

    def __str__(self) -> str:
        return self.number


class NoticePaper(WriteOnce):
    """What a notice is on paper: the PDF that is printed again for ever, and the page that it was made of.

    `html` and `language` serve for printing several notices into one file; `missing` holds the characters
    for which there was no glyph.
    """

    notice = models.OneToOneField(
        Notice, on_delete=models.PROTECT, related_name="paper", verbose_name=_("notice")
    )
    pdf = models.BinaryField(_("printed page"))
    pages = models.PositiveIntegerField(_("pages"))
    missing = models.TextField(_("characters without a glyph"), blank=True)
    html = models.TextField(_("page"))
    language = models.CharField(_("script"), max_length=8, choices=PageLanguage.choices)

    objects = WriteOnceQuerySet.as_manager()

    fixed: ClassVar[Fixed] = Fixed(("id", "notice", "pdf", "pages", "missing", "html", "language"))

    class Meta:
        verbose_name = _("paper of a notice")
        verbose_name_plural = _("papers of notices")
        ordering = ["notice"]
        constraints = [choices_check("language", PageLanguage, "noticepaper_language_known")]

    def __str__(self) -> str:
        return str(self.notice)
