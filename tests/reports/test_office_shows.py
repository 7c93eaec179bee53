"""Pages for Word and Excel set by LibreOffice: every row of the page stands on the paper, cell by cell."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.office.files import Format, file_of
from tests import office
from tests.reports.test_office import HANS, HANT, MADE, tables

pytestmark = pytest.mark.shows


@pytest.fixture(autouse=True)
def libreoffice() -> None:
    if not office.available():
        if os.environ.get("CI"):
            pytest.fail("LibreOffice Writer is missing: scripts/system-packages installs it")
        pytest.skip("LibreOffice Writer is not installed")


def asked(short: bool) -> Iterator[tuple[str, str, int]]:
    """What is set: kind, language, members."""
    for kind in MADE:
        for language, members in ((HANS, 40), *(() if short else ((HANS, 1), (HANT, 40), (HANT, 1)))):
            yield kind, language, members


def test_what_libreoffice_sets_has_every_cell(short: bool, tmp_path: Path) -> None:
    documents = {}
    for kind, language, members in asked(short):
        for format in (Format.DOCX, Format.XLSX):
            path = tmp_path / f"{kind.replace(' ', '-')}-{language}-{members}-{format}.{format}"
            documents[path] = MADE[kind](members)
            path.write_bytes(file_of([(documents[path], language)], format).content)
    office.set_by_libreoffice(documents, tmp_path)
    for path, document in documents.items():
        found = office.pdf_rows(path.with_suffix(".pdf").read_bytes())
        for table in tables(document):
            for row in table.body():
                texts = [cell.text.replace(" ", "") for cell in row]
                assert texts in found, (path.name, texts)
