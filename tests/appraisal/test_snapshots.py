"""Frozen figures: frozen once, every change of them found, nothing that happens later taken for one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from appraisal.enums import Purpose
from appraisal.models import Snapshot, SnapshotRow, Tally
from appraisal.services import snapshots, tallies
from appraisal.services.results import results
from members.errors import OutOfScope, WrittenOnce
from members.models import LogRow
from members.services import organisations, roster
from members.services.by import By
from scoring.enums import BonusKind
from scoring.models import AwardLevel, Bonus, Judgement, Waiver
from scoring.services import ledger
from tests.cast import Cast
from tests.rows import entry, indicator

YEAR_END = date(2025, 12, 31)


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def year(cast: Cast) -> Cast:
    """DT0101 in 2025: M001 appraised, M002 not, M003 exempt, M008 in service with a waiver."""
    by, first = cast.operator, cast.members["M001"]
    worker = cast.admit("M008", "郑在职", "DT0101", "in_service.member")
    entry(cast, first, "org_life", date=date(2025, 3, 5), quantity=8)
    entry(cast, first, "volunteer", date=date(2025, 4, 5), quantity=2)
    entry(cast, worker, "volunteer", date=date(2025, 4, 5), quantity=3)
    ledger.save_judgement(
        by=by,
        judgement=Judgement(
            member=first, year=2025, indicator=indicator("conduct"), fulfilment=Decimal("85.5")
        ),
    )
    level = AwardLevel.objects.get(code="district")
    for facts in ({"kind": BonusKind.AWARD, "level": level}, {"kind": BonusKind.CONTRIBUTION, "points": 2}):
        ledger.save_bonus(by=by, bonus=Bonus(member=first, date=date(2025, 6, 1), reason="表彰", **facts))
    ledger.save_waiver(
        by=by,
        waiver=Waiver(member=worker, year=2025, indicator=indicator("good_deed"), reason="条件不具备"),
    )
    tallies.save_tally(
        by=by, tally=Tally(member=first, year=2025, excellent=20, good=5, passed=3, poor=2, blank=1)
    )
    return cast


def freeze(cast: Cast, by: By | None = None, period: str = "2025") -> Snapshot:
    (unit,) = results(year=2025, as_of=YEAR_END, within=cast.organisations["DT0101"], alone=True)
    by = by or cast.by(cast.owner)
    return snapshots.freeze(by=by, unit=unit, purpose=Purpose.ANNUAL, period=period, as_of=YEAR_END)


def overwrite(table: str, key: int, column: str, value: Any) -> None:
    """Write past every guard of the product, as somebody with the database open could."""
    if isinstance(value, (dict, list)):
        value = json.dumps(value)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, key])


# --- freezing -------------------------------------------------------------------------------------


def test_the_figures_are_kept_as_printed(year: Cast) -> None:
    """M001: org_life 8 of 6 and volunteer 2 of 3: 40 + 20 + 5 + 4.28 (5 × 85.5 %) of 100; +1 +4 +2."""
    snapshot = freeze(year)
    rows = list(snapshot.rows.all())
    assert [row.figures["number"] for row in rows] == ["M001", "M002", "M003", "M004", "M008"]
    first = rows[0].figures
    assert (first["base"], first["bonus"], first["daily"]) == (6928, 700, 7628)
    # (2000 + 400 + 180 + 80) / 30 = 88.666…; 0.8 × 76.28 + 0.2 × 88.67 = 61.024 + 17.734 = 78.758
    assert (first["appraisal"], first["annual"], first["grade"]) == (8867, 7876, "good")
    assert [row.figures["status"] for row in rows] == [
        "scored",
        "not_appraised",
        "exempt",
        "not_appraised",
        "scored",
    ]
    assert list(snapshots.faults()) == []


def test_the_same_figures_are_frozen_once(year: Cast) -> None:
    first = freeze(year)
    again = freeze(year, by=year.operator)
    assert again.pk == first.pk
    assert Snapshot.objects.count() == 1
    assert SnapshotRow.objects.count() == 5
    assert LogRow.objects.filter(verb="freeze figures").count() == 1
    assert freeze(year, period="2025b").pk != first.pk


def test_other_figures_are_frozen_anew_beside_the_old_ones(year: Cast) -> None:
    first = freeze(year)
    entry(year, year.members["M002"], "org_life", date=date(2025, 12, 30), quantity=1)
    second = freeze(year)
    assert second.pk != first.pk
    assert second.digest != first.digest
    assert Snapshot.objects.count() == 2
    assert list(snapshots.faults()) == []


@pytest.mark.parametrize("stranger", ["other", "committee", "administrator"])
def test_only_the_branch_freezes_its_figures(year: Cast, stranger: str) -> None:
    with pytest.raises(OutOfScope):
        freeze(year, by=year.by(getattr(year, stranger)))
    assert not Snapshot.objects.exists()


def test_what_is_frozen_is_not_written_again(year: Cast) -> None:
    snapshot = freeze(year)
    row = snapshot.rows.all()[0]
    for attempt in (
        snapshot.save,
        snapshot.delete,
        row.save,
        row.delete,
        lambda: SnapshotRow.objects.update(position=9),
        lambda: Snapshot.objects.all().delete(),
    ):
        with pytest.raises(WrittenOnce):
            attempt()


# --- what is found --------------------------------------------------------------------------------


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to everything in a JSON value that is no container."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path


def altered(document: Any, path: tuple[Any, ...]) -> Any:
    """A copy in which the one value at the path is another one of its kind."""
    copy = deepcopy(document)
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    old = inner[path[-1]]
    if isinstance(old, bool):
        inner[path[-1]] = not old
    elif isinstance(old, int):
        inner[path[-1]] = old + 1
    else:
        inner[path[-1]] = f"{old}x"
    return copy


def test_every_single_change_in_a_frozen_row_is_found(year: Cast) -> None:
    snapshot = freeze(year)
    tried = 0
    for row in snapshot.rows.all():
        for column in ("figures", "lines"):
            document = getattr(row, column)
            for path in leaves(document):
                with transaction.atomic():
                    overwrite("appraisal_snapshotrow", row.pk, column, altered(document, path))
                    found = list(snapshots.faults())
                    transaction.set_rollback(True)
                assert found == [(snapshot.pk, "does not match its digest")], (row.figures["name"], path)
                tried += 1
    assert tried > 250  # 5 rows of 22 figures, 3 rows of 5 lines of 12 values, and the votes
    assert list(snapshots.faults()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("organisation_name", "别的支部"),
        ("purpose", "notice"),
        ("period", "2024"),
        ("as_of", "2025-12-30"),
        ("adjustments", [{"role": "community.member"}]),
        ("digest", "0" * 64),
    ],
)
def test_every_change_in_the_head_of_a_snapshot_is_found(year: Cast, column: str, value: Any) -> None:
    snapshot = freeze(year)
    overwrite("appraisal_snapshot", snapshot.pk, column, value)
    assert list(snapshots.faults()) == [(snapshot.pk, "does not match its digest")]


@pytest.mark.parametrize("column", ["organisation_id", "scheme_id"])
def test_a_snapshot_of_what_does_not_exist_is_found(year: Cast, column: str) -> None:
    snapshot = freeze(year)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE appraisal_snapshot SET {column} = 0 WHERE id = %s", [snapshot.pk])
        found = list(snapshots.faults())
        transaction.set_rollback(True)
    assert found == [(snapshot.pk, "names an organisation or a scheme that does not exist")]


def test_rows_taken_out_or_changed_about_are_found(year: Cast) -> None:
    snapshot = freeze(year)
    first, second = snapshot.rows.all()[:2]
    copied = "(SELECT figures FROM appraisal_snapshotrow WHERE id = %s)"
    for statement, values in (
        ("DELETE FROM appraisal_snapshotrow WHERE id = %s", [first.pk]),
        ("UPDATE appraisal_snapshotrow SET position = 9 WHERE id = %s", [first.pk]),
        (f"UPDATE appraisal_snapshotrow SET figures = {copied} WHERE id = %s", [second.pk, first.pk]),
    ):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
            found = list(snapshots.faults())
            transaction.set_rollback(True)
        assert found == [(snapshot.pk, "does not match its digest")]


@pytest.mark.parametrize(
    ("column", "path", "named"),
    [
        ("lines", (0, "earned"), "the line org_life"),
        ("lines", (0, "excess"), "the line org_life"),
        ("lines", (0, "done"), "the line org_life"),
        ("lines", (1, "quota"), "the line volunteer"),
        ("lines", (1, "points"), "the line volunteer"),
        ("figures", ("base",), "base"),
        ("figures", ("bonus",), "bonus"),
        ("figures", ("awards",), "bonus"),
        ("figures", ("daily",), "daily"),
        ("figures", ("votes", 0), "appraisal"),
        ("figures", ("appraisal",), "appraisal"),
        ("figures", ("annual",), "annual"),
        ("figures", ("grade",), "grade"),
    ],
)
def test_totals_are_made_again_also_where_the_digest_was_forged(
    year: Cast, column: str, path: tuple[Any, ...], named: str
) -> None:
    snapshot = freeze(year)
    row = snapshot.rows.all()[0]
    overwrite("appraisal_snapshotrow", row.pk, column, altered(getattr(row, column), path))
    forged = snapshots.digest(snapshot, list(SnapshotRow.objects.filter(snapshot=snapshot)))
    overwrite("appraisal_snapshot", snapshot.pk, "digest", forged)
    told = list(snapshots.faults())
    assert (snapshot.pk, f"row 1: {named} does not follow from the frozen lines") in told


# --- what is no fault -----------------------------------------------------------------------------


def test_what_is_recorded_later_leaves_frozen_figures_as_they_are(year: Cast) -> None:
    snapshot = freeze(year)
    first, place = year.members["M001"], year.organisations["DT0101"]
    entry(year, first, "org_life", date=date(2025, 12, 30), quantity=4)
    first.name = "张改名"
    roster.correct_member(by=year.by(year.owner), member=first)
    roster.change_role(
        by=year.by(year.owner),
        member=first,
        role=year.roles["organ.member"],
        start=date(2026, 1, 1),
    )
    organisations.correct(by=year.operator, organisation=place, name="改名支部", kind=place.kind)
    assert list(snapshots.faults()) == []
    stored = Snapshot.objects.get(pk=snapshot.pk)
    assert stored.organisation_name == "东塘第一党支部"
    assert stored.rows.all()[0].figures["name"] == "张晓明"
