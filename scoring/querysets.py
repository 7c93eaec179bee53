"""Named, chainable queries over the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self

from django.db.models import DateField, F, Q, QuerySet
from django.db.models.functions import TruncDate, TruncMonth

from members.querysets import OfMemberQuerySet, OfOrganisationQuerySet, WriteOnceQuerySet
from members.scope import Scope
from scoring.enums import IndicatorKind


class DatedQuerySet(OfMemberQuerySet):
    """Rows of a member with a date."""

    def dated(self, year: int, upto: date) -> Self:
        """Those dated in the year up to the day."""
        return self.filter(date__gte=date(year, 1, 1), date__lte=upto)


class EntryQuerySet(DatedQuerySet):
    """Entries of the ledger."""

    def of_kind(self, kind: str) -> Self:
        """Those of indicators of one kind."""
        return self.filter(indicator__kind=kind)

    def recorded_late(self, days: int) -> Self:
        """Those recorded more than so many days after they happened; of dues, after the month they are of."""
        before = F("recorded_at") - timedelta(days)
        monthly = Q(indicator__kind=IndicatorKind.MONTHLY)
        late = Q(date__lt=TruncMonth(before, output_field=DateField()))
        return self.filter(~monthly & Q(date__lt=TruncDate(before)) | monthly & late)

    def recorded_on(self, day: date) -> Self:
        """Those recorded on the day."""
        return self.filter(recorded_at__date=day)

    def in_force(self, year: int, upto: date) -> Self:
        """Standing rows in force on any day of the year up to the day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=date(year, 1, 1)), date__lte=upto)


class YearlyQuerySet(OfMemberQuerySet):
    """Rows of a member for a year."""

    def of_year(self, year: int) -> Self:
        """Those of the year."""
        return self.filter(year=year)


class ActivityQuerySet(OfOrganisationQuerySet):
    """Activities."""


class AttendanceQuerySet(QuerySet[Any]):
    """Marks on the lists of activities."""

    def visible_to(self, scope: Scope) -> Self:
        """Marks of members whom the scope sees, on lists of activities whose organisation it reads."""
        members = self.model._meta.get_field("member").related_model.objects.visible_to(scope)
        return self.filter(scope.reading("activity__organisation__path"), member__in=members)


class AdjustmentQuerySet(OfOrganisationQuerySet):
    """Branch adjustments."""

    def of_year(self, year: int) -> Self:
        """Those of the year."""
        return self.filter(year=year)


class VocabularyQuerySet(WriteOnceQuerySet):
    """Rows that scheme files make: everybody with a duty reads them, nobody alters them."""

    def visible_to(self, scope: Scope) -> Self:
        """The rules are no secret of any branch."""
        return self if scope.anyone else self.none()


class SchemeQuerySet(VocabularyQuerySet):
    """Schemes."""

    def published(self) -> Self:
        """Those that are in use or may come into use."""
        return self.filter(published_at__isnull=False)


class SchemeScopeQuerySet(VocabularyQuerySet):
    """Where schemes apply."""

    def visible_to(self, scope: Scope) -> Self:
        """The whole tree, what the scope reads, and what stands above that and so governs it."""
        if scope.everything or scope.administrator:
            return self
        if not scope.anyone:
            return self.none()
        return self.filter(
            Q(organisation__isnull=True)
            | scope.reading("organisation__path")
            | scope.reached("organisation__path")
        )

    def begun(self, year: int) -> Self:
        """Those of published schemes in force on 1 January of the year."""
        return self.filter(scheme__published_at__isnull=False, scheme__effective_from__lte=date(year, 1, 1))
