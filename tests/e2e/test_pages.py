"""Every page in Chromium: accessible, silent in the console, at home, and no wider than the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.test import Client

from tests import pages
from tests.cast import Cast
from tests.e2e.conftest import WIDTHS, YEAR, Visitor
from tests.e2e.samples import READERS, every_row, values
from tests.kept import once

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

DESK, PHONE = WIDTHS
STATES = {
    "first page of a committee": ("committee", "/"),
    "first page of an administrator": ("administrator", "/"),
    "first page without a duty": ("nobody", "/"),
    "scores of a year": ("owner", f"/branches/DT0101/scores/?year={YEAR}"),
    "scores of a sub-district": ("committee", f"/branches/DT/scores/?year={YEAR}"),
    "scores, bad day": ("owner", "/branches/DT0101/scores/?year=2031"),
    "analysis of a year": ("owner", f"/branches/DT0101/analysis/?year={YEAR}"),
    "analysis of a sub-district": ("committee", f"/branches/DT/analysis/?as_of={YEAR}-09-30&order=-pace"),
    "analysis, bad day": ("owner", "/branches/DT0101/analysis/?year=2031"),
    "a member": ("owner", f"/members/M001/?year={YEAR}"),
    "a member with a leave": ("committee", f"/members/M002/?year={YEAR}"),
    "a member in care": ("owner", "/members/M003/"),
    "search": ("committee", "/search/?q=M"),
    "search for nothing": ("owner", "/search/?q=nobody"),
    "derivation": ("owner", f"/members/M001/scores/{YEAR}/"),
    "derivation with a leave": ("committee", f"/members/M002/scores/{YEAR}/"),
    "derivation of who is not scored": ("owner", f"/members/M003/scores/{YEAR}/"),
    "a scheme with adjustments": ("committee", "/schemes/dongtang-2015/1/?year=2026&organisation=DT0201"),
    "derivation with an adjustment": ("other", "/members/M101/scores/2026/"),
    "a task of the committee's guide": ("committee", "/guide/committee/figures/"),
    "a task with long commands": ("administrator", "/guide/administrator/working-days/"),
    "a task of a guide with a picture": ("nobody", "/guide/secretary/why/"),
    "records of an administrator": ("administrator", "/admin/"),
    "list with nothing in it": ("other", "/admin/scoring/entry/"),
    "list in which nothing matches": ("owner", "/admin/members/member/?q=nobody"),
    "list with a filter": ("owner", "/admin/scoring/entry/?period=2026-03"),
}
"""Pages in states that the derivation of pages does not come to."""

CLOSED = {"admin:login", "set_language"}
"""Addresses without a page that redirect; others take a POST alone, and say so."""


@pytest.fixture
def found(filled: Cast) -> pages.Found:
    """What stands at every named address, with rows of the owner's branch."""
    return once("found", lambda: _found(filled))


def _found(filled: Cast) -> pages.Found:
    at, unknown = pages.addresses(every_row(filled), values(filled))
    assert unknown == [], "tests.e2e.samples.values must say what to fill in"
    clients = {name: filled.client(getattr(filled, name)) for name in READERS}
    return pages.found(at, {**clients, "nobody signed in": Client()})


def opened(found: pages.Found) -> dict[str, tuple[str, str]]:
    """Every page and every state: who opens it, and where."""
    return {page.name: (page.reader, page.path) for page in found.pages} | STATES


def looked_at(
    filled: Cast,
    visitor: Callable[..., Visitor],
    at: dict[str, tuple[str, str]],
    sights: list[tuple[int, str]],
) -> dict[str, object]:
    """What is wrong with each page in windows of each width and in each scheme of colours, by its name."""
    visitors: dict[str, Visitor] = {}
    wrong: dict[str, object] = {}
    for name, (who, path) in at.items():
        if who not in visitors:
            visitors[who] = visitor(getattr(filled, who, None), *sights[0])
        one = visitors[who]
        one.see(*sights[0])
        status = one.open(path)
        faults = [*one.disorder(), *one.faults()]
        for width, scheme in sights[1:]:
            one.see(width, scheme)
            faults += [f"{width} {scheme}: {fault}" for fault in one.faults()]
        if faults or status != 200:
            wrong[name] = (status, faults)
    return wrong


def test_a_member_is_found_by_a_key_and_the_initials(filled: Cast, visitor: Callable[..., Visitor]) -> None:
    one = visitor(filled.owner)
    one.open("/")
    one.page.keyboard.press("/")
    one.page.keyboard.type("zxm")
    one.page.keyboard.press("Enter")
    one.page.wait_for_url("**/members/M001/")
    # What is typed elsewhere stays where it is typed.
    one.open("/search/")
    one.page.locator("main input").focus()
    one.page.keyboard.type("a/b")
    assert one.page.locator("main input").input_value() == "a/b"


def test_the_year_of_a_member_opens_as_a_table(filled: Cast, visitor: Callable[..., Visitor]) -> None:
    one = visitor(filled.owner, WIDTHS[1])
    one.open(f"/members/M001/?year={YEAR}")
    one.page.locator(".as-table summary").click()
    assert one.page.get_by_role("cell", name="学雷锋志愿服务").is_visible()
    assert one.faults() == []


def test_every_address_is_a_page_a_file_or_closed_for_a_reason(found: pages.Found) -> None:
    refused = {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model, its in admin.site._registry.items()
        for page, open_ in (("add", its.addable), ("delete", its.deletable))
        if not (open_ and its.policy.writers)
    }
    sent_to = {name for name, told in found.closed.items() if 405 in told.values()}
    others = {name: told for name, told in found.closed.items() if name not in CLOSED | refused | sent_to}
    assert others == {}
    broken = {name: told for name, told in found.closed.items() if max(told.values()) >= 500}
    assert broken == {}
    assert all(403 in found.closed[name].values() for name in refused)


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_is_accessible_silent_and_at_home(
    filled: Cast, found: pages.Found, visitor: Callable[..., Visitor], half: int, stride: int
) -> None:
    listed = sorted(opened(found).items())[half :: 2 * stride]
    assert looked_at(filled, visitor, dict(listed), [(DESK, "light")]) == {}


@pytest.mark.shows
def test_every_page_is_so_in_the_dark_and_on_a_phone(
    filled: Cast, found: pages.Found, visitor: Callable[..., Visitor], short: bool
) -> None:
    listed = sorted(opened(found).items())[:: 5 if short else 1]
    sights = [(DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]
    assert looked_at(filled, visitor, dict(listed), sights) == {}


def test_one_page_of_each_shape_is_so_in_the_dark_and_on_a_phone(
    filled: Cast, found: pages.Found, visitor: Callable[..., Visitor]
) -> None:
    shapes = (
        "home",
        "login",
        "member_scores",
        "admin:index",
        "scores of a year",
        "analysis of a sub-district",
    )
    sample = {name: place for name, place in opened(found).items() if name in shapes or "_entry_" in name}
    assert looked_at(filled, visitor, sample, [(DESK, "dark"), (PHONE, "light")]) == {}


def test_pages_name_the_language_that_was_chosen(filled: Cast, visitor: Callable[..., Visitor]) -> None:
    one = visitor(filled.owner)
    for language in ("zh-hant", "en", "zh-hans"):
        one.open("/")
        one.page.click(".site-menu summary")
        one.send(f"button[value={language}]")
        for path in ("/", "/admin/scoring/entry/", f"/members/M001/scores/{YEAR}/"):
            one.open(path)
            assert one.disorder(language) == [], (language, path)
            assert one.faults() == [], (language, path)
