"""What a page is made of, block by block, as Word and Excel write it: plain texts, ready to be set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Style(StrEnum):
    """What a paragraph is; the value is the style's id in the Word file."""

    TITLE = "Title"
    HEADING = "Heading1"
    SUBHEADING = "Heading2"
    ITEM = "Item"
    BODY = "BodyText"
    FLUSH = "Flush"
    PROVISIONAL = "Provisional"
    IMPRINT = "Imprint"
    CAPTION = "Caption"
    REMARK = "Remark"
    SIGNED = "Signed"
    CELL = "Cell"
    HEAD = "CellHead"


NUMBERED = {Style.HEADING: 0, Style.SUBHEADING: 1, Style.ITEM: 2}
"""The paragraphs that are numbered, by their level: 一、 and （一） and 1."""


class Paper(StrEnum):
    """The sheet a page is set on: upright, turned, or slips to be cut apart."""

    UPRIGHT = "upright"
    WIDE = "wide"
    SLIPS = "slips"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; a blank one is a line of so many characters to be filled in by hand."""

    text: str
    blank: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph: its lines, each of pieces; `keep` binds it to the next one on the same page."""

    style: Style
    lines: Sequence[Sequence[Piece]]
    keep: bool = False

    @property
    def text(self) -> str:
        """All of it as one line, with strokes for what is to be filled in."""
        return " ".join(self.each_line)

    @property
    def each_line(self) -> list[str]:
        """Its lines one by one, as above."""
        return [
            "".join("＿" * piece.blank if piece.blank else piece.text for piece in line)
            for line in self.lines
        ]


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of a table: what stands in it, how it is aligned, over how many columns and rows it reaches.

    A `figure` is a number or a day of ours, and no text of a user's.
    """

    words: Sequence[Words]
    align: str = "centre"
    head: bool = False
    figure: bool = False
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        """All that stands in it, on one line."""
        return " ".join(words.text for words in self.words)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: header rows, which repeat on every page, rows, which do not split, shares of the width.

    With `keep` its last rows stand on the page of what follows.
    """

    header: Sequence[Sequence[Box]]
    rows: Sequence[Sequence[Box]]
    shares: Sequence[int]
    totalled: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels and their figures under a caption, which may be empty: an overview, or what a chart draws."""

    caption: str
    pairs: Sequence[tuple[str, Box]]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs over the date, `indent` half characters off the right edge."""

    name: str
    date: str
    indent: int


@dataclass(frozen=True, slots=True)
class Opinions:
    """Side by side those who give their opinion and sign: for each its lines, with room for a seal."""

    columns: Sequence[Sequence[Words]]


@dataclass(frozen=True, slots=True)
class Origin:
    """The small print under a line."""

    words: Sequence[Words]


@dataclass(frozen=True, slots=True)
class Slip:
    """What is cut apart from the others, and not torn by the end of a page."""

    blocks: Sequence[Block]


Block = Words | Grid | Pairs | Signature | Opinions | Origin | Slip


@dataclass(frozen=True, slots=True)
class Page:
    """A whole document in one of the languages that pages are printed in."""

    title: str
    language: str
    paper: Paper
    blocks: Sequence[Block] = field(default_factory=tuple)
