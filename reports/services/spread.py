"""How many members stand where: the bars that the quarterly summary and the analysis on screen share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from reports.services.progress import Progress
from reports.tables import points
from scoring.models import Scheme
from scoring.rules.exact import UNIT

BINS = 8
"""At most so many bars in a distribution of points."""


class Bin(NamedTuple):
    """How many members stand between two figures; `weak`: below the threshold of the scheme."""

    label: str
    members: int
    weak: bool = False


def points_bins(members: Iterable[Progress]) -> list[Bin]:
    """How many stand between which points, in steps of ten or, where they lie far apart, twenty."""
    totals = [member.points // UNIT for member in members]
    step = 10 if not totals or max(totals) // 10 - min(totals) // 10 < BINS else 20
    first, last = min(totals, default=0) // step, max(totals, default=0) // step
    return [
        Bin(f"{place * step}–{(place + 1) * step}", sum(total // step == place for total in totals))
        for place in range(first, last + 1)
    ]


def pace_bins(members: Iterable[Progress], scheme: Scheme) -> list[Bin]:
    """How many go at which pace: below the scheme's threshold, up to the course, on it.

    The pace itself counts, as for who is behind: 0.496 is below 0.50, though it is printed as that.
    """
    threshold = int(scheme.behind_below * UNIT)
    paces = [member.going * UNIT for member in members if member.going is not None]
    between = (threshold + UNIT) // 2
    limits = (0, threshold, between, UNIT, max(paces, default=UNIT) + UNIT)
    labels = (
        f"<{points(threshold)}",
        f"{points(threshold)}–{points(between)}",
        f"{points(between)}–{points(UNIT)}",
        f"≥{points(UNIT)}",
    )
    return [
        Bin(label, sum(low <= pace < high for pace in paces), high == threshold)
        for label, low, high in zip(labels, limits, limits[1:], strict=False)
    ]
