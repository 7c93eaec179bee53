"""The header of every page: who is signed in with which duties, and the ways that those duties open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import escape

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from members import policy
from members.enums import DutyKind
from members.models import Duty, User
from reports.desk.services.guide_tasks import Task
from reports.desk.services.guides import task_about
from reports.desk.services.yearly.at_hand import year_at_hand

Place = tuple[str, str]
"""A label and an address."""

Ways = tuple[tuple[str, tuple[Place, ...]], ...]
"""Places by the label of their group; those without a group have no label."""

PANEL = ' class="panel-item"'
RECORDERS = {DutyKind.SECRETARY, DutyKind.COMMITTEE}


@dataclass(frozen=True, slots=True)
class Item:
    """One way of the menu, or a group of ways; `current` where the page shown lies on it."""

    label: str
    url: str
    current: bool
    items: tuple[Item, ...] = ()

    def __str__(self) -> str:
        """Its markup. Every page has some thirty ways, too many for a template."""
        if self.items:
            mark = ' class="current"' if self.current else ""
            listed = "".join([f"<li>{item._link(PANEL)}</li>" for item in self.items])
            return SafeString(
                f'<details class="drop"><summary{mark}>{escape(self.label)}</summary>'
                f'<ul class="panel">{listed}</ul></details>'
            )
        return SafeString(self._link(""))

    def _link(self, look: str) -> str:
        mark = ' aria-current="page"' if self.current else ""
        return f'<a{look} href="{escape(self.url)}"{mark}>{escape(self.label)}</a>'


@dataclass(frozen=True, slots=True)
class Header:
    """What the header shows; nobody is signed in where there is no `user_name`.

    `guide` is the task of the guides that the page shown belongs to; `second_factor` whether
    there is a way to the own one, `administrator` whether settings are the reader's to write.
    """

    user_name: str = ""
    duties: tuple[str, ...] = ()
    menu: tuple[Item, ...] = ()
    guide: Task | None = None
    second_factor: bool = False
    administrator: bool = False

    @property
    def signed_in(self) -> bool:
        """Whether somebody is."""
        return bool(self.user_name)


def header(user: User, duties: list[Duty], on: date, path: str, url_name: str) -> Header:
    """The header of a signed-in user with these duties on the day, for the page of that name at `path`."""
    kinds = {duty.kind for duty in duties}
    if user.is_superuser:
        kinds.add(DutyKind.ADMINISTRATOR)
    kept = _held(duties, DutyKind.SECRETARY)
    read = kept or _held(duties, DutyKind.COMMITTEE)
    ways = _ways(frozenset(kinds), kept, read, on.year, year_at_hand(on), get_language(), get_script_prefix())
    return Header(
        user_name=str(user),
        duties=tuple(_described(duty) for duty in duties),
        menu=tuple(_items(ways, path)),
        guide=task_about(url_name, kinds),
        second_factor=settings.SECOND_FACTOR != "off" and bool(kinds & policy.SECOND_FACTOR.readers),
        administrator=DutyKind.ADMINISTRATOR in kinds,
    )


def _held(duties: list[Duty], kind: DutyKind) -> tuple[str, ...]:
    """The codes of the organisations that duties of a kind are about."""
    return tuple([one.organisation.code for one in duties if one.organisation and one.kind == kind])


def _described(duty: Duty) -> str:
    where = f" · {duty.organisation.name}" if duty.organisation else ""
    return f"{duty.get_kind_display()}{where}"


def _items(ways: Ways, path: str) -> Iterator[Item]:
    """The menu; of all addresses above the path the nearest is the current one."""
    home = reverse("home")
    urls = [url for _label, places in ways for _name, url in places]
    lying = (url for url in urls if path == url or (url != home and path.startswith(url)))
    nearest = max(lying, key=len, default="")
    for label, places in ways:
        items = tuple(Item(name, url, url == nearest) for name, url in places)
        if label:
            yield Item(label, "", any(item.current for item in items), items)
        else:
            yield from items


@lru_cache(maxsize=1000)
def _ways(
    kinds: frozenset[str],
    kept: tuple[str, ...],
    read: tuple[str, ...],
    year: int,
    reviewed: int,
    _language: str | None,
    _prefix: str,
) -> Ways:
    """What these kinds of duty open to whoever keeps the records of the organisations of these codes.

    `read` are the organisations whose scores are at hand: those kept, else those that a committee oversees;
    `year` is that of the day, `reviewed` the one that is submitted and decided on.
    """
    found = [*_own(read), *_groups(kinds, kept, year, reviewed)]
    return tuple((label, tuple(places)) for label, places in found)


def _own(read: tuple[str, ...]) -> Iterator[tuple[str, list[Place]]]:
    """The first page, and the scores and their analysis where one organisation is read; without a group."""
    yield "", [(_("First page"), reverse("home"))]
    if len(read) == 1:
        yield "", [(_("Scores"), reverse("branch_scores", args=read))]
        yield "", [(_("Analysis"), reverse("branch_analysis", args=read))]


def _groups(
    kinds: frozenset[str], kept: tuple[str, ...], year: int, reviewed: int
) -> Iterator[tuple[str, list[Place]]]:
    """What the duties open, by the work that it belongs to."""
    one = len(kept) == 1
    work = [(_("Roster work"), reverse("branch_roster", args=kept))] if one else []
    adjusting = [(_("Adjust requirements"), reverse("branch_adjustment", args=kept))] if one else []
    if kinds & RECORDERS:
        meeting = [(_("Record a meeting"), reverse("activity_new"))] if DutyKind.SECRETARY in kinds else []
        yield (
            _("Conduct"),
            [
                *meeting,
                *(_entry_pages(kept[0], year) if one else []),
                (_("Ledger"), _list("scoring", "entry")),
                (_("Activities"), _list("scoring", "activity")),
                (_("Attendance"), _list("scoring", "attendance")),
                (_("Judged standards"), _list("scoring", "judgement")),
                (_("Bonus points"), _list("scoring", "bonus")),
                (_("Waivers"), _list("scoring", "waiver")),
            ],
        )
        yield (
            _("Roster"),
            [
                *work,
                (_("Members"), _list("members", "member")),
                (_("Postings"), _list("members", "posting")),
                (_("Leaves"), _list("members", "leave")),
                (_("Wishes and contacts"), _list("scoring", "care")),
                (_("Care visits"), _list("scoring", "carevisit")),
                (_("Organisations"), _list("members", "organisation")),
            ],
        )
        committee = DutyKind.COMMITTEE in kinds
        yearly = [
            *([(_("Annual review"), reverse("branch_year", args=[kept[0], reviewed]))] if one else []),
            *([(_("Review of the branches"), reverse("review", args=[reviewed]))] if committee else []),
            (_("Award eligibility"), reverse("eligibility", args=[reviewed + 1])),
            (_("Unqualified cases"), reverse("cases")),
            *([(_("Ballot"), reverse("ballot", args=[kept[0], year]))] if one else []),
            (_("Democratic appraisal"), _list("appraisal", "tally")),
            *adjusting,
            (_("Adjustments"), _list("scoring", "adjustment")),
            (_("Orders of notices"), reverse("jobs")),
            (_("Frozen figures"), _list("appraisal", "snapshot")),
            (_("Closed years"), _list("members", "yearlock")),
        ]
        if committee:
            yearly.append((_("Log"), _list("members", "logrow")))
        if DutyKind.SECRETARY in kinds:
            yearly.append((_("Imports"), _list("members", "importbatch")))
        yield _("The year"), yearly
    if DutyKind.ADMINISTRATOR in kinds:
        yield (
            _("Installation"),
            [
                (_("Users"), _list("members", "user")),
                (_("Duties"), _list("members", "duty")),
                (_("Organisations"), _list("members", "organisation")),
                (_("Print settings"), _list("reports", "printsettings")),
                (_("Log"), _list("members", "logrow")),
                (_("Imports"), _list("members", "importbatch")),
            ],
        )
    if kinds:
        yield "", [(_("Schemes"), reverse("schemes"))]


def _entry_pages(code: str, year: int) -> list[Place]:
    """Where the branch enters what its members did."""
    return [
        (_("Quick rows"), reverse("quick_rows", args=[code])),
        (_("Dues"), reverse("dues_grid", args=[code, year])),
        (_("Pairings and posts"), reverse("standing_rows", args=[code])),
        (_("Care"), reverse("care_visits", args=[code, year])),
    ]


def _list(app: str, model: str) -> str:
    return reverse(f"admin:{app}_{model}_changelist")
