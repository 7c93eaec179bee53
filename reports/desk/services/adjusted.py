"""Branch adjustments beside the standard: what was resolved, and what differs by it 【二】."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from members.scope import Scope
from reports.desk.services.formulas import plain
from reports.tables import MINUS
from scoring.models import Adjustment
from scoring.rules.exact import UNIT, Hundredths
from scoring.services.published import EffectiveRole, RequirementRow


@dataclass(frozen=True, slots=True)
class Difference:
    """One requirement that the adjustment changes; a text is empty where that side does not ask for it.

    `change` says by how much quota and points differ; empty where there is nothing to compare with.
    """

    wording: str
    standard: str
    adjusted: str
    change: str


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A role whose standard is an adjusted one, with the resolution and the differences.

    `url` leads to the resolution, for whoever reads the organisation that adopted it.
    """

    role: str
    adjustment: Adjustment
    local: bool
    differences: tuple[Difference, ...]
    url: str

    def in_words(self) -> list[str]:
        """The differences one by one, as in `org_life: 6 · 40 points → 8 · 42 points`."""
        return [f"{one.wording}: {one.standard or '—'} → {one.adjusted or '—'}" for one in self.differences]


def adjusted(roles: Iterable[EffectiveRole], scope: Scope) -> list[Adjusted]:
    """The adjustments by which any of the roles is scored, each once, in the order in which they come."""
    found = {}
    for role in roles:
        if role.adjustment is not None:
            found[role.adjustment.pk] = role
    return [
        Adjusted(
            role=str(role.role),
            adjustment=role.adjustment,
            local=not role.unadjusted,
            differences=tuple(differences(role)),
            url=reverse("admin:scoring_adjustment_change", args=[role.adjustment.pk])
            if scope.may_read(role.adjustment.organisation)
            else "",
        )
        for role in found.values()
        if role.adjustment is not None
    ]


def differences(role: EffectiveRole) -> list[Difference]:
    """What an adjusted role asks otherwise than the scheme, requirement by requirement."""
    standard = {row.code: row for row in role.unadjusted}
    found = []
    for row in role.requirements:
        own = standard.pop(row.code, None)
        before = in_words(own) if own is not None else ""
        if before != in_words(row):
            change = _change(own, row) if own is not None else ""
            found.append(Difference(row.wording, before, in_words(row), change))
    found += [Difference(row.wording, in_words(row), "", "") for row in standard.values()]
    return found


def _change(before: RequirementRow, after: RequirementRow) -> str:
    """By how much quota and points differ, as in `+2 次 · −1 points`."""
    more = (after.quota or 0) - (before.quota or 0)
    found = [f"{_signed(more * UNIT)} {after.indicator.measure}"] if more else []
    if after.points != before.points:
        found.append(_("%(points)s points") % {"points": _signed(after.points - before.points)})
    return " · ".join(found)


def _signed(value: Hundredths) -> str:
    return ("+" if value > 0 else MINUS) + plain(abs(value))


def in_words(row: RequirementRow) -> str:
    """What a requirement asks for, as in `6 次 · 40 points`."""
    points = _("%(points)s points") % {"points": plain(row.points)}
    asked = points if row.quota is None else f"{row.quota} {row.indicator.measure} · {points}"
    return f"{asked} · {_('waivable')}" if row.waivable else asked
