"""Copies of an SQLite database: taken while people go on writing, tried out, and put in its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from members.errors import Refused
from reports.desk.services.backup.facts import Facts, collect, instead, not_kept, tables

WAIT = 60
"""Seconds to wait for somebody else's transaction."""


def dump(to: Path) -> Facts:
    """Copy the database into a new file; the facts are those of the same moment, read from the original.

    Nobody can commit while the copy is made, well under a second for 100 MB: so the reader, which begins
    then, sees exactly what is copied, and goes on seeing it however long it reads.
    """
    source = _file()
    options = {**connection.settings_dict["OPTIONS"], "transaction_mode": "DEFERRED"}
    with instead(OPTIONS=options), transaction.atomic():
        with _nobody_writes(source):
            leave = [table for table in tables() if not_kept(table)]
            with closing(sqlite3.connect(source, isolation_level=None, timeout=WAIT)) as copying:
                copying.execute("VACUUM INTO ?", [str(to)])
        facts = collect()
    to.chmod(0o600)
    with closing(sqlite3.connect(to, isolation_level=None)) as copy:
        copy.execute("PRAGMA secure_delete = ON")
        for table in leave:
            copy.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608
    return facts


@contextmanager
def tried(dump: Path) -> Iterator[None]:
    """Send the queries of this thread to the copy. Raises Refused where its file is not sound."""
    with instead(NAME=str(dump)):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            sound = cursor.fetchall() == [("ok",)]
            cursor.execute("PRAGMA foreign_key_check")
            sound = sound and not cursor.fetchall()
        if not sound:
            raise Refused(_("The copy of the database is damaged."))
        yield


def restore(dump: Path) -> None:
    """Put the copy in the place of the database: in one transaction of SQLite's own, wholly or not at all.

    The file stays the same one, so that a server which has it open sees what was restored, and not a file
    that is no longer there.
    """
    connection.close()
    place = _file()
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            closing(sqlite3.connect(dump)) as copy,
            closing(sqlite3.connect(place, timeout=WAIT)) as database,
        ):
            copy.backup(database)
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise Refused(_("The database cannot be written: %(why)s.") % {"why": error}) from error


@contextmanager
def _nobody_writes(source: Path) -> Iterator[None]:
    with closing(sqlite3.connect(source, isolation_level=None, timeout=WAIT)) as keeper:
        keeper.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            keeper.execute("ROLLBACK")


def _file() -> Path:
    name: Any = connection.settings_dict["NAME"]
    if ":memory:" in str(name):
        raise Refused(_("A database in memory cannot be backed up."))
    return Path(name)
