"""The acts of roster work: each a verb of the roster's service with whom it concerns and from when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from members.models import Leave, Member, Organisation, Posting, Role
from members.services import roster
from members.services.by import By


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be done to a member's roster.

    `perform` runs the verb. What counts changes on the days from `first` to `last` (None: without end).
    """

    member: Member
    first: date
    last: date | None
    perform: Callable[[By], object]


def transfer(*, member: Member, organisation: Organisation, role: Role, start: date) -> Act:
    """Post the member elsewhere."""

    def perform(by: By) -> object:
        return roster.transfer(by=by, member=member, organisation=organisation, role=role, start=start)

    return Act(member, start, None, perform)


def role_change(*, member: Member, role: Role, start: date) -> Act:
    """Give the member another role where the member is."""

    def perform(by: By) -> object:
        return roster.change_role(by=by, member=member, role=role, start=start)

    return Act(member, start, None, perform)


def ending(*, posting: Posting, end: date | None) -> Act:
    """Set the last day of a posting, or with None open it again; the day is another than it has."""

    def perform(by: By) -> None:
        roster.end_posting(by=by, posting=Posting.objects.get(pk=posting.pk), end=end)

    return Act(posting.member, *_between(posting.end, end), perform)


def leave(*, member: Member, start: date, end: date | None, reason: str, agreed_by: str) -> Act:
    """Grant the member a leave."""

    def perform(by: By) -> None:
        granted = Leave(member=member, start=start, end=end, reason=reason, agreed_by=agreed_by)
        roster.grant_leave(by=by, leave=granted)

    return Act(member, start, end, perform)


def leave_ending(*, leave: Leave, end: date) -> Act:
    """Set the last day of a leave."""

    def perform(by: By) -> None:
        stored = Leave.objects.get(pk=leave.pk)
        stored.end = end
        roster.correct_leave(by=by, leave=stored)

    return Act(leave.member, *_between(leave.end, end), perform)


def leave_correction(
    *, leave: Leave, version: int, start: date, end: date | None, reason: str, agreed_by: str
) -> Act:
    """Store a leave as it should have been said; `version` is that of the leave that was read."""

    def perform(by: By) -> None:
        stored = Leave.objects.get(pk=leave.pk)
        stored.version = version
        stored.start, stored.end, stored.reason, stored.agreed_by = start, end, reason, agreed_by
        roster.correct_leave(by=by, leave=stored)

    if start == leave.start and end != leave.end:
        return Act(leave.member, *_between(leave.end, end), perform)
    known = [day for day in (leave.end, end) if day is not None]
    if end == leave.end and start != leave.start:
        known = [start, leave.start]
    return Act(leave.member, min(start, leave.start), max(known) if len(known) == 2 else None, perform)


def _between(*ends: date | None) -> tuple[date, date | None]:
    """From the earlier of two different last days to the later; None where one of them is none."""
    days = sorted(end for end in ends if end is not None)
    return days[0], days[1] if len(days) > 1 else None
