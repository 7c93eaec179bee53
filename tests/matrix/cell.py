"""A cell of the matrix: what somebody asks for, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.matrix.verbs import Call

FOUND, MOVED, CLOSED_YEAR, REFUSED, NOT_FOUND, ONLY_GET = 200, 302, 400, 403, 404, 405


@dataclass
class Cell:
    """A request of somebody, the statuses that may answer it, and whether it is to be stored."""

    person: str
    page: str
    place: str | None
    method: str
    url: str
    statuses: tuple[int, ...]
    data: dict[str, Any] = field(default_factory=dict)
    stores: bool = False
    subject: str | None = None
    call: Call | None = None
    """Instead of a request, the service asked for; OutOfScope is the answer to whoever may not."""
    finds: bool = False
    """Whether the service asked for gives what it finds; nothing is the answer to whoever may not."""
    readonly: bool = False
    """Whether a page of the site is read by somebody who does not write there, and so offers no form."""
    login: bool = False
    """Whether the answer is the way to the sign-in page."""

    def __str__(self) -> str:
        place = f" [{self.place}]" if self.place else ""
        return f"{self.person}: {self.method} {self.page}{place}"


def if_seen(seen: bool, statuses: tuple[int, ...] = (FOUND,)) -> tuple[int, ...]:
    """What answers to whoever sees it; nobody else finds it."""
    return statuses if seen else (NOT_FOUND,)
