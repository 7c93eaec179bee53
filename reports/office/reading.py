"""From the page that a PDF is made of to its blocks: so no word and no figure is said in two places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from lxml import html
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from reports.office.blocks import (
    Block,
    Box,
    Grid,
    Opinions,
    Origin,
    Page,
    Pairs,
    Paper,
    Piece,
    Signature,
    Slip,
    Style,
    Words,
)
from reports.print.engine import Sheet

Element = Any
"""An element of lxml, which is not typed."""

PARAGRAPHS = {
    "flush": Style.FLUSH,
    "provisional": Style.PROVISIONAL,
    "imprint": Style.IMPRINT,
    "item": Style.ITEM,
    "remark": Style.REMARK,
    "hands": Style.FLUSH,
    "from": Style.SIGNED,
}
"""The styles of paragraphs by their class; without one it is text."""

HEADINGS = {"h1": Style.TITLE, "h2": Style.HEADING, "h3": Style.SUBHEADING}
LEVELS = (Style.HEADING, Style.SUBHEADING)
ALIGNS = ("start", "centre", "end")
BLANK, SHORT = 8, 3
"""The characters of a line to fill in, as the stylesheet has it."""

_SPACE = re.compile(r"[ \t\r\n\f]+")
_UNFIT = re.compile("[\ud800-\udfff\ufffe\uffff]")


def page_of(sheet: Sheet) -> Page:
    """The blocks of a rendered page, without the characters that neither Word nor Excel can hold."""
    root = html.document_fromstring(_UNFIT.sub("", ILLEGAL_CHARACTERS_RE.sub("", sheet.html)))
    named = root.get("class") or ""
    paper = next((one for one in Paper if one == named), Paper.UPRIGHT)
    title = "".join(piece.text for piece in _line(root.find("head/title")))
    return Page(title, sheet.language, paper, tuple(_blocks(root.find("body"))))


def _blocks(parent: Element, keep: bool = False) -> Iterator[Block]:
    found: list[Block] = []
    for child in parent:
        if "under" in _classes(child) and found and isinstance(found[-1], Grid | Words):
            found[-1] = replace(found[-1], keep=True)
        found += _block(child, keep)
    yield from found


def _block(element: Element, keep: bool) -> Iterator[Block]:
    named = _classes(element)
    match element.tag:
        case "h1" | "h2" | "h3" | "p":
            style = HEADINGS.get(element.tag) or _style(named)
            yield Words(style, _lines(element), keep or style in LEVELS)
        case "table" if "facts" in named:
            yield _facts(element)
        case "table" if "opinions" in named:
            yield Opinions([_opinion(cell) for cell in element.iter("td")])
        case "table":
            yield _grid(element)
        case "figure":
            yield from _figure(element)
        case "section" if "slip" in named:
            yield Slip(tuple(_blocks(element, keep=True)))
        case "section":
            yield from _bound(list(_blocks(element, keep=True)))
        case "div" if "signature" in named:
            inner = next(element.iterchildren())
            name, date = (words.text for words in map(_words, inner))
            indent = next(int(one.removeprefix("off-")) for one in _classes(inner) if one.startswith("off-"))
            yield Signature(name, date, indent)
        case "div" if "origin" in named:
            yield Origin([replace(_words(child), style=Style.REMARK) for child in element])
        case "div":
            yield from _blocks(element, keep)


def _bound(blocks: list[Block]) -> list[Block]:
    """Blocks that keep together: the last one is not bound to what follows."""
    if blocks and isinstance(last := blocks[-1], Words):
        blocks[-1] = replace(last, keep=False)
    return blocks


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


def _style(named: Sequence[str]) -> Style:
    return next((PARAGRAPHS[one] for one in named if one in PARAGRAPHS), Style.BODY)


def _words(element: Element) -> Words:
    return Words(_style(_classes(element)), _lines(element))


def _facts(table: Element) -> Pairs:
    labels, values = table.findall(".//tr")
    boxes = (_box(value, figure=True) for value in values)
    return Pairs("", list(zip(map(_text, labels), boxes, strict=True)))


def _figure(figure: Element) -> Iterator[Block]:
    """What a chart draws, by its labels: a drawing itself is nothing to edit."""
    bars = []
    for bar in figure.iter("{*}g"):
        *label, value = (text.text or "" for text in bar.iter("{*}text"))
        bars.append(("".join(label), Box([_plain(Style.CELL, value)], figure=True)))
    if bars:
        yield Pairs(_text(figure.find("figcaption")), bars)
        yield from (_words(note) for note in figure.findall("p") if "key" not in _classes(note))


def _opinion(cell: Element) -> list[Words]:
    return [Words(Style.CELL, _lines(line)) for line in cell.findall("p")]


def _grid(table: Element) -> Grid:
    shares = [int(one.get("class").removeprefix("part-")) for one in table.findall("col")]
    return Grid(
        header=[[_box(cell) for cell in row] for row in table.findall("thead/tr")],
        rows=[[_box(cell) for cell in row] for row in table.findall("tbody/tr")],
        shares=shares,
        totalled="totalled" in _classes(table),
    )


def _box(cell: Element, figure: bool = False) -> Box:
    named, head = _classes(cell), cell.tag == "th"
    words = [Words(Style.HEAD if head else Style.CELL, _lines(cell))]
    words += [Words(Style.REMARK, _lines(small)) for small in cell.findall("small")]
    return Box(
        words,
        align=next((one for one in ALIGNS if one in named), "centre"),
        head=head,
        figure=figure or "figure" in named,
        columns=int(cell.get("colspan", 1)),
        rows=int(cell.get("rowspan", 1)),
    )


def _plain(style: Style, text: str) -> Words:
    return Words(style, [[Piece(text)]])


def _text(element: Element) -> str:
    return " ".join("".join(piece.text for piece in line) for line in _lines(element))


def _lines(element: Element) -> list[list[Piece]]:
    """The text of an element in lines, without what stands in it in small print."""
    lines: list[list[Piece]] = [[]]
    for piece in _pieces(element):
        if piece is None:
            lines.append([])
        else:
            lines[-1].append(piece)
    return [_trimmed(line) for line in lines]


def _line(element: Element) -> list[Piece]:
    return _lines(element)[0]


def _pieces(element: Element) -> Iterator[Piece | None]:
    """The pieces of a text, None for the end of a line."""
    yield Piece(element.text or "")
    for child in element:
        if child.tag == "br":
            yield None
        elif child.tag != "small":
            named = _classes(child)
            if "blank" in named:
                yield Piece("", SHORT if "short" in named else BLANK)
            else:
                yield from _pieces(child)
        yield Piece(child.tail or "")


def _trimmed(line: list[Piece]) -> list[Piece]:
    """A line whose white space is what a browser shows of it."""
    joined: list[Piece] = []
    for piece in line:
        if joined and not piece.blank and not joined[-1].blank:
            joined[-1] = Piece(joined[-1].text + piece.text)
        else:
            joined.append(piece)
    found = [piece if piece.blank else Piece(_SPACE.sub(" ", piece.text)) for piece in joined]
    if found and not found[0].blank:
        found[0] = Piece(found[0].text.lstrip(" "))
    if found and not found[-1].blank:
        found[-1] = Piece(found[-1].text.rstrip(" "))
    return [piece for piece in found if piece.blank or piece.text]
