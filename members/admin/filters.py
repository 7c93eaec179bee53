"""Filters of lists that offer nothing but what the user may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Exists, Field, Max, Min, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from members.access import scope_of
from members.enums import Currency
from members.forms import DayField
from members.models import Category, Member, Organisation, Posting, Role
from members.models.base import FIRST_YEAR, LAST_YEAR

_PERIOD = re.compile(r"((?:19|20)[0-9]{2})(?:-(0[1-9]|1[0-2]))?")


class VisibleRelatedFilter(admin.RelatedFieldListFilter):
    """A filter by a related object, with the visible ones to choose from."""

    def field_choices(
        self, field: Field[Any, Any], request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[Any]:
        choices = model_admin.choices_to_see(request, field.remote_field.model)  # type: ignore[attr-defined,union-attr]
        return [(row.pk, str(row)) for row in choices]


class NamedValuesFilter(admin.AllValuesFieldListFilter):
    """The values of a column to choose from, called as the list calls them."""

    name_of: ClassVar[Callable[[str], str]]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The choices; the one for all of them has its name already."""
        everything, *values = super().choices(changelist)
        yield everything
        for value in values:
            yield {**value, "display": type(self).name_of(str(value["display"]))}


def named_values(name_of: Callable[[str], str]) -> type[NamedValuesFilter]:
    """The filter by a column whose values are called so."""
    return type("NamedValuesFilter", (NamedValuesFilter,), {"name_of": staticmethod(name_of)})


class WithinFilter(admin.SimpleListFilter):
    """Rows of an organisation or below: of members posted there today, or else of the organisations."""

    title = _("organisation")
    parameter_name = "within"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        visible = Organisation.objects.visible_to(scope_of(request))
        return [(organisation.code, indented(organisation)) for organisation in visible]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        code = self.value()
        if code is None:
            return queryset
        scope = scope_of(request)
        chosen = Organisation.objects.visible_to(scope).filter(code=code).first()
        if chosen is None:
            raise IncorrectLookupParameters
        members = Member.objects.posted_within(chosen, scope.on)
        if queryset.model is Member:
            return queryset.filter(pk__in=members)
        if _has(queryset, "member"):
            return queryset.filter(member__in=members)
        return queryset.filter(organisation__path__startswith=chosen.path)


class RoleFilter(admin.SimpleListFilter):
    """Members by the role, or the category of roles, of the posting that says whose they are; or postings."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        choices = []
        for category, roles in self._visible(request).items():
            choices.append((category.code, category.name))
            choices += [(role.code, f"　{role.name}") for role in roles]
        return choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        code = self.value()
        if code is None:
            return queryset
        visible = self._visible(request)
        wanted = [
            role.pk
            for category, roles in visible.items()
            for role in roles
            if code in (role.code, category.code)
        ]
        if not wanted:
            raise IncorrectLookupParameters
        if queryset.model is Posting:
            return queryset.filter(role__in=wanted)
        held = Posting.objects.filter(role__in=wanted, member=OuterRef("pk"))
        return queryset.filter(Exists(held.governing(scope_of(request).on)))

    def _visible(self, request: HttpRequest) -> dict[Category, list[Role]]:
        """The roles that the user sees by their category, in the scheme's order; asked once."""
        if not hasattr(self, "visible"):
            roles = Role.objects.visible_to(scope_of(request)).select_related("category")
            self.visible: dict[Category, list[Role]] = {}
            for role in roles.order_by("category__order", "category__code", "order", "code"):
                self.visible.setdefault(role.category, []).append(role)
        return self.visible


class CurrencyFilter(admin.SimpleListFilter):
    """Rows that last from a day to a day, by whether they hold today."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return list(Currency.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = scope_of(request).on
        match self.value():
            case None:
                return queryset
            case Currency.TO_COME:
                return queryset.filter(start__gt=today)
            case Currency.IN_FORCE:
                return queryset.filter(Q(end__isnull=True) | Q(end__gte=today), start__lte=today)
            case Currency.ENDED:
                return queryset.filter(end__lt=today)
        raise IncorrectLookupParameters


class PostedFilter(admin.SimpleListFilter):
    """Members by whether they hold a posting today."""

    title = _("posting today")
    parameter_name = "posted"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("yes", _("Posted today")), ("no", _("Not posted today"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        posted = Exists(Posting.objects.on(scope_of(request).on).filter(member=OuterRef("pk")))
        match self.value():
            case None:
                return queryset
            case "yes":
                return queryset.filter(posted)
            case "no":
                return queryset.filter(~posted)
        raise IncorrectLookupParameters


class PeriodFilter(admin.SimpleListFilter):
    """Dated rows by year and, once a year is chosen, by month.

    It stands for Django's date hierarchy where rows are many: that one looks at every row to find the
    years, this one at the first and the last day only.
    """

    title = _("period")
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        ends = model_admin.get_queryset(request).order_by().aggregate(first=Min("date"), last=Max("date"))
        if ends["first"] is None:
            return []
        chosen = _stretch(self.value())
        choices = []
        for year in range(ends["last"].year, ends["first"].year - 1, -1):
            choices.append((str(year), str(year)))
            if chosen is not None and chosen[0].year == year:
                choices += [(f"{year}-{month:02}", f"　{year}-{month:02}") for month in range(1, 13)]
        return choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        chosen = _stretch(self.value())
        if chosen is None:
            raise IncorrectLookupParameters
        first, after = chosen
        return queryset.filter(date__gte=first, date__lt=after)


class DaysFilter(admin.ListFilter):
    """Rows of a span of days, which is typed in; either end may be left out."""

    title = _("days")
    template = "admin/days_filter.html"
    ends = ("from", "to")
    moment: ClassVar[str] = "at"
    """The field that says when."""

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.ends:
            if name in params:
                value = params.pop(name)
                self.used_parameters[name] = str(value[-1] if isinstance(value, list) else value).strip()

    def has_output(self) -> bool:
        """It is always offered."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """The first day and the last."""
        return list(self.ends)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows from the beginning of the first day to the end of the last one."""
        first, last = (self._day(name) for name in self.ends)
        if first is not None:
            queryset = queryset.filter(**{f"{self.moment}__gte": first})
        if last is not None:
            queryset = queryset.filter(**{f"{self.moment}__lt": last + timedelta(days=1)})
        return queryset

    def choices(self, changelist: Any) -> Iterator[Any]:
        """One: what is typed in, and what the rest of the address asks for."""
        asked = {**changelist.filter_params, SEARCH_VAR: [changelist.query] if changelist.query else []}
        yield {
            "from": self.used_parameters.get("from", ""),
            "to": self.used_parameters.get("to", ""),
            "kept": [
                (name, value) for name, values in asked.items() for value in values if name not in self.ends
            ],
        }

    def _day(self, name: str) -> datetime | None:
        """The beginning of the day, here; None where none is asked for."""
        said = self.used_parameters.get(name)
        if not said:
            return None
        try:
            day = DayField().clean(said)
        except ValidationError as error:
            raise IncorrectLookupParameters from error
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise IncorrectLookupParameters
        return make_aware(datetime.combine(day, time.min))


def _stretch(period: str | None) -> tuple[date, date] | None:
    """First day of a year (2026) or month (2026-03), and the day after its last; None for anything else."""
    found = _PERIOD.fullmatch(period or "")
    if found is None:
        return None
    year, month = int(found[1]), int(found[2] or 0)
    if not month:
        return date(year, 1, 1), date(year + 1, 1, 1)
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def _has(queryset: QuerySet[Any], name: str) -> bool:
    try:
        queryset.model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def indented(organisation: Organisation) -> str:
    """An organisation's code and name, set in by its depth, as drop-downs show the tree."""
    return f"{'　' * (organisation.depth - 1)}{organisation.code} {organisation.name}"
