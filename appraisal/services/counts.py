"""The count of a ballot: entered, confirmed by another account, and voided where it is to be taken again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appraisal.enums import CountState, Hand, TallySource
from appraisal.models import BallotMeeting, Count, CountLine, Tally
from appraisal.models.votes import FIGURES
from appraisal.rules.tally import Votes
from appraisal.services.on_ballot import on_ballot_of, told
from members.errors import OutOfScope, Refused, Stale
from members.models import Member
from members.scope import Scope
from members.services import files, guards, log, recording
from members.services.bulk import insert, rewrite
from members.services.by import By
from members.text import listed


def locked(meeting: BallotMeeting) -> Count | None:
    """The standing count of a meeting, whose row is locked until the transaction ends."""
    BallotMeeting.objects.select_for_update().get(pk=meeting.pk)
    return meeting.counts.standing().first()


def may_enter(scope: Scope, meeting: BallotMeeting) -> bool:
    """Whether the scope enters the count: who writes the branch, and of two blind entries its officer."""
    return scope.may_write(meeting.organisation) or (
        meeting.blind and BallotMeeting.objects.confirmable_by(scope).filter(pk=meeting.pk).exists()
    )


def enter_count(
    *, by: By, meeting: BallotMeeting, votes: Mapping[int, Votes], seen: str = "", sheet: Any = None
) -> Count:
    """Store an entry of the count, in the place of the same account's earlier one; the count as it is then.

    `votes` are by member key, `seen` the digest of the entry that was shown. A count of one entry then waits
    for its confirmation; of two, once they agree. Where they do not, the lines say so, and nobody sees the
    other's numbers. Raises OutOfScope; Stale where the entry has changed since; Refused where the figures do
    not add up to the valid slips, members are missing, the sheet is missing, or the account may not.
    """
    with files.together(), guards.writing():
        count = locked(meeting)
        if by.user is None or not may_enter(by.scope, meeting):
            raise OutOfScope
        hand = _hand(by, meeting, count)
        if seen != digest(_lines(count, hand)):
            raise Stale(_("Somebody else has changed this meanwhile. Look at it again before you change it."))
        _refuse_wrong(meeting, votes, by.today)
        if count is None:
            count = Count(meeting=meeting, blind=meeting.blind, entered_by=by.user)
        elif hand == Hand.SECOND:
            count.second_by = by.user
        before = str(count.sheet)
        if sheet is not None:
            count.sheet = sheet
        elif not count.sheet:
            raise Refused({"sheet": _("Attach the scan of the signed tally sheet.")})
        count.state = CountState.OPEN
        _store(count)
        count.lines.filter(hand=hand).delete()
        insert([_line(count, hand, key, cast) for key, cast in sorted(votes.items())])
        disputed = _settle(count)
        if before and before != str(count.sheet):
            transaction.on_commit(lambda: count.sheet.storage.delete(before), robust=True)
        _tell(
            by, count, "enter count", {"entry": hand, "members": len(votes), "disputed": _numbers(disputed)}
        )
    return count


def dispute_count(*, by: By, meeting: BallotMeeting, members: Iterable[int]) -> Count:
    """Send a count back: the lines of these members are not as on the sheet. It names no numbers.

    Raises OutOfScope, or Refused where no member is named, or the count does not wait for the account.
    """
    named = set(members)
    with guards.writing():
        count = _confirming(by, meeting)
        problem = _forbidden(by, count)
        if problem is None and count is not None:
            found = count.lines.filter(member__in=named)
            if not named or found.values("member").distinct().count() != len(named):
                raise Refused(_("Tick the members whose line is not as on the sheet."))
            found.update(disputed=True)
            count.state = CountState.OPEN
            _store(count)
            _tell(by, count, "dispute count", {"disputed": _numbers(named)})
    return _answered(count, problem)


def confirm_count(*, by: By, meeting: BallotMeeting, seen: str) -> Count:
    """Confirm a count by another account than entered it: its figures become the members' tallies.

    `seen` is the digest of what was shown. A refused attempt is logged as well. Raises OutOfScope; Stale
    where the figures have changed since; Refused where the count does not wait for the account, or a
    member's year is closed.
    """
    with guards.writing():
        count = _confirming(by, meeting)
        problem = _forbidden(by, count)
        if problem is None and count is not None and seen != digest(_lines(count, Hand.FIRST)):
            problem = Stale(_("The figures have changed since this page was made. Compare them again."))
            _tell(by, count, "refuse confirmation", {})
        if problem is None and count is not None:
            lines = _lines(count, Hand.FIRST)
            recording.refuse_closed([line.member_id for line in lines], meeting.year, meeting.year)
            count.state, count.confirmed_by = CountState.CONFIRMED, by.user
            _store(count)
            replaced = _write_tallies(count, lines)
            _tell(by, count, "confirm count", {"members": len(lines), "replaced": replaced})
    return _answered(count, problem)


def void_count(*, by: By, meeting: BallotMeeting, reason: str) -> None:
    """Make a count void: the tallies that came from it go, and all of it is taken again.

    Raises OutOfScope, or Refused without a reason, without a count, and where a member's year is closed.
    """
    with guards.writing():
        count = locked(meeting)
        recording.permit_organisation(by, meeting.organisation_id)
        if count is None:
            raise Refused(_("There is no count to void."))
        tallies = Tally.objects.filter(count=count)
        members = list(tallies.order_by("member").values_list("member", flat=True))
        recording.refuse_closed(members, meeting.year, meeting.year)
        tallies.delete()
        count.state, count.void_reason = CountState.VOID, told(reason)
        _store(count)
        _tell(by, count, "void count", {"reason": count.void_reason, "withdrawn": len(members)})


def digest(lines: Iterable[CountLine]) -> str:
    """A digest of lines as a form carries it to say what it showed; empty for none."""
    said = [[line.member_id, *(getattr(line, name) for name in FIGURES)] for line in lines]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest() if said else ""


def _hand(by: By, meeting: BallotMeeting, count: Count | None) -> int:
    """Which of the entries the account makes. Raises Refused where none of them is its own."""
    if not meeting.stands:
        raise Refused(_("This ballot is void and stays as it is."))
    if count is None:
        return Hand.FIRST
    if count.state == CountState.CONFIRMED:
        raise Refused(_("This count is confirmed: to correct it, void it and take all of it again."))
    hand = count.hand_of(by.user)
    if hand is not None:
        return hand
    if count.blind and count.second_by_id is None:
        return Hand.SECOND
    raise Refused(_("Another account has entered this count: it alone corrects it before it is confirmed."))


def _refuse_wrong(meeting: BallotMeeting, votes: Mapping[int, Votes], on: date) -> None:
    """Raise Refused, naming members, unless each one on the ballot has a mark from every valid slip."""
    slips = meeting.valid_slips
    if slips is None:
        raise Refused(_("Say first what became of the slips: the count must add up to them."))
    candidates = on_ballot_of(meeting.organisation, meeting.year, on=on)
    if not candidates:
        raise Refused(_("Nobody is on the ballot of that year."))
    if {one.key for one in candidates} != set(votes):
        raise Refused(_("Other members are on the ballot now than on this page. Open it again."))
    wrong = [one.name for one in candidates if votes[one.key].returned() != slips]
    if wrong:
        raise Refused(
            ngettext(
                "The six figures must add up to the valid slip (%(slips)s): %(names)s",
                "The six figures must add up to the valid slips (%(slips)s): %(names)s",
                slips,
            )
            % {"slips": slips, "names": listed(wrong)}
        )


def _settle(count: Count) -> list[int]:
    """See whether the count is whole; the keys of the members on whom two blind entries do not agree."""
    count.lines.filter(disputed=True).update(disputed=False)
    entries = {hand: {line.member_id: line.votes for line in _lines(count, hand)} for hand in Hand.values}
    first, second = entries[Hand.FIRST], entries[Hand.SECOND]
    if count.blind and not second:
        return []
    disputed = [key for key in sorted(first.keys() | second.keys()) if first.get(key) != second.get(key)]
    if count.blind and disputed:
        count.lines.filter(member__in=disputed).update(disputed=True)
        return disputed
    count.state = CountState.ENTERED
    _store(count)
    return []


def _confirming(by: By, meeting: BallotMeeting) -> Count | None:
    """The count that waits for the account, locked. Raises OutOfScope where it is not its to confirm."""
    count = locked(meeting)
    if by.user is None or not BallotMeeting.objects.confirmable_by(by.scope).filter(pk=meeting.pk).exists():
        raise OutOfScope
    return count


def _forbidden(by: By, count: Count | None) -> Refused | None:
    """What forbids the account to pass judgement on the count; an attempt at that is logged."""
    if count is None:
        return Refused(_("There is no count to confirm yet."))
    problem = None
    if count.hand_of(by.user) is not None:
        problem = Refused(_("Whoever entered a count does not confirm it."))
    elif count.state == CountState.CONFIRMED:
        problem = Refused(_("This count is confirmed already."))
    elif count.state != CountState.ENTERED:
        problem = Refused(_("This count is still being entered."))
    if problem is not None:
        _tell(by, count, "refuse confirmation", {})
    return problem


def _answered(count: Count | None, problem: Refused | None) -> Count:
    """The count, or the problem raised: only now, since a refused attempt is logged and the log kept."""
    if problem is not None or count is None:
        raise problem or OutOfScope
    return count


def _lines(count: Count | None, hand: int) -> list[CountLine]:
    return list(count.lines.filter(hand=hand).by_member()) if count is not None and count.pk else []


def _line(count: Count, hand: int, member: int, votes: Votes) -> CountLine:
    figures = {name: getattr(votes, name) for name in FIGURES}
    return CountLine(count=count, hand=hand, member_id=member, **figures)


def _store(count: Count) -> None:
    try:
        count.full_clean()
    except ValidationError as error:
        raise Refused(error) from error
    count.version += bool(count.pk)
    with files.together():
        files.save(count)


def _tell(by: By, count: Count, verb: str, said: dict[str, Any]) -> None:
    """Log an attempt: of votes it says nothing, and nothing of a single member but who is disputed."""
    after = {"state": count.state, **said}
    log.record(by=by, verb=verb, obj=count, organisation=count.meeting.organisation_id, after=after)


def _numbers(members: Iterable[int]) -> list[str]:
    """The numbers of members, by which whoever reads the log knows them."""
    named = Member.objects.filter(pk__in=list(members)).order_by("number")
    return list(named.values_list("number", flat=True))


def _write_tallies(count: Count, lines: list[CountLine]) -> int:
    """The members' tallies of the year from the count; how many that stood it replaces."""
    year = count.meeting.year
    rows = Tally.objects.of_year(year).filter(member__in=[line.member_id for line in lines])
    stored = {row.member_id: row for row in rows.select_for_update()}
    tallies = [stored.get(line.member_id) or Tally(member_id=line.member_id, year=year) for line in lines]
    for tally, line in zip(tallies, lines, strict=True):
        tally.source, tally.count = TallySource.CONFIRMED, count
        for name in FIGURES:
            setattr(tally, name, getattr(line, name))
    rewrite([tally for tally in tallies if tally.pk], [*FIGURES, "source", "count"])
    insert([tally for tally in tallies if not tally.pk])
    return len(stored)
