"""The elements of a Word file: paragraphs, tables, ends of documents, and the numbering of headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from reports.office.blocks import Piece

Element = Any
"""An element of Word's XML, which is not typed."""

JUSTIFIED = {"start": "left", "centre": "center", "end": "right"}
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
LEVELS = range(3)
NOTHING: Mapping[str, int] = {}


def paragraph(
    style: str,
    lines: Sequence[Sequence[Piece]] = (),
    *,
    keep: bool = False,
    anew: bool = False,
    numbered: tuple[int, int] | None = None,
    ruled: tuple[str, str] | None = None,
    spacing: Mapping[str, object] = NOTHING,
    indent: Mapping[str, object] = NOTHING,
    align: str = "",
) -> Element:
    """A paragraph of a style, bound to the next one with `keep`, on a new page with `anew`.

    `numbered` are the numbering and its level, `ruled` the side of a line and its kind; measures in twips.
    """
    properties = [w("pStyle", val=style)]
    if keep:
        properties += [w("keepNext"), w("keepLines")]
    if anew:
        properties.append(w("pageBreakBefore"))
    if numbered is not None:
        numbering, level = numbered
        properties.append(w("numPr", w("ilvl", val=level), w("numId", val=numbering)))
    if ruled is not None:
        side, kind = ruled
        properties.append(w("pBdr", w(side, val=kind, sz=4, space=4, color="000000")))
    if spacing:
        properties.append(w("spacing", **spacing))
    if indent:
        properties.append(w("ind", **indent))
    if align:
        properties.append(w("jc", val=JUSTIFIED[align]))
    return w("p", w("pPr", *properties), *_runs(lines))


def table(widths: Sequence[int], rows: Iterable[Element]) -> Element:
    """A ruled table whose columns have these widths in twips, whatever stands in them."""
    properties = (
        w("tblStyle", val="Ruled"),
        w("tblW", w=sum(widths), type="dxa"),
        w("tblLayout", type="fixed"),
    )
    return w(
        "tbl", w("tblPr", *properties), w("tblGrid", *(w("gridCol", w=width) for width in widths)), *rows
    )


def row(cells: Iterable[Element], *, head: bool = False) -> Element:
    """A row that no page splits; one of the head stands on every page."""
    return w("tr", w("trPr", w("cantSplit"), *([w("tblHeader")] if head else [])), *cells)


def cell(
    width: int, paragraphs: Iterable[Element], *, columns: int = 1, merged: str = "", middle: bool = True
) -> Element:
    """A cell over so many columns; `merged` is `restart` or `continue` where it reaches over rows."""
    properties = [w("tcW", w=width, type="dxa")]
    if columns > 1:
        properties.append(w("gridSpan", val=columns))
    if merged:
        properties.append(w("vMerge", val=merged))
    if middle:
        properties.append(w("vAlign", val="center"))
    return w("tc", w("tcPr", *properties), *paragraphs)


def end_of_document(sheet: Element) -> Element:
    """The paragraph that ends a document before another one, and holds the sheet it is set on."""
    return w("p", w("pPr", w("spacing", line=20, lineRule="exact"), sheet))


def numbering_of(number: int) -> Element:
    """The numbering of one document, which begins anew."""
    anew = (w("lvlOverride", w("startOverride", val=1), ilvl=level) for level in LEVELS)
    return w("num", w("abstractNumId", val=1), *anew, numId=number)


def bind(element: Element) -> Element:
    """Let every paragraph in an element keep with the next one."""
    for each in element.iter(qn("w:p")):
        properties = each.find(qn("w:pPr"))
        if properties.find(qn("w:keepNext")) is None:
            properties.insert(1, w("keepNext"))
    return element


def w(tag: str, *children: Element, **attributes: object) -> Element:
    """An element of Word's vocabulary."""
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    element.extend(children)
    return element


def _runs(lines: Sequence[Sequence[Piece]]) -> Iterator[Element]:
    """The lines of a paragraph; what is to be filled in is drawn as a line under nothing."""
    for place, line in enumerate(lines):
        if place:
            yield w("r", w("br"))
        for piece in line:
            text = w("t")
            text.text = "　" * piece.blank or piece.text
            text.set(SPACE, "preserve")
            yield w("r", *([w("rPr", w("u", val="single"))] if piece.blank else []), text)
