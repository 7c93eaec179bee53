"""The analysis of a sub-district against the scoring of its members, part by part."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from benchmarks import runs
from benchmarks.pages import DISTRICT
from benchmarks.report import Row
from benchmarks.visits import Times, client_of, empty_page, medians, queries, set_up, visit

LAST = date(runs.YEAR, 12, 31)
TURNS = 7
PARTS = ("quarters", "rush")
"""Parts that take a reckoning of their own, and are shown when they are asked for."""


def measure() -> Iterator[Row]:
    """The first part, whose table has a line for each branch; beside it what the others take."""
    copied = runs.SHELF / "analysis.sqlite3"
    runs.copy(runs.database(*DISTRICT), copied)
    asked, times = runs.worker("analysis", copied)
    allowed = times["scoring"]
    told = ", ".join(f"{part} {times[part] / allowed:.2f} ×" for part in PARTS)
    yield Row(
        "Analysis of a sub-district of 10,000 in 300 branches, its first part, against the scoring of all "
        f"members and an empty page of the same frame ({TURNS} turns, medians); {asked} queries",
        f"{times['course']:.0f} ms / {allowed:.0f} ms = {times['course'] / allowed:.2f} ×; asked for: {told}",
        "1.5 ×",
        times["course"] <= 1.5 * allowed,
    )


def _worker() -> tuple[int, Times]:
    """The queries of the first part, and the times in milliseconds."""
    set_up()
    from django.urls import reverse
    from django.utils import timezone

    from appraisal.services.results import results
    from members.enums import DutyKind
    from members.models import Organisation
    from members.services import duties
    from members.services.by import By

    by, root = By.operator(timezone.now()), Organisation.objects.order_by("path")[0]
    user = duties.open_account(by=by, username="committee", password="-", full_name="-")
    start = date(runs.YEAR, 1, 1)
    duties.assign_duty(by=by, user=user, kind=DutyKind.COMMITTEE, organisation=root, start=start)
    client = client_of(user)
    page = f"{reverse('branch_analysis', args=[root.code])}?year={runs.YEAR}"
    course = visit(client, page)
    empty = empty_page(client)

    def bare() -> None:
        list(results(year=runs.YEAR, as_of=LAST, within=root))
        empty()

    asked = {part: visit(client, f"{page}&show={part}") for part in PARTS}
    times = medians({"scoring": bare, "course": course, **asked}, TURNS)
    return queries(course), times


if __name__ == "__main__":
    print(json.dumps(_worker()))
