"""What of an analysis is shown, and in which order: what the address of the page asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

ORDERS = [
    sign + key
    for key in (
        "code", "members", "points", "pace", "behind", "forecast", "last_weeks", "late", "busiest"
    )
    for sign in ("", "-")
]  # fmt: skip
"""By what the tables of units are ordered, but for the tree's order in which they are without being asked."""


class Show(StrEnum):
    """The parts of the analysis of many members, each of which takes a reckoning of its own."""

    COURSE = "course"
    QUARTERS = "quarters"
    RUSH = "rush"


@dataclass(frozen=True, slots=True)
class Asked:
    """The year and the day; which part is shown where there are many members; how units are ordered."""

    year: int
    as_of: date
    show: str = ""
    order: str = ""

    def query(self, **otherwise: Any) -> str:
        """The query of the same page with something said otherwise; `table` is that of a workbook."""
        said = replace(self, **{key: value for key, value in otherwise.items() if key != "table"})
        pairs = {
            "year": said.year, "as_of": said.as_of.isoformat(), "show": said.show, "order": said.order,
            "table": otherwise.get("table", ""),
        }  # fmt: skip
        return "?" + urlencode({key: value for key, value in pairs.items() if value})
