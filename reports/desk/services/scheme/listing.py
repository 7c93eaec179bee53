"""The schemes there are: which is in force where in a year, and every version that was published."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from members.scope import Scope
from reports.desk.services.clauses import address
from reports.desk.services.scheme.page import place_name
from scoring.models import Scheme, SchemeScope
from scoring.services.standards import in_force


@dataclass(frozen=True, slots=True)
class Governs:
    """A place, and the scheme that holds there and below until a nearer place has its own."""

    place: str
    scheme: Scheme
    url: str


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: where it applies as far as the reader sees, and the first year it can govern."""

    scheme: Scheme
    url: str
    places: tuple[str, ...]
    first_year: int

    @property
    def digest(self) -> str:
        """The beginning of the digest, enough to tell versions apart."""
        return self.scheme.digest[:12]


def governing(year: int, scope: Scope) -> list[Governs]:
    """Which scheme is in force where in a year, in tree order, as far as the scope sees: one query."""
    found = in_force(SchemeScope.objects.visible_to(scope).begun(year))
    return [
        Governs(place_name(found[path].organisation), found[path].scheme, address(found[path].scheme))
        for path in sorted(found)
    ]


def versions(scope: Scope) -> list[Version]:
    """Every published scheme, the newest first: two queries."""
    places: dict[int, list[str]] = defaultdict(list)
    scopes = SchemeScope.objects.visible_to(scope).select_related("organisation")
    for one in scopes.order_by("organisation__path"):
        places[one.scheme_id].append(place_name(one.organisation))
    schemes = Scheme.objects.visible_to(scope).published().defer("source")
    return [
        Version(scheme, address(scheme), tuple(places[scheme.pk]), first_year(scheme))
        for scheme in schemes.order_by("-effective_from", "code", "-version")
    ]


def first_year(scheme: Scheme) -> int:
    """The first year on whose 1 January the scheme is in force."""
    begins = scheme.effective_from
    return begins.year if begins == date(begins.year, 1, 1) else begins.year + 1
