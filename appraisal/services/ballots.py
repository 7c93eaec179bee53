"""Ballot meetings: what became of the slips, when a ballot is void, what was written 【三(二)】."""

from __future__ import annotations

from django.utils.translation import gettext as _

from appraisal.enums import MeetingState
from appraisal.models import BallotMeeting, Opinions
from appraisal.models.ballot import SLIPS
from appraisal.services import counts
from appraisal.services.on_ballot import told
from members.errors import Refused
from members.services import guards, recording
from members.services.by import By


def save_meeting(*, by: By, meeting: BallotMeeting) -> None:
    """Store a ballot meeting with what became of its slips, as far as that is known.

    Raises OutOfScope, Stale, or Refused: for a year that has not begun, a day far from it, slips of a day to
    come, figures that do not add up, a void ballot, and other slips than those that have been counted.
    """
    _check(by, meeting)
    with guards.writing():
        stored = BallotMeeting.stored(meeting.pk)
        if stored is not None:
            counts.locked(stored)
            _refuse_other_slips(stored, meeting)
        write = recording.add if stored is None else recording.change
        write(by, meeting, verb="hold ballot")


def void_meeting(*, by: By, meeting: BallotMeeting, reason: str) -> None:
    """Make a ballot void, with the figures that it has, and with it the count; another can be held.

    So it is when more slips came back than were issued. The meeting need not have been stored before. Raises
    OutOfScope, Stale, or Refused: without a reason, and where a year is closed in which its votes count.
    """
    _check(by, meeting)
    meeting.state = MeetingState.VOID
    meeting.void_reason = told(reason)
    with guards.writing():
        stored = BallotMeeting.stored(meeting.pk)
        if stored is None:
            recording.add(by, meeting, verb="void ballot")
            return
        _refuse_void(stored)
        if counts.locked(stored) is not None:
            counts.void_count(by=by, meeting=stored, reason=reason)
        recording.change(by, meeting, verb="void ballot")


def save_opinions(*, by: By, opinions: Opinions) -> None:
    """Store what was written at a meeting, sorted, so that the order tells nothing.

    The log says how many there are and a digest, never the text. Raises OutOfScope, Stale or Refused.
    """
    lines = sorted(filter(None, (line.strip() for line in opinions.text.splitlines())))
    opinions.text = "\n".join(lines)
    write = recording.change if opinions.pk else recording.add
    write(by, opinions, verb="collect opinions")


def _check(by: By, meeting: BallotMeeting) -> None:
    if meeting.organisation.is_group:
        raise Refused(_("A group is appraised with the organisation above it."))
    if meeting.year > by.today.year:
        raise Refused({"year": _("That year has not begun.")})
    if meeting.date.year not in (meeting.year, meeting.year + 1):
        raise Refused(
            {"date": _("The meeting is held in the year that is appraised, or in the one after it.")}
        )
    if meeting.date > by.today and meeting.issued is not None:
        raise Refused({"date": _("The meeting is still to come; its slips are counted when it is held.")})


def _refuse_other_slips(stored: BallotMeeting, meeting: BallotMeeting) -> None:
    _refuse_void(stored)
    fixed = (*SLIPS, "blind")
    counted = stored.counts.standing().exists()
    if counted and any(getattr(stored, name) != getattr(meeting, name) for name in fixed):
        raise Refused(
            _("The slips have been counted: to change their figures, void the count and take it again.")
        )


def _refuse_void(stored: BallotMeeting) -> None:
    if not stored.stands:
        raise Refused(_("This ballot is void and stays as it is."))
