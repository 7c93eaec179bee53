"""The base of every kind of sheet: its columns, the reading of rows, the preview of an import."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.enums import Phase
from members.resources import hints
from members.resources.cells import CellError, Parser
from members.resources.limits import WorkbookRefused
from members.resources.workbook import Workbook
from members.services import underway
from members.text import fold, listed, strung

GUIDE, LISTS = "填写说明", "模板选项"
"""The sheets of a template besides the one to fill in: what may stand where, and what can be chosen."""
NOTES = "退回原因"
"""The column that a marked copy of a refused file has more; it is not read."""
ABOUT = frozenset({"number", "year"})
"""The keys of the columns that a template fills in: whom and which year a row is about."""

Values = dict[str, Any]
"""The parsed cells of a row by column key; an empty cell and a column that is not there are None."""


class Verb(StrEnum):
    """What an import does with a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


class Problem(NamedTuple):
    """Why a row is refused: its number in the sheet, the header of the column, the reason."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        return _("Row %(row)s, %(column)s: %(reason)s") % self._asdict()


class Notice(NamedTuple):
    """Something to point out that does not stop the import; `row` is 0 when it is about the whole sheet."""

    row: int
    text: str

    def __str__(self) -> str:
        return _("Row %(row)s: %(text)s") % self._asdict() if self.row else self.text


class FieldChange(NamedTuple):
    """One cell of a change as it is shown: the column, the stored value and the new one."""

    label: str
    old: str
    new: str


def shown(value: Any) -> str:
    """Return a value as a preview shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a kind: the key of its value, its header, the parser of its cells.

    `also` are further headers that mean it. `show` turns a value into the text of a preview. `holds` and
    `example` tell people what may stand in it; `words`, where it holds one of a few, are these. `counts`
    says that it holds a number, `spared` that people who fill in a template need not see it.
    """

    key: str
    header: str
    parse: Parser
    required: bool = False
    also: tuple[str, ...] = ()
    show: Callable[[Any], str] = shown
    holds: str | Promise = hints.TEXT
    example: str = ""
    words: tuple[str, ...] = ()
    counts: bool = False
    spared: bool = False


class SheetRow(NamedTuple):
    """One row whose cells could all be read: its number in the sheet, and its values."""

    number: int
    values: Values


@dataclass(slots=True)
class Change:
    """What the import does with one row.

    `after` holds the values the row sets, by column key, `before` the stored ones of an update, `also` what
    changes elsewhere through it. The fields are worked out when somebody looks: a file may have fifty
    thousand rows, and a page shows fifty.
    """

    row: int
    verb: Verb
    label: str
    after: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()

    also: tuple[FieldChange, ...] = ()

    @property
    def fields(self) -> list[FieldChange]:
        """The cells that are set, of an update those that differ; then what else changes with the row."""
        found = []
        for column in self.columns:
            new = self.after.get(column.key)
            old = self.before.get(column.key)
            if new is not None and new != old:
                was = "" if old is None else column.show(old)
                found.append(FieldChange(column.header, was, column.show(new)))
        return [*found, *self.also]


@dataclass(slots=True)
class Preview:
    """What an import would do, or why it is refused; nothing has been written yet.

    `digest` is that of the file, `head` the log's when the data was read, `headers` the headers by column
    key as the file writes them, `said` what stands in a cell, by row and header. `plan` is what the kind
    hands to its service; with a problem anywhere nothing may be written.
    """

    kind: str
    digest: str
    rows_read: int
    said: Callable[[int, str], str]
    head: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    plan: Any = None

    def problem(self, row: int, key: str, reason: str) -> None:
        """Note why a row is refused, by the key of the column."""
        self.problems.append(Problem(row, self.headers.get(key, key), reason))
        self._told()

    def change(self, change: Change) -> None:
        """Note what is done with a row."""
        self.changes.append(change)
        self._told()

    def notice(self, row: int, text: str) -> None:
        """Note something to point out about a row."""
        self.notices.append(Notice(row, text))

    def _told(self) -> None:
        """Tell whoever watches how many rows have been checked; one may be refused for several reasons."""
        underway.step(Phase.CHECK, len(self.changes) + len(self.problems), self.rows_read)

    @property
    def ok(self) -> bool:
        """Whether the import may be confirmed."""
        return not self.problems

    @property
    def accepted(self) -> list[Change]:
        """What would be done with the rows that are not refused."""
        if self.ok:
            return self.changes
        refused = {problem.row for problem in self.problems}
        return [change for change in self.changes if change.row not in refused]

    @property
    def counts(self) -> dict[Verb, int]:
        """The number of rows by what is done with them; refused ones are not among them."""
        found = dict.fromkeys(Verb, 0)
        for change in self.accepted:
            found[change.verb] += 1
        return found

    @property
    def changes_nothing(self) -> bool:
        """Whether every row is stored already as it stands."""
        return self.ok and all(change.verb is Verb.SAME for change in self.changes)

    @property
    def outcome(self) -> str:
        """SHA-256 over what the import would do and where it is refused, in whatever language it is told."""
        said = hashlib.sha256()
        for change in self.changes:
            also = [(cell.old, cell.new) for cell in change.also]
            before, after = sorted(change.before.items()), sorted(change.after.items())
            said.update(repr((change.row, str(change.verb), change.label, before, after, also)).encode())
        for place in ([problem[:2] for problem in self.problems], [notice.row for notice in self.notices]):
            said.update(repr(place).encode())
        return said.hexdigest()

    def refusals(self) -> list[str]:
        """Return one line for each refused row, in the order of the sheet."""
        by_row: dict[int, dict[str, None]] = {}
        for problem in self.problems:
            said = _("%(column)s: %(reason)s") % problem._asdict()
            by_row.setdefault(problem.row, {})[said] = None
        return [
            _("Row %(row)s, %(reasons)s") % {"row": row, "reasons": strung(by_row[row])}
            for row in sorted(by_row)
        ]


class Sheet:
    """The columns of a kind, and the reading of a workbook by them.

    Headers may stand in any order, in Traditional or Simplified script; columns nobody asked for are
    reported. A column that is needed and missing refuses the file; a cell that is needed and empty is a
    problem of its row; an empty row is passed over, and in a template one that was not filled in.
    """

    code: ClassVar[str]
    title: ClassVar[str | Promise]
    columns: ClassVar[tuple[Column, ...]]
    each_member: ClassVar[bool] = False
    """Whether a branch writes a row for each of its members, as its template then does."""

    def read(self, workbook: Workbook) -> tuple[list[SheetRow], Preview]:
        """Return the rows that could be read, and a preview with the problems of the others.

        Raises WorkbookRefused when columns are missing or stand twice.
        """
        placed = self.placed(workbook.header)
        preview = Preview(
            self.code,
            workbook.digest,
            len(workbook.rows),
            workbook.said,
            notices=self._remarks(workbook, placed),
        )
        preview.headers = {column.key: column.header for column in self.columns}
        preview.headers |= {column.key: workbook.header[place] for place, column in placed.items()}
        keys = dict.fromkeys(column.key for column in self.columns)
        readers = [
            (place, column.key, _remembering(column.parse), column.required)
            for place, column in placed.items()
        ]
        rows: list[SheetRow] = []
        template = self.each_member and LISTS in workbook.others
        passes_over = template or any(_is_notes(word) for word in workbook.header)
        said = [place for place, column in placed.items() if not (template and column.key in ABOUT)]
        passed_over = 0
        for number, cells in workbook.rows:
            if passes_over and all(_blank(cells[place]) for place in said):
                passed_over += template
                continue
            values: Values = keys.copy()
            sound = True
            for place, key, parse, required in readers:
                raw = cells[place]
                if _blank(raw):
                    if required:
                        sound = False
                        preview.problem(number, key, _("is empty"))
                    continue
                try:
                    values[key] = parse(raw)
                except CellError as error:
                    sound = False
                    preview.problem(number, key, str(error))
            if sound:
                rows.append(SheetRow(number, values))
        if passed_over:
            preview.notice(0, _not_filled_in(passed_over))
        return rows, preview

    def placed(self, header: tuple[str, ...]) -> dict[int, Column]:
        """Return the columns found, by their place in the sheet; WorkbookRefused when they do not do."""
        meant = {fold(word): column for column in self.columns for word in (column.header, *column.also)}
        placed: dict[int, Column] = {}
        for place, word in enumerate(header):
            column = meant.get(fold(word))
            if column is None:
                continue
            twin = next((header[other] for other, known in placed.items() if known is column), None)
            if twin is not None:
                raise WorkbookRefused(
                    _("The columns “%(first)s” and “%(second)s” mean the same: leave one of them.")
                    % {"first": twin, "second": word}
                )
            placed[place] = column
        found = set(map(id, placed.values()))
        missing = [column.header for column in self.columns if column.required and id(column) not in found]
        if missing:
            raise WorkbookRefused(
                ngettext(
                    "The column %(names)s is missing: the first row of the sheet must name it.",
                    "The columns %(names)s are missing: the first row of the sheet must name them.",
                    len(missing),
                )
                % {"names": listed(missing)}
            )
        return placed

    def _remarks(self, workbook: Workbook, placed: Mapping[int, Column]) -> list[Notice]:
        """Return what is to be said about the sheet as a whole."""
        remarks = []
        unknown = [
            word
            for place, word in enumerate(workbook.header)
            if word and place not in placed and not _is_notes(word)
        ]
        if unknown:
            remarks.append(
                _("Columns that are not known and not read: %(names)s.") % {"names": listed(unknown)}
            )
        others = [name for name in workbook.others if name not in (GUIDE, LISTS)]
        if others:
            remarks.append(
                _("Only the sheet “%(sheet)s” is read; not read: %(others)s.")
                % {"sheet": workbook.sheet, "others": listed(others)}
            )
        if workbook.merges:
            remarks.append(
                _("Of merged cells only the first holds the value: %(cells)s.")
                % {"cells": listed(workbook.merges[:10])}
            )
        return [Notice(0, remark) for remark in remarks]


def _blank(raw: Any) -> bool:
    return raw == "" or (type(raw) is str and raw.isspace())


def _is_notes(word: str) -> bool:
    return fold(word) == fold(NOTES)


def _not_filled_in(rows: int) -> str:
    return ngettext(
        "%(rows)s row of the template says nothing but whom it is about, and was passed over.",
        "%(rows)s rows of the template say nothing but whom they are about, and were passed over.",
        rows,
    ) % {"rows": rows}


def _remembering(parse: Parser) -> Parser:
    """Return the parser with a memory: a column says the same few things again and again."""
    memories: dict[type, dict[Any, Any]] = {}

    def remembering(raw: Any) -> Any:
        # By type, because True, 1 and 1.0 are one key and not one cell.
        memory = memories.setdefault(type(raw), {})
        try:
            return memory[raw]
        except KeyError:
            value = memory[raw] = parse(raw)
            return value

    return remembering
