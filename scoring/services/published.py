"""What holds for each role under a scheme: the rows of published schemes, which each process reads once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from members.models import Role, in_script
from scoring.models import (
    Adjustment,
    AwardPoints,
    Band,
    ExcessRule,
    Indicator,
    Interpretation,
    Requirement,
    Scheme,
    SchemeRole,
)
from scoring.rules import terms
from scoring.rules.exact import UNIT, Hundredths


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """One requirement as pages show it: what the rules take of it, with its words and its clause.

    `clause` is the plan's, without brackets. An adjusted row keeps the words of the scheme's row.
    """

    indicator: Indicator
    terms: terms.Requirement
    wording_hans: str
    wording_hant: str
    clause: str

    @property
    def wording(self) -> str:
        """Its own wording, or else the indicator's name, in the script of the active language."""
        return in_script(self.wording_hans, self.wording_hant) or self.indicator.name

    @property
    def code(self) -> str:
        """The indicator's code."""
        return self.indicator.code

    @property
    def quota(self) -> int | None:
        """The whole year's quota; None where it is judged."""
        return self.terms.quota

    @property
    def points(self) -> Hundredths:
        """The points, in hundredths."""
        return self.terms.points

    @property
    def waivable(self) -> bool:
        """Whether a member may be excused from it (I12)."""
        return self.terms.waivable


@dataclass(frozen=True, slots=True)
class Difference:
    """One requirement that an adjustment changed; `before` is the scheme's, None in a local role."""

    row: RequirementRow
    before: RequirementRow | None


@dataclass(frozen=True, slots=True)
class EffectiveRole:
    """What holds for one role in one organisation and year.

    `adjustment` is the nearest organisation's, None where the scheme's standard holds unchanged.
    `requirements` are in force; `unadjusted` are the scheme's own (none for a local role).
    """

    role: Role
    category_id: int
    scheme: Scheme
    scored: bool
    annual_is_daily: bool
    clause: str
    standard: terms.Standard
    requirements: tuple[RequirementRow, ...]
    unadjusted: tuple[RequirementRow, ...]
    adjustment: Adjustment | None

    def requirement(self, code: str) -> RequirementRow | None:
        """The requirement in force for the indicator of this code, or None when the role has none."""
        return next((row for row in self.requirements if row.indicator.code == code), None)

    def differences(self) -> list[Difference]:
        """What an adjustment changed against the scheme (I23); of a local role every requirement."""
        if self.adjustment is None:
            return []
        before = {row.code: row for row in self.unadjusted}
        pairs = [Difference(row, before.get(row.code)) for row in self.requirements]
        return [
            pair
            for pair in pairs
            if pair.before is None
            or (pair.before.quota, pair.before.points) != (pair.row.quota, pair.row.points)
        ]


@dataclass(frozen=True, slots=True)
class SchemeRows:
    """A scheme and what it says: roles by key in its order, excess rules and award points by key, grades.

    `excess_clauses` are by code of the indicator, `bands` the best first, `interpretations` the numbers of
    the scheme's, in its order. Many requests share one: nothing in it is ever changed.
    """

    scheme: Scheme
    roles: Mapping[int, EffectiveRole]
    excess: Mapping[int, terms.Excess]
    excess_clauses: Mapping[str, str]
    awards: Mapping[int, Hundredths]
    bands: tuple[Band, ...]
    interpretations: tuple[str, ...]


class Edition(NamedTuple):
    """What tells a scheme from every other of its database; without a moment while it is not published."""

    key: int
    digest: str
    published_at: datetime | None


_kept: dict[tuple[str, Edition], SchemeRows] = {}


def scheme_rows(schemes: Iterable[Scheme]) -> dict[int, SchemeRows]:
    """By key of the scheme what it says: no query for those that this process has read before."""
    return edition_rows(Edition(scheme.pk, scheme.digest, scheme.published_at) for scheme in schemes)


def edition_rows(editions: Iterable[Edition]) -> dict[int, SchemeRows]:
    """By key of the scheme what these editions say: no query for those that this process has read before.

    A published scheme and the vocabulary are written once, so what was read stays true; one not yet
    published is read anew. The moment of publishing belongs to what is remembered, for a database that is
    made anew or restored may give the key and the file to another publication.
    """
    database = str(connection.settings_dict["NAME"])
    asked = {edition.key: (database, edition) for edition in editions}
    found = {key: _kept[place] for key, place in asked.items() if place in _kept}
    missing = [key for key in asked if key not in found]
    if missing:
        read = _read(list(Scheme.objects.filter(pk__in=missing).defer("source")))
        found |= read
        _kept.update({asked[key]: rows for key, rows in read.items() if rows.scheme.published_at})
    return found


def forget() -> None:
    """Read everything anew.

    Tests ask for it between them: each takes back what the one before has written, and publishes other
    schemes under the same keys at the same moment of a clock that they have stopped.
    """
    _kept.clear()


def hundredths(points: Decimal) -> Hundredths:
    """Points with at most two decimals as the rules take them: `Decimal("0.5")` becomes 50."""
    return int(points * UNIT)


def requirement_terms(
    indicator: Indicator, excess: terms.Excess | None, *, quota: int | None, points: Decimal, waivable: bool
) -> terms.Requirement:
    """A requirement as the rules take it."""
    return terms.Requirement(
        indicator=indicator.code,
        kind=terms.Kind(indicator.kind),
        quota=quota,
        points=hundredths(points),
        waivable=waivable,
        excess=excess,
    )


def standard(role: Role, rows: tuple[RequirementRow, ...], scheme: Scheme) -> terms.Standard:
    """What a role with these requirements asks, as the rules take it."""
    return terms.Standard(role.code, tuple(row.terms for row in rows), hundredths(scheme.bonus_cap))


def _read(schemes: list[Scheme]) -> dict[int, SchemeRows]:
    """The rows of these schemes, with a fixed number of queries."""
    excess: dict[int, dict[int, terms.Excess]] = defaultdict(dict)
    clauses: dict[int, dict[str, str]] = defaultdict(dict)
    for rule in ExcessRule.objects.filter(scheme__in=schemes).select_related("indicator").order_by("order"):
        excess[rule.scheme_id][rule.indicator_id] = terms.Excess(
            hundredths(rule.rate), rule.step, hundredths(rule.cap), rule.over
        )
        clauses[rule.scheme_id][rule.indicator.code] = rule.clause
    awards: dict[int, dict[int, Hundredths]] = defaultdict(dict)
    for award in AwardPoints.objects.filter(scheme__in=schemes).order_by():
        awards[award.scheme_id][award.level_id] = hundredths(award.points)
    bands: dict[int, list[Band]] = defaultdict(list)
    for band in Band.objects.filter(scheme__in=schemes).order_by("-lower"):
        bands[band.scheme_id].append(band)
    numbers: dict[int, list[str]] = defaultdict(list)
    told = Interpretation.objects.filter(scheme__in=schemes).order_by("order")
    for scheme_id, number in told.values_list("scheme", "number"):
        numbers[scheme_id].append(number)
    roles = _read_roles(schemes, excess)
    return {
        scheme.pk: SchemeRows(
            scheme=scheme,
            roles=roles[scheme.pk],
            excess=excess[scheme.pk],
            excess_clauses=clauses[scheme.pk],
            awards=awards[scheme.pk],
            bands=tuple(bands[scheme.pk]),
            interpretations=tuple(numbers[scheme.pk]),
        )
        for scheme in schemes
    }


def _read_roles(
    schemes: list[Scheme], excess: Mapping[int, Mapping[int, terms.Excess]]
) -> dict[int, dict[int, EffectiveRole]]:
    by_key = {scheme.pk: scheme for scheme in schemes}
    asked: dict[int, list[RequirementRow]] = defaultdict(list)
    requirements = Requirement.objects.filter(scheme_role__scheme__in=by_key)
    for row in requirements.select_related("indicator", "scheme_role").order_by("scheme_role", "order"):
        rule = excess[row.scheme_role.scheme_id].get(row.indicator_id)
        taken = requirement_terms(
            row.indicator, rule, quota=row.quota, points=row.points, waivable=row.waivable
        )
        asked[row.scheme_role_id].append(
            RequirementRow(row.indicator, taken, row.wording_hans, row.wording_hant, row.clause)
        )
    found: dict[int, dict[int, EffectiveRole]] = defaultdict(dict)
    known = SchemeRole.objects.filter(scheme__in=by_key).select_related("role__category")
    for known_role in known.order_by("scheme", "order"):
        rows, scheme = tuple(asked[known_role.pk]), by_key[known_role.scheme_id]
        found[scheme.pk][known_role.role_id] = EffectiveRole(
            role=known_role.role,
            category_id=known_role.role.category_id,
            scheme=scheme,
            scored=known_role.scored,
            annual_is_daily=known_role.annual_is_daily,
            clause=known_role.clause,
            standard=standard(known_role.role, rows, scheme),
            requirements=rows,
            unadjusted=rows,
            adjustment=None,
        )
    return found
