"""The pages of the annual review as cells: what the branch sends, what the committee decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from appraisal.enums import Missing
from appraisal.models import BranchYear, Case, Objection
from tests.matrix.cell import FOUND, MOVED, NOT_FOUND, ONLY_GET, if_seen
from tests.matrix.pages import Page
from tests.matrix.people import PLACES, Person, reads, sees, writes
from tests.matrix.reviews import NEXT_YEAR
from tests.matrix.world import APPROVED_YEAR, SUBMITTED_YEAR, World

Made = Iterator[tuple[str, str | None, str, str, tuple[int, ...], dict[str, Any], bool]]

OVERALL = {
    "review": SUBMITTED_YEAR, "review_print": APPROVED_YEAR,
    "eligibility": APPROVED_YEAR + 1, "eligibility_workbook": APPROVED_YEAR + 1,
    "eligibility_print": APPROVED_YEAR + 1, "cases": 0,
}  # fmt: skip
"""Pages of no single branch, and the year that they are asked for."""
PLACED = ("branch_year", "branch_submission", "branch_form", "branch_review", "case")
PAGES = (*OVERALL, *PLACED)
FORMATS = ("?format=docx", "?format=xlsx")
QUERIES: dict[str, tuple[str, ...]] = {
    "cases": ("?state=all",), "eligibility": ("?unit=DT0101",), "review": ("?order=-members",),
    "eligibility_print": ("?unit=DT0101", *FORMATS), "review_print": FORMATS, "branch_form": FORMATS,
}  # fmt: skip
"""What pages are asked besides their address."""


def made(world: World, person: Person, page: Page) -> Made:
    """The cells of one of these pages."""
    name, subject = page.name or "", page.subject or ""
    if name in OVERALL:
        yield from _overall(world, person, page, name, subject)
        return
    for place in PLACES:
        for year, key in _asked(world, place, name):
            values = {"code": world.cast.organisations[PLACES[place][0]].code, "year": year, "pk": key}
            url = page.url({each: values[each] for each in page.keys})
            for query in ("", *QUERIES.get(name, ())):
                found = if_seen(sees(person, subject, place), (FOUND,))
                yield name + query, place, "GET", url + query, found, {}, False
            may = writes(person, subject, place)
            shown = (FOUND,) if name == "case" and may else ()
            yield name, place, "POST", url, (NOT_FOUND, ONLY_GET, *shown), {}, False
            for step, data in _sent(world, place, name, year):
                answers = (MOVED,) if may else (NOT_FOUND,)
                yield f"{name} {step} {year}", place, "POST", url, answers, data, may


def _overall(world: World, person: Person, page: Page, name: str, subject: str) -> Made:
    url, seen = page.url({"year": OVERALL[name]} if page.keys else {}), reads(person, subject)
    for query in ("", *QUERIES.get(name, ())):
        # Of a unit that is unknown to the reader there is nothing to print: back to the page.
        answers = (FOUND, MOVED) if "unit" in query and name == "eligibility_print" else (FOUND,)
        yield name + query, None, "GET", url + query, if_seen(seen, answers), {}, False
    yield name, None, "POST", url, (NOT_FOUND, ONLY_GET), {}, False
    if name == "review":
        top = world.cast.organisations["DT"].pk
        data = {"of": str(top), f"of-{top}-warn_excellent": "on"}
        may = person.username == "committee"
        yield f"{name} warnings", None, "POST", url, (MOVED,) if may else (NOT_FOUND,), data, may


def _asked(world: World, place: str, name: str) -> Iterator[tuple[int, object]]:
    """The years that a page is asked for, and the key where it has one."""
    if name == "case":
        yield 0, world.rows[place][Case].pk
    elif name == "branch_submission":
        yield SUBMITTED_YEAR, world.submitted[place].snapshot_id
    elif name in ("branch_review", "branch_form"):
        yield from ((SUBMITTED_YEAR, None), (APPROVED_YEAR, None))
    else:
        held: Any = world.rows[place][BranchYear]
        yield from ((held.year, None), (NEXT_YEAR, None))


def _sent(world: World, place: str, name: str, year: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a page of the year is sent, filled in as it has to be."""
    if name == "case":
        case: Any = world.rows[place][Case]
        filed = {"measure": "education", "filed_on": "2026-02-03", "handled_filed_on": "2026-02-04"}
        said = {"education": "改" * 10, "review": "改" * 10, "reviewed_on": "2026-02-03", "confirmed": "yes"}
        yield "handled", {"version_read": str(case.version), **said, **filed}
    elif name == "branch_year" and year == NEXT_YEAR:
        yield "submit", {"step": "submit", "version_read": "0", "seen": "on", "missing": Missing.values}
    elif name == "branch_year":
        yield from _by_branch(world, place)
    elif name == "branch_review" and year == SUBMITTED_YEAR:
        version = {"version_read": str(world.submitted[place].version)}
        member = world.cast.members[PLACES[place][1]].pk
        yield "remarks", {"step": "remarks", f"remark-{member}": "改", **version}
        yield "return", {"step": "return", "reason": "改", **version}
        yield "approve", {"step": "approve", **version}
    elif name == "branch_review":
        version = {"version_read": str(world.approved[place].version)}
        yield "reopen", {"step": "reopen", "reason": "改", **version}


def _by_branch(world: World, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the branch says of a year that it has submitted."""
    held: Any = world.rows[place][BranchYear]
    yield "post", {
        "step": "post", "version_read": str(held.version), "posted_on": "2026-09-15", "place": "改",
        "until": "2026-09-20",
    }  # fmt: skip
    yield "object", {"step": "object", "raised_on": "2026-01-08", "raised_by": "", "text": "改"}
    objection: Any = world.rows[place][Objection]
    prefix = f"answer-{objection.pk}"
    yield "answer", {
        "step": "answer", "objection": str(objection.pk), f"{prefix}-version_read": str(objection.version),
        f"{prefix}-answered_on": "2026-01-09", f"{prefix}-answer": "改",
    }  # fmt: skip
