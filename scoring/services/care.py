"""Who is cared for in a branch, and the visits of a year 【三(一)5】."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from members.models import Member, Organisation, Posting
from members.querysets import PostingQuerySet
from members.scope import Scope
from scoring.models import Care, CareVisit
from scoring.services.roll import kept
from scoring.services.standards import StandardsBook


@dataclass(frozen=True, slots=True)
class CaredFor:
    """A member with what is recorded of wish and contact, and the visits of the year, the first first.

    `in_care`: on some day of the year the role was one that is not scored; else there are only visits.
    """

    member: Member
    care: Care | None
    visits: tuple[CareVisit, ...]
    in_care: bool


def cared_for(organisation: Organisation, year: int, scope: Scope) -> list[CaredFor]:
    """Of those whose records the organisation or one below keeps: who is in care, then who was visited.

    They are those whom the scope sees; the number of queries does not depend on how many.
    """
    members = kept(organisation, scope).order_by()
    in_care = _in_care(Posting.objects.in_year(year).filter(member__in=members), year)
    visits: dict[int, list[CareVisit]] = defaultdict(list)
    of_year = CareVisit.objects.filter(member__in=members, date__year=year)
    for visit in of_year.select_related("member").order_by("date", "pk"):
        visits[visit.member_id].append(visit)
    others = {key: rows[0].member for key, rows in visits.items() if key not in in_care}
    recorded = Care.objects.filter(member__in=in_care.keys() | others.keys()).select_related("contact")
    cares = {care.member_id: care for care in recorded}
    return [
        CaredFor(member, cares.get(member.pk), tuple(visits[member.pk]), member.pk in in_care)
        for group in (in_care, others)
        for member in sorted(group.values(), key=lambda one: one.number)
    ]


def _in_care(postings: PostingQuerySet, year: int) -> dict[int, Member]:
    """By key the members whose role, in one of their postings, the scheme of the year does not score."""
    book = StandardsBook.for_year(year)
    found = {}
    for posting in postings.select_related("member", "organisation"):
        effective = book.role(posting.organisation.path, posting.role_id)
        if effective is not None and not effective.scored:
            found[posting.member_id] = posting.member
    return found
