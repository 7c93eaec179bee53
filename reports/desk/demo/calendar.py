"""The activities of an organisation in a year: what is held when, under titles as branches write them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from random import Random

from reports.desk.demo.plan import Plan
from reports.desk.demo.tree import Node, Sector
from reports.desk.demo.words import listed, words

MEETING, PARTY_DAY, TRAINING = "meeting", "party_day", "training"
VOLUNTEERING, INTO_COMMUNITY = "volunteering", "into_community"

_QUARTERS = "一二三四"
_SIZES = {
    # meetings besides the quarterly lectures and assemblies, volunteering, into the community, training
    Sector.COMMUNITY: (5, 6, 2, 3),
    Sector.ORGAN: (8, 0, 4, 4),
    Sector.NON_PUBLIC: (4, 5, 0, 3),
}


@dataclass(frozen=True, slots=True)
class Event:
    """An activity of an organisation, known by its code."""

    organisation: str
    kind: str
    date: date
    title: str
    place: str


def events(plan: Plan, node: Node, year: int) -> list[Event]:
    """Everything the organisation holds in the year, up to the last day, in the order of dates."""
    dice = plan.dice("events", node.code, year)
    days, volunteering, visits, trainings = _SIZES[node.sector]
    held = [*_regular(dice, year), *_party_days(dice, year, days)]
    months = sorted(dice.sample(range(1, 13), volunteering))
    titles = listed("titles", "volunteering")
    held += [(VOLUNTEERING, _day(dice, year, month), titles[month - 1]) for month in months]
    wishes = [f"在职党员进社区：{title}" for title in listed("titles", "into_community")]
    courses = words()["titles"]["trainings"][node.sector.value]
    for kind, titles, count in ((INTO_COMMUNITY, wishes, visits), (TRAINING, courses, trainings)):
        months = sorted(dice.sample(range(2, 12), count))
        held += [(kind, _day(dice, year, month), title) for month, title in zip(months, titles, strict=False)]
    places = _places(node)
    return sorted(
        (
            Event(node.code, kind, day, title, places.get(kind, places[MEETING]))
            for kind, day, title in held
            if plan.first <= day <= plan.last
        ),
        key=lambda event: (event.date, event.kind, event.title),
    )


def _regular(dice: Random, year: int) -> list[tuple[str, date, str]]:
    """三会一课: a lecture and an assembly each quarter."""
    held = []
    assemblies = listed("titles", "assemblies")
    for quarter in range(4):
        first, second = dice.sample((1, 2, 3), 2)
        name = f"「三会一课」第{_QUARTERS[quarter]}季度"
        lecture = f"{name}党课：{dice.choice(listed('titles', 'lectures'))}"
        held.append((MEETING, _day(dice, year, quarter * 3 + first), lecture))
        held.append(
            (MEETING, _day(dice, year, quarter * 3 + second), f"{name}支部党员大会：{assemblies[quarter]}")
        )
    return held


def _party_days(dice: Random, year: int, count: int) -> list[tuple[str, date, str]]:
    months = sorted(dice.sample(range(1, 13), count))
    titles = listed("titles", "party_days")
    return [(PARTY_DAY, _day(dice, year, month), f"主题党日：{titles[month - 1]}") for month in months]


def _day(dice: Random, year: int, month: int) -> date:
    """Some day of the month, rather towards its end, and not before the books are opened in January."""
    first = 8 if month == 1 else 2
    return date(year, month, max(first, dice.randint(first, monthrange(year, month)[1])))


def _places(node: Node) -> dict[str, str]:
    hall = f"{node.area}党群服务中心" if node.sector == Sector.COMMUNITY else f"{node.area}会议室"
    outside = node.area if node.sector == Sector.COMMUNITY else "辖区各社区"
    return {MEETING: hall, TRAINING: "街道党校", VOLUNTEERING: outside, INTO_COMMUNITY: outside}
