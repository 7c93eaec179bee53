"""What is confirmed of a notice is what is issued, and what its paper shows decides whether it holds."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from appraisal.models import BranchYear, Snapshot, Tally
from appraisal.services import snapshots, tallies, years
from members.errors import Refused
from members.models import Posting
from members.services import roster
from members.services.by import By
from reports.desk.services import notices as shown
from reports.models import Notice
from reports.services import issuing, notices
from scoring.models import Judgement
from scoring.services import ledger
from tests.cast import Cast
from tests.desk.confirming import LIST, pressed, seen_on
from tests.desk.reader import browser, text_of
from tests.desk.test_notices import H1, issued, late, page_of
from tests.reviews import YEAR, later, posted, submitted, tally
from tests.rows import indicator


@pytest.fixture
def owner(cast: Cast) -> Client:
    return browser(cast, cast.owner)


@pytest.fixture
def notice(cast: Cast) -> Notice:
    return issued(cast)


HALF = {"kind": "notice", "period": "2026H1"}


def test_what_was_confirmed_is_issued_and_nothing_else(cast: Cast, owner: Client) -> None:
    seen = seen_on(owner.get(LIST, HALF))
    assert seen
    late(cast)
    for sent in ({"seen": seen}, {}):
        answer = owner.post(LIST, HALF | sent)
        assert "The figures have changed since this page was made." in text_of(answer)
        assert "Issue the notice of 东塘第一党支部?" in text_of(answer)
        assert not Notice.objects.exists()
    assert "is issued" in text_of(pressed(owner, HALF))


def test_a_correction_of_another_than_was_shown_is_not_issued(cast: Cast, owner: Client) -> None:
    """The figures are those that were shown, and two corrections were issued meanwhile."""
    issued(cast)
    row = late(cast)
    seen = seen_on(owner.get(LIST, HALF))
    issued(cast)
    ledger.withdraw_entry(by=cast.operator, entry=row)
    third = issued(cast)
    late(cast)
    answer = owner.post(LIST, HALF | {"seen": seen})
    assert "have changed since" in text_of(answer)
    assert f"Issue a correction of {third.number}?" in text_of(answer)
    assert Notice.objects.count() == 3


def test_where_nobody_is_named_that_is_confirmed_and_no_notice_is_asked_for(cast: Cast) -> None:
    branch = cast.organisations["DT0101"]
    there = Posting.objects.filter(organisation__path__startswith=branch.path)
    there.update(role=cast.roles["elderly.member"])
    owner, committee = browser(cast, cast.owner), browser(cast, cast.committee)
    assert "To be issued" in text_of(owner.get(LIST))
    assert "Not issued: 2" in text_of(committee.get("/"))
    asked = owner.get(LIST, HALF)
    assert "so there is no notice" in text_of(asked)
    assert not Snapshot.objects.exists()
    answer = pressed(owner, HALF)
    assert "no notice of this period is asked for any more" in text_of(answer)
    assert "To be issued" not in text_of(answer)
    assert "Not issued: 1" in text_of(committee.get("/"))
    assert not Notice.objects.exists()


# --- what the paper shows decides -----------------------------------------------------------------


def test_what_the_paper_does_not_show_is_no_correction(cast: Cast, owner: Client, notice: Notice) -> None:
    """A line that is presumed is recorded as what was presumed: it changes, and no figure does."""
    row = Judgement(
        member=cast.members["M002"], year=2026, indicator=indicator("conduct"), fulfilment=Decimal(100)
    )
    ledger.save_judgement(by=cast.operator, judgement=row)
    unit = issuing.unit_today(cast.organisations["DT0101"], H1, annual=False)
    assert unit is not None
    now, _rows = snapshots.reckoned(unit=unit, purpose="notice", period="2026H1", as_of=H1.last)
    assert now.digest != notice.snapshot.digest
    assert issuing.changes(notice) == []
    assert issued(cast) == notice
    assert "figures have changed" not in text_of(owner.get(LIST))
    assert "The records give other figures today" not in text_of(owner.get(page_of(notice)))
    assert owner.get(LIST, HALF, follow=True).redirect_chain == [(page_of(notice), 302)]


def renamed(cast: Cast) -> None:
    member = cast.members["M002"]
    member.name = "李芳芳"
    roster.correct_member(by=cast.operator, member=member)


def test_another_name_is_shown_and_so_a_correction(cast: Cast, owner: Client, notice: Notice) -> None:
    renamed(cast)
    told = "李芳芳 M002 Name 李芳 李芳芳"
    assert told in text_of(owner.get(page_of(notice)))
    assert "figures have changed: 1 member" in text_of(owner.get(LIST))
    assert told in text_of(owner.get(LIST, HALF))
    assert issued(cast).replaces == notice


def test_votes_count_where_they_change_what_is_shown(cast: Cast, owner: Client) -> None:
    """With fewer than five votes, or with all the same, a row shows the grade alone."""
    tally(cast, "M001", 4, 0, 0, 0)
    first = issued(cast, str(YEAR), annual=True)
    row = Tally.objects.get()
    row.excellent = 6
    tallies.save_tally(by=cast.operator, tally=row)
    assert issuing.changes(first) == []
    assert issued(cast, str(YEAR), annual=True) == first
    row.refresh_from_db()
    row.excellent, row.good = 4, 2
    tallies.save_tally(by=cast.operator, tally=row)
    found = {(one.number, one.figure, one.old, one.new) for one in issuing.changes(first)}
    assert ("M001", "votes", None, True) in found
    assert ("M001", "rank", None, 1) in found
    page = owner.get(page_of(first))
    assert "张晓明 M001 Votes — changed" in text_of(page)
    assert "4 · 2" not in text_of(page)
    assert issued(cast, str(YEAR), annual=True).replaces == first


# --- an approved year -----------------------------------------------------------------------------


def test_the_annual_notice_of_an_approved_year_is_not_replaced(cast: Cast) -> None:
    submitted(cast)
    first = issued(cast, str(YEAR), annual=True)
    notices.post(by=cast.by(cast.owner), notice=first, day=cast.today, place="栏")
    years.approve_year(by=later(cast, cast.committee, 30), branch_year=BranchYear.objects.get())
    renamed(cast)
    owner = browser(cast, cast.owner)
    page = owner.get(page_of(first)).content.decode()
    assert "李芳芳" in page
    assert 'id="correct"' not in page
    assert 'href="#correct"' not in page
    assert "posted once the year is submitted" not in page
    answer = owner.get(LIST, {"kind": "annual", "period": str(YEAR)}, follow=True)
    assert "the committee must reopen it" in text_of(answer)
    with pytest.raises(Refused, match="reopen"):
        issued(cast, str(YEAR), annual=True)
    committee = later(cast, cast.committee, 31)
    years.reopen_year(by=committee, branch_year=BranchYear.objects.get(), reason="改名")
    assert issued(cast, str(YEAR), annual=True).replaces == first


def test_what_was_posted_before_notices_were_issued_is_not_asked_for(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = datetime(2026, 3, 2, 9, tzinfo=timezone.get_current_timezone())
    monkeypatch.setattr(timezone, "now", lambda: early)
    branch = cast.organisations["DT0101"]
    assert [one.due for one in shown.wanted(branch, early.date())] == [True, True]
    posted(cast, by=By.person(cast.owner, early))
    found = shown.wanted(branch, early.date())
    assert [(str(one.kind), one.due) for one in found] == [("notice", True), ("annual", False)]
    assert "posted before notices were issued here" in text_of(browser(cast, cast.owner).get(LIST))


def test_a_unit_without_members_of_its_own_is_asked_for_no_notice(cast: Cast) -> None:
    on = date(2026, 7, 10)
    assert [one.period.code for one in shown.wanted(cast.organisations["DT0101"], on)] == ["2026H1"]
    assert shown.wanted(cast.organisations["DT"], on) == []
