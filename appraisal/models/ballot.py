"""The ballot of the democratic appraisal: meeting and slips, the count, written opinions 【三(二)】."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appraisal.enums import CountState, Hand, MeetingState
from appraisal.models.votes import MOST, VoteFigures
from appraisal.querysets import BallotMeetingQuerySet, CountLineQuerySet, CountQuerySet, OfMeetingQuerySet
from members.models import Member, Organisation, Recorded, choices_check

CAME = ("members_came", "delegates_came", "residents_came", "served_came")
"""Those who signed in, by kind; their votes weigh the same (I15)."""
SLIPS = ("issued", "returned", "spoiled", "unreturned")
"""What became of the slips."""


def _void_or(condition: Q) -> Q:
    """A void meeting keeps the figures that made it void."""
    return Q(state=MeetingState.VOID) | condition


class BallotMeeting(Recorded):
    """A branch's meeting at which its members are appraised for a year, with what became of the slips.

    The figures of the slips are empty until they are counted, and then all there. A meeting that is void
    keeps its figures with the reason, and another takes its place.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="ballots", verbose_name=_("organisation")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    date = models.DateField(_("date"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    members_came = models.PositiveIntegerField(_("members"), default=0, validators=MOST)
    delegates_came = models.PositiveIntegerField(_("delegates and councillors"), default=0, validators=MOST)
    residents_came = models.PositiveIntegerField(_("residents"), default=0, validators=MOST)
    served_came = models.PositiveIntegerField(_("people served"), default=0, validators=MOST)
    issued = models.PositiveIntegerField(_("slips issued"), null=True, blank=True, validators=MOST)
    returned = models.PositiveIntegerField(_("slips returned"), null=True, blank=True, validators=MOST)
    spoiled = models.PositiveIntegerField(_("slips spoiled"), null=True, blank=True, validators=MOST)
    unreturned = models.PositiveIntegerField(_("slips not returned"), null=True, blank=True, validators=MOST)
    blind = models.BooleanField(_("two entries made apart"), default=False)
    state = models.CharField(
        _("state"), max_length=16, choices=MeetingState.choices, default=MeetingState.STANDING, editable=False
    )
    void_reason = models.CharField(_("why it is void"), max_length=200, blank=True, editable=False)

    objects = BallotMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("ballot meeting")
        verbose_name_plural = _("ballot meetings")
        ordering = ["-year", "organisation", "-pk"]
        constraints = [
            choices_check("state", MeetingState, "ballotmeeting_state_known"),
            models.UniqueConstraint(
                fields=["organisation", "year"],
                condition=Q(state=MeetingState.STANDING),
                name="ballotmeeting_one_stands",
                violation_error_message=_("The branch has a ballot of that year already."),
            ),
            models.CheckConstraint(
                condition=Q(state=MeetingState.STANDING) | ~Q(void_reason=""),
                name="ballotmeeting_void_for_a_reason",
                violation_error_message=_("Say why the ballot is void."),
            ),
            models.CheckConstraint(
                condition=Q(**{f"{name}__isnull": True for name in SLIPS})
                | Q(**{f"{name}__isnull": False for name in SLIPS}),
                name="ballotmeeting_slips_together",
                violation_error_message=_("Give all four figures of the slips, 0 where there were none."),
            ),
            models.CheckConstraint(
                condition=_void_or(Q(issued=F("returned") + F("unreturned"))),
                name="ballotmeeting_slips_add_up",
                violation_error_message=_("Slips issued are those returned and those not returned together."),
            ),
            models.CheckConstraint(
                condition=_void_or(Q(spoiled__lte=F("returned"))),
                name="ballotmeeting_spoiled_of_returned",
                violation_error_message=_("There cannot be more slips spoiled than returned."),
            ),
            models.CheckConstraint(
                condition=_void_or(
                    Q(
                        issued__lte=F("members_came")
                        + F("delegates_came")
                        + F("residents_came")
                        + F("served_came")
                    )
                ),
                name="ballotmeeting_a_slip_each",
                violation_error_message=_("There cannot be more slips issued than people who signed in."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.year}"

    @property
    def stands(self) -> bool:
        """Whether it is not void."""
        return self.state == MeetingState.STANDING

    @property
    def came(self) -> int:
        """How many signed in."""
        return sum(getattr(self, name) for name in CAME)

    @property
    def valid_slips(self) -> int | None:
        """Slips returned without those spoiled as a whole; None before the slips were counted.

        Each has one mark for every member on the ballot, or none that can be told (I14, I26).
        """
        if self.returned is None or self.spoiled is None:
            return None
        return self.returned - self.spoiled


class OfMeeting(Recorded):
    """A record of a ballot meeting: it belongs to the organisation of the meeting."""

    class Meta:
        abstract = True

    def belongs_to_organisation(self) -> int | None:
        return self.meeting.organisation_id  # type: ignore[attr-defined]


class Count(OfMeeting):
    """One count of a meeting's slips, from its entry to its confirmation; a correction voids it.

    Who entered and who confirmed it are different accounts, which the database sees to. It carries no time.
    """

    meeting = models.ForeignKey(
        BallotMeeting, on_delete=models.PROTECT, related_name="counts", verbose_name=_("ballot meeting")
    )
    blind = models.BooleanField(_("two entries made apart"))
    state = models.CharField(_("state"), max_length=16, choices=CountState.choices, default=CountState.OPEN)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("first entry by")
    )
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second entry by"),
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    sheet = models.FileField(
        _("scan of the signed tally sheet"),
        upload_to="ballots/%Y",
        validators=[FileExtensionValidator(["pdf", "png", "jpg", "jpeg"])],
    )
    void_reason = models.CharField(_("why it is void"), max_length=200, blank=True)

    objects = CountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        ordering = ["meeting", "-pk"]
        constraints = [
            choices_check("state", CountState, "count_state_known"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=~Q(state=CountState.VOID),
                name="count_one_stands",
                violation_error_message=_("The slips of this meeting have been counted already."),
            ),
            models.CheckConstraint(
                condition=~Q(state=CountState.VOID) | ~Q(void_reason=""),
                name="count_void_for_a_reason",
                violation_error_message=_("Say why the count is void."),
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | Q(blind=True),
                name="count_second_entry_only_if_blind",
                violation_error_message=_("This meeting asks for one entry of the count."),
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("entered_by")),
                name="count_entries_by_two",
                violation_error_message=_("The two entries are made by two accounts."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | (
                    ~Q(confirmed_by=F("entered_by"))
                    & (Q(second_by__isnull=True) | ~Q(confirmed_by=F("second_by")))
                ),
                name="count_confirmed_by_another",
                violation_error_message=_("Whoever entered a count does not confirm it."),
            ),
            models.CheckConstraint(
                condition=~Q(state=CountState.CONFIRMED)
                | Q(confirmed_by__isnull=False) & (Q(blind=False) | Q(second_by__isnull=False)),
                name="count_confirmed_by_somebody",
                violation_error_message=_("A confirmed count has been confirmed by somebody."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.meeting)

    def hand_of(self, user: Any) -> int | None:
        """Which of the entries the user made; None for whoever made none."""
        hands = {self.entered_by_id: Hand.FIRST, self.second_by_id: Hand.SECOND}
        return hands.get(user.pk) if user is not None else None


class CountLine(VoteFigures):
    """The votes on one member in one entry of a count; `disputed` where it does not agree with the sheet."""

    count = models.ForeignKey(Count, on_delete=models.CASCADE, related_name="lines", verbose_name=_("count"))
    hand = models.PositiveSmallIntegerField(_("entry"), choices=Hand.choices)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    disputed = models.BooleanField(_("does not agree"), default=False)

    objects = CountLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a count")
        verbose_name_plural = _("lines of counts")
        ordering = ["count", "hand", "member"]
        constraints = [
            models.UniqueConstraint(fields=["count", "hand", "member"], name="countline_once"),
            models.CheckConstraint(
                condition=Q(hand__in=Hand.values),
                name="countline_hand_known",
                violation_error_message=_("This value is not one of the allowed ones."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} · {self.member}"


class Opinions(OfMeeting):
    """What was written at a meeting apart from the votes, an opinion a line: no author, time or order."""

    meeting = models.OneToOneField(
        BallotMeeting, on_delete=models.PROTECT, related_name="opinions", verbose_name=_("ballot meeting")
    )
    text = models.TextField(_("opinions"), blank=True, max_length=20_000)

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("written opinions")
        verbose_name_plural = _("written opinions")
        ordering = ["meeting"]

    def __str__(self) -> str:
        return str(self.meeting)

    def as_logged(self) -> dict[str, Any]:
        """Of the text how many opinions it is and a digest: the log keeps a time, which they have not."""
        text = hashlib.sha256(self.text.encode()).hexdigest()
        return {"id": self.pk, "meeting": self.meeting_id, "opinions": self.number, "digest": text}

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.text.splitlines())
