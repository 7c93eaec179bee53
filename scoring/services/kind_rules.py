"""For which indicator taking part in an activity counts, by the schemes of one year (I29)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from members.models import Role
from scoring.models import ActivityRule, SchemeRole
from scoring.services.effective import upwards
from scoring.services.standards import editions

Rules = Mapping[tuple[int, int, int | None, int | None], int]
"""Keys of indicators by those of scheme, kind, category and role; the last two where a rule names them."""


def rules_of(schemes: Collection[int]) -> Rules:
    """The rules of these schemes, by key: one query."""
    rows = ActivityRule.objects.filter(scheme__in=schemes)
    found = rows.values_list("scheme", "kind", "category", "role", "indicator")
    return {(scheme, kind, category, role): to for scheme, kind, category, role, to in found}


def rule_for(rules: Rules, scheme: int, kind_id: int, role: Role) -> int | None:
    """Key of the indicator for which an activity of this kind counts in the role under the scheme, or None.

    The rule for the role goes before the one for its category, and that before the general one.
    """
    for category, key in ((None, role.pk), (role.category_id, None), (None, None)):
        indicator = rules.get((scheme, kind_id, category, key))
        if indicator is not None:
            return indicator
    return None


class KindRules:
    """The rules of one year; made by `for_year` with three queries, after which every answer is a look-up."""

    def __init__(self, schemes: dict[str, int], known: set[tuple[int, int]], rules: Rules) -> None:
        self._schemes, self._known, self._rules = schemes, known, rules

    @classmethod
    def for_year(cls, year: int) -> KindRules:
        """Read the rules of the schemes in force on 1 January."""
        schemes = {path: edition.key for path, edition in editions(year).items()}
        in_use = list(schemes.values())
        known = set(SchemeRole.objects.filter(scheme__in=in_use).values_list("scheme", "role"))
        return cls(schemes, known, rules_of(in_use))

    def indicator_of(self, kind_id: int, path: str, role: Role) -> int | None:
        """Key of the indicator for which an activity of this kind counts in the role there, or None.

        None also where no scheme is in force, or the one that is does not know the role and it is not local
        there.
        """
        scheme = next((self._schemes[place] for place in upwards(path) if place in self._schemes), None)
        if scheme is None:
            return None
        local = role.organisation is not None and path.startswith(role.organisation.path)
        if not local and (scheme, role.pk) not in self._known:
            return None
        return rule_for(self._rules, scheme, kind_id, role)
