"""What the first page after signing in shows: for each duty its organisation, and what was recorded last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from members.enums import DutyKind
from members.models import Organisation, User
from members.scope import Scope
from reports.desk.services.branch import Below, below
from scoring.models import Entry

RECENT = 8
"""So many of the newest entries are shown."""


@dataclass(frozen=True, slots=True)
class Home:
    """The first page of one user. `secretary_of` and `committee_of` list units with their members today."""

    secretary_of: tuple[Below, ...]
    committee_of: tuple[Below, ...]
    administrator: bool
    recent: Sequence[Entry]

    @property
    def idle(self) -> bool:
        """Whether there is no duty at all."""
        return not (self.secretary_of or self.committee_of or self.administrator)


def home(user: User, scope: Scope, on: date) -> Home:
    """The first page of a user: a number of queries that does not depend on how much there is."""
    duties = user.duties.in_force(on).filter(organisation__isnull=False).select_related("organisation")
    held: dict[str, list[Organisation]] = {DutyKind.SECRETARY: [], DutyKind.COMMITTEE: []}
    for duty in duties.order_by("organisation__path"):
        if duty.organisation is not None:
            held[duty.kind].append(duty.organisation)
    recent = Entry.objects.visible_to(scope).select_related("member", "indicator").order_by("-pk")
    return Home(
        secretary_of=_listed(held[DutyKind.SECRETARY], on),
        committee_of=_listed(held[DutyKind.COMMITTEE], on),
        administrator=scope.administrator,
        recent=list(recent[:RECENT]) if scope.secretary_of else [],
    )


def _listed(organisations: list[Organisation], on: date) -> tuple[Below, ...]:
    return tuple(below(organisations, on)) if organisations else ()
