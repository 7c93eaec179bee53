"""What a database holds, in few figures that must be the same after restoring it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from appraisal.services.results import results
from members.models import LogHead
from members.services import log
from reports.desk.services.listing import as_object
from scoring.models import Entry
from scoring.services.scores import NoScheme

NOT_KEPT = ("django_session", "axes_", "members_stagedimport")
"""How tables begin whose rows are no data: sessions, failed sign-ins, uploads that wait for confirmation."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows by table, migrations, a digest of all scores; the log’s newest hash, its rows and its faults.

    `scores` and `faults` are None where they were not asked for.
    """

    counts: dict[str, int]
    migrations: list[str]
    head: str
    rows: int
    scores: str | None = None
    faults: int | None = None

    def differences(self, other: Facts) -> list[str]:
        """Names of what is not the same in `other`, leaving out what was not asked for."""
        mine, theirs = asdict(self), asdict(other)
        names = [name for name in ("migrations", "head", "rows") if mine[name] != theirs[name]]
        names += [
            n for n in ("scores", "faults") if None not in (mine[n], theirs[n]) and mine[n] != theirs[n]
        ]
        tables = sorted(self.counts.keys() | other.counts.keys())
        return names + [table for table in tables if self.counts.get(table) != other.counts.get(table)]


@contextmanager
def instead(**changes: Any) -> Iterator[BaseDatabaseWrapper]:
    """Send every query of this thread to another connection, whose settings differ by `changes`."""
    usual = connections[DEFAULT_DB_ALIAS]
    other = type(usual)({**usual.settings_dict, **changes}, alias=DEFAULT_DB_ALIAS)
    connections[DEFAULT_DB_ALIAS] = other
    try:
        yield other
    finally:
        other.close()
        connections[DEFAULT_DB_ALIAS] = usual


def collect(*, scores: bool = True) -> Facts:
    """The facts of the database; without `scores` only what does not depend on the version of the tables."""
    head = LogHead.objects.filter(pk=1).first()
    return Facts(
        counts={table: _count(table) for table in tables() if not not_kept(table)},
        migrations=migrations(),
        head=head.hash if head else log.GENESIS,
        rows=head.rows if head else 0,
        scores=_score_digest() if scores else None,
        faults=sum(1 for _fault in log.faults()) if scores else None,
    )


def migrations() -> list[str]:
    """The migrations that the database has seen, as `app.name`."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def tables() -> list[str]:
    """All tables of the database, by name."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def not_kept(table: str) -> bool:
    """Whether the rows of the table are left out of a backup."""
    return table.startswith(NOT_KEPT)


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _score_digest() -> str:
    """SHA-256 over the scores of every year in which something is recorded, as JSON has them."""
    digest = hashlib.sha256()
    for first in Entry.objects.order_by().dates("date", "year"):
        digest.update(f"{first.year}\n".encode())
        try:
            for unit in results(year=first.year, as_of=date(first.year, 12, 31)):
                for result in unit.results:
                    digest.update(json.dumps(as_object(result), sort_keys=True).encode() + b"\n")
        except NoScheme:
            digest.update(b"no scheme\n")
    return digest.hexdigest()
