"""Sheets whose rows are known by member and year, with or without a further word: one record each."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from copy import copy
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from members.models import ImportBatch, Recorded
from members.resources import cells, hints
from members.resources.base import Change, Column, Preview, SheetRow, Values, Verb
from members.resources.kind import Kind
from members.resources.people import People, Person, closed_year
from members.resources.repeats import Repeats
from members.services.by import By
from members.services.import_records import Rewrite, import_records
from members.services.importing import Source, portions

YEAR = Column("year", "年度", cells.year, required=True, holds=hints.YEAR, example="2026", counts=True)


class Yearly(Kind):
    """The base of these kinds.

    `sets` are the columns whose values a record holds under the same name, `key_columns` what tells a
    member's records of one year apart, `marks` what an import sets besides the cells. A kind says which
    rows it knows, and what forbids a record.
    """

    table: ClassVar[type[Recorded]]
    sets: ClassVar[tuple[str, ...]]
    key_columns: ClassVar[tuple[str, ...]] = ()
    marks: ClassVar[dict[str, Any]] = {}

    def examine(self, rows: list[SheetRow], preview: Preview, by: By) -> None:
        people = People(rows, by)
        found = [
            (row, person)
            for row in self.known(rows, preview, by)
            if (person := people.find(row, preview)) is not None
        ]
        stored = self._stored({person.key for _row, person in found})
        repeats = Repeats(self.sets)
        new: list[Recorded] = []
        changed: list[Rewrite] = []
        for row, person in found:
            place = {"member_id": person.key, "year": row.values["year"], **self.place(row)}
            key = tuple(place.values())
            if repeats.check(key, row, preview):
                preview.change(self._change(Verb.SAME, row, person))
                continue
            record = stored.get(key)
            if record is None:
                intended = self.table(**place)
                self._fill(intended, row.values)
                self._mark(intended)
                new.append(intended)
                verb, before = Verb.NEW, None
            else:
                intended = copy(record)
                self._fill(intended, row.values)
                rewrite = Rewrite(record, intended)
                verb, before = (
                    Verb.SAME,
                    {**row.values, **{name: getattr(record, name) for name in self.sets}},
                )
                if rewrite.differs():
                    self._mark(intended)
                    verb = Verb.CHANGED
                    changed.append(rewrite)
            preview.change(self._change(verb, row, person, before))
            if verb is not Verb.SAME:
                self.check(row, person, people, preview)
                if row.values["year"] > by.today.year:
                    preview.problem(row.number, "year", _("this year has not begun"))
                elif people.is_closed(person.key, row.values["year"], row.values["year"]):
                    preview.problem(row.number, "year", closed_year())
        preview.plan = new, changed

    def write(self, plan: Any, *, by: By, source: Source) -> ImportBatch:
        new, changed = plan
        return import_records(by=by, source=source, new=new, changed=changed)

    def known(self, rows: list[SheetRow], preview: Preview, by: By) -> Iterable[SheetRow]:
        """Return the rows whose words are known; note a problem for the others."""
        return rows

    def place(self, row: SheetRow) -> dict[str, Any]:
        """Return what tells a member's records of one year apart, by column of the table."""
        return {}

    def check(self, row: SheetRow, person: Person, people: People, preview: Preview) -> None:
        """Note what forbids a new or changed record."""

    def _fill(self, record: Recorded, values: Values) -> None:
        for name in self.sets:
            if values[name] is not None:
                setattr(record, name, values[name])

    def _mark(self, record: Recorded) -> None:
        for name, value in self.marks.items():
            setattr(record, name, value)

    def _stored(self, members: set[int]) -> dict[Hashable, Recorded]:
        found: dict[Hashable, Recorded] = {}
        names = ("member_id", "year", *self.key_columns)
        for keys in portions(members):
            for record in self.table._base_manager.filter(Q(("member__in", keys))):
                found[tuple(getattr(record, name) for name in names)] = record
        return found

    def _change(self, verb: Verb, row: SheetRow, person: Person, before: Values | None = None) -> Change:
        label = f"{person.number} {person.name} · {row.values['year']}"
        return Change(row.number, verb, label, row.values, before or {}, self.columns)
