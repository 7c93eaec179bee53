"""The order of names by strokes 按姓氏笔画为序, as notices and lists of persons have it."""

from __future__ import annotations

from bisect import bisect
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).with_suffix(".txt")
UNKNOWN = 99
"""Strokes of what is no Chinese character, or one that the table does not have: it comes last."""
NO_ORDER = "9"
"""Stands for an order of strokes that the table does not have: after those that it has."""
BETWEEN = frozenset("·•・ 　")
"""What stands between the parts of a name and is not written with strokes."""

Written = tuple[int, str, str]
"""How a character is written: how many strokes, which they are one after the other, and the character."""


@lru_cache(maxsize=20_000)
def stroke_key(name: str) -> tuple[Written, ...]:
    """What names are sorted by: character for character, the surname first, of two alike the shorter one.

    Of two characters comes first the one of fewer strokes, then the one whose first different stroke comes
    first in 横竖撇点折 (GF 3003-1999), then the one with the lower code point.
    """
    return tuple(written(one) for one in name if one not in BETWEEN)


def written(character: str) -> Written:
    """How a character is written, as on the mainland; of some the number of strokes alone is known."""
    order = _orders().get(character)
    if order is not None:
        return len(order), order, character
    characters, ends, counts = _numbers()
    place = characters.find(character)
    return (UNKNOWN if place < 0 else counts[bisect(ends, place)]), NO_ORDER, character


@lru_cache(maxsize=1)
def _orders() -> dict[str, str]:
    """The strokes of each character whose order is known, as digits from 1 横 to 5 折."""
    found: dict[str, str] = {}
    for line in _lines():
        if line[0].isdigit():
            characters = line.lstrip("12345")
            found |= dict.fromkeys(characters, line[: len(line) - len(characters)])
    return found


@lru_cache(maxsize=1)
def _numbers() -> tuple[str, list[int], list[int]]:
    """All other characters in one text, where in it those of one number of strokes end, and the numbers.

    A table of so many characters, of which few are ever asked for, would take twenty times the memory.
    """
    texts: list[str] = []
    ends: list[int] = []
    counts: list[int] = []
    for line in _lines():
        if line.startswith("="):
            count, _, characters = line[1:].partition(" ")
            texts.append(characters)
            ends.append((ends[-1] if ends else 0) + len(characters))
            counts.append(int(count))
    return "".join(texts), ends, counts


def _lines() -> list[str]:
    return [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
