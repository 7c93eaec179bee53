"""Named, chainable queries of the reports app."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from members.models import Organisation
from members.querysets import OfOrganisationQuerySet
from members.scope import Scope
from reports.enums import JobState, PartState


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


class NoticeJobQuerySet(OfOrganisationQuerySet):
    """Orders of notices: read by whoever reads the organisation for which they were made."""

    def of(self, user: Any) -> Self:
        """Those of one user."""
        return self.filter(ordered_by=user)

    def under_way(self) -> Self:
        """Those that are not over."""
        return self.filter(state=JobState.UNDER_WAY)

    def gathered_until(self, until: datetime) -> Self:
        """Those whose results are somebody's to put together until this very moment."""
        return self.under_way().filter(lease_until=until)

    def ordered_before(self, moment: datetime) -> Self:
        """Those that were ordered, or last taken up again, before a moment."""
        return self.filter(begun_at__lt=moment)

    def with_refusals(self) -> Self:
        """Each with `refused`: whether a part of it was refused."""
        parts = self.model._meta.get_field("parts").related_model._default_manager
        return self.annotate(refused=Exists(parts.filter(job=OuterRef("pk"), state=PartState.FAILED)))


class NoticeJobPartQuerySet(models.QuerySet[Any]):
    """Parts of orders of notices."""

    def open(self) -> Self:
        """Those that are neither made nor refused."""
        return self.filter(state__in=(PartState.WAITING, PartState.RUNNING))

    def free(self, now: datetime) -> Self:
        """Those that can be taken: nobody has them, or who had them has not finished in time."""
        return self.filter(Q(state=PartState.WAITING) | Q(state=PartState.RUNNING, lease_until__lte=now))
