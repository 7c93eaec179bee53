"""What first pages say of ballots: which year is at hand, what waits to be entered, what to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal.enums import CountState
from appraisal.models import BallotMeeting, Count
from members.models import Organisation
from members.scope import Scope

AFTERWARDS = 3
"""Until this month the ballot of the year before is at hand."""


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A ballot of a branch whose officer somebody is; `waits` where its count is to be confirmed now."""

    title: str
    note: str
    url: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A ballot whose count is not confirmed yet, and why."""

    meeting: BallotMeeting
    note: str
    url: str


def ballot_year(on: date) -> int:
    """The year whose ballot is at hand: the one before in the first months, else that of the day."""
    return on.year - 1 if on.month <= AFTERWARDS else on.year


def to_confirm(organisations: Iterable[Organisation], scope: Scope) -> tuple[ToConfirm, ...]:
    """What an officer of these branches has to confirm: two queries."""
    branches = list(organisations)
    if not branches:
        return ()
    meetings = BallotMeeting.objects.confirmable_by(scope).select_related("organisation")
    held = list(meetings.order_by("organisation__path", "year"))
    counts = {count.meeting_id: count for count in Count.objects.standing().filter(meeting__in=held)}
    found = [_to_confirm(meeting, counts.get(meeting.pk)) for meeting in held]
    idle = {one.pk: one for one in branches if one.pk not in {meeting.organisation_id for meeting in held}}
    return (
        *found,
        *(ToConfirm(one.name, _("No count waits to be confirmed."), "", False) for one in idle.values()),
    )


def unfinished(organisation: Organisation, scope: Scope) -> list[Unfinished]:
    """Ballots in the organisation and below that were held, and whose count is not confirmed: two queries."""
    meetings = (
        BallotMeeting.objects.readable_by(scope)
        .standing()
        .filter(organisation__path__startswith=organisation.path, date__lte=scope.on)
    )
    held = list(meetings.select_related("organisation").order_by("organisation__path", "year"))
    counts = {count.meeting_id: count for count in Count.objects.standing().filter(meeting__in=held)}
    return [
        Unfinished(meeting, note, url)
        for meeting in held
        for note, url in [_missing(meeting, counts.get(meeting.pk))]
        if note
    ]


def _missing(meeting: BallotMeeting, count: Count | None) -> tuple[str, str]:
    """What a ballot still wants, and where it is done; nothing where its count is confirmed."""
    if meeting.issued is None:
        return _("The slips are not counted yet."), reverse(
            "ballot", args=[meeting.organisation.code, meeting.year]
        )
    page = reverse("ballot_count", args=[meeting.pk])
    if count is None:
        return _("The count is not entered yet."), page
    if count.state == CountState.CONFIRMED:
        return "", page
    if count.state == CountState.ENTERED:
        return _("The count waits to be confirmed by another account."), page
    return _("The count is being entered, or was sent back."), page


def _to_confirm(meeting: BallotMeeting, count: Count | None) -> ToConfirm:
    waits = count is not None and count.state == CountState.ENTERED
    if count is None:
        note = _("The count is not entered yet.")
    elif count.state == CountState.CONFIRMED:
        note = _("The count is confirmed.")
    else:
        note = (
            _("Compare it with the signed sheet.")
            if waits
            else _("The count is being entered, or was sent back.")
        )
    title = _("%(organisation)s: ballot of %(year)s") % {
        "organisation": meeting.organisation.name,
        "year": meeting.year,
    }
    return ToConfirm(title, note, reverse("ballot_count", args=[meeting.pk]), waits)
