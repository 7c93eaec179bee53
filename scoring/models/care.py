"""Care for elderly members 【三(一)5】: wish, contact member, visits. None of it becomes points."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Member, choices_check
from members.querysets import OfMemberQuerySet
from scoring.enums import Wish
from scoring.models.ledger import OfMember


class Care(OfMember):
    """An elderly member's own wish, and the member who keeps contact."""

    wish = models.CharField(_("the member's own wish"), max_length=16, choices=Wish.choices)
    wished_on = models.DateField(_("said on"))
    contact = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact member"),
    )

    objects = OfMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("care of an elderly member")
        verbose_name_plural = _("care of elderly members")
        ordering = ["member"]
        constraints = [
            choices_check("wish", Wish, "care_wish_known"),
            models.UniqueConstraint(
                fields=["member"],
                name="care_once",
                violation_error_message=_("This member's wish is recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)


class CareVisit(OfMember):
    """A visit to an elderly member: what was passed on and what was heard."""

    date = models.DateField(_("date"))
    visitor = models.CharField(_("visitor"), max_length=60, blank=True)
    passed_on = models.CharField(_("passed on"), max_length=300, blank=True)
    heard = models.CharField(_("opinions heard"), max_length=300, blank=True)

    objects = OfMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("care visit")
        verbose_name_plural = _("care visits")
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return f"{self.date} {self.member}"
