"""Reading a workbook: a header and rows of plain values, or a refusal in one sentence."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import IO, NamedTuple, cast

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from members.enums import Phase
from members.errors import why
from members.resources.limits import LIMITS, Limits, WorkbookRefused, megabytes
from members.resources.markup import Contents, contents, count_strings, percent_styles
from members.resources.package import Package, damaged, rebuilt
from members.resources.scan import SheetScan
from members.services import underway
from members.text import tidy


class ErrorCell:
    """A cell that shows an error such as #N/A instead of a value."""

    def __repr__(self) -> str:
        return "#"


ERROR = ErrorCell()

Raw = str | float | int | bool | date | datetime | time | timedelta | ErrorCell
"""A cell as the file holds it; empty is ''. A percentage is the text that is displayed: '85.5%'."""


class Row(NamedTuple):
    """One row of data: its number in the sheet, from 1, and its cells, one for each column of the header."""

    number: int
    cells: list[Raw]


@dataclass(frozen=True, slots=True)
class Workbook:
    """What was read of a workbook: its first visible sheet.

    `header` holds the names as written, '' for a column without one, and `top` is the number of its row;
    `rows` leaves out empty rows;
    `others` are the names of the sheets that were not read; `merges` the merged ranges among the rows;
    `digest` is the SHA-256 of the file in hexadecimal.
    """

    sheet: str
    header: tuple[str, ...]
    top: int
    rows: list[Row]
    others: tuple[str, ...]
    merges: tuple[str, ...]
    digest: str

    def said(self, row: int, column: str) -> str:
        """What stands in the cell of a row under a header; '' where the cell is empty, or there is none."""
        place = self.header.index(column) if column in self.header else -1
        at = bisect_left(self.rows, row, key=attrgetter("number"))
        if place < 0 or at == len(self.rows) or self.rows[at].number != row:
            return ""
        return _text(self.rows[at].cells[place])


def _text(raw: Raw) -> str:
    """A cell as people read it in their sheet."""
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime) and raw.time() == time():
        return str(raw.date())
    return str(raw)


def read_workbook(source: str | os.PathLike[str] | IO[bytes], limits: Limits = LIMITS) -> Workbook:
    """Return the first visible sheet of an .xlsx file, given by path or as an open binary file.

    Everything that could take memory or deceive is checked before the values are read. Raises
    WorkbookRefused with one sentence for the user.
    """
    content = _content(source, limits)
    digest = hashlib.sha256(content).hexdigest()
    package = Package(content, limits)
    about = contents(package)
    # A file and not memory: the largest sheet allowed would be held there three times over.
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as clean:
        scan = _check(package, about, clean, limits)
        package.count_rest()
        if not scan.header:
            raise WorkbookRefused(_("The sheet “%(sheet)s” is empty.") % {"sheet": about.name})
        table = _values(clean.name)
    _overlay(table, scan)
    header = _header(table.pop(scan.header))
    width = len(header)
    rows = [
        Row(number, cells if len(cells) == width else cells[:width])
        for number, cells in table.items()
        if _filled(cells)
    ]
    if not rows:
        raise WorkbookRefused(
            _("The sheet “%(sheet)s” has a header and no rows below it.") % {"sheet": about.name}
        )
    return Workbook(
        sheet=about.name,
        header=header,
        top=scan.header,
        rows=rows,
        others=about.others,
        merges=tuple(scan.merges),
        digest=digest,
    )


def _check(package: Package, about: Contents, clean: IO[bytes], limits: Limits) -> SheetScan:
    """Walk over the parts that hold the sheet, and write them into a workbook of nothing else."""
    with rebuilt(clean, sheet_name=about.name, date1904=about.date1904) as archive:
        if about.strings:
            with archive.open("xl/sharedStrings.xml", "w") as into:
                count_strings(_copied(package.chunks(about.strings), into), limits)
        styles: dict[str, int] = {}
        if about.styles:
            with archive.open("xl/styles.xml", "w") as into:
                styles = percent_styles(_copied(package.chunks(about.styles), into), limits)
        with archive.open("xl/worksheets/sheet1.xml", "w") as into:
            scan = SheetScan(
                _told(_copied(package.chunks(about.part), into), package.size(about.part)), styles, limits
            )
    clean.flush()
    return scan


def _content(source: str | os.PathLike[str] | IO[bytes], limits: Limits) -> bytes:
    """Return the bytes of the file, refused when there are too many; no more is ever read."""
    try:
        if isinstance(source, str | os.PathLike):
            with Path(source).open("rb") as file:
                content = file.read(limits.file_bytes + 1)
        else:
            source.seek(0)
            content = source.read(limits.file_bytes + 1)
    except OSError as error:
        raise WorkbookRefused(_("The file cannot be read: %(reason)s.") % {"reason": why(error)}) from error
    if len(content) > limits.file_bytes:
        raise WorkbookRefused(
            _("The file is larger than %(limit)s MB: delete pictures and unused sheets, or split it.")
            % {"limit": megabytes(limits.file_bytes)}
        )
    return content


def _copied(chunks: Iterable[bytes], into: IO[bytes]) -> Iterator[bytes]:
    """Yield the chunks, and write the same bytes into the rebuilt workbook."""
    for chunk in chunks:
        into.write(chunk)
        yield chunk


def _told(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the chunks, and tell whoever watches how much of the sheet they are."""
    done = 0
    for chunk in chunks:
        underway.step(Phase.READ, done, size)
        done += len(chunk)
        yield chunk


def _values(path: str) -> dict[int, list[Raw]]:
    """Return the cells by row number; every row begins at column A."""
    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        rows = cast("list[list[Raw]]", sheet.to_python(skip_empty_area=False))
        return dict(enumerate(rows, start=1))
    except CalamineError as error:
        raise damaged() from error
    except BaseException as error:
        # The reader is written in Rust: where it gives up, what arrives is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        logging.getLogger(__name__).warning("The spreadsheet reader gave up on a file.")
        raise damaged() from error


def _overlay(table: dict[int, list[Raw]], scan: SheetScan) -> None:
    """Put what the reader does not tell into the table: percentages as displayed, and errors."""
    for packed in scan.percents:
        cells, place = table.get(packed >> 16, []), (packed >> 8 & 0xFF) - 1
        value = cells[place] if place < len(cells) else ""
        if type(value) is float:
            cells[place] = displayed_percentage(value, packed & 0xFF)
    for packed in scan.errors:
        cells, place = table.get(packed >> 16, []), (packed >> 8 & 0xFF) - 1
        if place < len(cells):
            cells[place] = ERROR


@lru_cache(maxsize=4096)
def displayed_percentage(value: float, decimals: int) -> str:
    """Return a percentage as a spreadsheet displays it: 0.855 with one decimal is '85.5%', half up."""
    # Spreadsheets show 15 significant digits at most; what lies beyond is noise of binary fractions.
    try:
        exact = Decimal(f"{value:.15g}") * 100
        return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)}%"
    except ArithmeticError:
        return f"{value}"


def _header(cells: list[Raw]) -> tuple[str, ...]:
    names = [tidy(cell) if isinstance(cell, str) else str(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _filled(cells: list[Raw]) -> bool:
    return any(not isinstance(cell, str) or (cell and not cell.isspace()) for cell in cells)
