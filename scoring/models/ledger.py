"""The ledger of conduct: what members did, judged standards, bonus points, waivers."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.models import ImportBatch, Member, MemberYears, Recorded, choices_check
from members.text import fold, plain_number
from scoring.enums import BonusKind, IndicatorKind
from scoring.models.activity import Activity
from scoring.models.scheme import AwardLevel, Indicator
from scoring.querysets import DatedQuerySet, EntryQuerySet, YearlyQuerySet
from scoring.rules.terms import Kind

YEAR_VALIDATORS = [MinValueValidator(2000), MaxValueValidator(2100)]


class OfMember(Recorded):
    """A recorded row that belongs to a member."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))

    class Meta:
        abstract = True


class Numbered(OfMember):
    """A dated row of the ledger, known by a record number 记录号."""

    record_no = models.CharField(_("record number"), max_length=40, null=True, blank=True, unique=True)
    date = models.DateField(_("date"))
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    PREFIX: ClassVar[str] = ""
    """Begins the numbers made from keys, which nobody can give to another record."""

    class Meta:
        abstract = True

    @property
    def reference(self) -> str:
        """The record number: the one given, or one made from the key."""
        return self.record_no or f"{self.PREFIX}{self.pk}"

    def clean(self) -> None:
        """Bring the number into the form that sheets have; ValidationError for one that is made here."""
        self.record_no = plain_number(self.record_no or "") or None
        if self.record_no and self.record_no.startswith(self.PREFIX):
            reserved = _("Numbers that begin with %(prefix)s are given by the system.")
            raise ValidationError({"record_no": reserved % {"prefix": self.PREFIX}})

    def years_counted(self) -> tuple[int, int | None]:
        return self.date.year, self.date.year


class Entry(Numbered):
    """Something a member did, or holds from a date on, that counts for an indicator 【三(一)】."""

    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        related_name="entries",
        verbose_name=_("indicator"),
        db_index=False,
    )
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("Pairings and posts only."))
    quantity = models.PositiveIntegerField(
        _("quantity"), default=1, validators=[MinValueValidator(1), MaxValueValidator(99_999)]
    )
    title = models.CharField(
        _("activity or label"),
        max_length=120,
        blank=True,
        help_text=_("For pairings and posts: the household or post."),
    )
    title_key = models.CharField(max_length=120, blank=True, editable=False)
    on_time = models.BooleanField(_("on time and in full"), default=True, help_text=_("Dues only."))
    note = models.CharField(_("note"), max_length=200, blank=True)
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="entries"
    )

    objects = EntryQuerySet.as_manager()
    PREFIX = "E#"
    LAST_DAY = "until"
    counting = MemberYears("date", last="until", lasting=("indicator", "kind", IndicatorKind.STANDING.value))

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["-date", "-pk"]
        indexes = [models.Index(fields=["member", "date"], name="entry_member_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1),
                name="entry_quantity_positive",
                violation_error_message=_("A quantity is a whole number from 1."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("date")),
                name="entry_until_after_date",
                violation_error_message=_("The end cannot be before the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member.name} · {self.reference} {self.date} {self.indicator}"

    def refresh_keys(self) -> None:
        """Set the folded label, by which pairings and posts are told apart."""
        self.title_key = fold(self.title)

    def clean(self) -> None:
        super().clean()
        self.refresh_keys()

    def listed_in(self) -> tuple[str, str, str] | None:
        if self.activity_id is None:
            return None
        return Activity._meta.label_lower, str(self.activity_id), str(self.member_id)

    def years_counted(self) -> tuple[int, int | None]:
        if self.indicator.kind == Kind.STANDING:
            return self.date.year, self.until.year if self.until else None
        return self.date.year, self.date.year


class Judgement(OfMember):
    """How far a member fulfilled a judged standard in a year, in per cent (I9)."""

    year = models.PositiveSmallIntegerField(_("year"), validators=YEAR_VALIDATORS)
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="+", verbose_name=_("standard")
    )
    fulfilment = models.DecimalField(
        _("fulfilment in per cent"),
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    note = models.CharField(_("explanation"), max_length=200, blank=True)

    objects = YearlyQuerySet.as_manager()
    counting = MemberYears("year")

    class Meta:
        verbose_name = _("judged standard")
        verbose_name_plural = _("judged standards")
        ordering = ["-year", "member", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "year", "indicator"],
                name="judgement_once",
                violation_error_message=_("This standard has been judged for that year already."),
            ),
            models.CheckConstraint(
                condition=Q(fulfilment__gte=0, fulfilment__lte=100),
                name="judgement_percentage",
                violation_error_message=_("A fulfilment lies between 0 and 100 per cent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.year} · {self.indicator}"

    def years_counted(self) -> tuple[int, int | None]:
        return self.year, self.year


class Bonus(Numbered):
    """An award, worth what its level is worth, or a contribution, worth what was decided 【四1】."""

    kind = models.CharField(_("kind"), max_length=16, choices=BonusKind.choices)
    level = models.ForeignKey(
        AwardLevel, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("level")
    )
    points = models.DecimalField(_("points"), max_digits=4, decimal_places=1, null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    evidence = models.FileField(_("evidence"), upload_to="evidence/%Y", blank=True)

    objects = DatedQuerySet.as_manager()
    PREFIX = "B#"
    counting = MemberYears("date")

    class Meta:
        verbose_name = _("bonus")
        verbose_name_plural = _("bonus points")
        ordering = ["-date", "-pk"]
        indexes = [models.Index(fields=["member", "date"], name="bonus_member_date")]
        constraints = [
            choices_check("kind", BonusKind, "bonus_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=BonusKind.AWARD, level__isnull=False, points__isnull=True)
                | Q(kind=BonusKind.CONTRIBUTION, level__isnull=True, points__gt=0),
                name="bonus_fits_kind",
                violation_error_message=_(
                    "An award has a level and no points of its own; a contribution has points and no level."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member.name} · {self.reference} {self.date} {self.get_kind_display()}"


class Waiver(OfMember):
    """A waivable indicator from which a member is excused for a year (I12)."""

    year = models.PositiveSmallIntegerField(_("year"), validators=YEAR_VALIDATORS)
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="+", verbose_name=_("indicator")
    )
    reason = models.CharField(_("reason"), max_length=200)
    agreed_by = models.CharField(_("agreed by"), max_length=120, blank=True)

    objects = YearlyQuerySet.as_manager()
    counting = MemberYears("year")

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        ordering = ["-year", "member", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "year", "indicator"],
                name="waiver_once",
                violation_error_message=_("This indicator is waived for that year already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.year} · {self.indicator}"

    def years_counted(self) -> tuple[int, int | None]:
        return self.year, self.year
