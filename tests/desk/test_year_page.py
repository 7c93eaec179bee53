"""The page of a branch’s year: what is missing, submission, the posted notice, objections, old figures."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from appraisal.enums import YearState
from appraisal.models import BranchYear, Objection
from appraisal.services import years
from appraisal.services.objections import answer_objection, register_objection
from members.models import YearLock
from reports.periods import Period
from reports.services import issuing
from reports.services.notices import post_year
from tests.cast import CANARY, Cast
from tests.desk.ledger import Ledger
from tests.desk.reader import browser, queries, text_of, words_of
from tests.desk.reviewing import PAGE, with_results
from tests.reviews import DAYS, YEAR, approved, later, posted, submitted

SEEN = {"step": "submit", "version_read": "0", "seen": "on", "missing": ["not_appraised", "dues", "notices"]}


@pytest.fixture
def filled(cast: Cast) -> Cast:
    return with_results(cast)


@pytest.fixture
def owner(filled: Cast) -> Client:
    return browser(filled, filled.owner)


def objection(cast: Cast, row: BranchYear, text: str = "次数少算一次") -> Objection:
    one = Objection(branch_year=row, raised_on=cast.today, raised_by="群众", text=text)
    register_objection(by=cast.by(cast.owner), objection=one)
    return one


def test_what_is_missing_leads_to_where_it_is_mended(filled: Cast, owner: Client):
    page = owner.get(PAGE)
    said = words_of(page)
    # M002 has no votes; nobody's dues but M001's are recorded, of two who owe them for 12 months each.
    assert "Members without an appraisal 1 李芳" in said
    assert "Months of dues not recorded 24 李芳, 赵组长" in said
    assert "Half-year notices not issued 2 the first half of 2025, the second half of 2025" in said
    assert "Unqualified members 1 赵组长" in said
    body = page.content.decode()
    for way in (
        f"/branches/DT0101/ballots/{YEAR}/", f"/branches/DT0101/dues/{YEAR}/",
        f"/branches/DT0101/scores/?year={YEAR}#print", f"/branches/DT0101/judged/{YEAR}/",
    ):  # fmt: skip
        assert f'href="{way}"' in body, way
    assert CANARY not in body


def test_submission_wants_what_is_missing_to_have_been_seen(filled: Cast, owner: Client):
    answer = owner.post(PAGE, {key: said for key, said in SEEN.items() if key != "seen"})
    assert "This field is required" in text_of(answer)
    answer = owner.post(PAGE, SEEN | {"missing": ["dues", "notices"]})
    assert "Tick that you have seen it: Members without an appraisal" in text_of(answer)
    assert not BranchYear.objects.exists()
    assert owner.post(PAGE, SEEN).status_code == 302
    row = BranchYear.objects.get()
    assert (row.state, row.submitted_by) == (YearState.SUBMITTED, filled.owner)
    assert YearLock.objects.filter(year=YEAR).count() == 4
    assert "What is missing" not in text_of(owner.get(PAGE))


def test_before_the_year_is_over_there_is_no_button(filled: Cast, owner: Client):
    page = text_of(owner.get("/branches/DT0101/years/2026/"))
    assert "The year can be submitted from Dec. 31, 2026 on." in page
    assert "Submit to the committee" not in page
    assert "The year ends on Dec. 31, 2026; it can be submitted from that day on." in page
    assert "to be mended first" not in page
    assert "the first half of 2026" in page
    assert "the second half of 2026" not in page


def test_who_has_read_another_state_is_told_and_nothing_is_stored(filled: Cast, owner: Client):
    submitted(filled)
    answer = owner.post(PAGE, SEEN, follow=True)
    assert "Somebody else has changed this" in text_of(answer)
    assert BranchYear.objects.get().version == 1


def issued(cast: Cast) -> BranchYear:
    """The branch's year, submitted, with its annual notice issued."""
    row = submitted(cast)
    branch = cast.organisations["DT0101"]
    issuing.issue(by=cast.by(cast.owner), organisation=branch, period=Period.parse(str(YEAR)), annual=True)
    return row


def test_a_notice_that_was_not_issued_is_not_posted(filled: Cast, owner: Client):
    row = submitted(filled)
    page = owner.get(PAGE).content.decode()
    assert 'value="post"' not in page
    assert f'href="/branches/DT0101/notices/?kind=annual&amp;period={YEAR}"' in page
    sent = {"step": "post", "version_read": str(row.version), "posted_on": "2026-09-15", "place": "公告栏"}
    refused = owner.post(PAGE, sent | {"until": ""}, follow=True)
    assert "The annual notice has not been issued: issue it first" in text_of(refused)
    row.refresh_from_db()
    assert row.posted_on is None


def test_a_notice_of_figures_that_were_submitted_before_is_issued_anew(filled: Cast, owner: Client):
    row = issued(filled)
    assert 'value="post"' in owner.get(PAGE).content.decode()
    years.return_year(by=later(filled, filled.committee, 1), branch_year=row, reason="漏记")
    Ledger(filled).entry("M001", "essay", date(YEAR, 11, 5))
    submitted(filled)
    page = owner.get(PAGE)
    assert "The notice gives other figures than were submitted: issue it anew" in text_of(page)
    assert "Issue the notice anew" in text_of(page)
    assert 'value="post"' not in page.content.decode()
    assert "/pdf/" not in page.content.decode()


def test_a_notice_is_posted_for_the_usual_time(filled: Cast, owner: Client):
    row = issued(filled)
    sent = {"step": "post", "version_read": str(row.version), "posted_on": "2026-09-15", "place": "公告栏"}
    assert owner.post(PAGE, sent | {"until": "2026-09-01"}).status_code == 200
    assert owner.post(PAGE, sent | {"until": ""}).status_code == 302
    # Five working days: Tuesday 15 to Friday 18, and the Sunday 20, which makes up for the holiday.
    row.refresh_from_db()
    assert str(row.publicity_until) == "2026-09-20"
    assert "Posted on Sept. 15, 2026, 公告栏; publicity until Sept. 20, 2026." in text_of(owner.get(PAGE))


def test_a_day_to_come_and_no_place_are_refused_beside_their_fields(filled: Cast, owner: Client):
    row = issued(filled)
    sent = {"step": "post", "version_read": str(row.version), "posted_on": "2026-09-16", "place": "公告栏"}
    for day in ("2026-09-16", "9999-12-31"):
        assert "lies in the future" in text_of(owner.post(PAGE, sent | {"posted_on": day, "until": ""}))
    assert "required" in text_of(owner.post(PAGE, sent | {"posted_on": "2026-09-15", "place": ""}))
    row.refresh_from_db()
    assert row.posted_on is None


def test_an_objection_is_registered_and_answered(filled: Cast, owner: Client):
    posted(filled)
    sent = {"step": "object", "raised_on": "2026-09-15", "raised_by": "", "text": "次数少算一次"}
    assert "required" in text_of(owner.post(PAGE, sent | {"text": ""}))
    assert owner.post(PAGE, sent).status_code == 302
    one = Objection.objects.get()
    assert "次数少算一次" in (page := text_of(owner.get(PAGE)))
    assert "to be answered" in page
    answer = {
        "step": "answer", "objection": str(one.pk), f"answer-{one.pk}-version_read": "1",
        f"answer-{one.pk}-answered_on": "2026-09-15", f"answer-{one.pk}-answer": "已补登一次",
    }  # fmt: skip
    assert owner.post(PAGE, answer).status_code == 302
    page = text_of(owner.get(PAGE))
    assert "Answered on Sept. 15, 2026: 已补登一次" in page
    assert "to be answered" not in page
    # The same page again: the answer has another version by now.
    other = answer | {f"answer-{one.pk}-answer": "另一个答复"}
    assert "Somebody else has changed this" in text_of(owner.post(PAGE, other))
    one.refresh_from_db()
    assert one.answer == "已补登一次"


def test_an_answer_is_not_lost_when_the_year_is_approved_meanwhile(filled: Cast, owner: Client):
    row = posted(filled)
    one = objection(filled, row)
    one.answer = "已答复"
    answer_objection(by=filled.by(filled.owner), objection=one)
    years.approve_year(by=later(filled, filled.committee), branch_year=row)
    sent = {
        "step": "answer", "objection": str(one.pk), f"answer-{one.pk}-version_read": str(one.version),
        f"answer-{one.pk}-answered_on": "2026-09-15", f"answer-{one.pk}-answer": "更详细的答复",
    }  # fmt: skip
    page = text_of(owner.post(PAGE, sent))
    assert "is approved; only the committee" in page
    assert "更详细的答复" in page
    one.refresh_from_db()
    assert one.answer == "已答复"
    assert "Correct the answer" not in text_of(owner.get(PAGE))


def test_an_objection_to_another_branch_is_not_answered_from_here(filled: Cast, owner: Client):
    row = submitted(filled, "DT0201", by=filled.by(filled.other))
    one = Objection(branch_year=row, raised_on=filled.today, text="甲")
    register_objection(by=filled.by(filled.other), objection=one)
    submitted(filled)
    sent = {"step": "answer", "objection": str(one.pk), f"answer-{one.pk}-version_read": "1",
            f"answer-{one.pk}-answered_on": "2026-09-15", f"answer-{one.pk}-answer": "乙"}  # fmt: skip
    assert owner.post(PAGE, sent).status_code == 404


def test_what_was_returned_shows_reason_remarks_and_both_figures(filled: Cast, owner: Client):
    row = submitted(filled)
    by = later(filled, filled.committee, 1)
    row = years.save_remarks(by=by, branch_year=row, remarks={filled.members["M004"].pk: "党费请核对"})
    assert "党费请核对" not in text_of(owner.get(PAGE))
    years.return_year(by=by, branch_year=row, reason="请补登党费")
    page = text_of(owner.get(PAGE))
    assert "Returned: 请补登党费" in page
    assert "Last returned for" not in page
    assert "superseded" not in page
    assert row.snapshot is not None
    figures = words_of(owner.get(f"{PAGE}submissions/{row.snapshot_id}/"))
    assert "Returned" in figures
    assert "superseded" not in figures
    assert "赵组长 M004 党费请核对" in page
    Ledger(filled).dues("M004", range(1, 13))
    submitted(filled)
    page = words_of(owner.get(PAGE))
    # Dues earn 8 points: 10 presumed points become 18.
    assert "赵组长 M004 Base 10.00 18.00" in page
    assert "赵组长 M004 Daily score 10.00 18.00" in page
    for shown in (page, words_of(browser(filled, filled.committee).get(f"{PAGE}review/"))):
        assert "Last returned for: 请补登党费" in shown
        assert "赵组长 M004 党费请核对" in shown
    first, second = (one.pk for one in years.submissions(years.year_of(row.organisation, YEAR)))
    assert "in force" in text_of(owner.get(f"{PAGE}submissions/{first}/"))
    assert "superseded" in text_of(owner.get(f"{PAGE}submissions/{second}/"))


def returned(cast: Cast) -> BranchYear:
    """The branch's year, issued and posted, objected to, and returned since nobody had answered."""
    branch_year = issued(cast)
    post_year(by=cast.by(cast.owner), branch_year=branch_year, day=cast.today, place="公告栏")
    row = years.year_of(branch_year.organisation, YEAR)
    objection(cast, row)
    return years.return_year(by=later(cast, cast.committee), branch_year=row, reason="异议未答复")


def test_a_notice_that_gives_what_is_submitted_again_stays_posted(filled: Cast, owner: Client):
    row = returned(filled)
    page = owner.get(PAGE)
    said = words_of(page)
    assert "Objections not answered 1" in said
    assert 'href="#objections"' in page.content.decode()
    assert "it stays posted, with publicity until Sept. 20, 2026" in said
    sent = {**SEEN, "version_read": str(row.version), "missing": [*SEEN["missing"], "objections"]}
    assert owner.post(PAGE, sent).status_code == 302
    row.refresh_from_db()
    assert (str(row.posted_on), str(row.publicity_until)) == ("2026-09-15", "2026-09-20")
    assert row.place == "公告栏"
    assert row.posted_figures is not None
    assert years.against_approval(row, later(filled, filled.committee)) == [
        "An objection waits for the branch’s answer."
    ]
    # Where it hangs can be corrected, though it hung before this was submitted.
    row.submitted_at = filled.now + timedelta(2)
    row.save()
    post_year(by=later(filled, filled.owner), branch_year=row, day=filled.today, place="社区大厅")
    assert BranchYear.objects.get().place == "社区大厅"


def test_a_notice_of_other_figures_is_posted_anew_and_that_is_said_before(filled: Cast, owner: Client):
    row = returned(filled)
    Ledger(filled).dues("M004", range(1, 13))
    assert "The notice posted on Sept. 15, 2026 does not hold for these figures" in words_of(owner.get(PAGE))
    sent = {**SEEN, "version_read": str(row.version), "missing": [*SEEN["missing"], "objections"]}
    assert owner.post(PAGE, sent).status_code == 302
    row.refresh_from_db()
    assert (row.posted_on, row.posted_figures, row.publicity_until, row.place) == (None, None, None, "")


def test_what_was_posted_before_notices_were_issued_is_posted_anew(filled: Cast, owner: Client):
    years.return_year(by=later(filled, filled.committee), branch_year=posted(filled), reason="核对")
    assert "its publicity begins anew" in words_of(owner.get(PAGE))


def test_figures_of_a_submission_are_its_branchs_and_its_years(filled: Cast, owner: Client):
    snapshot = submitted(filled).snapshot
    assert snapshot is not None
    assert owner.get(f"{PAGE}submissions/{snapshot.pk}/").status_code == 200
    other = browser(filled, filled.other)
    assert other.get(f"{PAGE}submissions/{snapshot.pk}/").status_code == 404
    assert other.get(f"/branches/DT0201/years/{YEAR}/submissions/{snapshot.pk}/").status_code == 404
    assert owner.get(f"/branches/DT0101/years/2024/submissions/{snapshot.pk}/").status_code == 404


def test_the_committee_reads_the_page_and_submits_nothing(filled: Cast):
    committee = browser(filled, filled.committee)
    page = committee.get(PAGE)
    assert "the branch’s secretary submits the year" in text_of(page)
    assert 'method="post"' not in page.content.decode().partition("<main")[2]
    assert committee.post(PAGE, SEEN).status_code == 404
    assert not BranchYear.objects.exists()


@pytest.mark.parametrize("who", ["other", "elsewhere", "administrator", "confirming", "nobody"])
def test_nobody_else_finds_it(filled: Cast, who: str):
    assert browser(filled, getattr(filled, who)).get(PAGE).status_code == 404


@pytest.mark.parametrize(
    "path", ["/branches/DT010101/years/2025/", "/branches/DT0101/years/2027/", "/branches/DT0101/years/1999/"]
)
def test_there_is_no_year_of_a_group_or_to_come(filled: Cast, owner: Client, path: str):
    assert owner.get(path).status_code == 404


def test_what_is_approved_is_only_read(filled: Cast, owner: Client):
    approved(filled)
    page = owner.get(PAGE)
    assert "Approved" in text_of(page)
    assert "Issue the notice" not in text_of(page)  # it hung before notices were issued here
    assert 'value="submit"' not in page.content.decode()
    sent = {"step": "object", "raised_on": "2026-09-15", "raised_by": "", "text": "太迟"}
    assert "is approved; only the committee" in text_of(owner.post(PAGE, sent))
    assert not Objection.objects.exists()


def test_the_first_page_tells_what_is_next(filled: Cast, owner: Client, monkeypatch: pytest.MonkeyPatch):
    submitted(filled)
    assert "annual review of 2025" in (page := text_of(owner.get("/")))
    assert "the annual notice is to be posted" in page
    row = years.year_of(filled.organisations["DT0101"], YEAR)
    years.post_notice(by=filled.by(filled.owner), branch_year=row, posted_on=filled.today, place="栏",
                      until=filled.today + timedelta(DAYS), least=filled.today, most=date.max)  # fmt: skip
    one = objection(filled, row)
    assert "An objection is to be answered" in text_of(owner.get("/"))
    page = words_of(browser(filled, filled.committee).get("/"))
    assert "Years to decide on" not in page
    assert "Submitted 1 (with objections 1) · returned 0 · can be decided 0" in page
    monkeypatch.setattr("members.access.timezone.now", lambda: filled.now + timedelta(DAYS + 1))
    committee = browser(filled, filled.committee)
    assert "Years to decide on" not in text_of(committee.get("/"))
    Objection.objects.filter(pk=one.pk).update(answered_on=filled.today, answer="好")
    answer = committee.get("/")
    assert "东塘第一党支部: annual review of 2025 to be done" in words_of(answer)
    assert "Submitted 1 (with objections 0) · returned 0 · can be decided 1" in words_of(answer)
    assert f'href="/review/{YEAR}/"' in answer.content.decode()


def test_the_year_is_asked_for_until_summer(filled: Cast, owner: Client, monkeypatch: pytest.MonkeyPatch):
    assert "To be submitted to the committee" not in text_of(owner.get("/"))
    monkeypatch.setattr("members.access.timezone.now", lambda: filled.now.replace(month=3))
    assert "To be submitted to the committee" in text_of(browser(filled, filled.owner).get("/"))


def test_pages_take_as_many_queries_for_much_as_for_little(filled: Cast, owner: Client):
    def more(name: str) -> None:
        for number in range(6):
            Ledger(filled).admit(f"{name}{number}", "community.member", "DT0101")
            Ledger(filled).votes(f"{name}{number}", 5, 3, 1, 0)

    few = queries(owner, PAGE)
    more("Q")
    assert queries(owner, PAGE) == few
    row = submitted(filled)
    objection(filled, row)
    few = queries(owner, PAGE)
    objection(filled, row)
    objection(filled, row)
    assert queries(owner, PAGE) == few
