"""Mutated workbooks on the upload page: each is refused or previewed, in little memory."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests import rows, sheets
from tests.cast import Cast
from tests.members.resources import files

MEGABYTES = 150
"""By so much the memory of a process may grow: with a server's own it stays below 300."""
PIECES = [
    b"", b"<", b"]]>", b"&#0;", b"&x;", b"<a>" * 999, b"\xff\xfe", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"NaN",
    b"-1", b"999999999999", b'r="XFD1048576"', b't="s"', b't="e"', b't="d"', b"1E400", b"\x00", b"_x0000_",
    "甲".encode() * 9_000, b'<c r="A1" t="inlineStr"><is><t>x</t></is></c>', b"9" * 400, b"45000.5",
]  # fmt: skip


def bytes_flipped(chance: random.Random, content: bytes) -> bytes:
    """Some bytes of the archive are others."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 40)):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def cut(chance: random.Random, content: bytes) -> bytes:
    """The archive ends early, or something is missing in its middle."""
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randint(1, 3_000) :]


def spliced(chance: random.Random, content: bytes) -> bytes:
    """A piece of the archive stands in it twice."""
    start = chance.randrange(len(content))
    place = chance.randrange(len(content))
    return content[:place] + content[start : start + 500] + content[place:]


def parts_changed(chance: random.Random, content: bytes) -> bytes:
    """A sound archive whose parts are not: pieces put in, values replaced, parts doubled or left out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as read,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        names = read.namelist()
        chosen = set(chance.sample(names, chance.randint(1, 2)))
        for name in names:
            part = read.read(name)
            if name in chosen:
                if chance.random() < 0.1:
                    continue
                for _ in range(chance.randint(1, 5)):
                    part = changed(chance, part)
            made.writestr(name, part)
    return out.getvalue()


def changed(chance: random.Random, part: bytes) -> bytes:
    """A part with one piece put in anywhere, or in the place of an attribute or a text."""
    piece = chance.choice(PIECES)
    places = list(re.finditer(rb'"[^"]*"|>[^<]+<|<[^>]*>', part))
    if not places or chance.random() < 0.3:
        place = chance.randrange(len(part) + 1)
        return part[:place] + piece + part[place:]
    found = chance.choice(places)
    if found[0].startswith(b'"'):
        piece = b'"' + piece.replace(b'"', b"") + b'"'
    elif found[0].startswith(b">"):
        piece = b">" + piece + b"<"
    else:
        piece = piece or found[0] * 2
    return part[: found.start()] + piece + part[found.end() :]


MUTATIONS: list[Callable[[random.Random, bytes], bytes]] = [bytes_flipped, cut, spliced]
MUTATIONS += [parts_changed] * 3


def highest() -> int:
    """The highest mark of this process's memory, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024


@pytest.mark.shows
def test_mutated_workbooks_are_refused_or_previewed(cast: Cast, owner, short: bool) -> None:
    for day in range(1, 29):
        rows.entry(cast, cast.members["M001"], date=date(2026, 3, day), title=f"走访{day}")
    sources = [
        sheets.exported(owner, "entries"),
        files.workbook(None, **{"xl/worksheets/sheet1.xml": files.sheet(header())}).getvalue(),
    ]
    chance = random.Random(20260915)
    Path("/proc/self/clear_refs").write_text("5")  # the mark begins anew
    before = highest()
    count = 60 if short else 1_000
    statuses: dict[int, int] = {}
    for _ in range(count):
        content = chance.choice(MUTATIONS)(chance, chance.choice(sources))
        answer = sheets.upload(owner, "entries", content)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        if answer.status_code == 302:
            page = owner.get(answer["Location"])
            assert page.status_code == 200
            if chance.random() < 0.3:
                assert sheets.confirm(owner, page).status_code in {200, 302}
        else:
            assert answer.status_code == 200
            assert answer.context["form"].errors["file"]
    assert min(statuses.get(200, 0), statuses.get(302, 0)) > count // 20
    assert highest() - before < MEGABYTES


def header() -> str:
    """A row of headers and one of data, made by hand."""
    names = ["党员编号", "考核项目", "日期", "数量"]
    cells = ["M001", "visit_people", "2026-03-05", "3"]
    lines = []
    for number, texts in ((1, names), (2, cells)):
        row = "".join(files.text(f"{'ABCD'[place]}{number}", text) for place, text in enumerate(texts))
        lines.append(f'<row r="{number}">{row}</row>')
    return "".join(lines)
