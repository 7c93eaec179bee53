"""Many entries typed at once, row by row: all are stored or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from members.errors import Refused
from members.models import Organisation
from members.services import guards, log, recording
from members.services.bulk import insert
from members.services.by import By
from members.services.importing import closed_years
from scoring.models import Entry, Sending
from scoring.services import checks
from scoring.services.grids import said
from scoring.services.roll import postings_of

REMEMBERED = timedelta(days=7)
"""So long a form is known again."""

Problems = Mapping[int, Mapping[str, Sequence[str]]]
"""By position of the row and by field what is wrong."""


class RowsRefused(Refused):
    """Some of the rows cannot be recorded; `problems` says which and why."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(_("Nothing is saved yet: some rows cannot be recorded."))
        self.problems = problems


class SentAlready(Refused):
    """The same form has been stored already."""

    def __init__(self) -> None:
        super().__init__(_("These rows have been saved already."))


def row_problems(*, by: By, entries: Mapping[int, Entry]) -> Problems:
    """What forbids new entries, given by position: one answer for all of them, three queries.

    Brings the rows' texts into the form in which they are stored.
    """
    members = {entry.member_id for entry in entries.values()}
    held, closed = postings_of(members), closed_years(members)
    problems: dict[int, dict[str, list[str]]] = {}
    for position, entry in entries.items():
        found: dict[str, list[str]] = defaultdict(list)
        for field, message in checks.entry_problems(
            kind=entry.indicator.kind,
            day=entry.date,
            until=entry.until,
            quantity=entry.quantity,
            on_time=entry.on_time,
            postings=held.get(entry.member_id, []),
            today=by.today,
        ):
            found[field].append(message)
        if (entry.member_id, entry.date.year) in closed:
            found["date"].append(
                _("The year %(year)s of %(member)s is closed; only the committee can reopen it.")
                % {"year": entry.date.year, "member": entry.member.name}
            )
        entry.recorded_at = by.now
        try:
            entry.clean_fields(exclude=["member", "indicator"])
        except ValidationError as error:
            for field, messages in error.message_dict.items():
                found[field] += messages
        entry.refresh_keys()
        if found:
            problems[position] = found
    return problems


def record_entries(
    *, by: By, organisation: Organisation, entries: Sequence[Entry], once: str = ""
) -> list[Entry]:
    """Store new entries, all or none, with one log row; the entries as stored, in the order given.

    `once` is the token of the form that was sent. Raises SentAlready where that of the same user has been
    stored, RowsRefused by position, OutOfScope when `by` does not write one of the members.
    """
    if not entries:
        return []
    keys = {entry.member_id for entry in entries}
    with guards.writing():
        recording.permit_members(by, keys)
        if once:
            _take(once, by)
        problems = row_problems(by=by, entries=dict(enumerate(entries)))
        if problems:
            raise RowsRefused(problems)
        last = Entry.objects.aggregate(last=Max("pk"))["last"] or 0
        insert(entries)
        new = Entry.objects.filter(
            pk__gt=last, recorded_at=by.now, member__in=keys, batch=None, activity=None
        ).order_by("pk")
        stored = list(new.select_related("member", "indicator"))
        log.record(
            by=by,
            verb="record entries",
            obj=(Entry._meta.label_lower, f"{organisation.code} {by.today.year}"),
            organisation=organisation,
            after={Entry._meta.label_lower: said(stored)},
        )
    return stored


def refuse_sent(token: str, by: By) -> None:
    """Raise SentAlready where the user's form with the token has been stored."""
    if token and Sending.objects.filter(user=by.user, token=token).exists():
        raise SentAlready


def _take(token: str, by: By) -> None:
    """Use up the token of a form in the transaction that stores it, and forget the user's old ones.

    Of two at the same moment the database lets the second wait for the first. Raises SentAlready.
    """
    mine = Sending.objects.filter(user=by.user)
    _sending, new = mine.get_or_create(user=by.user, token=token, defaults={"at": by.now})
    if not new:
        raise SentAlready
    mine.filter(at__lt=by.now - REMEMBERED).delete()
