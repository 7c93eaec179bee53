"""Ways to do a verb wrongly, which show that the check sees: in two transactions, or told too early."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.db import transaction

from appraisal.services import cases, counts, years
from members.services import staging
from members.services.importing import Importing

Flaw = Callable[[Callable[[], None]], AbstractContextManager[list[bool]]]
"""Goes around a verb; may tell that it is done, and then has something in its list."""

PAUSE = 0.25
"""Seconds between the two parts."""

TORN: dict[str, tuple[Any, str]] = {
    "import": (Importing, "add"),
    "confirm import": (staging, "discard"),
    "confirm count": (counts, "_write_tallies"),
    "submit year": (years, "_close"),
    "approve year": (cases, "settle"),
}
"""Where each verb is committed half done: before this function, of a claimed upload after it."""
EARLY = "early"
"""The flaw of telling before the commit."""


def begin(flaw: str) -> Flaw:
    """Be flawed from now on; what goes around each verb."""
    if flaw in TORN:
        _tear(*TORN[flaw], after=flaw == "confirm import")
    elif flaw not in {"", EARLY}:
        raise ValueError(flaw)
    return _told_early if flaw == EARLY else _sound


@contextmanager
def _sound(_tell: Callable[[], None]) -> Iterator[list[bool]]:
    yield []


@contextmanager
def _told_early(tell: Callable[[], None]) -> Iterator[list[bool]]:
    told: list[bool] = []
    with transaction.atomic():
        yield told
        tell()
        told.append(True)
        time.sleep(PAUSE)


def _tear(owner: Any, name: str, *, after: bool) -> None:
    original = getattr(owner, name)

    def torn(*args: Any, **named: Any) -> Any:
        if not after:
            _commit()
        result = original(*args, **named)
        if after:
            _commit()
        return result

    setattr(owner, name, torn)


def _commit() -> None:
    """Commit what the open transaction has done so far, and go on in another, past Django."""
    connection = transaction.get_connection()
    if connection.savepoint_ids:  # it is within another: that one's verb is not the flawed one
        return
    connection.connection.commit()
    time.sleep(PAUSE)
    if connection.vendor == "sqlite":
        connection.connection.execute("BEGIN IMMEDIATE")
