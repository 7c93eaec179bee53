"""Users and their duties, from which everything a user may see and write follows."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.enums import DutyKind
from members.models.base import Plausible, Recorded, choices_check
from members.models.organisation import Organisation
from members.querysets import DutyQuerySet, UserManager


class User(Plausible, AbstractUser):
    """An account of this installation; what it may do comes from its duties, not from groups or flags."""

    password_given = models.BooleanField(
        _("the password is to be changed at the next sign-in"), default=False, editable=False
    )

    objects = UserManager()  # type: ignore[misc]  # the stubs declare Django's own as a class variable

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Duty(Recorded):
    """What a user does, for which organisation and all below it, from a date to a date."""

    administered = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="duties", verbose_name=_("user")
    )
    kind = models.CharField(_("duty"), max_length=16, choices=DutyKind.choices)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="duties",
        verbose_name=_("organisation"),
    )
    start = models.DateField(_("from"))
    end = models.DateField(_("to"), null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["user", "start"]
        constraints = [
            choices_check("kind", DutyKind, "duty_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=DutyKind.ADMINISTRATOR, organisation__isnull=True)
                | (~Q(kind=DutyKind.ADMINISTRATOR) & Q(organisation__isnull=False)),
                name="duty_organisation_fits",
                violation_error_message=_(
                    "An administrator's duty names no organisation; every other duty names one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="duty_ends_after_start",
                violation_error_message=_("A duty cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_kind_display()}"
