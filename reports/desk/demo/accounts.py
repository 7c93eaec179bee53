"""Accounts for trying the demo out; they exist only where somebody asked for them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.urls import reverse

from members.enums import DutyKind
from members.models import Organisation, User
from members.services import duties
from members.services.by import By
from reports.desk.demo.tree import ROOT, Node, Sector

PASSWORD = "dongtang-demo"  # noqa: S105
"""The same for all, printed when they are made: for a demo, and for nothing else."""


class Account(NamedTuple):
    """An account of the demo: its duty, the code and name of the organisation of it, where it begins."""

    username: str
    full_name: str
    duty: DutyKind
    organisation: str | None
    place: str
    address: str


def cast(nodes: list[Node]) -> list[Account]:
    """Secretaries of two kinds of branch, who confirms the counts of one, the committee, an administrator."""
    branches = [node for node in nodes if node.is_branch]
    chosen = [branches[0], *[node for node in branches[1:] if node.sector == Sector.ORGAN][:1]]
    secretaries = [
        Account(
            node.code.lower(),
            f"{node.name}书记",
            DutyKind.SECRETARY,
            node.code,
            node.name,
            reverse("branch_scores", args=[node.code]),
        )
        for node in chosen
    ]
    home, root, first = reverse("home"), nodes[0], branches[0]
    teller = Account(
        "jianpiao", f"{first.name}监票人", DutyKind.CONFIRMING_OFFICER, first.code, first.name, home
    )
    committee = Account("gongwei", "街道工委组织办", DutyKind.COMMITTEE, ROOT, root.name, home)
    administrator = Account("admin", "系统管理员", DutyKind.ADMINISTRATOR, None, "", reverse("admin:index"))
    return [*secretaries, teller, committee, administrator]


def open_accounts(by: By, accounts: list[Account], since: date) -> list[tuple[Account, bool]]:
    """Make those that are not there yet, with their duties; return each with whether its password holds."""
    named = User.objects.filter(username__in=[account.username for account in accounts])
    known = {user.username: user for user in named}
    opened = []
    for account in accounts:
        user = known.get(account.username)
        if user is None:
            _open(by, account, since)
        opened.append((account, user is None or user.check_password(PASSWORD)))
    return opened


def _open(by: By, account: Account, since: date) -> None:
    user = duties.open_account(
        by=by, username=account.username, password=PASSWORD, full_name=account.full_name
    )
    place = Organisation.objects.get(code=account.organisation) if account.organisation else None
    duties.assign_duty(by=by, user=user, kind=account.duty, organisation=place, start=since)
