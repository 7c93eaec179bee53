"""What of a table of scores is shown, and in which order: what the address of the page asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlencode

from appraisal.services.results import Result, UnitResults
from members.models import Category, Member
from reports.services.progress import Progress, progress
from reports.tables import Words


class Going(StrEnum):
    """Who has come how far, as an address says it (spec of the scheme: I20)."""

    AHEAD = "ahead"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Choice:
    """The year and the day; whom to show: by words, code of the category, or how far they have come.

    `order` is the key of a column, after a hyphen for the greatest first; empty: by number.
    `listed` is the order of printed lists; empty: what the organisation's settings say.
    """

    year: int
    as_of: date
    words: str = ""
    category: str = ""
    going: str = ""
    order: str = ""
    listed: str = ""

    @property
    def narrows(self) -> bool:
        """Whether not everybody is shown."""
        return bool(self.words or self.category or self.going)

    def query(self, **otherwise: Any) -> str:
        """The query of the same page with something said otherwise."""
        said = replace(self, **otherwise)
        pairs = {
            "year": said.year, "as_of": said.as_of.isoformat(), "q": said.words,
            "category": said.category, "going": said.going, "order": said.order, "listed": said.listed,
        }  # fmt: skip
        return "?" + urlencode({key: value for key, value in pairs.items() if value})


class Chip(NamedTuple):
    """A way to the same table with another choice."""

    label: Words
    query: str
    current: bool


def chosen(shown: Iterable[Result], choice: Choice, far: Mapping[int, Progress]) -> list[Result]:
    """Those of a unit's results that the choice is about, in their order; `far` as `paces` tells it."""
    found = [one for one in shown if choice.category in ("", one.score.role.role.category.code)]
    if choice.words and found:
        keys = [one.score.member_id for one in found]
        called = set(Member.objects.called(choice.words).filter(pk__in=keys).values_list("pk", flat=True))
        found = [one for one in found if one.score.member_id in called]
    if choice.going:
        found = [one for one in found if _is(far.get(one.score.member_id), choice.going)]
    return found


def paces(unit: UnitResults, choice: Choice) -> dict[int, Progress]:
    """By member key how far the unit's scored members have come; of a choice that does not ask, nothing."""
    if not choice.going or unit.scheme is None:
        return {}
    made = progress(unit.results, unit.scheme, as_of=choice.as_of)
    return {one.result.score.member_id: one for one in made.everybody()}


def categories(units: Iterable[UnitResults]) -> list[Category]:
    """The categories of the units' members, in the scheme's order."""
    held = {one.score.role.role.category for unit in units for one in unit.results}
    return sorted(held, key=lambda category: (category.order, category.code))


def chips(
    choice: Choice, held: Sequence[Category], everybody: Words, going: Mapping[Going, Words]
) -> list[Chip]:
    """Ways to everybody, to each category where there are several, and to those ahead and behind."""
    ways = [Chip(everybody, choice.query(category="", going=""), not (choice.category or choice.going))]
    if len(held) > 1:
        ways += [Chip(one.name, choice.query(category=one.code), choice.category == one.code) for one in held]
    return [
        *ways,
        *(Chip(label, choice.query(going=str(way)), choice.going == way) for way, label in going.items()),
    ]


def _is(member: Progress | None, going: str) -> bool:
    return member is not None and (member.ahead if going == Going.AHEAD else member.behind)
