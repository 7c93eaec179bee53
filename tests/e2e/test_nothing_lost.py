"""Lists whose session ends, lists in two browsers: nothing typed is lost, nothing overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from scoring.models import Activity, Attendance, Entry, Judgement
from tests import rows
from tests.cast import NOW, PASSWORD, Cast
from tests.e2e.conftest import WIDTHS, Visitor
from tests.e2e.test_entry_pages import visiting
from tests.scoring.meetings import address, meeting, save
from tests.scoring.test_judged_grid import judge as judged

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

YEAR = 2026
BRANCH = "/branches/DT0101"
SAVE = ".save-bar .button.main"
DONE = "ul.notes .success"


@dataclass(frozen=True)
class Listed:
    """One list: where it is, how somebody types in it, what is stored of M001 by it, and how it is saved."""

    path: Callable[[Cast], str]
    type: Callable[[Cast, Page, bool], None]
    stored: Callable[[], list[object]]
    expected: list[object]
    save: str = SAVE


def the_meeting(cast: Cast) -> str:
    return address(Activity.objects.filter(title="五月支部大会").first() or meeting(cast))


def quick(cast: Cast) -> str:
    visiting(cast)
    return f"{BRANCH}/quick/"


def mark(cast: Cast, page: Page, scripted: bool) -> None:
    row = page.locator("tr", has_text="张晓明")
    row.locator("label.absent").click()
    row.locator(".remark input").fill("出差")


def pay(cast: Cast, page: Page, scripted: bool) -> None:
    cell = f"c-{cast.members['M001'].pk}-3"
    if scripted:
        page.click(f"#{cell}")
    else:
        page.select_option(f"[name={cell}]", "paid")


def visit(cast: Cast, page: Page, scripted: bool) -> None:
    page.fill("[name=member-0]", "张晓明")
    page.fill("[name=date-0]", f"{YEAR}-03-05")
    page.fill("[name=quantity-0]", "7")


def judge(cast: Cast, page: Page, scripted: bool) -> None:
    key = f"{cast.members['M001'].pk}-{rows.indicator('conduct').pk}"
    page.fill(f"#p-{key}", "87.5")
    page.fill(f"[name=n-{key}]", "一次缺席")


def entered(code: str) -> list[object]:
    found = Entry.objects.filter(indicator__code=code, date__year=YEAR, member__number="M001")
    return list(found.order_by("pk").values_list("date", "quantity", "on_time"))


LISTS = {
    "attendance": Listed(
        the_meeting,
        mark,
        lambda: list(Attendance.objects.filter(member__number="M001").values_list("status", "note")),
        [("absent", "出差")],
        save="button[value=save]",
    ),
    "dues": Listed(
        lambda cast: f"{BRANCH}/dues/{YEAR}/", pay, lambda: entered("dues"), [(date(YEAR, 3, 1), 1, True)]
    ),
    "quick": Listed(quick, visit, lambda: entered("visit_people"), [(date(YEAR, 3, 5), 7, True)]),
    "judged": Listed(
        lambda cast: f"{BRANCH}/judged/{YEAR}/",
        judge,
        lambda: [(str(one.fulfilment), one.note) for one in Judgement.objects.filter(member__number="M001")],
        [("87.5", "一次缺席")],
    ),
}


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def one(request: pytest.FixtureRequest, live_server, browser: Browser, filled: Cast) -> Iterator[Visitor]:
    """The owner's browser, with scripts and without."""
    context = browser.new_context(
        java_script_enabled=request.param, locale="zh-CN", viewport={"width": WIDTHS[0], "height": 800}
    )
    session = filled.client(filled.owner).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    visitor = Visitor(context.new_page(), live_server.url)
    visitor.scripted = request.param  # type: ignore[attr-defined]
    yield visitor
    context.close()


def sign_in(page: Page) -> None:
    page.fill("[type=password]", PASSWORD)
    page.click("main button.main")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_typed_while_the_session_ended_is_saved_after_signing_in(
    filled: Cast, one: Visitor, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    listed, page = LISTS[name], one.page
    one.open(listed.path(filled))
    listed.type(filled, page, one.scripted)  # type: ignore[attr-defined]
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=31))
    page.click(listed.save)
    expect(page.locator("[type=password]")).to_be_visible()
    assert listed.stored() == []
    page.fill("[type=password]", "a wrong one")
    page.click("main button.main")
    expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page)
    expect(page.locator(DONE)).to_be_visible()
    assert page.url == one.base + listed.path(filled)
    assert listed.stored() == listed.expected
    # Saved anew, all stands as it is: nothing is counted twice.
    one.open(listed.path(filled))
    one.send(listed.save)
    assert listed.stored() == listed.expected


@pytest.mark.parametrize("name", ["attendance", "dues", "judged"])
def test_what_another_stored_before_the_new_sign_in_is_asked_about(
    filled: Cast, one: Visitor, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    listed, page = LISTS[name], one.page
    one.open(listed.path(filled))
    listed.type(filled, page, one.scripted)  # type: ignore[attr-defined]
    first = by_another(filled, name)
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=31))
    page.click(listed.save)
    sign_in(page)
    asked_about(page, name)
    assert listed.stored() == first
    page.click("button[value=resolve]" if name == "attendance" else listed.save)
    expect(page.locator(DONE)).to_be_visible()
    assert listed.stored() != first


@pytest.mark.parametrize("name", ["attendance", "dues", "judged"])
def test_two_browsers_and_one_list(
    filled: Cast, visitor: Callable[..., Visitor], one: Visitor, name: str
) -> None:
    """The second to save is told what the first has changed; what is stored stays until that was seen."""
    listed, other = LISTS[name], visitor(filled.owner)
    for browser in (one, other):
        browser.open(listed.path(filled))
    differently(filled, other.page, name)
    other.send(listed.save)
    first = listed.stored()
    assert len(first) == 1
    assert first != listed.expected
    listed.type(filled, one.page, one.scripted)  # type: ignore[attr-defined]
    one.page.click(listed.save)
    asked_about(one.page, name)
    assert listed.stored() == first
    one.page.click("button[value=resolve]" if name == "attendance" else listed.save)
    expect(one.page.locator(DONE)).to_be_visible()
    assert listed.stored() != first


def test_who_signed_in_in_another_window_sends_the_list_again(
    filled: Cast, visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, listed = visitor(filled.owner), LISTS["attendance"]
    one.open(listed.path(filled))
    mark(filled, one.page, True)
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=31))
    window = one.page.context.new_page()
    window.goto(f"{one.base}/accounts/login/")
    window.fill("[name=username]", "owner")
    window.fill("[name=password]", PASSWORD)
    window.click("button.main")
    expect(window.locator("h1")).to_be_visible()
    one.page.click(listed.save)
    expect(one.page.locator("[type=password]")).to_have_count(0)
    assert one.faults() == []
    assert listed.stored() == []
    one.page.click("main button.main")
    expect(one.page.locator(DONE)).to_be_visible()
    assert listed.stored() == listed.expected


def by_another(cast: Cast, name: str) -> list[object]:
    """What somebody else stores of M001 meanwhile, in a browser of their own; what is stored by it."""
    if name == "attendance":
        activity = Activity.objects.get(title="五月支部大会")
        save(cast.client(cast.owner), cast, activity, {"M001": "present"})
    elif name == "dues":
        rows.entry(cast, cast.members["M001"], "dues", date=date(YEAR, 3, 9), quantity=1, on_time=False)
    else:
        judged(cast, "M001", "conduct", "60")
    found = LISTS[name].stored()
    assert len(found) == 1
    return found


def differently(cast: Cast, page: Page, name: str) -> None:
    """Type something else than `Listed.type` does, in the same place, with scripts."""
    member = cast.members["M001"].pk
    if name == "attendance":
        page.locator("tr", has_text="张晓明").locator("label.present").click()
    elif name == "dues":
        for _ in range(2):  # on time, then late
            page.click(f"#c-{member}-3")
    else:
        page.fill(f"#p-{member}-{rows.indicator('conduct').pk}", "60")


def asked_about(page: Page, name: str) -> None:
    """The page says what was stored meanwhile, and what was typed."""
    if name == "attendance":
        row = page.locator("tr", has_text="张晓明")
        expect(row.locator("input[value=stored]")).to_have_count(1)
        expect(row.locator("input[value=typed]")).to_be_checked()
    else:
        expect(page.locator(".questions li")).to_have_count(1)
