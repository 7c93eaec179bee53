"""Quarters, half-years and years by their codes: `2026Q1`, `2026H2`, `2026` (I19: calendar)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from members.errors import Refused

FIRST_YEAR, LAST_YEAR = 2000, 2100
SHAPE = re.compile(r"(\d{4})(?:(Q)([1-4])|(H)([12]))?", re.ASCII)


class Length(StrEnum):
    """How long a period is."""

    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


MONTHS = {Length.QUARTER: 3, Length.HALF_YEAR: 6, Length.YEAR: 12}
TITLES = {
    (Length.QUARTER, 1): _("the first quarter of %(year)s"),
    (Length.QUARTER, 2): _("the second quarter of %(year)s"),
    (Length.QUARTER, 3): _("the third quarter of %(year)s"),
    (Length.QUARTER, 4): _("the fourth quarter of %(year)s"),
    (Length.HALF_YEAR, 1): _("the first half of %(year)s"),
    (Length.HALF_YEAR, 2): _("the second half of %(year)s"),
    (Length.YEAR, 1): _("the year %(year)s"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """One calendar period: the `number`-th of its length in the year, from 1."""

    year: int
    length: Length
    number: int = 1

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period of a code. Raises Refused for anything else, and outside the years 2000 to 2100."""
        found = SHAPE.fullmatch(text.strip().upper())
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise Refused(
                _("%(text)s is no period: write a quarter as 2026Q1, a half-year as 2026H1, a year as 2026."),
                params={"text": text},
            )
        year = int(found[1])
        if found[2]:
            return cls(year, Length.QUARTER, int(found[3]))
        if found[4]:
            return cls(year, Length.HALF_YEAR, int(found[5]))
        return cls(year, Length.YEAR)

    @property
    def code(self) -> str:
        """The code that parses to this period."""
        letter = {Length.QUARTER: "Q", Length.HALF_YEAR: "H", Length.YEAR: ""}[self.length]
        return f"{self.year}{letter}{self.number if letter else ''}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, (self.number - 1) * MONTHS[self.length] + 1, 1)

    @property
    def last(self) -> date:
        """Its last day, as of which its figures stand."""
        month = self.number * MONTHS[self.length]
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def quarter(self) -> int:
        """The quarter of its last day, 1 to 4."""
        return (self.last.month + 2) // 3

    @property
    def before(self) -> Period | None:
        """The one before it in the same year; points begin anew with the year."""
        return Period(self.year, self.length, self.number - 1) if self.number > 1 else None

    @property
    def title(self) -> str:
        """Its name in the active language: 2026年第一季度, 2026年上半年, 2026年度."""
        return str(TITLES[self.length, self.number]) % {"year": self.year}


def day_text(day: date) -> str:
    """A day as official documents write it, without padding: 2026年7月3日."""
    return f"{day.year}年{day.month}月{day.day}日"
