"""The pages of branch adjustments in the admin: read by who reads the branch, withdrawn by who writes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from members.models import LogRow
from scoring.models import Adjustment
from scoring.services.standards import StandardsBook
from tests import rows
from tests.cast import Cast
from tests.members.test_admin_pages import address


@pytest.fixture
def owner(cast: Cast) -> Client:
    return cast.client(cast.owner)


def test_it_is_read_and_replaced_elsewhere(cast, owner):
    """community.member with a point taken from the first requirement: 6/39, 3/31, 1/12, 12/8, 5 and 5."""
    adjustment = rows.adjustment(cast, "DT0101")
    page = address(Adjustment, "change", adjustment.pk)
    way = f'href="/branches/DT0101/adjustment/?year=2026&amp;role={adjustment.role_id}"'
    html = owner.get(page).content.decode()
    assert "<div>参加党的组织生活: 6 / 39.00</div><div>参加志愿服务活动: 3 / 31.00</div>" in html
    assert "<div>道德品行(社会公德、职业道德、家庭美德): — / 5.00</div>" in html
    assert "支部大会决议" in html
    assert way in html
    before = list(Adjustment.objects.values())
    for url in (page, address(Adjustment, "add")):
        assert owner.post(url, {"resolution": "改", "version_read": 1}).status_code == 403
    assert list(Adjustment.objects.values()) == before
    read = cast.client(cast.committee).get(page).content.decode()
    assert "支部大会决议" in read
    assert way not in read
    assert address(Adjustment, "delete", adjustment.pk) not in read


def test_the_list_leads_to_the_guided_form_of_who_writes_there(cast, owner):
    way = 'class="button main" href="/branches/{}/adjustment/"'
    listed = address(Adjustment, "changelist")
    assert way.format("DT0101") in owner.get(listed).content.decode()
    assert way.format("DT010101") in owner.get(listed + "?within=DT010101").content.decode()
    assert '/adjustment/"' not in cast.client(cast.committee).get(listed).content.decode().split("<main")[1]


def test_withdrawn_the_schemes_standard_holds_again(cast, owner):
    adjustment = rows.adjustment(cast, "DT0101")
    path = cast.organisations["DT0101"].path

    def points() -> int:
        return StandardsBook.for_year(2026).role(path, adjustment.role_id).requirement("org_life").points

    assert points() == 39_00
    delete = address(Adjustment, "delete", adjustment.pk)
    assert f'href="{delete}"' in owner.get(address(Adjustment, "change", adjustment.pk)).content.decode()
    assert cast.client(cast.committee).post(delete, {"post": "yes"}).status_code == 403
    assert owner.post(delete, {"post": "yes"}).status_code == 302
    assert points() == 40_00
    assert LogRow.objects.filter(verb="withdraw adjustment").count() == 1


def test_the_scan_is_downloaded_by_whoever_reads_the_branch(cast, owner):
    adjustment = rows.adjustment(cast, "DT0101")
    adjustment.scan.save("scan.pdf", ContentFile(b"%PDF-1.4 scan"))
    page = f"/admin/scoring/adjustment/{adjustment.pk}/scan/"
    assert f'href="{page}"' in owner.get(address(Adjustment, "change", adjustment.pk)).content.decode()
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
