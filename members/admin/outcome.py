"""What the page of a preview shows: counts, and of each part as many rows as a page can carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from members.resources.base import Change, Column, Preview, Verb

PROBLEMS = 200
ROWS = 100


@dataclass(frozen=True, slots=True)
class Section:
    """The first rows of one part of a preview, and how many there are in all."""

    rows: Sequence[Any]
    total: int

    @property
    def cut(self) -> bool:
        """Whether there are more than are shown."""
        return len(self.rows) < self.total


class RefusedCell(NamedTuple):
    """Why a row is refused: its number in the sheet, the column, what stands there, the reason."""

    row: int
    column: str
    said: str
    reason: str


def sections(preview: Preview) -> dict[str, Any]:
    """The parts of a preview by the names that the template has for them."""
    by_verb: dict[Verb, list[Change]] = {verb: [] for verb in Verb}
    for change in preview.accepted:
        by_verb[change.verb].append(change)
    new = by_verb[Verb.NEW]
    columns = _filled(new[:ROWS])
    remarks = [notice for notice in preview.notices if not notice.row]
    of_rows = [notice for notice in preview.notices if notice.row]
    return {
        "counts": {str(verb): len(changes) for verb, changes in by_verb.items()},
        "refused": len({problem.row for problem in preview.problems}),
        "problems": Section(
            [
                RefusedCell(row, column, preview.said(row, column), reason)
                for row, column, reason in preview.problems[:PROBLEMS]
            ],
            len(preview.problems),
        ),
        "remarks": remarks,
        "notices": Section(of_rows[:ROWS], len(of_rows)),
        "changed": Section(by_verb[Verb.CHANGED][:ROWS], len(by_verb[Verb.CHANGED])),
        "new": Section([_new_row(change, columns) for change in new[:ROWS]], len(new)),
        "headers": [column.header for column in columns],
        "closing": any(change.also for change in new[:ROWS]),
        "same": Section(by_verb[Verb.SAME][:ROWS], len(by_verb[Verb.SAME])),
    }


def _filled(changes: Sequence[Change]) -> list[Column]:
    """The columns that any of the rows fills, in the order of the kind."""
    filled = {key for change in changes for key, value in change.after.items() if value is not None}
    return [column for column in (changes[0].columns if changes else ()) if column.key in filled]


def _new_row(change: Change, columns: Sequence[Column]) -> dict[str, Any]:
    values = [(column, change.after.get(column.key)) for column in columns]
    cells = ["" if value is None else column.show(value) for column, value in values]
    return {"row": change.row, "cells": cells, "also": change.also}
