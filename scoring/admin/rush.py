"""The filter that shows what the rush watch has counted: entries recorded late, or on a day, or lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.access import scope_of
from members.models import Organisation, Posting
from members.models.base import FIRST_YEAR, LAST_YEAR
from members.services.units import places_of
from scoring.enums import IndicatorKind
from scoring.services.standards import StandardsBook


@dataclass(frozen=True, slots=True)
class Watched:
    """What is asked for as `late.2025.DT0101`: what, of which year, and the code of the unit.

    What is `late`, of the `last` weeks, or the day on which it was recorded.
    """

    what: str
    year: int
    code: str

    @classmethod
    def read(cls, value: str) -> Self:
        """The parts of what is asked for. Raises IncorrectLookupParameters for anything else."""
        what, _dot, rest = value.partition(".")
        year, _dot, code = rest.partition(".")
        try:
            if what not in ("late", "last"):
                date.fromisoformat(what)
            found = cls(what, int(year), code)
        except ValueError as error:
            raise IncorrectLookupParameters from error
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise IncorrectLookupParameters
        return found

    @property
    def label(self) -> str:
        """What is shown, in words."""
        if self.what == "late":
            said = _("Recorded late")
        elif self.what == "last":
            said = _("Of the last weeks")
        else:
            said = _("Recorded on %(day)s") % {"day": date_format(date.fromisoformat(self.what))}
        return f"{said} · {self.code} · {self.year}"


class RushFilter(admin.SimpleListFilter):
    """Entries of a unit's year as its rush watch counts them; offered where a page leads to it."""

    title = gettext_lazy("rush watch")
    parameter_name = "rush"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        value = self.value()
        return [] if value is None else [(value, Watched.read(value).label)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        asked = Watched.read(value)
        last = date(asked.year, 12, 31)
        unit = Organisation.objects.readable_by(scope_of(request)).filter(code=asked.code).first()
        scheme = unit and StandardsBook.for_year(asked.year).scheme(unit.path)
        if unit is None or scheme is None:
            raise IncorrectLookupParameters
        held = Posting.objects.on(last).filter(organisation__in=places_of(unit))
        rows: Any = queryset.filter(member__in=held.values("member"))
        rows = rows.dated(asked.year, last)
        if asked.what == "late":
            return rows.recorded_late(scheme.late_days)
        if asked.what == "last":
            weeks = rows.of_kind(IndicatorKind.COUNTED)
            return weeks.filter(date__gt=last - timedelta(scheme.rush_days))
        return rows.recorded_on(date.fromisoformat(asked.what))
