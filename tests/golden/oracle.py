"""A second, naive reading of the written rules: rows of workbooks in, the list of scores out.

Shares nothing with the product: the table of quotas is typed in again, every day of the year is walked, every
figure is a fraction. Slow and plain on purpose; `test_oracle.py` holds the product against it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

from tests.golden import typed_in as plan
from tests.golden.facts import Book, Facts, alike, read


def score(
    books: Iterable[Book], year: int, as_of: date | None = None, org: str | None = None
) -> list[dict[str, Any]]:
    """What `manage.py score YEAR [--org] [--as-of] --format json` has to print."""
    facts = read(books)
    on = as_of or date(year, 12, 31)
    everyone = {number: result(facts, number, year, on) for number in facts.names}
    present = {number: found for number, found in everyone.items() if found is not None}
    for number, found in present.items():
        found["rank"] = rank(facts, number, present, on)
    rows = [present[number] for number in sorted(present)]
    if org is not None:
        rows = [row for row in rows if facts.within(row["org"], org)]
    return [{key: shown(value) for key, value in row.items()} for row in rows]


def result(facts: Facts, number: str, year: int, on: date) -> dict[str, Any] | None:
    """One member's figures as fractions, without the rank; None for whom no organisation has on that day."""
    posting = facts.posting(number, on)
    if posting is None:
        return None
    months = counted_months(facts, number, year)
    found: dict[str, Any] = {
        "member_no": number,
        "name": facts.names[number],
        "org": posting.organisation,
        "role": posting.role,
        "status": "scored",
        "months": len(months),
        **dict.fromkeys(("base", "bonus", "daily", "appraisal", "annual", "grade", "rank")),
        "lines": [],
    }
    if posting.role in plan.UNSCORED:
        return found | {"status": "exempt"}
    if not months:
        return found | {"status": "no_months"}
    counting = counting_days(facts, number, year, on)
    lines = [
        line(facts, number, on, months, counting, *required) for required in plan.requirements(posting.role)
    ]
    unwaived = [each for each in lines if not each["waived"]]
    out_of = sum(each["points"] for each in unwaived)
    base = cents(sum(each["earned"] for each in unwaived) * Fraction(100) / out_of)
    extra = cents(min(Fraction(20), sum(each["excess"] for each in lines) + further(facts, number, counting)))
    daily = base + extra
    found |= {"base": base, "bonus": extra, "daily": daily, "lines": lines}
    if (on.month, on.day) != (12, 31):
        return found
    if posting.role in plan.DAILY_ALONE:
        return found | {"annual": daily, "grade": grade(daily)}
    votes = facts.tallies.get((year, number), (0, 0, 0, 0))
    if not sum(votes):
        return found | {"status": "not_appraised"}
    appraisal = cents(
        Fraction(sum(n * worth for n, worth in zip(votes, plan.BALLOT, strict=True)), sum(votes))
    )
    annual = cents(daily * Fraction(80, 100) + appraisal * Fraction(20, 100))
    return found | {"appraisal": appraisal, "annual": annual, "grade": grade(annual)}


def line(
    facts: Facts,
    number: str,
    on: date,
    months: list[int],
    counting: list[date],
    indicator: str,
    quota: int | None,
    points: int,
) -> dict[str, Any]:
    """What one requirement gives."""
    kind = plan.INDICATORS[indicator][1]
    made: dict[str, Any] = {"indicator": indicator, "kind": kind, "quota": None, "points": points}
    made |= {"excess": Fraction(0), "waived": False, "presumed": False}
    if quota is None:
        fulfilment = facts.judged.get((number, on.year, indicator))
        met = Fraction(100) if fulfilment is None else fulfilment
        return made | {"done": met, "earned": cents(points * met / 100), "presumed": fulfilment is None}
    applied = ceil(Fraction(quota * len(months), 12))
    done = count(facts, number, on, months, counting, indicator)
    made |= {"quota": applied, "done": done}
    if indicator in plan.WAIVABLE and (number, on.year, indicator) in facts.waived:
        return made | {"earned": Fraction(0), "waived": True}
    made["earned"] = cents(points * min(Fraction(1), Fraction(done, applied)))
    threshold = applied
    if indicator in plan.BEYOND:
        threshold = ceil(Fraction(plan.BEYOND[indicator] * len(months), 12))
    if indicator in plan.EXCESS and done > threshold:
        rate, step, cap = plan.EXCESS[indicator]
        made["excess"] = cents(min(Fraction(cap), Fraction(rate) * floor(Fraction(done - threshold, step))))
    return made


def count(
    facts: Facts, number: str, on: date, months: list[int], counting: list[date], indicator: str
) -> int:
    """How much of an indicator counts: a sum, different labels, or different months."""
    rows = [
        (day, end, quantity, label, paid, times)
        for (who, what, day, end, quantity, label, paid), times in facts.entries.items()
        if (who, what) == (number, indicator)
    ]
    kind = plan.INDICATORS[indicator][1]
    if kind == "monthly":
        return len({day.month for day, *_, paid, _ in rows if paid and day.year == on.year}.intersection(
            month for month in months if month <= on.month
        ))  # fmt: skip
    if kind == "counted":
        return sum(quantity * times for day, _, quantity, *_, times in rows if day in counting)
    in_force = [
        (alike(label), times)
        for day, end, _, label, _, times in rows
        if any(day <= each and (end is None or each <= end) for each in counting)
    ]
    labels = {label for label, _ in in_force if label}
    return len(labels) + sum(times for label, times in in_force if not label)


def further(facts: Facts, number: str, counting: list[date]) -> Fraction:
    """Awards and contributions of days that count."""
    return sum(
        (
            points * times
            for (who, day, points, *_), times in facts.bonus.items()
            if who == number and day in counting
        ),
        Fraction(0),
    )


def counted_months(facts: Facts, number: str, year: int) -> list[int]:
    """The months on whose 15th the member holds a scored posting and is not on leave."""
    fifteenths = [date(year, month, 15) for month in range(1, 13)]
    return [d.month for d in fifteenths if facts.scored_on(number, d) and not facts.on_leave(number, d)]


def counting_days(facts: Facts, number: str, year: int, on: date) -> list[date]:
    """The days of the year, up to the day asked for, on which the member held a scored posting."""
    found, day = [], date(year, 1, 1)
    while day.year == year and day <= on:
        if facts.scored_on(number, day):
            found.append(day)
        day += timedelta(days=1)
    return found


def rank(facts: Facts, number: str, present: dict[str, dict[str, Any]], on: date) -> int | None:
    """One more than there are better ones of the same branch and category."""
    figure = "annual" if (on.month, on.day) == (12, 31) else "daily"
    mine = present[number]
    if mine[figure] is None:
        return None

    def peers(row: dict[str, Any]) -> tuple[str, str]:
        return facts.unit(row["org"]), row["role"].split(".")[0]

    better = [
        row for row in present.values() if peers(row) == peers(mine) and (row[figure] or 0) > mine[figure]
    ]
    return 1 + len(better)


def grade(annual: Fraction) -> str:
    return next(name for name, lowest in plan.BANDS if annual >= lowest)


def cents(value: Fraction) -> Fraction:
    """Half up to hundredths."""
    return Fraction(floor(value * 100 + Fraction(1, 2)), 100)


def shown(value: Any) -> Any:
    """As JSON has it: figures are texts with two decimals; what is judged has its `done` as a number."""
    if isinstance(value, Fraction):
        return f"{int(value * 100) // 100}.{int(value * 100) % 100:02}"
    if isinstance(value, list):
        return [
            {
                key: shown(cell) if key != "done" or each["quota"] else float(cell)
                for key, cell in each.items()
            }
            for each in value
        ]
    return value
