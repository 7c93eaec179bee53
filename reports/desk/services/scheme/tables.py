"""The other tables of a scheme in words: activity kinds, bonus, appraisal and grades, thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.text import listed
from reports.desk.services.clauses import Clause, Clauses
from reports.desk.services.formulas import plain
from scoring.enums import BallotDivisor
from scoring.models import ActivityRule, AwardPoints, Band, ExcessRule, Scheme
from scoring.services.published import hundredths


@dataclass(frozen=True, slots=True)
class Counts:
    """For which indicator an event counts, and for whom."""

    whom: str
    indicator: str


@dataclass(frozen=True, slots=True)
class Kind:
    """An activity kind; the rule for everybody else is the last."""

    name: str
    rules: tuple[Counts, ...]
    clause: Clause


@dataclass(frozen=True, slots=True)
class Excess:
    """What is earned beyond a quota; `beyond` says where it begins."""

    indicator: str
    rate: str
    beyond: str
    cap: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class Figure:
    """Something with its figure or its words, and the clause behind it."""

    name: str
    value: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade with its scores in words, and what follows from it."""

    code: str
    name: str
    scores: str
    follows: tuple[str, ...]
    clause: Clause


def activity_kinds(scheme: Scheme, clauses: Clauses) -> list[Kind]:
    """The kinds of events: one query."""
    rules = ActivityRule.objects.filter(scheme=scheme)
    rows = rules.select_related("kind", "category", "role__category", "indicator").order_by("order")
    found = []
    ordered = sorted(rows, key=lambda rule: (rule.kind.order, rule.kind.code, rule.order))
    for kind, group in groupby(ordered, key=attrgetter("kind")):
        own = list(group)
        special = [rule for rule in own if rule.role is not None or rule.category is not None]
        others = [rule for rule in own if rule.role is None and rule.category is None]
        everybody = _("Everybody else") if special else _("Everybody")
        counts = [Counts(str(rule.role or rule.category), rule.indicator.name) for rule in special]
        counts += [Counts(everybody, rule.indicator.name) for rule in others]
        found.append(Kind(kind.name, tuple(counts), clauses.linked(own[0].clause)))
    return found


def excesses(scheme: Scheme, clauses: Clauses) -> list[Excess]:
    """What is earned beyond quotas: one query."""
    rules = ExcessRule.objects.filter(scheme=scheme).select_related("indicator").order_by("order")
    return [
        Excess(
            indicator=rule.indicator.name,
            rate=_("%(points)s points for each %(step)s %(unit)s")
            % {"points": plain(hundredths(rule.rate)), "step": rule.step, "unit": rule.indicator.measure},
            beyond=_("beyond the quota")
            if rule.over is None
            else _("beyond %(over)s %(unit)s") % {"over": rule.over, "unit": rule.indicator.measure},
            cap=plain(hundredths(rule.cap)),
            clause=clauses.linked(rule.clause),
        )
        for rule in rules
    ]


def awards(scheme: Scheme, clauses: Clauses) -> list[Figure]:
    """What awards earn, level by level: one query."""
    rows = AwardPoints.objects.filter(scheme=scheme).select_related("level").order_by("order")
    return [Figure(row.level.name, plain(hundredths(row.points)), clauses.linked(row.clause)) for row in rows]


def bonus_limits(scheme: Scheme, clauses: Clauses) -> list[Figure]:
    """What bounds the bonus: a contribution, and all of it together."""
    between = {
        "least": plain(hundredths(scheme.contribution_min)),
        "most": plain(hundredths(scheme.contribution_max)),
    }
    cap = _("at most %(points)s points") % {"points": plain(hundredths(scheme.bonus_cap))}
    return [
        Figure(
            _("Outstanding contribution"),
            _("from %(least)s to %(most)s points, decided in the branch") % between,
            clauses.linked(_of(scheme, "contribution")),
        ),
        Figure(_("All bonus together"), cap, clauses.linked(_of(scheme, "bonus"))),
    ]


def votes(scheme: Scheme) -> list[tuple[str, str]]:
    """Each vote with the points it is worth, the best first."""
    passed = _("Qualified")
    if scheme.ballot_passed_also:
        passed += _(" (also called “%(name)s”)") % {"name": scheme.ballot_passed_also}
    values = (
        (_("Excellent"), scheme.ballot_excellent),
        (_("Good"), scheme.ballot_good),
        (passed, scheme.ballot_passed),
        (_("Poor"), scheme.ballot_poor),
    )
    return [(name, plain(hundredths(value))) for name, value in values]


def annual(scheme: Scheme, clauses: Clauses) -> list[Figure]:
    """What the annual score is made of, and how votes become the appraisal."""
    ballot, weights = clauses.linked(_of(scheme, "ballot")), clauses.linked(_of(scheme, "annual"))
    shares = {"daily": scheme.daily_weight, "appraisal": scheme.appraisal_weight}
    hidden = ngettext(
        "with fewer than %(count)s valid vote, or a unanimous vote, the grade alone is shown",
        "with fewer than %(count)s valid votes, or a unanimous vote, the grade alone is shown",
        scheme.ballot_minimum,
    ) % {"count": scheme.ballot_minimum}
    return [
        Figure(
            _("Annual score"),
            _("%(daily)s%% of the daily score + %(appraisal)s%% of the appraisal") % shares,
            weights,
        ),
        Figure(
            _("Most in a year"),
            _("no limit")
            if scheme.annual_cap is None
            else _("at most %(points)s points") % {"points": plain(hundredths(scheme.annual_cap))},
            clauses.interpretation("I4"),
        ),
        Figure(
            _("Appraisal"),
            _("points of the votes ÷ valid votes")
            if scheme.ballot_divisor == BallotDivisor.VALID
            else _("points of the votes ÷ all returned ballots"),
            ballot,
        ),
        Figure(_("On notices"), hidden, ballot),
        Figure(_("To judge by"), listed(scheme.aspects), ballot),
    ]


def grades(scheme: Scheme, clauses: Clauses) -> list[Grade]:
    """The grades, the best first, each from its lowest score up to where the next better one begins."""
    found = []
    above: Band | None = None
    for band in Band.objects.filter(scheme=scheme).order_by("-lower"):
        follows = (
            *((_("may be put forward for awards"),) if band.eligible else ()),
            *((_("opens the handling of the unqualified"),) if band.opens_case else ()),
        )
        clause = clauses.linked(band.clause)
        found.append(Grade(band.code, band.name, _interval(band, above), follows, clause))
        above = band
    return found


def thresholds(scheme: Scheme, clauses: Clauses) -> list[Figure]:
    """What is watched through the year, and for how long notices hang."""
    progress, rush = clauses.linked(_of(scheme, "progress")), clauses.linked(_of(scheme, "rush"))
    warnings = clauses.linked(_of(scheme, "warnings"))
    behind = {
        "pace": plain(hundredths(scheme.behind_below)),
        "quarter": scheme.behind_from_quarter,
    }
    share = {"part": scheme.excellent_part, "whole": scheme.excellent_whole}
    return [
        Figure(
            _("Ahead"),
            _("the top %(share)s%% of branch and category, at least one") % {"share": scheme.ahead_share},
            progress,
        ),
        Figure(_("Behind"), _("pace below %(pace)s, from quarter %(quarter)s on") % behind, progress),
        Figure(
            _("Publicity"),
            _("%(days)s working days") % {"days": scheme.publicity_days},
            clauses.linked(_of(scheme, "publicity")),
        ),
        Figure(
            _("Rush at the year’s end"),
            _("the share of the year’s points that came in the last %(days)s days")
            % {"days": scheme.rush_days},
            rush,
        ),
        Figure(
            _("Recorded late"),
            _("more than %(days)s days after it happened") % {"days": scheme.late_days},
            rush,
        ),
        Figure(
            _("Warning of too many excellent"),
            _("above %(part)s/%(whole)s of a branch") % share if scheme.warn_excellent else _("switched off"),
            warnings,
        ),
        Figure(
            _("Warning of graded probationary members"),
            _("switched on") if scheme.warn_probationary else _("switched off"),
            warnings,
        ),
    ]


def _interval(band: Band, above: Band | None) -> str:
    """From its lowest score, which belongs to it, up to the next one's, which does not (I2)."""
    lower = plain(hundredths(band.lower))
    if above is None:
        return _("%(lower)s and above") % {"lower": lower}
    upper = plain(hundredths(above.lower))
    if not band.lower:
        return _("below %(upper)s") % {"upper": upper}
    return _("from %(lower)s to below %(upper)s") % {"lower": lower, "upper": upper}


def _of(scheme: Scheme, table: str) -> str:
    """The clause of one of the scheme's tables of single figures."""
    return str(scheme.clauses.get(table, ""))
