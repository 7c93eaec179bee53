"""Named, chainable queries of the reports app."""

from __future__ import annotations

from typing import Self

from members.models import Organisation
from members.querysets import OfOrganisationQuerySet
from members.scope import Scope


class PrintSettingsQuerySet(OfOrganisationQuerySet):
    """Settings of printed pages."""

    def visible_to(self, scope: Scope) -> Self:
        """Those of organisations that the scope reads; an administrator manages them all."""
        return self if scope.administrator else super().visible_to(scope)


class NoticeQuerySet(OfOrganisationQuerySet):
    """Notices that were issued."""

    def in_force(self) -> Self:
        """Those that no other one replaces."""
        return self.filter(replaced_by__isnull=True)

    def of_period(self, organisation: Organisation, kind: str, period: str) -> Self:
        """Those of one organisation of a kind and a period, the newest first."""
        return self.filter(organisation=organisation, kind=kind, period=period).order_by("-pk")
