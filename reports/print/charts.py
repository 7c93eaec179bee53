"""Charts as plain geometry in whole points, which the templates draw as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 306
TEXT = 9
LINE = 11
LABEL = 121
VALUE = 36
LABEL_CHARACTERS = 13
PLOT = 64


@dataclass(frozen=True, slots=True)
class Bar:
    """One value to draw, in any unit from 0, with its label and its text; `weak` ones stand out."""

    label: str
    value: int
    text: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text at its baseline."""

    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn bar: the rectangle, its label and its text."""

    x: int
    y: int
    width: int
    height: int
    weak: bool
    labels: tuple[Line, ...]
    text: Line


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished drawing: its size, its title, its shapes, and where a mark stands (None: no mark).

    `track` is the left end and the length of the scale of level bars; None for upright ones, which stand on
    `floor`.
    """

    title: str
    note: str
    height: int
    shapes: tuple[Shape, ...]
    track: tuple[int, int] | None = None
    floor: int = 0
    mark: int | None = None
    width: int = WIDTH


def upright(title: str, bars: Sequence[Bar], note: str = "") -> Chart:
    """Upright bars side by side, the highest filling the plot: how many members stand where."""
    highest = max((bar.value for bar in bars), default=0) or 1
    step = WIDTH // max(len(bars), 1)
    floor = LINE + PLOT
    shapes = []
    for place, bar in enumerate(bars):
        height = bar.value * PLOT // highest
        centre = place * step + step // 2
        shapes.append(
            Shape(
                x=centre - step * 3 // 10,
                y=floor - height,
                width=step * 6 // 10,
                height=height,
                weak=bar.weak,
                labels=(Line(bar.label, centre, floor + LINE),),
                text=Line(bar.text, centre, floor - height - 3),
            )
        )
    return Chart(title=title, note=note, height=floor + LINE + 4, shapes=tuple(shapes), floor=floor)


def level(title: str, bars: Sequence[Bar], whole: int, mark: int | None = None, note: str = "") -> Chart:
    """Level bars one below the other on a scale from 0 to `whole`: how far each indicator has come.

    `mark` is the value that would be expected by now.
    """
    length = WIDTH - LABEL - VALUE
    shapes = []
    y = 0
    for bar in bars:
        lines = _lines(bar.label)
        height = max(len(lines) * LINE, LINE) + 2
        middle = y + height // 2
        first = middle + TEXT // 2 - 1 - (len(lines) - 1) * LINE // 2
        shapes.append(
            Shape(
                x=LABEL,
                y=middle - 4,
                width=min(bar.value, whole) * length // whole,
                height=8,
                weak=bar.weak,
                labels=tuple(Line(line, LABEL - 5, first + place * LINE) for place, line in enumerate(lines)),
                text=Line(bar.text, LABEL + length + 5, middle + TEXT // 2 - 1),
            )
        )
        y += height
    return Chart(
        title=title,
        note=note,
        height=max(y, LINE),
        shapes=tuple(shapes),
        track=(LABEL, length),
        mark=None if mark is None else LABEL + min(mark, whole) * length // whole,
    )


def _lines(label: str) -> list[str]:
    """A label in lines of at most LABEL_CHARACTERS; SVG breaks none by itself."""
    return [label[start : start + LABEL_CHARACTERS] for start in range(0, len(label), LABEL_CHARACTERS)]
