"""The pages of a ballot: filled in without scripts, read by whoever may, and what they hold back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from appraisal.models import BallotMeeting, Count, Opinions, Tally
from appraisal.rules.tally import Votes
from appraisal.services import counts
from members.models import LogRow
from tests import ballots as made
from tests.cast import Cast
from tests.desk.ledger import Ledger
from tests.desk.reader import browser, queries, text_of
from tests.members.test_admin_pages import address

BALLOT = f"/branches/DT0101/ballots/{made.YEAR}/"
FILLED = {
    "date": "2025-12-20", "place": "会议室", "members_came": "12", "delegates_came": "0",
    "residents_came": "0", "served_came": "0", "issued": "12", "returned": "11", "spoiled": "1",
    "unreturned": "1", "step": "save",
}  # fmt: skip


def page_of(held: BallotMeeting, way: str = "") -> str:
    return f"/ballots/{held.pk}/count/{way}"


def grid(cast: Cast, votes: Votes = made.VOTES, **others: Votes) -> dict[str, Any]:
    """The count's form, filled in."""
    figures = ("excellent", "good", "passed", "poor", "blank", "invalid")
    sent: dict[str, Any] = {"seen": "", "sheet": SimpleUploadedFile("扫描.pdf", b"%PDF-1.4 signed")}
    for number in ("M001", "M002", "M004"):
        line = others.get(number, votes)
        for name in figures:
            sent[f"{name}-{cast.members[number].pk}"] = str(getattr(line, name) or "")
    return sent


@pytest.fixture
def owner(cast: Cast) -> Client:
    return browser(cast, cast.owner)


def test_a_ballot_from_the_meeting_to_the_votes(cast: Cast, owner: Client):
    assert "No meeting is recorded yet" in text_of(owner.get(BALLOT))
    assert owner.post(BALLOT, FILLED).status_code == 302
    held = BallotMeeting.objects.get()
    assert "valid slips: 10" in text_of(owner.get(BALLOT))
    assert owner.post(page_of(held), grid(cast)).status_code == 302
    officer = browser(cast, cast.confirming)
    page = officer.get(page_of(held))
    sent = {"step": "confirm", "seen": page.context["figures_seen"]}
    assert officer.post(page_of(held, "confirm/"), sent).status_code == 302
    assert Tally.objects.filter(source="confirmed").count() == 3
    assert "Confirmed" in text_of(owner.get(BALLOT))


def test_what_is_not_stored_yet_is_not_to_be_made_void_unless_more_came_back(cast: Cast, owner: Client):
    offer = "Record it as void"
    assert offer not in text_of(owner.get(BALLOT))
    assert offer in text_of(owner.post(BALLOT, FILLED | {"returned": "13", "unreturned": "0"}))
    owner.post(BALLOT, FILLED)
    assert offer in text_of(owner.get(BALLOT))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"returned": "13", "unreturned": "0"}, "Record it as void below"),
        ({"returned": "10"}, "returned and those not returned"),
        ({"spoiled": "12"}, "more slips spoiled"),
        ({"members_came": "-3"}, "greater than or equal to 0"),
        ({"issued": "十二"}, "whole number"),
        ({"date": "gestern"}, "valid date"),
        ({"date": ""}, "required"),
        ({"issued": "9" * 40}, "99999"),
    ],
)
def test_what_cannot_be_stored_says_why(cast: Cast, owner: Client, sent, said):
    answer = owner.post(BALLOT, FILLED | sent)
    assert said in text_of(answer)
    assert not BallotMeeting.objects.exists()


def test_a_stale_page_of_the_meeting_stores_nothing(cast: Cast, owner: Client):
    made.meeting(cast)
    assert owner.post(BALLOT, FILLED | {"version_read": "1", "place": "甲"}).status_code == 302
    assert "Somebody else has changed this" in text_of(
        owner.post(BALLOT, FILLED | {"version_read": "1", "place": "乙"})
    )
    assert BallotMeeting.objects.get().place == "甲"


def test_what_was_stored_meanwhile_is_shown_before_it_is_overwritten(cast: Cast, owner: Client):
    held = made.meeting(cast)
    made.entered(cast, held, cast.owner)
    page = owner.post(page_of(held), grid(cast, M002=Votes(4, 4, 1, 0, 1, 0)))
    assert "Now stored: 5 · 3 · 1 · 0 · 1 · 0" in text_of(page)
    assert [line.now for line in page.context["form"].lines if line.candidate.number != "M002"] == ["", ""]
    again = grid(cast, M002=Votes(4, 4, 1, 0, 1, 0)) | {"seen": page.context["seen"]}
    assert owner.post(page_of(held), again).status_code == 302
    assert Count.objects.get().lines.get(member=cast.members["M002"]).good == 4


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "١", "9" * 30])
def test_what_is_no_number_is_shown_again_with_the_rest(cast: Cast, owner: Client, text):
    held = made.meeting(cast)
    sent = grid(cast) | {f"good-{cast.members['M002'].pk}": text}
    page = text_of(owner.post(page_of(held), sent))
    assert "is no whole number" in page
    assert not Count.objects.exists()


def test_a_sheet_is_a_document_or_a_picture(cast: Cast, owner: Client):
    held = made.meeting(cast)
    answer = owner.post(page_of(held), grid(cast) | {"sheet": SimpleUploadedFile("x.pdf", b"MZ\x90")})
    assert "neither a PDF nor" in text_of(answer)
    answer = owner.post(page_of(held), {key: value for key, value in grid(cast).items() if key != "sheet"})
    assert "Attach the scan" in text_of(answer)
    assert not Count.objects.exists()


def test_the_scan_is_for_who_works_on_the_count_and_then_for_the_committee(cast: Cast):
    held = made.meeting(cast)
    count = made.entered(cast, held, cast.owner)
    readers = (cast.owner, cast.confirming, cast.committee, cast.other, cast.elsewhere, cast.administrator)

    def answers() -> list[int]:
        found = []
        for user in readers:
            answer = cast.client(user).get(page_of(held, "sheet/"))
            if answer.streaming:
                answer.getvalue()
            found.append(answer.status_code)
        return found

    assert answers() == [200, 200, 200, 404, 404, 404]
    counts.confirm_count(by=cast.by(cast.confirming), meeting=held, seen=made.seen(count))
    assert answers() == [404, 404, 200, 404, 404, 404]


def test_once_confirmed_few_and_unanimous_votes_are_for_the_committee(cast: Cast):
    held = made.meeting(cast)
    made.confirmed(cast, held, M001=Votes(10, 0, 0, 0), M002=Votes(2, 1, 1, 0, 6, 0))
    for user, shown in ((cast.owner, 1), (cast.confirming, 1), (cast.committee, 3)):
        rows = browser(cast, user).get(page_of(held)).context["figures"].rows
        assert [row.member.number for row in rows if row.figures is not None][-shown:] == [
            row.member.number for row in rows
        ][-shown:]
        assert sum(row.figures is not None for row in rows) == shown


def test_the_list_the_form_and_the_export_leave_them_out(cast: Cast):
    made.confirmed(cast, made.meeting(cast), M001=Votes(10, 0, 0, 0))
    owner, committee = browser(cast, cast.owner), browser(cast, cast.committee)
    tally = Tally.objects.get(member=cast.members["M001"])
    assert [row.held_back for row in owner.get(address(Tally, "changelist")).context["cl"].result_list] == [
        number == "M001" for number in ("M001", "M002", "M004")
    ]
    page = owner.get(address(Tally, "change", tally.pk))
    assert "for the committee alone" in text_of(page)
    assert "Excellent" not in text_of(page)
    assert "Excellent" in text_of(committee.get(address(Tally, "change", tally.pk)))


def test_a_confirmed_tally_cannot_be_typed_over(cast: Cast, owner: Client):
    made.confirmed(cast, made.meeting(cast))
    tally = Tally.objects.get(member=cast.members["M002"])
    sent = {"version_read": "1", "excellent": "9", "good": "1", "passed": "0", "poor": "0"}
    owner.post(address(Tally, "change", tally.pk), sent)
    answer = owner.post(address(Tally, "delete", tally.pk), {"post": "yes"}, follow=True)
    assert "void the count there" in text_of(answer)
    tally.refresh_from_db()
    assert (tally.excellent, tally.source) == (5, "confirmed")


def test_an_attempt_by_the_wrong_page_is_logged(cast: Cast):
    held = made.meeting(cast)
    made.entered(cast, held, cast.owner)
    officer = browser(cast, cast.confirming)
    officer.post(page_of(held, "confirm/"), {"step": "confirm", "seen": "0" * 64})
    assert LogRow.objects.latest("pk").verb == "refuse confirmation"
    assert not Tally.objects.exists()


def test_opinions_are_kept_without_a_trace(cast: Cast, owner: Client):
    held = made.meeting(cast)
    url = f"/ballots/{held.pk}/opinions/"
    assert owner.post(url, {"text": "乙\n甲"}).status_code == 302
    assert Opinions.objects.get().text == "乙\n甲"
    assert "甲" in text_of(browser(cast, cast.committee).get(url))
    assert browser(cast, cast.confirming).get(url).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/ballots/99999999999999999999/count/",
        f"/branches/DT010101/ballots/{made.YEAR}/",
        "/branches/DT0101/ballots/2027/",
        "/branches/DT0101/ballots/1/",
    ],
)
def test_what_there_is_not_is_not_found(cast: Cast, owner: Client, path):
    assert owner.get(path).status_code == 404


def test_pages_take_as_many_queries_for_much_as_for_little(cast: Cast, owner: Client):
    held = made.meeting(cast)
    paths = (BALLOT, page_of(held))
    few = [queries(owner, path) for path in paths]
    for number in range(6):
        Ledger(cast).admit(f"Q{number}", "community.member", "DT0101")
    assert [queries(owner, path) for path in paths] == few
