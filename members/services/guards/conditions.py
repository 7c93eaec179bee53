"""What a trigger asks before it refuses, as SQL for either engine, made of how a table counts its years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from members.models import (
    Counting,
    Fixed,
    ListedYear,
    MemberYears,
    Organisation,
    PlaceYear,
    Posting,
    YearLock,
)


class Sqlite:
    """SQLite keeps days as text."""

    same, no, yes = "IS", "0", "1"

    def year(self, day: str) -> str:
        """The year of a day."""
        return f"CAST(substr({day}, 1, 4) AS INTEGER)"

    def year_after(self, day: str) -> str:
        """The year of the day after."""
        return self.year(f"date({day}, '+1 day')")


class Postgresql:
    """PostgreSQL has days of its own."""

    same, no, yes = "IS NOT DISTINCT FROM", "FALSE", "TRUE"

    def year(self, day: str) -> str:
        """The year of a day."""
        return f"EXTRACT(YEAR FROM {day})::int"

    def year_after(self, day: str) -> str:
        """The year of the day after."""
        return self.year(f"({day} + 1)")


Engine = Sqlite | Postgresql


@dataclass(frozen=True, slots=True)
class Guarded:
    """A table whose rows count in years, or are fixed, and the engine that is to guard it."""

    model: type[models.Model]
    counting: Counting | Fixed
    engine: Engine

    @property
    def table(self) -> str:
        """Its name."""
        return self.model._meta.db_table

    def inserted(self) -> str:
        """Whether NEW counts in a closed year; what is fixed is so only once it is stored."""
        if isinstance(self.counting, Fixed):
            return self.engine.no
        return self.closed("NEW")

    def deleted(self) -> str:
        """Whether OLD counts in a closed year."""
        return self.closed("OLD")

    def updated(self) -> str:
        """Whether what an update changes counts in a closed year."""
        if isinstance(self.counting, Fixed):
            return f"NOT ({self._same(list(self.counting.fields))})"
        either = f"({self.closed('OLD')} OR {self.closed('NEW')})"
        match self.counting:
            case MemberYears(last=last) if last:
                others = [name for name in self._names() if name not in {last, "version"}]
                # Where nothing but the end differs: the years between the two ends, and no others. The next
                # version is taken before the row is stored, and by itself changes nothing that counts.
                ended = f"{self._same(others)} AND NOT {self._same([last])}"
                taken = f"{self._same([*others, last])} AND NOT {self._same(['version'])}"
                return (
                    f"CASE WHEN {ended} THEN {self._between(last)}"
                    f" WHEN {taken} THEN {self.engine.no} ELSE {either} END"
                )
            case ListedYear(kept=kept):
                return f"NOT ({self._same(['id', *kept])}) AND {either}"
        return either

    def displaced(self) -> Iterator[str]:
        """For every key of the table, whether the row that has the one of NEW counts in a closed year."""
        for names in self._keys():
            keys = " AND ".join(f"{self._of('gone', name)} = {self._of('NEW', name)}" for name in names)
            yield exists(f'"{self.table}" AS gone', f"{keys} AND {self.closed('gone')}")

    def closed(self, row: str) -> str:
        """Whether the row under that alias counts in a closed year, or is fixed."""
        match self.counting:
            case Fixed():
                return self.engine.yes
            case MemberYears():
                return self._of_member(row, self.counting)
            case PlaceYear(organisation, year, via):
                place, held = (self._read(row, name, via) for name in (organisation, year))
                return self._posted(place, held)
            case ListedYear(day, listed):
                return self._listed(row, day, listed)

    def _of_member(self, row: str, counting: MemberYears) -> str:
        member = self._of(row, "member")
        first = self._read(row, counting.first, counting.via)
        if self._is_day(counting.first, counting.via):
            first = self.engine.year(first)
        if not counting.last:
            return _held(f"held.member_id = {member} AND held.year = {first}")
        last = self._of(row, counting.last)
        beyond = f"({last} IS NULL OR held.year <= {self.engine.year(last)})"
        if counting.lasting is not None:
            reference, name, value = counting.lasting
            beyond = f"(held.year = {first} OR {self._read(row, name, reference)} = '{value}' AND {beyond})"
        return _held(f"held.member_id = {member} AND held.year >= {first} AND {beyond}")

    def _between(self, last: str) -> str:
        """Whether a year from the day after the earlier of two ends to the later one is closed."""
        old, new = self._of("OLD", last), self._of("NEW", last)
        earlier = f"CASE WHEN {old} < {new} OR {new} IS NULL THEN {old} ELSE {new} END"
        later = f"CASE WHEN {old} < {new} THEN {new} ELSE {old} END"
        return _held(
            f"held.member_id = {self._of('NEW', 'member')} AND held.year >= {self.engine.year_after(earlier)}"
            f" AND ({old} IS NULL OR {new} IS NULL OR held.year <= {self.engine.year(later)})"
        )

    def _posted(self, organisation: str, year: str) -> str:
        """Whether the year is closed for anybody who was posted there or below in it."""
        post, tree = Posting._meta.db_table, Organisation._meta.db_table
        begun, ended = self.engine.year("post.start"), self.engine.year('post."end"')
        return _held(
            f'held.year = {year} AND {begun} <= held.year AND (post."end" IS NULL OR {ended} >= held.year)'
            " AND substr(below.path, 1, length(place.path)) = place.path",
            f'JOIN "{post}" AS post ON post.member_id = held.member_id'
            f' JOIN "{tree}" AS below ON below.id = post.organisation_id'
            f' JOIN "{tree}" AS place ON place.id = {organisation}',
        )

    def _listed(self, row: str, day: str, listed: str) -> str:
        """Whether the year of the day is closed for anybody on the list."""
        relation: Any = self.model._meta.get_field(listed)
        line = relation.related_model._meta
        return _held(
            f"line.{relation.field.column} = {row}.id AND held.year = {self.engine.year(self._of(row, day))}",
            f'JOIN "{line.db_table}" AS line ON line.member_id = held.member_id',
        )

    def _read(self, row: str, name: str, via: str) -> str:
        """The column of the row, or of the one that it refers to."""
        if not via:
            return self._of(row, name)
        to: Any = self.model._meta.get_field(via).related_model
        column = to._meta.get_field(name).column
        table, key = to._meta.db_table, self._of(row, via)
        return f'(SELECT whose.{column} FROM "{table}" AS whose WHERE whose.id = {key})'  # noqa: S608

    def _of(self, row: str, name: str) -> str:
        field: Any = self.model._meta.get_field(name)
        return f'{row}."{field.column}"'

    def _is_day(self, name: str, via: str) -> bool:
        model: Any = self.model._meta.get_field(via).related_model if via else self.model
        return isinstance(model._meta.get_field(name), models.DateField)

    def _same(self, names: list[str]) -> str:
        """Whether OLD and NEW agree in the columns."""
        pairs = ((self._of("OLD", name), self._of("NEW", name)) for name in names)
        return " AND ".join(f"{old} {self.engine.same} {new}" for old, new in pairs)

    def _names(self) -> list[str]:
        return [field.name for field in self.model._meta.concrete_fields]

    def _keys(self) -> list[tuple[str, ...]]:
        """The names under which there can be one row alone."""
        meta = self.model._meta
        single = [(field.name,) for field in meta.concrete_fields if field.unique]
        several = [
            tuple(one.fields)
            for one in meta.constraints
            if isinstance(one, models.UniqueConstraint) and one.condition is None
        ]
        return [*single, *several]


def exists(rows: str, condition: str) -> str:
    """Whether there is one of the rows that meets the condition."""
    return f"EXISTS (SELECT 1 FROM {rows} WHERE {condition})"  # noqa: S608


def _held(condition: str, joined: str = "") -> str:
    return exists(f'"{YearLock._meta.db_table}" AS held {joined}', condition)
