"""Orders of notices as cells: their pages, and what is asked of the services past them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.utils import timezone

from members.errors import OutOfScope, Refused
from members.services.by import By
from reports.enums import JobState, PartState
from reports.models import NoticeJob, NoticeJobPart
from reports.periods import Period
from reports.services.jobs import orders, working
from tests.matrix.cell import CLOSED_YEAR, FOUND, MOVED, NOT_FOUND, ONLY_GET, if_seen
from tests.matrix.noticed import notice_of
from tests.matrix.pages import Page
from tests.matrix.people import PLACES, Person, reads, sees, writes
from tests.matrix.verbs import Call
from tests.matrix.world import World

Made = Iterator[tuple[str, str | None, str, str, tuple[int, ...], dict[str, Any], bool]]

PAGES = ("jobs", "job_order", "job", "job_progress", "job_file")
ORDERED_BY = {"here": "owner"}
"""Whose an order is that reads its place. The one of the other branch is the owner's too, without a duty."""


def made(world: World, person: Person, page: Page) -> Made:
    """The cells of one of these pages."""
    name = page.name or ""
    if name == "jobs":
        for method, answers in (("GET", (FOUND,)), ("POST", (ONLY_GET,))):
            yield name, None, method, page.url({}), if_seen(reads(person, "JOBS"), answers), {}, False
        return
    for place in PLACES:
        seen = sees(person, "JOBS", place)
        code, row = world.cast.organisations[PLACES[place][0]].code, world.rows[place][NoticeJob]
        for file in ("package", "merged") if name == "job_file" else ("",):
            values = {"code": code, "pk": row.pk, "file": file}
            url = page.url({each: values[each] for each in page.keys})
            yield f"{name} {file}", place, "GET", url, if_seen(seen, (FOUND,)), {}, False
            may = seen and name == "job_order"
            yield f"{name} {file}", place, "POST", url, (FOUND,) if may else (NOT_FOUND, ONLY_GET), {}, False
        if name == "job_order":
            sent = {"page": "annual-2025"}
            yield f"{name} filled in", place, "POST", url, if_seen(seen, (MOVED,)), sent, seen
        if name == "job":
            own = person.username == ORDERED_BY.get(place)
            yield f"{name} again", place, "POST", url, if_seen(own, (MOVED,)), {"step": "again"}, own


def asked(world: World, person: Person, place: str) -> Iterator[tuple[str, Call, int, bool]]:
    """What is asked of the services: name, call, the answer, and whether it is stored."""
    organisation, row = world.cast.organisations[PLACES[place][0]], world.rows[place][NoticeJob]
    year = Period.parse("2025")
    seen, own = sees(person, "JOBS", place), person.username == ORDERED_BY.get(place)

    def order(by: By) -> object:
        return orders.order(by=by, organisation=organisation, period=year, kind="annual")

    def work(kind: str, period: str, by: Any) -> object:
        """Of an order that was given while the duty held."""
        job = NoticeJob.objects.create(
            organisation=organisation, kind=kind, period=period, ordered_by=by.user, ordered_at=by.now,
            begun_at=by.now, language="en",
        )  # fmt: skip
        part = NoticeJobPart.objects.create(job=job, organisation=organisation, position=1)
        working.work(job.pk, clock=timezone.now)
        for one in (job, part):
            one.refresh_from_db()
        if part.refusal == "Its notice has not been issued yet.":
            raise Refused(part.refusal)
        if job.state == JobState.NO_DUTY or part.state == PartState.FAILED:
            raise OutOfScope
        return part

    issues = writes(person, "NOTICES", place)
    worked = (FOUND if issues else CLOSED_YEAR) if seen else NOT_FOUND
    yield "verb order notices", order, FOUND if seen else NOT_FOUND, seen
    yield "verb work off an order", partial(work, "annual", "2025"), worked, issues
    held = notice_of(world, place)
    kept = partial(work, held.kind, held.period)
    yield "verb print what is issued", kept, FOUND if seen else NOT_FOUND, seen
    for name, act in (("cancel", orders.cancel), ("take up again", orders.take_up_again)):
        answer, stores = FOUND if own else NOT_FOUND, own and name != "cancel"
        yield f"verb {name}", partial(_acted, act, row), answer, stores


def _acted(act: Callable[..., object], row: Any, by: By) -> object:
    return act(by=by, job=row)
