"""Locks are taken in one order, so that who writes, imports and closes years never waits in a circle."""

from __future__ import annotations

import ast
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections

from appraisal.enums import Missing
from appraisal.services.years import submit_year
from members.models import YearLock
from members.services import guards, log
from members.services.guards import order
from members.services.importing import Source, importing
from scoring.models import Entry
from scoring.services.dues import PAID, UNRECORDED, Mark, save_dues
from tests.cast import Cast
from tests.rows import indicator

postgresql_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
YEAR = 2025


# Of this database alone: other runs wait on the same server. A lock of a transaction names no database.
WAITING = """
    SELECT count(*) FROM pg_locks AS wanted WHERE NOT granted AND EXISTS (
        SELECT 1 FROM pg_locks AS held JOIN pg_database ON pg_database.oid = held.database
        WHERE held.pid = wanted.pid AND datname = current_database()
    )
"""


class Meeting:
    """Two at the same moment: the first stops where it has taken its locks, until the second waits too."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.outcomes: list[str] = []

    def stop(self) -> None:
        """Let the second begin, and go on once it waits for a lock."""
        self.begun.set()
        for _turn in range(400):
            with connection.cursor() as cursor:
                cursor.execute(WAITING)
                if cursor.fetchone()[0]:
                    return
            time.sleep(0.05)
        raise AssertionError("the second never waited")

    def run(self, first: Callable[[], object], second: Callable[[], object]) -> list[str]:
        """How both end, in any order."""
        threads = [
            threading.Thread(target=self._take_part, args=(first,)),
            threading.Thread(target=self._take_part, args=(self._after(second),)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return sorted(self.outcomes)

    def _after(self, action: Callable[[], object]) -> Callable[[], object]:
        def waiting() -> None:
            assert self.begun.wait(30)
            action()

        return waiting

    def _take_part(self, action: Callable[[], object]) -> None:
        try:
            action()
            self.outcomes.append("done")
        except OperationalError as error:
            self.outcomes.append("deadlock" if "deadlock" in str(error) else str(error))
        except BaseException as error:
            self.outcomes.append(repr(error))
        finally:
            connections.close_all()


def essay(cast: Cast) -> Entry:
    return Entry(
        member=cast.members["M001"],
        indicator=indicator("essay"),
        date=date(YEAR, 3, 5),
        quantity=1,
        recorded_at=cast.now,
    )


def writer_and_submission(cast: Cast) -> list[str]:
    """Somebody records an entry while the branch's year is submitted."""
    meeting, row = Meeting(), essay(cast)

    def write() -> None:
        with guards.writing():
            row.save()
            meeting.stop()
            log.record(by=cast.operator, verb="record entry", obj=row)

    def submit() -> None:
        submit_year(
            by=cast.by(cast.owner),
            organisation=cast.organisations["DT0101"],
            year=YEAR,
            version=0,
            seen=Missing.values,
        )

    return meeting.run(write, submit)


def import_and_grid(cast: Cast) -> list[str]:
    """A workbook is imported while somebody stores the dues of one of its members."""
    meeting, row = Meeting(), essay(cast)
    source = Source("entries", "表.xlsx", "0" * 64, 1, (1, 0), log.head_hash())

    def bring() -> None:
        with importing(by=cast.operator, source=source) as writing:
            meeting.stop()
            writing.add([row])

    def pay() -> None:
        save_dues(
            by=cast.by(cast.owner),
            organisation=cast.organisations["DT0101"],
            indicator=indicator("dues"),
            year=YEAR,
            marks=[Mark(cast.members["M001"].pk, 5, UNRECORDED, PAID)],
        )

    return meeting.run(bring, pay)


@postgresql_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("together", [writer_and_submission, import_and_grid])
def test_both_are_done_one_after_the_other(cast: Cast, together: Callable[[Cast], list[str]]) -> None:
    assert together(cast) == ["done", "done"]
    if together is writer_and_submission:  # what was written before it, it has
        rows = cast.organisations["DT0101"].snapshots.get().rows.all()
        line = next(line for line in rows[0].lines if line["indicator"] == "essay")
        assert (rows[0].member, line["done"]) == (cast.members["M001"], 1)
        assert YearLock.objects.filter(year=YEAR).count() == len(rows) == 4


@postgresql_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("together", [writer_and_submission, import_and_grid])
def test_with_the_order_taken_out_they_wait_in_a_circle(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, together: Callable[[Cast], list[str]]
) -> None:
    monkeypatch.setattr(order, "_take", lambda _function: None)
    assert together(cast) == ["deadlock", "done"]


# Which services may open a transaction of their own: they write nothing that counts.
ELSEWHERE = {"second_factor", "staging", "order", "standing", "postgres", "sqlite"}


def test_every_service_opens_its_transaction_in_that_order() -> None:
    found = set()
    for path in Path(settings.BASE_DIR).glob("*/**/services/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "atomic":
                found.add(path.stem)
    assert found == ELSEWHERE
