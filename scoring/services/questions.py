"""What is asked once before it is stored: what may be recorded already, and what would earn nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from members.text import fold, tidy
from scoring.enums import ActivityState
from scoring.models import Activity, Entry
from scoring.services.earning import Roll, earning_nothing


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the key by which an answer is known to be one to it."""

    key: str
    text: str


def same_entries(entries: Mapping[int, Entry]) -> dict[int, Question]:
    """By position of the entry given what is asked where it may be recorded already: one query.

    It may be where another one has its member, indicator, date and title: a stored one, or one before it.
    """
    stored = Entry.objects.filter(
        member__in={entry.member_id for entry in entries.values()},
        date__in={entry.date for entry in entries.values()},
    ).exclude(pk__in=[entry.pk for entry in entries.values() if entry.pk is not None])
    told = {_event(row): str(row) for row in stored.select_related("member", "indicator").order_by("pk")}
    found = {}
    for position, entry in entries.items():
        event = _event(entry)
        if event in told:
            found[position] = Question("/".join(map(str, event)), _possibly(told[event]))
        told.setdefault(event, _("row %(row)s") % {"row": position + 1})
    return found


def nothing_earned(entries: Mapping[int, Entry], roll_of: Roll) -> dict[int, Question]:
    """By position of the entry given why it would earn nothing."""
    found = {}
    for position, why in earning_nothing(entries, roll_of).items():
        entry = entries[position]
        key = f"{entry.member.number}/{entry.indicator.code}/{entry.date.year}"
        found[position] = Question(key, why)
    return found


def same_activity(activity: Activity) -> Question | None:
    """What is asked where the organisation has another activity of the day and title; else None.

    One that was cancelled is not recorded twice when it is held after all.
    """
    others = Activity.objects.filter(organisation=activity.organisation_id, date=activity.date)
    others = others.exclude(state=ActivityState.CANCELLED)
    wanted = fold(tidy(activity.title))
    for other in others.exclude(pk=activity.pk).order_by("pk"):
        if fold(other.title) == wanted:
            return Question(f"{activity.organisation_id}/{activity.date}/{wanted}", _possibly(str(other)))
    return None


def _event(entry: Entry) -> tuple[int, int, date, str]:
    return entry.member_id, entry.indicator_id, entry.date, fold(tidy(entry.title))


def _possibly(record: str) -> str:
    return _("Possibly recorded already: %(record)s") % {"record": record}
