"""The life of a notice in Chromium: issued, posted, objected to, corrected, archived, and checked by all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from reports.models import Notice
from tests.cast import NOW, Cast
from tests.e2e.conftest import WIDTHS, Visitor
from tests.rows import entry

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

LIST = "/branches/DT0101/notices/"


def faults(one: Visitor) -> list[str]:
    """What is wrong with the page on a desk and on a phone."""
    found = []
    for width in reversed(WIDTHS):
        one.see(width, "light")
        found += [f"{width}: {fault}" for fault in one.faults()]
    return found


def test_a_notice_from_its_issue_to_the_archive(
    filled: Cast, visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, stranger = visitor(filled.owner), visitor(None)
    owner.open(LIST)
    page = owner.page
    owner.send(".findings .button.main")
    assert faults(owner) == []
    owner.send("main form .button.main")
    first = Notice.objects.get()
    assert faults(owner) == []

    # It goes up, somebody objects, and is right.
    page.fill("[name=place]", "党务公开栏")
    owner.send("[value=post]")
    expect(page.locator("#post")).to_contain_text("党务公开栏")
    page.click("#objections summary")
    page.fill("[name=text]", "组织生活少计一次")
    owner.send("[value=object]")
    entry(filled, filled.members["M002"], "org_life", date=date(2026, 3, 3), quantity=1)
    page.fill("[name$=-answer]", "已核实，补记一次")
    owner.send("[value=answer]")
    assert faults(owner) == []

    # The correction takes its place, on the wall too.
    stranger.open(f"/n/{first.token}/")
    expect(stranger.page.locator(".genuine")).to_be_visible()
    assert faults(stranger) == []
    owner.send("#correct .button")
    assert faults(owner) == []
    owner.send("main form .button.main")
    second = Notice.objects.get(replaces=first)
    assert page.url.endswith(f"{LIST}{second.pk}/")
    page.fill("[name=place]", "党务公开栏")
    owner.send("[value=post]")
    stranger.open(f"/n/{first.token}/")
    expect(stranger.page.locator(".note.warn")).to_contain_text(second.number)
    assert faults(stranger) == []
    assert stranger.open("/n/forged/") == 404
    assert faults(stranger) == []

    # Its publicity is over: it is filed.
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=10))
    owner = visitor(filled.owner)
    owner.open("/")
    owner.send(f"a[href='{LIST}{second.pk}/#archive']")
    owner.send("[value=archive]")
    expect(owner.page.locator(".heading")).to_contain_text("已归档")
    assert faults(owner) == []
    owner.open(LIST)
    assert faults(owner) == []
