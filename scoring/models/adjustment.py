"""Branch adjustments 微调: what a general meeting resolved to ask of a role for one year (I23)."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.models import Organisation, PlaceYear, Recorded, Role
from scoring.models.scheme import Indicator
from scoring.querysets import AdjustmentQuerySet


class Adjustment(Recorded):
    """One role's requirements in an organisation and all below, for one year, with the resolution 【二】."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="adjustments", verbose_name=_("organisation")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    role = models.ForeignKey(
        Role, on_delete=models.PROTECT, related_name="adjustments", verbose_name=_("role")
    )
    resolution_on = models.DateField(_("date of the resolution"))
    present = models.PositiveIntegerField(_("members present"))
    votes_for = models.PositiveIntegerField(_("votes for"))
    resolution = models.TextField(_("text of the resolution"), blank=True, max_length=4000)
    scan = models.FileField(
        _("scan of the resolution"),
        upload_to="resolutions/%Y",
        blank=True,
        validators=[FileExtensionValidator(["pdf", "png", "jpg", "jpeg"])],
    )

    objects = AdjustmentQuerySet.as_manager()
    counting = PlaceYear()

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ["-year", "organisation", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "role"],
                name="adjustment_once",
                violation_error_message=_("This role is adjusted there for that year already."),
            ),
            models.CheckConstraint(
                condition=Q(votes_for__lte=F("present")),
                name="adjustment_votes_of_present",
                violation_error_message=_("There cannot be more votes for it than members present."),
            ),
            models.CheckConstraint(
                condition=Q(present__lt=F("votes_for") * 2),
                name="adjustment_carried",
                violation_error_message=_("A resolution needs the votes of more than half of those present."),
            ),
        ]

    @classmethod
    def governs(cls, places: Collection[int], year: int) -> bool:
        """Whether one of the organisations, by key, has an adjustment of the year."""
        return cls.objects.of_year(year).filter(organisation__in=places).exists()

    def __str__(self) -> str:
        return f"{self.organisation} · {self.year} · {self.role}"

    def clean(self) -> None:
        """Raise ValidationError unless the resolution is there as text or as a scan."""
        if not self.resolution.strip() and not self.scan:
            raise ValidationError({"resolution": _("Give the resolution as text or as a scan.")})

    def years_counted(self) -> tuple[int, int | None]:
        return self.year, self.year


class AdjustmentLine(models.Model):
    """One requirement of the adjusted role; the lines of an adjustment are the role's whole list."""

    adjustment = models.ForeignKey(
        Adjustment, on_delete=models.CASCADE, related_name="lines", verbose_name=_("adjustment")
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="+", verbose_name=_("indicator")
    )
    quota = models.PositiveIntegerField(_("quota"), null=True, blank=True)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    waivable = models.BooleanField(_("waivable"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0, editable=False)

    counting = PlaceYear(via="adjustment")

    class Meta:
        verbose_name = _("requirement of an adjustment")
        verbose_name_plural = _("requirements of adjustments")
        ordering = ["adjustment", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["adjustment", "indicator"],
                name="adjustmentline_once",
                violation_error_message=_("The indicator is in the list already."),
            ),
            models.CheckConstraint(
                condition=Q(quota__isnull=True) | Q(quota__gte=1),
                name="adjustmentline_quota_positive",
                violation_error_message=_("A quota is a whole number from 1."),
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0, points__lte=100),
                name="adjustmentline_points_in_range",
                violation_error_message=_("The points of a requirement lie above 0 and are at most 100."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adjustment} · {self.indicator}"
