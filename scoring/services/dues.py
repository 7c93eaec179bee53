"""Dues of a year as a grid of members and months: what is recorded, and storing what was changed of it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.dates import MONTHS as NAMES_OF_MONTHS
from django.utils.translation import gettext as _

from members.errors import OutOfScope, Refused
from members.models import Member, Organisation
from members.scope import Scope
from members.services import guards, log, recording
from members.services.bulk import insert, rewrite
from members.services.by import By
from scoring.models import Entry, Indicator
from scoring.rules.spans import MONTHS, Span
from scoring.rules.terms import Kind
from scoring.services import checks
from scoring.services.grids import Place, Unsure, said
from scoring.services.roll import Person, closed_of, kept, postings_of, roles_of, roll
from scoring.services.standards import StandardsBook

UNRECORDED, PAID, LATE = "", "paid", "late"
STATES = (UNRECORDED, PAID, LATE)


@dataclass(frozen=True, slots=True)
class Cell:
    """What the ledger holds of one member and month: mostly no row or one, the oldest first."""

    rows: tuple[Entry, ...] = ()

    @property
    def state(self) -> str:
        """Paid when any row is on time and in full; late or short when there are only others."""
        if not self.rows:
            return UNRECORDED
        return PAID if any(row.on_time for row in self.rows) else LATE

    @property
    def plain(self) -> bool:
        """Whether the state says all that there is to say."""
        if len(self.rows) > 1:
            return False
        return not any(row.note or row.title or row.record_no or row.batch_id for row in self.rows)

    @property
    def digest(self) -> str:
        """Tells these rows in these versions from any others."""
        text = repr([(row.pk, row.version) for row in self.rows])
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def shown(self) -> str:
        """What a form carries of a cell all of whose rows were shown."""
        return f"{self.state}:{self.digest}"


@dataclass(frozen=True, slots=True)
class Mark:
    """One cell of a filled-in grid: `shown` stood there before, `wanted` stands there now."""

    member_id: int
    month: int
    shown: str
    wanted: str

    @property
    def changes(self) -> bool:
        """Whether whoever filled in the grid changed the cell."""
        return self.wanted != self.shown.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Line:
    """A member's line of the grid; `offered` are the months that can be recorded.

    `required`: the member's role asks for dues; of others they are kept, and earn nothing.
    """

    person: Person
    cells: Mapping[int, Cell]
    offered: Collection[int]
    required: bool


def grid(
    *,
    organisation: Organisation,
    indicator: Indicator,
    year: int,
    scope: Scope,
    book: StandardsBook | None = None,
) -> list[Line]:
    """The grid of a branch: a line for each member with a posting in the year; `book` as for `roll`."""
    people = roll(organisation=organisation, year=year, scope=scope, book=book)
    stored = _stored(indicator, year, [person.member.pk for person in people])
    return [
        Line(
            person=person,
            cells={month: stored.get((person.member.pk, month), Cell()) for month in range(1, MONTHS + 1)},
            offered=frozenset(
                month
                for month in range(1, MONTHS + 1)
                if not any(True for _problem in _problems(year, month, person.postings, scope.on))
            ),
            required=person.asked(indicator.code),
        )
        for person in people
    ]


def unrecorded(
    *, organisation: Organisation, year: int, upto: int, scope: Scope, book: StandardsBook
) -> list[tuple[Indicator, dict[int, int]]]:
    """By indicator of dues how many members of a branch have nothing recorded of a month, up to that month.

    Those are left out whose role does not ask for it, who held no posting in the month, or whose year is
    closed. Three queries; `book` is that of the year.
    """
    held = roles_of(kept(organisation, scope), year=year, book=book)
    asked: dict[int, tuple[Indicator, list[int]]] = {}
    closed = closed_of(held, year)
    for member, (role, _spans) in held.items():
        rows = role.requirements if role is not None and role.scored and member not in closed else ()
        for row in rows:
            if row.indicator.kind == Kind.MONTHLY:
                asked.setdefault(row.indicator.pk, (row.indicator, []))[1].append(member)
    entries = Entry.objects.dated(year, date(year, 12, 31)).filter(indicator__in=asked, member__in=held)
    there = {
        (indicator, member, day.month)
        for indicator, member, day in entries.order_by().values_list("indicator", "member", "date")
    }
    months = [date(year, month, 1) for month in range(1, upto + 1)]
    return [
        (
            indicator,
            {
                day.month: sum(
                    (indicator.pk, member, day.month) not in there
                    and any(checks.touches_month(span, day) for span in held[member][1])
                    for member in members
                )
                for day in months
            },
        )
        for indicator, members in sorted(asked.values(), key=lambda pair: (pair[0].order, pair[0].code))
    ]


@dataclass(slots=True)
class _Difference:
    """What a grid changes of the ledger."""

    new: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    gone: list[Entry] = field(default_factory=list)


def save_dues(
    *, by: By, organisation: Organisation, indicator: Indicator, year: int, marks: Iterable[Mark]
) -> int:
    """Correct the ledger by what was changed of a grid; how many cells that were.

    Cells that stand as wanted already are left alone, so the same grid saved twice changes nothing.
    Raises Unsure where a cell no longer stands as shown, Refused for months that cannot be recorded and
    for closed years, OutOfScope when `by` does not write one of the members; then nothing is stored.
    """
    wanted = {(mark.member_id, mark.month): mark for mark in marks if mark.changes}
    if not wanted:
        return 0
    keys = sorted({member for member, _month in wanted})
    with guards.writing():
        recording.permit_members(by, keys)
        if kept(organisation, by.scope).filter(pk__in=keys).count() != len(keys):
            raise OutOfScope  # the log files the change under the organisation that keeps them
        members = {row.pk: row for row in Member.objects.filter(pk__in=keys).select_for_update(of=("self",))}
        stored = _stored(indicator, year, keys)
        cells = {place: stored.get(place, Cell()) for place in wanted}
        wanted = {place: mark for place, mark in wanted.items() if mark.wanted != cells[place].state}
        unsure = {place: cells[place] for place, mark in wanted.items() if _unsure(cells[place], mark)}
        if unsure:
            raise Unsure(unsure)
        if not wanted:
            return 0
        recording.refuse_closed(sorted({member for member, _month in wanted}), year, year)
        _refuse(wanted.values(), cells, members, year, by)
        difference = _difference(wanted, cells, members, indicator, year, by)
        _store(by, organisation, indicator, year, difference)
    return len(wanted)


def _store(
    by: By, organisation: Organisation, indicator: Indicator, year: int, difference: _Difference
) -> None:
    ids = [row.pk for row in (*difference.changed, *difference.gone)]
    before = said(Entry.objects.filter(pk__in=ids).order_by("pk"))
    insert(difference.new)
    rewrite(difference.changed, ["on_time"])
    Entry.objects.filter(pk__in=[row.pk for row in difference.gone]).delete()
    members = {row.member_id for row in (*difference.new, *difference.changed)}
    rows = Entry.objects.filter(indicator=indicator, member__in=members).order_by("pk")
    touched = {(row.member_id, row.date) for row in difference.new}
    kept = {row.pk for row in difference.changed}
    of_year = rows.filter(date__year=year)
    after = said(row for row in of_year if row.pk in kept or (row.member_id, row.date) in touched)
    log.record(
        by=by,
        verb="record dues",
        obj=(Entry._meta.label_lower, f"{organisation.code} {year}"),
        organisation=organisation,
        before={Entry._meta.label_lower: before} if before else None,
        after={Entry._meta.label_lower: after} if after else None,
    )


def _difference(
    wanted: Mapping[Place, Mark],
    cells: Mapping[Place, Cell],
    members: Mapping[int, Member],
    indicator: Indicator,
    year: int,
    by: By,
) -> _Difference:
    found = _Difference()
    for (member, month), mark in wanted.items():
        rows = cells[member, month].rows
        if mark.wanted == UNRECORDED:
            found.gone += rows
        elif not rows:
            found.new.append(
                Entry(
                    member=members[member],
                    indicator=indicator,
                    date=date(year, month, 1),
                    on_time=mark.wanted == PAID,
                    recorded_at=by.now,
                )
            )
        else:
            # One row on time makes the month paid for; late it is when none is.
            changed = [rows[-1]] if mark.wanted == PAID else [row for row in rows if row.on_time]
            for row in changed:
                row.on_time = mark.wanted == PAID
            found.changed += changed
    return found


def _unsure(cell: Cell, mark: Mark) -> bool:
    """Whether the cell is another than was shown, or has rows that were not shown one by one."""
    state, _colon, digest = mark.shown.partition(":")
    if digest:
        return digest != cell.digest
    return state != cell.state or not cell.plain


def _refuse(
    marks: Iterable[Mark], cells: Mapping[Place, Cell], members: Mapping[int, Member], year: int, by: By
) -> None:
    """Raise Refused, cell by cell, for what cannot be recorded."""
    held = postings_of(members)
    problems = []
    for mark in marks:
        found: list[str] = []
        if mark.wanted != UNRECORDED:
            found += _problems(year, mark.month, held[mark.member_id], by.today)
        if any(row.activity_id is not None for row in cells[mark.member_id, mark.month].rows):
            found.append(_("This entry comes from an activity's list; correct it there."))
        problems += [
            _("%(member)s, %(month)s: %(problem)s")
            % {
                "member": members[mark.member_id].name,
                "month": NAMES_OF_MONTHS[mark.month],
                "problem": problem,
            }
            for problem in found
        ]
    if problems:
        raise Refused(problems)


def _problems(year: int, month: int, postings: Sequence[Span], today: date) -> Iterator[str]:
    found = checks.entry_problems(
        kind=Kind.MONTHLY,
        day=date(year, month, 1),
        until=None,
        quantity=1,
        on_time=True,
        postings=postings,
        today=today,
    )
    for _field, message in found:
        yield message


def _stored(indicator: Indicator, year: int, members: Sequence[int]) -> dict[Place, Cell]:
    """The cells that hold anything, by member and month: one query."""
    rows: dict[Place, list[Entry]] = defaultdict(list)
    entries = Entry.objects.filter(
        indicator=indicator, member__in=members, date__gte=date(year, 1, 1), date__lte=date(year, 12, 31)
    )
    for entry in entries.order_by("date", "pk"):
        rows[entry.member_id, entry.date.month].append(entry)
    return {place: Cell(tuple(found)) for place, found in rows.items()}
