"""The sheet of tallies 民主测评: the votes on each member in a year 【三(二)】."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from appraisal.enums import TallySource
from appraisal.models import Tally
from appraisal.services.held_back import keys_held_back
from appraisal.services.tallies import confirmed
from members.models import Recorded
from members.resources import cells, columns, hints
from members.resources.base import Change, Column, Preview, SheetRow, Values, Verb
from members.resources.people import People, Person
from members.resources.stored import AT_ONCE, values_of
from members.resources.yearly import YEAR, Yearly
from members.scope import Scope
from members.services.by import By

votes = cells.whole(0)


class Tallies(Yearly):
    """Tallies by member and year; a column headed 一般 is 合格 (I3)."""

    code = "tallies"
    title = gettext_lazy("Democratic appraisal")
    table = Tally
    each_member = True
    sets = ("excellent", "good", "passed", "poor", "blank", "invalid")
    marks = {"source": TallySource.IMPORTED}
    _fixed: frozenset[Hashable] = frozenset()
    _untold: frozenset[Hashable] = frozenset()
    _scope: Scope | None = None
    columns = (
        YEAR,
        columns.number(required=True),
        columns.NAME,
        Column("excellent", "优秀", votes, required=True, holds=hints.VOTES, example="12", counts=True),
        Column("good", "良好", votes, required=True, holds=hints.VOTES, example="3", counts=True),
        Column(
            "passed",
            "合格",
            votes,
            required=True,
            also=("一般",),
            holds=hints.VOTES,
            example="1",
            counts=True,
        ),
        Column("poor", "差", votes, required=True, holds=hints.VOTES, example="0", counts=True),
        Column("blank", "空白", votes, holds=hints.VOTES, example="0", counts=True),
        Column("invalid", "无效", votes, holds=hints.VOTES, example="0", counts=True),
    )

    def check(self, row: SheetRow, person: Person, people: People, preview: Preview) -> None:
        """What a confirmed count gave is corrected there and nowhere else."""
        if (person.key, row.values["year"]) in self._fixed:
            preview.problem(row.number, "excellent", confirmed())

    def _stored(self, members: set[int]) -> dict[Hashable, Recorded]:
        found = super()._stored(members)
        self._fixed = frozenset(
            key for key, row in found.items() if getattr(row, "source", "") == TallySource.CONFIRMED
        )
        hidden = keys_held_back(cast(Iterable[Tally], found.values()), self._scope) if self._scope else set()
        self._untold = frozenset(key for key, row in found.items() if row.pk in hidden)
        return found

    def examine(self, rows: list[SheetRow], preview: Preview, by: By) -> None:
        self._scope = by.scope
        super().examine(rows, preview, by)

    def _change(self, verb: Verb, row: SheetRow, person: Person, before: Values | None = None) -> Change:
        """A change; the stored votes are not told where how they were spread is held back."""
        if (person.key, row.values["year"]) in self._untold:
            before = row.values if verb is Verb.SAME else {}
        return super()._change(verb, row, person, before)

    def stored_rows(self, chosen: QuerySet[Any], scope: Scope) -> Iterator[Sequence[Any]]:
        """The tallies that are chosen, but those of which the scope may not see how the votes were spread."""
        hidden = keys_held_back(chosen.iterator(chunk_size=AT_ONCE), scope)
        for key, *row in values_of(chosen, "pk", "year", "member__number", "member__name", *self.sets):
            if key not in hidden:
                yield row
