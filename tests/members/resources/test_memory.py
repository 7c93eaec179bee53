"""Hostile workbooks are refused, and the largest allowed ones read, in less than 300 MB."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator

import pytest

from tests.members.resources import files
from tests.members.resources.files import HEADER, PERCENT_STYLES

MEGABYTES = 300
# A process of its own, because the highest mark of memory never goes down again.
SCRIPT = """
import sys
import django
django.setup()
from django.utils import translation
translation.activate("en")
from members.resources.limits import WorkbookRefused
from members.resources.workbook import read_workbook
try:
    said = f"{len(read_workbook(sys.argv[1]).rows)} rows"
except WorkbookRefused as refused:
    said = str(refused)
with open("/proc/self/status") as status:
    highest = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(int(highest) // 1024, said)
"""
OPEN = f'<worksheet xmlns="{files.MAIN}"><sheetData>'.encode()
CLOSE = b"</sheetData></worksheet>"
DAMAGED = "The file is damaged"
UNPACKS = "The file unpacks to more than 50 MB"


def filled(rows: int, cell: str, columns: int = 1) -> Iterator[bytes]:
    """A sheet of many rows, header included, with the cell in each of the columns."""
    header = "".join(f'<c t="str"><v>{column}</v></c>' for column in range(columns))
    yield OPEN + f"<row>{header}</row>".encode()
    row = f"<row>{cell * columns}</row>".encode()
    for _ in range(rows - 1):
        yield row
    yield CLOSE


def repeated(piece: bytes, times: int, before: bytes = OPEN, after: bytes = CLOSE) -> Iterator[bytes]:
    """One piece many times over, in chunks."""
    yield before
    for _ in range(times // 1000):
        yield piece * 1000
    yield after


def sparse() -> Iterator[bytes]:
    """Two cells as far apart as they may be."""
    yield OPEN + HEADER.encode() + b'<row r="60000"><c r="AX60000"><v>1</v></c></row>' + CLOSE


def far_apart(reference: str, row: int) -> list[bytes]:
    """A header in the first row and one more cell."""
    cell = f'<row r="{row}"><c r="{reference}"><v>1</v></c></row>'
    return [OPEN + HEADER.encode() + cell.encode() + CLOSE]


def new_names() -> Iterator[bytes]:
    """Elements of which no two have the same name."""
    yield OPEN
    for number in range(1_200_000):
        yield b"<a%d/>" % number
    yield CLOSE


LONG_TEXT = OPEN + HEADER.encode() + b'<row r="2"><c r="A2" t="str"><v>'
NUMBER, PERCENT = "<c><v>0.123</v></c>", '<c s="3"><v>0.123</v></c>'
CASES = {
    "the far cell": (lambda: far_apart("XFD1048576", 1048576), "Cell XFD1048576 lies far outside"),
    "as far as allowed": (lambda: far_apart("AX60000", 60_000), "1 rows"),
    "as many cells as allowed": (lambda: filled(50_001, NUMBER, 19), "50000 rows"),
    "as many percentages": (lambda: filled(50_001, PERCENT, 19), "50000 rows"),
    "too many cells": (lambda: filled(50_000, "<c><v>1</v></c>", 50), "The sheet has more than 1,000,000"),
    "too many rows": (lambda: filled(60_000, NUMBER), "The sheet has more than 50,000"),
    "a million empty rows": (lambda: repeated(b"<row/>", 1_000_000), "The sheet “表” is empty"),
    "elements that only open": (lambda: repeated(b"<a>", 10_000_000), DAMAGED),
    "blank space": (lambda: repeated(b" " * 1000, 60_000), UNPACKS),
    "one long text": (lambda: repeated(b"x" * 1000, 45_000, LONG_TEXT, b"</v></c></row>" + CLOSE), "1 rows"),
    "one long attribute": (
        lambda: repeated(b"x" * 1000, 45_000, OPEN + b'<row r="', b'"/>' + CLOSE),
        DAMAGED,
    ),
    "ever new names": (new_names, DAMAGED),
    "merged cells all over": (lambda: repeated(b'<mergeCell ref="A2:A3"/>', 1_000_000), DAMAGED),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_memory_of_a_sheet(name, tmp_path):
    make, said = CASES[name]
    assert_small(tmp_path, "xl/worksheets/sheet1.xml", make(), said)


@pytest.mark.slow
@pytest.mark.parametrize(
    "part, make, said",
    [
        ("xl/sharedStrings.xml", lambda: repeated(b"<si/>", 9_000_000, b"<sst>", b"</sst>"), DAMAGED),
        ("xl/styles.xml", lambda: repeated(b"<xf/>", 9_000_000, b"<s><cellXfs>", b"</cellXfs></s>"), DAMAGED),
        ("xl/workbook.xml", lambda: repeated(b"<sheet/>", 5_000_000, b"<w>", b"</w>"), DAMAGED),
        ("xl/media/picture.png", lambda: repeated(b"x" * 1000, 60_000), UNPACKS),
    ],
)
def test_memory_of_other_parts(part, make, said, tmp_path):
    assert_small(tmp_path, part, make(), said)


@pytest.mark.slow
def test_memory_of_very_many_parts(tmp_path):
    path = tmp_path / "hostile.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(40_000):
            archive.writestr(f"{number}", b"")
    assert path.stat().st_size < 5 * 1024 * 1024
    assert_answer(path, DAMAGED)


def assert_small(tmp_path, part, chunks, said):
    path = tmp_path / "hostile.xlsx"
    members = files.parts(**{"xl/styles.xml": PERCENT_STYLES})
    members.pop(part, None)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        with archive.open(part, "w") as file:
            for chunk in chunks:
                file.write(chunk)
    path.write_bytes(packed.getvalue())
    assert path.stat().st_size <= 5 * 1024 * 1024
    assert_answer(path, said)


def assert_answer(path, said):
    answer = subprocess.run([sys.executable, "-c", SCRIPT, path], capture_output=True, text=True, check=True)
    used, _, sentence = answer.stdout.partition(" ")
    assert sentence.startswith(said)
    assert int(used) < MEGABYTES
