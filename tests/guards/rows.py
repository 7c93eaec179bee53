"""Rows of every table that counts in years, as plain values, and what somebody does with a console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, models

from appraisal.models import Tally
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
from tests.cast import Cast
from tests.rows import indicator

CLOSED, OPEN = 2024, 2025
COUNTING = {
    "appraisal_tally",
    "members_leave",
    "members_posting",
    "scoring_activity",
    "scoring_adjustment",
    "scoring_adjustmentline",
    "scoring_attendance",
    "scoring_bonus",
    "scoring_entry",
    "scoring_judgement",
    "scoring_waiver",
}
"""The tables that count in years, written down by hand."""


def guarded() -> list[type[models.Model]]:
    """The models that say in which years their rows count."""
    return [model for model in apps.get_models() if getattr(model, "counting", None)]


@dataclass
class Stored:
    """A row of a table: its model and its columns as they were stored."""

    model: type[models.Model]
    values: dict[str, Any]

    @classmethod
    def of(cls, row: models.Model) -> Stored:
        columns = [field.column for field in row._meta.concrete_fields]
        with connection.cursor() as cursor:
            names = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT {names} FROM "{row._meta.db_table}" WHERE id = %s', [row.pk])
            (values,) = cursor.fetchall()
        return cls(type(row), dict(zip(columns, values, strict=True)))

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> int:
        return self.values["id"]

    def insert(self, how: str = "INSERT", **other: Any) -> None:
        values = self.values | other
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join(["%s"] * len(values))
        run(f'{how} INTO "{self.table}" ({names}) VALUES ({marks})', list(values.values()))

    def update(self, **other: Any) -> None:
        """Without values: every column over itself, which stores nothing new."""
        settings = ", ".join(f'"{name}" = %s' for name in other) or ", ".join(
            f'"{name}" = "{name}"' for name in self.values
        )
        run(f'UPDATE "{self.table}" SET {settings} WHERE id = %s', [*other.values(), self.key])

    def delete(self) -> None:
        run(f'DELETE FROM "{self.table}" WHERE id = %s', [self.key])

    def exists(self) -> bool:
        return self.model._base_manager.filter(pk=self.key).exists()


def run(statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def close(cast: Cast, number: str = "M001", year: int = CLOSED) -> None:
    YearLock.objects.create(member=cast.members[number], year=year, locked_at=cast.now)


def rows_of(cast: Cast, number: str, year: int) -> dict[str, Stored]:
    """A row of every such table that counts in the year, and in no other; made past the services."""
    member = cast.members[number]
    organisation, day = cast.organisations["DT0101"], date(year, 3, 5)
    common: dict[str, Any] = {"member": member}
    newcomer = cast.admit(f"N{year}", "新人", "DT0102", start=date(year, 1, 1))
    newcomer.postings.all().delete()
    kind = ActivityKind.objects.order_by("pk")[0]
    activity = Activity.objects.create(
        organisation=organisation, kind=kind, date=day, title="党日", state="held", attachment="a.pdf"
    )
    adjustment = Adjustment.objects.create(
        organisation=cast.organisations["DT"], year=year, role=cast.roles["community.member"],
        resolution_on=day, present=9, votes_for=8, resolution="决议",
    )  # fmt: skip
    made: list[models.Model] = [
        activity,
        adjustment,
        AdjustmentLine.objects.create(
            adjustment=adjustment, indicator=indicator("essay"), quota=2, points=Decimal(12), order=1
        ),
        Attendance.objects.create(activity=activity, status="present", **common),
        Bonus.objects.create(
            date=day, kind="contribution", points=Decimal(2), reason="贡献", recorded_at=cast.now, **common
        ),
        Entry.objects.create(
            indicator=indicator("essay"), date=day, title="心得", recorded_at=cast.now, **common
        ),
        Judgement.objects.create(year=year, indicator=indicator("conduct"), fulfilment=Decimal(90), **common),
        Leave.objects.create(start=day, end=date(year, 4, 1), reason="病假", **common),
        Posting.objects.create(
            member=newcomer, organisation=organisation, role=cast.roles["community.member"],
            start=date(year, 1, 1), end=date(year, 12, 31),
        ),
        Tally.objects.create(year=year, excellent=7, good=2, passed=1, poor=0, **common),
        Waiver.objects.create(year=year, indicator=indicator("good_deed"), reason="免", **common),
    ]  # fmt: skip
    return {row._meta.db_table: Stored.of(row) for row in made}
