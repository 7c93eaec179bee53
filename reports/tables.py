"""The one table definition that screens and printed pages share, so that they cannot disagree."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from reports.periods import day_text
from scoring.rules.exact import text as points_text

Words = str | Promise

MINUS = "−"
PRESUMED = "*"
"""Stands after a fulfilment that nobody has recorded and that is presumed until somebody does."""

WIDTH_PARTS = 400
"""The parts that a table's width is told in: a column's share is a class, not a style in the page."""


class Align(StrEnum):
    """Where the text of a column stands; the value is the class of its cells."""

    START = "start"
    CENTRE = "centre"
    END = "end"


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """What a cell of an indicator shows: `done` of `quota`.

    Without a quota the indicator is a judged one and `done` is its fulfilment in tenths of a per cent.
    """

    done: int
    quota: int | None = None
    waived: bool = False
    presumed: bool = False


def number(value: int) -> str:
    """A whole number as it is."""
    return str(value)


def points(value: int) -> str:
    """Hundredths as a figure with two decimals: 8347 gives 83.47."""
    return points_text(value)


def change(value: int) -> str:
    """Hundredths with their sign: 150 gives +1.50, -150 gives −1.50, 0 gives 0.00."""
    sign = "+" if value > 0 else MINUS if value < 0 else ""
    return sign + points_text(abs(value))


def percent(value: int) -> str:
    """Tenths of a per cent, with the tenth only where there is one: 855 gives 85.5%, 1000 gives 100%."""
    whole, tenth = divmod(value, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"


def fulfilment(value: Fulfilment) -> str:
    """`9/12`, `100%`, the mark of a presumption after it, or the word for a waived indicator."""
    if value.waived:
        return _("waived")
    shown = percent(value.done) if value.quota is None else f"{value.done}/{value.quota}"
    return shown + PRESUMED if value.presumed else shown


FIGURES = (number, points, change, percent, day_text)
"""The formats of numbers and days, which stay what they are where a table becomes a sheet."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key under which a row holds its value, and how it is headed, set and written.

    `width` is relative: a column of 2 is twice as wide as one of 1. `group` heads neighbours that share it.
    `format` makes the text of a value that is not None; `empty` stands for None.
    """

    key: str
    title: Words
    align: Align = Align.CENTRE
    width: float = 1
    format: Callable[[Any], str] = str
    group: Words = ""
    empty: str = "—"


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of one value, the class that aligns it, and whether it is a number or a day."""

    text: str
    align: Align
    figure: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """One cell of the header row or rows, over so many columns and rows."""

    title: Words
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Columns, and rows that map their keys to raw values; a key left out counts as None."""

    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]

    def header(self) -> list[list[Heading]]:
        """The header: one row, or two where columns are grouped."""
        if not any(column.group for column in self.columns):
            return [[Heading(column.title) for column in self.columns]]
        upper: list[Heading] = []
        lower: list[Heading] = []
        for group, members in groupby(self.columns, key=lambda column: str(column.group)):
            titles = [Heading(column.title) for column in members]
            if group:
                upper.append(Heading(group, columns=len(titles)))
                lower.extend(titles)
            else:
                upper.extend(Heading(heading.title, rows=2) for heading in titles)
        return [upper, lower]

    def shares(self) -> list[int]:
        """The width of each column in parts of the table's, WIDTH_PARTS in all, at least one for each."""
        whole = sum(column.width for column in self.columns)
        edges: list[float] = [0]
        for column in self.columns:
            edges.append(edges[-1] + column.width)
        places = [round(edge * WIDTH_PARTS / whole) for edge in edges]
        return [max(right - left, 1) for left, right in pairwise(places)]

    def body(self) -> Iterator[list[Cell]]:
        """The rows as cells of text."""
        for row in self.rows:
            yield [self._cell(column, row.get(column.key)) for column in self.columns]

    @staticmethod
    def _cell(column: Column, value: Any) -> Cell:
        if value is None:
            return Cell(column.empty, column.align)
        return Cell(column.format(value), column.align, figure=column.format in FIGURES)
