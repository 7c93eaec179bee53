"""The cells in which services are asked, past every page: what each kind of user writes and finds."""

from __future__ import annotations

from collections.abc import Iterator

from tests.matrix import finding, jobs
from tests.matrix.cell import CLOSED_YEAR, FOUND, NOT_FOUND, Cell, if_seen
from tests.matrix.closed_years import closed, closed_counts, closed_rules, own
from tests.matrix.people import PLACES, Person, branches, reads, reads_branch, sees, writes
from tests.matrix.printed import freezing, of_notices, printing, proving
from tests.matrix.verbs import Call, crossed, imports, verbs
from tests.matrix.world import ABOVE, World


def calls(world: World, who: str, person: Person) -> Iterator[Cell]:
    """The cells of one kind of user."""
    for name, subject, call in finding.anywhere():
        yield _found(who, name, None, subject, call, seen=reads(person, subject))
    yield _found(who, "several branches", None, "TREE", finding.several, seen=len(branches(person)) > 1)
    for name, call in own():
        yield _call(who, f"verb {name}", None, "SIGNED_IN", call, FOUND, stores=True)
    for place in PLACES:
        yield from _findings(world, who, person, place)
        yield from _verbs(world, who, person, place)
        for other in PLACES:
            if other != place and not writes(person, "RECORDS", other):
                for name, call in crossed(world, place, other):
                    yield _call(who, f"verb {name} {other}", place, None, call, NOT_FOUND)
                for name, call in finding.crossed(world, place, other):
                    yield _found(who, f"{name} of {other}", place, None, call, seen=False)


def _call(
    who: str,
    name: str,
    place: str | None,
    subject: str | None,
    call: Call,
    answer: int,
    *,
    stores: bool = False,
) -> Cell:
    return Cell(who, name, place, "CALL", "", (answer,), {}, stores, subject, call)


def _found(who: str, name: str, place: str | None, subject: str | None, call: Call, *, seen: bool) -> Cell:
    return Cell(who, f"found {name}", place, "CALL", "", if_seen(seen), {}, False, subject, call, finds=True)


def _findings(world: World, who: str, person: Person, place: str) -> Iterator[Cell]:
    for name, subject, call in finding.readable(world, place):
        yield _found(who, name, place, subject, call, seen=sees(person, subject, place))
    for name, call in finding.writable(world, place):
        yield _found(who, name, place, "RECORDS", call, seen=writes(person, "RECORDS", place))
    name, call = finding.entering(world, place)
    may = writes(person, "RECORDS", place) or writes(person, "CONFIRMATION", place)
    yield _found(who, name, place, None, call, seen=may)
    above = person.holds("administrator") or reads_branch(person, ABOVE[place])
    for name, call in finding.from_above(world, place):
        yield _found(who, name, place, "TREE", call, seen=above and sees(person, "TREE", place))
    if sees(person, "RECORDS", place):
        name, call = finding.confirmation(world, place)
        yield _found(who, name, place, "RECORDS", call, seen=True)


def _verbs(world: World, who: str, person: Person, place: str) -> Iterator[Cell]:
    for name, subject, call in (*verbs(world, place), *imports(world, place)):
        may = writes(person, subject, place)
        yield _call(who, name, place, subject, call, FOUND if may else NOT_FOUND, stores=may)
    seen = FOUND if sees(person, "NOTICES", place) else NOT_FOUND
    for name, call in printing(world, place):
        yield _call(who, name, place, "NOTICES", call, seen)
    may = writes(person, "NOTICES", place)
    for name, call in freezing(world, place):
        yield _call(who, name, place, "NOTICES", call, seen, stores=may)
    for name, call in proving(world, place):
        yield _call(who, name, place, "NOTICES", call, FOUND if may else NOT_FOUND)
    for name, call in of_notices(world, place):
        yield _call(who, name, place, "NOTICES", call, FOUND if may else NOT_FOUND, stores=may)
    for name, call, answer, stores in jobs.asked(world, person, place):
        yield _call(who, name, place, "JOBS", call, answer, stores=stores)
    for subject, refused in (
        ("RECORDS", closed(world, place)),
        ("CONFIRMATION", closed_counts(world, place)),
        ("ACCOUNTS", closed_rules(world, place)),
    ):
        answer = CLOSED_YEAR if writes(person, subject, place) else NOT_FOUND
        for name, call in refused:
            yield _call(who, f"closed year {name}", place, subject, call, answer)
