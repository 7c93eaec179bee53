"""One byte changed in the log or in something frozen: verify finds every one; and writers make no fork."""

from __future__ import annotations

import random
import threading
from collections import Counter
from datetime import date

import pytest
from django.db import DatabaseError, connection, connections, transaction

from appraisal.enums import Purpose
from appraisal.services import snapshots
from appraisal.services.results import results
from members.models import LogRow
from members.services import log
from members.services.by import By
from tests.cast import NOW
from tests.desk.ledger import YEAR

TABLES = ("members_logrow", "appraisal_snapshot", "appraisal_snapshotrow")


class Hand:
    """Somebody who changes one byte of one value, past the product."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.cells = [cell for table in TABLES for cell in self._cells(table)]

    def _cells(self, table: str) -> list[tuple[str, str, int, bytes, str]]:
        with connection.cursor() as cursor:
            columns = [
                (one.name, one) for one in connection.introspection.get_table_description(cursor, table)
            ]
            found = []
            for name, _description in columns:
                kind = "typeof" if connection.vendor == "sqlite" else "pg_typeof"
                cursor.execute(
                    f'SELECT id, CAST("{name}" AS TEXT), CAST({kind}("{name}") AS TEXT) FROM "{table}" '
                    f'WHERE "{name}" IS NOT NULL ORDER BY id'
                )
                rows = cursor.fetchall() if name != "id" else []
                found += [(table, name, key, text.encode(), kind) for key, text, kind in rows if text]
        return found

    def change(self) -> tuple[str, str] | None:
        """Change a byte; where, or None where the table takes no such value or holds the same as before."""
        table, column, key, text, kind = self.dice.choice(self.cells)
        place = self.dice.randrange(len(text))
        other = self.dice.choice([byte for byte in range(1, 256) if byte != text[place]])
        if connection.vendor != "sqlite" or kind == "integer":
            other = self.dice.choice(b"0123456789abcdef")
        changed = text[:place] + bytes([other]) + text[place + 1 :]
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                made = "CAST(CAST(%s AS TEXT) AS INTEGER)" if kind == "integer" else "CAST(%s AS TEXT)"
                values = [changed, key]
                same = f'SELECT CAST("{column}" AS BLOB) FROM "{table}" WHERE id = %s'
            else:
                made, values = f"CAST(%s AS {kind})", [changed.decode("utf-8", "replace"), key]
                same = f'SELECT convert_to(CAST("{column}" AS TEXT), \'UTF8\') FROM "{table}" WHERE id = %s'
            try:
                with transaction.atomic():
                    cursor.execute(f'UPDATE "{table}" SET "{column}" = {made} WHERE id = %s', values)
            except DatabaseError:
                return None
            cursor.execute(same, [key])
            (now,) = cursor.fetchone()
        return (table, column) if bytes(now) != text else None


@pytest.mark.shows
def test_every_single_byte_is_noticed(book, unchecked: None, short: bool) -> None:
    """On PostgreSQL values that a column's type does not take cannot be tried, and are not counted."""
    wanted = 100 if short else 1000
    for number in range(6):
        book.admit(f"V{number}", "community.member")
        book.entry(f"V{number}", "org_life", date(YEAR, 3, 3 + number))
    for period, as_of, purpose in (
        (f"{YEAR}H1", date(YEAR, 6, 30), Purpose.NOTICE),
        (str(YEAR), date(YEAR, 12, 31), Purpose.ANNUAL),
    ):
        (unit,) = results(year=YEAR, as_of=as_of, within=book.cast.organisations["DT0102"])
        snapshots.freeze(by=book.by, unit=unit, purpose=purpose, period=period, as_of=as_of)
    assert _faults() == 0
    hand = Hand(seed=11)
    found: Counter[tuple[str, str]] = Counter()
    missed: list[tuple[str, str]] = []
    while found.total() + len(missed) < wanted:
        with transaction.atomic():
            where = hand.change()
            if where is not None and _faults():
                found[where] += 1
            elif where is not None:
                missed.append(where)
            transaction.set_rollback(True)
    assert missed == []
    assert {table for table, _column in found} == set(TABLES)


def _faults() -> int:
    return len(list(log.faults())) + len(list(snapshots.faults()))


@pytest.mark.shows
@pytest.mark.django_db(transaction=True)
def test_twenty_writers_at_once_make_one_chain(short: bool) -> None:
    each, errors = 5 if short else 50, []

    def writer(name: int) -> None:
        try:
            for number in range(each):
                with transaction.atomic():
                    log.record(by=By.operator(NOW), verb="try", obj=("x.y", f"{name}-{number}"))
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=writer, args=(name,)) for name in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert LogRow.objects.count() == 20 * each
    assert LogRow.objects.values("prev_hash").distinct().count() == 20 * each
    assert list(log.faults()) == []
