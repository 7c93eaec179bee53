"""Every page in Chromium: accessible, silent in the console, at home, and no wider than the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.cast import Cast
from tests.e2e.conftest import WIDTHS, YEAR, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "preload": False,  # axe would fetch style sheets by addresses of its own making
}
PAGES = {
    "sign-in": (None, "/accounts/login/"),
    "first page of a secretary": ("owner", "/"),
    "first page of a committee": ("committee", "/"),
    "first page of an administrator": ("administrator", "/"),
    "first page without a duty": ("nobody", "/"),
    "scores of a year": ("owner", f"/branches/DT0101/scores/?year={YEAR}"),
    "scores of a sub-district": ("committee", f"/branches/DT/scores/?year={YEAR}"),
    "scores, bad day": ("owner", "/branches/DT0101/scores/?year=2031"),
    "derivation": ("owner", f"/members/M001/scores/{YEAR}/"),
    "derivation with a leave": ("committee", f"/members/M002/scores/{YEAR}/"),
    "derivation of who is not scored": ("owner", f"/members/M003/scores/{YEAR}/"),
    "nothing there": ("owner", "/branches/XT01/scores/"),
    "change of password": ("owner", "/accounts/password/"),
    "admin": ("owner", "/admin/"),
    "list of entries": ("owner", "/admin/scoring/entry/"),
    "form of an entry": ("owner", "/admin/scoring/entry/add/"),
    "form of an adjustment": ("owner", "/admin/scoring/adjustment/add/"),
    "list of members": ("committee", "/admin/members/member/"),
    "form of a duty": ("administrator", "/admin/members/duty/add/"),
}


def found_by_axe(visitor: Visitor) -> list[tuple[str, str]]:
    """The rules that are broken, each with the first place."""
    broken = Axe().run(visitor.page, options=AXE).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in broken]


@pytest.mark.parametrize("width, scheme", [(WIDTHS[0], "light"), (WIDTHS[0], "dark"), (WIDTHS[1], "light")])
def test_pages_are_accessible_silent_and_at_home(
    filled: Cast, visitor: Callable[..., Visitor], width: int, scheme: str
) -> None:
    visitors: dict[str | None, Visitor] = {}
    wrong = {}
    for name, (who, path) in PAGES.items():
        if who not in visitors:
            visitors[who] = visitor(getattr(filled, who) if who else None, width, scheme)
        one = visitors[who]
        status = one.open(path)
        found = [*found_by_axe(one), *one.complaints, *one.strangers]
        if found or one.overflows() or status != (404 if name == "nothing there" else 200):
            wrong[name] = (status, one.overflows(), found)
        one.complaints.clear()
        one.strangers.clear()
    assert wrong == {}


def test_the_menu_of_the_account_opens_by_key_and_closes_again(
    filled: Cast, visitor: Callable[..., Visitor]
) -> None:
    one = visitor(filled.owner)
    one.open("/")
    menu = one.page.locator("details.site-menu")
    menu.locator("summary").focus()
    one.page.keyboard.press("Enter")
    assert menu.get_attribute("open") is not None
    assert found_by_axe(one) == []
    one.page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None


def test_a_name_of_markup_stays_a_name(filled: Cast, visitor: Callable[..., Visitor]) -> None:
    markup = "<img src=x onerror=document.title='ran'>"
    filled.admit("M066", markup, "DT0101")
    one = visitor(filled.owner)
    for path in (f"/branches/DT0101/scores/?year={YEAR}", f"/members/M066/scores/{YEAR}/"):
        one.open(path)
        assert markup in one.page.inner_text("main")
        assert one.page.title() != "ran"
    assert one.complaints == []
