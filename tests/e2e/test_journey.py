"""The main job in the browser: sign in, record an entry, see the score move, ask why, print the notice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.cast import PASSWORD, Cast
from tests.e2e.conftest import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_the_secretarys_journey(filled: Cast, visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    one = visitor(None)
    page = one.page
    one.open("/")
    page.fill("[name=username]", "owner")
    page.fill("[name=password]", PASSWORD)
    page.click("button.main")
    expect(page).to_have_url(f"{one.base}/")

    # Nothing is recorded of M004 in 2026: the presumed 5 + 5 points.
    page.goto(f"{one.base}/branches/DT0101/scores/")
    daily = page.locator("tr", has_text="M004").locator(".cell-daily")
    expect(daily).to_have_text("10.00")

    page.goto(f"{one.base}/admin/scoring/entry/add/")
    choose_member(one, "赵组长")
    page.select_option("[name=indicator]", label="参加志愿服务活动")
    page.fill("[name=date]", "2026-03-05")
    page.fill("[name=quantity]", "2")
    page.fill("[name=title]", "学雷锋志愿服务")
    page.click("[name=_save]")
    expect(page.locator("ul.notes .success")).to_be_visible()

    # community.member: 30 × 2/3 = 20 more.
    page.goto(f"{one.base}/branches/DT0101/scores/")
    expect(daily).to_have_text("30.00")
    page.get_by_role("link", name="赵组长").click()
    expect(page.locator("#line-volunteer")).to_contain_text("30 × 2 ÷ 3 = 20.00")
    expect(page.locator("#line-volunteer")).to_contain_text("学雷锋志愿服务")

    page.goto(f"{one.base}/branches/DT0101/scores/")
    one.send("#print .button[href*='2026H1']")
    one.send("main form .button.main")
    with page.expect_download() as download:
        page.locator("main").get_by_role("link", name="PDF").first.click()
    printed = tmp_path / "notice.pdf"
    download.value.save_as(printed)
    assert download.value.suggested_filename == "半年通报公示-东塘第一党支部-2026年上半年.pdf"
    assert printed.read_bytes().startswith(b"%PDF-")
    assert one.strangers == []


def choose_member(one: Visitor, name: str) -> None:
    """Choose a member by search."""
    page = one.page
    page.click("[name=member] + .select2 .select2-selection")
    page.fill(".select2-search__field", name)
    page.locator(".select2-results__option", has_text=name).click()
