"""The frame of every confirmed import: one transaction, one batch, one log row, on an unchanged preview."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import models
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from members.enums import Phase
from members.errors import Stale
from members.models import ImportBatch, LogHead, LogRow, Organisation, YearLock
from members.services import guards, log, recording, underway
from members.services.bulk import insert
from members.services.by import By

BATCH = 1_000
PORTION = 900
UNDO = "undo import"
"""The verb of an undoing in the log."""
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
class Undoing:
    """How many rows are removed and how many set back by the undoing of an import, by their table."""

    removed: dict[type[models.Model], int]
    restored: dict[type[models.Model], int]


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
    versions: dict[str, dict[str, int]] = field(default_factory=dict)
    """The version of each changed row, by which it is known whether it was written since."""
    done: int = 0
    """So many rows have been written."""

    def add(self, rows: Sequence[models.Model]) -> None:
        """Insert new rows of one table."""
        if not rows:
            return
        label = rows[0]._meta.label_lower
        if hasattr(rows[0], "batch_id"):
            # Every row names its batch, so the log need not name every row.
            told = partial(underway.counted, Phase.WRITE, done=self.done, total=self._total)
            insert(rows, through=told)
            self.added[label] = len(rows)
        else:
            stored = type(rows[0])._base_manager.bulk_create(rows, batch_size=BATCH)
            self.added[label] = [row.pk for row in stored]
        self.written(len(rows))

    def change(self, table: type[models.Model], updates: Iterable[Update]) -> None:
        """Change stored rows of one table, each with a new version."""
        label = table._meta.label_lower
        for update in updates:
            rows = table._base_manager.filter(pk=update.key)
            # What goes along with a column, as its folded form does, is kept as well.
            along = update.after.keys() - update.before.keys()
            before = {**update.before, **(rows.values(*along).first() or {})} if along else update.before
            if not rows.update(version=F("version") + 1, **update.after):
                raise stale()
            self.before.setdefault(label, {})[str(update.key)] = logged(before)
            self.after.setdefault(label, {})[str(update.key)] = logged(update.after)
            self.written()
        for keys in portions(self.after.get(label, ())):
            versions = table._base_manager.filter(pk__in=keys).values_list("pk", "version")
            known = self.versions.setdefault(label, {})
            known.update({str(key): version for key, version in versions})

    def written(self, rows: int = 1) -> None:
        """Tell whoever watches that so many more rows have been written."""
        self.done += rows
        underway.step(Phase.WRITE, self.done, self._total)

    @property
    def _total(self) -> int:
        return self.batch.added + self.batch.changed


def stale() -> Stale:
    """Return the refusal of an import whose preview no longer holds."""
    return Stale(_("The data has changed since the preview; nothing was written. Preview the file again."))


@contextmanager
def importing(*, by: By, source: Source) -> Iterator[Importing]:
    """Open the transaction of one import and close it with its log row.

    Raises Stale, before anything is written, when anything at all was written since the preview.
    """
    with guards.alone():
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
            after={
                **facts,
                "added": writing.added,
                "changed": writing.after,
                "versions": writing.versions,
            },
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


def later_import(row: LogRow, among: QuerySet[LogRow]) -> ImportBatch | None:
    """Return an import of the same kind that stands and was logged later, of those logged in `among`."""
    rows = among.filter(pk__gt=row.pk, verb=row.verb, object_type=row.object_type)
    for keys in portions(map(int, rows.order_by("pk").values_list("object_id", flat=True))):
        later = ImportBatch.objects.filter(pk__in=keys, undone_at__isnull=True).order_by("pk").first()
        if later is not None:
            return later
    return None


def _place(by: By) -> int | None:
    """Return the organisation under which the log files an import: that of the only duty, if it is one."""
    paths = by.scope.secretary_of
    return Organisation.objects.get(path=paths[0]).pk if len(paths) == 1 else None


def logged(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values in JSON's own types, as the log keeps them."""
    return {
        name: value if isinstance(value, int | str | bool | None) else str(value)
        for name, value in values.items()
    }
