"""Rows without a record number against the ledger: which are recorded already, and which are new."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any, NamedTuple


class Recorded(NamedTuple):
    """A ledger row that equals rows of the file in all cells but the note; a fixed one keeps its note."""

    key: int
    note: str
    fixed: bool


class Matched(NamedTuple):
    """What becomes of a row: it is `record`, with a new note if `rewrite`; without a record it is new."""

    row: Any
    record: Recorded | None
    rewrite: bool = False


def match(rows: Sequence[tuple[Any, str]], recorded: Sequence[Recorded]) -> list[Matched]:
    """Pair equal rows of the file, each with its note, with equal rows of the ledger, as often as they go.

    Equal notes find each other first. Then a row with another note takes a record, one without a note
    first, and its note is stored; a record that is fixed keeps its own. A row without a note takes any
    record that is left. What finds none is new. The result is in the order of the rows.
    """
    by_note: dict[str, deque[Recorded]] = defaultdict(deque)
    for record in recorded:
        by_note[record.note].append(record)
    paired: dict[int, Matched] = {}
    for place, (row, note) in enumerate(rows):
        if by_note.get(note):
            paired[place] = Matched(row, by_note[note].popleft())
    # Fixed records last, among the others those without a note first.
    rest = [record for equal in by_note.values() for record in equal]
    left = deque(sorted(rest, key=lambda record: (record.fixed, record.note != "", record.key)))
    for with_note in (True, False):
        for place, (row, note) in enumerate(rows):
            if place not in paired and bool(note) is with_note and left:
                record = left.popleft()
                paired[place] = Matched(row, record, rewrite=with_note and not record.fixed)
    return [paired.get(place) or Matched(row, None) for place, (row, _note) in enumerate(rows)]
