"""The entry pages in Chromium: how many clicks and keys the usual work takes, without scripts, on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from members.models import Posting
from scoring.models import CareVisit, Entry, Judgement
from tests import rows
from tests.cast import Cast
from tests.e2e.conftest import WIDTHS, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

DUES = "/branches/DT0101/dues/2026/"
STANDING = "/branches/DT0101/standing/"
QUICK = "/branches/DT0101/quick/"
JUDGED = "/branches/DT0101/judged/2026/"
CARE = "/branches/DT0101/care/2026/"


class Hand:
    """Counts the clicks and keys that it makes."""

    def __init__(self, page: Page) -> None:
        self.page, self.made = page, 0

    def click(self, selector: str) -> None:
        self.page.click(selector)
        self.made += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.made += 1


@pytest.fixture
def unscripted(live_server, browser: Browser, filled: Cast) -> Iterator[Visitor]:
    """The owner's browser with scripts switched off."""
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    session = filled.client(filled.owner).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    yield Visitor(context.new_page(), live_server.url)
    context.close()


def recorded(code: str, **of: Any) -> int:
    return Entry.objects.filter(indicator__code=code, date__year=2026, **of).count()


def too_small(page: Page) -> list[str]:
    """Controls of the content that a finger may miss."""
    return page.evaluate(
        """() => [...document.querySelectorAll("main :is(button, select, input, .button, .choices a)")]
            .filter((one) => one.checkVisibility({visibilityProperty: true}) && one.type !== "hidden")
            .filter((one) => !one.closest(".hidden-visually"))
            .filter((one) => { const box = one.getBoundingClientRect();
                               return box.width && (box.height < 43.5 || box.width < 43.5); })
            .map((one) => one.outerHTML.slice(0, 120))"""
    )


# --- dues -----------------------------------------------------------------------------------------


def test_the_dues_of_a_month_for_forty_take_at_most_four_clicks(
    filled: Cast, visitor: Callable[..., Visitor]
) -> None:
    for number in range(37):
        filled.admit(f"N{number:03}", f"党员{number}", "DT0101")
    one = visitor(filled.owner)
    one.open(DUES)
    hand = Hand(one.page)
    hand.click("button.fill[value='8']")
    # One of them was late: a click goes on from on time to late.
    hand.click(f"#c-{filled.members['N007'].pk}-8")
    hand.click(".save-bar .button.main")
    expect(one.page.locator("ul.notes .success")).to_be_visible()
    assert hand.made <= 4
    assert recorded("dues", on_time=True) == 39
    assert recorded("dues", on_time=False, member__number="N007") == 1
    assert recorded("dues") == 40
    assert (one.complaints, one.strangers) == ([], [])


def test_dues_by_keyboard_alone(filled: Cast, visitor: Callable[..., Visitor]) -> None:
    one = visitor(filled.owner)
    one.open(DUES)
    one.page.locator(f"#c-{filled.members['M001'].pk}-1").focus()
    Hand(one.page).press("1", "ArrowRight", "2", "ArrowDown", "1", "ArrowLeft", "Space", "Control+s")
    expect(one.page.locator("ul.notes .success")).to_be_visible()
    found = Entry.objects.filter(indicator__code="dues", date__year=2026).order_by("member__number", "date")
    assert [(row.member.number, row.date.month, row.on_time) for row in found] == [
        ("M001", 1, True),
        ("M001", 2, False),
        ("M002", 1, True),
        ("M002", 2, True),
    ]


def test_dues_without_scripts(filled: Cast, unscripted: Visitor) -> None:
    unscripted.open(DUES)
    page = unscripted.page
    page.select_option(f"[name=c-{filled.members['M002'].pk}-8]", "late")
    page.click("button.fill[value='8']")
    page.click(".save-bar .button.main")
    expect(page.locator("ul.notes .success")).to_be_visible()
    assert (recorded("dues", on_time=True), recorded("dues", on_time=False)) == (2, 1)


@pytest.mark.parametrize("width", WIDTHS)
def test_two_browsers_and_one_grid(filled: Cast, visitor: Callable[..., Visitor], width: int) -> None:
    one = visitor(filled.owner, width)
    one.open(DUES)
    rows.entry(filled, filled.members["M001"], "dues", date=date(2026, 3, 9), quantity=1, on_time=False)
    cell = f"#c-{filled.members['M001'].pk}-3"
    one.page.click(cell)
    one.page.click(".save-bar .button.main")
    expect(one.page.locator(".questions li")).to_have_count(1)
    assert one.faults() == []
    assert Entry.objects.get(indicator__code="dues", date__year=2026).on_time is False
    one.page.click(".save-bar .button.main")
    expect(one.page.locator("ul.notes .success")).to_be_visible()
    assert Entry.objects.get(indicator__code="dues", date__year=2026).on_time is True


# --- judged standards -----------------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
def test_a_judgement_typed_and_taken_back(filled: Cast, visitor: Callable[..., Visitor], width: int) -> None:
    one = visitor(filled.owner, width)
    one.open(JUDGED)
    conduct = rows.indicator("conduct").pk
    cell = f"#p-{filled.members['M001'].pk}-{conduct}"
    presumed = one.page.locator(f"td:has({cell}) .mark")
    expect(presumed).to_be_visible()
    one.page.fill(cell, "87.5")
    expect(presumed).to_be_hidden()
    one.page.keyboard.press("Control+s")
    expect(one.page.locator("ul.notes .success")).to_be_visible()
    assert str(Judgement.objects.get().fulfilment) == "87.5"
    one.page.fill(cell, "")
    one.page.keyboard.press("Control+s")
    expect(presumed).to_be_visible()
    expect(one.page.locator("ul.notes .success")).to_be_visible()
    assert not Judgement.objects.exists()
    assert (one.complaints, one.strangers) == ([], [])


def test_judged_standards_without_scripts(filled: Cast, unscripted: Visitor) -> None:
    unscripted.open(JUDGED)
    key = f"{filled.members['M002'].pk}-{rows.indicator('org_task').pk}"
    unscripted.page.fill(f"#p-{key}", "60")
    unscripted.page.fill(f"[name=n-{key}]", "未完成")
    unscripted.page.click(".save-bar .button.main")
    expect(unscripted.page.locator("ul.notes .success")).to_be_visible()
    assert Judgement.objects.get().note == "未完成"


# --- quick rows -----------------------------------------------------------------------------------


def visiting(cast: Cast) -> None:
    """Give two members a role that asks for visits, which are then what is offered first."""
    members = [cast.members["M001"], cast.members["M002"]]
    Posting.objects.filter(member__in=members).update(role=cast.roles["organ.member"])


def test_a_visit_by_keyboard_alone(filled: Cast, visitor: Callable[..., Visitor]) -> None:
    visiting(filled)
    one = visitor(filled.owner)
    one.open(QUICK)
    hand = Hand(one.page)
    hand.press("z", "x", "Enter")
    one.page.keyboard.type("15")
    hand.press("Enter", "l", "f", "Enter")
    one.page.keyboard.type("8")
    hand.press("Control+s")
    expect(one.page.locator("ul.notes .success")).to_be_visible()
    # Two visits in eight keys beyond the digits.
    assert hand.made <= 12
    found = Entry.objects.filter(indicator__code="visit_people").order_by("pk")
    assert [(row.member.number, row.quantity, row.date) for row in found] == [
        ("M001", 15, filled.today),
        ("M002", 8, filled.today),
    ]
    assert (one.complaints, one.strangers) == ([], [])


def test_what_earns_nothing_is_told_beside_the_row_at_once(
    filled: Cast, visitor: Callable[..., Visitor]
) -> None:
    one = visitor(filled.owner)
    one.open(QUICK)
    page, told = one.page, one.page.locator("tr[data-row='0'] .earns-nothing")
    page.fill("[name=member-0]", "张晓明")
    page.select_option("[name=indicator-0]", "visit_people")
    page.focus("[name=quantity-0]")
    expect(told).to_have_text("不计分：该角色不考核")
    assert one.faults() == []
    page.select_option("[name=indicator-0]", "essay")
    page.focus("[name=quantity-0]")
    expect(told).to_have_text("")
    page.select_option("[name=indicator-0]", "visit_people")
    page.focus("[name=quantity-0]")
    page.click(".save-bar .button.main")
    expect(told).to_have_text("不计分：该角色不考核")
    expect(page.get_by_label("仍要记录")).to_be_focused()
    assert (one.faults(), recorded("visit_people")) == ([], 0)
    page.check("[name=again-0]")
    page.click(".save-bar .button.main")
    expect(page.locator("ul.notes .success")).to_be_visible()
    assert recorded("visit_people") == 1


def test_a_row_after_the_last_and_the_list_of_members(filled: Cast, visitor: Callable[..., Visitor]) -> None:
    one = visitor(filled.owner)
    one.open(QUICK)
    page = one.page
    page.focus("[name=member-4]")
    page.keyboard.type("z")
    options = page.locator("[role=option]:visible")
    expect(options).to_have_text(["张晓明 M001", "赵组长 M004"])
    assert one.faults() == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("[name=member-4]") == "赵组长 M004"
    page.keyboard.press("Enter")
    expect(page.locator("[name=member-5]")).to_be_focused()
    labels = [page.get_attribute(f"[name=member-{number}]", "aria-label") for number in (4, 5)]
    assert labels[0] != labels[1]


def test_rows_without_scripts_and_taken_back(filled: Cast, unscripted: Visitor) -> None:
    visiting(filled)
    unscripted.open(QUICK)
    page = unscripted.page
    page.fill("[name=member-0]", "张晓明")
    page.fill("[name=quantity-0]", "3")
    page.fill("[name=member-1]", "没有此人")
    page.click(".save-bar .button.main")
    expect(page.locator("[name=member-1]")).to_have_attribute("aria-invalid", "true")
    page.fill("[name=member-1]", "lf")
    page.click(".save-bar .button.main")
    expect(page.locator("ul.notes .success")).to_be_visible()
    assert recorded("visit_people") == 2
    unscripted.send("[name=entry] >> nth=0")
    expect(page.locator("ul.notes .success")).to_be_visible()
    assert recorded("visit_people") == 1


# --- pairings and posts ---------------------------------------------------------------------------


def test_a_pairing_is_added_and_ended_without_scripts(filled: Cast, unscripted: Visitor) -> None:
    unscripted.open(STANDING)
    page = unscripted.page
    page.fill("[name=member]", "lf")
    page.fill("[name=title]", "刘家")
    page.fill("[name=date]", "2026-01-05")
    page.click(".entry-form .button.main")
    expect(page.locator("ul.notes .success")).to_be_visible()
    ends = page.locator("tr", has_text="李芳").locator("[name=until]")
    ends.fill("2026-08-31")
    ends.press("Enter")
    expect(page.locator("ul.notes .success")).to_be_visible()
    assert Entry.objects.get(member__number="M002", title="刘家").until == date(2026, 8, 31)


# --- care -----------------------------------------------------------------------------------------


def test_a_care_visit_by_keyboard_alone(filled: Cast, visitor: Callable[..., Visitor]) -> None:
    one = visitor(filled.owner)
    one.open(CARE)
    hand = Hand(one.page)
    hand.press("w", "g")
    expect(one.page.locator("[role=option]:visible")).to_have_text(["王桂英 M003"])
    assert one.faults() == []
    hand.press("Enter", "Tab", "l", "f", "Enter")
    one.page.keyboard.type("学习资料")
    hand.press("Control+s")
    expect(one.page.locator("ul.notes .success")).to_be_visible()
    visit = CareVisit.objects.get(passed_on="学习资料")
    assert (visit.member.number, visit.date, visit.visitor) == ("M003", filled.today, "李芳")
    assert (one.complaints, one.strangers) == ([], [])


def test_a_care_visit_is_recorded_corrected_and_taken_back_without_scripts(
    filled: Cast, unscripted: Visitor
) -> None:
    unscripted.open(CARE)
    page, done = unscripted.page, unscripted.page.locator("ul.notes .success")
    page.fill("[name=member]", "wgy")
    page.fill("[name=visitor]", "李芳")
    page.fill("[name=heard]", "盼扶手")
    page.click(".entry-form .button.main")
    expect(done).to_be_visible()
    page.locator("tr", has_text="盼扶手").get_by_role("link").click()
    expect(page.locator("[name=heard]")).to_have_value("盼扶手")
    page.fill("[name=heard]", "盼路灯")
    page.click(".entry-form .button.main")
    expect(done).to_be_visible()
    page.locator("tr", has_text="盼路灯").get_by_role("link").click()
    page.click("[name=withdraw]")
    expect(done).to_be_visible()
    assert not CareVisit.objects.filter(member__number="M003").exists()


# --- every page -----------------------------------------------------------------------------------

PAGES = [DUES, JUDGED, QUICK, STANDING, CARE]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width, scheme", [(WIDTHS[0], "light"), (WIDTHS[1], "dark")])
def test_entry_pages_are_accessible_silent_and_wide_enough_for_a_finger(
    filled: Cast, visitor: Callable[..., Visitor], path: str, width: int, scheme: str
) -> None:
    for who in (filled.owner, filled.committee):
        one = visitor(who, width, scheme)
        assert one.open(path) == 200
        assert one.faults() == []
        if width == WIDTHS[1]:
            assert too_small(one.page) == []
