"""What entries and bonus points have in common: record numbers, and rows that are equal to stored ones."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from members.models import ImportBatch, Member
from members.resources import cells, hints
from members.resources.base import Change, Column, Preview, SheetRow, Values, Verb
from members.resources.kind import Kind
from members.resources.people import People, Person, closed_year
from members.resources.repeats import Repeats
from members.services.by import By
from members.services.import_records import import_records
from members.services.importing import Source, portions
from scoring.models import Bonus, Entry
from scoring.rules.spans import Span

RECORD = Column(
    "record", "记录号", cells.identifier(40), holds=hints.RECORD, example="DT-2026-017", spared=True
)


class Numbered(Kind):
    """The base of the two dated ledgers: a row with a record number is that record."""

    table: ClassVar[type[Entry] | type[Bonus]]

    def label(self, person: Person, row: SheetRow) -> str:
        """Return how a preview names a row."""
        return f"{person.number} {person.name} · {row.values['date']}"

    def change(self, verb: Verb, row: SheetRow, person: Person, before: Values | None = None) -> Change:
        """Return what the import does with a row."""
        return Change(row.number, verb, self.label(person, row), row.values, before or {}, self.columns)

    def reference(self, record_no: str | None, key: int) -> str:
        """Return the record number, given or made."""
        return self.table(pk=key, record_no=record_no).reference

    def repeats(self) -> Repeats:
        """Return the guard against one record number on two different rows."""
        return Repeats(tuple(column.key for column in self.columns if column.key != "record"))

    def write(self, plan: Any, *, by: By, source: Source) -> ImportBatch:
        new, changed = plan
        return import_records(by=by, source=source, new=new, changed=changed)

    def stored(self, rows: Iterable[SheetRow], preview: Preview, by: By) -> dict[str, Any]:
        """Return the stored records that the rows name, by the number written.

        A record is known by the number it was given, or else by the one made of its key. Records of
        members whom the user does not write are problems of their rows and not returned: of a given number
        that it is taken, of a made one no more than of a record that does not exist.
        """
        wanted: dict[str, list[int]] = {}
        for row in rows:
            if row.values["record"] is not None:
                wanted.setdefault(row.values["record"], []).append(row.number)
        found: dict[str, Any] = {}
        made = re.compile(rf"{self.table.PREFIX}([1-9][0-9]{{0,17}})")
        for numbers in portions(wanted):
            keys = [int(match[1]) for number in numbers if (match := made.fullmatch(number))]
            named = Q(record_no__in=numbers) | Q(record_no__isnull=True, pk__in=keys)
            found.update({record.reference: record for record in self.table.objects.filter(named)})
        if not by.scope.everything:
            members = {record.member_id for record in found.values()}
            own = set(
                Member.objects.writable_by(by.scope).filter(pk__in=members).values_list("pk", flat=True)
            )
            foreign = [number for number, record in found.items() if record.member_id not in own]
            for number in foreign:
                if found.pop(number).record_no is not None:
                    for place in wanted[number]:
                        preview.problem(place, "record", _("this number is taken"))
        for number, places in wanted.items():
            if number not in found and number.startswith(self.table.PREFIX):
                for place in places:
                    preview.problem(place, "record", _("there is no such record"))
        return found


class Spans:
    """The stretches in which members hold a posting, as the rules take them."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._known: dict[int, list[Span]] = {}

    def of(self, member: int) -> list[Span]:
        """Return all stretches of one member."""
        spans = self._known.get(member)
        if spans is None:
            spans = [Span(posted.start, posted.end) for posted in self._people.postings(member)]
            self._known[member] = spans
        return spans


def recorded(
    table: type[Entry] | type[Bonus],
    members: Collection[int],
    days: Collection[date],
    columns: tuple[str, ...],
) -> Iterator[tuple[Any, ...]]:
    """Yield columns of what is recorded for members between the first and the last of the days."""
    if days:
        first, last = min(days), max(days)
        for portion in portions(members):
            rows = table.objects.filter(member__in=portion, date__gte=first, date__lte=last).order_by("pk")
            yield from rows.values_list(*columns).iterator(chunk_size=5_000)


def note_closed(
    row: SheetRow, touched: Iterable[tuple[int, int, int | None]], people: People, preview: Preview
) -> None:
    """Note a problem when one of the years that the record touches, each with its member, is closed."""
    if people.closed and any(people.is_closed(*years) for years in touched):
        preview.problem(row.number, "date", closed_year())


def possibly_same() -> str:
    """Return the remark on a new row that shares member, matter and date with a recorded one."""
    return _("possibly the same as what is recorded for that day already; it will be added")
