"""What the commands share at the console: UTF-8 whatever the locale, refusals, quiet ends, aligned tables."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, OutputWrapper

from reports.tables import Align, Column, Table

_WIDE = ("W", "F")
_GAP = "  "


class ConsoleCommand(BaseCommand):
    """A command whose output is UTF-8 whatever the locale, and that ends quietly when nobody reads on."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; a closed pipe such as `| head` is no error."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        try:
            output = super().execute(*args, **options)
            sys.stdout.flush()
        except BrokenPipeError:
            # What is still in the buffer goes nowhere, or the interpreter would complain at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        return output

    def refuse(self, *sentences: str) -> NoReturn:
        """Say why, on standard error, and end non-zero."""
        for sentence in sentences:
            self.stderr.write(sentence)
        sys.exit(1)

    def tell(self, lines: Iterable[str]) -> None:
        """Print lines."""
        stream: OutputWrapper = self.stdout
        for line in lines:
            stream.write(line)


def width_of(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in _WIDE
        else 1
        for character in text
    )


def aligned(table: Table) -> Iterator[str]:
    """The table as lines of text whose columns stand below each other."""
    body = [[cell.text for cell in row] for row in table.body()]
    titles = [str(column.title) for column in table.columns]
    widths = [max(map(width_of, cells)) for cells in zip(titles, *body, strict=True)]
    for row in (titles, ["-" * width for width in widths], *body):
        yield _line(row, table.columns, widths)


def _line(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    padded = []
    for text, column, width in zip(cells, columns, widths, strict=True):
        blank = " " * (width - width_of(text))
        padded.append(blank + text if column.align == Align.END else text + blank)
    return _GAP.join(padded).rstrip()
