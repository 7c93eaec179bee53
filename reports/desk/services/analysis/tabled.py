"""Tables of the analysis: the same columns and rows on screen and as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.urls import reverse

from members.addresses import KEY, addresses
from reports.desk.services.analysis.asked import Asked
from reports.desk.services.branch import figure
from reports.tables import Align, Column


class Heading(NamedTuple):
    """A heading; with a `query` it orders the table, `sorted` is how it is ordered by it now, if it is."""

    title: str
    align: str
    query: str = ""
    sorted: str = ""


class Cell(NamedTuple):
    """A cell after the first of its row, with the heading of its column."""

    text: str
    label: str
    look: str


class Line(NamedTuple):
    """One row: its values in the columns' order, the way its first one leads (empty: none), a note below."""

    values: tuple[Any, ...]
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tabled:
    """A table: `key` is asked for its workbook, `asked` is given where columns order it."""

    key: str
    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    asked: Asked | None = None

    def head(self) -> Iterator[Heading]:
        """The headings; by the one that orders the table, the other way round."""
        for column in self.columns:
            title, align = str(column.title), str(column.align)
            if self.asked is None:
                yield Heading(title, align)
                continue
            key, now = column.key, ""
            usual = key if column.align == Align.START else f"-{key}"
            if self.asked.order.lstrip("-") == key:
                rising = self.asked.order == key
                usual, now = (f"-{key}", "ascending") if rising else (key, "descending")
            yield Heading(title, align, self.asked.query(order=usual), now)

    def body(self) -> Iterator[tuple[Line, str, list[Cell]]]:
        """Each row with the text of its first cell and its other cells."""
        first, *others = self.columns
        for line in self.lines:
            cells = [
                Cell(_text(column, value), str(column.title), f"{column.align} cell-{column.key}")
                for column, value in zip(others, line.values[1:], strict=True)
            ]
            yield line, _text(first, line.values[0]), cells

    def sheet(self) -> tuple[list[str], list[list[object]]]:
        """The header and the rows of a workbook."""
        rows = [
            [figure(column, value) for column, value in zip(self.columns, line.values, strict=True)]
            for line in self.lines
        ]
        return [str(column.title) for column in self.columns], rows


def ordered(lines: Sequence[Line], columns: Sequence[Column], order: str) -> tuple[Line, ...]:
    """The rows by a column's values, those without one last; as they are where none of these is named."""
    place = next((at for at, one in enumerate(columns) if one.key == order.lstrip("-")), None)
    if place is None:
        return tuple(lines)
    told = [line for line in lines if line.values[place] is not None]
    told.sort(key=lambda line: line.values[place], reverse=order.startswith("-"))
    return (*told, *(line for line in lines if line.values[place] is None))


def ways(asked: Asked) -> Callable[[object], str]:
    """From the code of a unit to the same analysis of it alone."""
    return addresses(reverse("branch_analysis", args=[KEY]) + asked.query(order="", show=""))


def _text(column: Column, value: Any) -> str:
    return column.empty if value is None else column.format(value)
