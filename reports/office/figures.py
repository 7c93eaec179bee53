"""Figures as they are printed, read back as the numbers that they are: the text alone says all of it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from reports.tables import MINUS

_NUMBER = re.compile(rf"([+{MINUS}]?)(\d+)(?:\.(\d+))?(%?)", re.ASCII)
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII)
DAYS = 'yyyy"年"m"月"d"日"'

Figure = int | Decimal | date


def figure_of(text: str) -> tuple[Figure, str] | None:
    """The number or the day that a text gives, with the format that shows it as the same text; None: neither.

    83.47 is the number 83.47, +1.50 and −1.50 keep their sign, 85.5% is 0.855.
    """
    if day := _DAY.fullmatch(text):
        return date(*map(int, day.groups())), DAYS
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, whole, decimals, percent = found.groups(default="")
    shown = f"0.{'0' * len(decimals)}" if decimals else "0"
    shown += percent
    value = Decimal(f"{whole}.{decimals or 0}") if decimals or percent else Decimal(whole)
    if sign == MINUS:
        value = -value
    if sign:
        shown = f"+{shown};{MINUS}{shown};{shown}"
    if percent:
        return value.scaleb(-2), shown
    return (value if decimals else int(value)), shown
