"""Documents as a file in the format that was asked for, all of them from the same rendered pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reports.office.blocks import Page
from reports.office.excel import write_excel
from reports.office.reading import page_of
from reports.office.word import write_word
from reports.print.documents import Document, sheet_of
from reports.print.engine import PrintedPage, Sheet, print_sheets


class Format(StrEnum):
    """The formats of a printed page; the value is the ending of its file's name."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"

    @property
    def content_type(self) -> str:
        """The media type of such a file."""
        return CONTENT_TYPES[self]


_OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: f"{_OFFICE}.wordprocessingml.document",
    Format.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
}

WRITERS: dict[Format, Callable[[Sequence[Page]], bytes]] = {Format.DOCX: write_word, Format.XLSX: write_excel}


@dataclass(frozen=True, slots=True)
class PageFile:
    """A finished file, how many pages or documents it has, and what the user should be told."""

    content: bytes
    format: Format
    pages: int
    warnings: tuple[str, ...] = ()


def file_of(
    documents: Sequence[tuple[Document, str]], format: Format = Format.PDF, remarks: Sequence[str] = ()
) -> PageFile:
    """Documents with their languages, one after the other in one file; as `sheets_file`."""
    return sheets_file([sheet_of(document, language) for document, language in documents], format, remarks)


def sheets_file(sheets: Sequence[Sheet], format: Format, remarks: Sequence[str] = ()) -> PageFile:
    """Pages one after the other in one file; `remarks` are told with its warnings.

    Fonts of a PDF are in it, and what they lack is warned of; Word and Excel take those of whoever opens it.
    """
    if format == Format.PDF:
        return kept_file(print_sheets(*sheets), remarks)
    content = WRITERS[format]([page_of(sheet) for sheet in sheets])
    return PageFile(content, format, len(sheets), tuple(remarks))


def kept_file(page: PrintedPage, remarks: Sequence[str] = ()) -> PageFile:
    """A page that is printed already."""
    return PageFile(page.pdf, Format.PDF, page.pages, (*page.warnings, *remarks))
