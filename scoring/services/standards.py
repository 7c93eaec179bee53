"""Which scheme and which standard govern a role in an organisation in a year, adjustments included.

A book is read with a fixed number of queries, whatever the tree; after that every answer is a look-up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from members.models import Role
from scoring.models import ActivityRule, AwardPoints, Band, Scheme, SchemeScope
from scoring.rules import terms
from scoring.rules.exact import Hundredths
from scoring.services.effective import Difference, EffectiveRole, Reading, RequirementRow, hundredths, upwards

__all__ = ["Difference", "EffectiveRole", "RequirementRow", "StandardsBook", "hundredths"]


class StandardsBook:
    """The schemes, standards and adjustments of one year; made by `for_year`."""

    def __init__(self, reading: Reading) -> None:
        self.year = reading.year
        self._schemes = reading.schemes
        self._roles = reading.roles
        self._adjustments = reading.adjustments
        self._scheme_at: dict[str, Scheme | None] = {}
        self._role_at: dict[tuple[str, int], EffectiveRole | None] = {}

    @classmethod
    def for_year(cls, year: int) -> StandardsBook:
        """Read the book of a year.

        The nearest organisation above with a scheme in force on 1 January governs, and there the newest.
        """
        schemes: dict[str, Scheme] = {}
        scopes = SchemeScope.objects.begun(year).select_related("scheme", "organisation")
        for scope in scopes.defer("scheme__source").order_by(
            "scheme__effective_from", "scheme__version", "pk"
        ):
            schemes[scope.organisation.path if scope.organisation else ""] = scope.scheme
        return cls(Reading(year, schemes))

    def scheme(self, path: str) -> Scheme | None:
        """The scheme that governs the organisation at the tree path; None where none is in force."""
        if path not in self._scheme_at:
            found = (self._schemes[place] for place in upwards(path) if place in self._schemes)
            self._scheme_at[path] = next(found, None)
        return self._scheme_at[path]

    def role(self, path: str, role_id: int) -> EffectiveRole | None:
        """What holds for the role in the organisation at the tree path.

        None where no scheme is in force or it does not know the role. A local role that no adjustment of
        this year, there or above, provides with requirements is not scored.
        """
        key = path, role_id
        if key not in self._role_at:
            self._role_at[key] = self._find(path, role_id)
        return self._role_at[key]

    def roles(self, path: str) -> list[EffectiveRole]:
        """Every role the organisation at the tree path has this year: the scheme's, then local ones."""
        scheme = self.scheme(path)
        if scheme is None:
            return []
        keys = [role_id for scheme_id, role_id in self._roles if scheme_id == scheme.pk]
        places = set(upwards(path))
        local = [
            role_id
            for (place, role_id), adjusted in self._adjustments.items()
            if place in places and role_id not in keys and adjusted.role.organisation_id is not None
        ]
        found = (self.role(path, role_id) for role_id in dict.fromkeys(keys + local))
        return [effective for effective in found if effective is not None]

    def adjustments(self, path: str) -> list[EffectiveRole]:
        """The roles whose standard in the organisation at the tree path is an adjusted one."""
        return [effective for effective in self.roles(path) if effective.adjustment is not None]

    def award_points(self, path: str) -> Mapping[int, Hundredths]:
        """By key of the award level what an award earns under the scheme that governs there."""
        scheme = self.scheme(path)
        return self._awards.get(scheme.pk, {}) if scheme else {}

    def bands(self, scheme: Scheme) -> list[Band]:
        """The scheme's grade bands, the best first."""
        return self._bands.get(scheme.pk, [])

    def indicator_of(self, kind_id: int, path: str, role_id: int) -> int | None:
        """Key of the indicator for which an activity of this kind counts in the role, or None.

        The rule for the role goes before the one for its category, and that before the general one (I29).
        """
        effective = self.role(path, role_id)
        if effective is None:
            return None
        rules = self._activity_rules
        scheme_id = effective.scheme.pk
        for category, role in ((None, role_id), (effective.category_id, None), (None, None)):
            indicator = rules.get((scheme_id, kind_id, category, role))
            if indicator is not None:
                return indicator
        return None

    def _find(self, path: str, role_id: int) -> EffectiveRole | None:
        scheme = self.scheme(path)
        if scheme is None:
            return None
        unadjusted = self._roles.get((scheme.pk, role_id))
        for place in upwards(path):
            adjusted = self._adjustments.get((place, role_id))
            # An adjustment changes the scheme it was resolved under; a nearer scheme leaves it behind.
            if adjusted is None or adjusted.scheme.pk != scheme.pk:
                continue
            if unadjusted is not None or adjusted.role.organisation_id is not None:
                return adjusted
        return unadjusted or self._out_of_year(scheme, path, role_id)

    def _out_of_year(self, scheme: Scheme, path: str, role_id: int) -> EffectiveRole | None:
        """A local role in a year without a resolution for it: nothing is asked, nothing scored (I23)."""
        role = self._local_roles.get(role_id)
        if role is None or role.organisation is None or not path.startswith(role.organisation.path):
            return None
        return EffectiveRole(
            role=role,
            category_id=role.category_id,
            scheme=scheme,
            scored=False,
            annual_is_daily=False,
            clause=str(scheme.clauses.get("adjustment", "")),
            standard=terms.Standard(role.code, (), hundredths(scheme.bonus_cap)),
            requirements=(),
            unadjusted=(),
            adjustment=None,
        )

    @cached_property
    def _local_roles(self) -> dict[int, Role]:
        local = Role.objects.filter(organisation__isnull=False).select_related("category", "organisation")
        return {role.pk: role for role in local}

    @cached_property
    def _awards(self) -> dict[int, dict[int, Hundredths]]:
        awards: dict[int, dict[int, Hundredths]] = defaultdict(dict)
        for row in AwardPoints.objects.filter(scheme__in=self._in_use):
            awards[row.scheme_id][row.level_id] = hundredths(row.points)
        return awards

    @cached_property
    def _bands(self) -> dict[int, list[Band]]:
        bands: dict[int, list[Band]] = defaultdict(list)
        for band in Band.objects.filter(scheme__in=self._in_use).order_by("-lower"):
            bands[band.scheme_id].append(band)
        return bands

    @cached_property
    def _activity_rules(self) -> dict[tuple[int, int, int | None, int | None], int]:
        rules = ActivityRule.objects.filter(scheme__in=self._in_use)
        rows = rules.values_list("scheme", "kind", "category", "role", "indicator")
        return {(scheme, kind, category, role): to for scheme, kind, category, role, to in rows}

    @property
    def _in_use(self) -> list[int]:
        return [scheme.pk for scheme in self._schemes.values()]
