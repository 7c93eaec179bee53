"""Upright bars as shares of a drawing, which the page stretches to its own width."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

TOP, FLOOR = 14, 84
"""Where the highest bar ends and where all stand, in per cent of the height; below them the labels."""

BREAK = re.compile(r"(?<=–)|(?=（)|(?<=\d)(?= )")
"""Where a label breaks that is too wide for its bar: after a dash, before a bracket, after a number."""


class Bar(NamedTuple):
    """One value from 0 with its label and its text, both of which may be empty; `weak` ones stand out."""

    label: str
    value: int
    text: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A bar as it is drawn; all measures are shares such as `12.50%`.

    `lines` are the label's where it is too wide for the bar.
    """

    label: str
    lines: tuple[str, ...]
    text: str
    weak: bool
    x: str
    y: str
    width: str
    height: str
    middle: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Bars side by side on a floor; `dense`: too many for a text above each."""

    shapes: tuple[Shape, ...]
    floor: str
    dense: bool


def drawing(bars: Sequence[Bar], *, dense: bool = False) -> Drawing:
    """The bars side by side, the highest as high as there is room."""
    highest = max((bar.value for bar in bars), default=0) or 1
    step = 10_000 // max(len(bars), 1)
    part = 86 if dense else 60
    shapes = []
    for place, bar in enumerate(bars):
        height = (FLOOR - TOP) * 100 * max(bar.value, 0) // highest
        shapes.append(
            Shape(
                label=bar.label,
                lines=tuple(BREAK.split(bar.label)),
                text="" if dense else bar.text,
                weak=bar.weak,
                x=_share(place * step + step * (100 - part) // 200),
                y=_share(FLOOR * 100 - height),
                width=_share(step * part // 100),
                height=_share(height),
                middle=_share(place * step + step // 2),
            )
        )
    return Drawing(tuple(shapes), f"{FLOOR}%", dense)


def _share(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
