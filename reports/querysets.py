"""Named, chainable queries of the reports app."""

from __future__ import annotations

from typing import Self

from members.querysets import OfOrganisationQuerySet
from members.scope import Scope


class PrintSettingsQuerySet(OfOrganisationQuerySet):
    """Settings of printed pages."""

    def visible_to(self, scope: Scope) -> Self:
        """Those of organisations that the scope reads; an administrator manages them all."""
        return self if scope.administrator else super().visible_to(scope)
