"""What a member missed: months without an entry, and lists on which the member is marked as not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.dates import MONTHS as NAMES_OF_MONTHS

from members.models import Member, Posting
from members.scope import Scope
from members.text import listed
from reports.desk.services.evidence import Held
from reports.desk.services.pieces import Piece
from scoring.enums import ActivityState, Presence
from scoring.models import Attendance
from scoring.rules.spans import Span, contains
from scoring.services.kind_rules import rule_for, rules_of
from scoring.services.standards import StandardsBook

MISSED = (Presence.ON_LEAVE, Presence.ABSENT)
"""The marks of whoever was expected and did not come."""


@dataclass(frozen=True, slots=True)
class Absence:
    """An activity that the member did not attend, with the mark in words; `url` leads to its list."""

    day: date
    title: str
    mark: str
    url: str


Absences = Mapping[int, Sequence[Absence]]
"""By key of the indicator for which taking part would have counted, the oldest first."""


def absences(
    member: Member, held: Held, postings: Sequence[Posting], book: StandardsBook, scope: Scope
) -> Absences:
    """What the member did not attend in the year up to the day, on lists that the scope reads.

    Left out is where taking part would not have counted. `postings` are those of the year, with organisation
    and role. Two queries, or one where nothing was missed.
    """
    rows = Attendance.objects.visible_to(scope).filter(
        member=member,
        status__in=MISSED,
        activity__state=ActivityState.HELD,
        activity__date__gte=date(held.year, 1, 1),
        activity__date__lte=held.as_of,
    )
    found: dict[int, list[Absence]] = defaultdict(list)
    marked = list(rows.select_related("activity").order_by("activity__date", "activity__pk"))
    if not marked:
        return found
    schemes = {scheme.pk for one in postings if (scheme := book.scheme(one.organisation.path)) is not None}
    rules = rules_of(schemes)
    for row in marked:
        day = row.activity.date
        posting = next((one for one in postings if contains([Span(one.start, one.end)], day)), None)
        if posting is None or held.why_not(day):
            continue
        scheme = book.scheme(posting.organisation.path)
        key = rule_for(rules, scheme.pk, row.activity.kind_id, posting.role) if scheme is not None else None
        if key is not None:
            url = reverse("attendance", args=[row.activity_id])
            found[key].append(Absence(day, row.activity.title, str(row.get_status_display()), url))
    return found


def unrecorded(held: Held, pieces: Iterable[Piece]) -> str:
    """The months that count, up to that of the day, of which none of these rows is; empty without any."""
    there = {piece.day.month for piece in pieces}
    months = range(1, held.as_of.month + 1)
    return listed(
        [
            str(NAMES_OF_MONTHS[month])
            for month in months
            if held.months & 1 << (month - 1) and month not in there
        ]
    )
