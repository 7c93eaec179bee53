"""Who may be put forward for awards, as the page and the workbook list it 【六1】."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.services.eligibility import Candidate, Why, eligibility
from members.addresses import KEY, addresses
from members.models import Organisation
from members.scope import Scope
from members.services.units import units_of
from reports.desk.services.units import MOST_ROWS
from reports.tables import points
from scoring.enums import BandCode

WHY: dict[Why, Promise] = {
    Why.GRADE: gettext_lazy("Neither excellent nor good"),
    Why.NOT_APPRAISED: gettext_lazy("Not appraised"),
    Why.NOT_APPROVED: gettext_lazy("No approved result of that year"),
    Why.EXEMPT: gettext_lazy("Not scored: for the committee to decide"),
    Why.NO_MONTHS: gettext_lazy("No month counts: for the committee to decide"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A member's line; `annual` in hundredths, None also where it is not told."""

    name: str
    number: str
    url: str
    organisation: str
    unit: Organisation
    code: str
    grade: str
    points: int | None
    reason: str

    @property
    def annual(self) -> str:
        """The annual score as it is printed."""
        return "" if self.points is None else points(self.points)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the lists; `reasons` where its lines have one."""

    code: str
    title: str
    rows: Sequence[Listed]
    reasons: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """A number under the heading of its column."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation with how many of its members are in each list, and the way to them alone."""

    name: str
    query: str
    counts: Sequence[Counted]
    current: bool


@dataclass(frozen=True, slots=True)
class EligibilityPage:
    """The lists, and the organisations where there are several to choose from."""

    parts: Sequence[Part]
    units: Sequence[Unit]
    too_many: bool


def eligibility_page(
    organisations: Iterable[Organisation], year: int, scope: Scope, chosen: str
) -> EligibilityPage:
    """The lists of awards of the year, of the unit with the chosen code alone where there is one.

    As many queries for many members as for few.
    """
    every = parts(organisations, year, scope.on, scope)
    units = _units(every, chosen)
    shown = [
        Part(part.code, part.title, [row for row in part.rows if chosen in ("", row.unit.code)], part.reasons)
        for part in every
    ]
    too_many = sum(len(part.rows) for part in shown) > MOST_ROWS
    return EligibilityPage(shown, units, too_many)


def parts(
    organisations: Iterable[Organisation], year: int, on: date, scope: Scope | None = None
) -> list[Part]:
    """The lists of all these organisations and below; without a scope as they may hang on a wall."""
    tops = list(organisations)
    found = eligibility(tops, year, on=on, scope=scope)
    units = units_of([one for top in tops for one in Organisation.objects.within(top)])
    page = addresses(reverse("member_scores", args=[KEY, year - 1]))
    titles = (
        ("eligible", _("May be put forward"), found.eligible, False),
        ("others", _("May not be put forward"), found.others, True),
        ("waiting", _("Result of the branch not approved yet"), found.waiting, True),
        ("decide", _("For the committee to decide"), found.to_decide, True),
    )
    return [
        Part(code, title, [_listed(one, units[one.organisation.pk], page) for one in candidates], reasons)
        for code, title, candidates, reasons in titles
    ]


def sheet(every: Sequence[Part]) -> tuple[list[str], list[list[object]]]:
    """The lists as the header and the rows of one workbook."""
    header = [
        _("Organisation"), _("Member number"), _("Name"), _("Awards"), _("Grade"), _("Annual score"),
        _("Why not"),
    ]  # fmt: skip
    rows: list[list[object]] = [
        [
            row.organisation, row.number, row.name, part.title, row.grade or None,
            None if row.points is None else Decimal(row.points).scaleb(-2), row.reason or None,
        ]
        for part in every
        for row in part.rows
    ]  # fmt: skip
    return header, rows


def _listed(one: Candidate, unit: Organisation, page: Callable[[object], str]) -> Listed:
    return Listed(
        name=one.name,
        number=one.number,
        url=page(one.number),
        organisation=one.organisation.name,
        unit=unit,
        code=one.grade or "",
        grade=str(BandCode(one.grade).label) if one.grade else "",
        points=one.annual,
        reason=_why(one),
    )


def _why(one: Candidate) -> str:
    if one.waits_for is not None:
        return _("%(branch)s: not approved yet") % {"branch": one.waits_for.name}
    return str(WHY[one.why]) if one.why else ""


def _units(every: Sequence[Part], chosen: str) -> list[Unit]:
    """The units in tree order with all of them together first; none where there is one alone."""
    held = {row.unit.path: row.unit for part in every for row in part.rows}
    if len(held) < 2:
        return []
    counted = [Counter(row.unit.path for row in part.rows) for part in every]
    together = [Counted(part.title, str(len(part.rows))) for part in every]
    return [
        Unit(_("All organisations"), "?", together, not chosen),
        *(
            Unit(
                unit.name,
                f"?unit={quote(unit.code)}",
                [
                    Counted(part.title, str(numbers[path]))
                    for part, numbers in zip(every, counted, strict=True)
                ],
                unit.code == chosen,
            )
            for path, unit in sorted(held.items())
        ),
    ]
