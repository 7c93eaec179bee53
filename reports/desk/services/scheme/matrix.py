"""The requirement matrix of a scheme: for each category its indicators by its roles 【三(一)】."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from members.models import Category
from reports.desk.services.clauses import DIVIDER, Clause, Clauses
from reports.desk.services.formulas import plain
from scoring.models import Indicator, Requirement, Scheme, SchemeRole
from scoring.services.published import hundredths


@dataclass(frozen=True, slots=True)
class RoleHead:
    """The head of a role's column; `total` is what its points add up to, empty where nothing is asked."""

    code: str
    name: str
    clause: Clause
    scored: bool
    annual_is_daily: bool
    total: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One cell: the year's quota (empty: it is judged), the points, and what is special about it.

    `wording` is the requirement's own where it has one, `clause` what its clause has beyond the role's.
    """

    quota: str
    points: str
    waivable: bool
    wording: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator with what each role of the category is asked for, None where it is not.

    `clause` is what several cells' clauses have beyond their roles', if it is the same in all of them.
    """

    name: str
    unit: str
    clause: Clause
    cells: tuple[Asked | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One category: its roles side by side, an indicator to a row. No rows: nothing is asked of anybody."""

    code: str
    name: str
    roles: tuple[RoleHead, ...]
    rows: tuple[IndicatorRow, ...]


def matrices(scheme: Scheme, clauses: Clauses) -> list[Matrix]:
    """The scheme's categories in its own order: two queries."""
    roles = SchemeRole.objects.filter(scheme=scheme).select_related("role__category").order_by("order")
    asked: dict[int, dict[Indicator, Requirement]] = defaultdict(dict)
    rows = Requirement.objects.filter(scheme_role__scheme=scheme).select_related("indicator")
    for row in rows.order_by("scheme_role", "order"):
        asked[row.scheme_role_id][row.indicator] = row
    listed = sorted(roles, key=lambda row: (row.role.category.order, row.role.category.code, row.order))
    return [
        _matrix(category, list(members), asked, clauses)
        for category, members in groupby(listed, key=lambda row: row.role.category)
    ]


def _matrix(
    category: Category,
    roles: Sequence[SchemeRole],
    asked: dict[int, dict[Indicator, Requirement]],
    clauses: Clauses,
) -> Matrix:
    indicators = {indicator for role in roles for indicator in asked[role.pk]}
    return Matrix(
        code=category.code,
        name=category.name,
        roles=tuple(_head(role, asked[role.pk].values(), clauses) for role in roles),
        rows=tuple(
            _row(indicator, [_asked(role, asked[role.pk].get(indicator), clauses) for role in roles])
            for indicator in sorted(indicators, key=lambda one: (one.order, one.code))
        ),
    )


def _head(role: SchemeRole, asked: Iterable[Requirement], clauses: Clauses) -> RoleHead:
    total = sum(hundredths(row.points) for row in asked)
    return RoleHead(
        code=role.role.code,
        name=role.role.name,
        clause=clauses.linked(role.clause),
        scored=role.scored,
        annual_is_daily=role.annual_is_daily,
        total=plain(total) if total else "",
    )


def _row(indicator: Indicator, cells: Sequence[Asked | None]) -> IndicatorRow:
    beyond = {cell.clause for cell in cells if cell is not None}
    common = beyond.pop() if len(beyond) == 1 else Clause()
    shown = (cell and (replace(cell, clause=Clause()) if common.parts else cell) for cell in cells)
    return IndicatorRow(indicator.name, indicator.unit, common, tuple(shown))


def _asked(role: SchemeRole, row: Requirement | None, clauses: Clauses) -> Asked | None:
    if row is None:
        return None
    beyond = [mark for mark in row.clause.split(DIVIDER) if mark not in role.clause.split(DIVIDER)]
    return Asked(
        quota=str(row.quota) if row.quota is not None else "",
        points=plain(hundredths(row.points)),
        waivable=row.waivable,
        wording=row.wording if row.wording != row.indicator.name else "",
        clause=clauses.linked(DIVIDER.join(beyond)),
    )
