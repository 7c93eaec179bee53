"""The template of a kind: a workbook with its columns, choices for the cells, and a sheet that explains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from members.models.base import FIRST_YEAR, LAST_YEAR
from members.resources import cells
from members.resources.base import GUIDE, LISTS, Column, Sheet
from members.resources.writing import name_of_sheet, put, wide

LAST = 2_000
"""The last row to which the choices reach."""
NEEDED, GIVEN = PatternFill("solid", fgColor="FFE3ECF7"), PatternFill("solid", fgColor="FFF2F2F2")
GREY, LINE = Font(italic=True, color="FF5F6368"), Border(bottom=Side(style="thin", color="FF8A9099"))
DAYS, TEXT, NUMBER = "yyyy-mm-dd", "@", "General"
NARROWEST, WIDEST = 12, 44
LONGEST_HINT = 250


def write_template(
    target: IO[bytes],
    kind: Sheet,
    *,
    offers: Mapping[str, Sequence[str]],
    filled: Iterable[Mapping[str, Any]] = (),
) -> None:
    """Write the template of a kind, to be filled in with Excel, WPS or LibreOffice.

    `offers` are the words that a column's cells may be chosen from, by key, besides those of closed
    vocabularies; `filled` the rows that stand there from the start, of which an import takes those that say
    more. Keys that nobody types are in hidden columns, the lists of choices on a hidden sheet. An example
    stands on the sheet that explains, which is not imported.
    """
    book = Workbook()
    sheet: Any = book.active
    sheet.title = name_of_sheet(str(kind.title))
    sheet.freeze_panes = "A2"
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    for place, column in enumerate(kind.columns, start=1):
        offered = [*column.words, *offers.get(column.key, ())]
        _head(sheet, place, column, offered)
        _choices(book, place, column, offered)
    for number, values in enumerate(filled, start=2):
        for place, column in enumerate(kind.columns, start=1):
            if (value := values.get(column.key)) is not None:
                cell = put(sheet.cell(number, place), value)
                cell.number_format, cell.fill = _format(column), GIVEN
    _explain(book.create_sheet(GUIDE, 1), kind)
    book.save(target)


def _head(sheet: Any, place: int, column: Column, offered: Sequence[str]) -> None:
    """Write the header of a column, and how its cells look before anything stands in them."""
    cell = put(sheet.cell(1, place), column.header)
    cell.font, cell.border = Font(bold=True), LINE
    if column.required:
        cell.fill = NEEDED
    cell.comment = Comment(str(column.holds), "", width=280, height=80)
    look = sheet.column_dimensions[get_column_letter(place)]
    look.number_format = _format(column)
    longest = max((wide(word) for word in (column.header, column.example, *offered)), default=0)
    look.width = min(max(NARROWEST, longest + 4), WIDEST)
    look.hidden = column.spared


def _choices(book: Any, place: int, column: Column, offered: Sequence[str]) -> None:
    """Let the cells of a column be chosen from what is offered; of a date or a number, say what fits."""
    sheet, lists = book.worksheets[0], book[LISTS]
    if offered:
        for number, word in enumerate(offered, start=1):
            put(lists.cell(number, place), word).number_format = TEXT
        # By a name and not by its cells: so every program keeps the list when it saves the file anew.
        letter, name = get_column_letter(place), f"list_{column.key}"
        area = f"'{LISTS}'!${letter}$1:${letter}${len(offered)}"
        book.defined_names[name] = DefinedName(name, attr_text=area)
        rule = DataValidation("list", formula1=name)
        # What is offered may be said in other words too; what is closed may not.
        rule.errorStyle = "stop" if column.words else "warning"
    elif column.parse is cells.day:
        first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
        rule = DataValidation("date", operator="between", formula1=_serial(first), formula2=_serial(last))
        rule.errorStyle = "warning"
    else:
        return
    rule.showErrorMessage, rule.showInputMessage, rule.allow_blank = True, True, True
    rule.prompt = rule.error = str(column.holds)[:LONGEST_HINT]
    letter = get_column_letter(place)
    rule.add(f"{letter}2:{letter}{LAST}")
    sheet.add_data_validation(rule)


def _explain(sheet: Any, kind: Sheet) -> None:
    """Write the sheet that says what stands where, with an example of a row."""
    said = _("Not imported: an example. Fill in the first sheet; what stands on this one is not read.")
    put(sheet.cell(1, 1), said).font = GREY
    for place, column in enumerate(kind.columns, start=1):
        put(sheet.cell(3, place), column.header).font = Font(bold=True)
        put(sheet.cell(4, place), column.example).font = GREY
        sheet.column_dimensions[get_column_letter(place)].width = max(NARROWEST, wide(column.example) + 4)
    heads = (_("Column"), _("Needed"), _("What may stand in it"))
    for place, word in enumerate(heads, start=1):
        put(sheet.cell(6, place), word).font = Font(bold=True)
    for number, column in enumerate(kind.columns, start=7):
        words = (column.header, _("needed") if column.required else "", str(column.holds))
        for place, word in enumerate(words, start=1):
            put(sheet.cell(number, place), word).alignment = Alignment(vertical="top")


def _format(column: Column) -> str:
    if column.parse is cells.day:
        return DAYS
    return NUMBER if column.counts else TEXT


def _serial(day: date) -> str:
    """Return a day as a spreadsheet counts it."""
    return str((day - date(1899, 12, 30)).days)
