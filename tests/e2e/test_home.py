"""The first page of a committee in Chromium: the pace of the branches comes without being asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e


def test_the_pace_follows_the_page_and_leaves_it_in_order(
    filled: Cast, visitor: Callable[..., Visitor]
) -> None:
    one = visitor(filled.committee)
    one.open("/")
    one.page.wait_for_selector("#overview [data-label='平均进度']")
    expect(one.page.locator("#overview .with-pace")).to_have_count(0)
    assert one.page.locator("#overview").count() == 1
    assert (one.disorder(), one.faults(), one.complaints) == ([], [], [])
