"""What holds for each role in a year, read from schemes and adjustments: the rows behind the book."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from members.models import Organisation, Role
from scoring.models import Adjustment, AdjustmentLine, Scheme
from scoring.services.published import (
    EffectiveRole,
    RequirementRow,
    SchemeRows,
    requirement_terms,
    standard,
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An adjustment with its whole list that is not stored yet, or not so."""

    adjustment: Adjustment
    lines: Sequence[AdjustmentLine]


class Reading:
    """One reading of a year's rows into effective roles.

    `rows` gives by tree path (empty: the whole tree) what the scheme in force there says. `roles` is filled
    by (scheme key, role key), `adjustments` by (tree path, role key); a `proposal` takes the place of what
    is stored for its organisation and role, and nothing is written. `places` are the tree paths that have
    adjustments: whoever asks about none of them does without reading these.
    """

    def __init__(self, year: int, rows: dict[str, SchemeRows], proposal: Proposal | None = None) -> None:
        self.year = year
        self.schemes = {path: found.scheme for path, found in rows.items()}
        self.rows = {found.scheme.pk: found for found in rows.values()}
        self.roles = {
            (key, role_id): effective
            for key, found in self.rows.items()
            for role_id, effective in found.roles.items()
        }
        self.proposal = proposal
        places = Adjustment.objects.of_year(year).order_by().values_list("organisation__path", flat=True)
        self.places = {*places, *([proposal.adjustment.organisation.path] if proposal is not None else [])}

    @cached_property
    def adjustments(self) -> dict[tuple[str, int], EffectiveRole]:
        """The adjusted roles of the year: two queries."""
        of_year = Adjustment.objects.of_year(self.year).select_related("organisation", "role__category")
        lines: dict[int, list[AdjustmentLine]] = defaultdict(list)
        rows = AdjustmentLine.objects.filter(adjustment__year=self.year).select_related("indicator")
        for line in rows.order_by("order"):
            lines[line.adjustment_id].append(line)
        found: dict[tuple[str, int], EffectiveRole] = {}
        for adjustment in of_year:
            self._place(adjustment, lines[adjustment.pk], found)
        if self.proposal is not None:
            self._place(self.proposal.adjustment, self.proposal.lines, found)
        return found

    def _place(
        self,
        adjustment: Adjustment,
        lines: Sequence[AdjustmentLine],
        found: dict[tuple[str, int], EffectiveRole],
    ) -> None:
        """Enter an adjustment where it holds; where no scheme is in force it changes nothing."""
        path = adjustment.organisation.path
        scheme = next((self.schemes[place] for place in upwards(path) if place in self.schemes), None)
        if scheme is not None:
            unadjusted = self.roles.get((scheme.pk, adjustment.role_id))
            found[path, adjustment.role_id] = self._adjusted(adjustment, lines, scheme, unadjusted)

    def _adjusted(
        self,
        adjustment: Adjustment,
        lines: Sequence[AdjustmentLine],
        scheme: Scheme,
        unadjusted: EffectiveRole | None,
    ) -> EffectiveRole:
        own = {row.indicator.pk: row for row in unadjusted.requirements} if unadjusted else {}
        excess = self.rows[scheme.pk].excess
        rows = tuple(
            RequirementRow(
                line.indicator,
                requirement_terms(
                    line.indicator,
                    excess.get(line.indicator_id),
                    quota=line.quota,
                    points=line.points,
                    waivable=line.waivable,
                ),
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
            scored=unadjusted.scored if unadjusted else True,
            annual_is_daily=unadjusted.annual_is_daily if unadjusted else self._daily_only(role, scheme),
            clause=unadjusted.clause if unadjusted else _clause(scheme),
            standard=standard(role, rows, scheme),
            requirements=rows,
            unadjusted=unadjusted.requirements if unadjusted else (),
            adjustment=adjustment,
        )

    def _daily_only(self, role: Role, scheme: Scheme) -> bool:
        """Whether a local role's annual score is its daily one: as with its category's scored roles (I5)."""
        kin = [
            other.annual_is_daily
            for (scheme_id, _), other in self.roles.items()
            if scheme_id == scheme.pk and other.category_id == role.category_id and other.scored
        ]
        return bool(kin) and all(kin)


def upwards(path: str) -> Iterator[str]:
    """The tree path and those above it, the nearest first; the empty one, the whole tree, is the last."""
    for end in range(len(path), -1, -Organisation.steplen):
        yield path[:end]


def _clause(scheme: Scheme) -> str:
    return str(scheme.clauses.get("adjustment", ""))
