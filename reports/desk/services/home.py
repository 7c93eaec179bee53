"""What the first page after signing in shows: for each duty its organisation, and what was recorded last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from members.enums import DutyKind
from members.models import Duty, Organisation
from members.scope import Scope
from reports.desk.services.ballots_due import ToConfirm, to_confirm
from reports.desk.services.home_below import Overview, overview
from reports.desk.services.home_kept import Kept, kept_branch
from reports.desk.services.notices import Overdue, overdue
from reports.desk.services.yearly.at_hand import year_at_hand
from reports.desk.services.yearly.waiting import Cases, Progress, ToDo, open_cases, progress, to_decide
from scoring.models import Entry

RECENT = 8
"""So many of the newest entries are shown."""


@dataclass(frozen=True, slots=True)
class Home:
    """The first page of one user.

    `kept` are the branches whose records the user keeps; `overview` is of those below a committee, and below
    whatever is kept and has more members than go on one page. `to_decide` are the years that wait for a
    committee's decision, `cases` those that it has not closed; `overdue` tells it which branches are late
    with the last half-year's notice; `reviewed` is the year that is submitted and decided on now, `progress`
    how far it is, for a committee.
    """

    kept: tuple[Kept, ...]
    overview: Overview | None
    to_confirm: tuple[ToConfirm, ...]
    to_decide: tuple[ToDo, ...]
    cases: Cases
    progress: Progress | None
    reviewed: int
    overdue: Overdue | None
    administrator: bool
    recent: Sequence[Entry]

    @property
    def idle(self) -> bool:
        """Whether there is no duty at all."""
        return not (self.kept or self.overview or self.to_confirm or self.administrator)


def home(duties: Iterable[Duty], scope: Scope, *, paced: bool = False, by_pace: bool = False) -> Home:
    """The first page of a user with these duties: as many queries for much as for little.

    With `paced` the branches below come with pace and points, for which they are all scored; `by_pace` the
    slowest first.
    """
    held: dict[str, list[Organisation]] = {kind: [] for kind in DutyKind}
    for duty in duties:
        if duty.organisation is not None:
            held[duty.kind].append(duty.organisation)
    kept = tuple(kept_branch(organisation, scope) for organisation in held[DutyKind.SECRETARY])
    overseen = [*held[DutyKind.COMMITTEE], *(one.organisation for one in kept if one.crowded)]
    recent = Entry.objects.visible_to(scope).select_related("member", "indicator").order_by("-pk")
    made = overview(overseen, scope.on, paced=paced, by_pace=by_pace)
    return Home(
        kept=kept,
        overview=made,
        to_confirm=to_confirm(held[DutyKind.CONFIRMING_OFFICER], scope),
        to_decide=tuple(to_decide(held[DutyKind.COMMITTEE], scope.on)) if held[DutyKind.COMMITTEE] else (),
        cases=open_cases(held[DutyKind.COMMITTEE]) if held[DutyKind.COMMITTEE] else Cases(),
        progress=progress(held[DutyKind.COMMITTEE], year_at_hand(scope.on), scope.on)
        if held[DutyKind.COMMITTEE]
        else None,
        reviewed=year_at_hand(scope.on),
        overdue=_overdue(made, scope.on) if held[DutyKind.COMMITTEE] and made else None,
        administrator=scope.administrator,
        recent=list(recent[:RECENT]) if scope.secretary_of else [],
    )


def _overdue(made: Overview, on: date) -> Overdue:
    return overdue([row.unit.organisation for row in made.rows if row.unit.members], on)
