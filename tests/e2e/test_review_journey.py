"""A year in Chromium: submitted, returned, corrected, posted, objected to, approved, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appraisal.enums import YearState
from appraisal.models import BranchYear, Case
from tests.cast import NOW, Cast
from tests.desk.ledger import Ledger
from tests.desk.reviewing import INBOX, PAGE, REVIEW
from tests.e2e.conftest import WIDTHS, YEAR, Visitor
from tests.reviews import DAYS

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

DESK, PHONE = WIDTHS


@pytest.fixture
def voted(filled: Cast) -> Cast:
    """M001 is good, M004 unqualified; M002 has no votes."""
    Ledger(filled).votes("M004", 0, 1, 3, 8)
    return filled


def faults(one: Visitor) -> list[str]:
    """What is wrong with the page on a desk and on a phone."""
    found = []
    for width in WIDTHS:
        one.see(width, "light")
        found += [f"{width}: {fault}" for fault in one.faults()]
    one.see(DESK, "light")
    return found


def state() -> str:
    return BranchYear.objects.get().state


def test_a_year_from_submission_to_what_follows(
    voted: Cast, visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, committee = visitor(voted.owner), visitor(voted.committee)

    # The branch sees what is missing, ticks it, and submits.
    owner.open(PAGE)
    page = owner.page
    expect(page.locator(".findings").first).to_contain_text("李芳")
    assert faults(owner) == []
    page.check("[name=seen]")
    owner.send("[value=submit]")
    assert state() == YearState.SUBMITTED
    assert faults(owner) == []

    # The committee finds it in its inbox, remarks on one row, and returns it.
    committee.open(INBOX)
    assert faults(committee) == []
    committee.send("tbody a >> text=东塘第一党支部")
    expect(committee.page.locator("#approve")).to_contain_text("尚未张贴")
    committee.page.locator("tr", has_text="赵组长").locator("input").fill("党费请核对")
    committee.page.fill("[name=reason]", "请补登党费")
    assert faults(committee) == []
    committee.send("[value=return]")
    assert state() == YearState.RETURNED
    assert faults(committee) == []

    # The branch reads reason and remark, corrects, and submits again; both figures stand side by side.
    owner.open(PAGE)
    expect(page.locator(".note.warn")).to_contain_text("请补登党费")
    expect(page.locator("tr", has_text="赵组长")).to_contain_text("党费请核对")
    assert faults(owner) == []
    Ledger(voted).dues("M004", range(1, 13))
    page.check("[name=seen]")
    owner.send("[value=submit]")
    expect(page.locator("#submissions tr", has_text="赵组长").first).to_contain_text("18.00")

    # The notice is issued and posted for a week, and somebody objects.
    owner.send("#notice .button.main")
    assert faults(owner) == []
    owner.send("main form .button.main")
    owner.open(PAGE)
    page.fill("[name=place]", "党务公开栏")
    page.fill("[name=until]", (NOW.date() + timedelta(DAYS)).isoformat())
    owner.send("[value=post]")
    page.click("#objections summary")
    page.fill("[name=raised_on]", NOW.date().isoformat())
    page.fill("[name=text]", "志愿服务少计一次")
    owner.send("[value=object]")
    assert faults(owner) == []
    committee.open(REVIEW)
    expect(committee.page.locator("#approve li")).to_have_count(2)

    # It is answered; when the notice has come down, the committee finds the year on its first page.
    page.fill("[name$=-answer]", "已核实，并无遗漏")
    owner.send("[value=answer]")
    expect(page.locator("#objections")).to_contain_text("已核实，并无遗漏")
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(DAYS + 1))
    committee = visitor(voted.committee)
    committee.open("/")
    assert faults(committee) == []
    committee.send(".due a")
    assert faults(committee) == []
    committee.send("#approve a.main")
    assert faults(committee) == []
    committee.send("[value=approve]")
    assert state() == YearState.APPROVED
    assert faults(committee) == []

    # Who was good may be put forward; who is unqualified has a case, which is handled and filed.
    committee.open(f"/eligibility/{YEAR + 1}/")
    eligible = committee.page.locator("section", has=committee.page.locator("#part-eligible"))
    expect(eligible).to_contain_text("张晓明")
    expect(eligible).not_to_contain_text("赵组长")
    assert faults(committee) == []
    committee.open("/cases/")
    assert faults(committee) == []
    committee.send("tbody a >> text=赵组长")
    committee.page.fill("[name=education]", "支部书记谈话三次，集中学习")
    committee.page.fill("[name=review]", "半年后复查，表现明显好转")
    committee.page.select_option("[name=measure]", "education")
    day = (NOW.date() + timedelta(DAYS + 1)).isoformat()
    for name in ("reviewed_on", "filed_on"):
        committee.page.fill(f"[name={name}]", day)
    committee.page.fill("[name=handled_filed_on]", day)
    assert faults(committee) == []
    committee.send(".button.main")
    assert Case.objects.get().open
    assert faults(committee) == []
    committee.send("[name=confirmed]")
    assert not Case.objects.get().open


def test_on_a_phone_remarks_are_not_lost(voted: Cast, visitor: Callable[..., Visitor]) -> None:
    owner, committee = visitor(voted.owner, PHONE), visitor(voted.committee, PHONE)
    owner.open(PAGE)
    owner.page.check("[name=seen]")
    owner.send("[value=submit]")
    committee.open(REVIEW)
    committee.page.locator("tr", has_text="赵组长").locator("input").fill("请核对")
    # Without a reason nothing is returned, and what was typed is still there.
    committee.send("[value=return]")
    expect(committee.page.locator("#return .errors")).to_be_visible()
    expect(committee.page.locator("tr", has_text="赵组长").locator("input")).to_have_value("请核对")
    committee.send("[value=remarks]")
    assert committee.faults() == []
    committee.open(REVIEW)
    expect(committee.page.locator("tr", has_text="赵组长").locator("input")).to_have_value("请核对")
