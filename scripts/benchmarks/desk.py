"""Saving the list of a meeting, and the first page of a committee over many branches."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from unittest import mock

from benchmarks import runs
from benchmarks.report import Row
from benchmarks.visits import TURNS, client_of, empty_page, medians, queries, set_up, visit

SIZES = (20, 40, 80)
"""Members on the lists that are saved."""
MIDDLE = 40
DAY = date(runs.YEAR, 6, 1)
BRANCH = ("--branches", "1", "--members", "100", "--accounts")
BRANCHES, MEMBERS = 300, 1_500
OVERSEEN = ("--branches", str(BRANCHES), "--members", str(MEMBERS), "--accounts")
"""As many branches as a large sub-district has."""
LAST = datetime(runs.YEAR, 12, 31, 12, tzinfo=UTC)
"""The moment at which the first page is opened: the whole year has entries."""
QUERIES_OF_SAVING, QUERIES_OF_FIRST_PAGE = 20, 12


def measure() -> Iterator[Row]:
    """Queries and times of both."""
    copied = runs.SHELF / "desk.sqlite3"
    runs.copy(runs.database(*BRANCH), copied)
    counts, saving, plain = runs.worker("desk", copied, "saving")
    yield Row(
        f"Queries of saving the attendance of {_listed(SIZES)} members, the whole request, BEGIN and "
        "COMMIT among them",
        _listed(counts),
        f"the same, at most {QUERIES_OF_SAVING}",
        len(set(counts)) == 1 and counts[0] <= QUERIES_OF_SAVING,
    )
    yield Row(
        f"Saving the attendance of {MIDDLE}, every mark new, against the list of as many in Django’s own "
        f"admin ({TURNS} turns, medians)",
        f"{saving:.0f} ms / {plain:.0f} ms = {saving / plain:.2f} ×",
        "3 ×",
        saving <= 3 * plain,
    )
    runs.copy(runs.database(*OVERSEEN), copied)
    bare, paced, times = runs.worker("desk", copied, "overview")
    yield Row(
        f"Queries of a committee’s first page over {BRANCHES} branches with {MEMBERS:,} members; asked for "
        "their pace, with the scoring of all of them",
        f"{bare}; with pace {paced}",
        f"at most {QUERIES_OF_FIRST_PAGE}",
        bare <= QUERIES_OF_FIRST_PAGE,
    )
    whole, empty = times["first page"], times["empty"]
    allowed = 1.5 * (times["scoring"] + empty)
    yield Row(
        f"That first page with pace, whose table has {BRANCHES} lines, against the bare scoring of all "
        f"members and an empty page of the same frame ({TURNS} turns, medians)",
        f"{times['pace']:.0f} ms / {times['scoring'] + empty:.0f} ms = "
        f"{times['pace'] / (times['scoring'] + empty):.2f} ×; without pace {whole:.0f} ms",
        "1.5 ×",
        times["pace"] <= allowed,
    )


def _listed(numbers: Any) -> str:
    *most, last = map(str, numbers)
    return f"{', '.join(most)} and {last}"


def _worker(what: str) -> object:
    set_up()
    if what == "saving":
        return _saving()
    with mock.patch("django.utils.timezone.now", return_value=LAST):
        return _overview()


def _saving() -> tuple[list[int], float, float]:
    """The queries at each size, and the times in milliseconds of saving and of the plain list."""
    from django.conf import settings
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from members.enums import DutyKind, OrganisationKind
    from members.models import Member, Organisation, Posting, Role, User
    from members.services.guards import lifted

    branch = Organisation.objects.get(kind=OrganisationKind.BRANCH)
    settings.PLAIN_BRANCH = branch.code
    posted = Member.objects.posted_within(branch, DAY).order_by("number")
    members = list(posted.values_list("pk", flat=True)[: max(SIZES)])
    # A meeting must mean something for everybody on the list. Earlier years of the demo are closed.
    held = Posting.objects.on(DAY).filter(member__in=members)
    with lifted():
        held.update(role=Role.objects.get(code="community.member"))
    keys = dict(held.order_by("member__number").values_list("member", "pk"))
    root = Organisation.objects.order_by("path")[0]

    def alone(size: int) -> list[int]:
        """Leave so many in the branch."""
        chosen = members[:size]
        with lifted():
            Posting.objects.update(organisation=root)
            Posting.objects.filter(pk__in=[keys[member] for member in chosen]).update(organisation=branch)
        return chosen

    client = client_of(User.objects.filter(duties__kind=DutyKind.SECRETARY)[0])
    counts = []
    for size in SIZES:
        chosen = alone(size)
        _save(client, branch, chosen)()
        save = _save(client, branch, chosen)
        with CaptureQueriesContext(connection) as asked:
            save()
        counts.append(len(asked))
    chosen = alone(MIDDLE)
    plain = visit(client_of(User.objects.create_superuser("root")), "/plain/members/member/")
    fresh = iter([_save(client, branch, chosen) for _ in range(TURNS + 1)])
    times = medians({"saving": partial(_next, fresh), "plain": plain})
    return counts, times["saving"], times["plain"]


def _next(saves: Iterator[Callable[[], None]]) -> None:
    next(saves)()


def _save(client: Any, branch: Any, members: list[int]) -> Any:
    """What saves a new list, on which everybody is marked."""
    from django.urls import reverse
    from django.utils import timezone

    from members.services.by import By
    from scoring.models import Activity, ActivityKind
    from scoring.services.activities import save_activity

    activity = Activity(
        organisation=branch,
        kind=ActivityKind.objects.get(code="meeting"),
        date=DAY,
        title="-",
    )
    save_activity(by=By.operator(timezone.now()), activity=activity)
    path = reverse("attendance", args=[activity.pk])
    marks = {f"status-{key}": "present" if place % 4 else "absent" for place, key in enumerate(members)}
    sent = {"version": activity.version, "base": "{}", "step": "save", **marks}
    return partial(_sent, client, path, sent)


def _sent(client: Any, path: str, sent: dict[str, Any]) -> None:
    answer = client.post(path, sent)
    if answer.status_code != 302:
        sys.exit(f"{path}: {answer.status_code}, and nothing was saved")


def _overview() -> tuple[int, int, dict[str, float]]:
    """The queries without and with pace, and the times in milliseconds of what is compared."""
    from django.urls import reverse
    from django.utils import timezone

    from appraisal.services.results import results
    from members.enums import DutyKind
    from members.models import Organisation, User

    user = User.objects.filter(duties__kind=DutyKind.COMMITTEE)[0]
    root, today = Organisation.objects.order_by("path")[0], timezone.localdate()
    client, home = client_of(user), reverse("home")
    first_page, paced = visit(client, home), visit(client, f"{home}?pace=1")

    def scoring() -> None:
        list(results(year=today.year, as_of=today, within=root, annual_too=False))

    times = medians(
        {"first page": first_page, "pace": paced, "empty": empty_page(client), "scoring": scoring}
    )
    return queries(first_page), queries(paced), times


if __name__ == "__main__":
    print(json.dumps(_worker(sys.argv[1])))
