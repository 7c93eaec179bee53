"""Points cards of a period, one member's or all of a unit, made from the current figures【四2】."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

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
from scoring.enums import BonusKind
from scoring.models import AwardLevel, Scheme
from scoring.rules.exact import Hundredths
from scoring.rules.terms import Daily, Given
from scoring.services.scores import Scored

Row = dict[str, Any]


def award_levels() -> dict[int, AwardLevel]:
    """The levels of awards by key: one query for all cards."""
    found: dict[int, AwardLevel] = AwardLevel.objects.in_bulk()
    return found


def points_card(
    unit: UnitResults,
    result: Result,
    period: Period,
    levels: Mapping[int, AwardLevel],
    *,
    today: date,
    provisional: str = "",
) -> Card:
    """The card of a member with points; call it with the page's language active.

    It has the daily-conduct figures and the rank by them, so that no vote can be worked out from it. What
    makes base and bonus stands in its rows, with their sum: `levels` names the levels of awards.
    """
    score = result.score
    if score.daily is None:
        raise ValueError("a card is of a member with points")
    rows = [
        *_lines(score, score.daily),
        *_given(score.given, levels),
        *_totals(score, score.daily),
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
        presumed=any(line.presumed for line in score.daily.lines),
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
    levels = award_levels()
    cards = [
        points_card(unit, result, period, levels, today=today, provisional=provisional)
        for _category, members in by_category(unit.results, terms.order)
        for result in members
    ]
    return CardSheet(organisation=unit.organisation.name, period=period.title, cards=cards) if cards else None


def _lines(score: Scored, daily: Daily) -> Iterator[Row]:
    """Each requirement, with what it earned and what was done beyond it."""
    for line, row in zip(daily.lines, score.role.requirements, strict=True):
        yield {
            "indicator": row.wording,
            "done": Fulfilment(line.done, line.quota, line.waived, line.presumed),
            "possible": None if line.waived else line.points,
            "earned": None if line.waived else line.earned,
            "bonus": line.excess or None,
        }


def _given(given: Sequence[Given], levels: Mapping[int, AwardLevel]) -> Iterator[Row]:
    """The awards, those of one level in one row, and the contributions in one; so that a card stays small."""
    awards: dict[int, list[Hundredths]] = defaultdict(list)
    for one in given:
        if one.level is not None:
            awards[one.level].append(one.points)
    for level, worth in awards.items():
        times = f" {points(worth[0])} × {len(worth)}" if len(worth) > 1 else ""
        yield {"indicator": f"{BonusKind.AWARD.label} · {levels[level]}{times}", "bonus": sum(worth)}
    contributions = [one.points for one in given if one.level is None]
    if contributions:
        terms = " " + " + ".join(map(points, contributions)) if len(contributions) > 1 else ""
        yield {"indicator": f"{BonusKind.CONTRIBUTION.label}{terms}", "bonus": sum(contributions)}


def _totals(score: Scored, daily: Daily) -> Iterator[Row]:
    """What the rows come to; then how base and bonus follow from that where they are not the same."""
    possible = sum(line.points for line in daily.lines if not line.waived)
    earned = sum(line.earned for line in daily.lines)
    bonus = sum(line.excess for line in daily.lines) + sum(one.points for one in score.given)
    yield {"indicator": _("Total"), "possible": possible, "earned": earned, "bonus": bonus}
    if any(line.waived for line in daily.lines):
        formula = {"earned": points(earned), "possible": points(possible)}
        yield {"indicator": _("Base: %(earned)s × 100 ÷ %(possible)s") % formula, "earned": daily.base}
    if bonus > daily.bonus:
        cap = points(score.role.standard.bonus_cap)
        yield {"indicator": _("Bonus: at most %(cap)s") % {"cap": cap}, "bonus": daily.bonus}
