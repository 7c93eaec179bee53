"""Judged standards of a year as a grid: what is judged and what presumed, and storing what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.errors import OutOfScope, Refused
from members.models import Member, Organisation
from members.scope import Scope
from members.services import guards, log, recording
from members.services.bulk import insert, rewrite
from members.services.by import By
from scoring.enums import IndicatorKind
from scoring.models import Indicator, Judgement
from scoring.services.checks import plain
from scoring.services.grids import Place, Unsure, said
from scoring.services.roll import Person, kept, roll

LIMITS = (Decimal(0), Decimal(100))


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a standard is fulfilled, in per cent, and why; None per cent: presumed in full (I9)."""

    percent: Decimal | None = None
    note: str = ""

    @classmethod
    def of(cls, judgement: Judgement | None) -> Verdict:
        """What a stored judgement says, or that there is none."""
        return cls() if judgement is None else cls(judgement.fulfilment, judgement.note)

    @property
    def shown(self) -> str:
        """The verdict as one text, which a form carries to say what it showed."""
        return f"{'' if self.percent is None else plain(self.percent)}|{self.note}"


@dataclass(frozen=True, slots=True)
class Judged:
    """One cell of a filled-in grid: `shown` stood there before, `wanted` stands there now."""

    member_id: int
    indicator_id: int
    shown: str
    wanted: Verdict

    @property
    def changes(self) -> bool:
        """Whether whoever filled in the grid changed the cell."""
        return self.wanted.shown != self.shown


@dataclass(frozen=True, slots=True)
class Line:
    """A member's line of the grid: a verdict for each standard that the role has, or that is stored."""

    person: Person
    verdicts: Mapping[int, Verdict]


def grid(*, organisation: Organisation, year: int, scope: Scope) -> tuple[list[Indicator], list[Line]]:
    """The judged standards of a branch's year, and a line for each member with a posting in it."""
    people = roll(organisation=organisation, year=year, scope=scope)
    stored = _stored(year, [person.member.pk for person in people])
    indicators = list(Indicator.objects.filter(kind=IndicatorKind.JUDGED).order_by("order", "code"))
    lines = [
        Line(
            person,
            {
                indicator.pk: Verdict.of(stored.get((person.member.pk, indicator.pk)))
                for indicator in indicators
                if person.asked(indicator.code) or (person.member.pk, indicator.pk) in stored
            },
        )
        for person in people
    ]
    used = {key for line in lines for key in line.verdicts}
    return [indicator for indicator in indicators if indicator.pk in used], lines


def save_judgements(*, by: By, organisation: Organisation, year: int, judged: Iterable[Judged]) -> int:
    """Store what was changed of a grid; how many cells that were. An emptied cell is presumed again.

    Raises Unsure where a cell no longer stands as shown, Refused for what is no percentage and for closed
    years, OutOfScope when `by` does not write one of the members; then nothing is stored.
    """
    wanted = {(cell.member_id, cell.indicator_id): cell for cell in judged if cell.changes}
    if not wanted:
        return 0
    if year > by.today.year:
        raise Refused(_("That year has not begun."))
    keys = sorted({member for member, _indicator in wanted})
    with guards.writing():
        recording.permit_members(by, keys)
        if kept(organisation, by.scope).filter(pk__in=keys).count() != len(keys):
            raise OutOfScope  # the log files the change under the organisation that keeps them
        members = {row.pk: row for row in Member.objects.filter(pk__in=keys).select_for_update(of=("self",))}
        stored = _stored(year, keys)
        now = {place: Verdict.of(stored.get(place)) for place in wanted}
        wanted = {place: cell for place, cell in wanted.items() if cell.wanted.shown != now[place].shown}
        unsure = {place: now[place] for place, cell in wanted.items() if cell.shown != now[place].shown}
        if unsure:
            raise Unsure(unsure)
        if not wanted:
            return 0
        recording.refuse_closed(sorted({member for member, _indicator in wanted}), year, year)
        _store(by, organisation, year, wanted, stored, members)
    return len(wanted)


def _store(
    by: By,
    organisation: Organisation,
    year: int,
    wanted: Mapping[Place, Judged],
    stored: Mapping[Place, Judgement],
    members: Mapping[int, Member],
) -> None:
    before = said(stored[place] for place in sorted(wanted) if place in stored)
    indicators = Indicator.objects.filter(kind=IndicatorKind.JUDGED).in_bulk()
    new: list[Judgement] = []
    changed: list[Judgement] = []
    gone, problems = [], []
    for place, cell in wanted.items():
        member, indicator = members[place[0]], indicators.get(place[1])
        if indicator is None:
            raise Refused(_("This indicator is counted by entries, not judged."))
        if cell.wanted.percent is None and not cell.wanted.note:
            gone.append(stored[place].pk)
            continue
        row = stored.get(place) or Judgement(member=member, year=year, indicator=indicator)
        row.note = cell.wanted.note
        found = list(_problems(row, cell.wanted.percent))
        problems += [
            _("%(member)s, %(indicator)s: %(problem)s")
            % {"member": member.name, "indicator": indicator, "problem": problem}
            for problem in found
        ]
        (changed if place in stored else new).append(row)
    if problems:
        raise Refused(problems)
    insert(new)
    rewrite(changed, ["fulfilment", "note"])
    Judgement.objects.filter(pk__in=gone).delete()
    rows = _stored(year, [member for member, _indicator in wanted])
    after = said(rows[place] for place in sorted(wanted) if place in rows)
    label = Judgement._meta.label_lower
    log.record(
        by=by,
        verb="judge standards",
        obj=(label, f"{organisation.code} {year}"),
        organisation=organisation,
        before={label: before} if before else None,
        after={label: after} if after else None,
    )


def _problems(row: Judgement, percent: Decimal | None) -> Iterator[str]:
    """Give the row its percentage; yield what forbids the row."""
    if percent is None:
        yield _("An explanation needs a percentage.")
        return
    if not LIMITS[0] <= percent <= LIMITS[1]:
        yield _("A fulfilment lies between 0 and 100 per cent.")
        return
    row.fulfilment = percent
    try:
        row.clean_fields(exclude=["member", "indicator"])
    except ValidationError as error:
        yield from error.messages


def _stored(year: int, members: Iterable[int]) -> dict[Place, Judgement]:
    """The judgements of the year by member and indicator: one query."""
    rows = Judgement.objects.of_year(year).filter(member__in=list(members))
    return {(row.member_id, row.indicator_id): row for row in rows}
