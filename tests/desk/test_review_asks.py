"""What the committee is asked before it approves a year or closes a case; the ways to what was counted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from appraisal.enums import YearState
from appraisal.models import BranchYear, Case, ReviewSettings
from appraisal.services import years
from members.models import YearLock
from reports.periods import Period
from reports.services import issuing
from scoring.models import Entry
from tests.cast import CANARY, Cast
from tests.desk.ledger import Ledger
from tests.desk.reader import browser, text_of, words_of
from tests.desk.reviewing import PAGE, REVIEW, version, with_results
from tests.reviews import DAYS, YEAR, approved, posted, submitted
from tests.rows import indicator

ENTRIES = "/admin/scoring/entry/"


@pytest.fixture
def filled(cast: Cast) -> Cast:
    return with_results(cast)


def after(cast: Cast, monkeypatch: pytest.MonkeyPatch, days: int = DAYS + 1) -> Client:
    """The committee's browser when the notice has come down."""
    monkeypatch.setattr("members.access.timezone.now", lambda: cast.now + timedelta(days))
    return browser(cast, cast.committee)


# --- approval -------------------------------------------------------------------------------------


def test_approval_is_asked_once_more(filled: Cast, monkeypatch: pytest.MonkeyPatch):
    ReviewSettings.objects.create(organisation=filled.organisations["DT"], warn_excellent=True)
    posted(filled)
    client = after(filled, monkeypatch)
    page = client.get(REVIEW).content.decode()
    assert 'value="approve"' not in page
    assert f'href="?approve={version()}"' in page
    asked = client.get(f"{REVIEW}?approve={version()}")
    said = words_of(asked)
    assert "Approve the results of 东塘第一党支部 2025?" in said
    assert "Organisation 东塘第一党支部 DT0101" in said
    assert "Members 4" in said
    assert "Cases to be opened 1" in said
    assert "Excellent 1 (50%), Good 0, Qualified 0, Unqualified 1 (50%)" in said
    assert "Many are excellent: 1 of 2 graded." in said
    assert 'value="approve"' in asked.content.decode()
    assert BranchYear.objects.get().state == YearState.SUBMITTED
    client.post(REVIEW, {"step": "approve", "version_read": version()})
    assert BranchYear.objects.get().state == YearState.APPROVED


@pytest.mark.parametrize("read", ["0", "x", ""])
def test_who_asks_from_a_stale_page_is_told(filled: Cast, monkeypatch: pytest.MonkeyPatch, read: str):
    posted(filled)
    answer = after(filled, monkeypatch).get(f"{REVIEW}?approve={read}", follow=True)
    assert "Somebody else has changed this" in text_of(answer)
    assert "Approve the results of" not in text_of(answer)


def test_what_cannot_be_approved_is_not_asked(filled: Cast, monkeypatch: pytest.MonkeyPatch):
    submitted(filled)
    answer = after(filled, monkeypatch).get(f"{REVIEW}?approve={version()}", follow=True)
    assert "The notice has not been posted yet." in text_of(answer)


def test_a_ledger_that_has_drifted_is_told_at_once(filled: Cast, monkeypatch: pytest.MonkeyPatch):
    posted(filled)
    client = after(filled, monkeypatch)
    assert "does not give what was submitted" not in text_of(client.get(REVIEW))
    YearLock.objects.all().delete()
    Entry.objects.filter(member=filled.members["M001"], indicator=indicator("essay")).delete()
    page = client.get(REVIEW)
    assert "The ledger does not give what was submitted any more (M001: " in text_of(page)
    assert "?approve=" not in page.content.decode()
    assert 'href="#return"' in page.content.decode()
    assert "does not give" in text_of(client.get(f"{REVIEW}?approve={version()}", follow=True))


def test_a_decision_without_its_version_is_told_where_it_is_seen(filled: Cast, monkeypatch):
    approved(filled)
    client = after(filled, monkeypatch)
    answer = client.post(REVIEW, {"step": "reopen", "reason": "来信反映"})
    told = [str(one) for one in answer.context["messages"]]
    assert told == [
        "The year is not reopened. The page was not sent whole. Look at it again before you change it."
    ]
    body = answer.content.decode()
    assert "来信反映" in body
    # Shown as it is now, it can be sent again.
    assert f'name="version_read" value="{version()}"' in body
    years.reopen_year(
        by=filled.operator, branch_year=years.year_of(filled.organisations["DT0101"], YEAR), reason="甲"
    )
    submitted(filled)
    answer = client.post(REVIEW, {"step": "remarks"})
    assert "was not sent whole" in text_of(answer)


# --- a notice ------------------------------------------------------------------------------------


def test_a_notice_does_not_hang_for_ever(filled: Cast):
    row = submitted(filled)
    issuing.issue(
        by=filled.by(filled.owner), organisation=row.organisation, period=Period.parse(str(YEAR)), annual=True
    )
    owner = browser(filled, filled.owner)
    sent = {"step": "post", "version_read": str(row.version), "posted_on": "2026-09-15", "place": "公告栏"}
    # The sixtieth working day: 12 in September with the Sunday 20, 18 in October with the Saturday 10,
    # 21 in November, 9 in December to the 11th.
    for until in ("9999-12-31", "2100-12-31", "2026-12-12"):
        answer = owner.post(PAGE, sent | {"until": until})
        assert "The notice stays until Dec. 11, 2026 at most." in text_of(answer), until
    assert owner.post(PAGE, sent | {"until": "2026-12-11"}).status_code == 302


# --- what the rush watch has counted ----------------------------------------------------------------


def listed(client: Client, url: str) -> list[str]:
    """The members and days of the entries that a page of the ledger lists."""
    page = client.get(url)
    assert page.status_code == 200
    return sorted(f"{row.member.number} {row.date}" for row in page.context["cl"].result_list)


def test_findings_lead_to_those_entries_alone(filled: Cast, monkeypatch: pytest.MonkeyPatch):
    Ledger(filled).times("M101", "org_life", [date(YEAR, 12, 20)])
    Ledger(filled).times("M002", "org_life", [date(YEAR, 11, 16), date(YEAR, 11, 17)])
    monday = datetime(YEAR, 6, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    Entry.objects.update(recorded_at=monday.replace(month=1))
    own = Entry.objects.filter(member__number="M001")
    # Dues of June recorded on 30 July are 30 days late, on 31 July 31; of a meeting on 5 June it is 4 days
    # from 9 June, 31 from 6 July.
    june = own.filter(date__month=6)
    june.filter(indicator__code="dues").update(recorded_at=monday.replace(month=7, day=31))
    june.filter(indicator__code="org_life").update(recorded_at=monday.replace(month=7, day=6))
    may = own.filter(date__month=5)
    may.filter(indicator__code="dues").update(recorded_at=monday.replace(month=6, day=30))
    may.filter(indicator__code="org_life").update(recorded_at=monday.replace(month=6, day=4))
    own.filter(date=date(YEAR, 12, 10)).update(recorded_at=monday.replace(month=12, day=31, hour=23))
    submitted(filled)
    committee = browser(filled, filled.committee)
    facts = {one.title: one for one in committee.get(REVIEW).context["page"].facts}
    assert facts["Recorded late"].text.startswith("2 of 22 entries")
    assert listed(committee, facts["Recorded late"].url) == ["M001 2025-06-05", "M001 2025-06-10"]
    assert facts["Most recorded on one day"].text.startswith("17 of 22 entries")
    assert len(listed(committee, facts["Most recorded on one day"].url)) == 17
    assert listed(committee, facts["In the last 45 days"].url) == ["M002 2025-11-17"]
    url = f"{ENTRIES}?rush=2025-12-31.{YEAR}.DT0101"
    assert listed(committee, url) == ["M001 2025-12-10"]
    assert "Recorded on Dec. 31, 2025 · DT0101 · 2025" in text_of(committee.get(url))
    assert f'href="{facts["Recorded late"].url}"' in committee.get(REVIEW).content.decode()


def test_the_branch_is_led_there_too_and_nowhere_else(filled: Cast):
    owner = browser(filled, filled.owner)
    body = owner.get(PAGE).content.decode()
    assert f'href="{ENTRIES}?rush=late.{YEAR}.DT0101"' in body
    assert len(listed(owner, f"{ENTRIES}?rush=late.{YEAR}.DT0101")) == 20
    for asked in ("late.2025.DT0201", "late.2025", "soon.2025.DT0101", "late.x.DT0101", "late.99999.DT0101",
                  "late.1950.DT0101"):  # fmt: skip
        page = owner.get(f"{ENTRIES}?rush={asked}", follow=True)
        assert page.redirect_chain, asked
        assert CANARY not in page.content.decode()


# --- a case -----------------------------------------------------------------------------------------

SAID = {
    "education": "支部书记谈心谈话三次，参加集中学习。",
    "review": "半年后复查，表现有明显好转，群众认可。",
    "measure": "education",
}


def test_a_case_is_closed_when_everything_is_said_and_confirmed(filled: Cast, monkeypatch):
    approved(filled)
    one = Case.objects.get()
    client = after(filled, monkeypatch, 40)
    url, day = f"/cases/{one.pk}/", str(filled.today + timedelta(39))
    page = text_of(client.get(url))
    assert "Before it can be closed: Say what education and help was given, in 10 characters or more." in page
    assert "Say when the handling was filed with the committee." in page
    sent = {"version_read": str(one.version), "education": "谈", "measure": "education", "review": " . ",
            "reviewed_on": "", "filed_on": day, "handled_filed_on": day}  # fmt: skip
    refused = text_of(client.post(url, sent | {"confirmed": "yes"}))
    for told in ("what education and help was given", "what the review found", "Say when it was reviewed."):
        assert told in refused
    whole = sent | SAID | {"reviewed_on": day}
    early = whole | {"reviewed_on": str(filled.today + timedelta(40)), "confirmed": "yes"}
    assert "The handling is not filed before the review." in text_of(client.post(url, early))
    asked = client.post(url, whole)
    assert "Close the case of 赵组长?" in text_of(asked)
    assert SAID["review"] in text_of(asked)
    one.refresh_from_db()
    assert (one.version, one.open) == (1, True)
    again = client.post(url, whole | {"again": "yes"})
    assert SAID["review"] in text_of(again)
    assert "Filed with the committee" in text_of(again)
    assert client.post(url, whole | {"confirmed": "yes"}).status_code == 302
    one.refresh_from_db()
    assert not one.open
    # What is closed is corrected without being closed once more, and no longer says what it lacks.
    assert "Before it can be closed" not in text_of(client.get(url))
    assert client.post(url, whole | {"version_read": str(one.version)}).status_code == 302


def test_a_case_from_opening_to_both_filings(filled: Cast, monkeypatch: pytest.MonkeyPatch):
    approved(filled)
    one = Case.objects.get()
    client = after(filled, monkeypatch, 40)
    assert "赵组长 M004 东塘第一党支部 2025" in words_of(client.get("/cases/"))
    url = f"/cases/{one.pk}/"
    day = str(filled.today + timedelta(39))
    sent = {"version_read": str(one.version), "education": "支部书记谈话三次，集中学习", "measure": "",
            "filed_on": day, "handled_filed_on": day, "review": "半年后复查，表现明显好转",
            "reviewed_on": day, "confirmed": "yes"}  # fmt: skip
    assert "Say which measure was taken" in text_of(client.post(url, sent))
    page = client.get(url).content.decode()
    assert "---------" not in page
    assert '<option value="" selected>Choose …</option>' in page
    before = str(filled.today + timedelta(38))
    early = sent | {"measure": "education", "handled_filed_on": before, "reviewed_on": before}
    assert "The handling is not filed before the case." in text_of(client.post(url, early))
    assert client.post(url, sent | {"measure": "education"}).status_code == 302
    assert "Somebody else has changed this" in text_of(client.post(url, sent | {"measure": "removal"}))
    one.refresh_from_db()
    assert (one.measure, one.education, one.open) == ("education", "支部书记谈话三次，集中学习", False)
    assert "There is no such case." in text_of(client.get("/cases/"))
    assert "赵组长" in text_of(client.get("/cases/?state=filed"))
    assert "Not closed 0 Closed 1 Withdrawn 0 All 1" in text_of(client.get("/cases/?state=all"))
