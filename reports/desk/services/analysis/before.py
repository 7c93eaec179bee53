"""The approved or frozen results of the year before, held beside those of the year that runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from appraisal.enums import Purpose
from appraisal.models import BranchYear, Snapshot, SnapshotRow
from members.models import Organisation
from reports.services.progress import average
from scoring.enums import BandCode
from scoring.rules.exact import Hundredths


@dataclass(frozen=True, slots=True)
class YearBefore:
    """Frozen results together, of members with points: means in hundredths, and grades by code."""

    year: int
    members: int
    daily: Hundredths | None
    annual: Hundredths | None
    grades: dict[str, int]


def year_before(organisation: Organisation, year: int) -> YearBefore | None:
    """What was approved of the units in this subtree, and where nothing was, their last annual notices.

    None where there is neither. Whoever calls it has seen to it that the reader reads the organisation. Three
    queries.
    """
    below = organisation.path
    approved = BranchYear.objects.approved().of_year(year).filter(organisation__path__startswith=below)
    noticed = Snapshot.objects.issued().filter(
        purpose=Purpose.ANNUAL, period=str(year), organisation__path__startswith=below
    )
    of_unit: dict[int, int | None] = {}
    # In the order in which they were frozen: the last one stands.
    of_unit |= dict(noticed.order_by("pk").values_list("organisation", "pk"))
    of_unit |= dict(approved.order_by().values_list("organisation", "snapshot"))
    rows = SnapshotRow.objects.filter(snapshot__in=[key for key in of_unit.values() if key] or [0])
    figures = rows.order_by().values_list("figures__daily", "figures__annual", "figures__grade")
    found = [one for one in figures if one[0] is not None]
    if not found:
        return None
    counted = Counter(grade for _daily, _annual, grade in found)
    return YearBefore(
        year=year,
        members=len(found),
        daily=average([daily for daily, _annual, _grade in found]),
        annual=average([annual for _daily, annual, _grade in found if annual is not None]),
        grades={str(code): counted[code] for code in BandCode.values},
    )
