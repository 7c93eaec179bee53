"""What each member does in a year: entries of the ledger, the more the more diligent the member is."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from reports.desk.demo.calendar import MEETING, PARTY_DAY, TRAINING, Event
from reports.desk.demo.facts import Facts
from reports.desk.demo.names import person
from reports.desk.demo.people import ELDERLY, Person
from reports.desk.demo.plan import Plan, day_between
from reports.desk.demo.words import listed

CRAMMED_DAYS = 24
_VISITS = {"visit_people": "走访联系群众", "visit_household": "入户走访居民"}
_ROUNDS = {"visit_people": 9, "visit_household": 10}
_PAIRED = "家庭"
_NOT_ASKED = 0.07
"""How often somebody comes to what the role does not ask for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger; `event` is the activity on whose list it stands, if any."""

    day: date
    indicator: str
    quantity: int
    title: str
    until: date | None = None
    on_time: bool = True
    note: str = ""
    event: Event | None = None


class Conduct:
    """Makes entries by the quotas of the scheme."""

    def __init__(self, plan: Plan, facts: Facts) -> None:
        self.plan, self.facts = plan, facts

    def entries(self, who: Person, year: int, held: list[Event]) -> list[Entry]:
        """One member's entries of the year, by date; `held` are the activities where the member is posted.

        With a number of entries asked for there are exactly as many, unless no day of the year is the
        member's: more visits are put in, or whatever else was done is left out.
        """
        dice = self.plan.dice("conduct", who.number, year)
        first, last = self._days(who, year)
        if first > last:
            return []
        made = [
            *self._attended(dice, who, held),
            *self._visits(dice, who, first, last),
            *self._dues(dice, who, first, last),
            *self._written(dice, who, first, last),
        ]
        if year == self.plan.years[0]:
            made += self._standing(dice, who)
        if self.plan.entries is not None:
            made = self._exactly(dice, who, made, first, last)
        return sorted(made, key=lambda entry: (entry.day, entry.indicator, entry.title, entry.quantity))

    def _days(self, who: Person, year: int) -> tuple[date, date]:
        """The stretch of the year in which the member was there; a late branch crams it into its end."""
        last = min(self.plan.last, date(year, 12, 31), who.stays[-1].end or date.max)
        first = max(date(year, 1, 1), who.stays[0].start)
        return (max(first, last - timedelta(days=CRAMMED_DAYS)) if who.late else first), last

    def _attended(self, dice: Random, who: Person, held: list[Event]) -> list[Entry]:
        made = []
        counts: dict[str, int] = {}
        for event in held:
            kind = MEETING if event.kind == PARTY_DAY else event.kind
            counts[kind] = counts.get(kind, 0) + 1
        for event in held:
            stay = who.stay_on(event.date)
            if stay is None or stay.unit != event.organisation or who.away_on(event.date):
                continue
            indicator = self.facts.indicator_of(event.kind, stay.role)
            quota = self.facts.quota(stay.role, indicator) if indicator else 0
            if stay.role == ELDERLY:
                chance = 0.1 if event.kind == PARTY_DAY else 0.0
            elif not quota:
                chance = 0.0 if event.kind == TRAINING else _NOT_ASKED
            else:
                kind = MEETING if event.kind == PARTY_DAY else event.kind
                of_year = counts[kind] * 12 / max(self._months(event.date.year), 1)
                chance = min(0.97, who.diligence * (quota + 0.5) / of_year)
            if indicator and dice.random() < chance:
                made.append(Entry(event.date, indicator, 1, event.title, event=event))
        return made

    def _months(self, year: int) -> int:
        return self.plan.last.month if year == self.plan.last.year else 12

    def _visits(self, dice: Random, who: Person, first: date, last: date) -> list[Entry]:
        made = []
        role = who.role_in(last.year)
        part = (last - first).days / 365 if not who.late else 1.0
        for indicator, rounds in _ROUNDS.items():
            quota = self.facts.quota(role, indicator)
            rows = max(1, round(rounds * part)) if quota else 0
            each = quota * min(who.diligence, 1.3) * 1.03 / rounds
            for _ in range(rows):
                quantity = round(each * dice.uniform(0.7, 1.35))
                day = self._own_day(dice, who, first, last)
                if quantity and day:
                    made.append(Entry(day, indicator, quantity, _VISITS[indicator]))
        return made

    def _dues(self, dice: Random, who: Person, first: date, last: date) -> list[Entry]:
        """A row for most months; who is not diligent forgets some, and pays some late."""
        made = []
        if not self.facts.quota(who.role_in(last.year), "dues"):
            return []
        year = last.year
        forgets = max(0.0, 0.9 - who.diligence) * 0.5
        for month in range(1, last.month + 1):
            day = date(year, month, dice.randint(3, min(25, monthrange(year, month)[1])))
            forgotten, late = dice.random() < forgets, dice.random() < 0.03 + forgets / 2
            if forgotten or day > last or who.stay_on(day) is None:
                continue
            made.append(Entry(day, "dues", 1, "", on_time=not late, note="逾期补缴" if late else ""))
        return made

    def _written(self, dice: Random, who: Person, first: date, last: date) -> list[Entry]:
        made = []
        role = who.role_in(last.year)
        for indicator, titles in (("essay", "essays"), ("good_deed", "deeds")):
            quota = self.facts.quota(role, indicator)
            if not quota:
                continue
            wanted = sum(dice.random() < min(0.95, who.diligence * 0.9) for _ in range(quota))
            wanted += dice.random() < (who.diligence - 1) / 2
            for title in dice.sample(listed("titles", titles), wanted):
                day = self._own_day(dice, who, first, last)
                if day:
                    made.append(Entry(day, indicator, 1, title))
        return made

    def _standing(self, dice: Random, who: Person) -> list[Entry]:
        """Pairings and posts: most begun in earlier years, some that have ended."""
        made = []
        stay = who.stays[-1]
        for indicator in ("pair_household", "pair_backbone", "volunteer_post"):
            if not self.facts.quota(stay.role, indicator) or dice.random() > who.diligence + 0.15:
                continue
            begun = max(stay.start, self.plan.first - timedelta(days=365 * 4))
            last = min(self.plan.last, stay.end or self.plan.last)
            for _ in range(2 if dice.random() < 0.12 else 1):
                day = day_between(dice, begun, max(begun, last - timedelta(days=60)))
                ended = None
                if dice.random() < 0.08:
                    ended = day_between(dice, day, last)
                made.append(Entry(day, indicator, 1, self._label(dice, indicator), until=ended))
        return made

    def _label(self, dice: Random, indicator: str) -> str:
        if indicator == "volunteer_post":
            return dice.choice(listed("titles", "posts"))
        household = person(dice, dice.randint(1940, 1985))
        return f"{dice.randint(1, 18)}栋{dice.randint(1, 4)}0{dice.randint(1, 6)}室{household}{_PAIRED}"

    def _exactly(self, dice: Random, who: Person, made: list[Entry], first: date, last: date) -> list[Entry]:
        wanted = self.plan.entries or 0
        if len(made) >= wanted:
            return dice.sample(made, wanted)
        role = who.role_in(last.year)
        indicator = "visit_household" if self.facts.quota(role, "visit_household") else "visit_people"
        more = wanted - len(made)
        days = (last - first).days + 1
        for _ in range(more):
            day = first + timedelta(days=dice.randrange(days))
            made.append(Entry(day, indicator, dice.randint(1, 4), _VISITS[indicator]))
        return made

    def _own_day(self, dice: Random, who: Person, first: date, last: date) -> date | None:
        """Some day on which the member was posted and not away; None where the dice find none."""
        for _ in range(4):
            day = day_between(dice, first, last)
            if who.stay_on(day) is not None and not who.away_on(day):
                return day
        return None
