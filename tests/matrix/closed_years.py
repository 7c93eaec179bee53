"""What would count in a closed year: refused also to whoever writes the place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from datetime import date
from typing import Any

from appraisal.models import CountLine
from appraisal.services import counts
from members.models import Member, Organisation, Posting
from members.services import accounts, organisations, roster
from members.services.import_records import import_records
from members.services.import_roster import Roster, import_roster
from members.services.undoing import undo_import
from scoring.models import Adjustment, Entry
from scoring.services import activities, adjustments, ledger
from scoring.services.schemes import load_scheme
from tests import rows
from tests.cast import SCHEME
from tests.matrix.people import PLACES
from tests.matrix.verbs import Call, changed, ended, grids, lines_of, member_of, source_of
from tests.matrix.world import CLOSED, SUBMITTED_YEAR, World


def closed(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """What would count in the closed year: refused also to whoever writes the place."""
    made, member = world.rows[place], member_of(world, place)
    organisation, cast = world.cast.organisations[PLACES[place][0]], world.cast
    day = date(CLOSED, 6, 7)
    yield (
        "transfer",
        lambda by: roster.transfer(
            by=by, member=member, organisation=organisation, role=cast.roles["organ.member"], start=day
        ),
    )
    yield "correct entry", lambda by: ledger.save_entry(by=by, entry=changed(world.closed[place], note="改"))
    yield "withdraw entry", lambda by: ledger.withdraw_entry(by=by, entry=copy(world.closed[place]))
    essay = {"indicator": rows.indicator("essay"), "date": day, "quantity": 1}
    yield (
        "import records",
        lambda by: import_records(
            by=by,
            source=source_of("entries"),
            new=[Entry(member=member, recorded_at=by.now, **essay)],
            changed=[],
        ),
    )
    yield (
        "import posting",
        lambda by: import_roster(
            by=by, source=source_of("members"), plan=Roster(ends=[ended(made[Posting], date(CLOSED, 12, 1))])
        ),
    )
    yield (
        "adopt adjustment",
        lambda by: adjustments.adopt_adjustment(
            by=by,
            adjustment=changed(made[Adjustment], pk=None, id=None, year=CLOSED - 1),
            lines=lines_of(made),
        ),
    )
    batch = world.closed_imports[place]
    yield "undo import", lambda by: undo_import(by=by, batch=batch)
    old = world.closed_adjustments[place]
    yield (
        "propose adjustment",
        lambda by: adjustments.check_proposal(by=by, adjustment=copy(old), lines=lines_of(made)),
    )
    yield (
        "replace adjustment",
        lambda by: adjustments.replace_adjustment(
            by=by, adjustment=changed(old, resolution="改"), lines=lines_of(made)
        ),
    )
    yield "withdraw adjustment", lambda by: adjustments.withdraw_adjustment(by=by, adjustment=copy(old))
    counted = world.counted[place][1]
    yield "void count", lambda by: counts.void_count(by=by, meeting=counted, reason="改")
    held = world.closed_activities[place]
    yield "rename activity", lambda by: activities.save_activity(by=by, activity=changed(held, title="改"))
    yield "attendance", lambda by: activities.record_attendance(by=by, activity=copy(held), marks=[])
    yield "remove file", lambda by: activities.detach(by=by, activity=copy(held))
    yield from grids(world, place, CLOSED)
    yield from _joining(world, place)


def _joining(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """Whoever comes to be placed at the end of a year that is closed there, and has none closed himself."""
    organisation, role = world.cast.organisations[PLACES[place][0]], world.cast.roles["community.member"]
    (posting, batch), day = world.left[place], date(SUBMITTED_YEAR, 6, 1)
    newcomer = {"number": "M900", "name": "新人"}
    yield "admit", lambda by: roster.admit(
        by=by, member=Member(**newcomer), organisation=organisation, role=role, start=day
    )  # fmt: skip
    yield "post again", lambda by: roster.transfer(
        by=by, member=posting.member, organisation=organisation, role=role, start=day
    )  # fmt: skip
    yield "open again", lambda by: roster.end_posting(by=by, posting=copy(posting), end=None)
    yield (
        "import newcomer",
        lambda by: import_roster(
            by=by,
            source=source_of("members"),
            plan=Roster(
                admitted=[(Member(**newcomer), [Posting(organisation=organisation, role=role, start=day)])]
            ),
        ),
    )
    yield "undo ending", lambda by: undo_import(by=by, batch=batch)


def closed_counts(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """A count that would give tallies of the closed year."""
    held = world.counted[place][0]
    lines = CountLine.objects.filter(count__meeting=held)
    yield (
        "confirm count",
        lambda by: counts.confirm_count(by=by, meeting=held, seen=counts.digest(lines.by_member())),
    )


def closed_rules(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """A scheme that would newly govern the closed year, and a group that would be ranked in it."""
    organisation = world.cast.organisations[PLACES[place][0]]
    scheme = re.sub(rb"(?m)^version = 1$", b"version = 2", SCHEME.read_bytes(), count=1)
    yield "load scheme", lambda by: load_scheme(by=by, source=scheme, organisation=organisation)
    wandering: Any = world.wandering
    yield (
        "move group",
        lambda by: organisations.move(
            by=by,
            organisation=Organisation.objects.get(pk=wandering.pk),
            parent=Organisation.objects.get(pk=organisation.pk),
        ),
    )


def own() -> Iterator[tuple[str, Call]]:
    """What everybody does about the own account, and nobody about another."""
    yield "choose password", lambda by: accounts.choose_password(by=by, password="another horse 99")
