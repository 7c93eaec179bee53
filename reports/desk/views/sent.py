"""How printed pages and workbooks are sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from django.http import HttpResponse

from members.resources.writing import write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pdf_response(name: str, pdf: bytes) -> HttpResponse:
    """A PDF to download under the name."""
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def workbook_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A workbook of one sheet to download, called by the name, which is plain letters without an ending."""
    file = BytesIO()
    write_workbook(file, title=name, header=header, rows=rows)
    return HttpResponse(
        file.getvalue(),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )
