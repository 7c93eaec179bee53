"""A ballot in Chromium: slips that make it void, a count with one disagreement, and its confirmation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from appraisal.models import BallotMeeting, Tally
from members.models import User
from tests import ballots as made
from tests.cast import Cast, account
from tests.e2e.conftest import WIDTHS, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

BALLOT = f"/branches/DT0101/ballots/{made.YEAR}/"


def fill_in(page: Page, **figures: int) -> None:
    for name, value in figures.items():
        page.fill(f"[name={name}]", str(value))


def type_count(page: Page, *lines: tuple[int, ...]) -> None:
    """Type a count by the keyboard alone."""
    page.locator("tbody input").first.focus()
    for line in lines:
        for figure in line:
            page.keyboard.type(str(figure))
            page.keyboard.press("Enter")


def attach(page: Page, folder: Path) -> None:
    scan = folder / "sheet.pdf"
    scan.write_bytes(b"%PDF-1.4 signed")
    page.set_input_files("[name=sheet]", str(scan))


def count_of(one: Visitor, held: BallotMeeting) -> Page:
    one.open(f"/ballots/{held.pk}/count/")
    return one.page


def test_two_entries_one_disagreement_and_a_third_who_confirms(
    filled: Cast, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    Tally.objects.all().delete()
    owner = visitor(filled.owner)
    page = owner.page

    # More came back than were issued: the ballot is recorded as void, and another is held.
    owner.open(BALLOT)
    page.fill("[name=date]", "2025-12-20")
    fill_in(page, members_came=12, issued=12, returned=13, unreturned=0, spoiled=0)
    owner.send("[value=save]")
    expect(page.locator(".errors.whole")).to_be_visible()
    page.fill("[name=reason]", "收回多于发出")
    assert owner.faults() == []
    owner.send("[value=void]")
    expect(page.get_by_text("收回多于发出")).to_be_visible()
    page.fill("[name=date]", "2025-12-27")
    page.check("[name=blind]")
    fill_in(page, members_came=12, issued=12, returned=11, unreturned=1, spoiled=1)
    owner.send("[value=save]")
    assert owner.faults() == []
    held = BallotMeeting.objects.standing().get()

    # Sums are told as one types; a line that does not add up is not stored.
    count_of(owner, held)
    type_count(page, (5, 3, 1, 0, 1, 0), (6, 2, 1, 1, 1, 0), (7, 3, 0, 0, 0, 0))
    expect(page.locator("tr.off")).to_have_count(1)
    expect(page.locator("tr", has_text="李芳").locator("output")).to_have_text("11 / 10")
    attach(page, tmp_path)
    owner.send(".button.main")
    expect(page.locator("tr.wrong")).to_have_count(1)
    page.locator("tr", has_text="李芳").locator("input").nth(4).fill("0")
    attach(page, tmp_path)
    assert owner.faults() == []
    owner.send(".button.main")

    # The second sees no numbers of the first, and differs on one member.
    second = visitor(_second(filled))
    count_of(second, held)
    assert second.page.locator("tbody input").first.input_value() == ""
    type_count(second.page, (5, 3, 1, 0, 1, 0), (6, 3, 1, 0, 0, 0), (7, 3, 0, 0, 0, 0))
    second.send(".button.main")
    expect(second.page.locator("tr.wrong")).to_have_count(1)
    expect(second.page.locator("tr.wrong")).to_contain_text("李芳")
    officer = visitor(filled.confirming, WIDTHS[1])
    count_of(officer, held)
    assert officer.page.locator("[value=confirm]").count() == 0

    # The first looks at the sheet again and corrects it.
    count_of(owner, held)
    expect(page.locator("tr.wrong")).to_contain_text("李芳")
    assert owner.faults() == []
    cells = page.locator("tr.wrong").locator("input")
    cells.nth(1).fill("3")
    cells.nth(3).fill("0")
    owner.send(".button.main")

    # The officer finds it on the first page, on a phone, and confirms it.
    officer.open("/")
    assert officer.faults() == []
    officer.send("ul.due a")
    assert officer.faults() == []
    officer.send("[value=confirm]")
    assert officer.faults() == []
    assert [(one.good, one.source) for one in Tally.objects.order_by("member__number")] == [
        (3, "confirmed"), (3, "confirmed"), (3, "confirmed"),
    ]  # fmt: skip


def _second(filled: Cast) -> User:
    return account(filled.operator, "second", "secretary", filled.organisations["DT0101"])


def test_a_count_that_is_sent_back_is_corrected_and_confirmed(
    filled: Cast, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    held = made.meeting(filled)
    made.entered(filled, held, filled.owner)
    officer = visitor(filled.confirming)
    page = count_of(officer, held)
    page.locator("tr", has_text="李芳").locator("[type=checkbox]").check()
    officer.send("[value=dispute]")
    owner = visitor(filled.owner, WIDTHS[1])
    page = count_of(owner, held)
    expect(page.locator("tr.wrong")).to_have_count(1)
    assert owner.faults() == []
    owner.send(".button.main")
    count_of(officer, held)
    officer.send("[value=confirm]")
    assert Tally.objects.filter(source="confirmed").count() == 3
