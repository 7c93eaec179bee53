"""The sheet on which the members of a unit confirm their points of a period by their signatures【四2】."""

from __future__ import annotations

from datetime import date

from appraisal.services import snapshots
from appraisal.services.results import UnitResults
from reports import columns
from reports.enums import ListOrder
from reports.periods import Period, day_text
from reports.print.documents import Category, Origin
from reports.print.handed import ConfirmationSheet
from reports.services.changes import ChangeWords
from reports.services.ordering import by_category
from reports.services.settings import PageTerms
from reports.tables import Table
from scoring.models import Scheme


def confirmation_sheet(
    unit: UnitResults,
    scheme: Scheme,
    period: Period,
    terms: PageTerms,
    *,
    today: date,
    provisional: str = "",
) -> ConfirmationSheet | None:
    """Every member with points, each with room to sign, None for nobody; needs the page's language active."""
    found = [
        Category(
            title=category.name,
            members=len(members),
            table=Table(
                columns.CONFIRMATION,
                [
                    {
                        "number": at,
                        "name": result.score.name,
                        "role": result.score.role.role.name,
                        "base": result.base,
                        "bonus": result.bonus,
                        "points": result.daily,
                    }
                    for at, result in enumerate(members, start=1)
                ],
            ),
        )
        for category, members in by_category(unit.results, terms.order)
    ]
    if not found:
        return None
    return ConfirmationSheet(
        organisation=unit.organisation.name,
        period=period.title,
        last_day=day_text(period.last),
        made_on=day_text(today),
        categories=found,
        by_strokes=terms.order == ListOrder.STROKES,
        adjustments=ChangeWords(snapshots.adjustments(unit)).sentences(),
        origin=Origin(scheme=f"{scheme.name}（{scheme.edition}）", provisional=provisional),
    )
