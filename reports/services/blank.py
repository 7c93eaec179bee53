"""Registers to be kept by hand where no computer is, made from what the scheme asks of a unit's members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from appraisal.services.results import UnitResults
from members.strokes import stroke_key
from reports import columns
from reports.enums import ListOrder
from reports.periods import Period
from reports.print.handed import BlankForm, BlankForms
from reports.services.settings import PageTerms
from reports.tables import Column, Table
from scoring.models import Scheme
from scoring.rules.terms import Kind
from scoring.services.published import RequirementRow

LINES = 20
"""So many lines has a page."""
QUARTERS = 4


def blank_forms(
    unit: UnitResults, scheme: Scheme, period: Period, terms: PageTerms, *, today: date, named: bool = True
) -> BlankForms | None:
    """The registers of a unit for a year, None where nobody is scored; needs the page's language active.

    One for attendance, one for each other indicator that is counted, one for what lasts, one for each that
    is paid by the month. With `named` they list the members who are scored, else they have empty lines.
    """
    scored = [result.score for result in unit.results if result.score.role.requirements]
    asked = _asked(row for score in scored for row in score.role.requirements)
    if not asked:
        return None
    by_strokes = terms.order == ListOrder.STROKES
    scored.sort(key=lambda score: (stroke_key(score.name) if by_strokes else (), score.number))
    lines = _lines([score.name for score in scored] if named else [])
    attended = set(scheme.activity_rules.values_list("indicator__code", flat=True))
    return BlankForms(
        organisation=unit.organisation.name,
        period=period.title,
        forms=[
            BlankForm(title=title, tables=[Table(layout, page) for page in lines])
            for title, layout in _forms(asked, attended)
        ],
    )


def _forms(
    asked: Sequence[list[RequirementRow]], attended: set[str]
) -> Iterable[tuple[str, Sequence[Column]]]:
    """The title and the columns of each register."""
    counted = [rows for rows in asked if rows[0].indicator.kind == Kind.COUNTED]
    meetings = [(_name(rows), _a_quarter(rows)) for rows in counted if rows[0].code in attended]
    if meetings:
        yield _("Register of attendance"), columns.attendance(meetings)
    for rows in counted:
        if rows[0].code not in attended:
            yield _register(_name(rows)), columns.occasions(rows[0].indicator.unit)
    lasting = [_name(rows) for rows in asked if rows[0].indicator.kind == Kind.STANDING]
    if lasting:
        yield _("Register of pairings and posts"), columns.lasting(lasting)
    for rows in asked:
        if rows[0].indicator.kind == Kind.MONTHLY:
            yield _register(_name(rows)), columns.months()


def _asked(rows: Iterable[RequirementRow]) -> list[list[RequirementRow]]:
    """What is asked of any of the members, by indicator in the scheme's order."""
    found: dict[str, list[RequirementRow]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(row)
    return sorted(found.values(), key=lambda rows: (rows[0].indicator.order, rows[0].code))


def _name(rows: Sequence[RequirementRow]) -> str:
    """What the indicator is called here: its wording where all share it, without what it explains."""
    wordings = {row.wording for row in rows}
    return columns.short(wordings.pop() if len(wordings) == 1 else rows[0].indicator.name)


def _register(name: str) -> str:
    return _("Register: %(name)s") % {"name": name}


def _a_quarter(rows: Sequence[RequirementRow]) -> int:
    """The columns for a quarter's meetings: what the highest quota asks for, and one beyond."""
    return -(-max(row.quota or 0 for row in rows) // QUARTERS) + 1


def _lines(names: Sequence[str]) -> list[list[dict[str, Any]]]:
    """The lines of each page: numbered names, and empty ones up to the foot of the last page."""
    pages = max(-(-len(names) // LINES), 1)
    numbered = [
        {"number": at + 1, "name": names[at] if at < len(names) else None} for at in range(pages * LINES)
    ]
    return [numbered[start : start + LINES] for start in range(0, len(numbered), LINES)]
