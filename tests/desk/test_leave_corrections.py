"""A leave that was typed wrongly is corrected by a guided form, which says first what it will do."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from members.models import Leave, LogRow, YearLock
from members.services import roster
from tests.cast import Cast
from tests.desk.reader import browser, text_of
from tests.desk.test_roster_work import previewed

URL = "/members/M001/leave/correction/"


@pytest.fixture
def owner(cast: Cast) -> Client:
    return browser(cast, cast.owner)


@pytest.fixture
def leave(cast: Cast) -> Leave:
    """From 3 March to 20 June 2026: the 15ths of four months."""
    made = Leave(member=cast.members["M001"], start=date(2026, 3, 3), end=date(2026, 6, 20), reason="住院")
    roster.grant_leave(by=cast.operator, leave=made)
    return made


def said(of: Leave, **facts: object) -> dict[str, object]:
    known = {"leave": of.pk, "version_read": of.version, "start": "2026-03-03", "end": "2026-06-20"}
    return {**known, "reason": "住院", "agreed_by": "", **facts}


def test_dates_and_reason_are_corrected_and_the_quotas_with_them(cast: Cast, owner: Client, leave: Leave):
    page = owner.get(URL)
    assert 'value="2026-03-03"' in page.content.decode()
    assert 'value="住院"' in page.content.decode()
    # From 16 May on the 15th of June alone: eleven months; 6 × 11/12 is 6, of 12 months' dues 11.
    told, confirmed = previewed(owner, URL, said(leave, start="2026-05-16", reason="术后休养"))
    assert "术后休养 住院 · 2026-03-03 – 2026-06-20 术后休养 · 2026-05-16 – 2026-06-20 changes" in told
    assert "Months that count 8 11 changes" in told
    assert "参加党的组织生活 4 次 6 次 changes" in told
    assert "及时足额缴纳党费 8 个月 11 个月 changes" in told
    assert Leave.objects.get().start == date(2026, 3, 3)
    assert owner.post(URL, confirmed).status_code == 302
    leave.refresh_from_db()
    assert (leave.start, leave.end, leave.reason, leave.version) == (
        date(2026, 5, 16), date(2026, 6, 20), "术后休养", 2,
    )  # fmt: skip
    assert LogRow.objects.filter(verb="correct leave").count() == 1


def test_who_has_read_another_version_is_told(cast: Cast, owner: Client, leave: Leave):
    _told, confirmed = previewed(owner, URL, said(leave, end="2026-05-14"))
    leave.reason = "外出"
    roster.correct_leave(by=cast.operator, leave=leave)
    assert "Somebody else has changed this" in text_of(owner.post(URL, confirmed))
    assert Leave.objects.get().end == date(2026, 6, 20)


def test_what_cannot_be_or_changes_nothing_is_told(cast: Cast, owner: Client, leave: Leave):
    assert "Nothing is changed." in text_of(owner.post(URL, said(leave)))
    assert owner.post(URL, said(leave, end="2026-03-01")).context["form"].errors
    YearLock.objects.create(member=cast.members["M001"], year=2026, locked_at=cast.now)
    assert "is closed; only the committee" in text_of(owner.post(URL, said(leave, start="2026-03-20")))
    stranger = Leave.objects.create(member=cast.members["M101"], start=date(2026, 8, 1), reason="外出")
    for key in (stranger.pk, "x", ""):
        answer = text_of(owner.post(URL, said(leave, leave=key, start="2026-03-20")))
        assert "was not sent whole" in answer, key
        assert "外出" not in answer


def test_each_leave_is_asked_for_by_itself(cast: Cast, owner: Client, leave: Leave):
    later = Leave(member=cast.members["M001"], start=date(2026, 8, 1), reason="外出务工")
    roster.grant_leave(by=cast.operator, leave=later)
    page = owner.get(URL).content.decode()
    assert 'value="外出务工"' in page
    assert f'href="?leave={leave.pk}"' in page
    assert 'value="住院"' in owner.get(f"{URL}?leave={leave.pk}").content.decode()
    assert 'value="外出务工"' in owner.get(f"{URL}?leave=x").content.decode()
    body = owner.get("/members/M001/").content.decode()
    assert f'href="{URL}?leave={leave.pk}"' in body
    assert (
        f'href="{URL}?leave={leave.pk}"'
        in owner.get(f"/admin/members/leave/{leave.pk}/change/").content.decode()
    )


def test_without_a_leave_there_is_nothing_to_correct(owner: Client):
    assert "No leave of the member is recorded." in text_of(owner.get("/members/M002/leave/correction/"))


@pytest.mark.parametrize("who", ["other", "committee", "administrator", "nobody"])
def test_only_who_writes_the_member_finds_it(cast: Cast, who: str):
    assert browser(cast, getattr(cast, who)).get(URL).status_code == 404
