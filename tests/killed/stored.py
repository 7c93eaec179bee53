"""What the database holds, read past the product: every row, what changed, the chain of the log, digests."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg.types.string import TextLoader

Row = dict[str, Any]
Table = dict[Any, Row]
Tables = dict[str, Table]
"""Rows by table and key."""

APPS = ("members_", "scoring_", "appraisal_", "reports_")


class Store:
    """A database file, or a database of a server."""

    def __init__(self, settings: dict[str, Any]) -> None:
        """Takes what Django's settings say of the database."""
        self.file = settings["NAME"] if settings["ENGINE"].endswith("sqlite3") else None
        named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
        self._server = {ours: settings[name] for ours, name in named.items() if settings.get(name)}

    @property
    def url(self) -> str:
        """The value of DATABASE_URL for another process."""
        if self.file:
            return f"sqlite:///{self.file}"
        at = self._server
        password = f":{at['password']}" if "password" in at else ""
        return (
            f"postgres://{at.get('user', '')}{password}@{at.get('host', '')}:{at.get('port', 5432)}"
            f"/{at['dbname']}"
        )

    def read(self) -> Tables:
        """Every row of the project's tables."""
        with closing(self._connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
                if self.file
                else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            tables = sorted(name for (name,) in cursor.fetchall() if name.startswith(APPS))
            return {table: self._rows(cursor, table) for table in tables}

    def _rows(self, cursor: Any, table: str) -> Table:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        key = names.index("id") if "id" in names else 0
        return {str(row[key]): dict(zip(names, row, strict=True)) for row in cursor.fetchall()}

    def _connect(self) -> Any:
        if self.file:
            return sqlite3.connect(self.file)
        connection = psycopg.connect(**self._server, options="-c timezone=UTC")
        connection.adapters.register_loader("jsonb", TextLoader)
        return connection

    def wait_for_end_of(self, backend: int) -> None:
        """Wait until the server has noticed that the process behind a connection is gone."""
        if self.file:
            return
        with closing(self._connect()) as connection:
            connection.autocommit = True
            for _attempt in range(2000):
                found = connection.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [backend])
                if found.fetchone() is None:
                    return
                time.sleep(0.01)
        raise TimeoutError("the connection of a dead process is still there")


@dataclass
class Change:
    """What became of the rows of one table, by key; of changed rows both states."""

    added: Table = field(default_factory=dict)
    removed: Table = field(default_factory=dict)
    changed: dict[str, tuple[Row, Row]] = field(default_factory=dict)

    @property
    def numbers(self) -> tuple[int, int, int]:
        """Rows added, removed, changed."""
        return len(self.added), len(self.removed), len(self.changed)


def difference(before: Tables, after: Tables) -> dict[str, Change]:
    """What changed, by table; tables in which nothing did are not named."""
    found = {}
    for table, old in before.items():
        new = after[table]
        if old != new:
            found[table] = Change(
                added={key: row for key, row in new.items() if key not in old},
                removed={key: row for key, row in old.items() if key not in new},
                changed={key: (old[key], row) for key, row in new.items() if old.get(key, row) != row},
            )
    return found


# --- values that the engines give differently -----------------------------------------------------


def moment(value: Any) -> datetime | None:
    """A point in time."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is None:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def day(value: Any) -> str | None:
    """A day, as ISO has it."""
    return value.isoformat() if isinstance(value, date) else value


def parsed(value: Any) -> Any:
    """What a column of JSON holds."""
    return None if value is None else json.loads(value)


def _hashed(said: Any) -> str:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def in_order(rows: Table) -> list[Row]:
    """Rows by their keys, which are numbers."""
    return sorted(rows.values(), key=lambda row: row["id"])


# --- what holds at every moment -------------------------------------------------------------------


def faults(tables: Tables) -> Iterator[str]:
    """Where the log's chain breaks, and which frozen figures are not those of their digest."""
    expected = "0" * 64
    rows = in_order(tables["members_logrow"])
    for row in rows:
        if row["prev_hash"] != expected or row["hash"] != _link(row):
            yield f"the log's chain breaks at row {row['id']}"
        expected = row["hash"]
    heads = [(head["hash"], head["rows"]) for head in tables["members_loghead"].values()]
    if heads != [(expected, len(rows))]:
        yield "the log's head is not its end"
    frozen: dict[int, list[Row]] = {}
    for row in tables["appraisal_snapshotrow"].values():
        frozen.setdefault(row["snapshot_id"], []).append(row)
    for snapshot in in_order(tables["appraisal_snapshot"]):
        if snapshot["digest"] != _frozen(tables, snapshot, frozen.get(snapshot["id"], [])):
            yield f"frozen figures {snapshot['id']} are not those of their digest"


def _link(row: Row) -> str:
    at = moment(row["at"])
    assert at is not None
    said = {
        "at": at.isoformat(timespec="microseconds"),
        "actor": row["actor_id"],
        "verb": row["verb"],
        "object": [row["object_type"], row["object_id"]],
        "organisation": row["organisation_id"],
        "before": parsed(row["before"]),
        "after": parsed(row["after"]),
        "prev": row["prev_hash"],
    }
    if row["object_name"] or row["member_id"] is not None:
        said["named"] = [row["object_name"], row["member_id"]]
    return _hashed(said)


def _frozen(tables: Tables, snapshot: Row, rows: list[Row]) -> str:
    organisation = tables["members_organisation"][str(snapshot["organisation_id"])]
    scheme = tables["scoring_scheme"][str(snapshot["scheme_id"])]
    return _hashed(
        {
            "organisation": [organisation["code"], snapshot["organisation_name"]],
            "purpose": snapshot["purpose"],
            "period": snapshot["period"],
            "as_of": day(snapshot["as_of"]),
            "scheme": [scheme["code"], scheme["version"], scheme["digest"]],
            "adjustments": parsed(snapshot["adjustments"]),
            "rows": [
                [row["position"], row["member_id"], parsed(row["figures"]), parsed(row["lines"])]
                for row in sorted(rows, key=lambda row: row["position"])
            ],
        }
    )
