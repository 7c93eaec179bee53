"""How long a text is, and how large the type of a points card can be that fits into a quarter of A4."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor
from typing import TYPE_CHECKING

from reports.tables import WIDTH_PARTS

if TYPE_CHECKING:
    from reports.print.documents import Card

SIZES = range(21, 12, -1)
"""The sizes of a small card's type in half points, the largest first: 五号, 10.5 pt, down to 6.5 pt."""
WIDTH, HEIGHT = 257, 381
"""The room within the margins of a quarter of A4, in points: 91 by 134.5 mm."""

# Measures of styles/card.css in the type of the card, a line and the padding of a cell with its rule.
LINE, PADDING, GAP, TITLE = 1.3, 0.46, 0.6, 2.5
HEAD, SMALL, FIGURE = 0.75, 0.8, 1.3
LABEL, VALUE = 0.16, 0.34
BESIDE = 0.7
"""What stands in a cell beside its text."""
NOTE = 46
"""The characters of the note under the table, beside the day."""
LEAD = 7
"""The characters that a line in small print begins with at most."""


def length_of(text: str) -> float:
    """The length of a text in characters of the grid; ASCII takes half of one, as 仿宋 has it."""
    return sum(0.5 if char.isascii() else 1 for char in text)


def card_size(card: Card) -> int:
    """The largest of SIZES in which a card fits into a quarter of A4; the least where it fits in none."""
    return next((size for size in SIZES if _height(card, 2 * WIDTH / size) < 2 * HEIGHT / size), SIZES[-1])


def _height(card: Card, width: float) -> float:
    """How high a card of this width is, both counted in the size of its type."""
    shares = [share / WIDTH_PARTS for share in card.table.shares()]
    titles = [str(heading.title) for heading in card.table.header()[0]]
    rows = [
        _row([card.name, card.number], [VALUE, VALUE], width),
        _row([card.organisation, card.period], [VALUE, VALUE], width),
        _row([card.role], [1 - LABEL], width),
        _row([fact.label for fact in card.facts], [1 / len(card.facts)] * len(card.facts), width),
        FIGURE * (LINE + PADDING),
        HEAD * _row(titles, shares, width / HEAD),
        *(_row([cell.text for cell in row], shares, width) for row in card.table.body()),
    ]
    small = [*card.adjustments, card.made_on + "　" * NOTE, card.origin.scheme]
    small += [text for text in (card.origin.digest, card.origin.log_head) if text]
    notes = SMALL * sum(LINE * _lines("　" * LEAD + text, width / SMALL) + GAP for text in small)
    over = LINE * _lines(card.origin.provisional, width) + GAP if card.origin.provisional else 0
    return TITLE + over + sum(rows) + 3 * GAP + notes


def _row(texts: Iterable[str], shares: Iterable[float], width: float) -> float:
    """The height of a row of a table: that of the cell with the most lines."""
    tallest = max(_lines(text, share * width - BESIDE) for text, share in zip(texts, shares, strict=True))
    return LINE * tallest + PADDING


def _lines(text: str, room: float) -> int:
    """How many lines a text takes where one has room for so many characters."""
    return ceil(length_of(text) / max(floor(room), 1)) or 1
