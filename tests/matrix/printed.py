"""What is printed, asked of the services: by readers, and issued by writers."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import date
from functools import partial
from typing import Any

from appraisal.models import BranchYear, Objection
from members.models import Organisation
from members.services.by import By
from reports.models import Notice
from reports.periods import Period
from reports.services import issuing, notices
from reports.services.approval import approval_file
from reports.services.printing import PageKind, handed_pages, notice_pages, summary_pages
from tests.matrix.cell import FOUND, NOT_FOUND, ONLY_GET, REFUSED
from tests.matrix.people import PLACES
from tests.matrix.verbs import Call
from tests.matrix.world import World


def printing(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """What is printed, which readers may."""
    organisation, period = world.cast.organisations[PLACES[place][0]], Period.parse("2025")
    yield (
        "verb summary",
        lambda by: summary_pages(organisation=organisation, period=Period.parse("2025Q4"), by=by),
    )
    for kind, code in (
        ("praise", "2025H2"),
        ("reminders", "2025H2"),
        ("cards", "2025Q4"),
        ("confirmation", "2025H2"),
        ("forms", "2025"),
    ):
        yield f"verb {kind}", partial(_handed, organisation, code, kind)
    yield "verb approval form", lambda by: approval_file(branch_year=world.submitted[place], by=by)
    yield (
        "verb notice",
        lambda by: notice_pages(organisation=organisation, period=period, by=by, annual=True, issue=False),
    )


def specimen(
    label: str, place: str | None, url: str, data: dict[str, Any], may: bool, seen: bool
) -> Iterator[tuple[str, str | None, str, str, tuple[int, ...], dict[str, Any], bool]]:
    """A specimen of settings that are not stored, for whoever may write them."""
    closed = REFUSED if seen else NOT_FOUND
    for method, sent, answer in (("GET", {}, ONLY_GET), ("POST", data, FOUND)):
        yield label, place, method, url, (answer if may else closed,), sent, False


def _handed(organisation: Organisation, code: str, kind: str, by: By) -> object:
    return handed_pages(organisation=organisation, period=Period.parse(code), by=by, kind=PageKind(kind))


def freezing(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """What is printed for its readers, and issued where its writers print it."""
    organisation, period = world.cast.organisations[PLACES[place][0]], Period.parse("2025")
    yield (
        "verb print and issue",
        lambda by: notice_pages(organisation=organisation, period=period, by=by, annual=True, issue=True),
    )


def proving(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """What its writers alone look at before they issue a notice."""
    organisation = world.cast.organisations[PLACES[place][0]]
    yield (
        "verb prove",
        lambda by: issuing.proof(by=by, organisation=organisation, period=Period.parse("2025H1")),
    )


def of_notices(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """What its writers alone do about a notice."""
    organisation = world.cast.organisations[PLACES[place][0]]
    held: Any = world.rows[place][Notice]
    yield (
        "verb issue",
        lambda by: issuing.issue(by=by, organisation=organisation, period=Period.parse("2025H1")),
    )
    yield (
        "verb post notice on the wall",
        lambda by: notices.post(by=by, notice=copy(held), day=by.today, place="改"),
    )
    year: Any = world.rows[place][BranchYear]
    yield (
        "verb post annual notice",
        lambda by: notices.post_year(by=by, branch_year=copy(year), day=by.today, place="改"),
    )
    raised = Objection(raised_on=date(2026, 8, 8), text="改")
    yield (
        "verb object to notice",
        lambda by: notices.register_objection(by=by, notice=copy(held), objection=copy(raised)),
    )
    yield "verb archive notice", lambda by: notices.archive(by=by, notice=copy(held))
