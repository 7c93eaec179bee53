"""The frame of every confirmed import: one transaction, one batch, one log row, on an unchanged preview."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.db.models.sql import InsertQuery
from django.utils.translation import gettext as _

from members.errors import Stale
from members.models import ImportBatch, LogHead, Organisation, YearLock
from members.services import log, recording
from members.services.by import By

BATCH = 1_000
PORTION = 900
NAME_LENGTH = 200

Years = tuple[int, int | None]
"""First and last year of a span; None: without end."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file of an import, and the state of the data at its preview.

    `head` is the log's head when the preview read the data: as every action writes to the log, an
    unchanged head says that the preview still holds. `counts` are the numbers of rows (added, changed).
    """

    kind: str
    file_name: str
    sha256: str
    rows: int
    counts: tuple[int, int]
    head: str


@dataclass(frozen=True, slots=True)
class Update:
    """A stored row that an import changes: its key, and the columns that differ, before and after."""

    key: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(slots=True)
class Importing:
    """An import that is being written: what it adds and changes, for its one log row."""

    by: By
    batch: ImportBatch
    added: dict[str, int | list[int]] = field(default_factory=dict)
    before: dict[str, dict[str, Any]] = field(default_factory=dict)
    after: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, rows: Sequence[models.Model]) -> None:
        """Insert new rows of one table."""
        if not rows:
            return
        label = rows[0]._meta.label_lower
        if hasattr(rows[0], "batch_id"):
            # Every row names its batch, so the log need not name every row.
            _insert(rows)
            self.added[label] = len(rows)
        else:
            stored = type(rows[0])._base_manager.bulk_create(rows, batch_size=BATCH)
            self.added[label] = [row.pk for row in stored]

    def change(self, table: type[models.Model], updates: Iterable[Update]) -> None:
        """Change stored rows of one table, each with a new version."""
        label = table._meta.label_lower
        for update in updates:
            rows = table._base_manager.filter(pk=update.key)
            if not rows.update(version=F("version") + 1, **update.after):
                raise stale()
            self.before.setdefault(label, {})[str(update.key)] = _logged(update.before)
            self.after.setdefault(label, {})[str(update.key)] = _logged(update.after)


def stale() -> Stale:
    """Return the refusal of an import whose preview no longer holds."""
    return Stale(_("The data has changed since the preview; nothing was written. Preview the file again."))


@contextmanager
def importing(*, by: By, source: Source) -> Iterator[Importing]:
    """Open the transaction of one import and close it with its log row.

    Raises Stale, before anything is written, when anything at all was written since the preview.
    """
    with transaction.atomic():
        head = LogHead.objects.select_for_update().filter(pk=1).values_list("hash", flat=True).first()
        if (head or log.GENESIS) != source.head:
            raise stale()
        added, changed = source.counts
        batch = ImportBatch.objects.create(
            kind=source.kind,
            file_name=source.file_name[-NAME_LENGTH:],
            sha256=source.sha256,
            at=by.now,
            actor=by.user,
            rows=source.rows,
            added=added,
            changed=changed,
        )
        writing = Importing(by, batch)
        yield writing
        facts = {"file": batch.file_name, "sha256": batch.sha256, "rows": batch.rows}
        log.record(
            by=by,
            verb=f"import {source.kind}",
            obj=batch,
            organisation=_place(by),
            before=writing.before or None,
            after={**facts, "added": writing.added, "changed": writing.after},
        )


def refuse_closed_years(spans: Mapping[int, Iterable[Years]]) -> None:
    """Raise Refused when a year in one of the spans is closed for the member; spans by member key."""
    for member, year in closed_years(spans):
        for first, last in spans[member]:
            if first <= year and (last is None or year <= last):
                recording.refuse_closed([member], year, year)


def closed_years(members: Iterable[int]) -> set[tuple[int, int]]:
    """Return the closed years of the members, as (member key, year)."""
    found: set[tuple[int, int]] = set()
    for keys in portions(members):
        found.update(YearLock.objects.filter(member__in=keys).values_list("member", "year"))
    return found


def portions(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield values in portions that every database takes in one query."""
    rest = list(values)
    for start in range(0, len(rest), PORTION):
        yield rest[start : start + PORTION]


def _insert(rows: Sequence[models.Model]) -> None:
    """Insert tens of thousands of rows.

    `bulk_create` works out the SQL of every value of every row, which takes several times as long as
    writing them. Here the statement of the first row serves for all, and each value is adapted once.
    """
    connection = transaction.get_connection()
    columns = [column for column in rows[0]._meta.local_concrete_fields if not column.primary_key]
    query = InsertQuery(type(rows[0]))
    query.insert_values(columns, [rows[0]])
    ((statement, _values),) = query.get_compiler(connection=connection).as_sql()
    readers = [
        (column.attname, cache(partial(column.get_db_prep_save, connection=connection))) for column in columns
    ]
    values = ([adapt(getattr(row, name)) for name, adapt in readers] for row in rows)
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _place(by: By) -> int | None:
    """Return the organisation under which the log files an import: that of the only duty, if it is one."""
    paths = by.scope.secretary_of
    return Organisation.objects.get(path=paths[0]).pk if len(paths) == 1 else None


def _logged(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, int | str | bool | None) else str(value)
        for name, value in values.items()
    }
