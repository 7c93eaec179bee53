"""Workbooks as a browser uploads and downloads them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from members.resources.writing import write_workbook

PAGES = {
    "organisations": "/admin/members/organisation/",
    "members": "/admin/members/member/",
    "leaves": "/admin/members/leave/",
    "entries": "/admin/scoring/entry/",
    "judged": "/admin/scoring/judgement/",
    "bonus": "/admin/scoring/bonus/",
    "waivers": "/admin/scoring/waiver/",
    "tallies": "/admin/appraisal/tally/",
}
"""The list from which each kind is imported and exported."""


def workbook(header: str | Sequence[str], *rows: Sequence[Any]) -> bytes:
    """The bytes of a workbook; a header may be one text of names."""
    file = io.BytesIO()
    names = header.split() if isinstance(header, str) else header
    write_workbook(file, title="表", header=names, rows=rows)
    return file.getvalue()


def upload(client: Client, kind: str, content: bytes, name: str = "表.xlsx") -> Any:
    """The answer to an upload: a redirect to the preview, or the page with what is wrong."""
    return client.post(f"{PAGES[kind]}import/", {"file": SimpleUploadedFile(name, content)})


def preview(client: Client, kind: str, content: bytes, name: str = "表.xlsx") -> Any:
    """The page of the preview of an upload."""
    answer = upload(client, kind, content, name)
    assert answer.status_code == 302, answer.context["form"].errors
    return client.get(answer["Location"])


def confirm(client: Client, page: Any, **data: str) -> Any:
    """The answer to the button of a preview's page."""
    return client.post(
        page.request["PATH_INFO"], {"outcome": page.context["preview"].outcome, "confirm": "yes", **data}
    )


def exported(client: Client, kind: str, query: str = "") -> bytes:
    """What the list of a kind gives to download."""
    return downloaded(client, f"{PAGES[kind]}export/{query}")


def downloaded(client: Client, address: str) -> bytes:
    """The bytes of a workbook that an address gives."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    return b"".join(answer.streaming_content)


def table(content: bytes) -> list[list[Any]]:
    """The rows of a workbook, header first."""
    return [
        [cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
    ]


def edited(content: bytes, changes: dict[tuple[int, str], Any]) -> bytes:
    """The workbook with other values in cells, each given by row number and header."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    for (row, header), value in changes.items():
        sheet.cell(row, places[header]).value = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
