"""Formulas as they are printed: figures go in, and out comes what redoes them with a pocket calculator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from appraisal.rules.tally import BallotValues, Divisor, Votes
from reports.tables import percent
from scoring.rules.exact import Hundredths, text
from scoring.rules.terms import Applied, Excess, Line

FULL_MONTHS = 12
AWARDS = "#bonuses"
"""Where the page lists awards and contributions."""


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a formula, and where on the page it comes from; empty where it says so itself."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula part by part; as text it is what is printed."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, *parts: str | Term) -> Formula:
        """A formula of plain texts and of figures that lead somewhere."""
        return cls(tuple(part if isinstance(part, Term) else Term(part) for part in parts))

    def __str__(self) -> str:
        return "".join(term.text for term in self.terms)


def step(code: str, value: Hundredths) -> Term:
    """A figure that another step of the page arrives at."""
    return Term(text(value), f"#step-{code}")


def line_of(code: str, value: Hundredths) -> Term:
    """A figure that comes from the line of an indicator."""
    return Term(text(value), f"#line-{code}")


def plain(value: Hundredths) -> str:
    """A figure that was set and not computed, without idle zeros: 4000 gives 40, 50 gives 0.5."""
    return text(value).rstrip("0").rstrip(".")


def share(value: int) -> str:
    """A weight in whole per cent as a factor: 80 gives 0.8."""
    return plain(value)


def quota(yearly: int, months: int, applied: int) -> str:
    """How a year's quota came down to the months that count."""
    return _("%(quota)s × %(months)s ÷ %(year)s, rounded up = %(applied)s") % {
        "quota": yearly, "months": months, "year": FULL_MONTHS, "applied": applied,
    }  # fmt: skip


def earned(line: Line) -> str:
    """How a line that is not waived earned its points."""
    if line.quota is None:
        return f"{plain(line.points)} × {percent(line.done)} = {text(line.earned)}"
    if line.done < line.quota:
        return f"{plain(line.points)} × {line.done} ÷ {line.quota} = {text(line.earned)}"
    return _("quota %(quota)s met with %(done)s: all the points = %(earned)s") % {
        "quota": line.quota, "done": line.done, "earned": text(line.earned),
    }  # fmt: skip


def excess(line: Line, applied: Applied) -> str:
    """How a line earned points beyond its threshold; empty where it is not beyond it."""
    rule = applied.excess
    if rule is None or line.waived or line.done <= applied.threshold:
        return ""
    beyond = line.done - applied.threshold
    said = {
        "done": line.done, "threshold": applied.threshold, "step": rule.step, "times": beyond // rule.step,
        "rate": plain(rule.rate), "cap": plain(rule.cap), "result": text(line.excess),
    }  # fmt: skip
    if rule.step == 1:
        return _("(%(done)s − %(threshold)s) × %(rate)s, at most %(cap)s = %(result)s") % said
    return (
        _(
            "(%(done)s − %(threshold)s) ÷ %(step)s, rounded down: %(times)s; "
            "%(times)s × %(rate)s, at most %(cap)s = %(result)s"
        )
        % said
    )


def excess_rule(rule: Excess, threshold: int, unit: str) -> str:
    """What is to be earned beyond a threshold."""
    return _("beyond %(threshold)s: %(rate)s for each %(step)s %(unit)s, at most %(cap)s") % {
        "threshold": threshold, "rate": plain(rule.rate), "step": rule.step, "unit": unit,
        "cap": plain(rule.cap),
    }  # fmt: skip


def base(lines: Sequence[Line], result: Hundredths) -> Formula:
    """How the base came from what the lines earned; scaled where a line is waived."""
    counting = [line for line in lines if not line.waived]
    terms = _sum(line_of(line.indicator, line.earned) for line in counting)
    if len(counting) == len(lines):
        return Formula.of(*terms, f" = {text(result)}")
    possible = sum(line.points for line in counting)
    return Formula.of("(", *terms, f") × 100 / {plain(possible)} = {text(result)}")


def bonus(
    lines: Sequence[Line], awards: Hundredths, contributions: Hundredths, cap: Hundredths, result: Hundredths
) -> Formula:
    """How the bonus came from its parts; parts without points are left out."""
    parts = [line_of(line.indicator, line.excess) for line in lines if line.excess]
    parts += [Term(text(points), AWARDS) for points in (awards, contributions) if points]
    return Formula.of(*_capped([*_sum(parts)] or ["0"], cap), f" = {text(result)}")


def daily(base_points: Hundredths, bonus_points: Hundredths, result: Hundredths) -> Formula:
    """How base and bonus add up."""
    return Formula.of(step("base", base_points), " + ", step("bonus", bonus_points), f" = {text(result)}")


def appraisal(votes: Votes, values: BallotValues, result: Hundredths) -> Formula:
    """How the votes gave the appraisal."""
    pairs = (
        (votes.excellent, values.excellent),
        (votes.good, values.good),
        (votes.passed, values.passed),
        (votes.poor, values.poor),
    )
    above = " + ".join(f"{count} × {plain(value)}" for count, value in pairs)
    counts = [count for count, _value in pairs]
    if values.divisor == Divisor.RETURNED:
        counts += [votes.blank, votes.invalid]
    return Formula.of(f"({above}) / ({' + '.join(map(str, counts))}) = {text(result)}")


def annual(
    daily_points: Hundredths,
    appraisal_points: Hundredths,
    weights: tuple[int, int],
    cap: Hundredths | None,
    result: Hundredths,
) -> Formula:
    """How daily score and appraisal gave the annual score; `weights` in whole per cent."""
    terms = (
        f"{share(weights[0])} × ",
        step("daily", daily_points),
        f" + {share(weights[1])} × ",
        step("appraisal", appraisal_points),
    )
    return Formula.of(*_capped(terms, cap), f" = {text(result)}")


def annual_of_daily(daily_points: Hundredths, cap: Hundredths | None, result: Hundredths) -> Formula:
    """How the daily score became the annual one."""
    return Formula.of(*_capped((step("daily", daily_points),), cap), f" = {text(result)}")


def band(lower: Hundredths, annual_points: Hundredths, upper: Hundredths | None) -> Formula:
    """Where in its band the annual score lies; `upper` is where the next better one begins."""
    above = f" < {plain(upper)}" if upper is not None else ""
    return Formula.of(f"{plain(lower)} ≤ ", step("annual", annual_points), above)


def _sum(terms: Iterable[Term]) -> Iterator[str | Term]:
    for place, term in enumerate(terms):
        if place:
            yield " + "
        yield term


def _capped(terms: Sequence[str | Term], cap: Hundredths | None) -> Sequence[str | Term]:
    return terms if cap is None else (*terms, _(", at most %(cap)s") % {"cap": plain(cap)})
