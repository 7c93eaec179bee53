"""Where two lists of scores part, told so that a person can look into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.golden.facts import Book

Scores = list[dict[str, Any]]


def first_difference(expected: Scores, found: Scores) -> str:
    """The first member, and of that member every figure, in which the lists differ; "" where they do not."""
    numbers = [[row["member_no"] for row in rows] for rows in (expected, found)]
    if numbers[0] != numbers[1]:
        return f"members\n    oracle:  {numbers[0]}\n    product: {numbers[1]}"
    for ours, theirs in zip(expected, found, strict=True):
        lines = list(_differing(ours, theirs))
        if lines:
            return "\n".join([f"member {ours['member_no']} ({ours['role']} in {ours['org']}):", *lines])
    return ""


def about(books: list[Book], number: str) -> str:
    """Every row of the files that speaks of the member, by number or by name."""
    names = {
        row["姓名"] for _, rows in books for row in rows if row.get("党员编号") == number and "姓名" in row
    }
    told = []
    for kind, rows in books:
        for row in rows:
            if row.get("党员编号") == number or ("党员编号" not in row and row.get("姓名") in names):
                cells = ", ".join(f"{column} {cell}" for column, cell in row.items() if column != "党员编号")
                told.append(f"    {kind}: {cells}")
    return "\n".join(told)


def _differing(ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys([*ours, *theirs]):
        if key == "lines":
            continue
        yield from _cell(key, ours, theirs)
    expected, found = (row.get("lines") or [] for row in (ours, theirs))
    orders = [[line["indicator"] for line in lines] for lines in (expected, found)]
    if orders[0] != orders[1]:
        yield f"    lines: oracle {orders[0]}, product {orders[1]}"
        return
    for mine, other in zip(expected, found, strict=True):
        for key in dict.fromkeys([*mine, *other]):
            yield from (f"    {mine['indicator']}{text[3:]}" for text in _cell(key, mine, other))


def _cell(key: str, ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[str]:
    mine, other = ours.get(key, "(missing)"), theirs.get(key, "(missing)")
    number = isinstance(mine, (int, float)) and isinstance(other, (int, float))
    if (
        mine != other
        or (type(mine) is not type(other) and not number)
        or (key != "done" and type(mine) is not type(other))
    ):
        yield f"    {key}: oracle {mine!r}, product {other!r}"
