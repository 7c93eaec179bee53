"""Writing workbooks: a header row and rows of plain values that no spreadsheet takes for formulas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from members.resources.cells import FORMULA_STARTS


def harmless(value: Any) -> Any:
    """Return a value as it may stand in a cell: text that begins like a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def write_workbook(
    target: str | IO[bytes], *, title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write a workbook of one sheet: a bold header that stays in view, dates shown as 2026-03-05."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, start=1):
        # A Chinese character is two digits wide.
        width = sum(2 if character > "\u2e7f" else 1 for character in name) + 4
        sheet.column_dimensions[get_column_letter(number)].width = max(12, width)
    bold = []
    for name in header:
        cell = WriteOnlyCell(sheet, value=harmless(name))
        cell.font = Font(bold=True)
        bold.append(cell)
    sheet.append(bold)
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=harmless(value))
            if isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
            cells.append(cell)
        sheet.append(cells)
    book.save(target)
