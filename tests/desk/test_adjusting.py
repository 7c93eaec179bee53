"""The guided adjustment: the list beside the standard, what it would do to scores, then the resolution."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import LogRow, Role
from members.services.by import By
from reports.models import Notice
from reports.periods import Period
from reports.services import issuing, notices
from scoring.models import Adjustment
from scoring.services.standards import StandardsBook
from tests import rows
from tests.cast import CANARY, Cast
from tests.desk.ledger import Ledger
from tests.desk.reader import browser, text_of

RESOLUTION = {
    "resolution_on": "2026-09-09",
    "present": "10",
    "votes_for": "8",
    "resolution": "支部大会决议",
}


@pytest.fixture
def owner(cast: Cast) -> Client:
    return browser(cast, cast.owner)


def address(cast: Cast, year: int = 2026, role: str = "community.member", local: str = "") -> str:
    query = f"?year={year}&role={cast.roles[role].pk}"
    return "/branches/DT0101/adjustment/" + query + (f"&local={local}" if local else "")


def named(code: str, what: str) -> str:
    return f"{what}_{rows.indicator(code).pk}"


def listed(page: Any, **changes: str) -> dict[str, str]:
    """The list as the page offers it, with changes such as `org_life__quota`."""
    form = page.context["matrix"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else str(value) for name, value in data.items()}
    return data | {named(*key.split("__")): value for key, value in changes.items()}


def seen(page: Any) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page.content.decode())
    assert found, text_of(page)
    return found[1]


EIGHT = {"org_life__quota": "8", "org_life__points": "45", "essay__points": "7"}


@pytest.fixture
def attended(cast: Cast) -> Cast:
    """M001 was four times at organisational life, M002 wrote an essay, M004 did neither."""
    Ledger(cast).entry("M001", "org_life", date(2026, 3, 5), 4)
    Ledger(cast).entry("M002", "essay", date(2026, 3, 5), 1)
    return cast


def test_what_it_would_do_is_shown_before_anything_is_stored(attended: Cast, owner: Client):
    """M001: 40 × 4/6 = 26.67 becomes 45 × 4/8 = 22.50, M002: 12 becomes 7, each with 10 presumed."""
    url = address(attended)
    begun = owner.get(url)
    assert "参加党的组织生活 differs 6 次 · 40 points" in text_of(begun)
    page = owner.post(url, listed(begun, **EIGHT))
    said = text_of(page)
    assert "参加党的组织生活 6 次 · 40 points 8 次 · 45 points +2 次 · +5 points" in said
    assert "撰写党员学习心得体会 1 篇 · 12 points 1 篇 · 7 points −5 points" in said
    assert "members scored by it: 3 · scores or ranks that change: 2" in said
    # The biggest change first.
    assert "李芳 M002 普通党员 22.00 17.00 −5.00 2 → 2 张晓明 M001 普通党员 36.67 32.50 −4.17 1 → 1" in said
    assert not Adjustment.objects.exists()
    assert not LogRow.objects.filter(verb="adopt adjustment").exists()

    data = {**listed(begun, **EIGHT), **RESOLUTION, "seen": seen(page)}
    assert owner.post(url, data)["Location"] == "/branches/DT0101/scores/?year=2026"
    path = attended.organisations["DT0101"].path
    effective = StandardsBook.for_year(2026).role(path, attended.roles["community.member"].pk)
    assert effective is not None
    assert [(row.code, row.quota, row.points) for row in effective.requirements][:3] == [
        ("org_life", 8, 4500),
        ("volunteer", 3, 3000),
        ("essay", 1, 700),
    ]


def test_another_resolution_replaces_the_first(attended: Cast, owner: Client):
    first = rows.adjustment(attended, "DT0101")
    url = address(attended)
    begun = owner.get(url)
    data = listed(begun, org_life__quota="8")
    assert Decimal(data[named("org_life", "points")]) == 39
    page = owner.post(url, data)
    version = page.context["form"]["version_read"].value()
    done = owner.post(url, {**data, **RESOLUTION, "seen": seen(page), "version_read": version})
    assert done.status_code == 302
    assert Adjustment.objects.get().pk == first.pk
    assert Adjustment.objects.get().lines.get(indicator__code="org_life").quota == 8


def test_what_changed_since_it_was_seen_is_shown_anew(attended: Cast, owner: Client):
    url = address(attended)
    data = listed(owner.get(url), **EIGHT)
    page = owner.post(url, data)
    Ledger(attended).entry("M004", "essay", date(2026, 3, 5), 1)
    again = owner.post(url, {**data, **RESOLUTION, "seen": seen(page)})
    assert "Something has changed since you looked." in text_of(again)
    assert "scores or ranks that change: 3" in text_of(again)
    assert not Adjustment.objects.exists()
    assert owner.post(url, {**data, **RESOLUTION, "seen": seen(again)}).status_code == 302


def issued(cast: Cast, code: str, period: str) -> Notice:
    branch = cast.organisations[code]
    return issuing.issue(by=cast.operator, organisation=branch, period=Period.parse(period))


def test_notices_whose_figures_it_may_change_are_named(attended: Cast, owner: Client):
    """One was replaced, one is of another year, one of another branch, and one is archived."""
    url = address(attended)
    data = listed(owner.get(url), **EIGHT)
    assert "would be due" not in text_of(owner.post(url, data))
    issued(attended, "DT0101", "2026H1")
    issued(attended, "DT0101", "2025H2")
    issued(attended, "DT0201", "2026H1")
    Ledger(attended).entry("M004", "essay", date(2026, 3, 5), 1)
    last = issued(attended, "DT0101", "2026H1")
    said = text_of(owner.post(url, data))
    assert "A notice of that year is issued. Its figures may differ" in said
    assert "would be due: DT0101-2026-02 · the first half of 2026" in said
    assert "DT0101-2026-01" not in said
    assert "DT0101-2025-01" not in said
    assert "DT0201" not in said
    hung = notices.post(by=attended.operator, notice=last, day=attended.today, place="公开栏")
    notices.archive(by=By.person(attended.owner, attended.now + timedelta(days=30)), notice=hung)
    assert "would be due" not in text_of(owner.post(url, data))


def test_a_notice_is_not_named_where_no_score_changes(cast: Cast, owner: Client):
    issued(cast, "DT0101", "2026H1")
    url = address(cast)
    said = text_of(owner.post(url, listed(owner.get(url), org_life__quota="8")))
    assert "No score and no rank changes today." in said
    assert "would be due" not in said


def test_the_notice_of_a_group_s_member_is_that_of_its_unit(cast: Cast, owner: Client):
    cast.admit("M020", "组员", "DT010101")
    Ledger(cast).entry("M020", "org_life", date(2026, 3, 5), 4)
    notice = issued(cast, "DT0101", "2026H1")
    url = address(cast)
    said = text_of(owner.post(url, listed(owner.get(url), **EIGHT)))
    assert f"would be due: {notice.number} ·" in said


def test_a_notice_that_was_issued_since_it_was_seen_is_shown_first(attended: Cast, owner: Client):
    url = address(attended)
    data = listed(owner.get(url), **EIGHT)
    page = owner.post(url, data)
    issued(attended, "DT0101", "2026H1")
    again = owner.post(url, {**data, **RESOLUTION, "seen": seen(page)})
    assert "Something has changed since you looked." in text_of(again)
    assert "DT0101-2026-01" in text_of(again)
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"org_life__points": "41"},  # the list totals 101
        {"org_life__quota": "0"},
        {"dues__quota": "13", "org_life__quota": "8"},
        {},  # the standard itself
    ],
)
def test_a_list_that_may_not_be_is_refused_before_it_is_weighed(cast: Cast, owner: Client, changes):
    url = address(cast)
    page = owner.post(url, listed(owner.get(url), **changes))
    assert page.context["matrix"].errors
    assert 'name="seen"' not in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"votes_for": "5"}, "__all__"),
        ({"votes_for": "11"}, "__all__"),
        ({"resolution": ""}, "resolution"),
        ({"resolution_on": "2026-12-01"}, "resolution_on"),
        ({"scan": SimpleUploadedFile("决议.html", b"<script>", content_type="text/html")}, "scan"),
    ],
)
def test_a_resolution_that_does_not_hold_is_refused(cast: Cast, owner: Client, changes, field):
    url = address(cast)
    data = listed(owner.get(url), **EIGHT)
    page = owner.post(url, {**data, **RESOLUTION, "seen": seen(owner.post(url, data)), **changes})
    assert list(page.context["form"].errors) == [field]
    assert not Adjustment.objects.exists()


def test_a_local_role_is_made_with_its_list_and_scan(cast: Cast, owner: Client):
    url = address(cast, local="楼道长")
    begun = owner.get(url)
    changes = {
        "essay__quota": "",
        "essay__points": "",
        "training__quota": "2",
        "training__points": "12",
    }
    data = listed(begun, **changes)
    page = owner.post(url, data)
    assert not Role.objects.filter(organisation__isnull=False).exists()
    scan = SimpleUploadedFile("决议.pdf", b"%PDF-1.4 scan", content_type="application/pdf")
    filled = {**data, **RESOLUTION, "resolution": "", "scan": scan, "seen": seen(page)}
    assert owner.post(url, filled).status_code == 302
    role = Role.objects.get(organisation=cast.organisations["DT0101"])
    assert (role.name_hans, role.category.code) == ("楼道长", "community")
    assert Adjustment.objects.get().scan.size == 13


def test_a_local_role_whose_list_is_refused_leaves_no_role_behind(cast: Cast, owner: Client):
    url = address(cast, local="楼道长")
    page = owner.post(url, listed(owner.get(url), org_life__points="41"))
    assert page.context["matrix"].errors
    assert not Role.objects.filter(organisation__isnull=False).exists()


def test_a_role_that_is_not_scored_cannot_be_adjusted(cast: Cast, owner: Client):
    page = owner.get(address(cast, role="elderly.member"))
    assert list(page.context["subject"].errors) == ["role"]
    assert "matrix" not in page.context


def test_a_resolution_over_one_that_was_replaced_meanwhile_is_refused(cast: Cast, owner: Client):
    """What it would do is the same as it was, so that the version alone tells of the other resolution."""
    adjustment = rows.adjustment(cast, "DT0101")
    url = address(cast)
    data = listed(owner.get(url), org_life__quota="8")
    page = owner.post(url, data)
    Adjustment.objects.update(version=2)
    confirmed = {**data, **RESOLUTION, "seen": seen(owner.post(url, data))}
    assert page.context["form"]["version_read"].value() == adjustment.version
    refused = owner.post(url, {**confirmed, "version_read": adjustment.version})
    assert refused.context["form"].non_field_errors()
    assert Adjustment.objects.get().lines.get(indicator__code="org_life").quota == 6


def test_a_year_to_come_has_no_scores_to_change(cast: Cast, owner: Client):
    url = address(cast, year=2027)
    said = text_of(owner.post(url, listed(owner.get(url), **EIGHT)))
    assert "That year has not begun: nobody has a score in it yet." in said


@pytest.mark.parametrize("who", ["other", "committee", "elsewhere", "administrator", "nobody"])
def test_it_is_there_for_whoever_writes_the_branch(cast: Cast, owner: Client, who: str):
    stranger = cast.client(getattr(cast, who))
    for url in ("/branches/DT0101/adjustment/", address(cast)):
        assert CANARY not in text_of(owner.get(url))
        assert (stranger.get(url).status_code, stranger.post(url).status_code) == (404, 404)
    assert owner.get("/branches/DT0201/adjustment/").status_code == 404


def test_queries_do_not_grow_with_the_members(attended: Cast, owner: Client):
    url = address(attended)
    data = listed(owner.get(url), **EIGHT)
    counts = []
    for numbers in (("M011", "M012"), ()):
        with CaptureQueriesContext(connection) as captured:
            assert owner.post(url, data).status_code == 200
        counts.append(len(captured))
        for number in numbers:
            attended.admit(number, f"新{number}", "DT0101")
            Ledger(attended).entry(number, "org_life", date(2026, 3, 5), 2)
    assert counts[0] == counts[1]
