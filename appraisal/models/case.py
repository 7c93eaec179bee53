"""What follows from a year: cases of the unqualified 【六2】, and which warnings a committee wants."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appraisal.enums import Measure
from appraisal.models.year import BranchYear
from appraisal.querysets import CaseQuerySet
from members.models import Member, Organisation, Recorded, choices_check
from members.querysets import OfOrganisationQuerySet


class Case(Recorded):
    """An unqualified member of a year, from approval until the case and its handling are both filed 备案.

    It is withdrawn, never deleted, where the year was reopened and the member is not unqualified any more.
    """

    reviewed = True

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="cases", verbose_name=_("member")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    branch_year = models.ForeignKey(
        BranchYear, on_delete=models.PROTECT, related_name="cases", verbose_name=_("year of a branch")
    )
    opened_on = models.DateField(_("opened on"))
    education = models.TextField(_("education and help given"), max_length=2000, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    review = models.TextField(_("review"), max_length=2000, blank=True)
    measure = models.CharField(_("measure"), max_length=16, choices=Measure.choices, blank=True)
    filed_on = models.DateField(_("case filed on"), null=True, blank=True)
    handled_filed_on = models.DateField(_("handling filed on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("unqualified case")
        verbose_name_plural = _("unqualified cases")
        ordering = ["-year", "member"]
        constraints = [
            choices_check("measure", ["", *Measure.values], "case_measure_known"),
            models.UniqueConstraint(
                fields=["member", "year"],
                name="case_member_year",
                violation_error_message=_("There is a case of this member and year already."),
            ),
            models.CheckConstraint(
                condition=Q(reviewed_on__isnull=True) | Q(reviewed_on__gte=F("opened_on")),
                name="case_reviewed_after_opening",
                violation_error_message=_("A case is not reviewed before it is opened."),
            ),
            models.CheckConstraint(
                condition=(Q(filed_on__isnull=True) | Q(filed_on__gte=F("opened_on")))
                & (Q(handled_filed_on__isnull=True) | Q(handled_filed_on__gte=F("opened_on"))),
                name="case_filed_after_opening",
                violation_error_message=_("A case is not filed before it is opened."),
            ),
            models.CheckConstraint(
                condition=Q(handled_filed_on__isnull=True) | ~Q(measure=""),
                name="case_handled_by_a_measure",
                violation_error_message=_("Say which measure was taken before its filing is dated."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.year}"

    def belongs_to_organisation(self) -> int | None:
        return self.branch_year.organisation_id

    @property
    def open(self) -> bool:
        """Whether it still waits for one of its filings."""
        return self.withdrawn_on is None and (self.filed_on is None or self.handled_filed_on is None)


class ReviewSettings(Recorded):
    """Which optional warnings the committee of an organisation wants; the nearest above has the say."""

    reviewed = True

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="review_settings", verbose_name=_("organisation")
    )
    warn_excellent = models.BooleanField(_("warn of too many excellent"), default=False)
    warn_probationary = models.BooleanField(_("warn of graded probationary members"), default=False)

    objects = OfOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("settings of the review")
        verbose_name_plural = _("settings of the review")
        ordering = ["organisation"]

    def __str__(self) -> str:
        return str(self.organisation)
