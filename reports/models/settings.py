"""What organisations say of their printed pages."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Organisation, Recorded, choices_check
from reports.enums import ListOrder, NamedOnWall, PageLanguage
from reports.querysets import PrintSettingsQuerySet

PHONE = RegexValidator(r"^[0-9 +()（）转-]*$", _("A telephone number has digits, spaces and dashes."))
MOST_PUBLICITY = 60
"""Working days that a notice hangs at most."""


class PrintSettings(Recorded):
    """What an organisation's printed pages say of itself; what is left empty comes from the nearest above.

    An administrator writes it, as the organisations themselves.
    """

    administered = True

    organisation = models.OneToOneField(
        Organisation,
        on_delete=models.PROTECT,
        related_name="print_settings",
        verbose_name=_("organisation"),
        error_messages={"unique": _("This organisation has its settings already.")},
    )
    phone = models.CharField(
        _("supervision telephone"),
        max_length=40,
        blank=True,
        validators=[PHONE],
        help_text=_(
            "An office's number. Empty: that of a general branch above. A committee's is never taken for it: "
            "it stands beside. Without one, notices leave a line to fill in by hand."
        ),
    )
    signature = models.CharField(
        _("signature"),
        max_length=60,
        blank=True,
        help_text=_("Empty: the organisation's own name, whatever stands above."),
    )
    addressee = models.CharField(
        _("addressee"),
        max_length=60,
        blank=True,
        help_text=_(
            "To whom approval forms and summaries go. Empty everywhere: forms go to the committee above."
        ),
    )
    language = models.CharField(
        _("script"),
        max_length=8,
        choices=PageLanguage.choices,
        blank=True,
        help_text=_("Empty everywhere: Simplified Chinese."),
    )
    publicity_days = models.PositiveSmallIntegerField(
        _("working days of publicity"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PUBLICITY)],
        help_text=_("Empty everywhere: as many as the scheme says."),
    )

    order = models.CharField(
        _("order of members"),
        max_length=8,
        choices=ListOrder.choices,
        blank=True,
        help_text=_("In lists, unless another is chosen when printing. Empty everywhere: by rank."),
    )
    wall = models.CharField(
        _("named on the wall"),
        max_length=8,
        choices=NamedOnWall.choices,
        blank=True,
        help_text=_("Whom the half-year notice names as ahead or behind. Empty everywhere: nobody."),
    )

    objects = PrintSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("settings of printed pages")
        verbose_name_plural = _("settings of printed pages")
        ordering = ["organisation"]
        constraints = [
            choices_check("language", ["", *PageLanguage.values], "printsettings_language_known"),
            choices_check("order", ["", *ListOrder.values], "printsettings_order_known"),
            choices_check("wall", ["", *NamedOnWall.values], "printsettings_wall_known"),
            models.CheckConstraint(
                condition=Q(publicity_days__isnull=True) | Q(publicity_days__gte=1),
                name="printsettings_days_positive",
                violation_error_message=_("A publicity period lasts at least one working day."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)
