"""Branch adjustments beside the standard: what was resolved, and what differs by it 【二】."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.desk.services.formulas import plain
from scoring.models import Adjustment
from scoring.services.effective import EffectiveRole, RequirementRow


@dataclass(frozen=True, slots=True)
class Difference:
    """One requirement that the adjustment changes; a text is empty where that side does not ask for it."""

    wording: str
    standard: str
    adjusted: str


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A role whose standard is an adjusted one, with the resolution and the differences."""

    role: str
    adjustment: Adjustment
    local: bool
    differences: tuple[Difference, ...]


def adjusted(roles: Iterable[EffectiveRole]) -> list[Adjusted]:
    """The adjustments by which any of the roles is scored, each once, in the order of the roles' keys."""
    found = {}
    for role in roles:
        if role.adjustment is not None:
            found[role.adjustment.pk] = role
    return [
        Adjusted(
            role=str(role.role),
            adjustment=role.adjustment,
            local=not role.unadjusted,
            differences=tuple(_differences(role)),
        )
        for _key, role in sorted(found.items())
        if role.adjustment is not None
    ]


def _differences(role: EffectiveRole) -> list[Difference]:
    standard = {row.code: row for row in role.unadjusted}
    found = []
    for row in role.requirements:
        own = standard.pop(row.code, None)
        before = _asked(own) if own is not None else ""
        if before != _asked(row):
            found.append(Difference(row.wording, before, _asked(row)))
    found += [Difference(row.wording, _asked(row), "") for row in standard.values()]
    return found


def _asked(row: RequirementRow) -> str:
    points = _("%(points)s points") % {"points": plain(row.points)}
    asked = points if row.quota is None else f"{row.quota} {row.indicator.unit} · {points}"
    return f"{asked} · {_('waivable')}" if row.waivable else asked
