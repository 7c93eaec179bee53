"""Pages in use: menus open, fields searching, forms refused, lists turned over, and errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.cast import Cast
from tests.desk.ledger import Ledger
from tests.e2e.conftest import WIDTHS, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

VIEWS = [(WIDTHS[0], "light"), (WIDTHS[0], "dark"), (WIDTHS[1], "light")]


@pytest.fixture(params=VIEWS, ids=lambda view: f"{view[0]}-{view[1]}")
def one(request: pytest.FixtureRequest, filled: Cast, visitor: Callable[..., Visitor]) -> Visitor:
    """The secretary's browser, in a window of each width and in light and dark."""
    return visitor(filled.owner, *request.param)


@pytest.mark.parametrize(("path", "fewest"), [("/admin/scoring/entry/", 4), ("/members/M001/", 5)])
def test_menus_and_filters_open_without_a_fault(one: Visitor, path: str, fewest: int) -> None:
    one.open(path)
    drops = one.page.locator("details.drop")
    assert drops.count() >= fewest
    for number in range(drops.count()):
        drop = drops.nth(number)
        drop.locator("summary").click()
        assert drop.get_attribute("open") is not None
        # What lies half under the panel is not to be clicked before that closes.
        assert one.faults(within="details[open]") == [], drop.locator("summary").inner_text()
        one.page.keyboard.press("Escape")


def test_a_field_that_searches_is_open_without_a_fault(one: Visitor) -> None:
    one.open("/admin/scoring/entry/add/")
    one.page.click(".select2-selection")
    one.page.fill(".select2-search__field", "zxm")
    one.page.wait_for_selector(".select2-results__option:has-text('张晓明')")
    assert one.faults() == []


def test_a_form_that_was_refused_has_no_fault(one: Visitor) -> None:
    for path, button in (
        ("/admin/scoring/entry/add/", "[name=_save]"),
        ("/accounts/password/", "main .main"),
    ):
        one.open(path)
        one.page.eval_on_selector_all("main form", "forms => forms.forEach(form => form.noValidate = true)")
        one.send(button)
        assert one.page.locator(".errors, .note.bad").count() > 0, path
        assert [*one.disorder(), *one.faults()] == [], path


def test_the_second_page_of_a_list_has_no_fault(filled: Cast, one: Visitor) -> None:
    book = Ledger(filled)
    for number in range(101):
        book.entry(
            "M002", "visit_people", date(2025, 1 + number % 12, 1 + number % 28), title=f"走访{number}"
        )
    one.open("/admin/scoring/entry/?p=2")
    assert one.page.locator(".pages [aria-current]").inner_text() == "2"
    assert [*one.disorder(), *one.faults()] == []


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_error_pages_have_no_fault(one: Visitor, settings, status: int) -> None:
    settings.ROOT_URLCONF = "tests.e2e.errors"
    assert one.open(f"/grief/{status}/") == status
    assert [*one.disorder(), *one.faults()] == []


def test_an_expired_form_is_answered_without_a_fault(filled: Cast, visitor: Callable[..., Visitor]) -> None:
    one = visitor(None)
    one.open("/accounts/login/")
    one.page.context.clear_cookies()
    one.page.fill("[name=username]", "owner")
    one.page.fill("[name=password]", "whatever it was")
    with one.page.expect_navigation() as answer:
        one.page.click("button.main")
    assert answer.value.status == 403
    assert [*one.disorder(), *one.faults()] == []
