"""Reading what is recorded for an export: row by row, in portions, with a few queries for each portion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from members.models import Posting
from members.scope import Scope
from members.services.importing import PORTION

AT_ONCE = 2_000


def values_of(chosen: QuerySet[Any], *names: str) -> Iterator[tuple[Any, ...]]:
    """Yield columns of the records in their order; they are never all in memory."""
    rows = chosen.prefetch_related(None).values_list(*names)
    yield from rows.iterator(chunk_size=AT_ONCE)


def chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield rows in portions that every database takes in one query."""
    left = iter(rows)
    while portion := list(islice(left, PORTION)):
        yield portion


class Governing:
    """The code of the organisation whose a member is, for the members of one portion after the other."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._known: dict[int, str] = {}

    def codes(self, members: Iterable[int]) -> dict[int, str]:
        """Return the codes by member key; members who are seen are of an organisation that is seen."""
        wanted = set(members) - self._known.keys()
        if wanted:
            governing = Posting.objects.filter(member__in=wanted).governing(self._scope.on)
            self._known.update(governing.values_list("member", "organisation__code"))
        return self._known
