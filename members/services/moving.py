"""What must not become of the tree: that a closed year would be scored by other rules, or ranked elsewhere.

What governs a year at a place other apps know: a model of theirs that does has a class method `governs`,
which takes keys of organisations and a year, and tells whether a row of it holds at one of them in that year.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from members.enums import OrganisationKind
from members.errors import Refused
from members.models import Organisation, Posting, YearLock
from members.services.joining import Stay, refuse_joining
from members.services.units import nearest_unit


def refuse_move(organisation: Organisation, parent: Organisation | None) -> None:
    """Raise Refused where hanging it under `parent` (None: at the top) would alter a closed year.

    It does where an adjustment or a scheme of an organisation above, that is above in only one of the two
    places, holds in a closed year of anybody posted there or below; or where its members would be ranked with
    those of another unit. So it does where that unit's year is closed, and anybody would be placed in it.
    """
    old = list(Organisation.objects.above(organisation).exclude(pk=organisation.pk))
    new = list(Organisation.objects.above(parent)) if parent is not None else []
    regrouped = organisation.is_group and nearest_unit(old) != nearest_unit(new)
    refuse(organisation, {one.pk for one in old} ^ {one.pk for one in new}, regrouped=regrouped)
    if regrouped:
        refuse_joining_of(organisation, nearest_unit(new))


def refuse_kind(organisation: Organisation, kind: str) -> None:
    """Raise Refused where it would become a group, or cease to be one, in spite of a closed year."""
    if (kind == OrganisationKind.GROUP) != organisation.is_group:
        refuse(organisation, (), regrouped=True)
    if kind == OrganisationKind.GROUP and not organisation.is_group:
        above = Organisation.objects.above(organisation).exclude(pk=organisation.pk)
        refuse_joining_of(organisation, nearest_unit(above))


def refuse_joining_of(organisation: Organisation, into: Organisation | None) -> None:
    """Raise Refused where those placed there or below would come into a unit in a year closed for it."""
    if into is None:
        return
    below = Posting.objects.filter(organisation__path__startswith=organisation.path)
    days = below.order_by().values_list("start", "end").distinct()
    refuse_joining(Stay(into.pk, start, end) for start, end in days)


def refuse(organisation: Organisation, places: Collection[int], *, regrouped: bool) -> None:
    """Raise Refused where a closed year of anybody posted there or below would change.

    `places` are the keys of the organisations that come to stand above it, or cease to; `regrouped` says
    whether its members would be ranked elsewhere.
    """
    if not places and not regrouped:
        return
    for year in _closed_years(organisation):
        if regrouped or _governed(places, year):
            said = (
                _(
                    "“%(organisation)s” stays as it is: the year %(year)s is closed for members there, who"
                    " would be ranked with those of another unit."
                )
                if regrouped
                else _(
                    "“%(organisation)s” stays where it is: the year %(year)s is closed for members there, for"
                    " whom other requirements would hold."
                )
            )
            raise Refused(said, params={"organisation": organisation.name, "year": year}, code="closed")


def _closed_years(organisation: Organisation) -> list[int]:
    """The closed years of members who were posted there or below in that year."""
    below = Posting.objects.filter(organisation__path__startswith=organisation.path)
    locks = YearLock.objects.filter(member__in=below.values("member"))
    years = locks.order_by("year").values_list("year", flat=True).distinct()
    return [
        year
        for year in years
        if YearLock.objects.filter(year=year, member__in=_posted(below, year).values("member")).exists()
    ]


def _posted(below: Any, year: int) -> Any:
    return below.overlapping(date(year, 1, 1), date(year, 12, 31))


def _governed(places: Collection[int], year: int) -> bool:
    return any(model.governs(places, year) for model in apps.get_models() if hasattr(model, "governs"))
