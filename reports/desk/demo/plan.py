"""What the demo is asked to make, and the dice it is made with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

LEAST_MEMBERS_OF_A_BRANCH = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """The arguments of a demo.

    `branches` counts branches 党支部 (general branches and groups come on top). `entries` is how many
    entries each member has in the year; None: as many as a branch would have, and a lighter year before
    with votes, so that annual results can be seen. Nothing is dated after `today`.
    """

    branches: int
    members: int
    entries: int | None
    year: int
    seed: int
    today: date

    @property
    def first(self) -> date:
        """The day on which the books are opened."""
        return date(self.years[0], 1, 4)

    @property
    def last(self) -> date:
        """The last day on which anything happens."""
        return min(self.today, date(self.year, 12, 31))

    @property
    def years(self) -> tuple[int, ...]:
        """The years that have a ledger, in order."""
        return (self.year - 1, self.year) if self.entries is None else (self.year,)

    def dice(self, *what: object) -> Random:
        """Dice of their own for each thing, so that one thing more changes nothing else."""
        return Random("/".join(map(str, (self.seed, *what))))


def day_between(dice: Random, first: date, last: date) -> date:
    """Some day from `first` to `last`, both included."""
    return first + timedelta(days=dice.randrange((last - first).days + 1))


def shares(total: int, weights: list[float], least: int = 0) -> list[int]:
    """Divide `total` in proportion to the weights, whole numbers, each at least `least`, none lost."""
    rest = total - least * len(weights)
    exact = [rest * weight / sum(weights) for weight in weights]
    counts = [int(part) for part in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: (counts[place] - exact[place], place))
    for place in by_remainder[: rest - sum(counts)]:
        counts[place] += 1
    return [count + least for count in counts]
