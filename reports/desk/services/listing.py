"""Results as the score command gives them out: objects for machines, a table for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from appraisal.rules.annual import Status
from appraisal.services.results import Result
from reports.tables import Align, Column, number, points
from scoring.enums import BandCode
from scoring.rules.exact import UNIT, Hundredths, text
from scoring.rules.terms import Kind, Line

STATUS_WORDS = {
    Status.SCORED: _("Scored"),
    Status.NOT_APPRAISED: _("Not appraised"),
    Status.NO_MONTHS: _("No month counts"),
    Status.EXEMPT: _("Not scored"),
}
MONTHS = Column("months", _("Months"), align=Align.END, format=number)
COLUMNS = (
    Column("member_no", _("Member number"), align=Align.START),
    Column("name", _("Name"), align=Align.START),
    Column("org", _("Organisation"), align=Align.START),
    Column("role", _("Role"), align=Align.START),
    Column("status", _("Status"), align=Align.START, format=lambda status: str(STATUS_WORDS[status])),
    MONTHS,
    Column("base", _("Base"), align=Align.END, format=points),
    Column("bonus", _("Bonus"), align=Align.END, format=points),
    Column("daily", _("Daily score"), align=Align.END, format=points),
)
ANNUAL_COLUMNS = (
    Column("appraisal", _("Appraisal"), align=Align.END, format=points),
    Column("annual", _("Annual score"), align=Align.END, format=points),
    Column("grade", _("Grade"), align=Align.START, format=lambda grade: str(BandCode(grade).label)),
)
RANK = Column("rank", _("Rank"), align=Align.END, format=number)


def columns(*, year_end: bool) -> tuple[Column, ...]:
    """The columns of the table; before the year's end there is nothing annual to show."""
    return (*COLUMNS, *(ANNUAL_COLUMNS if year_end else ()), RANK)


def row(result: Result) -> dict[str, Any]:
    """A result under the keys of the columns."""
    score = result.score
    role = score.role.role
    return {
        "member_no": score.number,
        "name": score.name,
        "org": score.organisation.code,
        "role": role.name if role.name == role.category.name else str(role),
        "status": result.status,
        "months": score.month_count,
        "base": result.base,
        "bonus": result.bonus,
        "daily": result.daily,
        "appraisal": result.appraisal,
        "annual": result.annual,
        "grade": result.grade,
        "rank": result.rank,
    }


def as_object(result: Result) -> dict[str, Any]:
    """A result as JSON has it: scores as text with two decimals, what is absent as null."""
    score = result.score
    return {
        "member_no": score.number,
        "name": score.name,
        "org": score.organisation.code,
        "role": score.role.role.code,
        "status": result.status.value,
        "months": score.month_count,
        "base": _text(result.base),
        "bonus": _text(result.bonus),
        "daily": _text(result.daily),
        "appraisal": _text(result.appraisal),
        "annual": _text(result.annual),
        "grade": result.grade,
        "rank": result.rank,
        "lines": [_line(line) for line in score.daily.lines] if score.daily else [],
    }


def _line(line: Line) -> dict[str, Any]:
    judged = line.kind == Kind.JUDGED
    return {
        "indicator": line.indicator,
        "kind": line.kind.value,
        "quota": line.quota,
        "done": _plain(line.done, 10) if judged else line.done,
        "points": _plain(line.points, UNIT),
        "earned": text(line.earned),
        "excess": text(line.excess),
        "waived": line.waived,
        "presumed": line.presumed,
    }


def _text(value: Hundredths | None) -> str | None:
    return None if value is None else text(value)


def _plain(value: int, unit: int) -> int | float:
    """A number of so many parts of a unit as a plain number, whole where it is whole."""
    return value // unit if value % unit == 0 else value / unit
