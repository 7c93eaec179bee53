"""The quarterly summary and analysis of one unit, made from its current figures【四2】."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from appraisal.rules.annual import Status
from appraisal.services import snapshots
from appraisal.services.results import UnitResults
from members.models import Category as MemberCategory
from reports import columns
from reports.enums import ListOrder
from reports.periods import Period, day_text
from reports.print import charts
from reports.print.documents import Category, Fact, Origin, Standing, Summary
from reports.services.changes import ChangeWords
from reports.services.ordering import place_of
from reports.services.progress import (
    WHOLE,
    Completion,
    Progress,
    UnitProgress,
    average,
    completions,
    lagging,
    progress,
)
from reports.services.settings import PageTerms
from reports.services.spread import Bin, pace_bins, points_bins
from reports.tables import Fulfilment, Table, change, percent, points
from scoring.models import Scheme
from scoring.rules.exact import Hundredths


def quarterly_summary(
    unit: UnitResults,
    scheme: Scheme,
    period: Period,
    terms: PageTerms,
    *,
    today: date,
    earlier: Mapping[int, Hundredths] | None = None,
    provisional: str = "",
) -> Summary:
    """The summary of a unit as of the period's last day; call it with the page's language active.

    `earlier` has the points of the period before by member key; None where the year has none before.
    """
    as_of = min(today, period.last)
    made = progress(unit.results, scheme, as_of=as_of, earlier=earlier)
    done = completions(unit.results, as_of=as_of)
    slow = lagging(done, scheme, as_of=as_of)
    names = {category.pk: category for category in MemberCategory.objects.all()}
    order = sorted(made.members, key=lambda key: (names[key].order, names[key].code))
    return Summary(
        organisation=unit.organisation.name,
        period=period.title,
        last_day=day_text(period.last),
        made_on=day_text(today),
        addressee=terms.addressee,
        facts=_facts(made, earlier),
        charts=_charts(made, scheme, done, slow),
        standings=[
            Standing(
                category=names[key].name,
                ahead=[member.result.score.name for member in made.members[key] if member.ahead],
                behind=[member.result.score.name for member in made.members[key] if member.behind],
            )
            for key in order
        ],
        lagging=[
            _("%(indicator)s: %(done)s done, %(due)s due by now.")
            % {"indicator": row.name, "done": percent(row.share), "due": percent(row.due)}
            for row in slow
        ],
        categories=[
            Category(
                title=names[key].name,
                members=len(made.members[key]),
                table=_table(made.members[key], terms.order, changes=earlier is not None),
            )
            for key in order
        ],
        by_strokes=terms.order == ListOrder.STROKES,
        unscored=_unscored(unit),
        adjustments=ChangeWords(snapshots.adjustments(unit)).sentences(),
        presumed=any(line.presumed for member in made.everybody() for line in _lines(member)),
        origin=Origin(scheme=f"{scheme.name}（{scheme.edition}）", provisional=provisional),
    )


def _lines(member: Progress) -> tuple[Any, ...]:
    daily = member.result.score.daily
    return daily.lines if daily else ()


def _facts(made: UnitProgress, earlier: Mapping[int, Hundredths] | None) -> list[Fact]:
    everybody = made.everybody()
    totals = [member.points for member in everybody]
    paces = [member.pace for member in everybody if member.pace is not None]
    before = list((earlier or {}).values())

    def fact(label: str, of: Callable[[list[int]], int | None]) -> Fact:
        now, then = of(totals), of(before)
        return Fact(
            label=label,
            text="—" if now is None else points(now),
            change="" if now is None or then is None else _against(now - then),
        )

    mean = average(paces)
    return [
        Fact(label=_("Members with points"), text=str(len(everybody))),
        fact(_("Average points"), average),
        fact(_("Most points"), lambda values: max(values, default=None)),
        fact(_("Fewest points"), lambda values: min(values, default=None)),
        Fact(label=_("Average pace"), text="—" if mean is None else points(mean)),
        Fact(label=_("Ahead"), text=str(sum(member.ahead for member in everybody))),
        Fact(label=_("Behind"), text=str(sum(member.behind for member in everybody))),
    ]


def _against(difference: int) -> str:
    return _("against the period before %(change)s") % {"change": change(difference)}


def _charts(
    made: UnitProgress, scheme: Scheme, done: list[Completion], slow: list[Completion]
) -> list[list[charts.Chart]]:
    weak = {row.indicator.code for row in slow}
    due = average([row.due for row in done])
    indicators = charts.level(
        _("Completion by indicator"),
        [
            charts.Bar(
                columns.short(row.name), row.share, percent(row.share), weak=row.indicator.code in weak
            )
            for row in done
        ],
        whole=WHOLE,
        mark=due,
        note=_("Dotted: what is due by now. Dark: what is lagging."),
    )
    return [[_points_chart(made), _pace_chart(made, scheme)], [indicators]]


def _points_chart(made: UnitProgress) -> charts.Chart:
    """How many members stand between which points."""
    return charts.upright(
        _("Members by points"),
        _bars(points_bins(made.everybody())),
        note=_("Each from its lower figure, below its upper."),
    )


def _pace_chart(made: UnitProgress, scheme: Scheme) -> charts.Chart:
    """How many members go at which pace."""
    return charts.upright(_("Members by pace"), _bars(pace_bins(made.everybody(), scheme)))


def _bars(bins: Sequence[Bin]) -> list[charts.Bar]:
    return [charts.Bar(one.label, one.members, str(one.members), weak=one.weak) for one in bins]


def _table(members: list[Progress], order: ListOrder, *, changes: bool) -> Table:
    """Every member of a category, in the order that is wanted."""
    indicators: dict[str, tuple[int, str]] = {}
    rows = []
    listed = sorted(members, key=lambda member: place_of(member.result, order))
    for at, member in enumerate(listed, start=1):
        result = member.result
        fulfilments = {}
        for line, row in zip(_lines(member), result.score.role.requirements, strict=True):
            indicators.setdefault(line.indicator, (row.indicator.order, row.wording))
            fulfilments[line.indicator] = Fulfilment(line.done, line.quota, line.waived, line.presumed)
        rows.append(
            {
                **fulfilments,
                "number": at,
                "name": result.score.name,
                "role": result.score.role.role.name,
                "base": result.base,
                "bonus": result.bonus,
                "points": result.daily,
                "change": member.change,
                "pace": member.pace,
                "rank": result.rank,
            }
        )
    ordered = sorted(indicators, key=lambda code: (indicators[code][0], code))
    return Table(columns.summary([(code, indicators[code][1]) for code in ordered], rows, changes), rows)


def unscored_reasons() -> dict[Status, str]:
    """Why a member has no points, by status, in the active language."""
    return {
        Status.EXEMPT: _("the role is not scored"),
        Status.NO_MONTHS: _("no month of the year counts"),
    }


def _unscored(unit: UnitResults) -> Table | None:
    """Who has no points, and why."""
    reasons = unscored_reasons()
    rows = [
        {"name": result.score.name, "role": result.score.role.role.name, "reason": reasons[result.status]}
        for result in unit.results
        if result.status in reasons
    ]
    numbered = [{**row, "number": place} for place, row in enumerate(rows, start=1)]
    return Table(columns.UNSCORED, numbered) if numbered else None
