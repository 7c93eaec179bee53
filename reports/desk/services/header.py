"""The header of every page: who is signed in with which duties, and the ways that those duties open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from members.enums import DutyKind
from members.models import Duty, User

Place = tuple[str, str]
"""A label and an address."""


@dataclass(frozen=True, slots=True)
class Item:
    """One way of the menu; `current` where the page shown lies on it."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Header:
    """What the header shows; nobody is signed in where there is no `user_name`."""

    user_name: str = ""
    duties: tuple[str, ...] = ()
    menu: tuple[Item, ...] = ()

    @property
    def signed_in(self) -> bool:
        """Whether somebody is."""
        return bool(self.user_name)


def header(user: User, on: date, path: str) -> Header:
    """The header of a signed-in user for the page at `path`: one query."""
    duties = list(
        user.duties.in_force(on).select_related("organisation").order_by("kind", "organisation__path")
    )
    places = list(dict.fromkeys(_places(duties, administrator=user.is_superuser)))
    home = reverse("home")
    lying = (url for _label, url in places if path == url or (url != home and path.startswith(url)))
    nearest = max(lying, key=len, default="")
    return Header(
        user_name=str(user),
        duties=tuple(_described(duty) for duty in duties),
        menu=tuple(Item(label, url, url == nearest) for label, url in places),
    )


def _described(duty: Duty) -> str:
    where = f" · {duty.organisation.name}" if duty.organisation else ""
    return f"{duty.get_kind_display()}{where}"


def _places(duties: list[Duty], *, administrator: bool) -> Iterator[Place]:
    kinds = {duty.kind for duty in duties}
    yield _("First page"), reverse("home")
    branches = [
        duty.organisation.code for duty in duties if duty.organisation and duty.kind == DutyKind.SECRETARY
    ]
    if len(branches) == 1:
        yield _("Scores"), reverse("branch_scores", args=branches)
    if kinds & {DutyKind.SECRETARY, DutyKind.COMMITTEE}:
        yield _("Entries"), reverse("admin:scoring_entry_changelist")
        yield _("Members"), reverse("admin:members_member_changelist")
        yield _("All records"), reverse("admin:index")
    if administrator or DutyKind.ADMINISTRATOR in kinds:
        yield _("Users"), reverse("admin:members_user_changelist")
        yield _("Duties"), reverse("admin:members_duty_changelist")
        yield _("Organisations"), reverse("admin:members_organisation_changelist")
        yield _("Schemes"), reverse("admin:scoring_scheme_changelist")
