"""A ledger that tests fill through the services, as a branch would, and the score command as they run it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

from django.core.management import call_command

from appraisal.models import Tally
from appraisal.services.tallies import save_tally
from members.models import Leave, Member
from members.services import roster
from scoring.enums import BonusKind
from scoring.models import AwardLevel, Bonus, Entry, Indicator, Judgement, Waiver
from scoring.services import ledger
from tests.cast import Cast

YEAR = 2025
"""A year that was over when the cast's clock stopped."""


@dataclass
class Ledger:
    """Records what members did in `YEAR`, by member number and indicator code."""

    cast: Cast
    indicators: dict[str, Indicator] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by = self.cast.operator
        self.indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}

    def admit(self, number: str, role: str, code: str = "DT0102", start: date = date(2020, 1, 1)) -> Member:
        return self.cast.admit(number, f"党员{number}", code, role, start)

    def entry(self, number: str, indicator: str, day: date, quantity: int = 1, **more: Any) -> None:
        entry = Entry(
            member=self.cast.members[number],
            indicator=self.indicators[indicator],
            date=day,
            quantity=quantity,
            **more,
        )
        ledger.save_entry(by=self.by, entry=entry)

    def times(self, number: str, indicator: str, days: Iterable[date]) -> None:
        for day in days:
            self.entry(number, indicator, day)

    def dues(self, number: str, months: Iterable[int], year: int = YEAR) -> None:
        self.times(number, "dues", [date(year, month, 10) for month in months])

    def votes(self, number: str, *votes: int, year: int = YEAR) -> None:
        excellent, good, passed, poor = votes
        tally = Tally(member=self.cast.members[number], year=year, excellent=excellent, good=good,
                      passed=passed, poor=poor)  # fmt: skip
        save_tally(by=self.by, tally=tally)

    def waive(self, number: str, indicator: str) -> None:
        waiver = Waiver(member=self.cast.members[number], year=YEAR, indicator=self.indicators[indicator],
                        reason="不具备条件")  # fmt: skip
        ledger.save_waiver(by=self.by, waiver=waiver)

    def judge(self, number: str, indicator: str, percent: str) -> None:
        judgement = Judgement(
            member=self.cast.members[number],
            year=YEAR,
            indicator=self.indicators[indicator],
            fulfilment=Decimal(percent),
        )
        ledger.save_judgement(by=self.by, judgement=judgement)

    def award(self, number: str, level: str, day: date) -> None:
        bonus = Bonus(member=self.cast.members[number], kind=BonusKind.AWARD, date=day, reason="表彰",
                      level=AwardLevel.objects.get(code=level))  # fmt: skip
        ledger.save_bonus(by=self.by, bonus=bonus)

    def contribution(self, number: str, points: str, day: date) -> None:
        bonus = Bonus(member=self.cast.members[number], kind=BonusKind.CONTRIBUTION, date=day, reason="突出",
                      points=Decimal(points))  # fmt: skip
        ledger.save_bonus(by=self.by, bonus=bonus)

    def leave(self, number: str, start: date, end: date | None) -> None:
        member = self.cast.members[number]
        roster.grant_leave(by=self.by, leave=Leave(member=member, start=start, end=end, reason="住院"))

    def transfer(self, number: str, code: str, role: str, start: date) -> None:
        roster.transfer(
            by=self.by,
            member=self.cast.members[number],
            organisation=self.cast.organisations[code],
            role=self.cast.roles[role],
            start=start,
        )


def days(month_day: str, count: int, year: int = YEAR) -> list[date]:
    """So many days of consecutive months, from `month-day` on."""
    month, day = map(int, month_day.split("-"))
    return [date(year, month + step, day) for step in range(count)]


def scores(*arguments: str, year: int = YEAR) -> dict[str, dict[str, Any]]:
    """What `score --format json` says, by member number."""
    out = StringIO()
    call_command("score", str(year), *arguments, "--format", "json", stdout=out)
    listed = json.loads(out.getvalue())
    assert [one["member_no"] for one in listed] == sorted(one["member_no"] for one in listed)
    return {one["member_no"]: one for one in listed}


def line(score: dict[str, Any], indicator: str) -> dict[str, Any]:
    """One line of a member's score."""
    return next(line for line in score["lines"] if line["indicator"] == indicator)
