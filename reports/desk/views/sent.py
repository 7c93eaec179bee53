"""How printed pages and workbooks are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from members.errors import OutOfScope, Refused
from members.resources.writing import write_workbook
from reports.print.engine import PrintedPage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pdf_response(name: str, pdf: bytes) -> HttpResponse:
    """A PDF to download under the name."""
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def printed(
    request: HttpRequest, name: str, make: Callable[[], PrintedPage], *, otherwise: str
) -> HttpResponse:
    """What `make` prints as a PDF to download; `name` is plain letters without an ending.

    What the page warns of is told on the next one. A refusal is told at the address `otherwise`; what is out
    of the user's scope is not found.
    """
    try:
        page = make()
    except OutOfScope:
        raise Http404 from None
    except Refused as refusal:
        for message in refusal.messages:
            messages.error(request, message)
        return HttpResponseRedirect(otherwise)
    for warning in page.warnings:
        messages.warning(request, warning)
    return pdf_response(f"{name}.pdf", page.pdf)


def workbook_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A workbook of one sheet to download, called by the name, which is plain letters without an ending."""
    file = BytesIO()
    write_workbook(file, title=name, header=header, rows=rows)
    return HttpResponse(
        file.getvalue(),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )
