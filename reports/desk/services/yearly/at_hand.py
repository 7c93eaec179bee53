"""Which year is being reviewed, and the ways to the years around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from scoring.views.places import FIRST_YEAR, YEARS_OFFERED


def year_at_hand(on: date) -> int:
    """The last year that is over, which is the one submitted and decided on: from 31 December its own."""
    return on.year if (on.month, on.day) == (12, 31) else on.year - 1


def years_offered(year: int, last: int, address: Callable[[int], str]) -> list[dict[str, Any]]:
    """Ways to the year and the last few, each with its label."""
    offered = {year, *range(max(FIRST_YEAR, last - YEARS_OFFERED + 1), last + 1)}
    return [{"label": one, "url": address(one), "current": one == year} for one in sorted(offered)]
