"""The tally of one member's votes in one year's democratic appraisal 【三(二)】."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from appraisal.enums import TallySource
from appraisal.querysets import TallyQuerySet
from appraisal.rules.tally import Votes
from members.models import Member, Recorded, choices_check

MOST = [MaxValueValidator(99_999)]


class Tally(Recorded):
    """Votes on one member in one year; blank and invalid marks are kept and stand in no divisor (I14)."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="tallies", verbose_name=_("member")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    excellent = models.PositiveIntegerField(_("excellent"), validators=MOST)
    good = models.PositiveIntegerField(_("good"), validators=MOST)
    passed = models.PositiveIntegerField(_("qualified"), validators=MOST)
    poor = models.PositiveIntegerField(_("poor"), validators=MOST)
    blank = models.PositiveIntegerField(_("blank"), default=0, validators=MOST)
    invalid = models.PositiveIntegerField(_("invalid"), default=0, validators=MOST)
    source = models.CharField(
        _("source"), max_length=16, choices=TallySource.choices, default=TallySource.ENTERED, editable=False
    )

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        ordering = ["-year", "member"]
        constraints = [
            choices_check("source", TallySource, "tally_source_known"),
            models.UniqueConstraint(
                fields=["member", "year"],
                name="tally_member_year",
                violation_error_message=_("This member's votes of that year are recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.year}"

    @property
    def votes(self) -> Votes:
        """The figures as the rules take them."""
        return Votes(self.excellent, self.good, self.passed, self.poor, self.blank, self.invalid)

    def years_counted(self) -> tuple[int, int | None]:
        return self.year, self.year
