"""Admitting, transferring, ending, leaves: what the roster's services do and refuse."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from members.errors import OutOfScope, Refused, Stale
from members.models import Leave, LogRow, Member, Posting, YearLock
from members.services import roster
from tests.cast import SINCE, Cast


def spans(member: Member) -> list[tuple[str, date, date | None]]:
    return list(member.postings.order_by("start").values_list("organisation__code", "start", "end"))


def test_admitting_assigns_a_number_when_there_is_none(cast: Cast) -> None:
    first, second = (
        roster.admit(
            by=cast.operator,
            member=Member(name=name),
            organisation=cast.organisations["DT0101"],
            role=cast.roles["community.member"],
            start=SINCE,
        ).member
        for name in ("孙一", "钱二")
    )
    assert (first.number, second.number) == ("P0000001", "P0000002")
    assert (second.name_key, second.initials) == ("钱二", "qe")


def test_a_number_is_given_once(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        cast.admit("M001", "别人", "DT0101")
    assert "number" in refused.value.message_dict
    assert Member.objects.filter(name="别人").count() == 0


def test_a_transfer_closes_the_open_posting_the_day_before(cast: Cast) -> None:
    member = cast.members["M001"]
    roster.transfer(
        by=cast.operator,
        member=member,
        organisation=cast.organisations["DT0102"],
        role=cast.roles["organ.member"],
        start=date(2026, 7, 1),
    )
    assert spans(member) == [
        ("DT0101", SINCE, date(2026, 6, 30)),
        ("DT0102", date(2026, 7, 1), None),
    ]
    row = LogRow.objects.filter(verb="transfer").get()
    assert row.before["closes"]["organisation"] == cast.organisations["DT0101"].pk
    assert row.after["start"] == "2026-07-01"


def test_changing_the_role_keeps_the_organisation(cast: Cast) -> None:
    member = cast.members["M001"]
    posting = roster.change_role(
        by=cast.by(cast.owner), member=member, role=cast.roles["elderly.member"], start=date(2026, 6, 1)
    )
    assert (posting.organisation.code, posting.role.code) == ("DT0101", "elderly.member")
    assert spans(member)[0] == ("DT0101", SINCE, date(2026, 5, 31))


@pytest.mark.parametrize(
    ("ends", "start", "fits"),
    [
        (date(2026, 6, 30), date(2026, 7, 1), True),
        (date(2026, 6, 30), date(2026, 6, 30), False),
        (date(2026, 6, 30), date(2026, 3, 1), False),
        (date(2026, 6, 30), date(2019, 3, 1), False),
    ],
)
def test_postings_of_one_member_never_overlap(cast: Cast, ends: date, start: date, fits: bool) -> None:
    member = cast.members["M001"]
    roster.end_posting(by=cast.operator, posting=member.postings.get(), end=ends)
    arguments = {
        "by": cast.operator,
        "member": member,
        "organisation": cast.organisations["DT0102"],
        "role": cast.roles["community.member"],
        "start": start,
    }
    if fits:
        roster.transfer(**arguments)
        assert len(spans(member)) == 2
    else:
        with pytest.raises(Refused) as refused:
            roster.transfer(**arguments)
        assert "start" in refused.value.message_dict
        assert len(spans(member)) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no exclusion constraints")
def test_postgresql_itself_refuses_an_overlap(cast: Cast) -> None:
    posting = cast.members["M001"].postings.get()
    twin = Posting(
        member=posting.member, organisation=posting.organisation, role=posting.role, start=date(2026, 1, 1)
    )
    with pytest.raises(IntegrityError, match="posting_never_overlaps"), transaction.atomic():
        twin.save()


def test_a_posting_cannot_end_before_it_starts(cast: Cast) -> None:
    with pytest.raises(Refused):
        roster.end_posting(
            by=cast.operator, posting=cast.members["M001"].postings.get(), end=date(2019, 12, 31)
        )
    assert spans(cast.members["M001"]) == [("DT0101", SINCE, None)]


def test_an_ended_posting_can_be_opened_again(cast: Cast) -> None:
    posting = cast.members["M001"].postings.get()
    roster.end_posting(by=cast.operator, posting=posting, end=date(2026, 6, 30))
    roster.end_posting(by=cast.operator, posting=posting, end=None)
    assert spans(cast.members["M001"]) == [("DT0101", SINCE, None)]


def test_a_stale_posting_overwrites_nothing(cast: Cast) -> None:
    first, second = (cast.members["M001"].postings.get() for _ in range(2))
    roster.end_posting(by=cast.operator, posting=first, end=date(2026, 6, 30))
    with pytest.raises(Stale):
        roster.end_posting(by=cast.operator, posting=second, end=date(2026, 9, 30))
    assert spans(cast.members["M001"]) == [("DT0101", SINCE, date(2026, 6, 30))]


def test_a_secretary_moves_only_members_of_the_own_branch_and_only_within_it(cast: Cast) -> None:
    foreign, own = cast.members["M101"], cast.members["M001"]
    role = cast.roles["community.member"]
    for member, code in ((foreign, "DT0101"), (own, "DT0201")):
        with pytest.raises(OutOfScope):
            roster.transfer(
                by=cast.by(cast.owner),
                member=member,
                organisation=cast.organisations[code],
                role=role,
                start=date(2026, 7, 1),
            )
        assert len(spans(member)) == 1


def test_the_committee_reads_and_writes_nothing(cast: Cast) -> None:
    leave = Leave(member=cast.members["M001"], start=date(2026, 3, 3), reason="长期病休")
    with pytest.raises(OutOfScope):
        roster.grant_leave(by=cast.by(cast.committee), leave=leave)
    assert not Leave.objects.exists()


def test_a_leave_is_recorded_with_its_log_row(cast: Cast) -> None:
    leave = Leave(
        member=cast.members["M001"], start=date(2026, 3, 3), end=date(2026, 6, 20), reason="长期病休"
    )
    roster.grant_leave(by=cast.by(cast.owner), leave=leave)
    row = LogRow.objects.of_object(leave).get()
    assert (row.actor, row.organisation) == (cast.owner, cast.organisations["DT0101"])
    assert row.after["reason"] == "长期病休"


def test_a_leave_cannot_end_before_it_starts(cast: Cast) -> None:
    leave = Leave(member=cast.members["M001"], start=date(2026, 3, 3), end=date(2026, 3, 2), reason="病休")
    with pytest.raises(Refused):
        roster.grant_leave(by=cast.operator, leave=leave)


def test_a_closed_year_holds_postings_and_leaves(cast: Cast) -> None:
    member = cast.members["M001"]
    YearLock.objects.create(member=member, year=2025, locked_at=cast.now)
    role, there = cast.roles["community.member"], cast.organisations["DT0102"]
    with pytest.raises(Refused, match="2025"):
        roster.transfer(
            by=cast.operator, member=member, organisation=there, role=role, start=date(2025, 7, 1)
        )
    leave = Leave(member=member, start=date(2024, 3, 3), reason="病休")
    with pytest.raises(Refused, match="2025"):
        roster.grant_leave(by=cast.operator, leave=leave)
    with pytest.raises(Refused, match="2025"):
        roster.end_posting(by=cast.operator, posting=member.postings.get(), end=date(2024, 6, 30))
    # What begins after the closed year is free, though the posting it closes began long before.
    roster.transfer(by=cast.operator, member=member, organisation=there, role=role, start=date(2026, 7, 1))
    assert len(spans(member)) == 2
