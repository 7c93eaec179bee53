"""What branches decide about members: judged standards, awards, waivers, votes; and care for the elderly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from reports.desk.demo.facts import Facts
from reports.desk.demo.people import ELDERLY, IN_SERVICE, Person
from reports.desk.demo.plan import Plan, day_between
from reports.desk.demo.words import listed, words

_VOTES = (
    (1.3, (0.72, 0.24, 0.04)),
    (1.0, (0.5, 0.38, 0.1)),
    (0.7, (0.2, 0.45, 0.27)),
    (0.4, (0.06, 0.3, 0.42)),
    (0.0, (0.0, 0.12, 0.36)),
)
"""From which diligence on which shares of excellent, good and qualified votes are to be expected."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to an elderly member (by number), by the contact member: what was passed on and heard."""

    member: str
    day: date
    visitor: str
    passed_on: str
    heard: str


@dataclass(frozen=True, slots=True)
class Care:
    """An elderly member's wish, who keeps contact (by number), and the visits."""

    member: str
    wish: str
    wished_on: date
    contact: str
    visits: tuple[Visit, ...]


def judgements(
    plan: Plan, facts: Facts, people: list[Person], year: int
) -> Iterator[tuple[date, Person, str, float, str]]:
    """The few who were found wanting: day, member, standard, per cent, explanation."""
    day = min(plan.last, date(year, 12, 26))
    for who in people:
        dice = plan.dice("judged", who.number, year)
        judged = [code for code, quota in facts.quotas[who.role_in(year)].items() if quota is None]
        if judged and _there(who, year, day) and dice.random() < (0.35 if who.diligence < 0.5 else 0.02):
            percent, note = dice.choice(words()["reasons"]["judged"])
            yield day, who, dice.choice(judged), percent, note


def bonuses(
    plan: Plan, people: list[Person], year: int
) -> Iterator[tuple[date, Person, str | None, float | None, str]]:
    """Awards (level, no points) and contributions (no level, points): day, member, level, points, reason."""
    for who in people:
        dice = plan.dice("bonus", who.number, year)
        if who.stays[-1].role == ELDERLY or who.diligence < 0.9:
            continue
        first, last = _stretch(plan, who, year)
        if first > last:
            continue
        if dice.random() < 0.06:
            level, reason = dice.choice(words()["reasons"]["awards"])
            yield day_between(dice, first, last), who, level, None, reason
        if dice.random() < 0.02:
            points = dice.choice((1, 2, 2.5, 3, 5))
            yield (
                day_between(dice, first, last),
                who,
                None,
                points,
                dice.choice(listed("reasons", "contributions")),
            )


def waivers(
    plan: Plan, facts: Facts, people: list[Person], year: int
) -> Iterator[tuple[date, Person, str, str]]:
    """Who is excused from what the year through: day, member, indicator, reason."""
    for who in people:
        dice = plan.dice("waiver", who.number, year)
        waivable = facts.waivable[who.role_in(year)]
        first, last = _stretch(plan, who, year)
        settled = first <= last and all(stay.start.year < year for stay in who.stays)
        if waivable and settled and dice.random() < 0.3:
            yield (
                max(first, min(last, date(year, 2, 20))),
                who,
                waivable[0],
                dice.choice(listed("reasons", "excuses")),
            )


def tallies(
    plan: Plan, facts: Facts, people: list[Person], year: int
) -> Iterator[tuple[Person, tuple[int, ...]]]:
    """The votes of the meeting at the year's end, six figures for each member; a few were not voted on."""
    day = date(year, 12, 28)
    if day > plan.last:
        return
    for who in people:
        dice = plan.dice("votes", who.number, year)
        stay = who.stay_on(day)
        absent = dice.random() < 0.015
        if stay is None or stay.role in facts.daily_only | facts.unscored or absent or who.away_on(day):
            continue
        if stay.start > date(year, 12, 15):
            continue
        yield who, _votes(dice, plan.dice("voters", stay.unit, year).randint(16, 42), who.diligence)


def care(plan: Plan, people: list[Person]) -> Iterator[Care]:
    """Wishes of the elderly and the visits paid to them, about one each quarter."""
    contacts: dict[str, list[Person]] = {}
    for who in people:
        (stay, *moved) = who.stays
        if stay.role not in (ELDERLY, IN_SERVICE) and stay.start < plan.first and not moved and not stay.end:
            contacts.setdefault(stay.unit, []).append(who)
    for who in people:
        stay = who.stays[-1]
        if stay.role != ELDERLY:
            continue
        dice = plan.dice("care", who.number)
        begun = max(stay.start, plan.first)
        days = sorted(day_between(dice, begun, plan.last) for _ in range(dice.randint(2, 7)))
        near = contacts.get(stay.unit)
        contact = dice.choice(near) if near else None
        yield Care(
            member=who.number,
            wish="by_choice" if dice.random() < 0.3 else "exempt",
            wished_on=stay.start,
            contact=contact.number if contact else "",
            visits=tuple(
                Visit(
                    who.number,
                    day,
                    contact.name if contact else "",
                    dice.choice(listed("reasons", "passed_on")),
                    dice.choice(listed("reasons", "heard")),
                )
                for day in days
            ),
        )


def _votes(dice: Random, voters: int, diligence: float) -> tuple[int, ...]:
    shares = next(shares for least, shares in _VOTES if diligence >= least)
    counts = [0, 0, 0, 0, 0, 0]
    for _ in range(voters):
        chance = dice.random()
        if chance > 0.97:
            counts[dice.choice((4, 4, 5))] += 1
            continue
        mark, upto = 0, shares[0]
        while mark < 3 and chance > upto:
            mark += 1
            upto += shares[mark] if mark < 3 else 1.0
        counts[mark] += 1
    return tuple(counts)


def _stretch(plan: Plan, who: Person, year: int) -> tuple[date, date]:
    """The part of the year, up to the last day, in which the member was posted."""
    return (
        max(date(year, 1, 1), plan.first, who.stays[0].start),
        min(plan.last, date(year, 12, 31), who.stays[-1].end or date.max),
    )


def _there(who: Person, year: int, day: date) -> bool:
    return who.stay_on(day) is not None and who.stays[0].start < date(year, 12, 1)
