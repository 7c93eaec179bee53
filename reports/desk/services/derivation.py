"""Why a member has the score: every figure with what it was made of, from the entries up to the grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from django.utils.translation import gettext as _

from appraisal.rules.annual import Status
from appraisal.services.held_back import discreetly, grade_alone, reviews
from appraisal.services.results import Result, Terms, UnitResults, results
from members.models import Leave, Member, Organisation, Posting
from members.scope import Scope
from reports.desk.services import evidence, formulas
from reports.desk.services.adjusted import Adjusted, adjusted
from reports.desk.services.clauses import Clause, Clauses
from reports.desk.services.evidence import Held, useless
from reports.desk.services.formulas import Formula
from reports.desk.services.lacks import absences
from reports.desk.services.lines import LineShown, lines_shown, read_notes, role_anchor
from reports.desk.services.pieces import Piece
from scoring.models import Band
from scoring.rules.exact import Hundredths, text
from scoring.rules.spans import MIDDLE, MONTHS, Span, contains
from scoring.rules.terms import Daily
from scoring.services.published import EffectiveRole, hundredths
from scoring.services.standards import StandardsBook


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the year; `reason` says why it does not count, and is empty where it does.

    `later`: it begins after the day of the figures.
    """

    number: int
    reason: str
    later: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One figure with its formula, the remarks that belong to it, and the clause behind it.

    Other steps lead to it by its `code`.
    """

    code: str
    name: str
    result: str
    formula: Formula
    clause: Clause
    asides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """A member's score as of a day with everything it came from.

    `headline` is the annual score, before there is one the daily score, and empty without any; `headed` is
    the code of its step. `grade` is the band reached. `unit` has the results that it is ranked among, `peers`
    how many of them rank in the category. `adjusted` is by what the role's standard was adjusted.
    `idle` is what was recorded and earns nothing because the role does not ask for it. `clause_of` has the
    clauses that stand beside headings.
    """

    result: Result
    unit: UnitResults
    peers: int
    organisation: Organisation
    role: EffectiveRole
    year: int
    as_of: date
    months: tuple[Month, ...]
    lines: tuple[LineShown, ...]
    steps: tuple[Step, ...]
    grade: Band | None
    headline: str
    adjusted: Adjusted | None
    bonuses: tuple[Piece, ...]
    idle: tuple[Piece, ...]
    clause_of: Mapping[str, Clause]

    @property
    def headed(self) -> str:
        """The code of the step that arrives at the headline."""
        return "annual" if self.result.annual is not None else "daily"

    @property
    def month_count(self) -> int:
        """How many months count."""
        return self.result.score.month_count

    @property
    def missing_months(self) -> list[tuple[str, str]]:
        """The months that do not count, those with one reason together: their numbers and the reason."""
        found: list[tuple[str, str]] = []
        for reason, months in groupby(self.months, key=attrgetter("reason")):
            if reason:
                found.append((_from_to(months), reason))
        return found

    @property
    def later_months(self) -> str:
        """The numbers of the months after the day of the figures; empty without any."""
        return _from_to(month for month in self.months if month.later)

    @property
    def role_name(self) -> str:
        """The role with its category; once where they are called the same."""
        role = self.role.role
        return role.name if role.name == role.category.name else str(role)

    @property
    def explains(self) -> bool:
        """Whether there are figures to explain."""
        return bool(self.lines)


def derive(*, member: Member, year: int, as_of: date, scope: Scope) -> Derivation | None:
    """The derivation of a member's score; None for who held no posting on the day. Raises NoScheme.

    The caller has seen to it that the scope sees the member. Votes are shown unless they are too few or
    unanimous, to a committee always; who does not read the branch learns of such a year the grade alone.
    """
    postings = list(member.postings.in_year(year).select_related("organisation", "role").order_by("start"))
    posting = next((row for row in postings if contains([Span(row.start, row.end)], as_of)), None)
    if posting is None:
        return None
    unit = next(results(year=year, as_of=as_of, within=posting.organisation, alone=True))
    peers = _peers(unit, next(found for found in unit.results if found.score.member_id == member.pk))
    result = next(found for found in discreetly(unit, scope).results if found.score.member_id == member.pk)
    role, book = result.score.role, unit.book
    held = _held(postings, book, result, year, as_of)
    whole = result.score.month_count == MONTHS
    months = _months(postings, held, [] if whole else list(Leave.objects.in_year(year).filter(member=member)))
    ledger = evidence.entries(member, held, scope)
    awards = dict(book.award_points(posting.organisation.path))
    given = evidence.bonuses(member, held, awards)
    notes = read_notes(result.score, year)
    clauses = Clauses.of(role.scheme)
    missed = absences(member, held, postings, book, scope)
    lines = lines_shown(result.score, held, ledger, missed, notes, clauses)
    required = {line.code for line in lines}
    idle = [piece for code, pieces in ledger.items() if code not in required for piece in pieces]
    bands = book.bands(role.scheme)
    return Derivation(
        result=result,
        unit=unit,
        peers=peers,
        organisation=posting.organisation,
        role=role,
        year=year,
        as_of=as_of,
        months=months,
        lines=lines,
        steps=_steps(result, bands, scope, peers, clauses),
        grade=next((band for band in bands if band.code == result.grade), None),
        headline=_headline(result),
        adjusted=next(iter(adjusted([role], scope)), None),
        bonuses=tuple(given),
        idle=_idle(idle, asked=bool(lines)),
        clause_of={
            "role": clauses.linked(role.clause, role_anchor(role)),
            "rounding": clauses.interpretation("I16"),
            "months": clauses.interpretation("I13"),
            "bonus": clauses.linked(str(role.scheme.clauses.get("bonus", "")), "bonus"),
        },
    )


def _idle(pieces: list[Piece], *, asked: bool) -> tuple[Piece, ...]:
    why = _("the role does not ask for it") if asked else _("nothing is scored")
    return useless(sorted(pieces, key=lambda piece: (piece.day, piece.reference)), why)


def _held(postings: list[Posting], book: StandardsBook, result: Result, year: int, as_of: date) -> Held:
    scored = []
    for posting in postings:
        role = book.role(posting.organisation.path, posting.role_id)
        if role is not None and role.scored:
            scored.append(Span(posting.start, posting.end))
    posted = tuple(Span(posting.start, posting.end) for posting in postings)
    return Held(year=year, as_of=as_of, scored=tuple(scored), posted=posted, months=result.score.months)


def _months(postings: list[Posting], held: Held, leaves: list[Leave]) -> tuple[Month, ...]:
    """The twelve months, each with the reason why it does not count."""
    found = []
    for month in range(1, MONTHS + 1):
        middle = date(held.year, month, MIDDLE)
        on_leave = next((leave for leave in leaves if contains([Span(leave.start, leave.end)], middle)), None)
        if held.months & 1 << (month - 1):
            reason = ""
        elif not contains(held.posted, middle):
            reason = _("no posting on the 15th")
        elif not contains(held.scored, middle):
            reason = _("the role held on the 15th is not scored")
        elif on_leave is not None:
            reason = _("on leave on the 15th: %(reason)s") % {"reason": on_leave.reason}
        else:
            reason = _("does not count")
        found.append(Month(month, reason, later=date(held.year, month, 1) > held.as_of))
    return tuple(found)


def _from_to(months: Iterable[Month]) -> str:
    """The first and the last of months in a row, by their numbers; empty of none."""
    numbers = [month.number for month in months]
    return "–".join(dict.fromkeys(str(number) for number in (*numbers[:1], *numbers[-1:])))


def _headline(result: Result) -> str:
    figure = result.annual if result.annual is not None else result.daily
    return text(figure) if figure is not None else ""


def _peers(unit: UnitResults, result: Result) -> int:
    """Among how many the rank is: those of the unit and category who have one."""
    category = result.score.role.category_id
    return sum(1 for r in unit.results if r.rank is not None and r.score.role.category_id == category)


def _steps(result: Result, bands: list[Band], scope: Scope, peers: int, clauses: Clauses) -> tuple[Step, ...]:
    daily, role = result.score.daily, result.score.role
    if daily is None:
        return ()
    steps = [*_daily_steps(result, daily, clauses)]
    if result.annual is not None or result.status == Status.NOT_APPRAISED:
        steps += _annual_steps(result, bands, scope, clauses)
    elif result.grade is not None:
        band = next(band for band in bands if band.code == result.grade)
        why = _("too few valid votes, or a unanimous vote: outside the branch the grade alone is told")
        steps.append(
            Step("grade", _("Grade"), band.name, Formula.of(why), clauses.linked(band.clause, "grades"))
        )
    if result.rank is not None:
        among = _("among %(peers)s with a score in the same branch and category, %(category)s") % {
            "peers": peers,
            "category": role.role.category.name,
        }
        steps.append(Step("rank", _("Rank"), str(result.rank), Formula.of(among), Clause()))
    return tuple(steps)


def _daily_steps(result: Result, daily: Daily, clauses: Clauses) -> list[Step]:
    score, scheme = result.score, result.score.role.scheme
    awards, contributions = score.record.awards, score.record.contributions
    parts: tuple[tuple[str, Hundredths], ...] = (
        (_("beyond quotas %(points)s"), sum(line.excess for line in daily.lines)),
        (_("awards %(points)s"), awards),
        (_("contributions %(points)s"), contributions),
    )
    made_of = tuple(name % {"points": text(points)} for name, points in parts if points)
    cap = hundredths(scheme.bonus_cap)
    clause = clauses.linked(str(scheme.clauses.get("bonus", "")), "bonus")
    base_clause = clauses.linked(score.role.clause, role_anchor(score.role))
    base_note: tuple[str, ...] = ()
    if any(line.waived for line in daily.lines):
        base_note = (_("what is waived is left out, and the rest counts as 100"),)
    base = formulas.base(daily.lines, daily.base)
    bonus = formulas.bonus(daily.lines, awards, contributions, cap, daily.bonus)
    whole = formulas.daily(daily.base, daily.bonus, daily.daily)
    return [
        Step("base", _("Base"), text(daily.base), base, base_clause, base_note),
        Step("bonus", _("Bonus"), text(daily.bonus), bonus, clause, made_of),
        Step("daily", _("Daily score"), text(daily.daily), whole, clause),
    ]


def _annual_steps(result: Result, bands: list[Band], scope: Scope, clauses: Clauses) -> list[Step]:
    role, daily = result.score.role, result.daily or 0
    terms = Terms.of(role.scheme, bands)
    cap = terms.weights.cap
    ballot = clauses.linked(str(role.scheme.clauses.get("ballot", "")), "ballot")
    steps = []
    if result.status == Status.NOT_APPRAISED:
        why = _("no valid vote is recorded, so there is no annual score and no grade yet")
        return [Step("appraisal", _("Appraisal"), "—", Formula.of(why), ballot)]
    annual = result.annual or 0
    if role.annual_is_daily:
        formula = formulas.annual_of_daily(daily, cap, annual)
        aside = (_("in this role the daily score is the annual one; no ballot is held"),)
        clause = clauses.linked(role.clause, role_anchor(role))
        steps.append(Step("annual", _("Annual score"), text(annual), formula, clause, aside))
    elif result.votes is not None and result.appraisal is not None:
        hidden = grade_alone(result) and not reviews(scope, result.score.organisation)
        shown = formulas.appraisal(result.votes, terms.values, result.appraisal)
        why = _("too few valid votes, or a unanimous vote: how it came about is for the committee alone")
        said = Formula.of(why) if hidden else shown
        steps.append(Step("appraisal", _("Appraisal"), text(result.appraisal), said, ballot))
        weights = (terms.weights.daily, terms.weights.appraisal)
        formula = formulas.annual(daily, result.appraisal, weights, cap, annual)
        clause = clauses.linked(str(role.scheme.clauses.get("annual", "")), "annual")
        steps.append(Step("annual", _("Annual score"), text(annual), formula, clause))
    for better, band in zip([None, *bands], bands, strict=False):
        if band.code == result.grade:
            upper = hundredths(better.lower) if better is not None else None
            formula = formulas.band(hundredths(band.lower), annual, upper)
            steps.append(Step("grade", _("Grade"), band.name, formula, clauses.linked(band.clause, "grades")))
    return steps
