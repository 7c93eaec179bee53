"""Schemes 方案, where they apply, and the vocabulary that all schemes share; never altered once published."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.models import Organisation, TwoScripts, WriteOnce, choices_check, in_script
from members.models.organisation import CODE
from scoring.enums import BallotDivisor, IndicatorKind
from scoring.querysets import SchemeQuerySet, SchemeScopeQuerySet, VocabularyQuerySet

MONTH = "月"


class Word(WriteOnce, TwoScripts):
    """A row of the vocabulary: a scheme file makes it, later schemes and the ledger use it under its code."""

    code = models.CharField(_("code"), max_length=32, unique=True, validators=[CODE])
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "code"]


class Indicator(Word):
    """One thing that is measured 【三(一)】, such as taking part in organisational life."""

    unit_hans = models.CharField(_("unit (Simplified)"), max_length=16, blank=True)
    unit_hant = models.CharField(_("unit (Traditional)"), max_length=16, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=IndicatorKind.choices)

    class Meta(Word.Meta):
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [choices_check("kind", IndicatorKind, "indicator_kind_known")]

    @property
    def unit(self) -> str:
        """What it is counted in, in the script of the active language; empty where it is judged."""
        return in_script(self.unit_hans, self.unit_hant)

    @property
    def measure(self) -> str:
        """The unit as it follows a number: 3月 would be March, and three months are 3个月."""
        return in_script("个月", "個月") if self.unit_hans == MONTH else self.unit


class ActivityKind(Word):
    """A kind of event; a scheme says for which indicator it counts, category by category (I29)."""

    class Meta(Word.Meta):
        verbose_name = _("activity kind")
        verbose_name_plural = _("activity kinds")


class AwardLevel(Word):
    """A level of awards 【四1】."""

    class Meta(Word.Meta):
        verbose_name = _("award level")
        verbose_name_plural = _("award levels")


class Scheme(WriteOnce, TwoScripts):
    """One version of the whole rule set, with the file it came from.

    Weights and shares are whole per cent, points and ballot values points with up to two decimals.
    `clauses` gives for each group of figures the clause of the plan or the interpretation behind it.
    """

    code = models.CharField(_("code"), max_length=48, validators=[CODE])
    version = models.PositiveSmallIntegerField(_("version"))
    effective_from = models.DateField(_("in force from"))
    digest = models.CharField(_("digest"), max_length=64)
    source = models.TextField(_("file"))
    published_at = models.DateTimeField(_("published at"), null=True)
    clauses = models.JSONField(_("clauses"), default=dict)

    daily_weight = models.PositiveSmallIntegerField(_("weight of daily conduct"))
    appraisal_weight = models.PositiveSmallIntegerField(_("weight of the appraisal"))
    annual_cap = models.DecimalField(_("most in a year"), max_digits=6, decimal_places=2, null=True)
    bonus_cap = models.DecimalField(_("most bonus"), max_digits=6, decimal_places=2)
    contribution_min = models.DecimalField(_("smallest contribution"), max_digits=4, decimal_places=1)
    contribution_max = models.DecimalField(_("largest contribution"), max_digits=4, decimal_places=1)

    ballot_excellent = models.DecimalField(_("vote of excellent"), max_digits=6, decimal_places=2)
    ballot_good = models.DecimalField(_("vote of good"), max_digits=6, decimal_places=2)
    ballot_passed = models.DecimalField(_("vote of qualified"), max_digits=6, decimal_places=2)
    ballot_poor = models.DecimalField(_("vote of poor"), max_digits=6, decimal_places=2)
    ballot_passed_also = models.CharField(_("qualified is also called"), max_length=16, blank=True)
    ballot_divisor = models.CharField(_("divisor"), max_length=16, choices=BallotDivisor.choices)
    ballot_minimum = models.PositiveSmallIntegerField(_("fewest votes whose breakdown is shown"))
    ballot_aspects = models.JSONField(_("aspects to judge by"), default=list)

    ahead_share = models.PositiveSmallIntegerField(_("share that is ahead, in per cent"))
    behind_below = models.DecimalField(_("pace below which one is behind"), max_digits=4, decimal_places=2)
    behind_from_quarter = models.PositiveSmallIntegerField(_("behind from which quarter on"))
    publicity_days = models.PositiveSmallIntegerField(_("working days of publicity"))
    rush_days = models.PositiveSmallIntegerField(_("last days of the year that are watched"))
    late_days = models.PositiveSmallIntegerField(_("days after which an entry is late"))
    warn_excellent = models.BooleanField(_("warn of too many excellent"), default=False)
    excellent_part = models.PositiveSmallIntegerField(_("excellent: so many"))
    excellent_whole = models.PositiveSmallIntegerField(_("excellent: of so many"))
    warn_probationary = models.BooleanField(_("warn of graded probationary members"), default=False)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ["-effective_from", "code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                name="scheme_version_once",
                violation_error_message=_("This version of the scheme is loaded already."),
            ),
            choices_check("ballot_divisor", BallotDivisor, "scheme_divisor_known"),
            models.CheckConstraint(
                condition=Q(version__gte=1),
                name="scheme_version_positive",
                violation_error_message=_("A version is a whole number from 1."),
            ),
            models.CheckConstraint(
                condition=Q(daily_weight=100 - F("appraisal_weight")),
                name="scheme_weights_total",
                violation_error_message=_("The weights total 100 per cent."),
            ),
            models.CheckConstraint(
                condition=Q(
                    bonus_cap__gte=0, contribution_min__gt=0, contribution_max__gte=F("contribution_min")
                ),
                name="scheme_bonus_in_order",
                violation_error_message=_("The limits of the bonus are out of order."),
            ),
            models.CheckConstraint(
                condition=Q(annual_cap__isnull=True) | Q(annual_cap__gt=0),
                name="scheme_annual_cap_positive",
                violation_error_message=_("A cap is above 0."),
            ),
            models.CheckConstraint(
                condition=Q(
                    ballot_excellent__gt=F("ballot_good"),
                    ballot_good__gt=F("ballot_passed"),
                    ballot_passed__gt=F("ballot_poor"),
                    ballot_poor__gte=0,
                ),
                name="scheme_ballot_in_order",
                violation_error_message=_("A better vote is worth more points."),
            ),
            models.CheckConstraint(
                condition=Q(ahead_share__gte=1, ahead_share__lte=100, behind_below__gt=0)
                & Q(behind_from_quarter__gte=1, behind_from_quarter__lte=4),
                name="scheme_progress_in_range",
                violation_error_message=_("The thresholds of progress are out of range."),
            ),
            models.CheckConstraint(
                condition=Q(publicity_days__gte=1, rush_days__gte=1, late_days__gte=1, ballot_minimum__gte=1),
                name="scheme_days_positive",
                violation_error_message=_("Numbers of days and votes are whole numbers from 1."),
            ),
            models.CheckConstraint(
                condition=Q(excellent_part__gte=1, excellent_whole__gte=F("excellent_part")),
                name="scheme_excellent_share",
                violation_error_message=_("A share lies above 0 and is at most 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.edition}"

    @property
    def edition(self) -> str:
        """Code and version as they are printed: `dongtang-2015 v1`."""
        return f"{self.code} v{self.version}"

    @property
    def excellent_share(self) -> Fraction:
        """The share of a branch at the best grade above which the optional warning speaks."""
        return Fraction(self.excellent_part, self.excellent_whole)

    @property
    def aspects(self) -> list[str]:
        """The aspects printed on the ballot as what to judge by (I26), in the active script."""
        return [in_script(aspect["hans"], aspect["hant"]) for aspect in self.ballot_aspects]

    def refuse_writing(self) -> None:
        """Raise WrittenOnce when the stored scheme is published; before, it may still be completed."""
        if Scheme.objects.published().filter(pk=self.pk).exists():
            super().refuse_writing()


class SchemeScope(WriteOnce):
    """Where a scheme applies: an organisation and all below it, or the whole tree."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="scopes", verbose_name=_("scheme")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="scheme_scopes",
        verbose_name=_("organisation"),
        help_text=_("Empty: the whole tree."),
    )

    objects = SchemeScopeQuerySet.as_manager()

    class Meta:
        verbose_name = _("reach of a scheme")
        verbose_name_plural = _("reach of schemes")
        ordering = ["scheme", "organisation"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "organisation"],
                name="schemescope_once",
                violation_error_message=_("The scheme applies there already."),
            ),
            models.UniqueConstraint(
                fields=["scheme"],
                condition=Q(organisation__isnull=True),
                name="schemescope_whole_once",
                violation_error_message=_("The scheme applies to the whole tree already."),
            ),
        ]

    @classmethod
    def governs(cls, places: Collection[int], year: int) -> bool:
        """Whether a scheme is in force in the year for one of the organisations, by key, itself."""
        return cls.objects.begun(year).filter(organisation__in=places).exists()

    def __str__(self) -> str:
        return f"{self.scheme.edition} · {self.organisation or _('the whole tree')}"
