"""The figures of the analysis, reckoned again from the exported ledger with code of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor
from random import Random
from typing import Any

import pytest
from django.test import Client

from tests import sheets
from tests.cast import Cast
from tests.desk.ledger import YEAR, Ledger
from tests.desk.reader import browser
from tests.desk.test_branch_workbook import workbook
from tests.golden import oracle
from tests.golden.facts import Book, Facts, read
from tests.kept import once

ABOVE = "/branches/DT/analysis/workbook/"
KINDS = ("members", "leaves", "entries", "judged", "bonus", "waivers")
TEXTS = ("分值", "完成比例")
MAY, AUTUMN, LAST = date(YEAR, 5, 10), date(YEAR, 9, 20), date(YEAR, 12, 31)


@pytest.fixture
def full(cast: Cast) -> Cast:
    """Two branches in a year: one who came in May, one on leave, one in service, one waived, one idle."""
    return once("full", lambda: fill(cast))


def fill(cast: Cast) -> Cast:
    dice, book = Random(63), Ledger(cast)
    cast.admit("M901", "孙在职", "DT0101", "in_service.member")
    cast.admit("M902", "钱五月", "DT0201", "community.member", MAY)
    cast.admit("M903", "周组长", "DT0201", "community.group_lead")
    book.leave("M102", date(YEAR, 2, 1), date(YEAR, 4, 20))
    book.waive("M901", "good_deed")
    book.judge("M001", "conduct", "62.5")
    book.award("M001", "district", date(YEAR, 6, 1))
    book.contribution("M903", "1.5", date(YEAR, 10, 1))
    for number in ("M001", "M002", "M003", "M004", "M101", "M102", "M901", "M902", "M903"):
        zeal = 0 if number == "M004" else dice.randint(1, 12)
        first = MAY if number == "M902" else date(YEAR, 1, 1)
        for indicator in ("org_life", "volunteer", "essay", "good_deed", "community_life", "training"):
            for _ in range(dice.randint(0, zeal)):
                day = first + timedelta(dice.randint(0, (LAST - first).days))
                book.entry(number, indicator, day, dice.randint(1, 2), title=f"第{dice.randrange(10**6)}次")
        months = range(first.month, 13)
        book.dues(number, sorted(dice.sample(months, min(zeal, len(months)))))
        book.entry(number, "pair_household", date(YEAR, dice.choice(months), 20), title="刘家")
    return cast


def books(cast: Cast) -> list[Book]:
    """Everything as the lists give it to take away."""
    found = [book(browser(cast, cast.administrator), "organisations")]
    return found + [book(browser(cast, cast.committee), kind) for kind in KINDS]


def book(client: Client, kind: str) -> Book:
    header, *rows = sheets.table(sheets.exported(client, kind))
    return kind, [
        {name: value(name, cell) for name, cell in zip(header, row, strict=True)}
        for row in rows
        if any(cell is not None for cell in row)
    ]


def value(name: str, cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date()
    return str(cell).rstrip("%") if name in TEXTS and cell is not None else cell


class Reckoned:
    """The members with points on a day, in fractions of points, from the rows that were taken away."""

    def __init__(self, taken: list[Book], day: date) -> None:
        self.taken, self.day = taken, day
        self.facts: Facts = read(taken)
        scored = [row for row in oracle.score(taken, YEAR, day, "DT") if row["status"] == "scored"]
        self.rows = {row["member_no"]: row for row in scored if row["daily"] is not None}

    def elapsed(self, number: str) -> Fraction:
        months = oracle.counted_months(self.facts, number, YEAR)
        return Fraction(sum(month <= self.day.month for month in months), len(months))

    def lines(self, number: str) -> list[dict[str, Any]]:
        return [line for line in self.rows[number]["lines"] if not line["waived"]]

    def pace(self, number: str) -> Fraction:
        lines = [line for line in self.lines(number) if line["kind"] != "judged"]
        due = sum(Fraction(line["points"]) for line in lines) * self.elapsed(number)
        return sum((Fraction(line["earned"]) for line in lines), Fraction(0)) / due

    def forecast(self, number: str) -> Fraction:
        earned, lines = Fraction(0), self.lines(number)
        for line in lines:
            now, most = Fraction(line["earned"]), Fraction(line["points"])
            goes_on = line["kind"] in ("counted", "monthly")
            earned += min(most, cents(now / self.elapsed(number))) if goes_on else now
        whole = sum(Fraction(line["points"]) for line in lines)
        return cents(earned * 100 / whole) + Fraction(self.rows[number]["bonus"])

    def behind(self) -> list[str]:
        if self.day.month <= 3:
            return []
        return [number for number in self.rows if self.pace(number) < Fraction(1, 2)]


def cents(figure: Fraction) -> Fraction:
    return Fraction(floor(figure * 100 + Fraction(1, 2)), 100)


def mean(figures: Sequence[Fraction]) -> float:
    return float(cents(sum(figures, Fraction(0)) / len(figures)))


def unit(made: Reckoned, code: str) -> list[str]:
    return [number for number, row in made.rows.items() if made.facts.unit(row["org"]) == code]


def asked(cast: Cast, table: str, day: date) -> list[tuple[Any, ...]]:
    return workbook(browser(cast, cast.committee), ABOVE, as_of=day.isoformat(), table=table)[1:]


def test_the_figures_follow_from_the_exported_ledger(full: Cast) -> None:
    taken = books(full)
    made = Reckoned(taken, AUTUMN)
    names = made.facts.names
    assert len(made.rows) == 8

    units = {row[0]: row[1:] for row in asked(full, "units", AUTUMN)}
    for code in ("DT0101", "DT0201"):
        mine = unit(made, code)
        paces = [cents(made.pace(number)) for number in mine]
        assert units[full.organisations[code].name] == (
            len(mine),
            mean([Fraction(made.rows[number]["daily"]) for number in mine]),
            mean(paces),
            sum(number in made.behind() for number in mine),
            mean([made.forecast(number) for number in mine]),
        )

    behind = {row[0]: row[2:5] for row in asked(full, "behind", AUTUMN)}
    assert behind == {
        names[number]: (
            float(Fraction(made.rows[number]["daily"])),
            float(cents(made.pace(number))),
            float(made.forecast(number)),
        )
        for number in made.behind()
    }
    assert 0 < len(behind) < 8

    for place, end in enumerate((date(YEAR, 3, 31), date(YEAR, 6, 30), AUTUMN)):
        then = Reckoned(taken, end)
        assert asked(full, "quarters", AUTUMN)[place][1:] == (
            len(then.rows),
            mean([Fraction(row["daily"]) for row in then.rows.values()]),
            mean([cents(then.pace(number)) for number in then.rows if then.elapsed(number)]),
            len(then.behind()),
        )


def test_the_indicators_follow_from_the_exported_ledger(full: Cast) -> None:
    made = Reckoned(books(full), AUTUMN)
    earned: Counter[str] = Counter()
    possible: Counter[str] = Counter()
    due: Counter[str] = Counter()
    for number in made.rows:
        for line in made.lines(number):
            earned[line["indicator"]] += cents(Fraction(line["earned"]))  # type: ignore[assignment]
            possible[line["indicator"]] += line["points"]
            due[line["indicator"]] += cents(line["points"] * made.elapsed(number))  # type: ignore[assignment]
    found = {row[0]: row[1:3] for row in asked(full, "indicators", AUTUMN)}
    assert found == {
        oracle.plan.INDICATORS[code][0]: (float(earned[code]), float(possible[code])) for code in possible
    }
    page = browser(full, full.committee).get("/branches/DT/analysis/", {"as_of": AUTUMN.isoformat()})
    assert {one.name: one.share for one in page.context["made"].parts[0].indicators} == {
        oracle.plan.INDICATORS[code][0]: tenths(Fraction(earned[code]) / Fraction(possible[code]))
        for code in possible
    }
    judged = {"org_task", "duty", "conduct"}
    slow = {code for code in possible if code not in judged and earned[code] * 2 < due[code]}
    assert set(page.context["made"].parts[0].lagging) == {oracle.plan.INDICATORS[code][0] for code in slow}
    assert slow


def tenths(share: Fraction) -> str:
    whole, rest = divmod(floor(share * 1000 + Fraction(1, 2)), 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"


def test_weeks_and_last_weeks_follow_from_the_exported_ledger(full: Cast) -> None:
    taken = books(full)
    entries = dict(taken)["entries"]
    weeks = Counter(
        row["日期"].timetuple().tm_yday // 7 + (row["日期"].timetuple().tm_yday % 7 > 0) for row in entries
    )
    assert [row[1] for row in asked(full, "weeks", LAST)] == [weeks[week] for week in range(1, 54)]

    now, then = Reckoned(taken, LAST), Reckoned(taken, date(YEAR, 11, 16))
    found = {row[0]: row[1:3] for row in asked(full, "rush", LAST)}
    for code in ("DT0101", "DT0201"):
        whole, before = (
            sum(
                (
                    Fraction(line["earned"])
                    for row in oracle.score(taken, YEAR, made.day, "DT")
                    for line in row["lines"]
                    if made.facts.unit(row["org"]) == code and line["kind"] == "counted"
                ),
                Fraction(0),
            )
            for made in (now, then)
        )
        mine = [row for row in entries if unit_of(now.facts, str(row["党员编号"])) == code]
        share = floor((whole - before) * 100 / whole + Fraction(1, 2))
        assert found[full.organisations[code].name] == (len(mine), share)


def unit_of(facts: Facts, number: str) -> str | None:
    posting = facts.posting(number, LAST)
    return facts.unit(posting.organisation) if posting else None
