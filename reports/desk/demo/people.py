"""The members of the demo: who they are, where they stood from when to when, and how diligent they are."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from random import Random

from reports.desk.demo.names import person
from reports.desk.demo.plan import LEAST_MEMBERS_OF_A_BRANCH, Plan, day_between, shares
from reports.desk.demo.tree import Node, Sector
from reports.desk.demo.words import listed

ONE_DAY = timedelta(days=1)
ELDERLY = "elderly.member"
IN_SERVICE = "in_service.member"
STUDENT = "community.student"
ORDINARY = {
    Sector.COMMUNITY: "community.member",
    Sector.ORGAN: "organ.member",
    Sector.NON_PUBLIC: "non_public.member",
}
_ROLES: dict[Sector, tuple[tuple[str, float], ...]] = {
    Sector.COMMUNITY: (
        ("community.group_lead", 0.11),
        (ELDERLY, 0.12),
        (IN_SERVICE, 0.15),
        (STUDENT, 0.06),
    ),
    Sector.ORGAN: (("organ.leader", 0.1), ("organ.middle", 0.28)),
    Sector.NON_PUBLIC: (("non_public.leader", 0.14), ("non_public.backbone", 0.26)),
}
_AGES = {
    "community.secretary": (36, 56),
    "community.committee": (28, 55),
    "community.group_lead": (40, 72),
    "community.member": (35, 78),
    STUDENT: (21, 25),
    IN_SERVICE: (27, 58),
    ELDERLY: (66, 90),
    "organ.leader": (40, 58),
    "organ.middle": (32, 55),
    "organ.member": (25, 57),
    "non_public.leader": (33, 58),
}
_TIERS = ((0.32, 1.08, 1.4), (0.66, 0.88, 1.08), (0.87, 0.62, 0.88), (0.95, 0.35, 0.62), (1.0, 0.08, 0.35))
"""Up to which part of all, and between what and what of the quota such members do."""
_EXAMPLES = ("community.secretary", "community.committee", "organ.leader", "non_public.leader")
"""Roles whose holders seldom lag behind."""
_WEIGHTS = {Sector.COMMUNITY: 1.0, Sector.ORGAN: 0.9, Sector.NON_PUBLIC: 0.75}
_PROMOTIONS = {
    "community.member": "community.group_lead",
    STUDENT: "community.member",
    "organ.member": "organ.middle",
    "organ.middle": "organ.leader",
    "non_public.member": "non_public.backbone",
}


@dataclass(frozen=True, slots=True)
class Stay:
    """A posting: `place` is the code of where, `unit` of the organisation whose activities one attends."""

    place: str
    unit: str
    role: str
    start: date
    end: date | None = None


@dataclass(slots=True)
class Person:
    """A member. `diligence` is about how much of each quota is done; `late`: the branch hands in late."""

    number: str
    name: str
    birth: date
    joined: date
    diligence: float
    late: bool
    stays: list[Stay]
    leaves: list[tuple[date, date | None, str]] = field(default_factory=list)

    def stay_on(self, day: date) -> Stay | None:
        """The posting held on the day."""
        for stay in self.stays:
            if stay.start <= day and (stay.end is None or day <= stay.end):
                return stay
        return None

    def role_in(self, year: int) -> str:
        """The role by which the member is scored in the year: the last one begun by its end."""
        begun = [stay for stay in self.stays if stay.start.year <= year]
        return (begun or self.stays)[-1].role

    def away_on(self, day: date) -> bool:
        """Whether the member is on leave on the day."""
        return any(start <= day and (end is None or day <= end) for start, end, _ in self.leaves)

    def probationary_on(self, day: date) -> bool:
        """Whether the year of probation has not passed on the day."""
        return self.joined > day - timedelta(days=365)


def settle(plan: Plan, nodes: list[Node]) -> list[Person]:
    """Everybody, in the order of organisations and numbers, with all that happens to their postings."""
    width = max(5, len(str(plan.members)))
    people: list[Person] = []
    homes = _homes(plan, nodes)
    late = _late_branch(nodes)
    for node, count in homes:
        dice = plan.dice("people", node.code)
        for role in _roles(node, count):
            number = f"DT-{len(people) + 1:0{width}}"
            people.append(_person(plan, plan.dice("person", number), number, node, role, node.code == late))
        _into_groups(dice, node, people[len(people) - count :])
    _move(plan, nodes, people)
    return people


def _late_branch(nodes: list[Node]) -> str | None:
    """The last community branch hands everything in at the end; a demo with one branch has none."""
    branches = [node.code for node in nodes if node.is_branch and node.sector == Sector.COMMUNITY]
    return branches[-1] if len(branches) > 1 else None


def _homes(plan: Plan, nodes: list[Node]) -> list[tuple[Node, int]]:
    """Where members are posted, and how many."""
    branches = [node for node in nodes if node.is_branch]
    heads = [node for node in nodes if node.kind == "党总支" and node.sector == Sector.COMMUNITY]
    each = 4 if plan.members >= 8 * plan.branches else 1
    if plan.members < LEAST_MEMBERS_OF_A_BRANCH * len(branches) + each * len(heads):
        heads = []
    dice = plan.dice("sizes")
    weights = [_WEIGHTS[node.sector] * dice.uniform(0.65, 1.35) for node in branches]
    rest = plan.members - each * len(heads)
    sizes = dict(
        zip((node.code for node in branches), shares(rest, weights, LEAST_MEMBERS_OF_A_BRANCH), strict=True)
    )
    sizes |= {node.code: each for node in heads}
    return [(node, sizes[node.code]) for node in nodes if node.code in sizes]


def _roles(node: Node, count: int) -> Iterator[str]:
    if not node.is_branch:
        yield "community.secretary"
        yield from ["community.committee"] * (count - 1)
        return
    left = count
    for place, (role, share) in enumerate(_ROLES[node.sector]):
        number = min(left, max(place == 0, round(count * share)))
        left -= number
        yield from [role] * number
    yield from [ORDINARY[node.sector]] * left


def _person(plan: Plan, dice: Random, number: str, node: Node, role: str, late: bool) -> Person:
    youngest, oldest = _AGES.get(role, (23, 59))
    year = plan.year - dice.randint(youngest, oldest)
    birth = day_between(dice, date(year, 1, 1), date(year, 12, 28))
    # Somebody joins from 18 on; students have just done so, others long ago.
    first = date(birth.year + (18 if role == STUDENT else 20), 12, 29)
    newest = plan.first - timedelta(days=90)
    joined = day_between(dice, min(first, newest), newest)
    if role != STUDENT:
        joined = min(joined, day_between(dice, min(first, newest), newest))
    start = day_between(dice, max(joined, date(plan.first.year - 9, 1, 1)), newest)
    start = start.replace(day=1) if start.replace(day=1) >= joined else start
    chance = dice.random()
    _, least, most = _TIERS[bisect([tier[0] for tier in _TIERS], chance)]
    diligence = dice.uniform(least, most) * (0.75 if late else 1)
    if role in _EXAMPLES:
        diligence = max(diligence, dice.uniform(0.85, 1.2))
    stay = Stay(node.code, node.code, role, start)
    return Person(number, person(dice, birth.year), birth, joined, round(diligence, 4), late, [stay])


def _into_groups(dice: Random, node: Node, people: list[Person]) -> None:
    for person_ in people:
        if node.groups:
            stay = person_.stays[0]
            group = dice.choice(node.groups)
            person_.stays = [Stay(group.code, stay.unit, stay.role, stay.start)]


def _move(plan: Plan, nodes: list[Node], people: list[Person]) -> None:
    """Let some join, go, change branch or role, take leave: at least one of each, each person one thing."""
    dice = plan.dice("moves")
    free = [person_ for person_ in people if person_.stays[0].role not in ("community.secretary", ELDERLY)]
    dice.shuffle(free)
    branches = [node for node in nodes if node.is_branch]
    span = plan.first + timedelta(days=40), plan.last

    def some(share: float, suits: Callable[[Person], bool] = lambda _: True) -> Iterator[tuple[Person, date]]:
        wanted = max(1, round(len(people) * share))
        chosen = list(islice(filter(suits, free), wanted))
        taken = {who.number for who in chosen}
        free[:] = [who for who in free if who.number not in taken]
        for who in chosen:
            yield who, day_between(dice, *span)

    if span[0] >= span[1]:
        return
    for person_, day in some(0.012, lambda who: who.birth.year <= plan.year - 66 and not who.late):
        _then(person_, day, role=ELDERLY)
    for person_, day in some(
        0.05, lambda who: who.stays[0].role in set(ORDINARY.values()) | {STUDENT, IN_SERVICE}
    ):
        _arrive(dice, person_, day)
    for person_, day in some(0.04) if len(branches) > 1 else ():
        _transfer(dice, person_, day, branches)
    for person_, day in some(0.02, lambda who: who.stays[0].role in _PROMOTIONS):
        _then(person_, day, role=_PROMOTIONS[person_.stays[0].role])
    for person_, day in some(0.01):
        person_.stays = [_ended(person_.stays[0], day)]
    for person_, day in some(0.04):
        until = day + timedelta(days=dice.randint(45, 200))
        bounded = None if until > plan.last or dice.random() < 0.2 else until
        reasons = "leaves_young" if person_.birth.year > plan.year - 50 else "leaves_old"
        person_.leaves.append((day, bounded, dice.choice(listed("reasons", reasons))))


def _then(
    person_: Person, day: date, *, role: str, place: str | None = None, unit: str | None = None
) -> None:
    before = person_.stays[0]
    after = Stay(place or before.place, unit or before.unit, role, day)
    person_.stays = [_ended(before, day - ONE_DAY), after]


def _ended(stay: Stay, end: date) -> Stay:
    return Stay(stay.place, stay.unit, stay.role, stay.start, end)


def _arrive(dice: Random, person_: Person, day: date) -> None:
    """Somebody new: a transfer from outside, or a candidate just admitted."""
    stay = person_.stays[0]
    person_.stays = [Stay(stay.place, stay.unit, stay.role, day)]
    if stay.role == STUDENT or dice.random() < 0.4:
        person_.joined = day


def _transfer(dice: Random, person_: Person, day: date, branches: list[Node]) -> None:
    """To a branch of the same kind where there is another, else to any as an ordinary member."""
    stay = person_.stays[0]
    sector = next((node.sector for node in branches if node.code == stay.unit), Sector.COMMUNITY)
    others = [node for node in branches if node.code != stay.unit]
    alike = [node for node in others if node.sector == sector]
    target = dice.choice(alike if alike and dice.random() < 0.75 else others)
    home = dice.choice(target.groups) if target.groups else target
    keeps = target.sector == sector and stay.role != "community.committee"
    role = stay.role if keeps else ORDINARY[target.sector]
    _then(person_, day, role=role, place=home.code, unit=target.code)
