"""The list of an activity as a workbook: names filled in, marks to choose from, and read again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from members.resources.cells import CellError, harmless, identifier, text, whole
from members.resources.limits import Limits, WorkbookRefused
from members.resources.workbook import Raw, Row, read_workbook
from members.text import fold
from scoring.enums import Presence
from scoring.forms.attendance import MOST, NOTE, Line, Typed, words_of_marks

HEADER = ("姓名", "党组织", "到会情况", "数量", "备注", "党员编号")
NAME, UNIT, MARK, QUANTITY, REMARK, NUMBER = range(len(HEADER))
WIDTHS = (16, 28, 14, 10, 36, 16)
LIMITS = Limits(file_bytes=1024 * 1024, unpacked_bytes=10 * 1024 * 1024, rows=5_000)


@dataclass(slots=True)
class Read:
    """What a workbook says: the fields by member number, and what is wrong, row by row."""

    typed: dict[str, Typed] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def write_list(target: IO[bytes], *, title: str, lines: Iterable[Line]) -> None:
    """Write the list as it stands: the header stays in view, the number is hidden, marks are chosen."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = title
    sheet.freeze_panes = "B2"
    sheet.append(HEADER)
    for place, width in enumerate(WIDTHS):
        cell = sheet.cell(1, place + 1)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.column_dimensions["F"].hidden = True
    last = 1
    for last, line in enumerate(lines, start=2):
        member, typed = line.expected.member, line.typed
        counted = line.expected.may_repeat and typed.quantity.isdecimal()
        quantity = int(typed.quantity) if counted else 1
        mark = line.status if typed.status else ""
        unit = line.expected.posting.organisation.name
        for place, value in enumerate((member.name, unit, mark, None, typed.note, member.number), start=1):
            if value is not None:
                cell = sheet.cell(last, place)
                cell.value = harmless(value)
                cell.data_type = "s"
        if typed.came or not typed.status:
            sheet.cell(last, QUANTITY + 1).value = quantity
    if last > 1:
        words = ",".join(str(label) for _value, label in Presence.choices)
        choice = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
        count = DataValidation(type="whole", operator="between", formula1="1", formula2=str(MOST))
        choice.add(f"C2:C{last}")
        count.add(f"D2:D{last}")
        sheet.add_data_validation(choice)
        sheet.add_data_validation(count)
    book.save(target)


def read_list(source: IO[bytes], lines: Iterable[Line]) -> Read:
    """Read a list that was filled in, for the members of these lines.

    A row finds its member by number, or without one by a name that only one of them has; an empty mark
    changes nothing. Raises WorkbookRefused where the file is no such list.
    """
    workbook = read_workbook(source, LIMITS)
    places = {fold(name): place for place, name in enumerate(workbook.header)}
    columns = [places.get(fold(name)) for name in HEADER]
    if columns[MARK] is None or (columns[NUMBER] is None and columns[NAME] is None):
        raise WorkbookRefused(
            _("This is no attendance list: it needs the columns %(columns)s.") % {"columns": "姓名、到会情况"}
        )
    known = list(lines)
    read, words = Read(), words_of_marks()
    for row in workbook.rows:
        cells = [row.cells[place] if place is not None else "" for place in columns]
        try:
            _take(read, row, cells, known, words)
        except CellError as error:
            said = {"row": row.number, "reason": str(error)}
            read.problems.append(_("Row %(row)s: %(reason)s") % said)
    return read


def _take(read: Read, row: Row, cells: list[Raw], lines: list[Line], words: dict[str, str]) -> None:
    line = _line(cells, lines)
    number = line.expected.member.number
    said = text(NOTE)(cells[MARK])
    mark = words.get(fold(said), "")
    if said and not mark:
        raise CellError(_("“%(mark)s” is none of the marks") % {"mark": said})
    if not mark:
        return
    if number in read.typed:
        raise CellError(_("%(member)s is in the list twice") % {"member": line.expected.member.name})
    counted = mark == Presence.PRESENT and cells[QUANTITY] != ""
    quantity = whole(1, MOST)(cells[QUANTITY]) if counted else 1
    read.typed[number] = Typed(mark, str(quantity), text(NOTE)(cells[REMARK]))


def _line(cells: list[Raw], lines: list[Line]) -> Line:
    number, name = identifier(NOTE)(cells[NUMBER]), text(NOTE)(cells[NAME])
    if number:
        found = [line for line in lines if line.expected.member.number == number]
    else:
        found = [line for line in lines if fold(line.expected.member.name) == fold(name)]
    if not found:
        raise CellError(_("nobody of this list: %(member)s") % {"member": name or number})
    if len(found) > 1:
        raise CellError(_("several have this name: %(member)s") % {"member": name})
    if number and name and fold(found[0].expected.member.name) != fold(name):
        raise CellError(
            _("number %(number)s is another’s than %(member)s") % {"number": number, "member": name}
        )
    return found[0]
