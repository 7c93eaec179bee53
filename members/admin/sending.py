"""A workbook as the answer to a request."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any

from django.http import FileResponse

from members.models import Organisation
from members.naming import file_name
from members.resources.writing import write_workbook
from members.scope import Scope

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_response(name: str, write: Callable[[IO[bytes]], None]) -> FileResponse:
    """A workbook to download as `name`.xlsx; `write` writes it, to disk."""
    # The response closes the file, and with it the file is gone.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{file_name(name)}.xlsx", content_type=XLSX)


def workbook_response(
    name: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> FileResponse:
    """A workbook of one sheet to download as `name`.xlsx, written row by row."""
    return file_response(name, lambda file: write_workbook(file, title=title, header=header, rows=rows))


def place(scope: Scope) -> str:
    """The code of the organisation whose workbook it is, where the duties name one, to begin its name."""
    if len(scope.reads) != 1:
        return ""
    return f"{Organisation.objects.get(path=scope.reads[0]).code}-"
