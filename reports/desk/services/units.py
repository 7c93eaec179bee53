"""The units below an organisation, and whether they are too many for one page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count
from django.urls import reverse

from members.addresses import KEY, addresses
from members.enums import OrganisationKind
from members.models import Organisation, Posting
from members.services.units import units_of
from scoring.services.effective import upwards

MOST_ROWS = 300
"""So many members go on one page; above that, the page lists the units and each has a page of its own."""


@dataclass(frozen=True, slots=True)
class Below:
    """A unit below with how many members are posted in it on the day; `depth` below the first one listed.

    `printable`: it and all below are few enough to be printed at once.
    """

    organisation: Organisation
    depth: int
    members: int
    url: str
    printable: bool


def below(organisations: Iterable[Organisation], on: date) -> list[Below]:
    """The units of these subtrees with their members on the day, in tree order: two queries."""
    everything = list(reduce(or_, map(Organisation.objects.within, organisations)))
    units = units_of(everything)
    here = Posting.objects.on(on).filter(organisation__in=list(units))
    members: dict[int, int] = defaultdict(int)
    for organisation_id, count in here.order_by().values_list("organisation").annotate(Count("pk")):
        members[units[organisation_id].pk] += count
    listed = [organisation for organisation in everything if not organisation.is_group]
    top = min((organisation.depth for organisation in listed), default=0)
    below_too: dict[str, int] = defaultdict(int)
    for one in listed:
        for path in upwards(one.path):
            below_too[path] += members[one.pk]
    page = addresses(reverse("branch_scores", args=[KEY]))
    return [
        Below(
            organisation=one,
            depth=one.depth - top,
            members=members[one.pk],
            url=page(one.code),
            printable=below_too[one.path] <= MOST_ROWS,
        )
        for one in listed
    ]


def crowded(organisation: Organisation, on: date) -> bool:
    """Whether an organisation and all units below it have more members than go on one page.

    One without a unit below never has: there is no other page to go to.
    """
    within = Organisation.objects.within(organisation).exclude(pk=organisation.pk)
    units = within.exclude(kind=OrganisationKind.GROUP)
    return units.exists() and posted(organisation, on) > MOST_ROWS


def posted(organisation: Organisation, on: date) -> int:
    """How many members an organisation and all below it have on the day."""
    return Posting.objects.on(on).filter(organisation__path__startswith=organisation.path).count()


def too_many(listed: Iterable[Below]) -> bool:
    """Whether these units have more members than go on one page."""
    return sum(unit.members for unit in listed) > MOST_ROWS
