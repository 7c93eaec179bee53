"""The pages of a branch's notices: list, life, paper, objections, and what everybody is told."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from appraisal.models import Objection, Snapshot
from members.enums import DutyKind
from members.models import Leave
from members.services import duties, roster
from members.services.by import By
from reports.models import Notice
from reports.periods import Period
from reports.services import issuing
from scoring.services import ledger
from tests.cast import CANARY, Cast
from tests.desk.confirming import pressed
from tests.desk.reader import browser, kept_as, queries, text_of, words_of
from tests.reviews import YEAR, submitted
from tests.rows import entry

LIST = "/branches/DT0101/notices/"
H1 = Period.parse("2026H1")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def owner(cast: Cast) -> Client:
    return browser(cast, cast.owner)


@pytest.fixture
def notice(cast: Cast) -> Notice:
    return issued(cast)


def issued(cast: Cast, period: str = "2026H1", *, annual: bool = False) -> Notice:
    branch = cast.organisations["DT0101"]
    return issuing.issue(
        by=cast.by(cast.owner), organisation=branch, period=Period.parse(period), annual=annual
    )


def page_of(notice: Notice) -> str:
    return f"{LIST}{notice.pk}/"


def wall(notice: Notice, **more: Any) -> dict[str, Any]:
    return {
        "step": "post", "version_read": str(notice.version), "posted_on": "2026-09-15", "place": "公开栏",
        "until": "", **more,
    }  # fmt: skip


def after(monkeypatch: pytest.MonkeyPatch, cast: Cast, days: int) -> None:
    monkeypatch.setattr(timezone, "now", lambda: cast.now + timedelta(days=days))


def test_what_is_due_is_issued_from_the_list(cast: Cast, owner: Client) -> None:
    page = owner.get(LIST)
    assert "To be issued" in text_of(page)
    asked = owner.get(LIST, {"kind": "notice", "period": "2026H1"})
    assert "Issue the notice of 东塘第一党支部?" in text_of(asked)
    # M003 is of an elderly role, and named on none.
    assert "Members 3" in words_of(asked)
    assert "it cannot be taken back" in text_of(asked)
    assert not Notice.objects.exists()
    answer = pressed(owner, {"kind": "notice", "period": "2026H1"})
    notice = Notice.objects.get()
    assert answer.redirect_chain == [(page_of(notice), 302)]
    assert "The notice DT0101-2026-01 is issued" in text_of(answer)
    listed = words_of(owner.get(LIST))
    assert "To be issued" not in listed
    assert "DT0101-2026-01 Issued" in listed
    steps = [step.label for step in owner.get(page_of(notice)).context["steps"]]
    assert steps == ["Issued", "Put it on the wall", "Publicity", "Archive it"]
    owner.post(page_of(notice), wall(notice))
    steps = [step.label for step in owner.get(page_of(notice)).context["steps"]]
    assert steps == ["Issued", "On the wall", "Publicity", "Archive it"]
    again = pressed(owner, {"kind": "notice", "period": "2026H1"})
    assert "it holds" in text_of(again)


@pytest.mark.parametrize("period", ["2026H2", "2026Q1", "x", ""])
def test_what_cannot_be_issued_is_told(owner: Client, period: str) -> None:
    said = {"kind": "notice", "period": period}
    for answer in (owner.get(LIST, said, follow=True), owner.post(LIST, said, follow=True)):
        assert answer.redirect_chain == [(LIST, 302)]
        assert 'class="error"' in answer.content.decode()
    assert not Notice.objects.exists()
    assert owner.get(LIST, {"kind": "poem", "period": "2026H1"}).status_code == 404


def test_the_order_that_is_asked_for_is_that_of_the_paper(owner: Client) -> None:
    said = {"kind": "notice", "period": "2026H1", "order": "strokes"}
    assert 'name="order" value="strokes"' in owner.get(LIST, said).content.decode()
    assert pressed(owner, said, order="poem").redirect_chain == [(LIST, 302)]
    pressed(owner, said)
    assert "姓氏笔画" in Notice.objects.get().paper.html


def test_several_are_asked_for_once_and_printed_into_one_file(cast: Cast) -> None:
    cast.admit("M050", "孙", "DT01")
    duties.assign_duty(by=cast.operator, user=cast.owner, kind=DutyKind.SECRETARY,
                       organisation=cast.organisations["DT01"], start=date(2020, 1, 1))  # fmt: skip
    owner = browser(cast, cast.owner)
    asked = owner.get("/branches/DT01/notices/", {"kind": "notice", "period": "2026H1", "below": "1"})
    assert "Issue the notices of 东塘社区党总支 and all below?" in text_of(asked)
    assert 'action="/branches/DT01/print/"' in asked.content.decode()
    # DT01 itself and DT0101; the owner keeps no other.
    assert "Notices to be issued 2" in words_of(asked)
    assert not Notice.objects.exists()
    below, half = "/branches/DT01/notices/", {"kind": "notice", "period": "2026H1", "below": "1"}
    for kind, period in (
        ("annual", "2026H1"),
        ("notice", "2099H1"),
        ("notice", "2026H2"),
        ("annual", "2026"),
    ):
        none = owner.get(below, half | {"kind": kind, "period": period})
        assert (none.status_code, none["Location"]) == (302, below)
    for code in ("DT01", "DT0101"):
        issuing.issue(by=cast.by(cast.owner), organisation=cast.organisations[code], period=H1)
    assert "No unit there lacks its notice of this period." in text_of(owner.get(below, half, follow=True))


# --- what was recorded since ----------------------------------------------------------------------


def late(cast: Cast) -> Any:
    """A meeting of March that was recorded after the notice: M002 had 0 of 6, and now has 1."""
    return entry(cast, cast.members["M002"], "org_life", date=date(2026, 3, 3), quantity=1)


def test_a_notice_that_the_records_have_left_behind_says_so(
    cast: Cast, owner: Client, notice: Notice
) -> None:
    assert "The records give other figures today" not in text_of(owner.get(page_of(notice)))
    assert "figures have changed" not in text_of(owner.get(LIST))
    row = late(cast)
    for client in (owner, browser(cast, cast.committee)):
        page = client.get(page_of(notice))
        said = text_of(page)
        assert "The records give other figures today" in said
        # One of six meetings is 6.67 of 40; the two beside whom M002 stood now share the second rank.
        assert "What was recorded since changes the figures of 3 members." in said
        assert "张晓明 M001 Rank 1 2 李芳 M002 Base 10.00 16.67 李芳 M002 Daily score 10.00 16.67" in said
        assert "figures have changed: 3 members" in text_of(client.get(LIST))
    asked = owner.get(LIST, {"kind": "notice", "period": "2026H1"})
    assert "Issue a correction of DT0101-2026-01?" in text_of(asked)
    assert "What differs from the notice before" in text_of(asked)
    ledger.withdraw_entry(by=cast.operator, entry=row)
    assert "The records give other figures today" not in text_of(owner.get(page_of(notice)))
    answer = owner.get(LIST, {"kind": "notice", "period": "2026H1"}, follow=True)
    assert answer.redirect_chain == [(page_of(notice), 302)]
    assert "The figures are still those of the notice DT0101-2026-01: it holds." in text_of(answer)


def test_what_is_replaced_is_set_beside_nothing(cast: Cast, owner: Client, notice: Notice) -> None:
    late(cast)
    second = issued(cast)
    for one in (notice, second):
        assert "The records give other figures today" not in text_of(owner.get(page_of(one)))
    assert "figures have changed" not in text_of(owner.get(LIST))


def test_it_is_posted_until_the_day_that_is_reckoned(owner: Client, notice: Notice) -> None:
    assert 'value="2026-09-15"' in owner.get(page_of(notice)).content.decode()
    answer = owner.post(page_of(notice), wall(notice), follow=True)
    assert "Posted on Sept. 15, 2026, 公开栏; publicity until Sept. 20, 2026." in text_of(answer)
    short = owner.post(page_of(notice), wall(Notice.objects.get(), until="2026-09-19"))
    assert "The notice stays until Sept. 20, 2026 at least." in text_of(short)
    stale = owner.post(page_of(notice), wall(notice, place="别处"), follow=True)
    assert "Somebody else has changed this" in text_of(stale)
    assert Notice.objects.get().place == "公开栏"


def on_leave(cast: Cast) -> None:
    """All scored members of the branch are away for the whole year, so that nobody has points."""
    for number in ("M001", "M002", "M004"):
        leave = Leave(
            member=cast.members[number], start=date(2026, 1, 1), end=date(2026, 12, 31), reason="假"
        )
        roster.grant_leave(by=cast.operator, leave=leave)


def test_nothing_that_names_nobody_takes_the_place_of_a_notice(
    cast: Cast, owner: Client, notice: Notice
) -> None:
    on_leave(cast)
    frozen = Snapshot.objects.count()
    answer = owner.post(LIST, {"kind": "notice", "period": "2026H1", "seen": "x"}, follow=True)
    said = "Nobody there has points for this period any more, so nothing takes the place of the notice"
    assert f"{said} {notice.number}" in text_of(answer)
    assert (Snapshot.objects.count(), Notice.objects.get()) == (frozen, notice)


def test_that_nobody_is_named_is_confirmed_as_it_was_seen(cast: Cast, owner: Client) -> None:
    on_leave(cast)
    answer = owner.post(LIST, {"kind": "notice", "period": "2026H1", "seen": "x"})
    assert "The figures have changed since this page was made." in text_of(answer)
    assert not Snapshot.objects.filter(purpose="notice").exists()
    seen = answer.context["asked"].seen
    answer = owner.post(LIST, {"kind": "notice", "period": "2026H1", "seen": seen}, follow=True)
    assert "no notice of this period is asked for any more" in text_of(answer)
    assert Snapshot.objects.filter(purpose="notice").exists()


def test_a_photo_is_kept_and_sent_as_a_file(owner: Client, notice: Notice) -> None:
    for name, content in (("board.png", b"<svg onload=1>"), ("board.pdf", b"%PDF-1.4")):
        answer = owner.post(page_of(notice), wall(notice, photo=SimpleUploadedFile(name, content)))
        assert answer.status_code == 200
        assert not Notice.objects.get().photo
    owner.post(page_of(notice), wall(notice, photo=SimpleUploadedFile("../墙.jpg", PNG)))
    assert str(Notice.objects.get().photo.name).endswith(".png")
    answer = owner.get(f"{page_of(notice)}photo/")
    assert kept_as(answer) == "Half-year notice-东塘第一党支部-the first half of 2026-Photo of the board.png"
    assert BytesIO(b"".join(answer.streaming_content)).getvalue() == PNG  # type: ignore[attr-defined]
    stored = Notice.objects.get().photo
    stored.storage.delete(stored.name)
    assert owner.get(f"{page_of(notice)}photo/").status_code == 404


def test_the_paper_is_what_was_issued(cast: Cast, owner: Client, notice: Notice) -> None:
    entry(cast, cast.members["M001"], date=date(2026, 3, 3))
    for client in (owner, browser(cast, cast.committee)):
        assert client.get(f"{page_of(notice)}pdf/").content == bytes(notice.paper.pdf)


def test_an_objection_is_heard_answered_and_stands_against_archiving(
    cast: Cast, owner: Client, notice: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {"step": "object", "raised_on": "2026-09-15", "raised_by": "", "text": "少计一次"}
    early = owner.post(page_of(notice), sent)
    assert "Objections are heard once the notice is posted." in text_of(early)
    owner.post(page_of(notice), wall(notice))
    assert "The objection is registered." in text_of(owner.post(page_of(notice), sent, follow=True))
    raised = Objection.objects.get()
    assert (raised.snapshot, raised.branch_year) == (notice.snapshot, None)
    after(monkeypatch, cast, 10)
    late = browser(cast, cast.owner)
    refused = late.post(page_of(notice), {"step": "archive"}, follow=True)
    assert "An objection waits for the branch’s answer." in text_of(refused)
    prefix = f"answer-{raised.pk}"
    answer = {
        "step": "answer", "objection": str(raised.pk), f"{prefix}-version_read": "1",
        f"{prefix}-answered_on": "2026-09-20", f"{prefix}-answer": "已核对",
    }  # fmt: skip
    assert late.post(page_of(notice), answer).status_code == 302
    assert "The notice is archived." in text_of(late.post(page_of(notice), {"step": "archive"}, follow=True))
    assert "Archived" in words_of(late.get(LIST))
    closed = late.post(page_of(notice), answer | {f"{prefix}-version_read": "2", f"{prefix}-answer": "另"})
    assert "This notice is archived." in text_of(closed)
    assert Objection.objects.get().answer == "已核对"


def test_a_correction_leads_there_and_back(cast: Cast, owner: Client, notice: Notice) -> None:
    entry(cast, cast.members["M002"], "org_life", date=date(2026, 3, 3), quantity=1)
    answer = pressed(owner, {"kind": "notice", "period": "2026H1"})
    second = Notice.objects.first()
    assert second is not None
    assert "The correction DT0101-2026-02 is issued." in text_of(answer)
    assert f'href="{page_of(notice)}"' in answer.content.decode()
    old = owner.get(page_of(notice)).content.decode()
    assert f'href="{page_of(second)}"' in old
    assert 'value="post"' not in old
    assert "Replaced" in words_of(owner.get(LIST))


def test_an_annual_notice_is_posted_here_and_stands_in_the_year(cast: Cast, owner: Client) -> None:
    notice = issued(cast, str(YEAR), annual=True)
    before = owner.get(page_of(notice)).content.decode()
    assert 'value="post"' not in before
    year = submitted(cast)
    read = f'name="version_read" value="{year.version}"'
    assert read in owner.get(page_of(notice)).content.decode()
    sent = wall(notice, version_read=str(year.version))
    owner.post(page_of(notice), sent)
    year.refresh_from_db()
    assert (year.posted_on, year.place) == (date(2026, 9, 15), "公开栏")
    stale = owner.post(page_of(notice), sent | {"place": "别处"}, follow=True)
    assert "Somebody else has changed this" in text_of(stale)
    assert type(year).objects.get().place == "公开栏"
    assert "publicity until Sept. 20, 2026" in text_of(owner.get(page_of(notice)))


def test_who_only_reads_has_no_buttons(cast: Cast, notice: Notice) -> None:
    committee = browser(cast, cast.committee)
    for url in (LIST, page_of(notice)):
        page = committee.get(url)
        assert page.status_code == 200
        main = page.content.decode().split("<main", 1)[1]
        assert 'method="post"' not in main
        assert CANARY not in main
    assert committee.post(page_of(notice), wall(notice)).status_code == 404
    assert browser(cast, cast.owner).get("/branches/DT010101/notices/").status_code == 404


def test_three_notices_take_as_many_queries_as_one(cast: Cast, owner: Client, notice: Notice) -> None:
    before = queries(owner, LIST)
    issued(cast, "2025H1")
    issued(cast, "2025H2")
    assert queries(owner, LIST) == before


# --- first pages ----------------------------------------------------------------------------------


def test_first_pages_tell_what_is_late(cast: Cast, owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    committee = browser(cast, cast.committee)
    assert "Not issued: 2 · issued and not posted: 0" in text_of(committee.get("/"))
    notice = issued(cast)
    assert "东塘第一党支部: notice DT0101-2026-01 to be done" in words_of(owner.get("/"))
    assert "Not issued: 1 · issued and not posted: 1" in text_of(committee.get("/"))
    owner.post(page_of(notice), wall(notice))
    assert "notice DT0101-2026-01" not in words_of(owner.get("/"))
    assert "Not issued: 1 · issued and not posted: 0" in text_of(committee.get("/"))
    after(monkeypatch, cast, 10)
    later = words_of(browser(cast, cast.owner).get("/"))
    assert "notice DT0101-2026-01 Publicity ended on Sept. 20, 2026: it can be archived." in later


# --- what everybody is told -----------------------------------------------------------------------


def test_everybody_is_told_what_a_notice_is_and_nobody_is_named(cast: Cast, notice: Notice) -> None:
    stranger = Client(headers={"accept-language": "en"})
    page = stranger.get(f"/n/{notice.token}/")
    said = text_of(page)
    assert (page.status_code, page["X-Robots-Tag"]) == (200, "noindex, nofollow")
    for told in ("Genuine", "东塘第一党支部", "DT0101-2026-01", "Sept. 15, 2026", notice.snapshot.digest):
        assert told in said
    for member in cast.members.values():
        assert member.name not in said
    assert "Owner" not in said
    entry(cast, cast.members["M002"], "org_life", date=date(2026, 3, 3), quantity=1)
    second = issuing.issue(
        by=By.person(cast.owner, cast.now), organisation=cast.organisations["DT0101"], period=H1
    )
    replaced = text_of(stranger.get(f"/n/{notice.token}/"))
    assert "Genuine" not in replaced
    assert "replaced by DT0101-2026-02" in replaced
    assert "Genuine" in text_of(stranger.get(f"/n/{second.token}/"))


@pytest.mark.parametrize(("script", "word"), [("zh-hans", "数据校验码"), ("zh-hant", "數據校驗碼")])
def test_the_digest_has_one_name_on_paper_and_on_every_page(
    cast: Cast, notice: Notice, script: str, word: str
) -> None:
    assert f"数据校验码：{notice.snapshot.digest}" in notice.paper.html
    public = Client(headers={"accept-language": script}).get(f"/n/{notice.token}/")
    own = browser(cast, cast.owner, script).get(f"/branches/DT0101/notices/{notice.pk}/")
    for page in (public, own):
        assert f"{word} {notice.snapshot.digest}" in text_of(page)
        assert "摘要" not in text_of(page)


def test_a_forged_one_is_unknown(db: None) -> None:
    page = Client(headers={"accept-language": "en"}).get("/n/AAAAAAAAAAAAAAAAAAAAAA/")
    assert (page.status_code, page["X-Robots-Tag"]) == (404, "noindex, nofollow")
    assert "Unknown notice" in page.content.decode()


def test_the_code_leads_there_where_the_address_is_known(cast: Cast, settings: Any) -> None:
    assert "<svg" not in issued(cast, "2025H1").paper.html
    settings.PUBLIC_URL = "https://points.example"
    notice = issued(cast)
    assert f"https://points.example/n/{notice.token}/" in notice.paper.html
    assert "<svg" in notice.paper.html
    assert notice.paper.missing == ""
