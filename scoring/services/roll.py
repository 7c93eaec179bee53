"""Who stands on the entry pages of a branch: the members whose records it keeps, with their postings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from members.models import Member, Organisation, Posting, YearLock
from members.querysets import MemberQuerySet
from members.scope import Scope
from scoring.rules.spans import Span
from scoring.services.standards import EffectiveRole, StandardsBook

MOST = 300
"""So many members go on one entry page; above that, one goes to the units below."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member on the page: the last role of the year, all postings as spans, whether the year is closed."""

    member: Member
    organisation: Organisation
    role: EffectiveRole | None
    postings: tuple[Span, ...]
    closed: bool

    def asked(self, code: str) -> bool:
        """Whether the role is scored and asks for the indicator; else what is recorded earns nothing."""
        return self.role is not None and self.role.scored and self.role.requirement(code) is not None


def roll(
    *, organisation: Organisation, year: int, scope: Scope, book: StandardsBook | None = None
) -> list[Person]:
    """Members kept by the organisation or below with a posting in the year, unit by unit.

    They are those whom the scope sees; the number of queries does not depend on how many. `book` is that of
    the year, where it has been read already.
    """
    return people(kept(organisation, scope), year, book=book)


def people(members: MemberQuerySet, year: int, *, book: StandardsBook | None = None) -> list[Person]:
    """Those of the members who held a posting in the year, unit by unit."""
    rows = Posting.objects.filter(member__in=members).order_by("start")
    held: dict[int, list[Posting]] = defaultdict(list)
    for posting in rows.select_related("organisation", "member"):
        held[posting.member_id].append(posting)
    locks = YearLock.objects.filter(year=year, member__in=list(held) if len(held) <= MOST else members)
    closed = set(locks.order_by().values_list("member", flat=True))
    book = book or StandardsBook.for_year(year)
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = []
    for key, postings in held.items():
        of_year = [row for row in postings if row.start <= last and (row.end is None or row.end >= first)]
        if of_year:
            posting = of_year[-1]
            found.append(
                Person(
                    member=posting.member,
                    organisation=posting.organisation,
                    role=book.role(posting.organisation.path, posting.role_id),
                    postings=tuple(Span(row.start, row.end) for row in postings),
                    closed=key in closed,
                )
            )
    return sorted(found, key=lambda one: (one.organisation.path, one.member.number))


def roles_of(
    members: MemberQuerySet, *, year: int, book: StandardsBook
) -> dict[int, tuple[EffectiveRole | None, list[Span]]]:
    """By member key the last role of the year and all postings as spans: one query."""
    spans: dict[int, list[Span]] = defaultdict(list)
    last: dict[int, tuple[str, int]] = {}
    rows = Posting.objects.filter(member__in=members.values("pk")).order_by("start")
    for member, path, role, start, end in rows.values_list(
        "member", "organisation__path", "role", "start", "end"
    ):
        spans[member].append(Span(start, end))
        if start.year <= year and (end is None or end.year >= year):
            last[member] = path, role
    return {member: (book.role(*held), spans[member]) for member, held in last.items()}


def closed_of(members: Collection[int], year: int) -> set[int]:
    """Those of the members whose year is closed."""
    return set(
        YearLock.objects.filter(year=year, member__in=members).order_by().values_list("member", flat=True)
    )


def kept(organisation: Organisation, scope: Scope) -> MemberQuerySet:
    """Members whose records the organisation or one below keeps today, as far as the scope sees them."""
    members = Member.objects.kept_by(organisation, scope.on)
    # Who reads the organisation sees whom it keeps: to see is to read where a member is kept.
    return members if scope.may_read(organisation) else members.visible_to(scope)


def postings_of(members: Iterable[int]) -> Mapping[int, list[Span]]:
    """All postings of the members by member key: one query."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows = Posting.objects.filter(member__in=list(members))
    for member, start, end in rows.values_list("member", "start", "end"):
        found[member].append(Span(start, end))
    return found
