"""The scores of an organisation and all below it, unit by unit, and the list of the units themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appraisal.rules.annual import Status
from appraisal.services.results import Result, UnitResults, results
from members.models import Member, Organisation, Posting
from members.scope import Scope
from reports.columns import ANNUAL, BASE, BONUS, GRADE, NAME, RANK, ROLE
from reports.desk.services.adjusted import Adjusted, adjusted
from reports.desk.services.words import STATUS
from reports.tables import Align, Column, number, points
from scoring.models import Band
from scoring.services.scores import unit_paths

MOST_ROWS = 300
"""So many members go on one page; above that, the page lists the units and each has a page of its own."""

MEMBER = Column("member", _("Member number"), align=Align.START)
MONTHS = Column("months", _("Months"), align=Align.END, format=number)
DAILY = Column("daily", _("Daily score"), align=Align.END, format=points)
APPRAISAL = Column("appraisal", _("Appraisal"), align=Align.END, format=points)
STATE = Column("status", _("Status"), align=Align.START)

PERSON = replace(NAME, align=Align.START)

RUNNING = (PERSON, MEMBER, ROLE, MONTHS, BASE, BONUS, DAILY, RANK, STATE)
YEAR_END = (PERSON, MEMBER, ROLE, MONTHS, BASE, BONUS, DAILY, APPRAISAL, ANNUAL, GRADE, RANK, STATE)


@dataclass(frozen=True, slots=True)
class Shown:
    """The text of one cell, its column's title and alignment, and the code that colours it, if any."""

    key: str
    title: str
    text: str
    align: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A member's row: the name, the way to the derivation, the other cells."""

    name: str
    url: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class UnitTable:
    """The table of one unit. `left_out`: members of that day who now belong where the reader sees nobody."""

    organisation: Organisation
    columns: Sequence[Column]
    rows: tuple[Row, ...]
    left_out: int
    adjusted: tuple[Adjusted, ...]
    edition: str


@dataclass(frozen=True, slots=True)
class Below:
    """A unit below with how many members are posted in it on the day; `depth` below the first one listed.

    `printable`: it and all below are few enough to be printed at once.
    """

    organisation: Organisation
    depth: int
    members: int
    url: str
    printable: bool


def scores(
    *, organisation: Organisation, year: int, as_of: date, scope: Scope, alone: bool
) -> list[UnitTable]:
    """The tables of the units that lie in, or hold, the organisation; of a group only its own members.

    With `alone` only the unit that the organisation is. Raises NoScheme.
    """
    units = list(results(year=year, as_of=as_of, within=organisation, alone=alone))
    mine = Member.objects.visible_to(scope).posted_within(organisation, as_of)
    seen = set(mine.values_list("pk", flat=True))
    bands = Band.objects.filter(scheme__in={unit.scheme.pk for unit in units if unit.scheme})
    grades = {(band.scheme_id, band.code): band.name for band in bands}
    year_end = as_of == date(year, 12, 31)
    return [
        table
        for unit in units
        if (table := _table(unit, organisation, seen, grades, year, as_of, year_end)).rows or table.left_out
    ]


def below(organisations: Iterable[Organisation], on: date) -> list[Below]:
    """The units of these subtrees with their members on the day, in tree order: two queries."""
    paths = tuple(organisation.path for organisation in organisations)
    everything = list(Organisation.objects.all())
    units = unit_paths(everything)
    posted = Posting.objects.on(on).order_by().values_list("organisation").annotate(Count("pk"))
    members: dict[int, int] = defaultdict(int)
    for organisation_id, count in posted:
        members[units[organisation_id].pk] += count
    listed = [o for o in everything if not o.is_group and o.path.startswith(paths)]
    top = min((organisation.depth for organisation in listed), default=0)
    return [
        Below(
            organisation=one,
            depth=one.depth - top,
            members=members[one.pk],
            url=reverse("branch_scores", args=[one.code]),
            printable=sum(members[o.pk] for o in listed if o.path.startswith(one.path)) <= MOST_ROWS,
        )
        for one in listed
    ]


def _table(
    unit: UnitResults, organisation: Organisation, seen: set[int], grades: dict[tuple[int, str], str],
    year: int, as_of: date, year_end: bool,
) -> UnitTable:  # fmt: skip
    columns = YEAR_END if year_end else RUNNING
    within = [r for r in unit.results if r.score.organisation.path.startswith(organisation.path)]
    shown = [result for result in within if result.score.member_id in seen]
    query = "" if year_end else f"?as_of={as_of.isoformat()}"
    return UnitTable(
        organisation=unit.organisation,
        columns=columns,
        rows=tuple(_row(result, columns[1:], grades, year, query) for result in shown),
        left_out=len(within) - len(shown),
        adjusted=tuple(adjusted(result.score.role for result in shown)),
        edition=unit.scheme.edition if unit.scheme else "",
    )


def _row(
    result: Result, columns: Sequence[Column], grades: dict[tuple[int, str], str], year: int, query: str
) -> Row:
    score = result.score
    codes = {"grade": f"grade-{result.grade}" if result.grade else "", "status": _state_code(result.status)}
    values: dict[str, object] = {
        "member": score.number,
        "role": score.role.role.name,
        "months": score.month_count,
        "base": result.base,
        "bonus": result.bonus,
        "daily": result.daily,
        "appraisal": result.appraisal,
        "annual": result.annual,
        "grade": grades[score.role.scheme.pk, result.grade] if result.grade else None,
        "rank": result.rank,
        "status": STATUS[result.status],
    }
    cells = tuple(
        Shown(column.key, _title(column.title), _text(column, values[column.key]), column.align.value,
              codes.get(column.key, ""))
        for column in columns
    )  # fmt: skip
    return Row(score.name, reverse("member_scores", args=[score.number, year]) + query, cells)


def _text(column: Column, value: object) -> str:
    return column.empty if value is None else column.format(value)


def _title(title: str | Promise) -> str:
    return str(title)


def _state_code(status: Status) -> str:
    return {Status.SCORED: "", Status.NOT_APPRAISED: "warn"}.get(status, "plain")
