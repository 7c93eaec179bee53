"""The import of members' records: rows of one table added and changed as one file says them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from members.models import ImportBatch, Recorded
from members.services import recording
from members.services.by import By
from members.services.importing import Source, Update, Years, importing, refuse_closed_years

_KEPT = frozenset({"id", "version", "batch_id", "recorded_at"})


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A record as it is stored and as it is to be."""

    stored: Recorded
    intended: Recorded

    def differs(self) -> bool:
        """Say whether anything is to change."""
        return any(True for _name in self._differing())

    def update(self) -> Update:
        """Return the change of the columns that differ."""
        names = list(self._differing())
        return Update(
            self.stored.pk,
            {name: getattr(self.stored, name) for name in names},
            {name: getattr(self.intended, name) for name in names},
        )

    def _differing(self) -> Iterator[str]:
        for field in self.stored._meta.concrete_fields:
            name = field.attname
            if name not in _KEPT and getattr(self.stored, name) != getattr(self.intended, name):
                yield name


def import_records(
    *, by: By, source: Source, new: Sequence[Recorded], changed: Sequence[Rewrite]
) -> ImportBatch:
    """Add and change records of members, all of one table; dated rows learn their batch and moment.

    Raises Refused when a closed year is touched, OutOfScope when `by` does not write one of the members,
    Stale when anything was written since the preview; then nothing is written.
    """
    spans: dict[int, set[Years]] = {}
    touched = [row.touches() for row in new]
    touched += [rewrite.intended.touches(rewrite.stored) for rewrite in changed]
    for member, first, last in chain.from_iterable(touched):
        spans.setdefault(member, set()).add((first, last))
    with importing(by=by, source=source) as writing:
        recording.permit_members(by, spans)
        refuse_closed_years(spans)
        if changed:
            writing.change(type(changed[0].stored), (rewrite.update() for rewrite in changed))
        marks: dict[str, Any] = {"batch": writing.batch, "recorded_at": by.now}
        for name, value in marks.items():
            if new and hasattr(type(new[0]), name):
                for row in new:
                    setattr(row, name, value)
        writing.add(new)
    return writing.batch
