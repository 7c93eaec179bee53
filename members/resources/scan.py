"""One walk over the XML of a sheet before its values are read: its extent, and what may not be trusted."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext as _

from members.resources.limits import Limits, WorkbookRefused
from members.resources.markup import parse
from members.resources.package import damaged

_DIGITS = "0123456789"


class SheetScan:
    """What a sheet holds besides its values; positions are 1-based.

    `header` is the first row with a value (0: there is none), `rows` the number of rows with one.
    `percents` packs `row << 16 | column << 8 | decimals shown`, `errors` packs `row << 16 | column << 8`;
    both are arrays of integers because a large sheet may hold hundreds of thousands. `merges` are the
    merged ranges outside the header row.

    Refused are a value beyond the limits, a formula (its value was computed by another program at another
    time), merged cells in the header row, rows and cells out of order.
    """

    def __init__(self, chunks: Iterable[bytes], percent_styles: dict[str, int], limits: Limits) -> None:
        self.header = 0
        self.rows = 0
        self.percents = array("Q")
        self.errors = array("Q")
        self.merges: list[str] = []
        self._limits = limits
        self._styles = percent_styles
        self._beyond = limits.columns + 1
        self._columns = {column_letters(number): number for number in range(1, limits.columns + 1)}
        self._row = 0
        self._row_text = ""
        self._column = 0
        self._cell: dict[str, str] = {}
        self._inside = False
        self._waiting = False
        self._filled_row = 0
        self._cells = 0
        behind = ("mergeCells", "conditionalFormatting", "dataValidations", "extLst")
        parse(
            chunks,
            {
                "row": self._begin_row,
                "c": self._begin_cell,
                "v": self._value,
                "is": self._value,
                "f": self._formula,
                "mergeCell": self._merge,
                **dict.fromkeys(behind, self._after),
            },
        )
        self._check_merges()

    def _begin_row(self, attributes: dict[str, str]) -> None:
        text = attributes.get("r") or str(self._row + 1)
        if not (text.isascii() and text.isdigit() and len(text) < 8):
            raise damaged()
        if int(text) <= self._row:
            raise damaged()
        self._row = int(text)
        self._row_text = text
        self._column = 0
        self._waiting = self._inside = False

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._inside = True
        self._cell = attributes
        try:
            reference = attributes["r"]
        except KeyError:
            column = min(self._column + 1, self._beyond)
        else:
            letters = reference.rstrip(_DIGITS)
            column = self._columns.get(letters, self._beyond)
            if reference[len(letters) :] != self._row_text:
                raise damaged()
        if column <= self._column and column < self._beyond:
            raise damaged()
        self._column = column
        # Empty cells are harmless wherever they stand: one value tells that a row is filled,
        # and any value beyond the last column is one too many.
        self._waiting = self._row != self._filled_row or column >= self._beyond
        kind = attributes.get("t", "n")
        if kind == "e":
            self.errors.append(self._row << 16 | column << 8)
        elif kind == "n" and self._styles:
            decimals = self._styles.get(attributes.get("s", "0"))
            if decimals is not None:
                self.percents.append(self._row << 16 | column << 8 | decimals)

    def _value(self, _attributes: dict[str, str]) -> None:
        self._cells += 1
        if self._waiting:
            self._waiting = False
            if self._row != self._filled_row:
                self._fill_row()
            if self._column >= self._beyond:
                raise self._far()

    def _fill_row(self) -> None:
        """Note that the row holds a value, and check the extent so far."""
        row = self._row
        self.rows += 1
        self.header = self.header or row
        self._filled_row = row
        limits = self._limits
        if self.rows > limits.rows + 1:
            raise WorkbookRefused(
                _("The sheet has more than %(limit)s rows of data: split it into several files.")
                % {"limit": f"{limits.rows:,}"}
            )
        if self._cells > limits.cells:
            raise WorkbookRefused(
                _("The sheet has more than %(limit)s filled cells: delete what is not needed, or split it.")
                % {"limit": f"{limits.cells:,}"}
            )
        if row > limits.last_row:
            raise self._far()

    def _formula(self, _attributes: dict[str, str]) -> None:
        if self._inside:
            raise WorkbookRefused(
                _("Cell %(cell)s holds a formula: copy the table, paste it as values, and save again.")
                % {"cell": self._address()}
            )

    def _merge(self, attributes: dict[str, str]) -> None:
        self.merges.append(attributes.get("ref", ""))
        if len(self.merges) > self._limits.merges:
            raise damaged()

    def _after(self, _attributes: dict[str, str]) -> None:
        """Leave the cells: elements named like theirs may follow with another meaning."""
        self._waiting = self._inside = False

    def _check_merges(self) -> None:
        for reference in self.merges:
            rows = [int(digits) for digits in re.findall(r"[0-9]{1,7}", reference)]
            if rows and min(rows) <= self.header <= max(rows):
                raise WorkbookRefused(
                    _("Cells %(cells)s in the header row are merged: every column needs a header of its own.")
                    % {"cells": reference}
                )

    def _far(self) -> WorkbookRefused:
        return WorkbookRefused(
            _("Cell %(cell)s lies far outside the table: delete what stands there, and save again.")
            % {"cell": self._address()}
        )

    def _address(self) -> str:
        return self._cell.get("r") or f"{column_letters(self._column)}{self._row}"


@cache
def column_number(letters: str) -> int:
    """Return the 1-based column of these letters: A is 1, AA is 27."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def column_letters(column: int) -> str:
    """Return the letters of a 1-based column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
