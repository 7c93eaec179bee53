"""Branch adjustments in words, as notices and summaries state them (I23)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from members.models import Role
from members.text import strung
from reports.periods import day_text
from scoring.models import Indicator
from scoring.rules.exact import text


class ChangeWords:
    """Puts frozen adjustments into sentences in the active language; reads names once."""

    def __init__(self, frozen: Sequence[Mapping[str, Any]]) -> None:
        roles = {adjustment["role"] for adjustment in frozen}
        self._frozen = frozen
        self._roles = (
            Role.objects.select_related("category").filter(code__in=roles).in_bulk(field_name="code")
        )
        self._indicators = Indicator.objects.in_bulk(field_name="code") if frozen else {}

    def sentences(self) -> list[str]:
        """One sentence for each adjusted role: what differs from the standard, and the resolution's date."""
        return [
            _("%(role)s: %(changes)s (general meeting of %(date)s).")
            % {
                "role": self._roles[adjustment["role"]],
                "changes": strung(self._changes(adjustment)),
                "date": day_text(date.fromisoformat(adjustment["resolution_on"])),
            }
            for adjustment in self._frozen
        ]

    def _changes(self, adjustment: Mapping[str, Any]) -> list[str]:
        before = {row[0]: row for row in adjustment["unadjusted"]}
        after = {row[0]: row for row in adjustment["requirements"]}
        changes = []
        for code in [*after, *(code for code in before if code not in after)]:
            name = self._indicators[code].name
            if code not in before:
                changes.append(_("%(name)s added, %(now)s") % {"name": name, "now": self._terms(after[code])})
            elif code not in after:
                changes.append(_("%(name)s left out") % {"name": name})
            elif before[code][1:3] != after[code][1:3]:
                changes.append(
                    _("%(name)s from %(was)s to %(now)s")
                    % {"name": name, "was": self._terms(before[code]), "now": self._terms(after[code])}
                )
        return changes or [_("as in the standard")]

    def _terms(self, row: Sequence[Any]) -> str:
        """Quota and points of a frozen requirement [code, quota, hundredths of a point, waivable]."""
        code, quota, points = row[:3]
        worth = text(points)
        worth = worth.removesuffix(".00")
        if quota is None:
            return _("%(points)s points") % {"points": worth}
        indicator = self._indicators[code]
        return _("%(quota)s%(unit)s (%(points)s points)") % {
            "quota": quota,
            "unit": indicator.measure,
            "points": worth,
        }
