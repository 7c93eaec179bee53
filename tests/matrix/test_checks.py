"""Every scope check is taken out in turn, and each time a cell of the matrix must notice."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from members.services import guards
from tests.matrix.cell import Cell
from tests.matrix.checks import Check, checks, watched
from tests.matrix.engine import Matrix
from tests.matrix.people import PEOPLE

FEW = ("own secretary", "committee above", "administrator", "anonymous")

PERMITS = (
    "reports.services.printing.summary_pages: _permit(",
    "reports.services.printing.handed_pages: _permit(",
    "reports.services.printing.notice_pages: _permit(",
    "reports.services.printing._units: if not by.scope.may_read(",
)
CARD = ("reports.desk.views.person.member_card: found", "reports.services.printing.card_pdf: if not Member")
CONFIRMING = (
    "appraisal.views.counts.confirm: meeting = get_object_or_404(",
    "appraisal.services.counts._confirming: if by.user is None",
)
SECOND_LINES = {
    "members.services.roster.transfer: recording.refuse_closed(": (
        "members.services.roster.transfer: refuse_joining(",
    ),
    "reports.services.jobs.working._permitted: if organisation is not None": (
        "reports.services.jobs.working._permitted: if not by.scope.may_read(job.organisation)",
    ),
    "appraisal.services.years.submit_year: recording.permit_organisation(": (
        "appraisal.services.snapshots.freeze: recording.permit_organisation(",
    ),
    "reports.services.issuing.draft: recording.permit_organisation(": (
        "appraisal.services.snapshots.freeze: recording.permit_organisation(",
        "members.services.recording.add: permit(",
    ),
    "reports.services.notices._locked: recording.permit_organisation(": (
        "appraisal.services.years.post_notice: recording.permit_organisation(",
        "members.services.recording.change: permit(",
        "members.services.recording.add: permit(",
    ),
    "reports.services.notices.post_year: recording.permit_organisation(": (
        "reports.services.notices._locked: recording.permit_organisation(",
        "appraisal.services.years.post_notice: recording.permit_organisation(",
        "members.services.recording.change: permit(",
    ),
    "appraisal.views.counts.confirm: meeting = get_object_or_404(": CONFIRMING,
    CARD[0]: CARD,
    CARD[1]: CARD,
    "reports.desk.views.schemes._find": ("policy.RULES.readers",),
    "policy.ACCOUNTS.writers": ("policy.ACCOUNTS.readers",),
    "policy.BALLOTS.readers": (
        "appraisal.views.ballots",
        "appraisal.views.counts",
        "appraisal.querysets.BallotMeetingQuerySet",
        "reports.desk.views.ballots",
    ),
    "policy.CONFIRMATION.readers": CONFIRMING,
    "policy.SUBMISSION.readers": ("reports.desk.views.year", "appraisal.querysets"),
    "policy.NOTICES.readers": ("reports.desk.views.branch.branch_print", *PERMITS),
    "reports.desk.views.branch.branch_print: organisation = get_object_or_404(": PERMITS,
    "reports.services.printing.summary_pages: _permit(": PERMITS,
    "reports.services.printing.handed_pages: _permit(": PERMITS,
    "reports.services.printing.notice_pages: _permit(": PERMITS,
    "reports.services.printing._units: if not by.scope.may_read(": PERMITS,
}
"""Checks by the beginnings of their names, and those beside which each stands: without all of them something
must be wrong that is not as long as the one is in its place."""

BRIEF = (
    "members.querysets.PostingQuerySet.visible_to",
    "members.services.roster.transfer: recording.permit_organisation(",
    "members.admin.base.ScopedAdmin.get_object",
    "members.policy.Policy.reads",
    "reports.desk.views.roster.guided: member",
    "reports.desk.views.adjustment.adjustment: organisation",
    "scoring.services.ledger.save_care: recording.permit_members(",
    "scoring.services.attendance.last_like",
    "scoring.resources.numbered.Numbered.stored",
)
"""Of each sort of check one, for a short count."""

TABLE = Path(settings.BASE_DIR) / "var" / "checks.txt"


@pytest.mark.shows
def test_taking_out_any_check_is_noticed(
    matrix: Matrix, short: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    found = checks()
    named = {*BRIEF, *SECOND_LINES, *chain(*SECOND_LINES.values())}
    assert [start for start in named if not any(one.name.startswith(start) for one in found)] == []
    asked = [cell for who in (FEW if short else PEOPLE) for cell in matrix.cells(who)]
    table, unnoticed = [], []
    tried = [one for one in found if one.name.startswith(BRIEF)] if short else found
    # The database refuses closed years as well, and would hide that a service does not.
    with guards.lifted():
        ran = _what_runs(matrix, found, asked)
        for check in tried:
            beside = _beside(check, found)
            noticed = _noticed(matrix, check, beside, _likely([check, *beside], asked, ran))
            table.append(f"{check.name} → {noticed or 'NOTHING'}\n")
            if noticed is None:
                unnoticed.append(check.name)
            with capsys.disabled():
                sys.stdout.write(table[-1])
                sys.stdout.flush()
    table.append(f"{len(asked)} cells, {len(table)} checks taken out, {len(unnoticed)} unnoticed\n")
    with capsys.disabled():
        sys.stdout.write(table[-1])
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("".join(table))
    assert unnoticed == []


def _beside(check: Check, found: list[Check]) -> list[Check]:
    """The checks that are taken out with it, as they would hide that it is gone."""
    names = next((names for start, names in SECOND_LINES.items() if check.name.startswith(start)), ())
    return [one for one in found if one is not check and names and one.name.startswith(names)]


def _noticed(matrix: Matrix, check: Check, beside: list[Check], asked: Iterable[Cell]) -> str | None:
    """The first cell in which something is wrong without the check that with it is not, and what that is."""
    with ExitStack() as stack:
        for one in beside:
            stack.enter_context(one.without())
        for cell in asked:
            with check.without():
                wrong = list(matrix.problems(cell))
            usual = list(matrix.problems(cell)) if wrong and beside else []
            for problem in wrong:
                if problem not in usual:
                    return f"{cell} {cell.url}: {problem.splitlines()[0][:80]}"
    return None


def _what_runs(matrix: Matrix, found: list[Check], asked: list[Cell]) -> dict[Any, list[Cell]]:
    """By function the cells in which it runs; none of them may be wrong as things stand."""
    ran: dict[Any, list[Cell]] = {}
    met: set[Any] = set()
    with watched(found, met.add):
        for cell in asked:
            met.clear()
            assert list(matrix.problems(cell)) == [], str(cell)
            for name in met:
                ran.setdefault(name, []).append(cell)
    return ran


def _likely(taken_out: list[Check], asked: list[Cell], ran: dict[Any, list[Cell]]) -> Iterator[Cell]:
    """The cells that can tell, of each kind of user in turn: services, then what is refused and found."""
    cells: list[Cell] = []
    for check in taken_out:
        if check.function is not None:
            cells += ran.get(check.function, [])
        else:
            cells += [cell for cell in asked if check.subject in (None, cell.subject)]
    calls = [cell for cell in cells if cell.method == "CALL"]
    refused = [cell for cell in cells if cell.method != "CALL" and 200 not in cell.statuses]
    found = [cell for cell in cells if cell.method != "CALL" and 200 in cell.statuses]
    return chain(
        _in_turn(_by_user(calls)), _in_turn([list(_in_turn(_by_user(one))) for one in (refused, found)])
    )


def _by_user(cells: list[Cell]) -> list[list[Cell]]:
    return [[cell for cell in cells if cell.person == who] for who in PEOPLE]


def _in_turn(rows: list[list[Cell]]) -> Iterator[Cell]:
    return (cell for turn in zip_longest(*rows) for cell in turn if cell is not None)
