"""What a branch hands out, has signed or fills in by hand: all cards, the sheet to confirm, registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from reports.print.documents import Card, Category, Origin
    from reports.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSheet:
    """The points cards of a unit, four to a page, to be cut apart and handed over."""

    template: ClassVar = "print/cards.html"

    organisation: str
    period: str
    cards: Sequence[Card]

    @property
    def pairs(self) -> list[Sequence[Card]]:
        """The cards two by two, as they stand side by side; the last may have one alone."""
        return [self.cards[place : place + 2] for place in range(0, len(self.cards), 2)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationSheet:
    """Every member's points of a period with room for a signature and its day; not for the wall."""

    template: ClassVar = "print/confirmation.html"

    organisation: str
    period: str
    last_day: str
    made_on: str
    categories: Sequence[Category]
    by_strokes: bool = False
    adjustments: Sequence[str] = ()
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankForm:
    """A register to be kept by hand, a table to a page."""

    title: str
    tables: Sequence[Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankForms:
    """The registers of a unit for a year, with its members' names or with empty lines."""

    template: ClassVar = "print/blank_forms.html"

    organisation: str
    period: str
    forms: Sequence[BlankForm]
