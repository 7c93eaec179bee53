"""Points cards of a period, one member's or all of a unit, made from the current figures【四2】."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from appraisal.services import snapshots
from appraisal.services.results import Result, UnitResults
from reports import columns
from reports.periods import Period, day_text
from reports.print.documents import Card, Fact, Origin
from reports.print.handed import CardSheet
from reports.services.changes import ChangeWords
from reports.services.ordering import by_category
from reports.services.settings import PageTerms
from reports.tables import Fulfilment, Table, points
from scoring.models import Scheme


def points_card(
    unit: UnitResults, result: Result, period: Period, *, today: date, provisional: str = ""
) -> Card:
    """The card of a member with points; call it with the page's language active.

    It has the daily-conduct figures and the rank by them, so that no vote can be worked out from it.
    """
    score = result.score
    lines = score.daily.lines if score.daily else ()
    rows = [
        {
            "indicator": row.wording,
            "done": Fulfilment(line.done, line.quota, line.waived, line.presumed),
            "possible": None if line.waived else line.points,
            "earned": None if line.waived else line.earned,
            "excess": line.excess or None,
        }
        for line, row in zip(lines, score.role.requirements, strict=True)
    ]
    alone = UnitResults(unit.organisation, unit.book, unit.scheme, [result])
    scheme = score.role.scheme
    return Card(
        organisation=unit.organisation.name,
        period=period.title,
        made_on=day_text(today),
        name=score.name,
        number=score.number,
        role=str(score.role.role),
        facts=[
            Fact(label=_("Base"), text=points(result.base or 0)),
            Fact(label=_("Bonus"), text=points(result.bonus or 0)),
            Fact(label=_("Points"), text=points(result.daily or 0)),
            Fact(label=_("Rank"), text=str(result.rank)),
        ],
        table=Table(columns.CARD, rows),
        adjustments=ChangeWords(snapshots.adjustments(alone)).sentences(),
        presumed=any(line.presumed for line in lines),
        origin=Origin(scheme=f"{scheme.name}（{scheme.edition}）", provisional=provisional),
    )


def points_cards(
    unit: UnitResults,
    scheme: Scheme,
    period: Period,
    terms: PageTerms,
    *,
    today: date,
    provisional: str = "",
) -> CardSheet | None:
    """The cards of all members of a unit with points, None for nobody; as above."""
    cards = [
        points_card(unit, result, period, today=today, provisional=provisional)
        for _category, members in by_category(unit.results, terms.order)
        for result in members
    ]
    return CardSheet(organisation=unit.organisation.name, period=period.title, cards=cards) if cards else None
