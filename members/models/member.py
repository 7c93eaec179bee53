"""Members, their dated postings and their leaves."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.enums import Standing
from members.models.base import Recorded, choices_check
from members.models.counting import MemberYears
from members.models.organisation import CODE, Organisation, Role
from members.names import initials
from members.querysets import LeaveQuerySet, MemberQuerySet, PostingQuerySet
from members.text import fold


class Member(Recorded):
    """A Party member 党员. No ID card number and no phone is kept: the job needs neither."""

    number = models.CharField(_("member number"), max_length=32, unique=True, validators=[CODE])
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    name_key = models.CharField(max_length=60, editable=False, db_index=True)
    initials = models.CharField(max_length=30, editable=False, db_index=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    joined_on = models.DateField(_("joined the Party on"), null=True, blank=True)
    standing = models.CharField(_("standing"), max_length=16, choices=Standing.choices, default=Standing.FULL)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["number"]
        constraints = [
            choices_check("standing", Standing, "member_standing_known"),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="member_named",
                violation_error_message=_("A member has a name."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def belongs_to_member(self) -> int | None:
        return self.pk

    def refresh_keys(self) -> None:
        """Set the folded name and its pinyin initials, by which the member is searched."""
        self.name_key = fold(self.name)
        self.initials = initials(self.name)


class Posting(Recorded):
    """A member's role in an organisation from a date to a date, both days included 任职."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="postings", verbose_name=_("member")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="postings", verbose_name=_("organisation")
    )
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="postings", verbose_name=_("role"))
    start = models.DateField(_("from"))
    end = models.DateField(_("to"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()
    LAST_DAY = "end"
    counting = MemberYears("start", last="end")

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["member", "start"]
        indexes = [models.Index(fields=["organisation", "start"], name="posting_organisation_start")]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "start"],
                name="posting_member_start",
                violation_error_message=_("This member already has a posting from that day."),
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="posting_ends_after_start",
                violation_error_message=_("A posting cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.organisation} · {self.start}"

    def years_counted(self) -> tuple[int, int | None]:
        return self.start.year, self.end.year if self.end else None


class Leave(Recorded):
    """A stretch in which a member's months do not count 离岗, both days included, perhaps open."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="leaves", verbose_name=_("member")
    )
    start = models.DateField(_("from"))
    end = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    agreed_by = models.CharField(_("agreed by"), max_length=120, blank=True)

    objects = LeaveQuerySet.as_manager()
    LAST_DAY = "end"
    counting = MemberYears("start", last="end")

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ["member", "start"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "start"],
                name="leave_member_start",
                violation_error_message=_("This member already has a leave from that day."),
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="leave_ends_after_start",
                violation_error_message=_("A leave cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.start}"

    def years_counted(self) -> tuple[int, int | None]:
        return self.start.year, self.end.year if self.end else None
