"""The import of the roster: members and their postings written as one file says them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from members.models import ImportBatch, Member, Posting
from members.services import recording, roster
from members.services.by import By
from members.services.importing import Source, Update, Years, importing, refuse_closed_years
from members.services.joining import Stay, refuse_joining


@dataclass(frozen=True, slots=True)
class Roster:
    """What a roster file changes.

    `admitted` are new members, each with the postings that begin the roster's record; an empty number is
    assigned. `postings` are new ones of stored members; `facts` and `ends` change stored rows.
    """

    admitted: list[tuple[Member, list[Posting]]] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    facts: list[Update] = field(default_factory=list)
    ends: list[tuple[Posting, Update]] = field(default_factory=list)


def import_roster(*, by: By, source: Source, plan: Roster) -> ImportBatch:
    """Take a roster file in: members, their postings, ends of postings, changed facts.

    Raises Refused (closed year), OutOfScope or Stale; then nothing is written.
    """
    known = {posting.member_id for posting in plan.postings}
    known |= {posting.member_id for posting, _update in plan.ends} | {update.key for update in plan.facts}
    spans: dict[int, list[Years]] = {}
    for posting in plan.postings:
        spans.setdefault(posting.member_id, []).append(posting.years_counted())
    for posting, update in plan.ends:
        spans.setdefault(posting.member_id, []).append(years_of_new_end(update))
    made = [posting for _member, postings in plan.admitted for posting in postings]
    stays = [*map(Stay.of, (*made, *plan.postings)), *_lengthened(plan)]
    with importing(by=by, source=source) as writing:
        recording.permit_members(by, known)
        for organisation in {posting.organisation_id for posting in (*made, *plan.postings)}:
            recording.permit_organisation(by, organisation)
        refuse_closed_years(spans)
        refuse_joining(stays)
        members = [member for member, _postings in plan.admitted]
        _number(members)
        for member in members:
            member.refresh_keys()
        writing.add(members)
        for member, postings in plan.admitted:
            for posting in postings:
                posting.member = member
        writing.change(Member, map(_with_keys, plan.facts))
        # Ends first: a new posting may begin where an open one ends.
        writing.change(Posting, [update for _posting, update in plan.ends])
        writing.add([*made, *plan.postings])
    return writing.batch


def years_of_new_end(update: Update) -> Years:
    """Return the first and last year that a posting's new end changes."""
    ends = [end for end in (update.before["end"], update.after["end"]) if end is not None]
    first_day_changed: date = min(ends) + timedelta(days=1)
    return first_day_changed.year, max(ends).year if len(ends) == 2 else None


def _lengthened(plan: Roster) -> Iterator[Stay]:
    """The days by which stored postings become longer."""
    for posting, update in plan.ends:
        ended = Posting(organisation_id=posting.organisation_id, start=posting.start, end=update.after["end"])
        longer = Stay.longer(ended, update.before["end"])
        if longer is not None:
            yield longer


def _with_keys(update: Update) -> Update:
    """Return the update of a member with the keys that go with a new name."""
    if "name" not in update.after:
        return update
    renamed = Member(name=update.after["name"])
    renamed.refresh_keys()
    keys = {"name_key": renamed.name_key, "initials": renamed.initials}
    return Update(update.key, update.before, {**update.after, **keys})


def _number(members: Sequence[Member]) -> None:
    """Assign the next free numbers to members without one, in their order."""
    taken = {member.number for member in members if member.number}
    serial = int(roster.next_number()[1:])
    for member in members:
        if not member.number:
            while (number := f"P{serial:07d}") in taken:
                serial += 1
            member.number = number
            serial += 1
