"""Whether the ledger still gives what was submitted, and approved: years of branches reckoned anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from appraisal.enums import Purpose
from appraisal.models import BranchYear, Snapshot, SnapshotRow
from appraisal.services import snapshots
from appraisal.services.on_notice import differing as differing_on_notice
from appraisal.services.results import Result, UnitResults, results
from scoring.services.scores import NoScheme
from scoring.services.standards import StandardsBook

NAMES = frozenset({"number", "name", "organisation", "role_hans", "role_hant"})
"""What a row says besides its figures: names may change, and do not change what was approved."""
ASIDE = frozenset({"name", "organisation", "votes"})
"""What a notice shows, or is told beside it, that is no figure that was submitted."""


def faults(unsound: Collection[int] = ()) -> Iterator[tuple[BranchYear, str]]:
    """Every approved year that the ledger does not give any more, as (year, what is wrong).

    Left out are those whose frozen figures (keys of snapshots) are `unsound` by themselves: there is nothing
    to compare with. The whole tree is reckoned once for each year of which anything is approved; where a
    place in it has no scheme, each of those units by itself.
    """
    approved = BranchYear.objects.approved().select_related("organisation")
    approved = approved.exclude(snapshot__in=list(unsound))
    for year in sorted(set(approved.order_by().values_list("year", flat=True))):
        waiting = {one.organisation_id: one for one in approved.of_year(year)}
        try:
            yield from _compared(waiting, results(year=year, as_of=date(year, 12, 31)))
        except NoScheme:
            yield from _each(year, waiting)
        for one in waiting.values():
            yield one, _("its members are placed elsewhere")


def _compared(
    waiting: dict[int, BranchYear], units: Iterable[UnitResults]
) -> Iterator[tuple[BranchYear, str]]:
    """What differs in the units; those that were reckoned wait no more."""
    for unit in units:
        one = waiting.pop(unit.organisation.pk, None)
        if one is not None:
            yield from ((one, what) for what in differing(one, unit.results))


def _each(year: int, waiting: dict[int, BranchYear]) -> Iterator[tuple[BranchYear, str]]:
    """The same unit by unit, so that one without a scheme is a fault of its own and of no other."""
    book, last = StandardsBook.for_year(year), date(year, 12, 31)
    for key, one in list(waiting.items()):
        try:
            alone = results(year=year, as_of=last, within=one.organisation, alone=True, book=book)
            yield from _compared(waiting, alone)
        except NoScheme as problem:
            waiting.pop(key, None)
            yield one, " ".join(problem.messages)


def differing(branch_year: BranchYear, found: list[Result]) -> Iterator[str]:
    """What of the unit's results is otherwise now than it was submitted."""
    return _between(branch_year.snapshot_id, found)


def still_posted(branch_year: BranchYear, found: list[Result]) -> bool:
    """Whether the posted notice is the annual one issued last, and gives these results: it may stay."""
    figures = notice_figures(branch_year)
    if figures is None or figures.pk != branch_year.posted_figures_id:
        return False
    return next(_between(figures.pk, found), None) is None


def _between(snapshot: int | None, found: list[Result]) -> Iterator[str]:
    rows = SnapshotRow.objects.filter(snapshot=snapshot)
    frozen = {row.member_id: row for row in rows}
    now = {result.score.member_id: result for result in found}
    for member in sorted(frozen.keys() ^ now.keys()):
        number = frozen[member].figures["number"] if member in frozen else now[member].score.number
        yield _("%(member)s is in only one of the two") % {"member": number}
    for member in sorted(frozen.keys() & now.keys()):
        row, result = frozen[member], now[member]
        figures = _said(snapshots.figures(result))
        wrong = sorted(name for name, value in _said(row.figures).items() if figures.get(name) != value)
        if row.lines != snapshots.lines(result):
            wrong.append(_("lines"))
        if wrong:
            yield _("%(member)s: %(figures)s are other ones now") % {
                "member": row.figures["number"],
                "figures": ", ".join(wrong),
            }


def notice_figures(branch_year: BranchYear) -> Snapshot | None:
    """What the annual notice of the year gives that was issued last; None where none was."""
    issued = Snapshot.objects.issued().filter(
        organisation=branch_year.organisation_id,
        purpose=Purpose.ANNUAL,
        period=branch_year.period,
    )
    return issued.order_by("-issued_as__pk").first()


def outdated(branch_year: BranchYear, figures: Snapshot) -> bool:
    """Whether a notice of frozen figures shows others than were submitted, names left aside."""
    submitted = branch_year.snapshot
    if submitted is None:
        return True
    return any(one.figure not in ASIDE for one in differing_on_notice(figures, submitted))


def _said(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in figures.items() if name not in NAMES}
