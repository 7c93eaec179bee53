"""The sheet of leaves 离岗: known by member and 起始日期."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import ImportBatch, Leave
from members.resources import cells, columns, hints
from members.resources.base import Change, Column, Preview, SheetRow, Values, Verb
from members.resources.kind import Kind
from members.resources.people import People, Person, closed_year
from members.resources.repeats import Repeats
from members.resources.stored import values_of
from members.scope import Scope
from members.services.by import By
from members.services.import_records import Rewrite, import_records
from members.services.importing import Source, portions


class Leaves(Kind):
    """Stretches in which a member's months do not count."""

    code = "leaves"
    title = gettext_lazy("Leaves")
    columns = (
        columns.number(required=True),
        columns.NAME,
        Column("start", "起始日期", cells.day, required=True, holds=hints.DAY, example="2026-03-01"),
        Column("end", "截止日期", cells.day, holds=hints.LAST_DAY, example="2026-03-31"),
        Column("reason", "事由", cells.text(200), required=True, example="外出就医"),
    )

    def examine(self, rows: list[SheetRow], preview: Preview, by: By) -> None:
        people = People(rows, by)
        found = [(row, person) for row in rows if (person := people.find(row, preview)) is not None]
        stored = _stored({person.key for _row, person in found})
        repeats = Repeats(("end", "reason"))
        new: list[Leave] = []
        changed: list[Rewrite] = []
        for row, person in found:
            start, end, reason = (row.values[name] for name in ("start", "end", "reason"))
            key = person.key, start
            if repeats.check(key, row, preview):
                preview.change(self._change(row, person, Verb.SAME))
                continue
            leave = stored.get(key)
            if leave is None:
                new.append(Leave(member_id=person.key, start=start, end=end, reason=reason))
                self._check(row, new[-1], None, people, preview)
                preview.change(self._change(row, person, Verb.NEW))
                continue
            intended = copy(leave)
            intended.end, intended.reason = end or leave.end, reason
            rewrite = Rewrite(leave, intended)
            verb = Verb.CHANGED if rewrite.differs() else Verb.SAME
            if verb is Verb.CHANGED:
                changed.append(rewrite)
                self._check(row, intended, leave, people, preview)
            before = {"start": start, "end": leave.end, "reason": leave.reason}
            preview.change(self._change(row, person, verb, before))
        preview.plan = new, changed

    def write(self, plan: Any, *, by: By, source: Source) -> ImportBatch:
        new, changed = plan
        return import_records(by=by, source=source, new=new, changed=changed)

    def stored_rows(self, chosen: QuerySet[Any], scope: Scope) -> Iterator[Sequence[Any]]:
        return values_of(chosen, "member__number", "member__name", "start", "end", "reason")

    def _check(
        self, row: SheetRow, leave: Leave, stored: Leave | None, people: People, preview: Preview
    ) -> None:
        """Note what forbids the leave as it would be stored."""
        if leave.end is not None and leave.end < leave.start:
            preview.problem(row.number, "end", _("is before the start"))
        elif any(people.is_closed(*years) for years in leave.touches(stored)):
            preview.problem(row.number, "start", closed_year())

    def _change(self, row: SheetRow, person: Person, verb: Verb, before: Values | None = None) -> Change:
        label = f"{person.number} {person.name} · {row.values['start']}"
        shown = tuple(column for column in self.columns if column.key in {"start", "end", "reason"})
        return Change(row.number, verb, label, row.values, before or {}, shown)


def _stored(members: set[int]) -> dict[tuple[int, date], Leave]:
    found: dict[tuple[int, date], Leave] = {}
    for keys in portions(members):
        found |= {(leave.member_id, leave.start): leave for leave in Leave.objects.filter(member__in=keys)}
    return found
