"""The form of branch adjustments: what is to be adjusted first, then the resolution with its list (I23)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from members.models import Role
from scoring.models import Adjustment
from scoring.services.standards import StandardsBook
from tests import rows
from tests.cast import CANARY, Cast
from tests.members.test_admin_pages import address

RESOLUTION = {"resolution_on": "2026-01-09", "present": "10", "votes_for": "8", "resolution": "支部大会决议"}


@pytest.fixture
def owner(cast: Cast) -> Client:
    return cast.client(cast.owner)


def subject(cast: Cast, code: str = "DT0101", role: str = "community.member", **more: str) -> str:
    query = {"organisation": cast.organisations[code].pk, "year": 2026, "role": cast.roles[role].pk, **more}
    return address(Adjustment, "add") + "?" + "&".join(f"{key}={value}" for key, value in query.items())


def filled(page: Any) -> dict[str, str]:
    """The lines of the form as the page offers them."""
    form = page.context["adminform"].form
    lines = {name: form[name].value() for name in form.fields if name.startswith(("quota_", "points_"))}
    return {name: "" if value is None else str(value) for name, value in lines.items()}


def named(code: str, what: str) -> str:
    return f"{what}_{rows.indicator(code).pk}"


def test_the_first_page_offers_own_organisations_and_the_plans_roles(cast, owner):
    html = owner.get(address(Adjustment, "add")).content.decode()
    assert "DT0101" in html
    assert "DT010101" in html
    assert "DT0102" not in html
    assert CANARY not in html


def test_the_second_page_begins_with_the_standard(cast, owner):
    """community.member: 6/40, 3/30, 1/12, 12/8, and 5 each for what is judged."""
    lines = filled(owner.get(subject(cast)))
    assert {name: Decimal(value) for name, value in lines.items()} == {
        named("org_life", "quota"): 6,
        named("org_life", "points"): 40,
        named("volunteer", "quota"): 3,
        named("volunteer", "points"): 30,
        named("essay", "quota"): 1,
        named("essay", "points"): 12,
        named("dues", "quota"): 12,
        named("dues", "points"): 8,
        named("org_task", "points"): 5,
        named("conduct", "points"): 5,
    }


def test_adopting_replacing_and_withdrawing(cast, owner):
    url = subject(cast)
    changed = {
        named("org_life", "quota"): "8",
        named("org_life", "points"): "45",
        named("essay", "points"): "7",
    }
    assert owner.post(url, {**filled(owner.get(url)), **changed, **RESOLUTION}).status_code == 302
    adjustment = Adjustment.objects.get()
    assert (adjustment.organisation.code, adjustment.year, adjustment.role.code) == (
        "DT0101",
        2026,
        "community.member",
    )
    path = cast.organisations["DT0101"].path
    effective = StandardsBook.for_year(2026).role(path, adjustment.role_id)
    assert [(row.code, row.quota, row.points) for row in effective.requirements][:1] == [
        ("org_life", 8, 4500)
    ]

    page = address(Adjustment, "change", adjustment.pk)
    again = {**filled(owner.get(page)), **RESOLUTION, "version_read": adjustment.version}
    assert owner.post(page, {**again, named("org_life", "quota"): "7"}).status_code == 302
    stale = owner.post(page, {**again, named("org_life", "quota"): "9"})
    assert stale.context["adminform"].form.non_field_errors()
    effective = StandardsBook.for_year(2026).role(path, adjustment.role_id)
    assert effective.requirement("org_life").quota == 7

    assert owner.post(address(Adjustment, "delete", adjustment.pk), {"post": "yes"}).status_code == 302
    assert StandardsBook.for_year(2026).role(path, adjustment.role_id).requirement("org_life").quota == 6


@pytest.mark.parametrize(
    "changes",
    [
        {"points": "41"},  # the list totals 101
        {"quota": "0"},
        {"votes_for": "5"},  # no majority of ten
        {"votes_for": "11"},
        {"resolution": ""},
        {"resolution_on": "2026-12-01"},
        {},  # the standard itself
    ],
)
def test_what_an_adjustment_may_not_be(cast, owner, changes):
    url = subject(cast)
    changed = {
        named("org_life", key) if key in ("points", "quota") else key: value for key, value in changes.items()
    }
    response = owner.post(url, {**filled(owner.get(url)), **RESOLUTION, **changed})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert not Adjustment.objects.exists()


def test_another_branch_cannot_be_adjusted(cast, owner):
    url = subject(cast, code="DT0201")
    own = filled(owner.get(subject(cast)))
    for response in (owner.get(url), owner.post(url, {**own, **RESOLUTION, named("org_life", "quota"): "8"})):
        assert "adminform" not in response.context
        assert CANARY not in response.content.decode()
    assert not Adjustment.objects.exists()


def test_a_role_that_is_not_scored_cannot_be_adjusted(cast, owner):
    assert "adminform" not in owner.get(subject(cast, role="elderly.member")).context


def test_a_local_role_is_made_with_its_list(cast, owner):
    """Like a community member, but for the essay, whose 12 points go to training."""
    url = subject(cast, local="楼道长")
    lines = filled(owner.get(url))
    assert lines[named("training", "quota")] == ""
    lines |= {
        named("essay", "quota"): "",
        named("essay", "points"): "",
        named("training", "quota"): "2",
        named("training", "points"): "12",
    }
    assert owner.post(url, {**lines, **RESOLUTION}).status_code == 302
    role = Role.objects.get(organisation=cast.organisations["DT0101"])
    assert (role.name_hans, role.category.code) == ("楼道长", "community")
    effective = StandardsBook.for_year(2026).role(cast.organisations["DT0101"].path, role.pk)
    assert sum(row.points for row in effective.requirements) == 100_00
    assert effective.requirement("training").quota == 2
    assert effective.requirement("essay") is None
    assert cast.client(cast.other).get(address(Role, "change", role.pk)).status_code == 404


def test_a_refused_local_role_leaves_no_role_behind(cast, owner):
    url = subject(cast, local="楼道长")
    response = owner.post(url, {**filled(owner.get(url)), **RESOLUTION, named("org_life", "points"): "41"})
    assert response.context["adminform"].form.errors
    assert not Role.objects.filter(organisation__isnull=False).exists()


def test_the_scan_is_downloaded_by_whoever_reads_the_branch(cast, owner):
    url = subject(cast)
    changed = {named("org_life", "quota"): "8"}
    scan = SimpleUploadedFile("决议.pdf", b"%PDF-1.4 scan", content_type="application/pdf")
    data = {**filled(owner.get(url)), **changed, **RESOLUTION, "resolution": "", "scan": scan}
    assert owner.post(url, data).status_code == 302
    adjustment = Adjustment.objects.get()
    page = f"/admin/scoring/adjustment/{adjustment.pk}/scan/"
    response = owner.get(page)
    assert downloaded(response) == b"%PDF-1.4 scan"
    assert response["Content-Disposition"].startswith("attachment")
    assert downloaded(cast.client(cast.committee).get(page)) == b"%PDF-1.4 scan"
    for stranger in (cast.other, cast.elsewhere, cast.administrator):
        assert cast.client(stranger).get(page).status_code == 404


def downloaded(response: Any) -> bytes:
    """What was sent; the file is closed, and the connection to the database is left open."""
    sent = b"".join(response.streaming_content)
    for close in response._resource_closers:
        close()
    return sent


def test_a_file_that_is_no_scan_is_refused(cast, owner):
    url = subject(cast)
    scan = SimpleUploadedFile("决议.html", b"<script>", content_type="text/html")
    data = {**filled(owner.get(url)), named("org_life", "quota"): "8", **RESOLUTION, "scan": scan}
    assert "scan" in owner.post(url, data).context["adminform"].form.errors
