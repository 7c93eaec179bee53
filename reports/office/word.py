"""Pages as a Word file: styles and not formats, headings that number themselves, tables to be edited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from itertools import accumulate, pairwise
from math import ceil
from typing import NamedTuple

from docx import Document
from docx.oxml.ns import qn

from reports.office.blocks import (
    NUMBERED,
    Block,
    Box,
    Grid,
    Opinions,
    Origin,
    Page,
    Pairs,
    Piece,
    Signature,
    Slip,
    Style,
    Words,
)
from reports.office.markup import Element, bind, cell, end_of_document, numbering_of, paragraph, row, table
from reports.office.master import SIZES, blank, suffix, type_width
from reports.office.package import steady
from reports.print.measure import length_of
from reports.tables import WIDTH_PARTS

ACROSS = 8
"""So many pairs of labels and figures stand side by side at most; more go on below them."""
WHOSE, SEALED, AFTER = 1700, 900, 450
"""Room to write an opinion, over a seal and under it, in twips: 30, 16 and 8 mm."""
GAP = {"line": 160, "lineRule": "exact"}
TWIPS_A_SIZE = 10
"""A size of type is told in half points."""


def write_word(pages: Sequence[Page]) -> bytes:
    """The pages one after the other in a .docx file, each from page 1 on; the same pages give the same bytes.

    They are all on the same paper; ValueError without a page.
    """
    if not pages:
        raise ValueError("A file needs a page.")
    languages = tuple(dict.fromkeys(page.language for page in pages))
    document = Document(BytesIO(blank(pages[0].paper, languages)))
    document.core_properties.title = pages[0].title
    sheet = document.element.body.find(qn("w:sectPr"))
    numbering = document.part.numbering_part.element
    for number, page in enumerate(pages, start=1):
        numbering.append(numbering_of(number))
        if number > 1:
            sheet.addprevious(end_of_document(deepcopy(sheet)))
        for element in _Setting(page, suffix(page.language, languages), number).elements():
            sheet.addprevious(element)
    content = BytesIO()
    document.save(content)
    return steady(content.getvalue())


class _Placed(NamedTuple):
    """A cell in its row: `merged` where it reaches over rows, as its first cell or a further one."""

    box: Box
    merged: str = ""


class _Setting:
    """How one page is set: its styles, its own numbering, the width between its margins."""

    def __init__(self, page: Page, mark: str, number: int) -> None:
        self._page, self._mark, self._number = page, mark, number
        self._width, self._sizes = type_width(page.paper), SIZES[page.paper]

    def elements(self) -> Iterator[Element]:
        """The paragraphs and tables of the page."""
        before: Block | None = None
        for block in self._page.blocks:
            if before is not None and isinstance(block, Words) and block.style is Style.TITLE:
                # A part with a title of its own begins on a page of its own.
                yield paragraph(self._style(block.style), block.lines, keep=block.keep, anew=True)
            else:
                if isinstance(before, Grid):
                    yield self._gap(keep=before.keep)
                yield from self._block(block)
            before = block
        if isinstance(before, Grid):
            yield self._gap()

    def _block(self, block: Block) -> Iterator[Element]:
        match block:
            case Words():
                yield self._words(block)
            case Grid():
                yield self._grid(block)
            case Pairs():
                yield from self._pairs(block)
            case Signature():
                yield from self._signature(block)
            case Opinions():
                yield self._gap(keep=True)
                yield self._opinions(block)
                yield self._gap()
            case Origin():
                first, *others = block.words
                yield paragraph(self._style(first.style), first.lines, ruled=("top", "single"))
                yield from map(self._words, others)
            case Slip():
                yield from self._slip(block)

    def _style(self, style: Style) -> str:
        return style + self._mark

    def _words(self, words: Words, align: str = "") -> Element:
        level = NUMBERED.get(words.style)
        numbered = None if level is None else (self._number, level)
        return paragraph(
            self._style(words.style), words.lines, keep=words.keep, numbered=numbered, align=align
        )

    def _gap(self, *, keep: bool = False) -> Element:
        """A thin paragraph beside a table, so that two do not become one; `keep` binds it to what follows."""
        return paragraph(self._style(Style.REMARK), keep=keep, spacing=GAP)

    def _grid(self, grid: Grid) -> Element:
        places = [edge * self._width // WIDTH_PARTS for edge in accumulate(grid.shares, initial=0)]
        widths = [right - left for left, right in pairwise(places)]
        rows = [self._row(placed, widths, head=True) for placed in _placed(grid.header)]
        # No row stands alone under its head, or on the next page.
        bound = {0, len(grid.rows) - 2} if len(grid.rows) > 1 else set()
        if grid.keep:
            bound.add(len(grid.rows) - 1)
        for place, boxes in enumerate(grid.rows):
            strong = grid.totalled and place == len(grid.rows) - 1
            rows.append(self._row(list(map(_Placed, boxes)), widths, keep=place in bound, strong=strong))
        return table(widths, rows)

    def _row(
        self,
        placed: Sequence[_Placed],
        widths: Sequence[int],
        *,
        head: bool = False,
        keep: bool = False,
        strong: bool = False,
    ) -> Element:
        """A row of a table; with `keep` on the same page as the next, `strong` as the one that adds up."""
        cells, place = [], 0
        for box, merged in placed:
            said = [Words(Style.CELL, ())] if merged == "continue" else box.words
            bound = [replace(words, keep=keep or head) for words in said]
            if strong:
                bound = [replace(words, style=Style.HEAD) for words in bound]
            width = sum(widths[place : place + box.columns])
            paragraphs = [self._words(words, box.align) for words in bound]
            cells.append(cell(width, paragraphs, columns=box.columns, merged=merged))
            place += box.columns
        return row(cells, head=head)

    def _pairs(self, block: Pairs) -> Iterator[Element]:
        if block.caption:
            yield self._words(Words(Style.CAPTION, [[Piece(block.caption)]]))
        else:
            yield self._gap(keep=True)
        layers = ceil(len(block.pairs) / ACROSS)
        across = ceil(len(block.pairs) / max(layers, 1))
        heads = [Box([Words(Style.HEAD, [[Piece(label)]])], head=True) for label, _box in block.pairs]
        boxes = [box for _label, box in block.pairs]
        empty = [Box([Words(Style.CELL, ())])] * (layers * across - len(boxes))
        rows = [
            list(map(_Placed, [*kind, *empty][start : start + across]))
            for start in range(0, len(boxes), across)
            for kind in (heads, boxes)
        ]
        widths = [self._width // across] * across
        yield table(widths, [self._row(placed, widths, keep=placed is not rows[-1]) for placed in rows])
        yield self._gap()

    def _signature(self, block: Signature) -> Iterator[Element]:
        """The name centred over the date, in a column as wide as the longer of the two and a little more."""
        character, line = self._sizes["text"] * TWIPS_A_SIZE, self._sizes["line"]
        longest = int(max(length_of(block.name), length_of(block.date)) * character)
        right = block.indent * character // 2
        spare = min(character, right)
        indent = {"left": max(self._width - right - longest - spare, 0), "right": right - spare}
        for text, spacing in ((block.name, {"before": 2 * line}), (block.date, {"after": line * 3 // 2})):
            yield paragraph(
                self._style(Style.SIGNED),
                [[Piece(text)]],
                keep=True,
                spacing=spacing,
                indent=indent,
                align="centre",
            )

    def _opinions(self, block: Opinions) -> Element:
        widths = [self._width // len(block.columns)] * len(block.columns)
        style, character = self._style(Style.CELL), self._sizes["cell"] * TWIPS_A_SIZE
        cells = []
        for (whose, signed, seal, day), width in zip(block.columns, widths, strict=True):
            # By its left edge: a line to sign on is not drawn where it hangs over the right one.
            left = max(width - int(length_of(signed.text) + 1) * character, 0)
            lines = [
                paragraph(style, whose.lines, align="start", spacing={"after": WHOSE}),
                paragraph(style, signed.lines, align="start", indent={"left": left}),
                paragraph(style, seal.lines, align="end", spacing={"before": SEALED, "after": AFTER}),
                paragraph(style, day.lines, align="end", spacing={"after": AFTER}),
            ]
            cells.append(cell(width, lines, middle=False))
        return table(widths, [row(cells)])

    def _slip(self, slip: Slip) -> Iterator[Element]:
        """What stands on a slip keeps together; under the last line of it there is one to cut along."""
        *others, last = slip.blocks
        for block in others:
            if isinstance(block, Grid):
                yield bind(self._grid(block))
            else:
                yield from self._block(block)
        if isinstance(last, Words):
            style = self._style(last.style)
            yield paragraph(style, last.lines, ruled=("bottom", "dashed"), spacing={"after": 240})


def _placed(rows: Sequence[Sequence[Box]]) -> list[list[_Placed]]:
    """Rows in which a cell that reaches down stands again, as its continuation, in the row below."""
    found: list[list[_Placed]] = []
    below: dict[int, Box] = {}
    for boxes in rows:
        placed, waiting, place = [], list(boxes), 0
        above, below = below, {}
        while waiting or place in above:
            one = _Placed(above[place], "continue") if place in above else _Placed(waiting.pop(0))
            if not one.merged and one.box.rows > 1:
                one = _Placed(one.box, "restart")
                below[place] = one.box
            placed.append(one)
            place += one.box.columns
        found.append(placed)
    return found
