"""A member's year as a drawing: what the ledger holds of each indicator, month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.utils.translation import gettext as _

from reports.desk.services.derivation import Derivation
from reports.desk.services.pieces import Piece
from scoring.rules.spans import MONTHS

WHOLE = 100
HALF_STROKE = 10
"""A stretch is a fifth of its line high, in per cent."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one month has of an indicator: its middle as a share of the width, how much, whether it counts."""

    middle: str
    text: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """What lasts over months: left end, length and top as shares of the drawing, and whether it counts."""

    start: str
    length: str
    top: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Track:
    """One indicator's line through the year; what lasts is drawn as a stretch, the rest as marks."""

    name: str
    marks: tuple[Mark, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Shade:
    """A month that does not count: where it begins as a share of the width."""

    start: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawing, and `pieces`, all that is drawn, oldest first, for whoever reads it as a table.

    `edges` divide the months, `width` is that of one month; all are shares of the drawing's width.
    """

    tracks: tuple[Track, ...]
    shades: tuple[Shade, ...]
    edges: tuple[str, ...]
    width: str
    pieces: tuple[Piece, ...]


def timeline(found: Derivation) -> Timeline:
    """The year of a derivation: its lines in the scheme's order, what earns nothing, awards last."""
    named: dict[str, list[Piece]] = defaultdict(list)
    for line in found.lines:
        named[line.wording] += line.pieces
    for piece in found.idle:
        named[piece.indicator].append(piece)
    named[_("Awards and contributions")] += found.bonuses
    pieces = [piece for listed in named.values() for piece in listed]
    return Timeline(
        tracks=tuple(_track(name, listed, found) for name, listed in named.items() if listed),
        shades=tuple(Shade(_share(month.number - 1)) for month in found.months if month.reason),
        edges=tuple(_share(month) for month in range(1, MONTHS)),
        width=_share(1),
        pieces=tuple(sorted(pieces, key=attrgetter("day", "reference"))),
    )


def _track(name: str, pieces: list[Piece], found: Derivation) -> Track:
    lasting = [piece for piece in pieces if piece.lasting]
    dated = sorted((piece for piece in pieces if not piece.lasting), key=attrgetter("day"))
    return Track(
        name=name,
        marks=tuple(
            _mark(month, list(listed)) for month, listed in groupby(dated, key=attrgetter("day.month"))
        ),
        stretches=tuple(
            _stretch(piece, place, len(lasting), found) for place, piece in enumerate(lasting, start=1)
        ),
    )


def _mark(month: int, pieces: list[Piece]) -> Mark:
    """The month's mark: the sum of what counts, and where nothing does, of all there is."""
    counting = [piece for piece in pieces if piece.counts]
    return Mark(_share(month - 1, half=True), _sum(counting or pieces), bool(counting))


def _sum(pieces: Iterable[Piece]) -> str:
    return str(sum(piece.quantity for piece in pieces))


def _stretch(piece: Piece, place: int, of: int, found: Derivation) -> Stretch:
    """A stretch of the year up to the day; several of one line lie one below the other."""
    first = 0 if piece.day.year < found.year else piece.day.month - 1
    last = found.as_of if piece.until is None else min(piece.until, found.as_of)
    return Stretch(
        start=_share(first),
        length=_share(max(last.month - first, 1)),
        top=f"{WHOLE * place // (of + 1) - HALF_STROKE}%",
        counts=piece.counts,
    )


def _share(months: int, *, half: bool = False) -> str:
    """So many months, and with `half` half a one more, as a share of the drawing's width."""
    hundredths = (2 * months + half) * 10_000 // (2 * MONTHS)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
