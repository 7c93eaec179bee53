"""The list of praise and the reminders of one unit, made from its current figures【四2】."""

from __future__ import annotations

from datetime import date
from typing import Any

from appraisal.services.results import UnitResults
from members.models import Category as MemberCategory
from reports import columns
from reports.enums import ListOrder
from reports.periods import Period, day_text
from reports.print.documents import Category
from reports.print.standing import PraiseList, Reminders, Slip
from reports.services.ordering import place_of
from reports.services.progress import Progress, UnitProgress, progress
from reports.services.settings import PageTerms
from reports.tables import Fulfilment, Table, points
from scoring.models import Scheme
from scoring.rules.exact import Hundredths


def praise_list(
    unit: UnitResults,
    scheme: Scheme,
    period: Period,
    terms: PageTerms,
    *,
    today: date,
    provisional: str = "",
) -> PraiseList | None:
    """Who is ahead at the period's end, None for nobody; call it with the page's language active."""
    made = progress(unit.results, scheme, as_of=min(today, period.last))
    found = []
    for category, members in _by_category(made, terms.order):
        ahead = [member for member in members if member.ahead]
        if ahead:
            rows = [
                {
                    "number": at,
                    "name": member.result.score.name,
                    "role": member.result.score.role.role.name,
                    "points": member.points,
                    "rank": member.result.rank,
                }
                for at, member in enumerate(ahead, start=1)
            ]
            found.append(Category(title=category.name, members=len(rows), table=Table(columns.PRAISE, rows)))
    if not found:
        return None
    return PraiseList(
        organisation=unit.organisation.name,
        period=period.title,
        last_day=day_text(period.last),
        made_on=day_text(today),
        categories=found,
        by_strokes=terms.order == ListOrder.STROKES,
        provisional=provisional,
    )


def reminders(
    unit: UnitResults,
    scheme: Scheme,
    period: Period,
    terms: PageTerms,
    *,
    today: date,
    provisional: str = "",
) -> Reminders | None:
    """A slip for each who is behind at the period's end, None for nobody; as above.

    What is missing is missing of the year's quota, and there is time for it until the year ends.
    """
    as_of = min(today, period.last)
    made = progress(unit.results, scheme, as_of=as_of)
    slips = [
        Slip(
            name=member.result.score.name,
            points=points(member.points),
            table=Table(columns.MISSING, _missing(member)),
        )
        for _category, members in _by_category(made, terms.order)
        for member in members
        if member.behind
    ]
    if not slips:
        return None
    return Reminders(
        organisation=unit.organisation.name,
        period=period.title,
        day=day_text(as_of),
        until=day_text(date(period.year, 12, 31)),
        made_on=day_text(today),
        slips=slips,
        provisional=provisional,
    )


def behind_by_number(unit: UnitResults, scheme: Scheme, period: Period) -> dict[str, Hundredths]:
    """By member number the points with which somebody is behind at the period's end."""
    made = progress(unit.results, scheme, as_of=period.last)
    return {one.result.score.number: one.points for one in made.everybody() if one.behind}


def _by_category(made: UnitProgress, order: ListOrder) -> list[tuple[MemberCategory, list[Progress]]]:
    """The members of each category in the order that is wanted, the categories in the scheme's."""
    names = MemberCategory.objects.in_bulk(list(made.members))
    return [
        (
            category,
            sorted(made.members[category.pk], key=lambda member: place_of(member.result, order)),
        )
        for category in sorted(names.values(), key=lambda one: (one.order, one.code))
    ]


def _missing(member: Progress) -> list[dict[str, Any]]:
    """The indicators whose quota is not reached; judged and waived ones have none to reach."""
    score = member.result.score
    lines = score.daily.lines if score.daily else ()
    return [
        {
            "indicator": row.wording,
            "done": Fulfilment(line.done, line.quota, line.waived, line.presumed),
            "missing": f"{line.quota - line.done}{row.indicator.measure}",
        }
        for line, row in zip(lines, score.role.requirements, strict=True)
        if line.quota is not None and not line.waived and line.done < line.quota
    ]
