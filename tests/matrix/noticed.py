"""The pages of notices as cells: read by readers, acted on by writers, and checked by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from appraisal.services import snapshots
from reports.periods import Period
from reports.services import issuing
from tests.matrix.cell import FOUND, MOVED, NOT_FOUND, ONLY_GET, if_seen
from tests.matrix.pages import Page
from tests.matrix.people import PLACES, Person, sees, writes
from tests.matrix.world import World

Made = Iterator[tuple[str, str | None, str, str, tuple[int, ...], dict[str, Any], bool]]

PAGES = ("branch_notices", "branch_notice", "notice_paper", "notice_photo", "notice_check")


def made(world: World, person: Person, page: Page) -> Made:
    """The cells of one of these pages."""
    name = page.name or ""
    if name == "notice_check":
        yield name, None, "GET", page.url({"token": "forged"}), (NOT_FOUND,), {}, False
    for place in PLACES:
        held = notice_of(world, place)
        values = {"code": held.organisation.code, "pk": held.pk, "token": held.token}
        url = page.url(values)
        if name == "notice_check":
            yield f"{name} {place}", None, "GET", url, (FOUND,), {}, False
            yield f"{name} {place}", None, "POST", url, (ONLY_GET,), {}, False
            continue
        yield name, place, "GET", url, if_seen(sees(person, "NOTICES", place), (FOUND,)), {}, False
        yield name, place, "POST", url, (NOT_FOUND, ONLY_GET), {}, False
        if name != "branch_notices":
            other = notice_of(world, next(one for one in PLACES if one != place))
            crossed = page.url(values | {"pk": other.pk})
            yield f"{name} of another", place, "GET", crossed, (NOT_FOUND,), {}, False
        may = writes(person, "NOTICES", place)
        if name == "branch_notices":
            asked = f"{url}?kind=notice&period=2025H2"
            yield f"{name} ask", place, "GET", asked, if_seen(may, (FOUND,)), {}, False
        for step, data in _sent(held, name):
            yield f"{name} {step}", place, "POST", url, (MOVED,) if may else (NOT_FOUND,), data, may


def notice_of(world: World, place: str) -> Any:
    """The notice of the place."""
    return next(row for model, row in world.rows[place].items() if model.__name__ == "Notice")


def _seen(organisation: Any) -> str:
    """What the page that confirms the notice of the second half of 2025 shows."""
    period = Period.parse("2025H2")
    unit = issuing.unit_today(organisation, period, annual=False)
    assert unit is not None
    snapshot, _rows = snapshots.reckoned(unit=unit, purpose="notice", period="2025H2", as_of=period.last)
    return issuing.seen_as(snapshot, None)


def _sent(held: Any, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a page is sent, filled in as it has to be."""
    if name == "branch_notices":
        yield "issue", {"kind": "notice", "period": "2025H2", "seen": _seen(held.organisation)}
    elif name == "branch_notice":
        yield "post", {
            "step": "post", "version_read": str(held.version), "posted_on": "2026-09-15", "place": "改",
            "until": "2026-09-30",
        }  # fmt: skip
        yield "archive", {"step": "archive"}
        yield "object", {"step": "object", "raised_on": "2026-08-08", "raised_by": "", "text": "改"}
