"""The scores of an organisation and all below it, unit by unit, and the list of the units themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from html import escape
from operator import attrgetter
from typing import Any, NamedTuple, cast

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from appraisal.rules.annual import Status
from appraisal.services.held_back import discreetly
from appraisal.services.results import Result, UnitResults, results
from members.addresses import KEY, addresses
from members.markup import cell_attributes, mark
from members.models import Category, Organisation, Posting, Role
from members.scope import Scope
from members.text import strung
from reports.columns import ANNUAL, APPRAISAL, BASE, BONUS, DAILY, GRADE, NAME, PACE, RANK, ROLE
from reports.desk.services.adjusted import Adjusted, adjusted
from reports.desk.services.choosing import Choice, categories, chosen, paces
from reports.desk.services.clauses import address
from reports.desk.services.words import STATUS
from reports.services.progress import Progress
from reports.tables import Align, Column, number, points
from scoring.services.published import scheme_rows

MEMBER = Column("member", _("Member number"), align=Align.START)
MONTHS = Column("months", _("Months"), align=Align.END, format=number)
STATE = Column("status", _("Status"), align=Align.START)

PERSON = replace(NAME, align=Align.START)

STATE_CODES = {
    Status.SCORED: "",
    Status.NOT_APPRAISED: "warn",
    Status.NO_MONTHS: "plain",
    Status.EXEMPT: "plain",
}
"""By what a status stands out."""

RUNNING = (PERSON, MEMBER, ROLE, MONTHS, BASE, BONUS, DAILY, RANK, STATE)
YEAR_END = (PERSON, MEMBER, ROLE, MONTHS, BASE, BONUS, DAILY, APPRAISAL, ANNUAL, GRADE, RANK, STATE)

GREATEST_FIRST = {column.key for column in (MONTHS, BASE, BONUS, DAILY, APPRAISAL, ANNUAL)}
ORDERS = [
    sign + column.key
    for column in (*YEAR_END, PACE)
    if column.key not in (PERSON.key, STATE.key)
    for sign in ("", "-")
]
"""By what a table is ordered, but for the number by which it is without being asked."""


@dataclass(frozen=True, slots=True)
class Row:
    """A member's row: the name, the way to the derivation, the adjustment behind it if any.

    `values` are what the cells after the name show, as the columns take it; `codes` of those that stand out
    what they stand out by, empty of all others. `category` is the place of that in which the member ranks.
    """

    name: str
    url: str
    values: tuple[object, ...]
    codes: tuple[str, ...]
    adjusted: Adjusted | None
    category: tuple[int, str]


class Look(NamedTuple):
    """A column with the attributes of its cells: of those with a usual value, and of those that stand out.

    `plain`: it shows figures alone, in which nothing is to be escaped and nothing stands out.
    """

    column: Column
    usual: str
    marked: str
    plain: bool


@dataclass(frozen=True, slots=True)
class UnitTable:
    """The table of one unit. `left_out`: members of that day who now belong where the reader sees nobody.

    `head` are its headings as markup.
    """

    organisation: Organisation
    columns: Sequence[Column]
    looks: Sequence[Look]
    head: SafeString
    rows: tuple[Row, ...]
    left_out: int
    adjusted: tuple[Adjusted, ...]
    edition: str
    scheme_url: str

    @property
    def size(self) -> str:
        """How many rows it has, in words."""
        members = len(self.rows)
        return ngettext("%(members)s member", "%(members)s members", members) % {"members": members}

    @property
    def body(self) -> SafeString:
        """Its rows as markup: they are thousands of cells, and a template takes several steps for each."""
        names = [f'<th scope="row"><a href="{escape(r.url)}">{escape(r.name)}</a></th>' for r in self.rows]
        values = zip(*[row.values for row in self.rows], strict=True)
        codes = zip(*[row.codes for row in self.rows], strict=True)
        rows = zip(names, *map(_cells, self.looks, values, codes), strict=True)
        return SafeString("".join([f"<tr>{''.join(cells)}</tr>" for cells in rows]))


class Scores(NamedTuple):
    """The tables that were chosen, and the categories of all members that there are."""

    units: list[UnitTable]
    categories: list[Category]


def scores(*, organisation: Organisation, choice: Choice, scope: Scope, alone: bool) -> Scores:
    """The tables of the units that lie in, or hold, the organisation; of a group only its own members.

    With `alone` only the unit that the organisation is. Raises NoScheme.
    """
    year, as_of = choice.year, choice.as_of
    units = list(results(year=year, as_of=as_of, within=organisation, alone=alone))
    seen = still_seen(units, as_of, scope)
    held = categories(units)
    rows = scheme_rows(unit.scheme for unit in units if unit.scheme)
    grades = {(key, band.code): band.name for key, found in rows.items() for band in found.bands}
    year_end = as_of == date(year, 12, 31)
    columns = YEAR_END if year_end else RUNNING
    if choice.going:
        columns = (*columns[:-2], PACE, *columns[-2:])
    head = "".join([_heading(column, choice) for column in columns])
    looks = [_look(column, str(column.title)) for column in columns[1:]]
    states = {status: str(words) for status, words in STATUS.items()}
    roles = {
        one.pk: _called(one, held) for one in {r.score.role.role for unit in units for r in unit.results}
    }
    query = "" if year_end else f"?as_of={as_of.isoformat()}"
    page = addresses(reverse("member_scores", args=[KEY, year]) + query)
    tables = []
    for unit in (discreetly(one, scope) for one in units):
        within = [one for one in unit.results if one.lies_in(organisation)]
        mine = [result for result in within if result.score.member_id in seen]
        going = paces(unit, choice)
        shown = chosen(mine, choice, going) if choice.narrows else mine
        changes = adjusted((result.score.role for result in mine), scope)
        by_key = {change.adjustment.pk: change for change in changes}
        made = [_row(one, looks, grades, roles, states, page, by_key, going) for one in shown]
        table = UnitTable(
            organisation=unit.organisation,
            columns=columns,
            looks=looks,
            head=SafeString(head),
            rows=_ordered(made, looks, choice.order),
            left_out=len(within) - len(mine),
            adjusted=tuple(changes),
            edition=unit.scheme.edition if unit.scheme else "",
            scheme_url=address(unit.scheme) if unit.scheme else "",
        )
        if shown or (within and not choice.narrows):
            tables.append(table)
    return Scores(tables, held)


def sheet(units: Sequence[UnitTable]) -> tuple[list[str], list[list[object]]]:
    """What the tables of these units show, as the header and the rows of one workbook."""
    adjusting = any(row.adjusted for unit in units for row in unit.rows)
    header = [_("Organisation"), *(column.title for column in units[0].columns)] if units else []
    header += [_("Adjustment in force")] if adjusting else []
    rows: list[list[object]] = []
    for unit in units:
        for row in unit.rows:
            cells = [unit.organisation.name, row.name, *map(figure, unit.columns[1:], row.values)]
            if adjusting:
                cells.append(strung(row.adjusted.in_words()) if row.adjusted else None)
            rows.append(cells)
    return [str(title) for title in header], rows


def still_seen(units: Sequence[UnitResults], as_of: date, scope: Scope) -> set[int]:
    """Which of these members the scope sees today."""
    places = {result.score.organisation.pk for unit in units for result in unit.results}
    posted = Posting.objects.on(as_of).filter(organisation__in=places)
    today = Posting.objects.read_by(scope).filter(member__in=posted.values("member"))
    return set(today.order_by().values_list("member", flat=True))


def _row(
    result: Result, looks: Sequence[Look], grades: dict[tuple[int, str], str], roles: dict[int, str],
    states: dict[Status, str], page: Callable[[object], str], changes: dict[int, Adjusted],
    going: dict[int, Progress],
) -> Row:  # fmt: skip
    score, daily = result.score, result.score.daily
    values: dict[str, object] = {
        "member": score.number,
        "role": roles[score.role.role.pk],
        "months": score.month_count,
        "base": daily.base if daily else None,
        "bonus": daily.bonus if daily else None,
        "daily": daily.daily if daily else None,
        "appraisal": result.appraisal,
        "annual": result.annual,
        "grade": grades[score.role.scheme.pk, result.grade] if result.grade else None,
        "pace": going[score.member_id].pace if score.member_id in going else None,
        "rank": result.rank,
        "status": states[result.status],
    }
    codes = {"grade": f"grade-{result.grade}" if result.grade else "", "status": STATE_CODES[result.status]}
    keys = [look.column.key for look in looks]
    return Row(
        name=score.name,
        url=page(score.number),
        values=tuple([values[key] for key in keys]),
        codes=tuple([codes.get(key, "") for key in keys]),
        adjusted=changes.get(score.role.adjustment.pk) if score.role.adjustment else None,
        category=(score.role.role.category.order, score.role.role.category.code),
    )


def _called(role: Role, held: Sequence[Category]) -> str:
    """A role's name, after that of its category where there are members of several."""
    return str(role) if len(held) > 1 else role.name


def _heading(column: Column, choice: Choice) -> str:
    """A heading that orders the table by its column; by the one that orders it, the other way round."""
    title, key = escape(str(column.title)), column.key
    if key not in ORDERS:
        return f'<th scope="col" class="{column.align}">{title}</th>'
    usual = f"-{key}" if key in GREATEST_FIRST else key
    order, now, look = usual, "", ""
    if choice.order.lstrip("-") == key:
        rising = choice.order == key
        order = f"-{key}" if rising else key
        now = f' aria-sort="{"ascending" if rising else "descending"}"'
        look = f' class="sorted{" up" if rising else ""}"'
    way = escape(choice.query(order=order))
    return f'<th scope="col" class="{column.align}"{now}><a{look} href="{way}">{title}</a></th>'


def _ordered(rows: list[Row], looks: Sequence[Look], order: str) -> tuple[Row, ...]:
    """The rows by a column's values, those without one last; by number where none is named.

    Ranks are within a category: by them the categories come one after the other.
    """
    place = next((at for at, look in enumerate(looks) if look.column.key == order.lstrip("-")), None)
    if place is None:
        return tuple(rows)
    told = [row for row in rows if row.values[place] is not None]
    told.sort(key=lambda row: cast("Any", row.values[place]), reverse=order.startswith("-"))
    if looks[place].column.key == RANK.key:
        told.sort(key=attrgetter("category"))
    return (*told, *(row for row in rows if row.values[place] is None))


def _cells(look: Look, values: Iterable[Any], codes: Iterable[str]) -> list[str]:
    """The cells of one column as markup, from the first row to the last."""
    column, usual, marked, plain = look
    texts = [column.empty if value is None else column.format(value) for value in values]
    if plain:
        return [f"<td{usual}>{text}</td>" for text in texts]
    return [
        f"<td{marked}>{mark(code, text)}</td>" if code else f"<td{usual}>{escape(text)}</td>"
        for text, code in zip(texts, codes, strict=True)
    ]


def figure(column: Column, value: object) -> object:
    """A value as a workbook takes it: points with two decimals, whole numbers, else the text."""
    if column.format is points and isinstance(value, int):
        return Decimal(value).scaleb(-2)
    return value if value is None or isinstance(value, int) else column.format(value)


def _look(column: Column, title: str) -> Look:
    look = f"{column.align} cell-{column.key}"
    plain = column.format in (points, number)
    return Look(column, cell_attributes(f"{look} usual", title), cell_attributes(look, title), plain)
