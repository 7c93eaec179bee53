"""What is found by a name, a number or initials: members, organisations and, for administrators, users."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from django.db.models import Case, Q, Value, When
from django.urls import reverse

from members.enums import Currency
from members.models import Member, Organisation, Posting, User
from members.scope import Scope
from members.text import plain_number

MOST = 50
"""So many of a kind are shown; whoever looks for one of more writes another word."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member found, with the posting that says whose the member is, and how that stands to today."""

    member: Member
    posting: Posting
    state: Currency
    url: str

    @property
    def in_force(self) -> bool:
        """Whether the posting holds today."""
        return self.state == Currency.IN_FORCE


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation or a user found, and where the page is."""

    name: str
    said: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found; `more` where not all members, organisations or users are shown."""

    members: tuple[Person, ...] = ()
    organisations: tuple[Place, ...] = ()
    users: tuple[Place, ...] = ()
    more: bool = False

    @property
    def urls(self) -> list[str]:
        """Where each of them is."""
        return [one.url for listed in (self.members, self.organisations, self.users) for one in listed]


def search(words: str, scope: Scope) -> Found:
    """Whom and what the scope sees of which every word is found."""
    members, organisations, users = _members(words, scope), _organisations(words, scope), _users(words, scope)
    return Found(
        members=tuple(members[:MOST]),
        organisations=tuple(organisations[:MOST]),
        users=tuple(users[:MOST]),
        more=any(len(listed) > MOST for listed in (members, organisations, users)),
    )


def _members(words: str, scope: Scope) -> list[Person]:
    """Members by number; who has exactly the number that was typed comes first."""
    typed = Case(When(number__iexact=plain_number(words), then=Value(0)), default=Value(1))
    found = Member.objects.visible_to(scope).called(words).order_by(typed, "number")[: MOST + 1]
    members = list(found)
    postings = Posting.objects.governing(scope.on).filter(member__in=[member.pk for member in members])
    governing = {one.member_id: one for one in postings.select_related("organisation", "role__category")}
    return [
        Person(
            member=member,
            posting=governing[member.pk],
            state=_state(governing[member.pk], scope),
            url=reverse("member", args=[member.number]),
        )
        for member in members
    ]


def _state(posting: Posting, scope: Scope) -> Currency:
    if posting.start > scope.on:
        return Currency.TO_COME
    return Currency.ENDED if posting.end is not None and posting.end < scope.on else Currency.IN_FORCE


def _organisations(words: str, scope: Scope) -> list[Place]:
    """Organisations in tree order; they lead to their scores, for whoever only manages them to the record."""
    found = Organisation.objects.visible_to(scope).called(words)[: MOST + 1]
    return [
        Place(
            name=one.name,
            said=f"{one.code} · {one.get_kind_display()}",
            url=reverse("branch_scores", args=[one.code])
            if scope.may_read(one)
            else reverse("admin:members_organisation_change", args=[one.pk]),
        )
        for one in found
    ]


def _users(words: str, scope: Scope) -> list[Place]:
    """Users by user name or full name."""
    asked = (Q(username__icontains=word) | Q(first_name__icontains=word) for word in words.split())
    condition = reduce(Q.__and__, asked, Q())
    found = User.objects.visible_to(scope).filter(condition).order_by("username")[: MOST + 1]
    return [
        Place(str(one), one.username, reverse("admin:members_user_change", args=[one.pk])) for one in found
    ]
