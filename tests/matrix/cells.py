"""The cells: every page for every kind of user, every place and both methods, with what must come of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.db import models

from appraisal.models import BallotMeeting, Tally
from members.models import Leave, Member, Role
from scoring.models import Activity, Bonus, Entry, Judgement, Scheme, Waiver
from tests import rows
from tests.matrix import asking, jobs, noticed, printed, yearly
from tests.matrix.calls import calls
from tests.matrix.cell import FOUND, MOVED, NOT_FOUND, ONLY_GET, REFUSED, Cell, if_seen
from tests.matrix.forms import NAMED_PLACES, Forms
from tests.matrix.lists import autocomplete, key_of, list_queries
from tests.matrix.pages import Page, pages
from tests.matrix.people import PEOPLE, PLACES, Person, reads, reads_branch, sees, writes
from tests.matrix.world import CLOSED, World

OF_MEMBERS_YEARS = (Leave, Entry, Judgement, Bonus, Waiver, Tally)
"""What counts in a member's year, and so is held by a closed one."""
FOREIGN_KEYS = ("member", "contact", "organisation")


def cells(world: World, who: str, forms: Forms) -> Iterator[Cell]:
    """The cells of one kind of user."""
    person = PEOPLE[who]
    for page in pages():
        assert page.subject is not None, page.route
        made = _own(world, person, page) if page.model is None else _admin(world, person, page, forms)
        for name, place, method, url, statuses, data, stores in made:
            if person.username is None and page.subject not in ("PUBLIC", "CHECKED"):
                yield Cell(who, name, place, method, url, (MOVED,), data, subject=page.subject, login=True)
            else:
                written = ("RECORDS", "CONFIRMATION", page.subject) if place is not None else ()
                readonly = (
                    bool(written)
                    and page.model is None
                    and not any(writes(person, subject, place) for subject in written)
                )
                yield Cell(
                    who, name, place, method, url, statuses, data, stores, page.subject, readonly=readonly
                )
    stranger = person.username is None
    for name, url, statuses in autocomplete(world, person):
        yield Cell(who, name, None, "GET", url, (MOVED,) if stranger else statuses, login=stranger)
    for name, url in asking.of_oneself():
        yield Cell(who, name, None, "GET", url, (MOVED,) if stranger else (FOUND, MOVED), login=stranger)
    for asked in (*asking.of_places(world), *forms.guided):
        yield _asked(who, person, asked)
    if person.username is not None:
        yield from calls(world, who, person)


def _asked(who: str, person: Person, asked: asking.Asked) -> Cell:
    """A page of a place, asked for by its readers, or with a form that only its writers may send."""
    may = writes(person, "RECORDS", asked.place)
    stores = bool(asked.data) and may and asked.joins is None
    answers: tuple[int, ...] = (NOT_FOUND,)
    if person.username is None:
        answers = (MOVED,)
    elif asked.everywhere and not may and writes(person, "RECORDS"):
        answers = (FOUND,)
    elif asked.joins is not None and writes(person, "RECORDS", asked.joins):
        answers = (FOUND, NOT_FOUND)
    elif asked.data and may:
        answers = (asked.refused or MOVED,)
    elif not asked.data and (may or (not asked.for_writers and sees(person, asked.subject, asked.place))):
        answers = (FOUND,)
    return Cell(
        who, asked.name, asked.place, "POST" if asked.data else "GET", asked.url, answers, asked.data, stores,
        asked.subject, readonly=not (may or asked.joins or asked.everywhere), login=person.username is None,
    )  # fmt: skip


def closed_to(world: World, person: Person) -> set[str]:
    """Beginnings of the addresses of what the person does not find: no page leads there."""
    tree = world.cast.organisations
    closed = {f"/branches/{quote(one.code)}/" for code, one in tree.items() if not reads_branch(person, code)}
    for place in PLACES:
        for page in (page for page in pages() if page.kind == "change"):
            subject = "RECORDS" if page.model is Role else page.subject or ""
            lying = [world.rows[place][page.model]] if page.model in world.rows[place] else []
            if page.model is Activity:
                lying += [world.guests[place], world.closed_activities[place]]
            if not sees(person, subject, place):
                closed |= {page.url({"object_id": row.pk}).removesuffix("change/") for row in lying}
        if not sees(person, "RECORDS", place):
            closed |= {f"/members/{quote(number)}/" for number in world.numbers[place]}
    return closed


Made = Iterator[tuple[str, str | None, str, str, tuple[int, ...], dict[str, Any], bool]]

# --- pages of the site ----------------------------------------------------------------------------

SITE: dict[str | None, tuple[int, ...]] = {
    "index": (FOUND,), "jsi18n": (FOUND, ONLY_GET), "logout": (MOVED, ONLY_GET),
    "autocomplete": (REFUSED, NOT_FOUND, ONLY_GET), None: (NOT_FOUND,),
}  # fmt: skip
OWN = {"audience": "secretary", "slug": "meeting"}
"""What fills in the keys of pages that are everybody's own."""
APPS = ("members", "scoring", "appraisal", "reports")
QUERIES = {
    "branch_print": {"kind": "annual", "period": "2025"},
    "ballot_confirm": {"step": "confirm"},
}
"""What is asked of a page that needs more than its address; an attempt to confirm is logged."""
FORMATS = {"branch_print": ("&format=docx", "&format=xlsx")}
"""The formats besides PDF in which a page of ours is asked for."""
ONLY_POST = ("activity_hold", "activity_attach", "activity_detach", "ballot_confirm", "ballot_recount")
FOR_WRITERS = (
    *ONLY_POST, "activity_edit", "attendance_template", "branch_adjustment", "member_transfer",
    "member_role", "member_ending", "member_leave", "member_leave_ending", "member_leave_correction",
)  # fmt: skip
"""Pages that only lead to writing: who reads and does not write finds none of them."""
SHOWN: dict[str, tuple[int, ...]] = {
    "member_leave_ending": (FOUND, MOVED, NOT_FOUND),
    "branch_workbook": (FOUND, MOVED),
    "analysis_workbook": (FOUND, MOVED),
    "member_card": (FOUND, MOVED),
}
"""Pages that, where there is nothing of theirs, lead back or are not found."""


def _own(world: World, person: Person, page: Page) -> Made:
    answers: tuple[int, ...]
    name = page.name or page.route
    if page.subject == "PUBLIC":
        for method in ("GET", "POST"):
            yield name, None, method, page.url({}), (FOUND, MOVED, ONLY_GET), {}, False
    elif page.subject == "SIGNED_IN":
        for method in ("GET", "POST"):
            answers = (FOUND,) if method == "GET" else (FOUND, ONLY_GET)
            yield name, None, method, page.url(OWN), answers, {}, False
    elif page.subject == "SITE":
        for label in APPS if page.keys == ("app_label",) else ("",):
            for method in ("GET", "POST"):
                statuses = SITE.get(page.name) or _app(person, label)
                url = page.url({"app_label": label, "url": "nowhere/"})
                answers = if_seen(reads(person, "SITE"), statuses)
                yield f"{name} {label}", None, method, url, answers, {}, False
    elif name in noticed.PAGES:
        yield from noticed.made(world, person, page)
    elif name in yearly.PAGES:
        yield from yearly.made(world, person, page)
    elif name in jobs.PAGES:
        yield from jobs.made(world, person, page)
    elif page.subject == "RECORDS" and not page.keys:
        for method in ("GET", "POST"):
            may = writes(person, "RECORDS")
            yield name, None, method, page.url({}), if_seen(may, (FOUND,)), {}, False
    else:
        for place in (None,) if page.subject == "RULES" else NAMED_PLACES:
            yield from _placed(world, person, page, name, place)


def _placed(world: World, person: Person, page: Page, name: str, place: str | None) -> Made:
    """A page about what lies in a place: some are for its writers alone, some take nothing but a POST."""
    subject, query = page.subject or "", QUERIES.get(name, {})
    may = writes(person, subject, place)
    seen = may if name in FOR_WRITERS else sees(person, subject, place)
    url = page.url(_keys(world, page, place))
    asked = url + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")
    gets = (ONLY_GET, NOT_FOUND) if name in ONLY_POST else if_seen(seen, SHOWN.get(name, (FOUND,)))
    for ending in ("", *FORMATS.get(name, ())):
        yield name + ending, place, "GET", asked + ending, gets, {}, False
    answers: tuple[int, ...] = (FOUND, MOVED, ONLY_GET)
    if subject == "NOTICES" and seen:
        answers = (FOUND,)
    elif not may:
        answers = (*answers, NOT_FOUND) if seen and subject != "RECORDS" else (NOT_FOUND, ONLY_GET)
    elif name in SHOWN:
        answers = (*answers, *SHOWN[name])
    yield name, place, "POST", url, answers, query, bool(query) and may


def _app(person: Person, label: str) -> tuple[int, ...]:
    models_read = [
        page for page in pages()
        if page.kind == "changelist" and page.model and page.model._meta.app_label == label
        and reads(person, page.subject or "")
    ]  # fmt: skip
    return (FOUND,) if models_read else (NOT_FOUND,)


def _keys(world: World, page: Page, place: str | None) -> dict[str, object]:
    """What fills in the keys of one of the site's own pages; a key without a meaning here fails."""
    if place is None:
        scheme = Scheme.objects.order_by("pk")[0]
        return {"code": scheme.code, "version": scheme.version}
    code, number = PLACES[place]
    known = {
        "code": world.cast.organisations[code].code,
        "number": world.cast.members[number].number,
        "year": rows.YEAR - 1,
        "pk": world.rows[place][Activity].pk,
        "activity": world.rows[place][Activity].pk,
        "meeting": world.rows[place][BallotMeeting].pk,
        "kind": "papers",
    }
    if (page.name or "").startswith("ballot_"):
        known["pk"] = known["meeting"]
    return {key: known[key] for key in page.keys}


# --- pages of the admin ---------------------------------------------------------------------------


def _admin(world: World, person: Person, page: Page, forms: Forms) -> Made:
    assert page.model is not None
    assert page.subject is not None
    answers: tuple[int, ...]
    label, reading = f"{page.model._meta.label} {page.kind}", reads(person, page.subject)
    if page.kind == "changelist":
        url = page.url({})
        yield label, None, "GET", url, if_seen(reading, (FOUND,)), {}, False
        yield label, None, "POST", url, if_seen(reading, (FOUND,)), {}, False
        for query, statuses in list_queries(world, page):
            yield f"{label}?{query}", None, "GET", f"{url}?{query}", if_seen(reading, statuses), {}, False
    elif page.kind == "add":
        yield from _adding(world, person, page, forms, label)
    elif page.kind == "specimen_new":
        yield from printed.specimen(label, None, page.url({}), {}, writes(person, page.subject), reading)
    elif page.kind == "export":
        for method in ("GET", "POST"):
            answers = (FOUND, ONLY_GET) if method == "POST" else (FOUND,)
            yield label, None, method, page.url({}), if_seen(reading, answers), {}, False
    elif page.kind.startswith("import"):
        may = writes(person, page.subject) and "key" not in page.keys
        url = page.url({"key": "00000000-0000-4000-8000-000000000000"})
        for method in ("GET", "POST"):
            answers = (FOUND, MOVED, ONLY_GET) if may else (REFUSED, NOT_FOUND, ONLY_GET)
            yield label, None, method, url, answers, {}, False
        if page.kind == "import_template":
            yield from _templates(world, person, page, label)
    else:
        for place in world.places_of(page.model):
            row = world.rows[place][page.model]
            yield from _object(person, page, forms, label, place, row)
        if page.model is Member and page.kind == "history":
            assert world.hither is not None
            url, seen = page.url({"object_id": world.hither.pk}), sees(person, "RECORDS", "here")
            yield f"{label} of a newcomer", "here", "GET", url, if_seen(seen, (FOUND,)), {}, False
        if page.model is Activity:
            for place in NAMED_PLACES:
                yield from _guests(world, person, page, label, place)


def _object(
    person: Person, page: Page, forms: Forms, label: str, place: str | None, row: models.Model
) -> Made:
    model, subject = page.model, page.subject or ""
    assert model is not None
    seen, written = sees(person, subject, place), writes(person, subject, place)
    if model is Role and place is not None:
        seen = sees(person, "RECORDS", place)  # a local role is its branch's
    url = page.url({"object_id": row.pk})
    refused = (REFUSED,) if seen else (NOT_FOUND,)
    if page.kind == "redirect":
        for method in ("GET", "POST"):
            yield label, place, method, url, if_seen(reads(person, subject), (MOVED,)), {}, False
    elif page.kind in ("history", "scan", "evidence"):
        for method in ("GET", "POST"):
            yield label, place, method, url, if_seen(seen, (FOUND,)), {}, False
    elif page.kind == "change":
        yield label, place, "GET", url, if_seen(seen, (FOUND,)), {}, False
        data, may = forms.change(model, place), written and page.admin.changeable
        yield label, place, "POST", url, (MOVED,) if may else refused, data, may
        yield f"{label} as new", place, "POST", url, (NOT_FOUND,), {"_saveasnew": "1"}, False
    elif page.kind == "delete":
        may = written and page.admin.deletable
        yield label, place, "GET", url, (FOUND,) if may else refused, {}, False
        yield label, place, "POST", url, (MOVED,) if may else refused, {"post": "yes"}, may
    elif page.kind == "undo":
        may = seen and writes(person, "RECORDS", place)
        yield label, place, "GET", url, if_seen(may, (FOUND,)), {}, False
        yield label, place, "POST", url, if_seen(may, (MOVED,)), {}, may
    elif page.kind == "specimen":
        yield from printed.specimen(label, place, url, forms.change(model, place), written, seen)
    elif page.kind == "second_factor":
        yield label, place, "GET", url, (FOUND,) if written else refused, {}, False
        yield label, place, "POST", url, (MOVED,) if written else refused, {}, written
    elif page.kind == "password":
        data = {"password1": "correct horse 99", "password2": "correct horse 99"}
        yield label, place, "GET", url, (FOUND,) if written else refused, {}, False
        yield label, place, "POST", url, (MOVED,) if written else refused, data, written
    else:
        raise AssertionError(f"nobody has said what is expected of {page.route}")


def _templates(world: World, person: Person, page: Page, label: str) -> Made:
    """The workbook to fill in for one branch, which names its members."""
    for place, (code, _number) in PLACES.items():
        may = writes(person, page.subject or "") and writes(person, "RECORDS", place)
        answers = (FOUND,) if may else (REFUSED, NOT_FOUND)
        url = page.url({}) + f"?org={quote(world.cast.organisations[code].code)}"
        yield f"{label} of one branch", place, "GET", url, answers, {}, False


def _guests(world: World, person: Person, page: Page, label: str, place: str) -> Made:
    """An activity with somebody of another branch on its list, who stays unnamed."""
    if page.kind in ("change", "history", "delete"):
        url = page.url({"object_id": world.guests[place].pk})
        answers = if_seen(sees(person, "RECORDS", place), (FOUND,))
        if page.kind == "delete" and answers == (FOUND,) and not writes(person, "RECORDS", place):
            answers = (REFUSED,)
        yield f"{label} with a guest", place, "GET", url, answers, {}, False


def _adding(world: World, person: Person, page: Page, forms: Forms, label: str) -> Made:
    subject, url = page.subject or "", page.url({})
    may = writes(person, subject) and page.admin.addable
    closed = (REFUSED,) if reads(person, subject) else (NOT_FOUND,)
    yield label, None, "GET", url, (FOUND,) if may else closed, {}, False
    if page.model not in forms.added["here"]:
        yield label, None, "POST", url, (FOUND,) if may else closed, {}, False
    for place in NAMED_PLACES:
        if page.model not in forms.added[place]:
            continue
        query, data = forms.added[place][page.model]
        keys = {name: key_of(world, place, name) for name in FOREIGN_KEYS if name in data}
        asked = url + query
        stores = may and writes(person, subject, place)
        answers = ((MOVED,) if stores else (FOUND,)) if may else closed
        yield label, place, "POST", asked, answers, data, stores
        filled = "&".join(f"{name}={value}" for name, value in keys.items())
        yield f"{label}?…", place, "GET", f"{url}?{filled}", (FOUND,) if may else closed, {}, False
        if may and subject == "RECORDS":
            yield from _crossed(world, person, label, asked, place, data)
            if page.model in OF_MEMBERS_YEARS:
                year = {
                    name: CLOSED if value == rows.YEAR else re.sub(r"^20\d\d-", f"{CLOSED}-", str(value))
                    for name, value in data.items()
                }
                if "year" in year:
                    year["year"] = CLOSED
                yield f"{label} closed year", place, "POST", asked, (FOUND,), year, False


def _crossed(world: World, person: Person, label: str, url: str, place: str, data: dict[str, Any]) -> Made:
    """The same form with one key of another branch in it."""
    for other in NAMED_PLACES:
        for name in FOREIGN_KEYS:
            if name in data and _between(person, place, other):
                crossed = {**data, name: key_of(world, other, name)}
                yield f"{label} with {name} of {other}", place, "POST", url, (FOUND,), crossed, False


def _between(person: Person, place: str, other: str) -> bool:
    return writes(person, "RECORDS", place) and not writes(person, "RECORDS", other)
