"""The XML inside a workbook, read as a stream: which sheet to read, and which styles show percentages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.parsers import expat

from django.utils.translation import gettext as _

from members.resources.limits import Limits, WorkbookRefused
from members.resources.package import Package, damaged

Handler = Callable[[dict[str, str]], None]

DEPTH = 64
NAMES = 1_000
_SHEETS = 1_000
_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_TRUE = {"1", "true", "on"}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a workbook says about itself.

    The first visible sheet's name and part, the names of the other sheets, whether days are counted
    from 1904, and the parts with shared strings and styles where there are any.
    """

    name: str
    part: str
    others: tuple[str, ...]
    date1904: bool
    strings: str | None
    styles: str | None


def parse(chunks: Iterable[bytes], handlers: dict[str, Handler]) -> None:
    """Feed XML to the handlers, by the local name of the element that begins; others are passed over.

    UTF-8 only, whatever the declaration says. A document type, an entity, elements nested too deep or of
    ever new names, and anything that is not well formed refuse the file.
    """
    ends: list[str] = []
    names: dict[str, str] = {}
    opened = 0
    known: dict[str, Handler | None] = {}

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal opened
        opened += 1
        try:
            handler = known[name]
        except KeyError:
            handler = handlers.get(name.rpartition(":")[2])
            known[name] = handler
        if handler is not None:
            handler(attributes)

    def refuse(*_arguments: object) -> None:
        raise damaged()

    parser = expat.ParserCreate("utf-8", None, names)
    parser.StartElementHandler = begin
    # A built-in, because it is called for every element; it is there to know how deep the elements nest,
    # for the parser itself would take gigabytes for a file that only opens them.
    parser.EndElementHandler = ends.append
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        for chunk in chunks:
            parser.Parse(chunk)
            opened -= len(ends)
            ends.clear()
            if opened > DEPTH or len(names) > NAMES:
                raise damaged()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged() from error


def contents(package: Package) -> Contents:
    """Return what the workbook holds; refused when there is no visible sheet of cells."""
    book = next(
        (path for kind, path in relations(package, "").values() if kind == "officeDocument"),
        "xl/workbook.xml",
    )
    sheets: list[tuple[str, str, str]] = []
    settings: dict[str, str] = {}

    def sheet(attributes: dict[str, str]) -> None:
        relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
        sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), relation))
        if len(sheets) > _SHEETS:
            raise damaged()

    parse(package.chunks(book), {"sheet": sheet, "workbookPr": settings.update})
    related = relations(package, book)
    visible = [
        (name, related[relation][1])
        for name, state, relation in sheets
        if state == "visible" and related.get(relation, ("", ""))[0] == "worksheet"
    ]
    if not visible:
        raise WorkbookRefused(_("The workbook has no visible sheet with cells."))
    name, part = visible[0]
    shared = {kind: path for kind, path in related.values() if path in package}
    return Contents(
        name=name,
        part=part,
        others=tuple(other for other, _state, _relation in sheets if other != name),
        date1904=settings.get("date1904", "0").lower() in _TRUE,
        strings=shared.get("sharedStrings"),
        styles=shared.get("styles"),
    )


def percent_styles(chunks: Iterable[bytes], limits: Limits) -> dict[str, int]:
    """Return the cell styles that show a percentage: the number of the style → decimals shown."""
    formats: dict[str, int] = {"9": 0, "10": 2}
    styles: dict[str, int] = {}
    inside = False
    number = 0

    def number_format(attributes: dict[str, str]) -> None:
        decimals = _percent_decimals(attributes.get("formatCode", ""))
        if decimals is not None:
            formats[attributes.get("numFmtId", "")] = decimals

    def group(begins: bool) -> Handler:
        def handler(_attributes: dict[str, str]) -> None:
            nonlocal inside
            inside = begins

        return handler

    def cell_format(attributes: dict[str, str]) -> None:
        nonlocal number
        if not inside:
            return
        decimals = formats.get(attributes.get("numFmtId", "0"))
        if decimals is not None:
            styles[str(number)] = decimals
        number += 1
        if number > limits.styles:
            raise damaged()

    elsewhere = dict.fromkeys(("cellStyleXfs", "cellStyles", "dxfs"), group(False))
    parse(chunks, {"numFmt": number_format, "xf": cell_format, "cellXfs": group(True), **elsewhere})
    return styles


def count_strings(chunks: Iterable[bytes], limits: Limits) -> None:
    """Refuse a table of shared strings with more entries than a sheet within the limits can use."""
    number = 0

    def string(_attributes: dict[str, str]) -> None:
        nonlocal number
        number += 1
        if number > limits.strings:
            raise damaged()

    parse(chunks, {"si": string})


def relations_path(part: str) -> str:
    """Return the path of the part that holds a part's relations."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return a part's relations: id → (kind, path of the target)."""
    folder = posixpath.dirname(part)
    path = relations_path(part)
    found: dict[str, tuple[str, str]] = {}

    def relation(attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode") != "External" and len(found) < _SHEETS:
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            found[attributes.get("Id", "")] = (kind, target.lstrip("/"))

    if path in package:
        parse(package.chunks(path), {"Relationship": relation})
    return found


def _percent_decimals(code: str) -> int | None:
    """Return the decimals that a number format shows of a percentage, None when it shows none."""
    plain = _LITERALS.sub("", code.partition(";")[0])
    if "%" not in plain:
        return None
    fraction = plain.partition("%")[0].partition(".")[2]
    return min(sum(fraction.count(digit) for digit in "0#?"), 15)
