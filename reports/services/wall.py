"""The notices for the wall, made from frozen figures, so that they print the same for ever【四2、四3】."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import Snapshot
from appraisal.rules.annual import NAMED
from appraisal.services import snapshots
from appraisal.services.on_notice import discreet, hidden
from appraisal.services.results import UnitResults
from members.models import Category as MemberCategory
from members.models import LogRow, in_script
from members.strokes import stroke_key
from reports import columns
from reports.enums import ListOrder, NamedOnWall
from reports.periods import Period, day_text
from reports.print.codes import Code
from reports.print.documents import AnnualNotice, Category, Notice, Origin, Publicity, Signature
from reports.publicity import publicity
from reports.services.changes import ChangeWords
from reports.services.ordering import place
from reports.services.settings import PageTerms
from reports.tables import Column, Table
from scoring.models import Band, Scheme
from scoring.rules.pace import ahead

Figures = Mapping[str, Any]
"""A frozen result, as appraisal.services.snapshots.figures makes it."""

Stretch = tuple[date, date]
"""A first and a last day."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a notice is made of: a snapshot, or, for a provisional page, the same from the figures of the day.

    `date` is the notice's own date; `posted` from when to when it hangs, where that is recorded. `number` is
    that of the notice, `address` where everybody may check it. They, `digest` and `log_head` are empty on a
    provisional page. `behind` has by number the points with which a member is behind.
    """

    organisation_name: str
    scheme: Scheme
    rows: Sequence[Figures]
    adjustments: Sequence[Mapping[str, Any]]
    date: date
    digest: str = ""
    log_head: str = ""
    provisional: str = ""
    posted: Stretch | None = None
    behind: Mapping[str, int] = field(default_factory=dict)
    number: str = ""
    address: str = ""


def from_results(unit: UnitResults, scheme: Scheme, *, on: date, provisional: str) -> Frozen:
    """Figures that are not frozen, as a provisional page of that day is made of them."""
    return Frozen(
        organisation_name=unit.organisation.name,
        scheme=scheme,
        rows=[snapshots.figures(result) for result in unit.results],
        adjustments=snapshots.adjustments(unit),
        date=on,
        provisional=provisional or _("Not issued: for checking only, not for the wall."),
    )


def from_snapshot(snapshot: Snapshot) -> Frozen:
    """Frozen figures as a page is made of them."""
    frozen_by = LogRow.objects.of_object(snapshot).last()
    return Frozen(
        organisation_name=snapshot.organisation_name,
        scheme=snapshot.scheme,
        rows=[row.figures for row in snapshot.rows.all()],
        adjustments=snapshot.adjustments,
        date=timezone.localdate(snapshot.frozen_at),
        digest=snapshot.digest,
        log_head=frozen_by.hash if frozen_by else "",
    )


def named(statuses: Iterable[str], *, annual: bool) -> bool:
    """Whether a notice names anybody."""
    return any(status in NAMED[annual] for status in statuses)


def half_year_notice(frozen: Frozen, period: Period, terms: PageTerms) -> Notice | None:
    """The half-year notice, None where nobody is scored; call it with the page's language active.

    Whoever is ahead or behind is named where the settings say so, and by the name alone.
    """
    shown = [row for row in frozen.rows if row["status"] in NAMED[False]]
    if not shown:
        return None
    return Notice(
        organisation=frozen.organisation_name,
        period=period.title,
        basis=basis(frozen.scheme, str(frozen.scheme.clauses.get("publicity", ""))),
        first_day=day_text(date(period.year, 1, 1)),
        last_day=day_text(period.last),
        categories=categories(columns.NOTICE, shown, {"points": "daily"}, terms.order),
        by_strokes=terms.order == ListOrder.STROKES,
        ahead=_ahead(shown, frozen.scheme) if terms.wall in (NamedOnWall.AHEAD, NamedOnWall.BOTH) else (),
        behind=_behind(shown, frozen) if terms.wall in (NamedOnWall.BEHIND, NamedOnWall.BOTH) else (),
        adjustments=ChangeWords(frozen.adjustments).sentences(),
        publicity=_publicity(frozen, terms),
        phones=terms.phones,
        signature=Signature(name=terms.signature, date=_signed_on(frozen)),
        origin=origin(frozen),
        code=Code(frozen.address) if frozen.address else None,
    )


def annual_notice(frozen: Frozen, period: Period, terms: PageTerms) -> AnnualNotice | None:
    """The annual notice, None where nobody is graded or waits for it; needs the page's language active.

    Where the votes must not be worked out from the figures, a row has the grade alone and stands after those
    with a score, and nobody in its category has a rank: neither its place nor a gap in the ranks may tell
    between which two scores it lies.
    """
    grades = Grades()
    listed = [row for row in frozen.rows if row["status"] in NAMED[True]]
    if not listed:
        return None
    unranked = discreet(listed, frozen.scheme)
    withheld, shown = False, []
    for row in listed:
        alone = hidden(row, frozen.scheme)
        withheld = withheld or alone
        shown.append(
            {
                **row,
                "annual": None if alone else row["annual"],
                "place": None if alone else row["rank"],
                "rank": None if row["category"] in unranked else row["rank"],
                "grade": grades.name(row),
            }
        )
    return AnnualNotice(
        organisation=frozen.organisation_name,
        period=period.title,
        basis=basis(frozen.scheme, grades.clause(frozen.scheme)),
        categories=categories(columns.ANNUAL_NOTICE, shown, {}, terms.order),
        by_strokes=terms.order == ListOrder.STROKES,
        grade_alone=withheld,
        adjustments=ChangeWords(frozen.adjustments).sentences(),
        publicity=_publicity(frozen, terms),
        phones=terms.phones,
        signature=Signature(name=terms.signature, date=_signed_on(frozen)),
        origin=origin(frozen),
        code=Code(frozen.address) if frozen.address else None,
    )


MADE = {False: half_year_notice, True: annual_notice}
"""What makes a notice: of a half-year, and of a year (True)."""


class Grades:
    """The names of grades under each scheme."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, int], dict[str, str]] = {}

    def name(self, row: Figures) -> str:
        """The grade as printed, or that the member was not appraised."""
        if row["grade"] is None:
            return _("not appraised")
        code, version = row["scheme"]
        if (code, version) not in self._names:
            bands = Band.objects.filter(scheme__code=code, scheme__version=version)
            self._names[code, version] = {band.code: band.name for band in bands}
        return self._names[code, version][row["grade"]]

    def clause(self, scheme: Scheme) -> str:
        """Where the plan sets out the grades."""
        return scheme.bands.order_by("-lower").values_list("clause", flat=True).first() or ""


def categories(
    layout: Sequence[Column], rows: Sequence[Figures], renamed: Mapping[str, str], order: ListOrder
) -> list[Category]:
    """The rows by category in the scheme's order; `renamed` maps keys to figures.

    By rank those without one come last; a row whose rank is not shown may have its `place` instead.
    """
    names = {category.code: category for category in MemberCategory.objects.all()}
    found = []
    for code in sorted({row["category"] for row in rows}, key=lambda code: (names[code].order, code)):
        mine = [row for row in rows if row["category"] == code]
        mine.sort(
            key=lambda row: place(
                order, rank=row.get("place", row["rank"]), name=row["name"], number=row["number"]
            )
        )
        values = [
            {
                **{column.key: row.get(renamed.get(column.key, column.key)) for column in layout},
                "number": at,
                "member": row["number"],
                "role": in_script(row["role_hans"], row["role_hant"]),
            }
            for at, row in enumerate(mine, start=1)
        ]
        found.append(Category(title=names[code].name, members=len(mine), table=Table(layout, values)))
    return found


def _ahead(rows: Sequence[Figures], scheme: Scheme) -> list[str]:
    """The names of those who are ahead in their category by these figures, as `progress` finds them (I20)."""
    found = []
    for category in {row["category"] for row in rows}:
        mine = [row for row in rows if row["category"] == category]
        least = ahead([row["daily"] for row in mine], scheme.ahead_share)
        found += [row for row in mine if least and row["daily"] >= least]
    return [row["name"] for row in sorted(found, key=lambda row: (stroke_key(row["name"]), row["number"]))]


def _behind(rows: Sequence[Figures], frozen: Frozen) -> list[str]:
    """The names of those who are behind with the very points that the notice gives them."""
    found = [row for row in rows if frozen.behind.get(row["number"]) == row["daily"]]
    return [row["name"] for row in sorted(found, key=lambda row: (stroke_key(row["name"]), row["number"]))]


def _signed_on(frozen: Frozen) -> str:
    """The day under the signature: a notice that is printed again is not younger than its posting."""
    return day_text(frozen.date if frozen.posted is None else min(frozen.date, frozen.posted[0]))


def _publicity(frozen: Frozen, terms: PageTerms) -> Publicity:
    days = terms.days_of(frozen.scheme)
    if frozen.posted is None:
        first, last = publicity(frozen.date, days)
        return Publicity(first=day_text(first), last=day_text(last), days=days)
    first, last = publicity(frozen.posted[0], days)[0], frozen.posted[1]
    usual = publicity(first, days)[1] == last
    return Publicity(first=day_text(first), last=day_text(last), days=days if usual else None)


def origin(frozen: Frozen) -> Origin:
    """Where frozen figures come from, as a page says it in small print."""
    return Origin(
        scheme=f"{frozen.scheme.name}（{frozen.scheme.edition}）",
        digest=frozen.digest,
        log_head=frozen.log_head,
        number=frozen.number,
        provisional=frozen.provisional,
    )


def basis(scheme: Scheme, clause: str) -> str:
    """The scheme and its clause; what is a number of an interpretation is not the plan's."""
    marks = "、".join(mark for mark in clause.split("、") if not mark.startswith("I"))
    return f"《{scheme.name}》（{marks}）" if marks else f"《{scheme.name}》"
