"""What is printed, asked of the services: by readers, and issued by writers."""

from __future__ import annotations

from collections.abc import Iterator

from reports.periods import Period
from reports.services.approval import approval_pdf
from reports.services.printing import PageKind, notice_pdf, standing_pdf, summary_pdf
from tests.matrix.people import PLACES
from tests.matrix.verbs import Call
from tests.matrix.world import World


def printing(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """What is printed, which readers may."""
    organisation, period = world.cast.organisations[PLACES[place][0]], Period.parse("2025")
    yield (
        "verb summary",
        lambda by: summary_pdf(organisation=organisation, period=Period.parse("2025Q4"), by=by),
    )
    yield (
        "verb reminders",
        lambda by: standing_pdf(
            organisation=organisation, period=Period.parse("2025H2"), by=by, kind=PageKind.PRAISE
        ),
    )
    yield "verb approval form", lambda by: approval_pdf(branch_year=world.submitted[place], by=by)
    yield (
        "verb notice",
        lambda by: notice_pdf(organisation=organisation, period=period, by=by, annual=True, issue=False),
    )


def issuing(world: World, place: str) -> tuple[str, Call]:
    """What is printed for its readers, and issued where its writers print it."""
    organisation, period = world.cast.organisations[PLACES[place][0]], Period.parse("2025")
    return (
        "verb issue",
        lambda by: notice_pdf(organisation=organisation, period=period, by=by, annual=True, issue=True),
    )
