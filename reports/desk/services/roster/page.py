"""The roster of an organisation and all below: who is posted, on leave, near the age of care, or has left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from members.models import Leave, Organisation, Posting
from members.scope import Scope
from reports.desk.services.units import Below, below, too_many
from scoring.services.standards import StandardsBook

AGE_IN_NAME = re.compile(r"(\d+)\s*[周週]?[岁歲]以上")


@dataclass(frozen=True, slots=True)
class Person:
    """A member with the posting that says whose the member is; `writable`: roster work may be done."""

    posting: Posting
    writable: bool


@dataclass(frozen=True, slots=True)
class Ageing:
    """A member who has an ordinary role and reaches the age of care on `day`; `passed` where that is over."""

    person: Person
    day: date
    passed: bool


@dataclass(frozen=True, slots=True)
class RosterPage:
    """What the page lists. `units` are those below where there are too many members for one page.

    `age` is the scheme's, None where it names none.
    """

    units: Sequence[Below]
    posted: tuple[Person, ...]
    ended: tuple[Person, ...]
    leaves: tuple[tuple[Person, Leave], ...]
    age: int | None
    ageing: tuple[Ageing, ...]


def roster_page(organisation: Organisation, scope: Scope) -> RosterPage:
    """The page of an organisation that the scope reads: a fixed number of queries.

    Where there are too many members below, only those of the organisation itself.
    """
    today = scope.on
    listed = below([organisation], today)
    crowded = len(listed) > 1 and too_many(listed)
    governing = Posting.objects.governing(today).select_related("member", "organisation", "role__category")
    if crowded:
        governing = governing.filter(organisation=organisation)
    else:
        governing = governing.filter(organisation__path__startswith=organisation.path)
    people = [_person(posting, scope) for posting in governing.order_by("member__number")]
    posted = [one for one in people if one.posting.end is None or one.posting.end >= today]
    by_member = {one.posting.member_id: one for one in people}
    running = Leave.objects.filter(member__in=governing.values("member"), start__lte=today)
    leaves = running.exclude(end__lt=today).order_by("member__number", "start")
    book = StandardsBook.for_year(today.year)
    age = care_age(book, organisation.path)
    return RosterPage(
        units=listed[1:] if crowded else (),
        posted=tuple(posted),
        ended=tuple(one for one in people if one.posting.end is not None and one.posting.end < today),
        leaves=tuple((by_member[leave.member_id], leave) for leave in leaves),
        age=age,
        ageing=tuple(_ageing(posted, book, age, today)) if age is not None else (),
    )


def care_age(book: StandardsBook, path: str) -> int | None:
    """The age in the name of the role that the scheme there does not score, or None where none has one.

    The plan gives it nowhere but in that name, 65岁以上… 【三(一)5】, so it is read from there.
    """
    names = [effective.role.name_hans for effective in book.roles(path) if not effective.scored]
    return next((int(found[1]) for name in names if (found := AGE_IN_NAME.search(name))), None)


def _person(posting: Posting, scope: Scope) -> Person:
    return Person(posting, scope.may_write(posting.organisation))


def _ageing(people: Sequence[Person], book: StandardsBook, age: int, today: date) -> list[Ageing]:
    """Those in a scored role who are past the age or reach it within a year, the oldest first."""
    within = _years_later(today, 1)
    found = []
    for one in people:
        born, posting = one.posting.member.birth_date, one.posting
        effective = book.role(posting.organisation.path, posting.role_id)
        if born is None or effective is None or not effective.scored:
            continue
        day = _years_later(born, age)
        if day <= within:
            found.append(Ageing(one, day, day <= today))
    return sorted(found, key=lambda one: (one.day, one.person.posting.member.number))


def _years_later(day: date, years: int) -> date:
    """The same day so many years later; 1 March for 29 February in a year that has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
