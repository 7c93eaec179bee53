"""Formulas as they are printed: figures go in, and out comes what redoes them with a pocket calculator."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from appraisal.rules.tally import BallotValues, Divisor, Votes
from reports.tables import percent
from scoring.rules.exact import Hundredths, text
from scoring.rules.terms import Applied, Excess, Line

FULL_MONTHS = 12


def plain(value: Hundredths) -> str:
    """A figure that was set and not computed, without idle zeros: 4000 gives 40, 50 gives 0.5."""
    return text(value).rstrip("0").rstrip(".")


def share(value: int) -> str:
    """A weight in whole per cent as a factor: 80 gives 0.8."""
    return plain(value)


def quota(yearly: int, months: int, applied: int) -> str:
    """How a year's quota came down to the months that count."""
    return _("ceil(%(quota)s × %(months)s / %(year)s) = %(applied)s") % {
        "quota": yearly, "months": months, "year": FULL_MONTHS, "applied": applied,
    }  # fmt: skip


def earned(line: Line) -> str:
    """How a line that is not waived earned its points."""
    if line.quota is None:
        return f"{plain(line.points)} × {percent(line.done)} = {text(line.earned)}"
    return f"{plain(line.points)} × min(1, {line.done}/{line.quota}) = {text(line.earned)}"


def excess(line: Line, applied: Applied) -> str:
    """How a line earned points beyond its threshold; empty where it is not beyond it."""
    rule = applied.excess
    if rule is None or line.waived or line.done <= applied.threshold:
        return ""
    return _("min(%(cap)s, %(rate)s × floor((%(done)s − %(threshold)s) / %(step)s)) = %(result)s") % {
        "cap": plain(rule.cap), "rate": plain(rule.rate), "done": line.done, "threshold": applied.threshold,
        "step": rule.step, "result": text(line.excess),
    }  # fmt: skip


def excess_rule(rule: Excess, threshold: int, unit: str) -> str:
    """What is to be earned beyond a threshold."""
    return _("beyond %(threshold)s: %(rate)s for each %(step)s %(unit)s, at most %(cap)s") % {
        "threshold": threshold, "rate": plain(rule.rate), "step": rule.step, "unit": unit,
        "cap": plain(rule.cap),
    }  # fmt: skip


def base(lines: Sequence[Line], result: Hundredths) -> str:
    """How the base came from what the lines earned; scaled where a line is waived."""
    counting = [line for line in lines if not line.waived]
    terms = " + ".join(text(line.earned) for line in counting)
    if len(counting) == len(lines):
        return f"{terms} = {text(result)}"
    possible = sum(line.points for line in counting)
    return f"({terms}) × 100 / {plain(possible)} = {text(result)}"


def bonus(parts: Sequence[Hundredths], cap: Hundredths, result: Hundredths) -> str:
    """How the bonus came from its parts; parts without points are left out."""
    terms = " + ".join(text(part) for part in parts if part) or "0"
    return f"min({plain(cap)}, {terms}) = {text(result)}"


def daily(base_points: Hundredths, bonus_points: Hundredths, result: Hundredths) -> str:
    """How base and bonus add up."""
    return f"{text(base_points)} + {text(bonus_points)} = {text(result)}"


def appraisal(votes: Votes, values: BallotValues, result: Hundredths) -> str:
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
    return f"({above}) / ({' + '.join(map(str, counts))}) = {text(result)}"


def annual(
    daily_points: Hundredths,
    appraisal_points: Hundredths,
    weights: tuple[int, int],
    cap: Hundredths | None,
    result: Hundredths,
) -> str:
    """How daily score and appraisal gave the annual score; `weights` in whole per cent."""
    terms = f"{share(weights[0])} × {text(daily_points)} + {share(weights[1])} × {text(appraisal_points)}"
    return f"{_capped(terms, cap)} = {text(result)}"


def annual_of_daily(daily_points: Hundredths, cap: Hundredths | None, result: Hundredths) -> str:
    """How the daily score became the annual one."""
    return f"{_capped(text(daily_points), cap)} = {text(result)}"


def band(lower: Hundredths, annual_points: Hundredths, upper: Hundredths | None) -> str:
    """Where in its band the annual score lies; `upper` is where the next better one begins."""
    above = f" < {plain(upper)}" if upper is not None else ""
    return f"{plain(lower)} ≤ {text(annual_points)}{above}"


def _capped(terms: str, cap: Hundredths | None) -> str:
    return terms if cap is None else f"min({plain(cap)}, {terms})"
