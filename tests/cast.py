"""A small named cast: who is who in the tests, built through the services as the product itself would.

Ask for the fixture `cast`. The tree:

    DT          committee   DT01 … DT0102 are the owner's neighbourhood, DT02 … DT0201 the other's
    ├─ DT01     general branch
    │  ├─ DT0101   branch    the owner's; with the group DT010101
    │  └─ DT0102   branch
    └─ DT02     general branch
       └─ DT0201   branch    the other's
    XT          committee   elsewhere
    └─ XT01     branch

The clock stands still at ten in the morning of 15 September 2026 in Shanghai (`cast.now`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone as clock

from members.enums import DutyKind, OrganisationKind
from members.models import Member, Organisation, Role, User
from members.services import duties, organisations, roster
from members.services.by import By
from scoring.services.schemes import load_scheme
from tests.kept import once

NOW = datetime(2026, 9, 15, 10, tzinfo=timezone(timedelta(hours=8)))
SINCE = date(2020, 1, 1)
SCHEME = Path(settings.BASE_DIR) / "fixtures/schemes/dongtang-2015.toml"
CANARY = "秘而不宣"
"""Stands in every text of the other branch: wherever the owner reads it, something leaks."""
PASSWORD = "correct horse battery staple"

TREE = [
    ("DT", "东塘街道工委", OrganisationKind.COMMITTEE, None),
    ("DT01", "东塘社区党总支", OrganisationKind.GENERAL_BRANCH, "DT"),
    ("DT0101", "东塘第一党支部", OrganisationKind.BRANCH, "DT01"),
    ("DT010101", "第一党小组", OrganisationKind.GROUP, "DT0101"),
    ("DT0102", "东塘第二党支部", OrganisationKind.BRANCH, "DT01"),
    ("DT02", "城南社区党总支", OrganisationKind.GENERAL_BRANCH, "DT"),
    ("DT0201", f"城南党支部{CANARY}", OrganisationKind.BRANCH, "DT02"),
    ("XT", "西塘街道工委", OrganisationKind.COMMITTEE, None),
    ("XT01", f"西塘党支部{CANARY}", OrganisationKind.BRANCH, "XT"),
]
ROSTER = [
    # number, name, organisation, role
    ("M001", "张晓明", "DT0101", "community.member"),
    ("M002", "李芳", "DT0101", "community.member"),
    ("M003", "王桂英", "DT0101", "elderly.member"),
    ("M004", "赵组长", "DT010101", "community.member"),
    ("M101", f"陈{CANARY}", "DT0201", "community.member"),
    ("M102", f"周{CANARY}", "DT0201", "community.member"),
    ("M201", f"吴{CANARY}", "XT01", "community.member"),
]


@dataclass
class Cast:
    """The people, the tree and the roster; organisations by code, roles by code, members by number."""

    owner: User
    """Secretary of DT0101."""
    other: User
    """Secretary of DT0201."""
    confirming: User
    """Confirming officer of DT0101."""
    committee: User
    """Committee of DT, above both."""
    elsewhere: User
    """Committee of XT."""
    administrator: User
    nobody: User
    """Signs in and has no duty."""
    organisations: dict[str, Organisation]
    roles: dict[str, Role]
    members: dict[str, Member] = field(default_factory=dict)
    now: datetime = NOW

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def operator(self) -> By:
        """Whoever runs commands on the machine."""
        return By.operator(self.now)

    def by(self, user: User) -> By:
        """The user as a service takes it."""
        return By.person(user, self.now)

    def client(self, user: User) -> Client:
        """A browser in which the user is signed in."""
        client = Client()
        client.force_login(user)
        return client

    def admit(
        self, number: str, name: str, code: str, role: str = "community.member", start: date = SINCE
    ) -> Member:
        """One more member with a first posting."""
        member = Member(number=number, name=name)
        roster.admit(
            by=self.operator,
            member=member,
            organisation=self.organisations[code],
            role=self.roles[role],
            start=start,
        )
        self.members[number] = member
        return member


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock that edges read stands still."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return NOW


@pytest.fixture
def roles(db: None) -> dict[str, Role]:
    """The plan's roles, by code, with the scheme they come from."""
    return once("roles", make_roles)


@pytest.fixture
def cast(still_clock: datetime, roles: dict[str, Role]) -> Cast:
    """Everybody, and the roster of `ROSTER`."""
    return once("cast", lambda: build(roles))


def make_roles() -> dict[str, Role]:
    """Load the project's own scheme for the whole tree; its roles by code."""
    load_scheme(by=By.operator(NOW), source=SCHEME.read_bytes())
    return {role.code: role for role in Role.objects.all()}


def build(roles: dict[str, Role]) -> Cast:
    """Make the tree, the accounts with their duties and the roster."""
    by = By.operator(NOW)
    tree: dict[str, Organisation] = {}
    for code, name, kind, parent in TREE:
        above = tree[parent] if parent else None
        tree[code] = organisations.found(by=by, code=code, name=name, kind=kind, parent=above)
    tree = {organisation.code: organisation for organisation in Organisation.objects.all()}
    cast = Cast(
        owner=account(by, "owner", DutyKind.SECRETARY, tree["DT0101"]),
        other=account(by, "other", DutyKind.SECRETARY, tree["DT0201"]),
        confirming=account(by, "confirming", DutyKind.CONFIRMING_OFFICER, tree["DT0101"]),
        committee=account(by, "committee", DutyKind.COMMITTEE, tree["DT"]),
        elsewhere=account(by, "elsewhere", DutyKind.COMMITTEE, tree["XT"]),
        administrator=account(by, "administrator", DutyKind.ADMINISTRATOR, None),
        nobody=account(by, "nobody", None, None),
        organisations=tree,
        roles=roles,
    )
    for number, name, code, role in ROSTER:
        cast.admit(number, name, code, role)
    return cast


def account(by: By, username: str, kind: str | None, organisation: Organisation | None) -> User:
    """An account that may sign in with `PASSWORD`, with one duty where `kind` says so."""
    user = duties.open_account(by=by, username=username, password=PASSWORD, full_name=username.title())
    if kind is not None:
        duties.assign_duty(by=by, user=user, kind=kind, organisation=organisation, start=SINCE)
    return user
