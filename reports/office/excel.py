"""Pages as a workbook: real numbers, a header that stays in view and repeats, sheets set up for A4."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import accumulate, pairwise
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins

from members.resources.writing import LONGEST_TITLE, name_of_sheet, put, wide
from reports.office.blocks import (
    Block,
    Box,
    Opinions,
    Origin,
    Page,
    Pairs,
    Paper,
    Signature,
    Style,
    Words,
)
from reports.office.figures import figure_of
from reports.office.layout import ON_TOP, Layout, Register
from reports.office.master import FONTS, SIZES, orientation
from reports.office.package import steady
from reports.tables import WIDTH_PARTS

TWIPS = 1440
A4 = 9
CHARACTERS = {Paper.UPRIGHT: 84, Paper.WIDE: 122, Paper.SLIPS: 84}
"""The width of a sheet in the digits that a column's width is counted in."""
ROOM = 0.92
"""How much of a column its text may fill before it is broken."""
SHORT = 12
"""Words that are not wider than this are not broken, and figures never are."""
TEXT, TITLE = 11, 16
"""The sizes of type in points; a line is higher by a third."""
MANY_COLUMNS = 10
"""From so many columns on the names stay in view as well."""
FROZEN = 240
"""The points that may stay in view at the top: more would leave a small screen no room for rows."""
WHOSE, SIGNED = 90, 36
"""The points of a row to write an opinion in, and of one to sign, seal or date."""
THIN = Side(style="thin", color="FF000000")
RULED = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HORIZONTAL = {"start": "left", "centre": "center", "end": "right"}
HEADED = (Style.HEADING, Style.SUBHEADING, Style.CAPTION, Style.PROVISIONAL, Style.HEAD)


def write_excel(pages: Sequence[Page]) -> bytes:
    """The pages in an .xlsx file; the same pages give the same bytes. ValueError without a page.

    Each table of other columns has a sheet, with the words around it in the order of the page.
    """
    if not pages:
        raise ValueError("A file needs a page.")
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = ""
    book.properties.title = pages[0].title
    for page in pages:
        for place, register in enumerate(Layout.of(page).registers):
            named = register.name
            if len(pages) > 1:
                # Each page is that of a unit, whose name its title begins with.
                named = page.title if place == 0 else f"{named} {page.title}"
            writer = _Writer(book.create_sheet(_free(named, book.sheetnames)), page, register)
            writer.write()
    content = BytesIO()
    book.save(content)
    return steady(content.getvalue())


class _Writer:
    """One sheet, written from the top to the bottom."""

    def __init__(self, sheet: Any, page: Page, register: Register) -> None:
        self._sheet, self._page, self._register = sheet, page, register
        self._fonts = FONTS[page.language]
        self._row = 0
        self._widths = _widths(register, CHARACTERS[page.paper])
        for place, width in enumerate(self._widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = round(width, 2)
        self._header = range(0)

    @property
    def _last(self) -> int:
        return len(self._widths)

    def write(self) -> None:
        """The whole sheet: its title, what stands before the table, the table, what stands after it."""
        register = self._register
        for text in register.title if register.first else [*register.title, register.name]:
            font = Font(name=self._fonts["title"], size=TITLE, bold=self._fonts["bold"] == "1")
            self._line(text, font, "center", TITLE)
        self._blocks(register.before)
        self._table()
        if register.header and register.after:
            self._row += 1
        self._blocks(register.after)
        self._finish()

    def _table(self) -> None:
        """The header, which stays in view and repeats, and the rows with the groups they stand in."""
        first = self._row + 1
        for row in self._register.header:
            self._row += 1
            self._boxes(row, strong=True, taken=self._covered())
        self._header = range(first, self._row + 1)
        for line in self._register.lines:
            if isinstance(line, Words) and line.text == self._register.name:
                continue  # the title says it
            if isinstance(line, Words):
                self._words(line, "right" if line.style is Style.SIGNED else "left", ruled=True)
            else:
                self._row += 1
                self._boxes(line, strong=self._register.totalled and line is self._register.lines[-1])

    def _blocks(self, blocks: Iterable[Block]) -> None:
        """What the page says besides its tables."""
        item = 0
        for block in blocks:
            match block:
                case Words(style=Style.ITEM):
                    item += 1
                    self._line(f"{item}.{block.text}", self._font(), "left")
                case Words():
                    item = 0 if block.style is Style.HEADING else item
                    self._words(block, "center" if block.style in ON_TOP else "left")
                case Pairs():
                    self._pairs(block)
                case Signature():
                    self._row += 1
                    for text in (block.name, block.date):
                        self._line(text, self._font(), "right")
                case Opinions():
                    self._opinions(block)
                case Origin():
                    for words in block.words:
                        self._words(words, "left")

    def _finish(self) -> None:
        """What is printed and how, once all rows are there."""
        sheet = self._sheet
        if self._header and self._tall() <= FROZEN:
            sheet.freeze_panes = f"{'C' if self._last > MANY_COLUMNS else 'A'}{self._header[-1] + 1}"
        if self._header:
            sheet.print_title_rows = f"{self._header[0]}:{self._header[-1]}"
        sheet.print_area = f"A1:{get_column_letter(self._last)}{self._row}"
        sizes = SIZES[self._page.paper]
        sheet.page_setup.paperSize = A4
        sheet.page_setup.orientation = orientation(self._page.paper)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.page_setup.firstPageNumber, sheet.page_setup.useFirstPageNumber = 1, True
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_margins = PageMargins(
            **{side: sizes[side] / TWIPS for side in ("left", "right", "top", "bottom", "footer")}
        )
        sheet.HeaderFooter.differentOddEven = True
        sheet.oddFooter.right.text = sheet.evenFooter.left.text = "— &P —"

    def _tall(self) -> float:
        """How high the rows are down to the header's last, in points."""
        return sum(self._sheet.row_dimensions[row].height or 0 for row in range(1, self._header[-1] + 1))

    def _pairs(self, block: Pairs) -> None:
        """Figures under their labels, side by side; what a chart draws, and too many, one below the other."""
        if block.caption:
            self._line(block.caption, self._font(strong=True), "left")
        if block.caption or len(block.pairs) > self._last:
            self._listed(block)
            return
        spans = self._parts(len(block.pairs))
        texts = [" ".join([label, *(words.text for words in box.words[1:])]) for label, box in block.pairs]
        self._row += 1
        for (first, last), text in zip(spans, texts, strict=True):
            self._put(self._merged(first, last, ruled=True), text, strong=True, align="center")
        tall = max(self._lines(text, *span) for text, span in zip(texts, spans, strict=True))
        self._sheet.row_dimensions[self._row].height = _height(tall)
        self._row += 1
        for (first, last), (_label, box) in zip(spans, block.pairs, strict=True):
            alone = replace(box, words=box.words[:1])
            self._put(self._merged(first, last, ruled=True), alone, strong=False, align="center")
        self._sheet.row_dimensions[self._row].height = _height(1)

    def _listed(self, block: Pairs) -> None:
        """Labels in the left half of the sheet, their figures beside them."""
        left, right = self._parts(2) if self._last > 1 else [(1, 1), (1, 1)]
        for label, box in block.pairs:
            self._row += 1
            beside = " ".join([label, *(words.text for words in box.words[1:])])
            self._put(self._merged(*left, ruled=True), beside, strong=True, align="left")
            alone = replace(box, words=box.words[:1])
            self._put(self._merged(*right, ruled=True), alone, strong=False, align="right")
            self._sheet.row_dimensions[self._row].height = _height(self._lines(beside, *left))

    def _opinions(self, block: Opinions) -> None:
        """Side by side, each in a frame with room to write, to sign and for a seal over the day."""
        spans = self._parts(len(block.columns))
        first = self._row + 1
        for line in zip(*block.columns, strict=True):
            self._row += 1
            for (start, end), words in zip(spans, line, strict=True):
                cell = put(self._merged(start, end), words.text)
                own = self._row == first
                cell.font = self._font()
                cell.alignment = Alignment(
                    horizontal="left" if own else "right", vertical="top" if own else "center", wrap_text=True
                )
            self._sheet.row_dimensions[self._row].height = WHOSE if self._row == first else SIGNED
        for start, end in spans:
            self._frame(first, start, end)

    def _frame(self, first: int, start: int, end: int) -> None:
        """A line around the cells from a row to this one, and from a column to another."""
        for row in range(first, self._row + 1):
            for column in range(start, end + 1):
                self._sheet.cell(row, column).border = Border(
                    left=THIN if column == start else None,
                    right=THIN if column == end else None,
                    top=THIN if row == first else None,
                    bottom=THIN if row == self._row else None,
                )

    def _parts(self, number: int) -> list[tuple[int, int]]:
        """From and to which columns so many parts of the sheet reach, as like in width as columns allow."""
        edges = [0, *accumulate(self._widths)]
        ends = [0]
        for part in range(1, number):
            free = range(ends[-1] + 1, self._last - (number - part) + 1)
            ends.append(min(free, key=lambda end: abs(edges[end] * number - edges[-1] * part)))
        return [(start + 1, end) for start, end in pairwise([*ends, self._last])]

    def _boxes(self, row: Sequence[Box], *, strong: bool, taken: Collection[int] = ()) -> None:
        """A row; the columns that are taken have a cell from above."""
        tall = place = 1
        for box in row:
            while place in taken:
                place += 1
            last = place + box.columns - 1
            cell = self._merged(place, last, rows=box.rows, ruled=True)
            self._put(cell, box, strong=strong, align=HORIZONTAL[box.align])
            if box.rows == 1 and not box.figure:
                tall = max(tall, self._lines(box.text, place, last))
            place = last + 1
        self._sheet.row_dimensions[self._row].height = _height(tall)

    def _covered(self) -> set[int]:
        """The columns of this row into which a cell from above reaches."""
        return {
            column
            for area in self._sheet.merged_cells.ranges
            if area.min_row < self._row <= area.max_row
            for column in range(area.min_col, area.max_col + 1)
        }

    def _words(self, words: Words, align: str, *, ruled: bool = False) -> None:
        self._line(words.text, self._font(strong=words.style in HEADED), align, ruled=ruled)

    def _line(self, text: str, font: Font, align: str, size: int = TEXT, *, ruled: bool = False) -> None:
        """A text over all columns."""
        self._row += 1
        cell = put(self._merged(1, self._last, ruled=ruled), text)
        cell.font, cell.alignment = font, Alignment(horizontal=align, vertical="center", wrap_text=True)
        lines = self._lines(text, 1, self._last, size / TEXT)
        self._sheet.row_dimensions[self._row].height = _height(lines, size)

    def _merged(self, first: int, last: int, *, rows: int = 1, ruled: bool = False) -> Any:
        """The cell over these columns of this row, and of so many rows."""
        if last > first or rows > 1:
            self._sheet.merge_cells(None, self._row, first, self._row + rows - 1, last)
        if ruled:
            for row in range(self._row, self._row + rows):
                for column in range(first, last + 1):
                    self._sheet.cell(row, column).border = RULED
        return self._sheet.cell(self._row, first)

    def _put(self, cell: Any, said: Box | str, *, strong: bool, align: str) -> None:
        text = said if isinstance(said, str) else said.text
        found = figure_of(text) if isinstance(said, Box) and said.figure else None
        if found is None:
            put(cell, text)
        else:
            cell.value, cell.number_format = found
        cell.font = self._font(strong=strong)
        cell.alignment = Alignment(
            horizontal=align, vertical="center", wrap_text=True, indent=0 if align == "center" else 1
        )

    def _font(self, *, strong: bool = False) -> Font:
        return Font(name=self._fonts["hei" if strong else "fang"], size=TEXT)

    def _lines(self, text: str, first: int, last: int, scale: float = 1) -> int:
        """How many lines a text takes in the columns from one to another."""
        room = sum(self._widths[first - 1 : last]) * ROOM
        return max(ceil(wide(text) * scale / room), 1)


def _height(lines: int, size: int = TEXT) -> float:
    """The height in points of a row with so many lines of a size, and a little air."""
    return round(lines * size * 4 / 3 + 4, 1)


def _widths(register: Register, whole: int) -> list[float]:
    """The widths of a table's columns: their shares, and no less than short words and figures take."""
    least = [0] * len(register.shares)
    for row in register.lines:
        if not isinstance(row, Words):
            for place, box in enumerate(row):
                need = wide(box.text) + 3
                least[place] = max(least[place], need if box.figure else min(need, SHORT))
    return [
        max(share * whole / WIDTH_PARTS, need) for share, need in zip(register.shares, least, strict=True)
    ]


def _free(name: str, taken: Sequence[str]) -> str:
    """A name for a sheet that no other has; spreadsheets tell them apart by more than capitals."""
    plain = name_of_sheet(name).strip("' ") or "1"
    low = {one.lower() for one in taken}
    found, number = plain, 1
    while found.lower() in low:
        number += 1
        mark = f" {number}"
        found = plain[: LONGEST_TITLE - len(mark)] + mark
    return found
