"""In which order a printed list has the members of a category: by rank, or by strokes of surname."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from appraisal.services.results import Result
from members.models import Category
from members.strokes import stroke_key
from reports.enums import ListOrder


def place(order: ListOrder, *, rank: int | None, name: str, number: str) -> tuple[Any, ...]:
    """What the members of a category are sorted by; of a rank that nobody gave, after those with one."""
    if order == ListOrder.STROKES:
        return stroke_key(name), number
    return rank is None, rank or 0, number


def place_of(result: Result, order: ListOrder) -> tuple[Any, ...]:
    """What the results of a category are sorted by."""
    return place(order, rank=result.rank, name=result.score.name, number=result.score.number)


def by_category(results: Iterable[Result], order: ListOrder) -> list[tuple[Category, Sequence[Result]]]:
    """The results with points by category in the scheme's order, each category in the wanted one."""
    found: dict[Category, list[Result]] = {}
    for result in results:
        if result.daily is not None:
            found.setdefault(result.score.role.role.category, []).append(result)
    for members in found.values():
        members.sort(key=lambda one: place_of(one, order))
    return sorted(found.items(), key=lambda one: (one[0].order, one[0].code))
