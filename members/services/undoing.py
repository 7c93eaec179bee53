"""An import taken back as a whole: what it added is removed, what it changed is as it was before.

The log of the import is the only place that knows: which rows it added, what changed rows held before, and
the version that each has had since. Where a row has another version now, somebody has written it since.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models
from django.db.models import Exists, F, OuterRef, ProtectedError, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.errors import OutOfScope, Refused
from members.models import ImportBatch, LogRow, Member, Organisation, Posting, Recorded
from members.services import guards, log, recording
from members.services.by import By
from members.services.importing import (
    UNDO,
    Undoing,
    Years,
    later_import,
    logged,
    portions,
    refuse_closed_years,
)
from members.services.joining import Stay, refuse_joining
from members.services.undoing_tree import TreeWork

_AT_ONCE = 2_000


def look(*, by: By, batch: ImportBatch) -> Undoing:
    """Return what it would take to undo an import; nothing is written.

    Raises Refused with the reason where it cannot be undone (a row was changed or withdrawn since, a year is
    closed, a later import of the kind came from the branch; of organisations: one that was made is in use, or
    any later import of the kind), OutOfScope when `by` does not write its rows.
    """
    return _work(by, batch).counts()


def undo_import(*, by: By, batch: ImportBatch) -> Undoing:
    """Undo an import, all of it or nothing; the log keeps what was removed. Raises as `look` does."""
    try:
        with guards.alone():
            stored = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            work = _work(by, stored, lock=True)
            work.write()
            stored.undone_at = by.now
            stored.save(update_fields=["undone_at"])
            return work.counts()
    except Refused:
        raise
    except ProtectedError as error:
        raise Refused(_("Other records stand on rows that it added: withdraw those first.")) from error
    except IntegrityError as error:
        raise Refused(_("What is recorded now does not go with what was recorded before it.")) from error


def _work(by: By, batch: ImportBatch, *, lock: bool = False) -> _Work | TreeWork:
    """Return the work that undoing an import is."""
    row = LogRow.objects.of_object(batch).filter(verb__startswith="import ").first()
    of_tree = row is not None and Organisation._meta.label_lower in _labels(row)
    if row is not None and of_tree:
        return TreeWork(by, batch, row, lock=lock)
    return _Work(by, batch, row, lock=lock)


def _labels(row: LogRow) -> list[str]:
    """Return the tables that an import has written, as its log names them."""
    after = row.after or {}
    return sorted({*after.get("added", {}), *after.get("changed", {})})


@dataclass(slots=True)
class _Table:
    """The rows of one table: those to remove, as lists of values, and those to set back, as stored now."""

    model: type[Recorded]
    added: QuerySet[Any]
    removed: list[list[Any]] = field(default_factory=list)
    changed: dict[int, Recorded] = field(default_factory=dict)
    before: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The columns, in the order of the values."""
        return [column.attname for column in self.model._meta.concrete_fields]


class _Work:
    """An import that is looked at to be undone; every check is made on the way."""

    def __init__(self, by: By, batch: ImportBatch, row: LogRow | None, *, lock: bool = False) -> None:
        if not (by.scope.everything or by.scope.secretary_of):
            raise OutOfScope
        self._by, self._batch, self._lock = by, batch, lock
        self._spans: dict[int, set[Years]] = {}
        self._stays: list[Stay] = []
        self._members: set[int] = set()
        self._missing = 0
        self._other: str | None = None
        if row is None:
            raise Refused(_("Nothing is kept of what this import changed: it cannot be undone."))
        self._row = row
        self._after = row.after or {}
        self._tables = {label: self._table(label) for label in _labels(row)}
        for label, table in self._tables.items():
            self._look_at_added(label, table)
            self._look_at_changed(label, table)
        recording.permit_members(by, self._members)
        self._refuse()

    def counts(self) -> Undoing:
        """Return how many rows there are of either kind."""
        tables = self._tables.values()
        return Undoing(
            {table.model: len(table.removed) for table in tables if table.removed},
            {table.model: len(table.changed) for table in tables if table.changed},
        )

    def write(self) -> None:
        """Remove and set back, and log it in one row."""
        bare = self._uncovered()
        # What refers to other rows goes before them.
        for table in sorted(self._tables.values(), key=self._references, reverse=True):
            if table.removed:
                table.added.delete()
        for table in self._tables.values():
            for key, row in table.changed.items():
                values = {
                    name: _value(table.model, name, said) for name, said in table.before[str(key)].items()
                }
                table.model._base_manager.filter(pk=row.pk).update(version=F("version") + 1, **values)
        if self._uncovered() - bare:
            raise Refused(
                _("Something was recorded since for days on which a member would hold no posting any more.")
            )
        changed = {label: table for label, table in self._tables.items() if table.changed}
        now = {
            label: {
                str(key): logged({name: getattr(row, name) for name in table.before[str(key)]})
                for key, row in table.changed.items()
            }
            for label, table in changed.items()
        }
        removed = {
            label: [table.names, *table.removed] for label, table in self._tables.items() if table.removed
        }
        log.record(
            by=self._by,
            verb=UNDO,
            obj=self._batch,
            organisation=self._row.organisation_id,
            before={"removed": removed, **now},
            after={
                "file": self._batch.file_name,
                "changed": {label: table.before for label, table in changed.items()},
            },
        )

    def _table(self, label: str) -> _Table:
        """Return what the log says of one table."""
        model: type[Recorded] = apps.get_model(label)
        added = self._after.get("added", {}).get(label, [])
        rows: Any = model._base_manager.all()
        # Rows that name their batch are counted in the log, others named.
        rows = rows.filter(batch=self._batch) if isinstance(added, int) else rows.filter(pk__in=added)
        return _Table(model, rows, before=(self._row.before or {}).get(label, {}))

    def _look_at_added(self, label: str, table: _Table) -> None:
        added = self._after.get("added", {}).get(label, [])
        wanted = added if isinstance(added, int) else len(added)
        for row in self._stored(table.added):
            self._touch(row, None)
            if row.version != 1:
                self._other = self._other or str(row)
            table.removed.append([*logged({name: getattr(row, name) for name in table.names}).values()])
        self._missing += wanted - len(table.removed)

    def _look_at_changed(self, label: str, table: _Table) -> None:
        versions = self._after.get("versions", {}).get(label, {})
        for keys in portions(table.before):
            for row in self._stored(table.model._base_manager.filter(pk__in=keys)):
                old = table.model(**{name: getattr(row, name) for name in table.names})
                for name, said in table.before[str(row.pk)].items():
                    setattr(old, name, _value(table.model, name, said))
                self._touch(old, row)
                if isinstance(old, Posting) and (longer := Stay.longer(old, row.end)) is not None:
                    self._stays.append(longer)
                if row.version != versions.get(str(row.pk)):
                    self._other = self._other or str(row)
                table.changed[row.pk] = row
        self._missing += len(table.before) - len(table.changed)

    def _stored(self, rows: QuerySet[Any]) -> Iterator[Any]:
        if self._lock:
            rows = rows.select_for_update()
        yield from rows.order_by("pk").iterator(chunk_size=_AT_ONCE)

    def _touch(self, row: Recorded, before: Recorded | None) -> None:
        """Note whose the row is, and the years that writing it changes."""
        self._members |= {
            key for one in (row, before) if one and (key := one.belongs_to_member()) is not None
        }
        for member, first, last in row.touches(before):
            self._spans.setdefault(member, set()).add((first, last))

    def _refuse(self) -> None:
        """Raise Refused for the first reason that there is."""
        if self._batch.undone_at is not None:
            raise Refused(_("This import has been undone already."))
        later = self._later()
        if later is not None:
            raise Refused(
                _("“%(file)s” was imported after it: undo that first."), params={"file": later.file_name}
            )
        if self._other is not None:
            raise Refused(_("“%(record)s” was changed since the import."), params={"record": self._other})
        if self._missing:
            raise Refused(
                ngettext(
                    "%(rows)s of its rows was withdrawn since the import.",
                    "%(rows)s of its rows were withdrawn since the import.",
                    self._missing,
                ),
                params={"rows": self._missing},
            )
        refuse_closed_years(self._spans)
        refuse_joining(self._stays)

    def _later(self) -> ImportBatch | None:
        """Return a later import of the same kind by the same branch that stands."""
        rows = LogRow.objects.filter(organisation=self._row.organisation_id)
        if self._row.organisation_id is None:
            rows = rows.filter(actor=self._row.actor_id)
        return later_import(self._row, rows)

    def _references(self, table: _Table) -> int:
        """Return to how many of the other tables its rows refer."""
        others = {other.model for other in self._tables.values()} - {table.model}
        return sum(column.related_model in others for column in table.model._meta.concrete_fields)

    def _uncovered(self) -> set[tuple[str, int]]:
        """Return the dated rows, of members whose postings are undone, on days without a posting."""
        if Posting._meta.label_lower not in self._tables:
            return set()
        found: set[tuple[str, int]] = set()
        for model in filter(_dated, apps.get_models()):
            held = Posting.objects.on(OuterRef("date")).filter(member=OuterRef("member"))  # type: ignore[arg-type]
            for keys in portions(self._members):
                rows = model._base_manager.filter(~Exists(held), member__in=keys)
                found |= {(model._meta.label, key) for key in rows.values_list("pk", flat=True)}
        return found


def _dated(model: type[models.Model]) -> bool:
    """Whether the rows of a table are of a member and of one day."""
    kinds = {column.name: column for column in model._meta.concrete_fields}
    return "date" in kinds and "member" in kinds and kinds["member"].related_model is Member


def _value(model: type[models.Model], name: str, said: Any) -> Any:
    """Return what a column held, from what the log says."""
    column = next(column for column in model._meta.concrete_fields if column.attname == name)
    return column.to_python(said) if said is not None else None
