"""How far a long import has got: told beside it while it runs, for its user alone to see.

It is told in a small file and not in the database: nobody else sees rows of a transaction that is open, and
on SQLite nobody else may write meanwhile. The file names nobody and goes when the work ends.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from members.enums import Phase
from members.services.by import By

EVERY = 0.25
"""Seconds between two figures of the same phase."""
STALLED = timedelta(seconds=60)
"""Work that has not moved for so long is taken for interrupted."""
_UNTOLD = ".new"
"""How a file ends that is still being written."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on one upload has got, and when that was told.

    `done` of `total` are rows, and while the file is being read bytes of its sheet.
    """

    key: UUID
    kind: str
    phase: Phase
    done: int
    total: int
    at: datetime

    def stalled(self, now: datetime) -> bool:
        """Whether nothing has moved for so long that it must have been interrupted."""
        return now - self.at > STALLED

    def __str__(self) -> str:
        if self.phase is Phase.READ:
            return _("Reading: %(part)s%%") % {"part": 100 * self.done // max(1, self.total)}
        rows = {"done": f"{self.done:,}", "total": f"{self.total:,}"}
        if self.phase is Phase.CHECK:
            return _("Checking: %(done)s of %(total)s rows") % rows
        return _("Writing: %(done)s of %(total)s rows") % rows


class _Watch:
    """One piece of work that is being watched."""

    def __init__(self, path: Path, kind: str, now: datetime) -> None:
        self._path, self._kind = path, kind
        self._begun, self._now = time.monotonic(), now
        self._phase: Phase | None = None
        self._next = 0.0

    def step(self, phase: Phase, done: int, total: int) -> None:
        """Tell how far it is, at once in a new phase and otherwise every now and then."""
        moment = time.monotonic()
        if phase is self._phase and moment < self._next:
            return
        self._phase, self._next = phase, moment + EVERY
        at = self._now + timedelta(seconds=moment - self._begun)
        said = {
            "kind": self._kind,
            "phase": phase,
            "done": min(done, total),
            "total": total,
            "at": at.isoformat(),
        }
        try:
            _write(self._path, json.dumps(said))
        except OSError:
            # A disk that is full must not stop an import: it goes on unseen.
            self._next = float("inf")
            logging.getLogger(__name__).warning("The progress of an import could not be written down.")


_watch: ContextVar[_Watch | None] = ContextVar("the work that is being watched", default=None)


@contextmanager
def watched(*, by: By, kind: str, key: UUID) -> Iterator[None]:
    """What goes around the work on an upload of a kind: what is told within can be seen until it ends."""
    path = _path(by, key)
    token = _watch.set(_Watch(path, kind, by.now))
    try:
        yield
    finally:
        _watch.reset(token)
        path.unlink(missing_ok=True)


def step(phase: Phase, done: int, total: int) -> None:
    """Tell how far the work around has got, if anybody watches it."""
    watch = _watch.get()
    if watch is not None:
        watch.step(phase, done, total)


def counted(phase: Phase, rows: Iterable[T], *, done: int, total: int) -> Iterator[T]:
    """Yield the rows, `done` of the `total` having gone before, and tell how far they are."""
    watch = _watch.get()
    if watch is None:
        yield from rows
        return
    for number, row in enumerate(rows, start=done):
        watch.step(phase, number, total)
        yield row


def seen(*, by: By, key: UUID) -> Progress | None:
    """How far the user's work on the upload has got; None where nothing is under way."""
    return _read(_path(by, key))


def all_of(*, by: By) -> list[Progress]:
    """All work of the user's that is under way or was interrupted, in no order."""
    return [told for path in _folder().glob(f"{_owner(by)}.*.json") if (told := _read(path)) is not None]


def forget(*, by: By, key: UUID) -> None:
    """Throw away what was told of work that was interrupted."""
    _path(by, key).unlink(missing_ok=True)


def forget_old(*, before: datetime) -> None:
    """Throw away what was told before a moment: its work has been interrupted, its upload is gone.

    So is what somebody was telling when the machine stopped.
    """
    for path in _folder().glob("*.json"):
        told = _read(path)
        if told is None or told.at <= before:
            path.unlink(missing_ok=True)
    for path in _folder().glob(f"*{_UNTOLD}"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime <= before.timestamp():
                path.unlink()


def _folder() -> Path:
    return Path(settings.PROGRESS_DIR)


def _owner(by: By) -> str:
    return str(by.user.pk) if by.user is not None else "operator"


def _path(by: By, key: UUID) -> Path:
    return _folder() / f"{_owner(by)}.{key}.json"


def _write(path: Path, text: str) -> None:
    """Put a file in place as a whole: whoever reads meanwhile finds the old one or the new one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, suffix=_UNTOLD, delete=False) as file:
        try:
            file.write(text)
            file.flush()
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


def _read(path: Path) -> Progress | None:
    try:
        said = json.loads(path.read_text())
        key = UUID(path.name.split(".")[1])
        at = datetime.fromisoformat(said["at"])
        return Progress(key, said["kind"], Phase(said["phase"]), said["done"], said["total"], at)
    except (OSError, ValueError, TypeError, KeyError, IndexError):
        return None
