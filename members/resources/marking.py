"""A refused workbook as it was sent, with the wrong cells marked: to be mended and sent again."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import IO
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext as _

from members.resources.base import NOTES, Preview
from members.resources.cells import harmless
from members.resources.comments import Comments, comments_part, drawing_part
from members.resources.limits import LIMITS, Limits
from members.resources.marked_sheet import MarkedSheet, Place
from members.resources.marked_styles import PLAIN, Styles
from members.resources.markup import Contents, contents, relations, relations_path
from members.resources.package import Package, damaged, key_of
from members.resources.scan import column_letters, column_number
from members.resources.splice import into_root
from members.resources.workbook import Workbook
from members.text import fold, strung

MOST = 2_000
"""So many reasons are given, the first ones: who mends them sees those that are left."""
SIGN = "✗ "
"""Begins every comment of ours; by it those of an earlier copy are known."""
LONGEST = 2_000
Relations = Mapping[str, tuple[str, str]]
"""The relations of a part by their names: kind, and path of the target."""

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument"
_MACROS = re.compile(r"vbaProject|activeX|macrosheets", re.IGNORECASE)
_OF_MACROS = re.compile(
    rb"<(?:\w+:)?(?:Override|Default|Relationship)\b[^>]*(?:vbaProject|activeX|xlMacrosheet)[^>]*?/>",
    re.IGNORECASE,
)


def write_marked(
    target: IO[bytes], content: bytes, workbook: Workbook, preview: Preview, limits: Limits = LIMITS
) -> None:
    """Write the workbook of a preview anew, with a fill and a comment on every cell that is refused.

    One more column says of every refused row what is wrong with it. Everything else stays byte by byte as
    it was sent, but for macros, which are left out. Raises WorkbookRefused where the file is damaged.
    """
    _Copy(content, limits).write(target, workbook, preview)


class _Copy:
    """The parts of a workbook, those that change with their new content."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._package = Package(content, limits)
        self._about: Contents = contents(self._package)
        self._package.count_rest()
        self._names = {key_of(name): name for name in self._package.names()}
        self._changed: dict[str, bytes] = {}

    def write(self, target: IO[bytes], workbook: Workbook, preview: Preview) -> None:
        """Mark what the preview refuses, and write all parts."""
        header = [fold(name) for name in workbook.header]
        wrong, noted = _reasons(preview, header)
        noted[workbook.top] = NOTES
        column = header.index(fold(NOTES)) + 1 if fold(NOTES) in header else 0
        styles = Styles(self._content(self._about.styles) if self._about.styles else PLAIN)
        sheet = MarkedSheet(
            self._content(self._about.part),
            wrong=wrong,
            noted=noted,
            column=column,
            marked=styles.marked,
            restyle=styles.style,
        )
        place = column or max(sheet.widest, len(header)) + 1
        drawing = self._comment(wrong, sheet.drawing)
        self._put(self._about.part, sheet.written(place if place <= LIMITS.columns else 0, drawing))
        self._style(styles.written())
        self._leave_macros_out()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            names = dict.fromkeys([*self._names.values(), *self._changed])
            for name in names:
                if not _MACROS.search(name):
                    archive.writestr(name, self._content(name))

    def _comment(self, wrong: dict[Place, str], drawn: str) -> str | None:
        """Write the comments; return the relation of a drawing that the sheet has to name."""
        part = self._about.part
        related = relations(self._package, part)
        if any(kind == "threadedComment" for kind, _path in related.values()):
            return None
        kept = self._known("comments", related)
        texts = Comments(self._content(kept)).texts if kept else {}
        texts = {at: text for at, text in texts.items() if not text.startswith(SIGN)}
        texts |= {f"{column_letters(column)}{row}": SIGN + said for (row, column), said in wrong.items()}
        frames = self._known("vmlDrawing", {drawn: related[drawn]} if drawn in related else {})
        old = self._content(frames) if frames else None
        new: dict[str, tuple[str, str]] = {}
        if not kept:
            kept = self._free("xl/comments", ".xml")
            new["comments"] = "marked1", kept
            self._declare("Override", PartName=f"/{kept}", ContentType=f"{_TYPES}.spreadsheetml.comments+xml")
        if not frames:
            frames = self._free("xl/drawings/vmlDrawing", ".vml")
            new["vmlDrawing"] = "marked2", frames
            if b'"vml"' not in self._content("[Content_Types].xml"):
                self._declare("Default", Extension="vml", ContentType=f"{_TYPES}.vmlDrawing")
        self._put(kept, comments_part(texts))
        self._put(frames, drawing_part([_place(at) for at in texts], old))
        if new:
            self._relate(part, new)
        return "marked2" if old is None else None

    def _known(self, kind: str, related: Relations) -> str:
        """Return the path of the part of this kind; empty where there is none."""
        paths = (path for known, path in related.values() if known == kind and path in self._package)
        return next(paths, "")

    def _style(self, content: bytes) -> None:
        if self._about.styles is not None:
            self._put(self._about.styles, content)
            return
        name = self._free("xl/styles", ".xml")
        self._put(name, content)
        self._declare("Override", PartName=f"/{name}", ContentType=f"{_TYPES}.spreadsheetml.styles+xml")
        book = next(
            (path for kind, path in relations(self._package, "").values() if kind == "officeDocument"),
            "xl/workbook.xml",
        )
        self._relate(book, {"styles": ("marked3", name)})

    def _leave_macros_out(self) -> None:
        for name in list(self._names.values()):
            if name.endswith(".rels") or name == "[Content_Types].xml":
                content = self._content(name)
                plain = _OF_MACROS.sub(b"", content).replace(
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                    f"{_TYPES}.spreadsheetml.sheet.main+xml".encode(),
                )
                if plain != content:
                    self._put(name, plain)

    def _relate(self, part: str, targets: dict[str, tuple[str, str]]) -> None:
        """Add relations to a part, by kind: the name of the relation, and the path of the target."""
        path = relations_path(part)
        old = self._content(path) if key_of(path) in self._names else None
        if old is None:
            old = f'<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>'.encode()

        def make(p: str) -> str:
            return "".join(
                f'<{p}Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target={quoteattr("/" + path)}/>'
                for kind, (name, path) in targets.items()
            )

        self._put(path, into_root(old, make))

    def _declare(self, element: str, **attributes: str) -> None:
        """Add what the list of the parts' kinds has to say of a new one."""
        said = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
        types = self._content("[Content_Types].xml")
        self._put("[Content_Types].xml", into_root(types, lambda p: f"<{p}{element} {said}/>"))

    def _free(self, start: str, end: str) -> str:
        """Return the name of a part that there is not yet."""
        number = 1
        while key_of(f"{start}{number}{end}") in self._names:
            number += 1
        return f"{start}{number}{end}"

    def _content(self, name: str) -> bytes:
        known = self._names.get(key_of(name), name)
        return self._changed[known] if known in self._changed else self._package.content(name)

    def _put(self, name: str, content: bytes) -> None:
        known = self._names.setdefault(key_of(name), name)
        self._changed[known] = content


def _reasons(preview: Preview, header: list[str]) -> tuple[dict[Place, str], dict[int, str]]:
    """Return what is wrong, in the words of the preview, by cell and by row."""
    cells: dict[Place, list[str]] = {}
    rows: dict[int, list[str]] = {}
    for row, name, reason in preview.problems[:MOST]:
        if row:
            rows.setdefault(row, []).append(_("%(column)s: %(reason)s") % {"column": name, "reason": reason})
            if fold(name) in header:
                cells.setdefault((row, header.index(fold(name)) + 1), []).append(reason)
    wrong = {place: strung(dict.fromkeys(said))[:LONGEST] for place, said in cells.items()}
    noted = {row: harmless(strung(dict.fromkeys(said))[:LONGEST]) for row, said in rows.items()}
    return wrong, noted


def _place(reference: str) -> Place:
    """Return row and column of a reference such as B7."""
    found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", reference)
    if found is None:
        raise damaged()
    return int(found[2]), column_number(found[1])
