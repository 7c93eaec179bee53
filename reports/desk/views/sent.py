"""How printed pages and workbooks are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from members.errors import OutOfScope, Refused
from members.naming import to_download
from members.resources.writing import write_workbook
from reports.enums import ListOrder
from reports.office.files import Format, PageFile, kept_file
from reports.print.engine import PrintedPage


def pdf_response(name: str, page: PrintedPage) -> HttpResponse:
    """A PDF to download under the name, which has no ending."""
    return file_response(name, kept_file(page))


def format_of(request: HttpRequest) -> Format:
    """The format that is asked for, PDF where none is. Raises Refused for one that is none."""
    try:
        return Format(request.GET.get("format") or Format.PDF)
    except ValueError:
        raise Refused(_("Choose what to print.")) from None


def order_of(said: str) -> ListOrder | None:
    """The order of the members that is asked for, if any. Raises Refused for one that is none."""
    try:
        return ListOrder(said) if said else None
    except ValueError:
        raise Refused(_("Choose what to print.")) from None


def file_response(name: str, file: PageFile) -> HttpResponse:
    """A page to download under the name, which has no ending."""
    return HttpResponse(
        file.content, content_type=file.format.content_type, headers=to_download(name, file.format)
    )


def printed(
    request: HttpRequest, name: str, make: Callable[[Format], PageFile], *, otherwise: str
) -> HttpResponse:
    """What `make` makes in the format that is asked for, to download under the name, as above.

    What the page warns of is told on the next one. A refusal is told at the address `otherwise`; what is out
    of the user's scope is not found.
    """
    try:
        page = make(format_of(request))
    except OutOfScope:
        raise Http404 from None
    except Refused as refusal:
        for message in refusal.messages:
            messages.error(request, message)
        return HttpResponseRedirect(otherwise)
    for warning in page.warnings:
        messages.warning(request, warning)
    return file_response(name, page)


def workbook_response(
    name: str, title: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """A workbook of one sheet of this title to download under the name, which has no ending."""
    file = BytesIO()
    write_workbook(file, title=title, header=header, rows=rows)
    return HttpResponse(
        file.getvalue(),
        content_type=Format.XLSX.content_type,
        headers=to_download(name, Format.XLSX),
    )
