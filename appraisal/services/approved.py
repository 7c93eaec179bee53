"""Whether the ledger still gives what was submitted, and approved: years of branches reckoned anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from appraisal.models import BranchYear, SnapshotRow
from appraisal.services import snapshots
from appraisal.services.results import Result, results
from scoring.services.scores import NoScheme

NAMES = frozenset({"number", "name", "organisation", "role_hans", "role_hant"})
"""What a row says besides its figures: names may change, and do not change what was approved."""


def faults(unsound: Collection[int] = ()) -> Iterator[tuple[BranchYear, str]]:
    """Every approved year that the ledger does not give any more, as (year, what is wrong).

    Left out are those whose frozen figures (keys of snapshots) are `unsound` by themselves: there is nothing
    to compare with. The whole tree is reckoned once for each year of which anything is approved.
    """
    approved = BranchYear.objects.approved().select_related("organisation")
    approved = approved.exclude(snapshot__in=list(unsound))
    for year in sorted(set(approved.order_by().values_list("year", flat=True))):
        waiting = {one.organisation_id: one for one in approved.of_year(year)}
        try:
            for unit in results(year=year, as_of=date(year, 12, 31)):
                one = waiting.pop(unit.organisation.pk, None)
                if one is not None:
                    yield from ((one, what) for what in differing(one, unit.results))
        except NoScheme as problem:
            said = " ".join(problem.messages)
            yield from ((one, said) for one in waiting.values())
            continue
        for one in waiting.values():
            yield one, _("its members are placed elsewhere")


def differing(branch_year: BranchYear, found: list[Result]) -> Iterator[str]:
    """What of the unit's results is otherwise now than it was submitted."""
    rows = SnapshotRow.objects.filter(snapshot=branch_year.snapshot_id)
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


def _said(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in figures.items() if name not in NAMES}
