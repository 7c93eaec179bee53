"""What holds for each role in a year, read from schemes and adjustments: the rows behind the book."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from members.models import Organisation, Role, in_script
from scoring.models import (
    Adjustment,
    AdjustmentLine,
    ExcessRule,
    Indicator,
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


class Reading:
    """One reading of a year's rows into effective roles.

    `schemes` gives by tree path (empty: the whole tree) the scheme loaded there and in force.
    `roles` is filled by (scheme key, role key), `adjustments` by (tree path, role key).
    """

    def __init__(self, year: int, schemes: dict[str, Scheme]) -> None:
        self.year = year
        self.schemes = schemes
        self.by_key = {scheme.pk: scheme for scheme in schemes.values()}
        self.excess = {
            (rule.scheme_id, rule.indicator_id): terms.Excess(
                hundredths(rule.rate), rule.step, hundredths(rule.cap), rule.over
            )
            for rule in ExcessRule.objects.filter(scheme__in=self.by_key)
        }
        self.roles = self._read_roles()
        self.adjustments = self._read_adjustments()

    def _read_roles(self) -> dict[tuple[int, int], EffectiveRole]:
        asked: dict[int, list[RequirementRow]] = defaultdict(list)
        requirements = Requirement.objects.filter(scheme_role__scheme__in=self.by_key)
        for row in requirements.select_related("indicator", "scheme_role").order_by("scheme_role", "order"):
            taken = self._terms(row.scheme_role.scheme_id, row.indicator, row.quota, row.points, row.waivable)
            asked[row.scheme_role_id].append(
                RequirementRow(row.indicator, taken, row.wording_hans, row.wording_hant, row.clause)
            )
        found = {}
        known = SchemeRole.objects.filter(scheme__in=self.by_key).select_related("role__category")
        for row in known.order_by("scheme", "order"):
            rows = tuple(asked[row.pk])
            scheme = self.by_key[row.scheme_id]
            found[row.scheme_id, row.role_id] = EffectiveRole(
                role=row.role,
                category_id=row.role.category_id,
                scheme=scheme,
                scored=row.scored,
                annual_is_daily=row.annual_is_daily,
                clause=row.clause,
                standard=_standard(row.role, rows, scheme),
                requirements=rows,
                unadjusted=rows,
                adjustment=None,
            )
        return found

    def _read_adjustments(self) -> dict[tuple[str, int], EffectiveRole]:
        adjustments = Adjustment.objects.of_year(self.year)
        lines: dict[int, list[AdjustmentLine]] = defaultdict(list)
        for line in AdjustmentLine.objects.filter(adjustment__in=adjustments).select_related("indicator"):
            lines[line.adjustment_id].append(line)
        found = {}
        for adjustment in adjustments.select_related("organisation", "role__category"):
            path = adjustment.organisation.path
            scheme = next((self.schemes[place] for place in upwards(path) if place in self.schemes), None)
            if scheme is None:
                continue
            standard = self.roles.get((scheme.pk, adjustment.role_id))
            listed = sorted(lines[adjustment.pk], key=lambda line: line.order)
            found[path, adjustment.role_id] = self._adjusted(adjustment, listed, scheme, standard)
        return found

    def _adjusted(
        self,
        adjustment: Adjustment,
        lines: list[AdjustmentLine],
        scheme: Scheme,
        standard: EffectiveRole | None,
    ) -> EffectiveRole:
        own = {row.indicator.pk: row for row in standard.requirements} if standard else {}
        rows = tuple(
            RequirementRow(
                line.indicator,
                self._terms(scheme.pk, line.indicator, line.quota, line.points, line.waivable),
                own[line.indicator_id].wording_hans if line.indicator_id in own else "",
                own[line.indicator_id].wording_hant if line.indicator_id in own else "",
                own[line.indicator_id].clause if line.indicator_id in own else _clause(scheme),
            )
            for line in lines
        )
        role = adjustment.role
        return EffectiveRole(
            role=role,
            category_id=role.category_id,
            scheme=scheme,
            scored=standard.scored if standard else True,
            annual_is_daily=standard.annual_is_daily if standard else self._daily_only(role, scheme),
            clause=standard.clause if standard else _clause(scheme),
            standard=_standard(role, rows, scheme),
            requirements=rows,
            unadjusted=standard.requirements if standard else (),
            adjustment=adjustment,
        )

    def _terms(
        self, scheme_id: int, indicator: Indicator, quota: int | None, points: Decimal, waivable: bool
    ) -> terms.Requirement:
        return terms.Requirement(
            indicator=indicator.code,
            kind=terms.Kind(indicator.kind),
            quota=quota,
            points=hundredths(points),
            waivable=waivable,
            excess=self.excess.get((scheme_id, indicator.pk)),
        )

    def _daily_only(self, role: Role, scheme: Scheme) -> bool:
        """Whether a local role's annual score is its daily one: as with its category's scored roles (I5)."""
        kin = [
            other.annual_is_daily
            for (scheme_id, _), other in self.roles.items()
            if scheme_id == scheme.pk and other.category_id == role.category_id and other.scored
        ]
        return bool(kin) and all(kin)


def hundredths(points: Decimal) -> Hundredths:
    """Points with at most two decimals as the rules take them: `Decimal("0.5")` becomes 50."""
    return int(points * UNIT)


def upwards(path: str) -> Iterator[str]:
    """The tree path and those above it, the nearest first; the empty one, the whole tree, is the last."""
    for end in range(len(path), -1, -Organisation.steplen):
        yield path[:end]


def _standard(role: Role, rows: tuple[RequirementRow, ...], scheme: Scheme) -> terms.Standard:
    return terms.Standard(role.code, tuple(row.terms for row in rows), hundredths(scheme.bonus_cap))


def _clause(scheme: Scheme) -> str:
    return str(scheme.clauses.get("adjustment", ""))
