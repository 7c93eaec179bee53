"""Daily-conduct scores of any subtree, from grouped queries over the ledger, branch by branch.

A fixed number of queries answers for up to CHUNK members at once; a larger tree is taken chunk by
chunk, so that memory does not grow with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from members.errors import Refused
from members.models import Organisation, Posting, Role
from members.services.units import units_of
from scoring.rules.daily import daily_score
from scoring.rules.spans import Span, contains, count_months
from scoring.rules.terms import Daily, Given, Record
from scoring.services.reading import NOBODY, DatedReading, Members, Reading
from scoring.services.standards import EffectiveRole, StandardsBook

CHUNK = 12_000
"""Members scored by one round of queries: more than a sub-district has."""
MOST_KEYS = 500
"""So many members are named in queries by their keys; more are found by each query for itself."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One member's daily-conduct score, or why there is none.

    `daily` is None where the role is not scored or no month counts. `months` is a bit mask of the
    months that count (bit 0: January). `given` are the awards and contributions one by one, by date.
    """

    member_id: int
    number: str
    name: str
    organisation: Organisation
    role: EffectiveRole
    months: int
    record: Record
    given: tuple[Given, ...]
    daily: Daily | None

    @property
    def month_count(self) -> int:
        """How many months count, 0 to 12."""
        return self.months.bit_count()


@dataclass(frozen=True, slots=True)
class Unit:
    """The organisation whose members are ranked together (no group), and their scores by member number."""

    organisation: Organisation
    scores: list[Scored]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Units scored by one round of queries; `members` are all their members, as `Reading` takes them."""

    units: list[Unit]
    members: Members
    book: StandardsBook


class NoScheme(Refused):
    """No scheme in force on 1 January governs an organisation, or it does not know a role held there."""

    def __init__(self, *, year: int, organisation: Organisation, role: str = "") -> None:
        if role:
            message = _("The scheme of %(organisation)s for %(year)s does not know the role %(role)s.")
        else:
            message = _("No scheme in force on 1 January %(year)s governs %(organisation)s.")
        named = f"{organisation.code} {organisation.name}"
        super().__init__(message, params={"year": year, "organisation": named, "role": role})


def daily_scores(
    *,
    year: int,
    as_of: date,
    within: Organisation | None = None,
    alone: bool = False,
    book: StandardsBook | None = None,
) -> Iterator[Chunk]:
    """Yield the scores of whole units that lie in, or hold, `within` (None: the whole tree), as of a day.

    With `alone` only the one unit that `within` is, or belongs to as a group. `book` is another than the
    year's own, such as one with a proposal laid over it. Raises NoScheme before anything is yielded for the
    chunk concerned.
    """
    book = book or StandardsBook.for_year(year)
    for units in _chunks(_units(within, alone), as_of):
        yield _score(units, year=year, as_of=as_of, book=book)


class MemberYear:
    """One member's scores in the book's year as of any day up to `last`, from one reading of the ledger.

    `months` are those that count, as a bit mask (bit 0: January).
    """

    def __init__(self, *, member_id: int, last: date, book: StandardsBook) -> None:
        self._member = member_id
        self._reading = DatedReading(year=book.year, as_of=last, members=[member_id], book=book)
        held = Posting.objects.filter(member=member_id).in_year(book.year).order_by("start")
        self._postings = list(held.select_related("member", "organisation"))
        self.months = self._reading.months.get(member_id, 0)

    def score(self, day: date) -> Scored | None:
        """The score as of the day; None without a posting on it. Raises NoScheme."""
        held = next((one for one in self._postings if contains([Span(one.start, one.end)], day)), None)
        if held is None:
            return None
        person = self._member, held.member.number, held.member.name
        return _scored(self._reading.upto(day), person, held.organisation, held.role_id)


def _units(within: Organisation | None, alone: bool) -> list[tuple[Organisation, list[Organisation]]]:
    """The units concerned, in tree order, each with the organisations whose members it ranks."""
    # Who is ranked together lies below one organisation that is no group: the rest of the tree is not read.
    whole = within is None or within.is_group
    everything = list(Organisation.objects.all() if whole else Organisation.objects.within(within))
    units = units_of(everything)
    if within is not None and alone:
        wanted = {units[within.pk].pk}
    else:
        wanted = {units[o.pk].pk for o in everything if within is None or o.path.startswith(within.path)}
    gathered: dict[int, tuple[Organisation, list[Organisation]]] = {}
    for organisation in everything:
        unit = units[organisation.pk]
        if unit.pk in wanted:
            gathered.setdefault(unit.pk, (unit, []))[1].append(organisation)
    return list(gathered.values())


def _chunks(
    units: list[tuple[Organisation, list[Organisation]]], as_of: date
) -> Iterator[list[tuple[Organisation, list[Organisation]]]]:
    if len(units) == 1:
        yield units
        return
    counted = Posting.objects.on(as_of).order_by().values_list("organisation").annotate(size=Count("pk"))
    sizes = dict(counted)
    chunk: list[tuple[Organisation, list[Organisation]]] = []
    size = 0
    for unit in units:
        members = sum(sizes.get(organisation.pk, 0) for organisation in unit[1])
        if chunk and size + members > CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append(unit)
        size += members
    if chunk:
        yield chunk


def months_elapsed(score: Scored, as_of: date) -> int:
    """How many of the months that count for the member had their 15th by the month of the day."""
    return count_months(score.months, as_of.month)


def _score(
    units: list[tuple[Organisation, list[Organisation]]],
    *,
    year: int,
    as_of: date,
    book: StandardsBook,
) -> Chunk:
    organisations = {organisation.pk: organisation for _, places in units for organisation in places}
    postings = Posting.objects.on(as_of).filter(organisation__in=list(organisations))
    gathered: dict[int, list[Scored]] = defaultdict(list)
    held = list(
        postings.order_by().values_list("member", "member__number", "member__name", "organisation", "role")
    )
    few = len(held) <= MOST_KEYS
    members = [row[0] for row in held] or NOBODY if few else postings.values("member")
    reading = Reading(year=year, as_of=as_of, members=members, book=book)
    for member, number, name, organisation_id, role_id in held:
        if member not in reading.months:
            continue  # posted elsewhere since the reading began
        found = _scored(reading, (member, number, name), organisations[organisation_id], role_id)
        gathered[organisation_id].append(found)
    scored = []
    for unit, places in units:
        scores = [score for organisation in places for score in gathered[organisation.pk]]
        scored.append(Unit(unit, sorted(scores, key=attrgetter("number"))))
    return Chunk(scored, members, book)


def _scored(
    reading: Reading, person: tuple[int, str, str], organisation: Organisation, role_id: int
) -> Scored:
    """The score of a person (key, number, name) with a posting; raises NoScheme."""
    member, number, name = person
    role = reading.book.role(organisation.path, role_id)
    if role is None:
        raise _missing(reading.book, organisation, role_id)
    months = reading.months[member]
    given = reading.counting(member, organisation.path)
    record = reading.record(member, given)
    daily = daily_score(role.standard, months.bit_count(), record) if role.scored and months else None
    return Scored(member, number, name, organisation, role, months, record, given, daily)


def _missing(book: StandardsBook, organisation: Organisation, role_id: int) -> NoScheme:
    known = book.scheme(organisation.path) is not None
    role = str(Role.objects.get(pk=role_id)) if known else ""
    return NoScheme(year=book.year, organisation=organisation, role=role)
