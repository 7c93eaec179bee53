"""What is done about a branch's year, asked of the services: by the branch, and by the committee above."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from datetime import date
from typing import Any

from appraisal.enums import Missing
from appraisal.models import BranchYear, Case, Objection, ReviewSettings
from appraisal.services import cases, objections, years
from members.services.by import By
from tests import rows
from tests.matrix.people import PLACES
from tests.matrix.world import World

Call = Callable[[By], object]
NEXT_YEAR = 2024
"""Of which nothing has been submitted yet."""


def submitting(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """What the branch does."""
    organisation, made = world.cast.organisations[PLACES[place][0]], world.rows[place]
    held: Any = made[BranchYear]
    yield "submit year", lambda by: years.submit_year(
        by=by, organisation=organisation, year=NEXT_YEAR, version=0, seen=Missing.values
    )  # fmt: skip
    yield "post notice", lambda by: years.post_notice(
        by=by, branch_year=copy(held), posted_on=by.today, place="改", until=by.today, least=by.today,
        most=by.today,
    )  # fmt: skip
    raised = Objection(branch_year=held, raised_on=date(rows.YEAR, 1, 8), text="改")
    yield (
        "register objection",
        lambda by: objections.register_objection(by=by, objection=copy(raised)),
    )
    answered: Any = copy(made[Objection])
    answered.answer = "改"
    yield (
        "answer objection",
        lambda by: objections.answer_objection(by=by, objection=copy(answered)),
    )


def deciding(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """What the committee does."""
    year, closed = world.submitted[place], world.approved[place]
    member = world.cast.members[PLACES[place][1]].pk
    yield "approve year", lambda by: years.approve_year(by=by, branch_year=copy(year))
    yield "return year", lambda by: years.return_year(by=by, branch_year=copy(year), reason="改")
    yield "reopen year", lambda by: years.reopen_year(by=by, branch_year=copy(closed), reason="改")
    yield (
        "remark on rows",
        lambda by: years.save_remarks(by=by, branch_year=copy(year), remarks={member: "改"}),
    )
    case: Any = copy(world.rows[place][Case])
    case.filed_on = date(rows.YEAR, 2, 3)
    yield "handle case", lambda by: cases.save_case(by=by, case=copy(case))
    settings: Any = copy(world.rows[place][ReviewSettings])
    settings.warn_excellent = True
    yield "review settings", lambda by: cases.save_review_settings(by=by, settings=copy(settings))
