"""The committee's inbox: the units below with how far their year is, their grades, and the totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appraisal.enums import YearState
from appraisal.models import BranchYear, SnapshotRow
from members.addresses import KEY, addresses
from members.enums import OrganisationKind
from members.models import Organisation
from reports.desk.services.units import below
from reports.tables import Align
from scoring.enums import BandCode

GRADES = (*BandCode.values, "")
"""Columns of grades, the last for who has none."""
ORDERS = [
    sign + key
    for key in ("code", "state", "submitted", "until", "objections", "members", *BandCode.values, "none")
    for sign in ("", "-")
]
GREATEST_FIRST = {"submitted", "until", "objections", "members", *BandCode.values, "none"}
WAITING_FIRST = (YearState.SUBMITTED, YearState.RETURNED, YearState.OPEN, YearState.APPROVED)
"""What waits for the committee's decision goes first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which state is shown, empty for all; `order` is the key of a column, after a hyphen downwards."""

    state: str = ""
    order: str = ""

    def query(self, **otherwise: str) -> str:
        """The query of the same page with something said otherwise; empty where there is nothing to say."""
        said = replace(self, **otherwise)
        pairs = {key: value for key, value in (("state", said.state), ("order", said.order)) if value}
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with the heading of its column; None where there is nothing to count yet."""

    label: str
    number: int | None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A unit's year: how far it is, and the grades of what was submitted; `waits` for a decision now."""

    name: str
    code: str
    url: str
    state: str
    state_label: str
    submitted_on: date | None
    until: date | None
    running: bool
    objections: int
    counts: tuple[Counted, ...]

    @property
    def waits(self) -> bool:
        """Whether the committee may decide on it now."""
        submitted = self.state == YearState.SUBMITTED and self.until is not None
        return submitted and not self.running and not self.objections


class Heading(NamedTuple):
    """A heading that orders the table by its column; `sorted` is how it is ordered by it now, if it is."""

    title: str
    align: str
    query: str
    sorted: str


class Chip(NamedTuple):
    """A way to the same table in another state."""

    label: str
    query: str
    current: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """The table as it was asked for, and its totals; the chips count all units, whatever is shown."""

    head: Sequence[Heading]
    rows: Sequence[InboxRow]
    totals: Sequence[Counted]
    objections: int
    chips: Sequence[Chip]

    @property
    def members(self) -> int:
        """The members of the units that are shown."""
        return (self.totals[0].number or 0) if self.totals else 0


def inbox(organisations: Iterable[Organisation], year: int, on: date, choice: Choice) -> Inbox:
    """The units of these subtrees in the year as of the day: as many queries for many as for few."""
    every = _rows(list(organisations), year, on)
    shown = [row for row in every if choice.state in ("", row.state)]
    titles = [label for label, _key in _counted()]
    return Inbox(
        head=_head(choice),
        rows=_ordered(shown, choice.order),
        totals=[
            Counted(title, sum(row.counts[at].number or 0 for row in shown))
            for at, title in enumerate(titles)
        ],
        objections=sum(row.objections for row in shown),
        chips=_chips(every, choice),
    )


def _counted() -> list[tuple[str, str]]:
    """The columns of numbers after the objections: heading and key."""
    return [
        (pgettext("how many", "Members"), "members"),
        *((str(BandCode(code).label), code) for code in BandCode.values),
        (_("Without a grade"), "none"),
    ]


def _rows(organisations: list[Organisation], year: int, on: date) -> list[InboxRow]:
    if not organisations:
        return []
    listed = below(organisations, min(on, date(year, 12, 31)))
    within = Q(pk__in=[])
    for one in organisations:
        within |= Q(organisation__path__startswith=one.path)
    unanswered = Count("objections", filter=Q(objections__answered_on__isnull=True))
    years = {
        row.organisation_id: row
        for row in BranchYear.objects.of_year(year).filter(within).annotate(unanswered=unanswered)
    }
    grades = _grades(row.snapshot_id for row in years.values() if row.snapshot_id)
    review = addresses(reverse("branch_review", args=[KEY, year]))
    return [
        _row(unit.organisation, unit.members, years.get(unit.organisation.pk), grades, review, on)
        for unit in listed
        if unit.members or unit.organisation.pk in years or unit.organisation.kind == OrganisationKind.BRANCH
    ]


def _row(
    organisation: Organisation,
    members: int,
    row: Any,
    grades: dict[int, dict[str, int]],
    review: Callable[[object], str],
    on: date,
) -> InboxRow:
    state = row.state if row else YearState.OPEN
    sent = row is not None and state in (YearState.SUBMITTED, YearState.APPROVED)
    found = grades.get(row.snapshot_id, {}) if sent else {}
    numbers = [
        sum(found.values()) if sent else members,
        *(found.get(code, 0) if sent else None for code in GRADES),
    ]
    until = row.publicity_until if sent else None
    return InboxRow(
        name=organisation.name,
        code=organisation.code,
        url=review(organisation.code),
        state=str(state),
        state_label=str(YearState(state).label),
        submitted_on=localdate(row.submitted_at) if sent else None,
        until=until,
        running=until is not None and on <= until and state == YearState.SUBMITTED,
        objections=row.unanswered if row else 0,
        counts=tuple(
            Counted(label, number) for (label, _key), number in zip(_counted(), numbers, strict=True)
        ),
    )


def _grades(snapshots: Iterable[int]) -> dict[int, dict[str, int]]:
    """By snapshot how many of its rows have each grade, "" for none: one query."""
    rows = SnapshotRow.objects.filter(snapshot__in=list(snapshots)).order_by()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    counted = rows.annotate(grade=KT("figures__grade")).values_list("snapshot", "grade")
    for snapshot, grade, number in counted.annotate(Count("pk")):
        # What a row lacks is called "null" by SQLite.
        key = grade if grade in BandCode.values else ""
        found[snapshot][key] = found[snapshot].get(key, 0) + number
    return found


def _head(choice: Choice) -> list[Heading]:
    columns = [
        (_("Organisation"), "code", Align.START),
        (_("State"), "state", Align.START),
        (_("Submitted on"), "submitted", Align.START),
        (_("Publicity until"), "until", Align.START),
        (_("Open objections"), "objections", Align.END),
        *((label, key, Align.END) for label, key in _counted()),
    ]
    head = []
    for title, key, align in columns:
        order, now = f"-{key}" if key in GREATEST_FIRST else key, ""
        if choice.order.lstrip("-") == key:
            rising = choice.order == key
            order, now = (f"-{key}", "ascending") if rising else (key, "descending")
        head.append(Heading(title, str(align), choice.query(order=order), now))
    return head


def _chips(rows: Sequence[InboxRow], choice: Choice) -> list[Chip]:
    ways = [Chip(f"{_('All')} {len(rows)}", choice.query(state="") or "?", not choice.state)]
    for state in YearState:
        number = sum(row.state == state for row in rows)
        ways.append(
            Chip(f"{state.label} {number}", choice.query(state=str(state.value)), choice.state == state)
        )
    return ways


def _ordered(rows: list[InboxRow], order: str) -> list[InboxRow]:
    """By a column, what has nothing in it last; without an order what waits for a decision first."""
    key = order.lstrip("-")
    if not key:
        return sorted(rows, key=lambda row: (not row.waits, WAITING_FIRST.index(YearState(row.state))))
    numbers = [key for _label, key in _counted()]
    by: dict[str, Callable[[InboxRow], Any]] = {
        "code": lambda row: row.code,
        "state": lambda row: WAITING_FIRST.index(YearState(row.state)),
        "submitted": lambda row: row.submitted_on,
        "until": lambda row: row.until,
        "objections": lambda row: row.objections,
    }
    told: Callable[[InboxRow], Any] = by.get(key) or (lambda row: row.counts[numbers.index(key)].number)
    known = [row for row in rows if told(row) is not None]
    known.sort(key=told, reverse=order.startswith("-"))
    return [*known, *(row for row in rows if told(row) is None)]
