"""The sheet of the ledger 积分台账: what members did, and what they hold from a day on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.resources import cells, columns, hints
from members.resources.base import Column, Preview, SheetRow, Values, Verb
from members.resources.branch import Branch
from members.resources.limits import WorkbookRefused
from members.resources.people import People, Person
from members.resources.stored import Governing, chunks, values_of
from members.scope import Scope
from members.services.by import By
from members.services.import_records import Rewrite
from members.services.importing import portions
from members.text import fold
from scoring.models import Entry, Indicator
from scoring.resources.matching import Recorded, match
from scoring.resources.numbered import RECORD, Numbered, Spans, note_closed, possibly_same, recorded
from scoring.resources.words import Indicators, Told, name_of
from scoring.rules.terms import Kind
from scoring.services.checks import entry_problems

Event = tuple[int, int, date]
"""Member, indicator, date."""
Key = tuple[Event, date | None, int, str, bool]
"""All cells of an entry but the note: the event, until, quantity, title, on time."""

Ledger = dict[Event, list[tuple[Key, Recorded]]]

SET = ("date", "until", "quantity", "title", "on_time", "note")


class Entries(Numbered):
    """Entries of the ledger, of all kinds but judged standards."""

    code = "entries"
    title = gettext_lazy("Ledger entries")
    table = Entry
    columns = (
        RECORD,
        columns.number(required=False),
        columns.ORGANISATION,
        columns.NAME,
        Column(
            "indicator",
            "考核项目",
            cells.text(120),
            required=True,
            holds=hints.INDICATOR,
            example="参加党的组织生活",
        ),
        Column("date", "日期", cells.day, required=True, holds=hints.DAY, example="2026-03-05"),
        Column("until", "截止日期", cells.day, holds=hints.OF_STANDING),
        Column("quantity", "数量", cells.whole(1), holds=hints.QUANTITY, example="1", counts=True),
        Column("title", "活动名称", cells.text(120), holds=hints.TITLE, example="三月主题党日"),
        Column("on_time", "按时足额", cells.yes_no, holds=hints.ON_TIME, words=("是", "否")),
        Column("note", "备注", cells.text(200)),
    )

    def label(self, person: Person, row: SheetRow) -> str:
        member, indicator = super().label(person, row), row.values["indicator"]
        return Told(f"{member} {indicator}", f"{member} {indicator!r}")

    def placed(self, header: tuple[str, ...]) -> dict[int, Column]:
        placed = super().placed(header)
        keys = {column.key for column in placed.values()}
        if not (keys & {"record", "number"} or keys >= {"organisation", "name"}):
            raise WorkbookRefused(
                _(
                    "The sheet does not say whom a row is about: it needs the column 记录号, or 党员编号, "
                    "or 组织编码 and 姓名."
                )
            )
        return placed

    def offers(self, branch: Branch) -> dict[str, Sequence[str]]:
        return {**super().offers(branch), "indicator": Indicators().words(set(Kind) - {Kind.JUDGED})}

    def examine(self, rows: list[SheetRow], preview: Preview, by: By) -> None:
        _Examination(self, rows, preview, by).run()

    def stored_rows(self, chosen: QuerySet[Any], scope: Scope) -> Iterator[Sequence[Any]]:
        governing, indicators = Governing(scope), Indicators()
        names = ("record_no", "pk", "member", "member__number", "member__name", "indicator", *SET)
        for rows in chunks(values_of(chosen, *names)):
            codes = governing.codes(row[2] for row in rows)
            for record, pk, member, number, name, indicator, *rest in rows:
                day, until, quantity, title, on_time, note = rest
                word = indicators.word(indicator)
                dues = indicators.by_key[indicator].kind == Kind.MONTHLY
                paid = ("是" if on_time else "否") if dues else None
                reference = self.reference(record, pk)
                facts = day, until, quantity, title or None, paid, note or None
                yield reference, number, codes[member], name, word, *facts


class Item(NamedTuple):
    """A row whose member and indicator are known; the key is that of an equal ledger row."""

    row: SheetRow
    person: Person
    indicator: Indicator
    key: Key


class _Examination:
    """One comparison of the rows of a file with the ledger."""

    def __init__(self, kind: Entries, rows: list[SheetRow], preview: Preview, by: By) -> None:
        self._kind = kind
        self._rows = rows
        self._preview = preview
        self._people = People(rows, by)
        self._spans = Spans(self._people)
        self._indicators = Indicators()
        self._now = by.now
        self._today = by.today
        self._known = kind.stored(rows, preview, by)
        self._members = self._people.also(entry.member_id for entry in self._known.values())
        self._new: list[Entry] = []
        self._changed: list[Rewrite] = []

    def run(self) -> None:
        """Note what becomes of every row."""
        items = list(self._items())
        ledger = self._ledger(items)
        self._examine_numbered([item for item in items if item.row.values["record"] is not None], ledger)
        self._examine_plain([item for item in items if item.row.values["record"] is None], ledger)
        self._preview.changes.sort(key=lambda change: change.row)
        self._preview.plan = self._new, self._changed

    def _items(self) -> Iterator[Item]:
        """Yield the rows whose member and indicator are known."""
        found: dict[str, tuple[Indicator | None, str]] = {}
        for row in self._rows:
            values = row.values
            word = values["indicator"]
            if word not in found:
                found[word] = self._indicators.find(word)
            indicator, reason = found[word]
            person = self._person(row)
            if indicator is None:
                self._preview.problem(row.number, "indicator", reason)
            elif person is not None:
                values["indicator"] = name_of(indicator)  # it may have been called by its code
                # An empty cell stands for what is usual: once, on time, without a title.
                on_time = values["on_time"] is not False
                rest = values["until"], values["quantity"] or 1, values["title"] or "", on_time
                yield Item(row, person, indicator, ((person.key, indicator.pk, values["date"]), *rest))

    def _person(self, row: SheetRow) -> Person | None:
        """Return the member of a row; of a known record the one it has, where the row names nobody."""
        values = row.values
        if values["number"] is None and values["name"] is None and values["record"] in self._known:
            return self._members[self._known[values["record"]].member_id]
        return self._people.find(row, self._preview)

    def _ledger(self, items: list[Item]) -> Ledger:
        """Return what is recorded for the events of the file."""
        events = {item.key[0] for item in items}
        found: Ledger = {}
        names = (
            "member",
            "indicator",
            "date",
            "until",
            "quantity",
            "title",
            "on_time",
            "pk",
            "note",
            "activity",
        )
        rows = recorded(Entry, {event[0] for event in events}, {event[2] for event in events}, names)
        for member, indicator, day, until, quantity, title, on_time, pk, note, activity in rows:
            event = (member, indicator, day)
            if event in events:
                record = Recorded(pk, note, fixed=activity is not None)
                found.setdefault(event, []).append(((event, until, quantity, title, on_time), record))
        return found

    def _examine_numbered(self, items: list[Item], ledger: Ledger) -> None:
        """Rows with a record number: each is that record, or a new one that carries the number."""
        repeats = self._kind.repeats()
        for item in items:
            number = item.row.values["record"]
            if repeats.check(number, item.row, self._preview, "record"):
                self._note(Verb.SAME, item)
            elif number in self._known:
                self._rewrite(item, self._known[number])
            else:
                near = ledger.get(item.key[0], ())
                self._add(item, possibly=bool(near) and all(key != item.key for key, _record in near))

    def _examine_plain(self, items: list[Item], ledger: Ledger) -> None:
        """Rows without a number: as often as one stands in the file, so often it shall be recorded."""
        claimed = {entry.pk for entry in self._known.values()}
        groups: dict[Key, list[Item]] = {}
        for item in items:
            groups.setdefault(item.key, []).append(item)
        rewritten: dict[int, Item] = {}
        for key, group in groups.items():
            near = ledger.get(key[0])
            if near is None:
                for item in group:
                    self._add(item, possibly=False)
                continue
            equal = [record for other, record in near if other == key and record.key not in claimed]
            rows = [(item, item.row.values["note"] or "") for item in group]
            for item, record, rewrite in match(rows, equal):
                if record is None:
                    self._add(item, possibly=not equal)
                elif rewrite:
                    rewritten[record.key] = item
                else:
                    self._note(Verb.SAME, item)
        for portion in portions(rewritten):
            for entry in Entry.objects.filter(pk__in=portion):
                self._rewrite(rewritten[entry.pk], entry)

    def _add(self, item: Item, *, possibly: bool) -> None:
        row, values = item.row, item.row.values
        _event, until, quantity, title, on_time = item.key
        # Every column is given: a default is looked up more slowly than fifty thousand rows allow.
        entry = Entry(
            version=1,
            member_id=item.person.key,
            record_no=values["record"],
            date=values["date"],
            batch_id=None,
            recorded_at=self._now,
            indicator=item.indicator,
            until=until,
            quantity=quantity,
            title=title,
            title_key=fold(title),
            on_time=on_time,
            note=values["note"] or "",
            activity_id=None,
        )
        self._check(row, entry, None)
        self._new.append(entry)
        self._note(Verb.NEW, item)
        if possibly:
            self._preview.notice(row.number, possibly_same())

    def _rewrite(self, item: Item, stored: Entry) -> None:
        row, values = item.row, item.row.values
        stored.indicator = self._indicators.by_key[stored.indicator_id]
        intended = copy(stored)
        intended.member_id, intended.indicator = item.person.key, item.indicator
        for name in SET:
            if values[name] is not None:
                setattr(intended, name, values[name])
        intended.refresh_keys()
        rewrite = Rewrite(stored, intended)
        if not rewrite.differs():
            self._note(Verb.SAME, item)
            return
        if stored.activity_id is not None:
            self._preview.problem(row.number, "record", _("comes from an activity's list; correct it there"))
        self._check(row, intended, stored)
        self._changed.append(rewrite)
        before: Values = {**values, **{name: getattr(stored, name) for name in SET}}
        if stored.member_id != item.person.key:
            before["number"] = self._members[stored.member_id].number
        if stored.indicator_id != item.indicator.pk:
            before["indicator"] = name_of(stored.indicator)
        self._note(Verb.CHANGED, item, before)

    def _note(self, verb: Verb, item: Item, before: Values | None = None) -> None:
        self._preview.change(self._kind.change(verb, item.row, item.person, before))

    def _check(self, row: SheetRow, entry: Entry, stored: Entry | None) -> None:
        """Note what forbids the entry as it would be stored."""
        for name, reason in entry_problems(
            kind=entry.indicator.kind,
            day=entry.date,
            until=entry.until,
            quantity=entry.quantity,
            on_time=entry.on_time,
            postings=self._spans.of(entry.member_id),
            today=self._today,
        ):
            self._preview.problem(row.number, name, reason)
        note_closed(row, entry.touches(stored), self._people, self._preview)
