"""The notices of a whole committee in the browser: ordered, left, watched to their end, downloaded."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from reports.models import NoticeJob
from reports.office.files import PageFile
from reports.services.jobs import working
from tests.cast import Cast
from tests.e2e.conftest import WIDTHS, Visitor
from tests.press import Printer

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


class Halting(Printer):
    """Waits with its second page until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = Event()

    def __call__(self, **said: Any) -> PageFile:
        if self.asked:
            self.go_on.wait(60)
        return super().__call__(**said)


def test_an_order_goes_on_while_it_is_left_and_shows_how_far_it_is(
    filled: Cast, visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = Halting()
    monkeypatch.setattr(working, "page_file", printer)
    one = visitor(filled.committee)
    one.open("/branches/DT/orders/")
    assert [*one.faults(), *one.disorder()] == []
    one.page.select_option("select[name=page]", "summary-2026Q1")
    with override_settings(TASKS={"default": {"BACKEND": "config.tasks.InProcess"}}):
        one.send("form button.main")
    running = one.page.locator(".underway[data-running]")
    expect(running.locator(".figure")).to_have_text("1 / 3 个党组织")
    expect(running.get_by_role("progressbar")).to_have_attribute("value", "1")
    for width in WIDTHS:
        one.see(width, "light")
        assert [*one.faults(), *one.disorder()] == []
    one.open("/jobs/")
    assert [*one.faults(), *one.disorder()] == []
    one.page.click("table a")
    printer.go_on.set()
    merged = one.page.locator("a[href$='/merged/']")
    expect(merged).to_be_visible(timeout=30_000)
    with one.page.expect_download() as download:
        merged.click()
    assert download.value.suggested_filename == "季度汇总分析-东塘街道工委-2026年第一季度.pdf"
    assert [*one.faults(), *one.disorder()] == []
    assert NoticeJob.objects.get().parts.filter(state="done").count() == 3
