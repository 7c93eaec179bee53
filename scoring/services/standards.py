"""Which scheme and which standard govern a role in an organisation in a year, adjustments included.

A book is read with a fixed number of queries, whatever the tree, and two more for the first place that an
adjustment reaches; after that every answer is a look-up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from members.models import Role
from scoring.models import Band, Scheme, SchemeScope
from scoring.querysets import SchemeScopeQuerySet
from scoring.rules import terms
from scoring.rules.exact import Hundredths
from scoring.services.effective import Proposal, Reading, upwards
from scoring.services.published import (
    Difference,
    Edition,
    EffectiveRole,
    RequirementRow,
    SchemeRows,
    edition_rows,
    hundredths,
    scheme_rows,
)

__all__ = [
    "Difference",
    "EffectiveRole",
    "Proposal",
    "RequirementRow",
    "StandardsBook",
    "awards_offered",
    "editions",
    "governing",
    "hundredths",
    "in_force",
]


def in_force(scopes: SchemeScopeQuerySet) -> dict[str, SchemeScope]:
    """By tree path (empty: the whole tree) which of these scopes holds there: that of the newest scheme."""
    ordered = scopes.order_by("scheme__effective_from", "scheme__version", "pk")
    found = ordered.select_related("scheme", "organisation").defer("scheme__source")
    return {scope.organisation.path if scope.organisation else "": scope for scope in found}


def awards_offered(scopes: SchemeScopeQuerySet) -> dict[int, list[Hundredths]]:
    """By key of the award level what an award earns where these scopes hold, the least first.

    There are several where several schemes hold.
    """
    found: dict[int, set[Hundredths]] = defaultdict(set)
    for rows in scheme_rows(scope.scheme for scope in in_force(scopes).values()).values():
        for level, worth in rows.awards.items():
            found[level].add(worth)
    return {level: sorted(worth) for level, worth in found.items()}


def editions(year: int) -> dict[str, Edition]:
    """By tree path (empty: the whole tree) the edition in force there on 1 January, in one query."""
    ordered = SchemeScope.objects.begun(year).order_by("scheme__effective_from", "scheme__version", "pk")
    return {
        path or "": Edition(*edition)
        for path, *edition in ordered.values_list(
            "organisation__path", "scheme", "scheme__digest", "scheme__published_at"
        )
    }


def governing(year: int) -> dict[str, SchemeRows]:
    """By tree path (empty: the whole tree) what the scheme says that is in force there on 1 January."""
    found = editions(year)
    rows = edition_rows(found.values())
    return {path: rows[edition.key] for path, edition in found.items()}


class StandardsBook:
    """The schemes, standards and adjustments of one year; made by `for_year`."""

    def __init__(self, reading: Reading) -> None:
        self.year = reading.year
        self._reading = reading
        self._schemes = reading.schemes
        self._rows = reading.rows
        self._roles = reading.roles
        self._scheme_at: dict[str, Scheme | None] = {}
        self._role_at: dict[tuple[str, int], EffectiveRole | None] = {}

    @classmethod
    def for_year(cls, year: int, proposal: Proposal | None = None) -> StandardsBook:
        """Read the book of a year, as it is or as it would be with a proposed adjustment.

        The nearest organisation above with a scheme in force on 1 January governs, and there the newest.
        """
        return cls(Reading(year, governing(year), proposal))

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
            for (place, role_id), adjusted in self._adjusted(path).items()
            if place in places and role_id not in keys and adjusted.role.organisation_id is not None
        ]
        found = (self.role(path, role_id) for role_id in dict.fromkeys(keys + local))
        return [effective for effective in found if effective is not None]

    def adjustments(self, path: str) -> list[EffectiveRole]:
        """The roles whose standard in the organisation at the tree path is an adjusted one."""
        return [effective for effective in self.roles(path) if effective.adjustment is not None]

    def adjusted_around(self, paths: Sequence[str]) -> list[EffectiveRole]:
        """The adjustments at, above and below the tree paths: organisation by organisation, role by role."""
        near = (
            (place, effective.role.order, effective.role.code, effective)
            for (place, _role), effective in self._reading.adjustments.items()
            if any(place.startswith(path) or path.startswith(place) for path in paths)
        )
        return [effective for *_key, effective in sorted(near, key=lambda found: found[:3])]

    def award_points(self, path: str) -> Mapping[int, Hundredths]:
        """By key of the award level what an award earns under the scheme that governs there."""
        scheme = self.scheme(path)
        return self._rows[scheme.pk].awards if scheme else {}

    def bands(self, scheme: Scheme) -> list[Band]:
        """The scheme's grade bands, the best first."""
        return list(self._rows[scheme.pk].bands)

    def _find(self, path: str, role_id: int) -> EffectiveRole | None:
        scheme = self.scheme(path)
        if scheme is None:
            return None
        unadjusted = self._roles.get((scheme.pk, role_id))
        adjustments = self._adjusted(path)
        for place in upwards(path) if adjustments else ():
            adjusted = adjustments.get((place, role_id))
            # An adjustment changes the scheme it was resolved under; a nearer scheme leaves it behind.
            if adjusted is None or adjusted.scheme.pk != scheme.pk:
                continue
            if unadjusted is not None or adjusted.role.organisation_id is not None:
                return adjusted
        return unadjusted or self._out_of_year(scheme, path, role_id)

    def _adjusted(self, path: str) -> Mapping[tuple[str, int], EffectiveRole]:
        """The year's adjustments, by tree path and role key; none are read where none reach the path."""
        return {} if self._reading.places.isdisjoint(upwards(path)) else self._reading.adjustments

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
