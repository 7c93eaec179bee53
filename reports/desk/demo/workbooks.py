"""Writes the demo as workbooks, one for each kind of sheet; the same rows give the same bytes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

from members.resources.writing import write_workbook
from reports.desk.demo.history import COLUMNS, TITLES, History

_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def write(history: History, folder: Path) -> dict[str, int]:
    """Write the workbooks into the folder; return the number of rows by kind. Kinds without rows get none."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for kind, rows in history.workbooks().items():
        if rows:
            file = BytesIO()
            empty_cells = [[None if cell == "" else cell for cell in row] for row in rows]
            write_workbook(file, title=TITLES[kind], header=COLUMNS[kind], rows=empty_cells)
            (folder / f"{kind}.xlsx").write_bytes(_timeless(file.getvalue()))
            written[kind] = len(rows)
    return written


def _timeless(workbook: bytes) -> bytes:
    """The same workbook without the moment of its making."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook)) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in read.namelist():
            part = read.read(name)
            if name == "docProps/core.xml":
                part = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z", part)
            made.writestr(zipfile.ZipInfo(name, _LONG_AGO), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
