"""What counts in a closed year, the database refuses, whoever asks; in an open one it does not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import checks
from django.core.management.sql import emit_post_migrate_signal
from django.db import IntegrityError, connection, connections, models, transaction

from members.errors import Refused
from members.models import Posting, Recorded, YearLock
from members.services import guards, recording
from scoring.models import Activity, Entry
from scoring.services import ledger
from tests.cast import Cast
from tests.guards.rows import CLOSED, COUNTING, OPEN, Stored, close, guarded, rows_of, run
from tests.rows import entry, indicator

TABLES = sorted(COUNTING)
sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone does so")
postgresql_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")


@pytest.fixture
def old(cast: Cast) -> dict[str, Stored]:
    """A row of every table in the year that is to be closed."""
    return rows_of(cast, "M001", CLOSED)


@pytest.fixture
def new(cast: Cast) -> dict[str, Stored]:
    return rows_of(cast, "M001", OPEN)


def shut(cast: Cast) -> None:
    """Close the year of everybody to whom the rows belong."""
    for number in {"M001", f"N{CLOSED}", f"N{OPEN}"} & set(cast.members):
        close(cast, number)


def refused(action: Callable[..., None], *arguments: Any, **named: Any) -> bool:
    try:
        with transaction.atomic():
            action(*arguments, **named)
    except IntegrityError as error:
        return "closed" in str(error.__cause__)
    return False


def test_every_table_that_counts_is_guarded() -> None:
    assert {model._meta.db_table for model in guarded()} == COUNTING
    of_years = [
        model
        for model in Recorded.__subclasses__() + [m for c in Recorded.__subclasses__() for m in _below(c)]
        if not model._meta.abstract and model.years_counted is not Recorded.years_counted
    ]
    assert {model._meta.db_table for model in of_years} <= COUNTING


def _below(model: type[models.Model]) -> list[type[Any]]:
    return [*model.__subclasses__(), *(one for part in model.__subclasses__() for one in _below(part))]


@pytest.mark.parametrize("table", TABLES)
def test_a_console_changes_nothing_in_a_closed_year(cast: Cast, old: dict[str, Stored], table: str) -> None:
    row = old[table]
    shut(cast)
    assert refused(row.delete)
    if table == "scoring_activity":
        for name, value in {
            "title": "别的",
            "date": date(OPEN, 3, 5),
            "attachment": "",
            "kind_id": 0,
        }.items():
            assert refused(row.update, **{name: value}), name
        row.update(place="会议室")  # that is no part of what counts
    else:
        assert refused(row.update)
        for name, value in row.values.items():
            if name != "version":
                assert refused(row.update, **{name: value}), name
    assert row.exists()


@pytest.mark.parametrize("table", sorted(COUNTING - {"scoring_activity"}))
def test_nothing_is_put_into_a_closed_year(cast: Cast, old: dict[str, Stored], table: str) -> None:
    row = old[table]
    row.delete() if table != "scoring_adjustment" else old["scoring_adjustmentline"].delete()
    if table == "scoring_adjustment":
        row.delete()
    shut(cast)
    assert refused(row.insert)
    assert not row.exists()


@pytest.mark.parametrize("table", TABLES)
def test_an_open_year_takes_all_of_it(cast: Cast, new: dict[str, Stored], table: str) -> None:
    shut(cast)
    row = new[table]
    row.update()
    if table == "scoring_adjustment":
        new["scoring_adjustmentline"].delete()
    if table == "scoring_activity":
        new["scoring_attendance"].delete()
    row.delete()
    row.insert()
    assert row.exists()


@pytest.mark.parametrize("table", sorted(COUNTING - {"scoring_activity"}))
def test_a_row_is_moved_neither_into_a_closed_year_nor_out_of_it(
    cast: Cast, old: dict[str, Stored], new: dict[str, Stored], table: str
) -> None:
    kept, other = old[table], new[table]
    moved = {name: value for name, value in other.values.items() if name not in ("id", "version")}
    back = {name: value for name, value in kept.values.items() if name not in ("id", "version")}
    if table == "scoring_adjustmentline":
        Stored(kept.model, kept.values).update(order=2)
    shut(cast)
    assert refused(kept.update, **moved)
    assert refused(other.update, **back)


@sqlite_only
@pytest.mark.parametrize("table", TABLES)
def test_replacing_is_deleting(
    cast: Cast, old: dict[str, Stored], new: dict[str, Stored], table: str
) -> None:
    """A row of the open year put in the place of the closed one's: SQLite tells no trigger of what goes."""
    kept, other = old[table], new[table]
    shut(cast)
    for how in ("INSERT OR REPLACE", "REPLACE"):
        assert refused(Stored(kept.model, other.values | {"id": kept.key}).insert, how)
    assert refused(_replace, other, kept.key)
    if table != "scoring_activity":
        assert refused(kept.insert, "INSERT OR IGNORE")
    assert kept.exists()


def _replace(row: Stored, key: int) -> None:
    run(f'UPDATE OR REPLACE "{row.table}" SET id = %s WHERE id = %s', [key, row.key])


def test_another_members_year_is_not_meant(cast: Cast) -> None:
    close(cast, "M002")
    row = Stored.of(entry(cast, cast.members["M001"], date=date(CLOSED, 3, 5)))
    row.update(note="改")
    assert Entry.objects.get(pk=row.key).note == "改"
    row.delete()
    assert not row.exists()
    other = Stored.of(entry(cast, cast.members["M001"], date=date(CLOSED, 4, 5)))
    assert refused(other.update, member_id=cast.members["M002"].pk)
    assert refused(other.insert, id=other.key + 1, member_id=cast.members["M002"].pk)


def test_what_lasts_counts_in_the_years_it_lasts(cast: Cast) -> None:
    row = entry(cast, cast.members["M001"], "pair_household", date=date(2022, 3, 1), quantity=1)
    stored = Stored.of(row)
    close(cast)
    assert refused(stored.update, note="改")
    stored.update(until=date(CLOSED, 12, 31))  # the years after the closed one alone are changed
    stored.update(until=date(2025, 6, 30))
    assert refused(stored.update, until=date(CLOSED, 12, 30))
    assert refused(stored.update, until=date(2025, 6, 30), note="改")


def test_a_posting_that_began_in_a_closed_year_can_end_in_an_open_one(cast: Cast) -> None:
    row = Stored.of(cast.members["M001"].postings.get())
    close(cast)
    row.update(end=date(2025, 6, 30), version=2)
    assert refused(row.update, end=date(2023, 6, 30), version=3)
    assert Posting.objects.get(pk=row.key).end == date(2025, 6, 30)


def test_a_reopened_year_takes_entries_again(cast: Cast, old: dict[str, Stored]) -> None:
    shut(cast)
    parts = ["scoring_adjustmentline", "scoring_attendance"]
    order = [*parts, *(table for table in TABLES if table not in parts)]
    assert all(refused(old[table].delete) for table in order)
    YearLock.objects.all().delete()
    for table in order:
        old[table].delete()
        assert not old[table].exists(), table
    for table in reversed(order):
        old[table].insert()
        assert old[table].exists(), table


def test_what_a_race_lets_past_the_service_is_refused_with_a_message(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(cast)
    monkeypatch.setattr(recording, "refuse_closed", lambda *_arguments: None)
    row = Entry(member=cast.members["M001"], indicator=indicator("essay"), date=date(CLOSED, 3, 5))
    with pytest.raises(Refused) as refusal:
        ledger.save_entry(by=cast.operator, entry=row)
    assert refusal.value.code == "closed"
    assert not Entry.objects.exists()


def test_a_form_says_so_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Stored.of(entry(cast, cast.members["M001"], date=date(CLOSED, 3, 5)))
    close(cast)
    monkeypatch.setattr(recording, "refuse_closed", lambda *_arguments: None)
    answer = cast.client(cast.owner).post(
        f"/admin/scoring/entry/{held.key}/delete/", {"post": "yes"}, follow=True
    )
    assert answer.status_code == 200
    assert held.exists()
    assert "须由街道工委重新开放" in answer.content.decode()


# --- whether they stand ---------------------------------------------------------------------------


def warnings() -> list[str]:
    found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    return [one.msg for one in found if one.id == "members.W001"]


def test_all_stand_and_the_check_says_when_they_do_not(db: None) -> None:
    assert guards.faults() == warnings() == []
    with guards.lifted():
        assert {one.rsplit(" ", 1)[1].rstrip(".") for one in warnings()} >= COUNTING
    assert warnings() == []


@sqlite_only
@pytest.mark.parametrize("event", ["INSERT", "UPDATE", "DELETE"])
def test_one_of_the_right_name_that_does_nothing_does_not_stand(cast: Cast, event: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
            [f"closed_year_scoring_entry_{event.lower()}_%"],
        )
        ((name,),) = cursor.fetchall()
    run(f'DROP TRIGGER "{name}"', [])
    run(f'CREATE TRIGGER "{name}" BEFORE {event} ON "scoring_entry" BEGIN SELECT 1; END', [])
    assert guards.faults() == ["scoring_entry"]
    guards.install()
    assert guards.faults() == []


def _of_entries() -> str:
    """The name of the trigger and its function."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'scoring_entry'::regclass AND NOT tgisinternal"
        )
        ((name,),) = cursor.fetchall()
    return str(name)


@postgresql_only
@pytest.mark.parametrize(
    "statement",
    [
        """CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS
           $$BEGIN IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END$$""",
        'ALTER FUNCTION "{name}"() SET search_path = pg_temp',
        """CREATE OR REPLACE TRIGGER "{name}" BEFORE DELETE ON scoring_entry
           FOR EACH ROW EXECUTE FUNCTION "{name}"()""",
        """CREATE OR REPLACE TRIGGER "{name}" BEFORE INSERT OR UPDATE OF title OR DELETE ON scoring_entry
           FOR EACH ROW EXECUTE FUNCTION "{name}"()""",
        """CREATE OR REPLACE TRIGGER "{name}" BEFORE INSERT OR UPDATE OR DELETE ON scoring_entry
           FOR EACH ROW WHEN (1 = 0) EXECUTE FUNCTION "{name}"()""",
    ],
)
def test_one_of_the_right_name_that_is_another_does_not_stand(cast: Cast, statement: str) -> None:
    run(statement.format(name=_of_entries()), [])
    assert guards.faults() == ["scoring_entry"]
    guards.install()
    assert guards.faults() == []


@postgresql_only
def test_one_that_is_switched_off_does_not_stand(cast: Cast) -> None:
    run("ALTER TABLE scoring_entry DISABLE TRIGGER USER", [])
    assert guards.faults() == ["scoring_entry"]
    guards.install()
    assert guards.faults() == []


@sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", [*TABLES, "scoring_indicator", "members_yearlock", "members_organisation"])
def test_they_stand_again_after_a_migration_that_rebuilds_the_table(table: str) -> None:
    model = next(one for one in _all_models() if one._meta.db_table == table)
    with connection.schema_editor() as editor:
        editor._remake_table(model)
    assert table in guards.faults() or table not in COUNTING
    assert guards.faults()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert guards.faults() == []


def _all_models() -> list[type[models.Model]]:
    return [*guarded(), YearLock, Entry._meta.get_field("indicator").related_model,
            Activity._meta.get_field("organisation").related_model]  # fmt: skip


# --- two at the same moment -----------------------------------------------------------------------


@postgresql_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["writes", "closes"])
def test_nobody_closes_a_year_past_somebody_who_is_writing(cast: Cast, first: str) -> None:
    """Whoever comes second waits: so that an entry stands before the year is closed, or not at all."""
    row = Entry(
        member=cast.members["M001"],
        indicator=indicator("essay"),
        date=date(CLOSED, 3, 5),
        recorded_at=cast.now,
    )
    begun, outcome = threading.Event(), []

    def write() -> None:
        row.save()

    def lock() -> None:
        close(cast)

    def second() -> None:
        try:
            begun.wait(10)
            with transaction.atomic():
                (lock if first == "writes" else write)()
            outcome.append("done")
        except IntegrityError:
            outcome.append("refused")
        finally:
            connections.close_all()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        (write if first == "writes" else lock)()
        begun.set()
        thread.join(1)
        assert outcome == []  # it waits
    thread.join(10)
    assert outcome == (["done"] if first == "writes" else ["refused"])
    assert Entry.objects.exists() is (first == "writes")
