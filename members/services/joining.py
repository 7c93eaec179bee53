"""Nobody is placed afterwards in a unit whose year is closed: that would alter what was submitted of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple, Self

from django.utils.translation import gettext as _

from members.errors import Refused
from members.models import Organisation, Posting, YearLock


class Stay(NamedTuple):
    """Days on which somebody comes to be placed in an organisation (its key); `last` None: without end."""

    organisation: int
    first: date
    last: date | None

    @classmethod
    def of(cls, posting: Posting) -> Self:
        """The days of a posting."""
        return cls(posting.organisation_id, posting.start, posting.end)

    @classmethod
    def longer(cls, posting: Posting, before: date | None) -> Self | None:
        """The days by which a posting, that ended on `before`, has become longer; None where it has not."""
        if before is None or (posting.end is not None and posting.end <= before):
            return None
        return cls(posting.organisation_id, before + timedelta(days=1), posting.end)

    def has(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first <= day and (self.last is None or self.last >= day)


def refuse_joining(stays: Iterable[Stay]) -> None:
    """Raise Refused where one of them takes in the last day of a year that is closed for its unit.

    It is closed where anybody placed in the unit on that day has the year closed.
    """
    wanted = list(stays)
    if not wanted:
        return
    locks = YearLock.objects.filter(year__gte=min(stay.first.year for stay in wanted)).order_by("year")
    units: dict[int, int] = {}
    for year in list(locks.values_list("year", flat=True).distinct()):
        new = {stay.organisation for stay in wanted if stay.has(date(year, 12, 31))}
        if not new:
            continue
        units = units or units_by_place()
        closed = closed_units(year, units)
        for place in sorted(new):
            if units[place] in closed:
                raise Refused(
                    _(
                        "The year %(year)s of “%(organisation)s” is closed: nobody else can be placed there"
                        " at its end unless the committee reopens it first."
                    ),
                    params={"year": year, "organisation": Organisation.objects.get(pk=units[place]).name},
                    code="closed",
                )


def closed_units(year: int, units: dict[int, int]) -> set[int]:
    """Keys of the units in which anybody placed at the year's end has that year closed."""
    locked = YearLock.objects.filter(year=year).values("member")
    held = Posting.objects.on(date(year, 12, 31)).filter(member__in=locked)
    return {units[key] for key in held.order_by().values_list("organisation", flat=True).distinct()}


def units_by_place() -> dict[int, int]:
    """By key of an organisation that of its unit: itself, or for a group the nearest above that is none."""
    units: dict[int, int] = {}
    by_path: dict[str, int] = {}
    for one in Organisation.objects.all():
        units[one.pk] = by_path.get(one.path[: -one.steplen], one.pk) if one.is_group else one.pk
        by_path[one.path] = units[one.pk]
    return units
