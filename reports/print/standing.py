"""What follows from a half-year for single members【四2】: a list of praise, slips of reminder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from reports.print.documents import Category
    from reports.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class PraiseList:
    """Who is ahead, to be read out at the branch's meeting; not for the wall."""

    template: ClassVar = "print/praise.html"

    organisation: str
    period: str
    last_day: str
    made_on: str
    categories: Sequence[Category]
    by_strokes: bool = False
    provisional: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What one member is told: the points, and what is missing of each indicator; figures, and no reasons."""

    name: str
    points: str
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """A slip for each member who is behind, to be cut apart and handed over one by one."""

    template: ClassVar = "print/reminders.html"

    organisation: str
    period: str
    day: str
    until: str
    made_on: str
    slips: Sequence[Slip]
    provisional: str = ""
