"""The tally of one member's votes in one year's democratic appraisal 【三(二)】."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appraisal.enums import TallySource
from appraisal.models.ballot import Count
from appraisal.models.votes import VoteFigures
from appraisal.querysets import TallyQuerySet
from members.models import Member, MemberYears, Recorded, choices_check


class Tally(VoteFigures, Recorded):
    """Votes on one member in one year, and where they came from."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="tallies", verbose_name=_("member")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    source = models.CharField(
        _("source"), max_length=16, choices=TallySource.choices, default=TallySource.ENTERED, editable=False
    )
    count = models.ForeignKey(
        Count,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="tallies",
        verbose_name=_("count"),
    )

    objects = TallyQuerySet.as_manager()
    counting = MemberYears("year")

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
            models.CheckConstraint(
                condition=Q(source=TallySource.CONFIRMED, count__isnull=False)
                | (~Q(source=TallySource.CONFIRMED) & Q(count__isnull=True)),
                name="tally_of_its_count",
                violation_error_message=_("A tally from a confirmed count names that count; no other does."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.year}"

    def years_counted(self) -> tuple[int, int | None]:
        return self.year, self.year
