"""Names of fictional people, places and firms."""

from __future__ import annotations

from functools import cache
from random import Random

from reports.desk.demo.words import listed, words

_COHORTS = (1960, 1980, 1998)
"""The years of birth from which given names sound different."""


def person(dice: Random, birth_year: int) -> str:
    """A name that fits the year of birth; one in fifty has a rare character, a few are no Han names."""
    if dice.random() < 0.004:
        return dice.choice(listed("names", "minority"))
    surnames, weights = _surnames()
    surname = dice.choices(surnames, cum_weights=weights)[0]
    cohort = sum(birth_year >= first for first in _COHORTS)
    given = dice.choice(_given("women" if dice.random() < 0.42 else "men")[cohort])
    if dice.random() < 0.02:
        rare = dice.choice(listed("names", "rare"))
        given = rare if len(given) == 1 else given[0] + rare
    return surname + given


@cache
def communities() -> list[str]:
    """Names of communities, all different; the dice choose among them."""
    return [
        area + ending for ending in ("", *listed("places", "endings")) for area in listed("places", "areas")
    ]


@cache
def firms() -> list[str]:
    """Names of firms and social organisations, all different."""
    trades = listed("places", "trades")
    return [
        name + trades[(place + shift) % len(trades)]
        for shift in range(len(trades))
        for place, name in enumerate(listed("places", "firms"))
    ]


@cache
def _surnames() -> tuple[list[str], list[int]]:
    pairs = listed("names", "surnames")
    weights, total = [], 0
    for weight in pairs[1::2]:
        total += int(weight)
        weights.append(total)
    return pairs[::2], weights


@cache
def _given(sex: str) -> list[list[str]]:
    return [names.split() for names in words()["names"][sex]]
