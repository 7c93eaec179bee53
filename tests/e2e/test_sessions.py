"""A session that ends while a form is filled in, and a lock, as somebody meets them in the browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from scoring.models import Entry
from tests.cast import NOW, PASSWORD, Cast
from tests.e2e.conftest import WIDTHS, YEAR, Visitor
from tests.e2e.test_journey import choose_member
from tests.rows import indicator

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.mark.parametrize("width", WIDTHS)
def test_what_was_typed_outlives_the_session(
    filled: Cast, visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    one = visitor(filled.owner, width)
    page = one.page
    one.open("/admin/scoring/entry/add/")
    choose_member(one, "赵组长")
    page.select_option("[name=indicator]", str(indicator("essay").pk))
    page.fill("[name=date]", f"{YEAR}-03-03")
    page.fill("[name=title]", "读书心得")
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=31))
    page.click("[name=_save]")
    expect(page.locator("[type=password]")).to_be_focused()
    assert one.faults() == []
    page.fill("[type=password]", "a wrong one")
    page.click("button.main")
    expect(page.get_by_role("alert")).to_be_visible()
    assert one.faults() == []
    page.fill("[type=password]", PASSWORD)
    page.click("button.main")
    expect(page.locator("ul.notes .success")).to_be_visible()
    assert Entry.objects.get(member__number="M004").title == "读书心得"
    assert (one.complaints, one.strangers) == ([], [])


def test_after_signing_out_the_way_back_shows_nothing(filled: Cast, visitor: Callable[..., Visitor]) -> None:
    one = visitor(filled.owner)
    page = one.page
    one.open(f"/branches/DT0101/scores/?year={YEAR}")
    page.click("details.site-menu summary")
    page.click("form[action$='logout/'] button")
    expect(page.locator("[name=username]")).to_be_visible()
    page.go_back()
    expect(page.locator("[name=username]")).to_be_visible()
    assert "赵组长" not in page.content()


def test_the_page_of_a_lock(
    filled: Cast, visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("axes.handlers.proxy.now", timezone.now)
    one = visitor(None, WIDTHS[1])
    page = one.page
    one.open("/accounts/login/")
    for _ in range(5):
        page.fill("[name=username]", "owner")
        page.fill("[name=password]", "a wrong one")
        page.click("button.main")
    expect(page.locator("h1 + p")).to_contain_text("15")
    assert one.faults() == []
