"""The triggers and the services mean the same years: compared on rows made up at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import copy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from appraisal.models import Tally
from members.models import Leave, Posting, Recorded, YearLock
from scoring.models import Bonus, Entry, Judgement, Waiver
from tests.cast import Cast
from tests.rows import indicator

YEARS = range(2021, 2027)
KINDS = ("posting", "leave", "entry", "judgement", "waiver", "bonus", "tally")


class Maker:
    """Rows of one table for two members, in a few years."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.dice, self.cast = random.Random(seed), cast
        self.members = [cast.members["M001"], cast.members["M002"]]
        self.indicators = [indicator(code) for code in ("essay", "pair_household", "dues")]

    def day(self) -> date:
        year = self.dice.choice(YEARS)
        return self.dice.choice(
            [date(year, 1, 1), date(year, 12, 31), date(year, 1, 1) + timedelta(self.dice.randrange(365))]
        )

    def stretch(self) -> tuple[date, date | None]:
        start = self.day()
        end = self.dice.choice([None, start, *(day for day in [self.day(), self.day()] if day >= start)])
        return start, end

    def make(self, kind: str) -> Recorded:
        member = self.dice.choice(self.members)
        year = self.dice.choice(YEARS)
        start, end = self.stretch()
        cast = self.cast
        made: dict[str, Callable[[], Recorded]] = {
            "posting": lambda: Posting(
                member=member, organisation=cast.organisations["DT0101"],
                role=cast.roles["community.member"], start=start, end=end,
            ),
            "leave": lambda: Leave(member=member, start=start, end=end, reason="病"),
            "entry": lambda: Entry(
                member=member, indicator=self.dice.choice(self.indicators), date=start, until=end,
                title=self.dice.choice("甲乙"), recorded_at=cast.now,
            ),
            "judgement": lambda: Judgement(
                member=member, year=year, indicator=indicator("conduct"), fulfilment=Decimal(90)
            ),
            "waiver": lambda: Waiver(member=member, year=year, indicator=indicator("good_deed"), reason="免"),
            "bonus": lambda: Bonus(
                member=member, date=start, kind="contribution", points=Decimal("1.0"), reason="贡",
                recorded_at=cast.now,
            ),
            "tally": lambda: Tally(member=member, year=year, excellent=1, good=1, passed=0, poor=0),
        }  # fmt: skip
        return made[kind]()

    def changed(self, row: Any) -> Any:
        """The row changed: mostly its end alone, as often to nothing as to something."""
        other, end = copy(row), getattr(row, "LAST_DAY", None)
        other._state = copy(row._state)
        if end is not None and self.dice.random() < 0.6:
            start = row.date if isinstance(row, Entry) else row.start
            setattr(
                other, end, self.dice.choice([None, *(d for d in [self.day(), self.day()] if d >= start)])
            )
        if end is None or self.dice.random() < 0.3:
            fresh = self.make(type(row).__name__.lower())
            for field in row._meta.concrete_fields:
                if not field.primary_key and self.dice.random() < 0.4:
                    setattr(other, field.attname, getattr(fresh, field.attname))
        other.version = row.version + self.dice.choice([0, 1])
        return other


def expected(row: Recorded, before: Recorded | None = None) -> bool:
    """Whether the services refuse, by the rule that they go by."""
    return any(
        YearLock.objects.closing([member], first, last).exists()
        for member, first, last in row.touches(before)
    )


def lasts(row: Recorded) -> bool:
    """Whether rows of the kind may end, and so be written in an open year when they began in a closed one."""
    return row.LAST_DAY is not None


def refuses(action: Callable[[], object]) -> bool | None:
    """Whether the trigger refuses; None where another rule of the table does."""
    try:
        with transaction.atomic():
            action()
    except IntegrityError as error:
        return True if "closed" in str(error.__cause__) else None
    return False


def once(maker: Maker, kind: str) -> tuple[str, bool] | None:
    """One row, one thing done to it, and the locks at random: what was done, and whether it was refused."""
    with transaction.atomic():
        try:
            what = maker.dice.choice(["insert", "update", "update", "delete"])
            row = maker.make(kind)
            manager = type(row)._base_manager
            try:
                with transaction.atomic():
                    if what != "insert":
                        row.save(force_insert=True)
            except IntegrityError:
                return None  # until before the day, a posting over another
            locks = [
                YearLock(member=member, year=year, locked_at=maker.cast.now)
                for member in maker.members
                for year in YEARS
                if maker.dice.random() < 0.25
            ]
            YearLock.objects.bulk_create(locks)
            row = type(row).stored(row.pk) or row
            if what == "insert":
                wanted, got = expected(row), refuses(lambda: row.save(force_insert=True))
            elif what == "delete":
                wanted, got = expected(row), refuses(lambda: manager.filter(pk=row.pk).delete())
            else:
                other = maker.changed(row)
                values = {one.attname: getattr(other, one.attname) for one in row._meta.concrete_fields[1:]}
                taken = lasts(row) and [name for name in values if values[name] != getattr(row, name)] == [
                    "version"
                ]
                wanted = expected(other, row) and not taken
                got = refuses(lambda: manager.filter(pk=row.pk).update(**values))
            if got is None:
                return None
            assert got is wanted, (what, row.as_logged(), [(lock.member_id, lock.year) for lock in locks])
            return what, got
        finally:
            transaction.set_rollback(True)


def compare(cast: Cast, kind: str, count: int) -> None:
    maker = Maker(cast, seed=7)
    for member in maker.members:
        member.postings.all().delete()
    seen = [found for _ in range(count) if (found := once(maker, kind)) is not None]
    both = {(what, refused) for what in ("insert", "update", "delete") for refused in (True, False)}
    assert set(seen) == both
    assert len(seen) > count / 2


@pytest.mark.parametrize("kind", KINDS)
def test_triggers_and_services_mean_the_same_years(cast: Cast, kind: str) -> None:
    compare(cast, kind, 150)


@pytest.mark.shows
@pytest.mark.parametrize("kind", KINDS)
def test_triggers_and_services_mean_the_same_years_at_length(cast: Cast, kind: str, short: bool) -> None:
    compare(cast, kind, 200 if short else 3000)
