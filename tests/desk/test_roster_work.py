"""Roster work: what each form says it will do, that it does that and no more, and who may."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from members.enums import DutyKind
from members.models import Leave, LogRow, Member, Posting, YearLock
from members.services import duties, roster
from tests.cast import CANARY, SINCE, Cast
from tests.desk.ledger import Ledger
from tests.desk.reader import browser, queries, text_of

WAYS = ("transfer", "role", "ending", "leave", "leave/ending")


@pytest.fixture
def owner(cast: Cast) -> Client:
    return browser(cast, cast.owner)


def state(member: Member) -> list[tuple[str, str, date, date | None]]:
    rows = member.postings.order_by("start")
    return list(rows.values_list("organisation__code", "role__code", "start", "end"))


def seen(page: Any) -> str:
    """The digest that a page of what will happen carries."""
    found = re.search(r'name="seen" value="(\w+)"', page.content.decode())
    assert found, text_of(page)
    return found[1]


def previewed(client: Client, url: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What a form says it will do, and what confirms it."""
    page = client.post(url, data)
    return text_of(page), {**data, "seen": seen(page)}


def ended(cast: Cast) -> dict[str, Any]:
    """The form by which the posting of M001 ends in the middle of the year."""
    return {"posting": cast.members["M001"].postings.get().pk, "end": "2026-06-30"}


def keep_both(cast: Cast) -> None:
    """The owner keeps the whole of DT from now on."""
    cast.owner.duties.update(organisation=cast.organisations["DT"])


# --- what is announced, and done ------------------------------------------------------------------


def test_a_transfer_says_what_it_does_to_the_year_and_then_does_it(cast: Cast):
    """Worked case 7: all twelve months count, scored as organ.member of the other branch, nothing is lost."""
    keep_both(cast)
    owner, member = browser(cast, cast.owner), cast.members["M001"]
    Ledger(cast).entry("M001", "org_life", date(2026, 3, 5), 4)
    Ledger(cast).entry("M001", "volunteer", date(2026, 3, 6), 3)
    data = {
        "organisation": cast.organisations["DT0102"].pk,
        "role": cast.roles["organ.member"].pk,
        "start": "2026-07-01",
    }
    said, confirmed = previewed(owner, "/members/M001/transfer/", data)
    assert "from 2020-01-01 on 2020-01-01 – 2026-06-30" in said
    assert "东塘第二党支部 · 机关党员 · 普通党员 — from 2026-07-01 on changes" in said
    assert "Months that count 12 12" in said
    assert "Scored in 东塘第一党支部 东塘第二党支部 changes" in said
    # community.member: 40 × 4/6 = 26.67, volunteer 30, 10 presumed.
    # organ.member: 30 × 4/12 = 10, 16 presumed.
    assert "Daily score 66.67 26.00 changes" in said
    assert "参加党的组织生活 6 次 12 次 changes" in said
    assert "联系走访普通群众(职工) — 100 人次 changes" in said
    assert "Kept, and earns nothing any more: 参加志愿服务活动: 3 次" in said
    assert "2026 and all years after" in said
    assert state(member) == [("DT0101", "community.member", SINCE, None)]
    assert not LogRow.objects.filter(verb="transfer").exists()

    assert owner.post("/members/M001/transfer/", confirmed)["Location"] == "/branches/DT0102/roster/"
    assert state(member) == [
        ("DT0101", "community.member", SINCE, date(2026, 6, 30)),
        ("DT0102", "organ.member", date(2026, 7, 1), None),
    ]
    assert LogRow.objects.filter(verb="transfer").count() == 1


def test_a_leave_takes_four_months_and_the_quotas_with_them(cast: Cast, owner: Client):
    """Worked case 7: from 3 March to 20 June the 15ths of four months; 6 × 8/12 = 4, 3 × 8/12 = 2, 1, 8."""
    data = {"start": "2026-03-03", "end": "2026-06-20", "reason": "住院", "agreed_by": "支委会"}
    said, confirmed = previewed(owner, "/members/M001/leave/", data)
    assert "住院 — 2026-03-03 – 2026-06-20 changes" in said
    assert "Months that count 12 8 changes" in said
    assert "参加党的组织生活 6 次 4 次 changes" in said
    assert "参加志愿服务活动 3 次 2 次 changes" in said
    assert "撰写党员学习心得体会 1 篇 1 篇 及时" in said
    assert "及时足额缴纳党费 12 个月 8 个月 changes" in said
    assert not Leave.objects.exists()
    assert owner.post("/members/M001/leave/", confirmed).status_code == 302
    assert Leave.objects.values_list("start", "end", "reason", "agreed_by").get() == (
        date(2026, 3, 3),
        date(2026, 6, 20),
        "住院",
        "支委会",
    )


def test_ending_a_leave_gives_months_back(cast: Cast, owner: Client):
    """Open since 3 March: January and February count. Ended on 20 June: July to December too, eight."""
    leave = Leave(member=cast.members["M001"], start=date(2026, 3, 3), reason="住院")
    roster.grant_leave(by=cast.operator, leave=leave)
    data = {"leave": leave.pk, "end": "2026-06-20"}
    said, confirmed = previewed(owner, "/members/M001/leave/ending/", data)
    assert "Months that count 2 8 changes" in said
    assert "参加党的组织生活 1 次 4 次 changes" in said
    assert owner.post("/members/M001/leave/ending/", confirmed).status_code == 302
    leave.refresh_from_db()
    assert leave.end == date(2026, 6, 20)


def test_from_care_to_an_ordinary_role_seven_months_count(cast: Cast, owner: Client):
    """Worked case 8: elderly until 31 May, community.member from 1 June: 7 months; 6 × 7/12 = 3.5, so 4."""
    data = {"role": cast.roles["community.member"].pk, "start": "2026-06-01"}
    said, confirmed = previewed(owner, "/members/M003/role/", data)
    assert "Months that count 0 7 changes" in said
    assert "参加党的组织生活 — 4 次 changes" in said
    assert "参加志愿服务活动 — 2 次 changes" in said
    assert "及时足额缴纳党费 — 7 个月 changes" in said
    assert "Daily score — 10.00 changes" in said
    assert owner.post("/members/M003/role/", confirmed).status_code == 302
    assert state(cast.members["M003"])[-1] == ("DT0101", "community.member", date(2026, 6, 1), None)


def test_into_care_nothing_earns_any_more(cast: Cast, owner: Client):
    Ledger(cast).entry("M001", "org_life", date(2026, 3, 5), 4)
    data = {"role": cast.roles["elderly.member"].pk, "start": "2026-09-01"}
    said, _confirmed = previewed(owner, "/members/M001/role/", data)
    assert "The role is not scored; nothing that is recorded becomes points." in said
    assert "Months that count 12 8 changes" in said
    assert "参加党的组织生活: 4 次" in said
    assert "Daily score 36.67 — changes" in said


def test_months_of_a_newcomer_halve_the_quotas(cast: Cast, owner: Client):
    """Worked case 4: non_public.member from 10 July: org_life 3, volunteer 1, essay 1, dues 6."""
    cast.admit("M005", "孙新", "DT0101", "elderly.member")
    data = {"role": cast.roles["non_public.member"].pk, "start": "2026-07-10"}
    said, _confirmed = previewed(owner, "/members/M005/role/", data)
    assert "Months that count 0 6 changes" in said
    assert "参加党的组织生活 — 3 次 changes 参加志愿服务活动 — 1 次 changes" in said
    assert "撰写党员学习心得体会 — 1 篇 changes 及时足额缴纳党费 — 6 个月 changes" in said


def test_an_ended_posting_leaves_no_score_at_the_years_end(cast: Cast, owner: Client):
    said, confirmed = previewed(owner, "/members/M001/ending/", ended(cast))
    assert "Months that count 12 6 changes" in said
    assert "Without a posting on 31 December the member is not among those scored for the year." in said
    assert owner.post("/members/M001/ending/", confirmed).status_code == 302
    assert state(cast.members["M001"]) == [("DT0101", "community.member", SINCE, date(2026, 6, 30))]


def test_a_posting_that_was_ended_by_mistake_is_opened_again(cast: Cast, owner: Client):
    """Ended on 30 June six months count, open again all twelve."""
    posting = cast.members["M001"].postings.get()
    roster.end_posting(by=cast.operator, posting=posting, end=date(2026, 6, 30))
    said, confirmed = previewed(owner, "/members/M001/ending/", {"posting": posting.pk, "end": ""})
    assert "2020-01-01 – 2026-06-30 from 2020-01-01 on changes" in said
    assert "Months that count 6 12 changes" in said
    assert owner.post("/members/M001/ending/", confirmed).status_code == 302
    assert state(cast.members["M001"]) == [("DT0101", "community.member", SINCE, None)]
    assert LogRow.objects.filter(verb="end posting").count() == 2


def test_an_earlier_posting_is_ended_earlier_and_never_over_the_next(cast: Cast, owner: Client):
    """The role changed on 1 July; the first posting ends in May instead, so June counts no longer."""
    member = cast.members["M001"]
    first = member.postings.get()
    role = cast.roles["community.group_lead"]
    second = roster.change_role(by=cast.operator, member=member, role=role, start=date(2026, 7, 1))
    page = owner.get(f"/members/M001/ending/?posting={first.pk}")
    assert page.context["form"]["posting"].value() == str(first.pk)
    assert owner.get("/members/M001/ending/").context["form"]["posting"].value() == second.pk
    said, confirmed = previewed(owner, "/members/M001/ending/", {"posting": first.pk, "end": "2026-05-31"})
    assert "Months that count 12 11 changes" in said
    assert owner.post("/members/M001/ending/", confirmed).status_code == 302
    assert [end for *_posting, end in state(member)] == [date(2026, 5, 31), None]
    for end in ("", "2026-07-01"):
        refused = owner.post("/members/M001/ending/", {"posting": first.pk, "end": end})
        assert "Overlaps the posting in 东塘第一党支部" in text_of(refused)
    assert [end for *_posting, end in state(member)] == [date(2026, 5, 31), None]


def test_what_is_so_already_and_what_is_anothers_is_refused(cast: Cast, owner: Client):
    own, theirs = (cast.members[number].postings.get() for number in ("M001", "M002"))
    page = owner.post("/members/M001/ending/", {"posting": own.pk, "end": ""})
    assert page.context["form"].errors == {"end": ["The posting is open already."]}
    page = owner.post("/members/M001/ending/", {"posting": theirs.pk, "end": "2026-06-30"})
    assert list(page.context["form"].errors) == ["posting"]
    assert Posting.objects.filter(end__isnull=False).count() == 0


def test_a_past_year_that_is_open_is_worked_out_too(cast: Cast, owner: Client):
    said, _confirmed = previewed(
        owner, "/members/M001/leave/", {"start": "2025-11-01", "end": "2026-02-20", "reason": "外出"}
    )
    assert said.index("What it does to 2026 ") < said.index("What it does to 2025 ")
    assert said.count("Months that count 12 10 changes") == 2
    assert "Years it touches: 2025–2026." in said


def test_a_change_to_come_leaves_today_as_it_is(cast: Cast, owner: Client):
    data = {"role": cast.roles["elderly.member"].pk, "start": "2027-01-01"}
    said, _confirmed = previewed(owner, "/members/M001/role/", data)
    assert "Months that count 12 12" in said
    assert "Daily score 10.00 10.00" in said
    assert "2027 and all years after" in said


# --- who sees the member afterwards ---------------------------------------------------------------


def keep_too(cast: Cast, until: date | None) -> dict[str, Any]:
    """The owner keeps DT0102 too, until a day; a transfer of M001 to there from October on."""
    by, there = cast.operator, cast.organisations["DT0102"]
    duties.assign_duty(
        by=by, user=cast.owner, kind=DutyKind.SECRETARY, organisation=there, start=SINCE, end=until
    )
    return {
        "organisation": there.pk,
        "role": cast.roles["community.member"].pk,
        "start": "2026-10-01",
    }


def test_who_sees_the_member_afterwards(cast: Cast):
    data = keep_too(cast, None)
    said, _confirmed = previewed(browser(cast, cast.owner), "/members/M001/transfer/", data)
    assert "no longer see" not in said
    assert "seen by: Branch secretary · 东塘第二党支部 Sub-district committee · 东塘街道工委 Years" in said


def test_a_member_who_is_lost_from_sight_is_announced(cast: Cast):
    """The duty over the other branch ends the day before the transfer holds."""
    data = keep_too(cast, date(2026, 9, 30))
    owner = browser(cast, cast.owner)
    said, confirmed = previewed(owner, "/members/M001/transfer/", data)
    assert (
        "From Oct. 1, 2026 on you will no longer see 张晓明: the member then belongs to 东塘第二党支部."
        in said
    )
    assert "seen by: Sub-district committee · 东塘街道工委 Years" in said
    done = owner.post("/members/M001/transfer/", confirmed, follow=True)
    assert "You no longer see 张晓明 from Oct. 1, 2026 on" in text_of(done)


def test_only_organisations_that_one_keeps_are_offered(cast: Cast, owner: Client):
    page = owner.get("/members/M001/transfer/")
    text = text_of(page)
    assert "DT010101" in text
    assert "DT0102" not in text
    assert CANARY not in text
    assert "made by whoever keeps both" in text
    other = {"role": cast.roles["community.member"].pk, "start": "2026-09-01"}
    refused = owner.post(
        "/members/M001/transfer/", {**other, "organisation": cast.organisations["DT0201"].pk}
    )
    assert refused.context["form"].errors["organisation"]
    assert state(cast.members["M001"]) == [("DT0101", "community.member", SINCE, None)]


@pytest.mark.parametrize("who", ["other", "committee", "elsewhere", "administrator", "nobody"])
def test_the_forms_are_there_for_whoever_writes_the_member(cast: Cast, owner: Client, who: str):
    stranger = cast.client(getattr(cast, who))
    for way in WAYS:
        url = f"/members/M001/{way}/"
        assert owner.get(url).status_code == 200
        assert (stranger.get(url).status_code, stranger.post(url).status_code) == (404, 404)
        assert owner.get(f"/members/M101/{way}/").status_code == 404


# --- what is refused ------------------------------------------------------------------------------


def test_a_closed_year_is_refused_at_the_first_step(cast: Cast, owner: Client):
    YearLock.objects.create(member=cast.members["M001"], year=2025, locked_at=cast.now)
    page = owner.post("/members/M001/leave/", {"start": "2025-11-01", "end": "2026-02-20", "reason": "外出"})
    assert "The year 2025 of 张晓明 is closed" in text_of(page)
    assert 'name="seen"' not in page.content.decode()
    assert not Leave.objects.exists()


@pytest.mark.parametrize(
    ("way", "data", "field"),
    [
        ("ending", {"end": "2019-12-31"}, "__all__"),
        ("ending", {"end": "1819-12-31"}, "end"),
        ("role", {"start": "2020-01-01"}, "start"),
        ("transfer", {"start": "2019-07-01"}, "start"),
        ("leave", {"start": "2026-03-03", "end": "2026-03-01", "reason": "住院"}, "__all__"),
        ("leave", {"start": "2026-03-03"}, "reason"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(cast: Cast, owner: Client, way, data, field):
    data = {**data, "role": cast.roles["organ.member"].pk, "organisation": cast.organisations["DT0101"].pk}
    data["posting"] = cast.members["M001"].postings.get().pk
    page = owner.post(f"/members/M001/{way}/", data)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert state(cast.members["M001"]) == [("DT0101", "community.member", SINCE, None)]


def test_what_changed_since_it_was_seen_is_shown_anew(cast: Cast, owner: Client):
    """An entry was recorded between the two steps: the figures are others, and have to be seen first."""
    data = {"role": cast.roles["organ.member"].pk, "start": "2026-07-01"}
    _said, confirmed = previewed(owner, "/members/M001/role/", data)
    Ledger(cast).entry("M001", "org_life", date(2026, 3, 5), 4)
    page = owner.post("/members/M001/role/", confirmed)
    assert "Something has changed since you looked." in text_of(page)
    assert Posting.objects.filter(member=cast.members["M001"]).count() == 1
    assert owner.post("/members/M001/role/", {**confirmed, "seen": seen(page)}).status_code == 302
    assert Posting.objects.filter(member=cast.members["M001"]).count() == 2


def test_another_day_than_was_seen_is_shown_first(cast: Cast, owner: Client):
    _said, confirmed = previewed(owner, "/members/M001/ending/", ended(cast))
    page = owner.post("/members/M001/ending/", {**confirmed, "end": "2026-05-31"})
    assert "Something has changed since you looked." in text_of(page)
    assert state(cast.members["M001"])[0][3] is None


def test_the_way_back_keeps_what_was_filled_in(cast: Cast, owner: Client):
    _said, confirmed = previewed(owner, "/members/M001/ending/", ended(cast))
    page = owner.post("/members/M001/ending/", {**confirmed, "again": "yes"})
    assert 'value="2026-06-30"' in page.content.decode()
    assert state(cast.members["M001"])[0][3] is None


# --- the page of the roster -----------------------------------------------------------------------


def test_the_page_lists_who_is_posted_on_leave_ageing_and_gone(cast: Cast, owner: Client):
    born = {
        "M001": date(1961, 9, 15),
        "M002": date(1962, 9, 16),
        "M003": date(1950, 1, 1),
        "M004": date(1961, 9, 16),
    }
    for number, day in born.items():
        Member.objects.filter(number=number).update(birth_date=day)
    leave = Leave(member=cast.members["M002"], start=date(2026, 8, 1), reason="外出务工")
    roster.grant_leave(by=cast.operator, leave=leave)
    gone = cast.admit("M005", "孙走", "DT0101").postings.get()
    roster.end_posting(by=cast.operator, posting=gone, end=date(2026, 9, 14))
    page = owner.get("/branches/DT0101/roster/").context["page"]
    numbers = [one.posting.member.number for one in page.posted]
    assert numbers == ["M001", "M002", "M003", "M004"]
    assert [(one.posting.member.number, leave.reason) for one, leave in page.leaves] == [("M002", "外出务工")]
    assert [one.posting.member.number for one in page.ended] == ["M005"]
    # 65 today has passed, 65 tomorrow is near; 65 a year and a day from now is not, nor who is cared for.
    assert page.age == 65
    assert [(one.person.posting.member.number, one.passed) for one in page.ageing] == [
        ("M001", True),
        ("M004", False),
    ]


def test_the_page_of_the_roster_is_read_by_the_committee_and_offers_it_nothing(cast: Cast):
    page = browser(cast, cast.committee).get("/branches/DT0101/roster/")
    assert "张晓明" in text_of(page)
    assert "/transfer/" not in page.content.decode()


# --- queries --------------------------------------------------------------------------------------


def test_queries_do_not_grow_with_the_members(cast: Cast, owner: Client):
    url = "/branches/DT010101/roster/"
    lone = queries(owner, url)
    for number in ("M011", "M012"):
        cast.admit(number, f"新{number}", "DT010101")
        leave = Leave(member=cast.members[number], start=date(2026, 8, 1), reason="外出务工")
        roster.grant_leave(by=cast.operator, leave=leave)
        Member.objects.filter(number=number).update(birth_date=date(1960, 1, 1))
    assert queries(owner, url) == lone
