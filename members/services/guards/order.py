"""In which order PostgreSQL's locks are taken: that of the writers before any row's, the log's last.

Every trigger on a table that counts has a writer share the lock that whoever closes a year takes alone. Were
it taken there first, after rows or the head of the log, a writer would hold what the other waits for, and
wait for the other. So a service opens its transaction here. On SQLite transactions take turns anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from members.services.guards.statements import WRITERS


@contextmanager
def writing() -> Iterator[None]:
    """A transaction that writes: its first statement waits for whoever is closing a year."""
    with transaction.atomic():
        share()
        yield


@contextmanager
def alone() -> Iterator[None]:
    """A transaction beside which nobody writes: it waits for all who do, and they wait for it.

    So years are closed and opened again, and so imports are written, which may find nothing changed.
    """
    with transaction.atomic():
        _take("pg_advisory_xact_lock")
        yield


def share() -> None:
    """Share the writers' lock until the transaction ends; whoever holds it already has it."""
    _take("pg_advisory_xact_lock_shared")


def _take(function: str) -> None:
    connection = transaction.get_connection()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [WRITERS])
