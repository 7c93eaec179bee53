"""Nobody is placed afterwards in a unit whose year is closed: that would alter what was submitted of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple, Self

from django.utils.translation import gettext as _

from members.errors import Refused
from members.models import Organisation, Posting, YearLock
from members.services.units import units_of


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
    for _stay, refusal in closed_to(stays):
        raise refusal


def closed_to(stays: Iterable[Stay]) -> Iterator[tuple[Stay, Refused]]:
    """Those stays that are refused, the earliest years first, each with the reason; none comes twice.

    A fixed number of queries, and one more for each closed year that any of them reaches.
    """
    wanted = set(stays)
    if not wanted:
        return
    locks = YearLock.objects.filter(year__gte=min(stay.first.year for stay in wanted)).order_by("year")
    units: dict[int, Organisation] = {}
    for year in list(locks.values_list("year", flat=True).distinct()):
        new = {stay for stay in wanted if stay.has(date(year, 12, 31))}
        if not new:
            continue
        units = units or units_of(Organisation.objects.all())
        closed = closed_units(year, units)
        refused = {stay for stay in new if units[stay.organisation].pk in closed}
        for stay in sorted(refused, key=attrgetter("organisation", "first")):
            yield stay, _closed(year, units[stay.organisation])
        wanted -= refused


def closed_units(year: int, units: dict[int, Organisation]) -> set[int]:
    """Keys of the units in which anybody placed at the year's end has that year closed."""
    locked = YearLock.objects.filter(year=year).values("member")
    held = Posting.objects.on(date(year, 12, 31)).filter(member__in=locked)
    return {units[key].pk for key in held.order_by().values_list("organisation", flat=True).distinct()}


def _closed(year: int, unit: Organisation) -> Refused:
    return Refused(
        _(
            "The year %(year)s of “%(organisation)s” is closed: nobody else can be placed there"
            " at its end unless the committee reopens it first."
        ),
        params={"year": year, "organisation": unit.name},
        code="closed",
    )
