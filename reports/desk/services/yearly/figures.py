"""Frozen results as lines of a table, and what differs between two submissions, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.models import Snapshot, SnapshotRow
from appraisal.rules.annual import Status
from appraisal.services.superseded import Difference as Found
from members.models import Member, Role, in_script
from members.scope import Scope
from reports.columns import ANNUAL, APPRAISAL, BASE, BONUS, CHANGE, DAILY, GRADE, RANK, ROLE
from reports.desk.services.branch import MONTHS, STATE, STATE_CODES
from reports.desk.services.words import STATUS
from reports.tables import Column
from scoring.models import Band

LAST_YEAR = replace(CHANGE, title=gettext_lazy("On last year"))
FROZEN = (ROLE, MONTHS, BASE, BONUS, DAILY, APPRAISAL, ANNUAL, GRADE, RANK, STATE)
"""What of a frozen result its branch may read: everything but the votes."""
REVIEWED = (ROLE, DAILY, APPRAISAL, ANNUAL, LAST_YEAR, GRADE, RANK, STATE)
"""What a decision is made on; the rest stands behind each name."""
LOOKS = {"role": "half", "status": "half"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, the heading of its column, its classes, and by what it stands out."""

    text: str
    label: str
    look: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A member's line; no `url` where the reader does not see the member today."""

    key: int
    name: str
    number: str
    url: str
    cells: tuple[Cell, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of one member before and now, as they are printed."""

    name: str
    number: str
    figure: str
    before: str
    now: str


def frozen_lines(
    snapshot: Snapshot,
    year: int,
    scope: Scope,
    *,
    columns: Sequence[Column],
    changes: Mapping[int, int] | None = None,
    remarks: Mapping[int, str] | None = None,
) -> list[Line]:
    """The rows of frozen figures in order, with the change on the year before and remarks by member key.

    Whoever calls it has seen to it that the reader reads the organisation. Three queries.
    """
    rows = list(SnapshotRow.objects.filter(snapshot=snapshot).order_by("position"))
    grades = _grades(row.figures["scheme"] for row in rows)
    keys = [row.member_id for row in rows]
    seen = seen_today(keys, scope)
    return [
        Line(
            key=row.member_id,
            name=row.figures["name"],
            number=row.figures["number"],
            url=derivation_of(row.member_id, year, seen),
            cells=tuple(
                _cells(row.figures, columns, grades, None if changes is None else changes.get(row.member_id))
            ),
            remark=(remarks or {}).get(row.member_id, ""),
        )
        for row in rows
    ]


def seen_today(members: Iterable[int], scope: Scope) -> dict[int, str]:
    """Of these members those whom the reader sees today, wherever they were in the year: key and number."""
    seen = Member.objects.visible_to(scope).filter(pk__in=list(members))
    return dict(seen.order_by().values_list("pk", "number"))


def derivation_of(member: int, year: int, seen: Mapping[int, str]) -> str:
    """The way to how a member’s score came about; empty where the reader does not see the member."""
    return reverse("member_scores", args=[seen[member], year]) if member in seen else ""


def differences(found: Sequence[Found], *, votes: bool) -> list[Difference]:
    """What differs in words; how votes were spread only with `votes`. Two queries."""
    shown = [one for one in found if votes or one.figure != "votes"]
    if not shown:
        return []
    titles = {str(column.key): str(column.title) for column in FROZEN}
    titles |= {"row": _("In the list"), "votes": _("Votes"), "name": _("Name")}
    titles |= {"organisation": _("Organisation"), "scheme": _("Scheme"), "adjustments": _("Adjustments")}
    grades = _grades(scheme for one in shown for scheme in one.schemes)
    roles = {role.code: role.name for role in Role.objects.all()}
    formats = {column.key: column.format for column in FROZEN}

    def text(figure: str, value: Any, scheme: Sequence[Any] = ()) -> str:
        if value is None:
            return "—"
        if value is True:
            return _("yes") if figure == "row" else _("changed")
        if figure in ("name", "organisation", "scheme"):
            return str(value)
        if figure == "votes":
            return " · ".join(map(str, value))
        if figure == "status":
            return str(STATUS[Status(value)])
        if figure == "grade":
            return grades[*scheme, value]
        if figure == "role":
            return str(roles.get(value, value))
        return formats[figure](value)

    def said(one: Found) -> Difference:
        was, now = one.schemes or ((), ())
        old, new = text(one.figure, one.old, was), text(one.figure, one.new, now)
        return Difference(one.name, one.number, titles[one.figure], old, new)

    return [said(one) for one in shown]


def _cells(
    figures: Mapping[str, Any],
    columns: Sequence[Column],
    grades: Mapping[tuple[str, int, str], str],
    change: int | None,
) -> Iterable[Cell]:
    status = Status(figures["status"])
    grade = figures["grade"]
    values = {
        **figures,
        "role": in_script(figures["role_hans"], figures["role_hant"]),
        "change": change,
        "grade": grades[*figures["scheme"], grade] if grade else None,
        "status": str(STATUS[status]),
    }
    marks = {"grade": f"grade-{grade}" if grade else "", "status": STATE_CODES[status]}
    for column in columns:
        value = values[column.key]
        text = column.empty if value is None else column.format(value)
        look = f"{column.align} {LOOKS.get(column.key, '')}".strip()
        if column.key == "status" and status == Status.SCORED:
            look += " usual"
        yield Cell(text, str(column.title), look, marks.get(column.key, ""))


def _grades(schemes: Iterable[Sequence[Any]]) -> dict[tuple[str, int, str], str]:
    """The names of the grades of these schemes, given by code and version."""
    codes = {code for code, _version in schemes}
    bands = Band.objects.filter(scheme__code__in=codes).select_related("scheme")
    return {(band.scheme.code, band.scheme.version, band.code): band.name for band in bands}
