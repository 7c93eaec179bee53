"""Word and Excel files as they are read back: by their own libraries, and set by LibreOffice."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
from docx import Document
from openpyxl import load_workbook

OFFICE = Path("/usr/bin/soffice")
WRITER = Path("/usr/lib/libreoffice/program/libswlo.so")

Rows = list[list[str]]


def available() -> bool:
    """Whether LibreOffice is installed with Writer."""
    return OFFICE.exists() and WRITER.exists()


def word_rows(content: bytes) -> Rows:
    """The rows of all tables of a .docx file."""
    return [
        [re.sub(r"\s", "", cell.text) for cell in row.cells]
        for table in Document(BytesIO(content)).tables
        for row in table.rows
    ]


def word_text(content: bytes) -> str:
    """All paragraphs of a .docx file that stand in no table, one to a line."""
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(content)).paragraphs)


def book_rows(content: bytes) -> Rows:
    """The rows of all sheets of an .xlsx file, each cell as it is shown."""
    return [
        [shown(cell) for cell in row]
        for sheet in load_workbook(BytesIO(content)).worksheets
        for row in sheet.rows
    ]


def shown(cell: Any) -> str:
    """What a sheet shows of a cell: for a number what its format makes of it, worked out here."""
    value, looks = cell.value, cell.number_format
    if value is None:
        return ""
    if isinstance(value, str):
        return re.sub(r"\s", "", value)
    if isinstance(value, datetime):
        assert looks == 'yyyy"年"m"月"d"日"'
        return f"{value.year}年{value.month}月{value.day}日"
    sign = ("−" if value < 0 else "+" if value > 0 else "") if looks.startswith("+") else ""
    looks = looks.split(";")[-1]
    value = abs(value) if sign else value
    percent = "%" if looks.endswith("%") else ""
    decimals = len(looks.rstrip("%").partition(".")[2])
    return f"{sign}{value * (100 if percent else 1):.{decimals}f}{percent}"


def pdf_rows(content: bytes) -> Rows:
    """The rows of all tables on all pages of a PDF."""
    with pdfplumber.open(BytesIO(content)) as pdf:
        tables = [table for sheet in pdf.pages for table in sheet.extract_tables()]
    return [[re.sub(r"\s", "", cell or "") for cell in row] for table in tables for row in table]


def set_by_libreoffice(files: Iterable[Path], folder: Path) -> None:
    """Each file as a PDF of the same name in the folder, all by one LibreOffice without a window."""
    profile = (folder / "profile").as_uri()
    command: list[str | Path] = [
        OFFICE,
        "--headless",
        "--norestore",
        f"-env:UserInstallation={profile}",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*command, "--outdir", folder, *files], check=True, capture_output=True, timeout=300)
