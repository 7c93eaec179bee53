"""A ballot held for tests: a meeting with its slips, votes for everybody on it, a scan, an officer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.base import ContentFile

from appraisal.models import BallotMeeting, Count, CountLine
from appraisal.rules.tally import Votes
from appraisal.services import ballots, counts
from members.models import User
from tests.cast import Cast

YEAR = 2025
SLIPS = {"issued": 12, "returned": 11, "spoiled": 1, "unreturned": 1}
"""Ten valid slips."""
VOTES = Votes(5, 3, 1, 0, 1, 0)


def meeting(cast: Cast, code: str = "DT0101", **facts: Any) -> BallotMeeting:
    """A meeting of the branch with twelve who signed in, held by the operator."""
    said = {
        "year": YEAR,
        "date": date(YEAR, 12, 20),
        "members_came": 8,
        "residents_came": 4,
        **SLIPS,
        **facts,
    }
    row = BallotMeeting(organisation=cast.organisations[code], **said)
    ballots.save_meeting(by=cast.operator, meeting=row)
    return row


def scan() -> ContentFile[bytes]:
    return ContentFile(b"%PDF-1.4 signed", name="sheet.pdf")


def votes(cast: Cast, *numbers: str, **others: Votes) -> dict[int, Votes]:
    """The same votes for each member, unless said otherwise."""
    return {cast.members[number].pk: others.get(number, VOTES) for number in numbers}


def seen(count: Count | None, hand: int = 1) -> str:
    """What a page of the count as it is stored would carry."""
    return counts.digest(CountLine.objects.filter(count=count, hand=hand).by_member()) if count else ""


def entered(cast: Cast, held: BallotMeeting, user: User, **others: Votes) -> Count:
    """The count of the meeting of DT0101 as the user enters it."""
    given = votes(cast, "M001", "M002", "M004", **others)
    return counts.enter_count(by=cast.by(user), meeting=held, votes=given, sheet=scan())


def confirmed(cast: Cast, held: BallotMeeting, **others: Votes) -> Count:
    """The same, entered by the owner and confirmed by the officer."""
    count = entered(cast, held, cast.owner, **others)
    return counts.confirm_count(by=cast.by(cast.confirming), meeting=held, seen=seen(count))
