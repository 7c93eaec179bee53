"""A meeting of forty recorded in Chromium: by clicks, by keys alone, without scripts, and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Dialog, Page, expect

from members.services import roster
from scoring.enums import Presence
from scoring.models import Activity, Attendance
from tests.cast import Cast
from tests.e2e.conftest import WIDTHS, Visitor
from tests.kept import once

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SURNAMES = "白蔡邓范高韩江孔罗马倪欧潘秦任孙唐魏徐杨"
"""Twenty, none of whose initials with the names below are those of another."""


@pytest.fixture
def forty(filled: Cast) -> Cast:
    """DT0201 with forty members beside its two, who have left it."""
    return once("forty", lambda: gather(filled))


def gather(filled: Cast) -> Cast:
    for number in ("M101", "M102"):
        posting = filled.members[number].postings.get()
        roster.end_posting(by=filled.operator, posting=posting, end=date(2020, 12, 31))
    for place, surname in enumerate(SURNAMES):
        filled.admit(f"A{place:02}", f"{surname}立", "DT0201")
        filled.admit(f"B{place:02}", f"{surname}天", "DT0201")
    return filled


class Hand:
    """Counts what the hand does: clicks, and keys, of which two held together are two."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.keys = page, 0, 0

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.click(selector)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += key.count("+") + 1
            self.page.keyboard.press(key)


def name_of(page: Page, name: str) -> str:
    """Where the row of the member is."""
    row = page.locator("tr", has_text=name)
    return f"#{row.get_attribute('id')}"


def absent() -> list[str]:
    rows = Attendance.objects.filter(status=Presence.ABSENT)
    return sorted(rows.values_list("member__name", flat=True))


def test_a_meeting_of_forty_by_clicks(forty: Cast, visitor: Callable[..., Visitor]) -> None:
    one = visitor(forty.other)
    one.open("/")
    hand = Hand(one.page)
    hand.click("nav summary >> nth=0")
    hand.click("nav a[href='/activities/new/']")
    one.page.fill("[name=title]", "九月支部大会")
    hand.click("form.planning button.main")
    hand.click("[data-all]")
    for name in ("白立", "孔天", "徐立"):
        hand.click(f"{name_of(one.page, name)} label.absent")
    expect(one.page.locator("[data-total=present]")).to_have_text("37")
    hand.click("button[value=save]")
    expect(one.page.locator("ul.notes .success")).to_be_visible()
    assert absent() == ["孔天", "徐立", "白立"]
    assert Attendance.objects.filter(status=Presence.PRESENT).count() == 37
    assert hand.clicks <= 8
    assert one.complaints == []


def test_a_meeting_of_forty_by_keys_alone(forty: Cast, visitor: Callable[..., Visitor]) -> None:
    one = visitor(forty.other)
    one.open("/activities/new/")
    one.page.keyboard.type("九月支部大会")
    hand = Hand(one.page)
    hand.press("Enter")
    one.page.wait_for_url("**/attendance/")
    expect(one.page.locator("[data-all]")).to_be_focused()
    hand.press("Enter", "b", "l", "3", "k", "t", "3", "x", "l", "3", "Control+s")
    expect(one.page.locator("ul.notes .success")).to_be_visible()
    assert absent() == ["孔天", "徐立", "白立"]
    assert hand.keys <= 16


def test_arrows_walk_and_keys_in_a_note_are_text(forty: Cast, visitor: Callable[..., Visitor]) -> None:
    one = visitor(forty.other)
    activity = planned(one)
    rows = one.page.locator("tr[data-initials]")
    rows.nth(0).locator("input[type=radio]").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "2"):
        one.page.keyboard.press(key)
    expect(rows.nth(1).locator("label.on_leave input")).to_be_checked()
    one.page.keyboard.press("0")
    expect(rows.nth(1).locator("input:checked")).to_have_count(0)
    note = rows.nth(1).locator(".remark input")
    note.focus()
    one.page.keyboard.type("b3")
    expect(note).to_have_value("b3")
    expect(rows.nth(1).locator("input:checked")).to_have_count(0)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    one.page.on("dialog", leave)
    one.page.click("header a.site-name")
    one.page.wait_for_url(f"{one.base}/")
    assert asked == ["beforeunload"]
    assert not Attendance.objects.filter(activity=activity).exists()


def planned(one: Visitor) -> Activity:
    """An activity of today, with its list open."""
    one.open("/activities/new/")
    one.page.fill("[name=title]", "九月支部大会")
    one.page.click("form.planning button.main")
    one.page.wait_for_url("**/attendance/")
    return Activity.objects.latest("pk")


def test_the_list_is_a_plain_form_without_scripts(live_server, forty: Cast, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": WIDTHS[1], "height": 800})
    session = forty.client(forty.other).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    one = Visitor(context.new_page(), live_server.url)
    page = one.page
    one.open("/activities/new/")
    page.fill("[name=title]", "九月支部大会")
    one.send("form.planning button.main")
    assert page.locator("[data-all]").is_hidden()
    page.locator("details:has(#pasted) summary").click()
    page.fill("#pasted", "白立\n孔天\t缺席")
    one.send("button[value=paste]")
    one.send("button[value=save]")
    assert absent() == ["孔天"]
    page.click(f"{name_of(page, '白立')} label.absent")
    one.send("button[value=save]")
    assert absent() == ["孔天"]
    one.send("button[value=confirm]")
    assert absent() == ["孔天", "白立"]
    context.close()


@pytest.mark.parametrize("width, scheme", [(WIDTHS[0], "light"), (WIDTHS[0], "dark"), (WIDTHS[1], "light")])
def test_every_page_of_a_list_is_accessible(
    forty: Cast, visitor: Callable[..., Visitor], width: int, scheme: str
) -> None:
    one = visitor(forty.other, width, scheme)
    wrong = {}

    def look(name: str) -> None:
        if found := one.faults():
            wrong[name] = found

    one.open("/activities/new/")
    look("new")
    planned(one)
    look("list")
    one.page.click("[data-all]")
    look("marked")
    if width == WIDTHS[1]:
        targets = one.page.locator(".marks label, .attendance input[type=text], .list .button")
        heights = targets.evaluate_all("all => all.map((one) => one.getBoundingClientRect().height)")
        assert min(heights) >= 44
    one.send("button[value=save]")
    one.page.click("tr[data-initials] >> nth=0 >> label.absent")
    one.page.click("button[value=save]")
    one.page.wait_for_selector("button[value=confirm]")
    look("asked")
    one.page.click("button[value=confirm]")
    one.page.wait_for_selector("ul.notes .success")
    committee = visitor(forty.committee, width, scheme)
    committee.open(f"/activities/{Activity.objects.latest('pk').pk}/attendance/")
    one = committee
    look("read")
    assert wrong == {}
