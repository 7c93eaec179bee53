"""Named, chainable queries of the appraisal app."""

from __future__ import annotations

from typing import Self

from members.querysets import OfMemberQuerySet, WriteOnceQuerySet
from members.scope import Scope


class TallyQuerySet(OfMemberQuerySet):
    """Tallies."""

    def of_year(self, year: int) -> Self:
        """Those of the year."""
        return self.filter(year=year)


class SnapshotQuerySet(WriteOnceQuerySet):
    """Frozen figures."""

    def visible_to(self, scope: Scope) -> Self:
        """Those of organisations that the scope reads."""
        return self.filter(scope.reading("organisation__path"))


class SnapshotRowQuerySet(WriteOnceQuerySet):
    """Frozen results."""

    def visible_to(self, scope: Scope) -> Self:
        """Rows of the snapshots that the scope sees."""
        return self.filter(scope.reading("snapshot__organisation__path"))
