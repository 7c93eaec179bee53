"""The committee's pages: the inbox, the decision on a branch, who may be put forward, unqualified cases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from appraisal.enums import YearState
from appraisal.models import BranchYear, Case, Objection, RowRemark
from appraisal.services import years
from appraisal.services.objections import register_objection
from members.models import YearLock
from tests.cast import CANARY, Cast
from tests.desk.ledger import Ledger
from tests.desk.reader import browser, queries, text_of, words_of
from tests.desk.reviewing import INBOX, PAGE, REVIEW, version, with_results
from tests.office import book_rows
from tests.reviews import DAYS, YEAR, approved, posted, submitted


@pytest.fixture
def filled(cast: Cast) -> Cast:
    return with_results(cast)


@pytest.fixture
def committee(filled: Cast) -> Client:
    return browser(filled, filled.committee)


def after(cast: Cast, monkeypatch: pytest.MonkeyPatch, days: int = DAYS + 1) -> Client:
    """The committee's browser when the notice has come down."""
    monkeypatch.setattr("members.access.timezone.now", lambda: cast.now + timedelta(days))
    return browser(cast, cast.committee)


# --- the inbox ------------------------------------------------------------------------------------


def test_the_inbox_says_how_far_each_branch_is(filled: Cast, committee: Client):
    posted(filled)
    page = words_of(committee.get(INBOX))
    # Members, excellent, good, pass, fail, without a grade: M001 excellent, M004 unqualified, two without.
    assert "东塘第一党支部 DT0101 Submitted 2026-09-15 2026-09-22 running 0 4 1 0 0 1 2" in page
    assert f"城南党支部{CANARY} DT0201 Open — — 0 2 — — — — —" in page
    assert "Together 0 6 1 0 0 1 2" in page
    assert "西塘" not in page
    assert "All 3 Open 2 Submitted 1 Returned 0 Approved 0" in text_of(committee.get(INBOX))


def test_a_state_alone_is_shown_and_a_column_orders(filled: Cast, committee: Client):
    posted(filled)
    page = words_of(committee.get(f"{INBOX}?state=submitted"))
    assert "Together 0 4 1 0 0 1 2" in page
    assert "DT0201" not in page
    assert words_of(committee.get(f"{INBOX}?state=approved")).count("No organisation is in this state.") == 1
    rows = [row.code for row in committee.get(f"{INBOX}?order=members").context["inbox"].rows]
    assert rows == ["DT0102", "DT0201", "DT0101"]
    assert [row.code for row in committee.get(f"{INBOX}?order=-members").context["inbox"].rows] == rows[::-1]
    rows = [row.code for row in committee.get(f"{INBOX}?order=-until").context["inbox"].rows]
    assert rows[0] == "DT0101"
    assert committee.get(f"{INBOX}?order=x&state=y").context["choice"].query() == ""


def test_a_branch_whose_year_is_returned_has_no_grades(filled: Cast, committee: Client):
    row = submitted(filled)
    years.return_year(by=filled.by(filled.committee), branch_year=row, reason="甲")
    assert "东塘第一党支部 DT0101 Returned — — 0 4 — — — — — " in words_of(committee.get(INBOX))
    listed = {row[1]: row[5:] for row in book_rows(committee.get(f"{INBOX}print/?format=xlsx").content)}
    assert listed["东塘第一党支部"] == ["0", "4", "—", "—", "—", "—", "—"]
    assert listed["合计"] == ["0", "6", "0", "0", "0", "0", "0"]


def test_what_may_be_decided_goes_first(filled: Cast, monkeypatch: pytest.MonkeyPatch):
    posted(filled)
    assert after(filled, monkeypatch).get(INBOX).context["inbox"].rows[0].waits


def test_the_workbook_has_the_totals_last(filled: Cast, committee: Client):
    posted(filled)
    found = book_rows(committee.get(f"{INBOX}print/?format=xlsx").content)
    rows = [row for row in found if row[5].isdigit() and len(row[7]) == 1]
    assert rows[0][:4] == ["1", "东塘第一党支部", "已上报", "2026年9月15日"]
    assert rows[0][5:] == ["0", "4", "1", "0", "0", "1", "2"]
    assert rows[-1] == ["", "合计", "", "", "", "0", "6", "1", "0", "0", "1", "2"]


@pytest.mark.parametrize("path", [INBOX, f"{INBOX}print/?format=xlsx", REVIEW])
@pytest.mark.parametrize("who", ["owner", "other", "administrator", "confirming", "nobody"])
def test_these_pages_are_the_committees_alone(filled: Cast, path: str, who: str):
    assert browser(filled, getattr(filled, who)).get(path).status_code == 404


def test_another_committee_sees_nothing_of_it(filled: Cast):
    submitted(filled)
    client = browser(filled, filled.elsewhere)
    assert client.get(REVIEW).status_code == 404
    assert "DT0101" not in text_of(client.get(INBOX))


def test_the_inbox_takes_as_many_queries_for_three_as_for_one(filled: Cast, committee: Client):
    submitted(filled)
    few = queries(committee, INBOX)
    submitted(filled, "DT0201", by=filled.operator)
    filled.admit("M301", "新党员", "DT0102")
    submitted(filled, "DT0102", by=filled.operator)
    assert queries(committee, INBOX) == few


def test_warnings_are_switched_on_and_shown(filled: Cast, committee: Client):
    submitted(filled)
    assert "Many are excellent" not in text_of(committee.get(REVIEW))
    top = filled.organisations["DT"].pk
    sent = {"of": str(top), f"of-{top}-warn_excellent": "on"}
    assert committee.post(INBOX, sent).status_code == 302
    # One of two graded is more than a third.
    assert "Many are excellent: 1 of 2 graded." in text_of(committee.get(REVIEW))
    stale = sent | {f"of-{top}-version_read": "7"}
    assert "Somebody else has changed this" in text_of(
        committee.post(INBOX, stale | {f"of-{top}-warn_probationary": "on"})
    )
    assert committee.post(INBOX, {"of": str(filled.organisations["XT"].pk)}).status_code == 404


# --- the decision ---------------------------------------------------------------------------------


def test_the_page_says_what_the_figures_rest_on(filled: Cast, committee: Client):
    book = Ledger(filled)
    book.leave("M002", date(YEAR, 3, 3), date(YEAR, 6, 20))
    submitted(filled)
    page = words_of(committee.get(REVIEW))
    assert "Excellent 1 (50%), Good 0, Qualified 0, Unqualified 1 (50%)" in page
    assert "The year before no approved results" in page
    assert "Sources of the votes Entered 2" in page
    assert "Leaves 李芳: 2025-03-03 – 2025-06-20" in page
    # 20 entries, all recorded on the day on which the cast’s clock stands, long after.
    assert "Recorded late 20 of 20 entries (100%) more than 30 days after" in page
    assert "Most recorded on one day 20 of 20 entries (100%) Sept. 15, 2026" in page
    # 10/2/0/0 is (1000 + 160) / 12 = 96.67; 80 + 0.2 × 96.67 = 99.33.
    assert "张晓明 M001" in page
    assert "100.00 96.67 99.33 — 优秀 1" in page
    # 0/1/3/8: (80 + 180 + 320) / 12 = 48.33; 8 + 9.67 = 17.67.
    assert "10.00 48.33 17.67 — 不合格 2" in page


def test_the_change_on_the_year_before_stands_beside_each(filled: Cast, committee: Client):
    book = Ledger(filled)
    book.votes("M001", 0, 10, 0, 0, year=YEAR - 1)
    approved(filled, year=YEAR - 1)
    submitted(filled)
    page = words_of(committee.get(REVIEW))
    # 2024: 10 presumed, 80 appraised: 8 + 16 = 24.00. 2025: 99.33.
    assert "99.33 +75.33 优秀" in page
    assert "1 better, 0 worse" in page


def test_remarks_are_kept_in_one_form(filled: Cast, committee: Client):
    submitted(filled)
    first, second = (filled.members[number].pk for number in ("M001", "M004"))
    sent = {
        "step": "remarks",
        "version_read": version(),
        f"remark-{first}": "请附证明",
        f"remark-{second}": "",
    }
    assert committee.post(REVIEW, sent).status_code == 302
    assert [(one.member_id, one.text) for one in RowRemark.objects.all()] == [(first, "请附证明")]
    assert 'value="请附证明"' in committee.get(REVIEW).content.decode()
    before = sent | {f"remark-{first}": "", f"remark-{second}": "另一条"}
    stale = committee.post(REVIEW, before)
    assert "Somebody else has changed this meanwhile" in text_of(stale)
    assert 'value="另一条"' in stale.content.decode()
    assert RowRemark.objects.count() == 1
    emptied = sent | {"version_read": version(), f"remark-{first}": ""}
    assert committee.post(REVIEW, emptied).status_code == 302
    assert not RowRemark.objects.exists()
    stranger = {f"remark-{filled.members['M101'].pk}": "甲"}
    answer = committee.post(REVIEW, {"step": "remarks", "version_read": version(), **stranger})
    assert "is not in what was submitted" in text_of(answer)


def test_what_is_returned_without_a_reason_keeps_what_was_typed(filled: Cast, committee: Client):
    submitted(filled)
    key = filled.members["M004"].pk
    sent = {"step": "return", "version_read": version(), "reason": "", f"remark-{key}": "请核对"}
    answer = committee.post(REVIEW, sent)
    assert [str(one) for one in answer.context["messages"]] == ["The year is not returned. Say why."]
    assert 'value="请核对"' in answer.content.decode()
    assert not RowRemark.objects.exists()
    assert committee.post(REVIEW, sent | {"reason": "请补登"}).status_code == 302
    row = BranchYear.objects.get()
    assert (row.state, row.reason) == (YearState.RETURNED, "请补登")
    assert RowRemark.objects.get().text == "请核对"
    assert not YearLock.objects.exists()


def test_approval_says_what_stands_against_it(
    filled: Cast, committee: Client, monkeypatch: pytest.MonkeyPatch
):
    submitted(filled)
    assert "The notice has not been posted yet." in (page := text_of(committee.get(REVIEW)))
    assert "Approve the results" not in page
    answer = committee.post(REVIEW, {"step": "approve", "version_read": version()}, follow=True)
    assert "The notice has not been posted yet." in text_of(answer)
    row = years.year_of(filled.organisations["DT0101"], YEAR)
    row = years.post_notice(by=filled.by(filled.owner), branch_year=row, posted_on=filled.today, place="栏",
                            until=filled.today + timedelta(DAYS), least=filled.today,
                            most=date.max)  # fmt: skip
    one = Objection(branch_year=row, raised_on=filled.today, text="甲")
    register_objection(by=filled.by(filled.owner), objection=one)
    client = after(filled, monkeypatch)
    assert "An objection waits for the branch’s answer." in text_of(client.get(REVIEW))
    Objection.objects.update(answered_on=filled.today, answer="乙")
    assert "Approve the results" in text_of(client.get(REVIEW))
    assert client.post(REVIEW, {"step": "approve", "version_read": version()}).status_code == 302
    assert BranchYear.objects.get().state == YearState.APPROVED
    assert Case.objects.get().member == filled.members["M004"]


def test_an_approval_that_was_not_sent_whole_is_told(filled: Cast, monkeypatch: pytest.MonkeyPatch):
    posted(filled)
    client = after(filled, monkeypatch)
    for sent in ({}, {"version_read": "x"}, {"version_read": "-1"}):
        answer = client.post(REVIEW, {"step": "approve"} | sent, follow=True)
        assert "was not sent whole" in text_of(answer), sent
    assert BranchYear.objects.get().state == YearState.SUBMITTED


def test_a_decision_on_another_state_is_told(filled: Cast, committee: Client):
    submitted(filled)
    read = version()
    years.return_year(
        by=filled.by(filled.committee),
        branch_year=years.year_of(filled.organisations["DT0101"], YEAR),
        reason="甲",
    )
    answer = committee.post(REVIEW, {"step": "approve", "version_read": read}, follow=True)
    assert "Somebody else has changed this" in text_of(answer)
    answer = committee.post(REVIEW, {"step": "return", "version_read": read, "reason": "乙"})
    assert "Somebody else has changed this" in text_of(answer)
    assert BranchYear.objects.get().reason == "甲"


def test_an_approved_year_is_reopened_with_a_reason(filled: Cast, monkeypatch: pytest.MonkeyPatch):
    approved(filled)
    client = after(filled, monkeypatch)
    assert "Save the remarks" not in text_of(client.get(REVIEW))
    sent = {"step": "reopen", "version_read": version(), "reason": ""}
    assert "Say why." in text_of(client.post(REVIEW, sent))
    assert client.post(REVIEW, sent | {"reason": "来信反映"}).status_code == 302
    assert BranchYear.objects.get().state == YearState.OPEN
    assert "Reopened: 来信反映" in text_of(client.get(REVIEW))


def test_the_first_page_lists_the_cases_that_are_not_closed(filled: Cast, committee: Client):
    assert "Unqualified cases not closed" not in text_of(committee.get("/"))
    approved(filled)
    case = Case.objects.get()
    page = committee.get("/")
    said = words_of(page)
    assert "Unqualified cases not closed All open cases (1)" in said
    assert "赵组长 · 东塘第一党支部 · 2025 to be done" in said
    assert "the case is to be filed" in said
    assert f'href="/cases/{case.pk}/"' in page.content.decode()
    assert "Unqualified cases not closed" not in text_of(browser(filled, filled.owner).get("/"))
    Case.objects.update(filed_on=case.opened_on)
    assert "its handling is to be filed" in text_of(committee.get("/"))
    Case.objects.update(measure="education", handled_filed_on=case.opened_on)
    assert "Unqualified cases not closed" not in text_of(committee.get("/"))


def test_the_superseded_figures_stand_beside_the_new_ones(filled: Cast, committee: Client):
    row = submitted(filled)
    years.return_year(by=filled.by(filled.committee), branch_year=row, reason="甲")
    Ledger(filled).votes("M002", 6, 0, 0, 0)
    submitted(filled)
    page = words_of(committee.get(REVIEW))
    assert "李芳 M002 Votes — 6 · 0 · 0 · 0 · 0 · 0" in page
    assert "李芳 M002 Status Not appraised Scored" in page
    assert "6 · 0 · 0 · 0 · 0 · 0" not in words_of(browser(filled, filled.owner).get(PAGE))


def test_the_decision_takes_as_many_queries_for_much_as_for_little(filled: Cast, committee: Client):
    row = submitted(filled)
    few = queries(committee, REVIEW)
    years.return_year(by=filled.by(filled.committee), branch_year=row, reason="甲")
    for number in range(3):
        Ledger(filled).admit(f"Q{number}", "community.member", "DT0101")
        Ledger(filled).votes(f"Q{number}", 5, 3, 1, 0)
        Ledger(filled).leave(f"Q{number}", date(YEAR, 3, 3), date(YEAR, 6, 20))
    submitted(filled)
    several = queries(committee, REVIEW)
    # The two submissions are now compared: rows of both, bands and roles; what it was returned for is told.
    assert several <= few + 6
    years.return_year(
        by=filled.by(filled.committee),
        branch_year=years.year_of(filled.organisations["DT0101"], YEAR),
        reason="甲",
    )
    for number in range(3, 9):
        Ledger(filled).admit(f"Q{number}", "community.member", "DT0101")
    submitted(filled)
    # Nobody's grade differs now: no bands are read.
    assert queries(committee, REVIEW) == several - 1


# --- what follows ---------------------------------------------------------------------------------

AWARDS = f"/eligibility/{YEAR + 1}/"


def test_who_may_be_put_forward(filled: Cast, committee: Client):
    page = words_of(committee.get(AWARDS))
    assert "张晓明 M001 东塘第一党支部 — 东塘第一党支部: not approved yet" in page
    approved(filled)
    parts = {part.code: part.rows for part in committee.get(AWARDS).context["page"].parts}
    assert [(row.number, row.grade, row.annual) for row in parts["eligible"]] == [
        ("M001", "Excellent", "99.33")
    ]
    assert [(row.number, row.reason) for row in parts["others"]] == [
        ("M002", "Not appraised"),
        ("M004", "Neither excellent nor good"),
    ]
    branch = f"城南党支部{CANARY}: not approved yet"
    assert [(row.number, row.reason) for row in parts["waiting"]] == [("M101", branch), ("M102", branch)]
    assert [row.number for row in parts["decide"]] == ["M003"]
    book = book_rows(committee.get(f"{AWARDS}workbook/").content)
    first = ["东塘第一党支部", "M001", "张晓明", "Maybeputforward", "Excellent", "99.33", ""]
    assert book[1] == first


def test_a_secretary_sees_the_own_branch_and_a_unit_alone_can_be_chosen(filled: Cast, committee: Client):
    assert CANARY not in (page := text_of(browser(filled, filled.owner).get(AWARDS)))
    assert "张晓明" in page
    page = words_of(committee.get(f"{AWARDS}?unit=DT0201"))
    assert "陈秘而不宣 M101" in page
    assert "张晓明" not in page
    assert committee.get("/eligibility/2028/").status_code == 404


def test_too_many_for_one_page_are_counted_by_organisation(filled: Cast, committee: Client, monkeypatch):
    monkeypatch.setattr("reports.desk.services.yearly.eligible.MOST_ROWS", 3)
    page = words_of(committee.get(AWARDS))
    assert "choose an organisation" in page
    assert "张晓明" not in page
    assert "陈秘而不宣 M101" in words_of(committee.get(f"{AWARDS}?unit=DT0201"))


def test_awards_take_as_many_queries_for_many_as_for_few(filled: Cast, committee: Client):
    approved(filled)
    few = queries(committee, AWARDS)
    for number in range(5):
        filled.admit(f"Q{number}", f"党员{number}", "DT0201")
    assert queries(committee, AWARDS) == few


def test_the_branch_reads_its_case_and_writes_none(filled: Cast):
    approved(filled)
    one = Case.objects.get()
    owner = browser(filled, filled.owner)
    page = owner.get(f"/cases/{one.pk}/")
    assert "Education and help given" in text_of(page)
    assert 'method="post"' not in page.content.decode().partition("<main")[2]
    assert owner.post(f"/cases/{one.pk}/", {"version_read": "1", "education": "改"}).status_code == 404
    for who in ("other", "elsewhere"):
        client = browser(filled, getattr(filled, who))
        assert client.get(f"/cases/{one.pk}/").status_code == 404
        assert "赵组长" not in text_of(client.get("/cases/?state=all"))


def test_a_withdrawn_case_stays_as_it_is(filled: Cast, committee: Client):
    approved(filled)
    Case.objects.update(withdrawn_on=filled.today + timedelta(DAYS + 1))
    one = Case.objects.get()
    page = text_of(committee.get(f"/cases/{one.pk}/"))
    assert "the result is no longer unqualified" in page
    assert committee.post(f"/cases/{one.pk}/", {"version_read": str(one.version)}).status_code == 404


def test_the_register_takes_as_many_queries_for_three_as_for_one(filled: Cast, committee: Client):
    approved(filled)
    few = queries(committee, "/cases/")
    one = Case.objects.get()
    for number in ("M001", "M002"):
        Case.objects.create(member=filled.members[number], year=YEAR, branch_year=one.branch_year,
                            opened_on=one.opened_on)  # fmt: skip
    assert queries(committee, "/cases/") == few
