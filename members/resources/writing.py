"""Writing workbooks: a header row and rows of plain values that no spreadsheet takes for formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from members.resources.cells import harmless

# What the format takes for an escaped character, in a text that has it by chance.
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_TITLES = re.compile(r"[\\/*?:\[\]]")
LONGEST_TITLE = 31


def write_workbook(
    target: str | IO[bytes], *, title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write a workbook of one sheet: a bold header that stays in view, dates shown as 2026-03-05.

    A Decimal is shown with the decimals that it has. The rows are taken one by one, so that a sheet may be
    larger than memory.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name_of_sheet(title))
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = max(12, wide(name) + 4)
    bold = []
    for name in header:
        cell = put(WriteOnlyCell(sheet), name)
        cell.font = Font(bold=True)
        bold.append(cell)
    sheet.append(bold)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    book.save(target)


def _cell(sheet: Any, value: Any) -> Any:
    """Return what stands for a value in a row."""
    if isinstance(value, str):
        return put(WriteOnlyCell(sheet), value)
    if isinstance(value, Decimal) and (places := -int(value.as_tuple().exponent)) > 0:
        cell = WriteOnlyCell(sheet)
        cell.value = value
        cell.number_format = f"0.{'0' * places}"
        return cell
    return value


def put(cell: Any, value: Any) -> Any:
    """Let a cell hold a value, a text as nothing but text, whatever it looks like; return the cell."""
    if isinstance(value, str):
        cell.value = _ESCAPED.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", harmless(value)))
        cell.data_type = "s"
    else:
        cell.value = value
    return cell


def name_of_sheet(title: str) -> str:
    """Return a title as a sheet may be called."""
    return _NOT_IN_TITLES.sub(" ", title)[:LONGEST_TITLE]


def wide(text: str) -> int:
    """Return the width of a text in digits; a Chinese character is two of them wide."""
    return sum(2 if character > "\u2e7f" else 1 for character in text)
