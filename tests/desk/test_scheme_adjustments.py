"""Adjustments beside the standard on the scheme's page: shown where one reads, and no neighbour's ever."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from members.models import Role
from scoring.models import Adjustment, AdjustmentLine, Indicator
from scoring.services.adjustments import LocalRole, adopt_adjustment
from scoring.services.schemes import load_scheme
from tests.cast import CANARY, Cast
from tests.desk.reader import browser, queries, words_of

PAGE = "/schemes/dongtang-2015/1/"
YEAR = 2026
RIVER = Path(settings.BASE_DIR) / "tests/fixtures/second-scheme.toml"
STRICTER = {
    "org_life": (8, 39), "volunteer": (3, 31), "essay": (1, 12), "dues": (12, 8), "org_task": (None, 5),
    "conduct": (None, 5),
}  # fmt: skip


def part(page: str, section: str) -> str:
    """One section of a page's source."""
    return page.split(f'id="{section}"', 1)[1].split("</section>", 1)[0]


def adjust(
    cast: Cast,
    code: str,
    asked: dict[str, tuple[int | None, int]],
    local: str = "",
    year: int = YEAR,
    role: str = "community.member",
) -> Adjustment:
    """A resolution of an organisation about a role, or about a new local one of that name."""
    indicators = {row.code: row for row in Indicator.objects.all()}
    row = Adjustment(
        organisation=cast.organisations[code],
        year=year,
        resolution_on=date(2026, 2, 1),
        present=21,
        votes_for=19,
        resolution=f"决议{CANARY}" if code == "DT0201" else "决议",
    )
    if not local:
        row.role = cast.roles[role]
    lines = [
        AdjustmentLine(indicator=indicators[name], quota=quota, points=Decimal(points))
        for name, (quota, points) in asked.items()
    ]
    kin = cast.roles["community.member"].category
    adopt_adjustment(
        by=cast.operator, adjustment=row, lines=lines, local=LocalRole(kin, local) if local else None
    )
    return row


def test_an_adjustment_stands_beside_the_standard_with_its_resolution(cast: Cast) -> None:
    adjust(cast, "DT0101", STRICTER)
    shown = words_of(browser(cast, cast.owner).get(PAGE, {"year": YEAR}))
    assert "resolved by 东塘第一党支部 on Feb. 1, 2026, 21 present, 19 in favour · the resolution" in shown
    assert "参加党的组织生活 6 次 · 40 points 8 次 · 39 points +2 次 · −1 points" in shown
    assert "参加志愿服务活动 3 次 · 30 points 3 次 · 31 points +1 points" in shown
    assert "nothing is adjusted there" in words_of(browser(cast, cast.owner).get(PAGE, {"year": "2025"}))


def test_a_local_role_is_shown_with_what_it_is_asked(cast: Cast) -> None:
    adjust(cast, "DT0101", {"org_life": (4, 60), "org_task": (None, 40)}, local="网格党员")
    shown = words_of(browser(cast, cast.owner).get(PAGE))
    assert "社区党员 · 网格党员" in shown
    assert "a local role" in shown
    assert "参加党的组织生活 — 4 次 · 60 points —" in shown


def test_nobody_reads_a_neighbours_adjustments_and_local_roles(cast: Cast) -> None:
    adjust(cast, "DT0201", STRICTER)
    adjust(cast, "DT0201", {"org_life": (4, 60), "org_task": (None, 40)}, local=f"角色{CANARY}")
    foreign = {"organisation": "DT0201"}
    for who in ("owner", "elsewhere", "administrator"):
        client = browser(cast, getattr(cast, who))
        for given in ({}, foreign, {"organisation": f"DT0101{CANARY[0]}"}):
            page = client.get(PAGE, given).content.decode()
            assert ("城南" in page, f"角色{CANARY}" in page) == (False, False), (who, given)
            assert "Adjustment in force" not in page
    for who in ("other", "committee"):
        page = words_of(browser(cast, getattr(cast, who)).get(PAGE, foreign))
        assert page.count("Adjustment in force") == 2
        assert f"角色{CANARY}" in page


def test_what_is_resolved_above_reaches_down_and_its_resolution_stays_there(cast: Cast) -> None:
    adjust(cast, "DT01", STRICTER)
    client = browser(cast, cast.owner)
    own = part(client.get(PAGE).content.decode(), "adjustments")
    assert "东塘社区党总支" in own
    assert "/admin/scoring/adjustment/" not in own
    assert "/admin/scoring/adjustment/" in part(
        browser(cast, cast.committee).get(PAGE).content.decode(), "adjustments"
    )
    assert "nothing is adjusted there" in words_of(browser(cast, cast.other).get(PAGE))


def test_an_organisation_is_chosen_among_those_that_are_read(cast: Cast) -> None:
    adjust(cast, "DT0101", STRICTER)
    adjust(cast, "DT0201", STRICTER)
    client = browser(cast, cast.committee)
    chosen = part(client.get(PAGE, {"organisation": "DT0102"}).content.decode(), "adjustments")
    assert "Adjustment in force" not in chosen
    below = part(client.get(PAGE, {"organisation": "DT01"}).content.decode(), "adjustments")
    assert below.count("Adjustment in force") == 1
    assert "Select a valid choice" in words_of(client.get(PAGE, {"organisation": "XT01"}))


def test_the_administrator_reads_the_rules_and_no_adjustment(cast: Cast) -> None:
    adjust(cast, "DT0101", STRICTER)
    source = browser(cast, cast.administrator).get(PAGE).content.decode()
    assert 'id="adjustments"' not in source
    assert "东塘第一党支部" not in source


def test_an_adjustment_under_another_scheme_is_shown_on_that_ones_page(cast: Cast) -> None:
    load_scheme(by=cast.operator, source=RIVER.read_bytes(), organisation=cast.organisations["DT0201"])
    warden = Role.objects.get(code="village.warden")
    cast.roles["village.warden"] = warden
    asked: dict[str, tuple[int | None, int]] = {
        "dike_patrol": (50, 60), "ferry_post": (1, 20), "bearing": (None, 20),
    }  # fmt: skip
    adjust(cast, "DT0201", asked, role="village.warden")
    client = browser(cast, cast.other)
    assert "nothing is adjusted there" in words_of(client.get(PAGE))
    assert "40 公里 · 62.5 points 50 公里 · 60 points +10 公里 · −2.5 points" in words_of(
        client.get("/schemes/river-2026/1/")
    )


@pytest.mark.parametrize("url", ["/schemes/", f"{PAGE}?year={YEAR}", f"{PAGE}?organisation=DT01"])
def test_the_number_of_queries_does_not_depend_on_the_number_of_adjustments(cast: Cast, url: str) -> None:
    client = browser(cast, cast.committee)
    adjust(cast, "DT0101", STRICTER)
    before = queries(client, url)
    adjust(cast, "DT0102", STRICTER)
    adjust(cast, "DT0101", {"org_life": (4, 60), "org_task": (None, 40)}, local="网格党员")
    load_scheme(by=cast.operator, source=RIVER.read_bytes(), organisation=cast.organisations["DT02"])
    assert queries(client, url) == before
