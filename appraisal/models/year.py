"""A branch's year from submission to approval, with the objections to it and the committee's remarks."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appraisal.enums import YearState
from appraisal.models.snapshot import Snapshot
from appraisal.querysets import BranchYearQuerySet, ObjectionQuerySet, RowRemarkQuerySet
from members.models import Member, Organisation, Recorded, choices_check

REASON = 500
"""Characters of a reason."""


def _all_null(*names: str) -> Q:
    return Q(**{f"{name}__isnull": True for name in names})


def _none_null(*names: str) -> Q:
    return Q(**{f"{name}__isnull": False for name in names})


class BranchYear(Recorded):
    """One year of a unit that submits: how far it has come, and what was submitted last.

    `reason` is why it was returned or reopened. The notice of a submission is posted on a day at a place, and
    stays to a day, that one included; `posted_figures` are those of the annual notice that hangs, where one
    had been issued. Without a row a year is open.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="branch_years", verbose_name=_("organisation")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    state = models.CharField(
        _("state"), max_length=16, choices=YearState.choices, default=YearState.OPEN, editable=False
    )
    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="branch_years",
        verbose_name=_("submitted figures"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    posted_on = models.DateField(_("posted on"), null=True, blank=True)
    posted_figures = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("figures of the posted notice"),
    )
    place = models.CharField(_("posted at"), max_length=120, blank=True)
    publicity_until = models.DateField(_("stays posted until"), null=True, blank=True)
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    reopened_at = models.DateTimeField(_("reopened at"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=REASON, blank=True, editable=False)

    objects = BranchYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("year of a branch")
        verbose_name_plural = _("years of branches")
        ordering = ["-year", "organisation"]
        constraints = [
            choices_check("state", YearState, "branchyear_state_known"),
            models.UniqueConstraint(
                fields=["organisation", "year"],
                name="branchyear_once",
                violation_error_message=_("This year of the branch stands already."),
            ),
            models.CheckConstraint(
                condition=Q(state=YearState.OPEN)
                & _all_null("submitted_at", "submitted_by", "returned_at", "approved_at")
                & _none_null("reopened_at", "snapshot")
                & ~Q(reason="")
                | Q(state=YearState.SUBMITTED)
                & _none_null("snapshot", "submitted_at")
                & _all_null("returned_at", "approved_at", "reopened_at")
                | Q(state=YearState.RETURNED)
                & _none_null("snapshot", "submitted_at", "returned_at")
                & _all_null("approved_at", "reopened_at")
                & ~Q(reason="")
                | Q(state=YearState.APPROVED)
                & _none_null("snapshot", "submitted_at", "approved_at", "posted_on")
                & _all_null("returned_at", "reopened_at"),
                name="branchyear_state_and_moments",
                violation_error_message=_("The state and the moments of a year do not agree."),
            ),
            models.CheckConstraint(
                condition=Q(posted_on__isnull=True, publicity_until__isnull=True, place="")
                | Q(publicity_until__gte=F("posted_on")) & ~Q(place=""),
                name="branchyear_posted_somewhere",
                violation_error_message=_("A notice is posted on a day, at a place, until a day not before."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | _none_null("approved_at"),
                name="branchyear_approver_of_approval",
                violation_error_message=_("Who approved a year did so at a moment."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(approved_by=F("submitted_by")),
                name="branchyear_approved_by_another",
                violation_error_message=_("Whoever submitted a year does not approve it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.year}"

    @property
    def period(self) -> str:
        """The period under which its figures are frozen."""
        return str(self.year)


class OfBranchYear(Recorded):
    """A record of a branch's year: it belongs to the organisation of the year."""

    branch_year = models.ForeignKey(
        BranchYear, on_delete=models.PROTECT, related_name="%(class)ss", verbose_name=_("year of a branch")
    )

    class Meta:
        abstract = True

    def belongs_to_member(self) -> int | None:
        return None

    def belongs_to_organisation(self) -> int | None:
        return self.branch_year.organisation_id


class Objection(Recorded):
    """What somebody objects to in a posted notice, and the branch's answer; nobody need say who objects.

    It is of a branch's year, or else of the frozen figures that a half-year notice gives.
    """

    branch_year = models.ForeignKey(
        BranchYear,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="objections",
        verbose_name=_("year of a branch"),
    )
    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="objections",
        verbose_name=_("frozen figures"),
    )
    raised_on = models.DateField(_("raised on"))
    raised_by = models.CharField(_("raised by"), max_length=60, blank=True)
    text = models.TextField(_("objection"), max_length=2000)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["branch_year", "raised_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, answer="")
                | Q(answered_on__gte=F("raised_on")) & ~Q(answer=""),
                name="objection_answered_with_a_text",
                violation_error_message=_("An answer has a text and a day, not before the objection."),
            ),
            models.CheckConstraint(
                condition=Q(branch_year__isnull=False, snapshot__isnull=True)
                | Q(branch_year__isnull=True, snapshot__isnull=False),
                name="objection_to_one_notice",
                violation_error_message=_("An objection is to one notice: of a year, or of a half-year."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch_year or self.snapshot} · {self.pk}"

    def belongs_to_member(self) -> int | None:
        return None

    def belongs_to_organisation(self) -> int | None:
        about = self.branch_year or self.snapshot
        return about.organisation_id if about else None


class RowRemark(OfBranchYear):
    """The committee's remark on one row of what a branch has submitted."""

    reviewed = True

    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, related_name="remarks", verbose_name=_("submitted figures")
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    text = models.CharField(_("remark"), max_length=REASON)

    objects = RowRemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["branch_year", "snapshot", "member"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "member"], name="rowremark_once"),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="rowremark_says_something",
                violation_error_message=_("Write the remark."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch_year} · {self.member}"
