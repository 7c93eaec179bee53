"""What a scheme file says, as frozen values; codes instead of keys, points as exact decimals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a scheme file: where it stands, in the file's own words, and what is wrong."""

    place: str
    reason: str

    def __str__(self) -> str:
        return _("%(place)s: %(reason)s") % {"place": self.place, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Names:
    """A text in Simplified and in Traditional script."""

    hans: str
    hant: str


@dataclass(frozen=True, slots=True)
class CategoryDoc:
    """One category of members 【二】."""

    place: str
    code: str
    names: Names
    clause: str


@dataclass(frozen=True, slots=True)
class IndicatorDoc:
    """One indicator; `unit` is None where it is judged."""

    place: str
    code: str
    names: Names
    unit: Names | None
    kind: str


@dataclass(frozen=True, slots=True)
class ActivityRuleDoc:
    """The indicator for which an event counts: for a role, for a category, or for everybody else."""

    place: str
    indicator: str
    category: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class ActivityKindDoc:
    """One kind of event and its rules."""

    place: str
    code: str
    names: Names
    clause: str
    rules: tuple[ActivityRuleDoc, ...]


@dataclass(frozen=True, slots=True)
class RequirementDoc:
    """One requirement of a role; no `quota` where it is judged, no `wording` where it has none of its own."""

    place: str
    indicator: str
    quota: int | None
    points: Decimal
    waivable: bool
    wording: Names | None
    clause: str


@dataclass(frozen=True, slots=True)
class RoleDoc:
    """One role and what it is asked for."""

    place: str
    code: str
    category: str
    names: Names
    scored: bool
    annual_is_daily: bool
    clause: str
    requirements: tuple[RequirementDoc, ...]


@dataclass(frozen=True, slots=True)
class ExcessDoc:
    """Points for what lies beyond a quota."""

    place: str
    indicator: str
    rate: Decimal
    step: int
    cap: Decimal
    over: int | None
    clause: str


@dataclass(frozen=True, slots=True)
class AwardDoc:
    """An award level and its points."""

    place: str
    code: str
    names: Names
    points: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class BandDoc:
    """A grade and where it begins."""

    place: str
    code: str
    names: Names
    lower: Decimal
    eligible: bool
    opens_case: bool
    clause: str


@dataclass(frozen=True, slots=True)
class InterpretationDoc:
    """Where the plan is silent or contradicts itself: its words, what was taken, why, what carries it."""

    place: str
    number: str
    clause: str
    plan_says: tuple[str, ...]
    taken: Names
    why: Names
    effect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The single figures of a scheme; weights and shares in per cent, points exact."""

    bonus_cap: Decimal
    contribution_min: Decimal
    contribution_max: Decimal
    daily_weight: int
    appraisal_weight: int
    annual_cap: Decimal | None
    ballot_excellent: Decimal
    ballot_good: Decimal
    ballot_passed: Decimal
    ballot_poor: Decimal
    ballot_passed_also: str
    ballot_divisor: str
    ballot_minimum: int
    ballot_aspects: tuple[Names, ...]
    ahead_share: int
    behind_below: Decimal
    behind_from_quarter: int
    publicity_days: int
    rush_days: int
    late_days: int
    warn_excellent: bool
    excellent_share: Fraction
    warn_probationary: bool


@dataclass(frozen=True, slots=True)
class SchemeDocument:
    """A whole scheme file. `clauses` gives the clause of each table of single figures."""

    code: str
    version: int
    effective_from: date
    names: Names
    clauses: Mapping[str, str]
    figures: Figures
    categories: tuple[CategoryDoc, ...]
    indicators: tuple[IndicatorDoc, ...]
    activity_kinds: tuple[ActivityKindDoc, ...]
    roles: tuple[RoleDoc, ...]
    excess: tuple[ExcessDoc, ...]
    awards: tuple[AwardDoc, ...]
    bands: tuple[BandDoc, ...]
    interpretations: tuple[InterpretationDoc, ...]
