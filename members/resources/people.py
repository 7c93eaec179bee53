"""Finding the members of a sheet: by number, or by organisation and name where that is one person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from members.models import Member, Organisation, Posting
from members.resources.base import Preview, SheetRow
from members.services.by import By
from members.services.importing import closed_years, portions
from members.text import fold


class Person(NamedTuple):
    """A stored member."""

    key: int
    number: str
    name: str


class Posted(NamedTuple):
    """One posting of a member: its days (no end: until further notice), place in the tree and role."""

    start: date
    end: date | None
    path: str
    role: int


class Closed:
    """The closed years of some members."""

    def __init__(self, members: Iterable[int]) -> None:
        self._years: dict[int, list[int]] = {}
        for member, year in closed_years(members):
            self._years.setdefault(member, []).append(year)

    def __bool__(self) -> bool:
        return bool(self._years)

    def touches(self, key: int, first: int, last: int | None) -> bool:
        """Say whether approval has closed a year of the span for a member (last None: without end)."""
        return any(first <= year and (last is None or year <= last) for year in self._years.get(key, ()))


class People:
    """The members whom the rows of a sheet name, as far as the user writes them; read in a few queries.

    The columns are known by the keys `number`, `organisation` and `name`.
    """

    def __init__(self, rows: Iterable[SheetRow], by: By) -> None:
        numbers: set[str] = set()
        places: set[str] = set()
        for row in rows:
            if row.values["number"] is not None:
                numbers.add(row.values["number"])
            elif row.values.get("organisation") is not None:
                places.add(row.values["organisation"])
        self._by_number: dict[str, Person] = {}
        self._by_name: dict[tuple[str, str], set[Person]] = {}
        self._postings: dict[int, list[Posted]] = {}
        self._closed: Closed | None = None
        self._keys: set[int] = set()
        self._places: set[str] = set()
        members = Member.objects.all() if by.scope.everything else Member.objects.writable_by(by.scope)
        for portion in portions(numbers):
            self._take(members.filter(number__in=portion))
        for portion in portions(places):
            self._take_posted(members, portion)
            own = Organisation.objects.filter(code__in=portion)
            own = own if by.scope.everything else own.writable_by(by.scope)
            # Whether there is an organisation elsewhere is not said.
            self._places.update(own.values_list("code", flat=True))

    def find(self, row: SheetRow, preview: Preview) -> Person | None:
        """Return the member of a row; None, with a problem noted, when it is nobody or not clear who."""
        values = row.values
        number, name, place = values["number"], values["name"], values.get("organisation")
        if number is not None:
            person = self._by_number.get(number)
            if person is None:
                preview.problem(row.number, "number", _("there is no member of this number"))
            elif name is not None and fold(name) != fold(person.name):
                preview.notice(
                    row.number,
                    _("%(number)s is %(stored)s here, and %(written)s in the file; the number counts.")
                    % {"number": number, "stored": person.name, "written": name},
                )
            return person
        if name is None or place is None:
            preview.problem(row.number, "number", _("is empty, and so is the organisation code or the name"))
            return None
        found = self._by_name.get((place, fold(name)), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            preview.problem(
                row.number,
                "name",
                _("ambiguous: several members there have this name; give the member number"),
            )
        elif place not in self._places:
            preview.problem(row.number, "organisation", _("there is no organisation of this code"))
        else:
            preview.problem(row.number, "name", _("there is no member of this name"))
        return None

    def postings(self, key: int) -> list[Posted]:
        """Return all postings of a member, in the order of their starts."""
        if not self._postings:
            self._read_postings()
        return self._postings.get(key, [])

    @property
    def closed(self) -> Closed:
        """The closed years of all of them."""
        if self._closed is None:
            self._closed = Closed(self._keys)
        return self._closed

    def is_closed(self, key: int, first: int, last: int | None) -> bool:
        """Say whether approval has closed one of the years of a span for a member."""
        return bool(self.closed) and self.closed.touches(key, first, last)

    def also(self, keys: Iterable[int]) -> dict[int, Person]:
        """Take in further members, whom stored records name, and return them by key."""
        wanted = set(keys)
        self._keys |= wanted
        found: dict[int, Person] = {}
        for portion in portions(wanted):
            rows = Member.objects.filter(pk__in=portion).values_list("pk", "number", "name")
            found |= {key: Person(key, number, name) for key, number, name in rows}
        return found

    def _take(self, members: QuerySet[Member]) -> None:
        for key, number, name in members.values_list("pk", "number", "name"):
            self._by_number[number] = Person(key, number, name)
            self._keys.add(key)

    def _take_posted(self, members: QuerySet[Member], codes: list[str]) -> None:
        posted = Posting.objects.filter(organisation__code__in=codes, member__in=members)
        columns = ("organisation__code", "member__name_key", "member", "member__number", "member__name")
        for code, name_key, key, number, name in posted.values_list(*columns):
            self._by_name.setdefault((code, name_key), set()).add(Person(key, number, name))
            self._keys.add(key)

    def _read_postings(self) -> None:
        columns = ("member", "start", "end", "organisation__path", "role")
        for portion in portions(self._keys):
            found = Posting.objects.filter(member__in=portion).order_by("member", "start")
            for key, *posted in found.values_list(*columns):
                self._postings.setdefault(key, []).append(Posted(*posted))


def closed_year() -> str:
    """Return the reason for a row whose year approval has closed."""
    return _("the year is closed for this member; only the committee can reopen it")
