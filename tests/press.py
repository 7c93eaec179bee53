"""Stands for the press where a test is not about what is printed: the fixture `printer`."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfWriter

from reports.office.files import Format, PageFile
from reports.services.jobs import working


def pdf(pages: int = 1) -> bytes:
    """So many empty pages."""
    writer, file = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(file)
    return file.getvalue()


class Printer:
    """Prints an empty page for each organisation or fails as told, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails: dict[str, Exception] = {}

    def __call__(self, *, organisation: Any, **_said: Any) -> PageFile:
        self.asked.append(organisation.code)
        if organisation.code in self.fails:
            raise self.fails[organisation.code]
        return PageFile(pdf(), Format.PDF, pages=1)


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Printer:
    """Orders of notices are printed by it."""
    made = Printer()
    monkeypatch.setattr(working, "page_file", made)
    return made
