"""The sheet of bonus points 加分: awards by level, contributions by points 【四1】."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.resources import cells, columns, hints
from members.resources.base import Column, Preview, SheetRow, Values, Verb
from members.resources.branch import Branch
from members.resources.people import People, Person
from members.resources.stored import values_of
from members.resources.workbook import Raw
from members.scope import Scope
from members.services.by import By
from members.services.import_records import Rewrite
from scoring.enums import BonusKind
from scoring.models import AwardLevel, Bonus
from scoring.resources.numbered import RECORD, Numbered, Spans, note_closed, possibly_same, recorded
from scoring.resources.words import Levels
from scoring.rules.spans import contains
from scoring.services.checks import bonus_problems
from scoring.services.standards import StandardsBook

KINDS = {"得奖": BonusKind.AWARD, "突出贡献": BonusKind.CONTRIBUTION}
ALSO = {"个人得奖": BonusKind.AWARD}
Key = tuple[int, date, str, int | None, Decimal | None, str]
"""All cells of a bonus: member, date, kind, level, points, reason."""

SET = ("date", "kind", "level", "points", "reason")
# What a cell can hold; what a contribution may earn is the scheme's to say.
_points = cells.points(10, 99_990)


def points(raw: Raw) -> Decimal:
    """Return points with at most one decimal."""
    hundredths: int = _points(raw)
    return Decimal(hundredths) / 100


class BonusSheet(Numbered):
    """Awards and outstanding contributions."""

    code = "bonus"
    title = gettext_lazy("Bonus points")
    table = Bonus
    columns = (
        RECORD,
        columns.number(required=True),
        columns.NAME,
        Column("date", "日期", cells.day, required=True, holds=hints.DAY, example="2026-05-04"),
        Column(
            "kind",
            "类型",
            cells.choice({**KINDS, **ALSO, **{kind.value: kind for kind in BonusKind}}, shown=KINDS),
            required=True,
            show=lambda kind: str(BonusKind(kind).label),
            holds=hints.KIND_OF_BONUS,
            example="得奖",
            words=tuple(KINDS),
        ),
        Column("level", "级别", cells.text(120), holds=hints.LEVEL, example="区级"),
        Column("points", "分值", points, holds=hints.POINTS, counts=True),
        Column("reason", "事由", cells.text(200), required=True, example="优秀共产党员"),
    )

    def label(self, person: Person, row: SheetRow) -> str:
        return f"{super().label(person, row)} {row.values['reason']}"

    def offers(self, branch: Branch) -> dict[str, Sequence[str]]:
        levels = Levels()
        return {**super().offers(branch), "level": [levels.word(key) for key in levels.by_key]}

    def examine(self, rows: list[SheetRow], preview: Preview, by: By) -> None:
        _Examination(self, rows, preview, by).run()

    def stored_rows(self, chosen: QuerySet[Any], scope: Scope) -> Iterator[Sequence[Any]]:
        levels = Levels()
        words = {str(kind): word for word, kind in KINDS.items()}
        names = ("record_no", "pk", "member__number", "member__name", *SET)
        for record, key, number, name, day, kind, level, worth, reason in values_of(chosen, *names):
            level_word = levels.word(level) if level else None
            yield self.reference(record, key), number, name, day, words[kind], level_word, worth, reason


class _Examination:
    """One comparison of the rows of a file with what is recorded."""

    def __init__(self, kind: BonusSheet, rows: list[SheetRow], preview: Preview, by: By) -> None:
        self._kind = kind
        self._rows = rows
        self._preview = preview
        self._today = by.today
        self._people = People(rows, by)
        self._spans = Spans(self._people)
        self._levels = Levels()
        self._books: dict[int, StandardsBook] = {}
        self._known = kind.stored(rows, preview, by)
        self._members = self._people.also(bonus.member_id for bonus in self._known.values())
        self._new: list[Bonus] = []
        self._changed: list[Rewrite] = []

    def run(self) -> None:
        """Note what becomes of every row."""
        items = [
            (row, person, level)
            for row, level in self._leveled()
            if (person := self._people.find(row, self._preview)) is not None
        ]
        stock, events = self._stock({person.key for _row, person, _level in items})
        repeats = self._kind.repeats()
        for row, person, level in items:
            number = row.values["record"]
            if number is not None and repeats.check(number, row, self._preview, "record"):
                self._note(Verb.SAME, row, person)
            elif number is not None and number in self._known:
                self._rewrite(row, person, level, self._known[number])
            else:
                key = _key(row, person, level)
                if number is None and stock.get(key):
                    stock[key] -= 1
                    self._note(Verb.SAME, row, person)
                else:
                    self._add(row, person, level, possibly=key not in stock and key[:3] in events)
        self._preview.changes.sort(key=lambda change: change.row)
        self._preview.plan = self._new, self._changed

    def _leveled(self) -> list[tuple[SheetRow, AwardLevel | None]]:
        """Return the rows whose level is known or empty."""
        found = []
        for row in self._rows:
            word = row.values["level"]
            level = self._levels.find(word) if word is not None else None
            if word is not None and level is None:
                self._preview.problem(row.number, "level", _("there is no such level"))
            else:
                found.append((row, level))
        return found

    def _stock(self, members: set[int]) -> tuple[dict[Key, int], set[tuple[int, date, str]]]:
        """Return how often each bonus is recorded that no numbered row claims, and all events recorded."""
        claimed = {bonus.pk for bonus in self._known.values()}
        stock: dict[Key, int] = {}
        events = set()
        names = ("pk", "member", "date", "kind", "level", "points", "reason")
        days = {row.values["date"] for row in self._rows}
        for pk, member, day, kind, level, worth, reason in recorded(Bonus, members, days, names):
            events.add((member, day, kind))
            if pk not in claimed:
                key = member, day, kind, level, worth, reason
                stock[key] = stock.get(key, 0) + 1
        return stock, events

    def _add(self, row: SheetRow, person: Person, level: AwardLevel | None, *, possibly: bool) -> None:
        values = row.values
        bonus = Bonus(
            member_id=person.key,
            date=values["date"],
            kind=values["kind"],
            level=level,
            points=values["points"],
            reason=values["reason"],
            record_no=values["record"],
        )
        self._check(row, bonus, None)
        self._new.append(bonus)
        self._note(Verb.NEW, row, person)
        if possibly:
            self._preview.notice(row.number, possibly_same())

    def _rewrite(self, row: SheetRow, person: Person, level: AwardLevel | None, stored: Bonus) -> None:
        values = row.values
        intended = copy(stored)
        intended.member_id = person.key
        intended.date, intended.kind, intended.reason = values["date"], values["kind"], values["reason"]
        if intended.kind != stored.kind:
            # What the other kind is worth does not carry over.
            intended.level, intended.points = None, None
        if level is not None:
            intended.level = level
        if values["points"] is not None:
            intended.points = values["points"]
        rewrite = Rewrite(stored, intended)
        if not rewrite.differs():
            self._note(Verb.SAME, row, person)
            return
        self._check(row, intended, stored)
        self._changed.append(rewrite)
        before: Values = {
            **values,
            **{name: getattr(stored, name) for name in ("date", "kind", "points", "reason")},
        }
        if stored.member_id != person.key:
            before["number"] = self._members[stored.member_id].number
        if level is not None and stored.level_id != level.pk:
            before["level"] = self._levels.by_key[stored.level_id].name if stored.level_id else None
        self._note(Verb.CHANGED, row, person, before)

    def _note(self, verb: Verb, row: SheetRow, person: Person, before: Values | None = None) -> None:
        self._preview.change(self._kind.change(verb, row, person, before))

    def _check(self, row: SheetRow, bonus: Bonus, stored: Bonus | None) -> None:
        """Note what forbids the bonus as it would be stored."""
        for name, reason in bonus_problems(
            kind=bonus.kind,
            has_level=bonus.level_id is not None,
            points=bonus.points,
            limits=self._limits(bonus),
            day=bonus.date,
            postings=self._spans.of(bonus.member_id),
            today=self._today,
        ):
            self._preview.problem(row.number, name, reason)
        note_closed(row, bonus.touches(stored), self._people, self._preview)

    def _limits(self, bonus: Bonus) -> tuple[Decimal, Decimal] | None:
        """Return what a contribution may earn under the scheme that governs the member on the day."""
        year = bonus.date.year
        for posted in self._people.postings(bonus.member_id):
            if contains([(posted.start, posted.end)], bonus.date):
                book = self._books.get(year) or self._books.setdefault(year, StandardsBook.for_year(year))
                scheme = book.scheme(posted.path)
                return (scheme.contribution_min, scheme.contribution_max) if scheme else None
        return None


def _key(row: SheetRow, person: Person, level: AwardLevel | None) -> Key:
    values = row.values
    key = level.pk if level else None
    return person.key, values["date"], values["kind"], key, values["points"], values["reason"]
