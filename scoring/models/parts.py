"""The parts of a scheme: roles and requirements, bonus tables, activity rules, grade bands."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.errors import WrittenOnce
from members.models import Category, Role, TwoScripts, WriteOnce, choices_check, in_script
from scoring.enums import BandCode
from scoring.models.scheme import ActivityKind, AwardLevel, Indicator, Scheme
from scoring.querysets import VocabularyQuerySet


class SchemePart(WriteOnce):
    """A row of one scheme: it can be added until the scheme is published, and never be altered."""

    SCHEME_KEY: ClassVar[str] = "scheme_id"
    """Attribute path to the key of the scheme."""

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        abstract = True

    def refuse_writing(self) -> None:
        """Raise WrittenOnce when the row stands already, or its scheme is published."""
        super().refuse_writing()
        if Scheme.objects.published().filter(pk=attrgetter(self.SCHEME_KEY)(self)).exists():
            raise WrittenOnce(self)

    @classmethod
    def refuse_writing_of(cls, rows: Sequence[Self]) -> None:
        """The same for many rows, with one question for each scheme."""
        for row in rows:
            WriteOnce.refuse_writing(row)
        for row in {attrgetter(cls.SCHEME_KEY)(row): row for row in rows}.values():
            row.refuse_writing()


class SchemeRole(SchemePart):
    """A role in a scheme: whether it is scored, and whether its annual score is its daily score."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="roles", verbose_name=_("scheme")
    )
    role = models.ForeignKey(
        Role, on_delete=models.PROTECT, related_name="in_schemes", verbose_name=_("role")
    )
    scored = models.BooleanField(_("scored"), default=True)
    annual_is_daily = models.BooleanField(_("the annual score is the daily one"), default=False)
    clause = models.CharField(_("clause"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("role of a scheme")
        verbose_name_plural = _("roles of schemes")
        ordering = ["scheme", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "role"],
                name="schemerole_once",
                violation_error_message=_("The scheme has this role already."),
            ),
            models.CheckConstraint(
                condition=Q(scored=True) | Q(annual_is_daily=False),
                name="schemerole_daily_only_if_scored",
                violation_error_message=_("A role that is not scored has no annual score."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.edition} · {self.role}"


class Requirement(SchemePart):
    """What a role is asked for: an indicator, the year's quota (none where it is judged), the points."""

    SCHEME_KEY = "scheme_role.scheme_id"

    scheme_role = models.ForeignKey(
        SchemeRole, on_delete=models.PROTECT, related_name="requirements", verbose_name=_("role of a scheme")
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="requirements", verbose_name=_("indicator")
    )
    quota = models.PositiveIntegerField(_("quota"), null=True)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    waivable = models.BooleanField(_("waivable"), default=False)
    wording_hans = models.CharField(_("own wording (Simplified)"), max_length=120, blank=True)
    wording_hant = models.CharField(_("own wording (Traditional)"), max_length=120, blank=True)
    clause = models.CharField(_("clause"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["scheme_role", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme_role", "indicator"],
                name="requirement_once",
                violation_error_message=_("The role requires this indicator already."),
            ),
            models.CheckConstraint(
                condition=Q(quota__isnull=True) | Q(quota__gte=1),
                name="requirement_quota_positive",
                violation_error_message=_("A quota is a whole number from 1."),
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0, points__lte=100),
                name="requirement_points_in_range",
                violation_error_message=_("The points of a requirement lie above 0 and are at most 100."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_role} · {self.wording}"

    @property
    def wording(self) -> str:
        """Its own wording, or else the indicator's name, in the script of the active language."""
        return in_script(self.wording_hans, self.wording_hant) or self.indicator.name


class ExcessRule(SchemePart):
    """Points per step beyond a quota, capped; `over` where it begins beyond a count of its own (I8, I12)."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="excess_rules", verbose_name=_("scheme")
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="+", verbose_name=_("indicator")
    )
    rate = models.DecimalField(_("points per step"), max_digits=5, decimal_places=2)
    step = models.PositiveIntegerField(_("step"))
    cap = models.DecimalField(_("at most"), max_digits=5, decimal_places=2)
    over = models.PositiveIntegerField(_("beyond"), null=True)
    clause = models.CharField(_("clause"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("excess rule")
        verbose_name_plural = _("excess rules")
        ordering = ["scheme", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "indicator"],
                name="excess_once",
                violation_error_message=_("The scheme has this rule already."),
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0, step__gte=1, cap__gte=F("rate"))
                & (Q(over__isnull=True) | Q(over__gte=1)),
                name="excess_in_range",
                violation_error_message=_("Rate, step and cap of an excess are out of range."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.edition} · {self.indicator}"


class AwardPoints(SchemePart):
    """What an award of one level earns 【四1】."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="award_points", verbose_name=_("scheme")
    )
    level = models.ForeignKey(
        AwardLevel, on_delete=models.PROTECT, related_name="points", verbose_name=_("level")
    )
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    clause = models.CharField(_("clause"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("points of an award")
        verbose_name_plural = _("points of awards")
        ordering = ["scheme", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "level"],
                name="award_once",
                violation_error_message=_("The scheme has this level already."),
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0),
                name="award_points_positive",
                violation_error_message=_("An award earns more than 0 points."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.edition} · {self.level}"


class ActivityRule(SchemePart):
    """For which indicator an event counts: for one role, for one category, or for everybody else (I29)."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="activity_rules", verbose_name=_("scheme")
    )
    kind = models.ForeignKey(
        ActivityKind, on_delete=models.PROTECT, related_name="rules", verbose_name=_("kind")
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("category")
    )
    role = models.ForeignKey(
        Role, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("role")
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="+", verbose_name=_("indicator")
    )
    clause = models.CharField(_("clause"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("activity rule")
        verbose_name_plural = _("activity rules")
        ordering = ["scheme", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "kind"],
                condition=Q(category__isnull=True, role__isnull=True),
                name="activityrule_default_once",
                violation_error_message=_("This kind counts for everybody else already."),
            ),
            models.UniqueConstraint(
                fields=["scheme", "kind", "category"],
                condition=Q(category__isnull=False),
                name="activityrule_category_once",
                violation_error_message=_("This kind has a rule for the category already."),
            ),
            models.UniqueConstraint(
                fields=["scheme", "kind", "role"],
                condition=Q(role__isnull=False),
                name="activityrule_role_once",
                violation_error_message=_("This kind has a rule for the role already."),
            ),
            models.CheckConstraint(
                condition=Q(category__isnull=True) | Q(role__isnull=True),
                name="activityrule_one_level",
                violation_error_message=_("A rule is for a category or for a role, not for both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.indicator}"


class Band(SchemePart, TwoScripts):
    """A grade and the lowest annual score that has it 【四3】, and what follows from it 【六】."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="bands", verbose_name=_("scheme")
    )
    code = models.CharField(_("code"), max_length=16, choices=BandCode.choices)
    lower = models.DecimalField(pgettext_lazy("lowest score", "from"), max_digits=6, decimal_places=2)
    eligible = models.BooleanField(_("may be put forward for awards"), default=False)
    opens_case = models.BooleanField(_("opens a case"), default=False)
    clause = models.CharField(_("clause"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("grade band")
        verbose_name_plural = _("grade bands")
        ordering = ["scheme", "-lower"]
        constraints = [
            choices_check("code", BandCode, "band_code_known"),
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="band_once",
                violation_error_message=_("The scheme has this grade already."),
            ),
            models.UniqueConstraint(
                fields=["scheme", "lower"],
                name="band_lower_once",
                violation_error_message=_("Two grades cannot begin at the same score."),
            ),
            models.CheckConstraint(
                condition=Q(lower__gte=0),
                name="band_lower_not_negative",
                violation_error_message=_("A grade begins at 0 or above."),
            ),
        ]
