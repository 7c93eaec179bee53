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
from members.errors import Refused
from members.models import Leave, Posting, YearLock
from scoring.models import (
    Activity,
    ActivityKind,
    Adjustment,
    AdjustmentLine,
    Attendance,
    Bonus,
    Entry,
    Judgement,
    Waiver,
)
from scoring.services import activities, adjustments
from tests.cast import Cast
from tests.rows import indicator

YEARS = range(2021, 2027)
OF_MEMBERS = ("posting", "leave", "entry", "judgement", "waiver", "bonus", "tally")
KINDS = (*OF_MEMBERS, "activity", "attendance", "adjustment", "adjustmentline")
PLACES = ("DT", "DT0101", "DT0102")


class Maker:
    """Rows of one table for two members, in a few years."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.dice, self.cast = random.Random(seed), cast
        self.members = [cast.members["M001"], cast.members["M002"]]
        self.indicators = [indicator(code) for code in ("essay", "pair_household", "dues")]
        self.kinds = list(ActivityKind.objects.order_by("pk")[:2])

    def day(self) -> date:
        year = self.dice.choice(YEARS)
        return self.dice.choice(
            [date(year, 1, 1), date(year, 12, 31), date(year, 1, 1) + timedelta(self.dice.randrange(365))]
        )

    def stretch(self) -> tuple[date, date | None]:
        start = self.day()
        end = self.dice.choice([None, start, *(day for day in [self.day(), self.day()] if day >= start)])
        return start, end

    def held(self) -> Activity:
        """An activity that is not stored yet, and has no list."""
        return Activity(
            organisation=self.cast.organisations["DT0101"], kind=self.dice.choice(self.kinds),
            date=self.day(), title=self.dice.choice("甲乙"), place=self.dice.choice("东西"), state="held",
        )  # fmt: skip

    def resolved(self) -> dict[str, Any]:
        """What tells an adjustment from others."""
        place, year = self.dice.choice(PLACES), self.dice.choice(YEARS)
        role = self.cast.roles["community.member"]
        return {"organisation": self.cast.organisations[place], "year": year, "role": role}

    def adjusted(self) -> Adjustment:
        """A stored adjustment."""
        rest = {"resolution_on": self.day(), "present": 9, "votes_for": 8, "resolution": "决议"}
        return Adjustment.objects.get_or_create(**self.resolved(), defaults=rest)[0]

    def surround(self, kind: str, row: Any) -> None:
        """Store what the kind needs beside the row: who was posted where, or who is on the list."""
        if kind.startswith("adjustment"):
            for member in self.members:
                start, end = self.stretch()
                place = self.cast.organisations[self.dice.choice(PLACES[1:])]
                Posting.objects.create(
                    member=member, organisation=place, role=self.cast.roles["community.member"],
                    start=start, end=end,
                )  # fmt: skip
        if kind == "activity" and row.pk:
            for member in self.members:
                if self.dice.random() < 0.5:
                    Attendance.objects.create(activity=row, member=member, status="present")

    def make(self, kind: str) -> Any:
        member = self.dice.choice(self.members)
        year = self.dice.choice(YEARS)
        start, end = self.stretch()
        cast = self.cast
        made: dict[str, Callable[[], Any]] = {
            "activity": self.held,
            "attendance": lambda: Attendance(
                activity=_saved(self.held()), member=member, status="present",
                quantity=self.dice.choice([1, 2]),
            ),
            "adjustment": lambda: Adjustment(
                **self.resolved(), resolution_on=start, present=9, votes_for=8, resolution="决议"
            ),
            "adjustmentline": lambda: AdjustmentLine(
                adjustment=self.adjusted(), indicator=self.dice.choice(self.indicators), quota=2,
                points=Decimal(12), order=self.dice.choice([1, 2]),
            ),
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
        other._state.fields_cache = {}
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
        if hasattr(row, "version"):
            other.version = row.version + self.dice.choice([0, 1])
        return other


def _saved(activity: Activity) -> Activity:
    activity.save()
    return activity


def expected(row: Any, before: Any = None) -> bool:
    """Whether the services refuse, by the rule that they go by."""
    both = [row] if before is None else [before, row]
    match row:
        case Activity():
            kept = ("kind_id", "date", "state", "title", "attachment")
            if before is not None and all(getattr(row, name) == getattr(before, name) for name in kept):
                return False
            return row.pk is not None and any(_says_no(activities._refuse_closed, one) for one in both)
        case Attendance():
            marks = [([one.member_id], one.activity.date.year) for one in both]
            return any(YearLock.objects.closing(who, year, year).exists() for who, year in marks)
        case Adjustment():
            return any(_says_no(adjustments._refuse_closed, one) for one in both)
        case AdjustmentLine():
            return any(_says_no(adjustments._refuse_closed, one.adjustment) for one in both)
    return any(
        YearLock.objects.closing([member], first, last).exists()
        for member, first, last in row.touches(before)
    )


def _says_no(rule: Callable[[Any], None], row: Any) -> bool:
    try:
        rule(row)
    except Refused as refusal:
        return refusal.code == "closed"
    return False


def lasts(row: Any) -> bool:
    """Whether rows of the kind may end, and so be written in an open year when they began in a closed one."""
    return getattr(row, "LAST_DAY", None) is not None


def ends_before_it_begins(row: Any) -> bool:
    """Whether the row lasts until before its first day."""
    if not lasts(row):
        return False
    first, last = getattr(row, "start", None) or row.date, getattr(row, row.LAST_DAY)
    return last is not None and bool(last < first)


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
                    maker.surround(kind, row)
            except IntegrityError:
                return None  # until before the day, a posting over another
            row = manager.filter(pk=row.pk).first() or row
            other = (
                maker.changed(row) if what == "update" else row
            )  # what it refers to comes before the locks
            if ends_before_it_begins(other):
                return None  # a rule of the table refuses it too, and either may come first
            locks = [
                YearLock(member=member, year=year, locked_at=maker.cast.now)
                for member in maker.members
                for year in YEARS
                if maker.dice.random() < 0.25
            ]
            YearLock.objects.bulk_create(locks)
            if what == "insert":
                wanted, got = expected(row), refuses(lambda: row.save(force_insert=True))
            elif what == "delete":
                wanted, got = expected(row), refuses(lambda: manager.filter(pk=row.pk).delete())
            else:
                values = {one.attname: getattr(other, one.attname) for one in row._meta.concrete_fields[1:]}
                taken = lasts(row) and [name for name in values if values[name] != getattr(row, name)] == [
                    "version"
                ]
                wanted = expected(other, row) and not taken
                got = refuses(lambda: manager.filter(pk=row.pk).update(**values))
            if got is None:
                return None
            assert got is wanted, (what, vars(row), [(lock.member_id, lock.year) for lock in locks])
            return what, got
        finally:
            transaction.set_rollback(True)


def compare(cast: Cast, kind: str, count: int) -> None:
    maker = Maker(cast, seed=7)
    for member in maker.members:
        member.postings.all().delete()
    seen = [found for _ in range(count) if (found := once(maker, kind)) is not None]
    both = {(what, refused) for what in ("insert", "update", "delete") for refused in (True, False)}
    if kind == "activity":
        both -= {("insert", True)}  # nobody is on its list yet
    assert set(seen) == both
    assert len(seen) > count / 2


@pytest.mark.parametrize("kind", KINDS)
def test_triggers_and_services_mean_the_same_years(cast: Cast, kind: str) -> None:
    compare(cast, kind, 150)


@pytest.mark.shows
@pytest.mark.parametrize("kind", KINDS)
def test_triggers_and_services_mean_the_same_years_at_length(cast: Cast, kind: str, short: bool) -> None:
    compare(cast, kind, 200 if short else 3000)
