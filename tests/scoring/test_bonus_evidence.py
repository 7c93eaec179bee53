"""The file that proves a bonus: what is taken, who gets it, and how."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from members.models import LogRow
from scoring.models import Bonus
from tests import rows
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ADD = "/admin/scoring/bonus/add/"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def facts(
    cast: Cast, content: bytes | None, name: str = "奖状.exe", kind: str = "text/html"
) -> dict[str, object]:
    given = rows.additions(cast, "DT0101", cast.members["M001"], cast.members["M002"])[Bonus]
    return given if content is None else {**given, "evidence": SimpleUploadedFile(name, content, kind)}


def granted(cast: Cast, content: bytes | None) -> Bonus:
    assert cast.client(cast.owner).post(ADD, facts(cast, content)).status_code == 302
    return Bonus.objects.get()


@pytest.mark.parametrize(
    "content, ending", [(PNG, "png"), (b"%PDF-1.7\n", "pdf"), (b"\xff\xd8\xff\xe0" + b"\0" * 20, "jpg")]
)
def test_what_a_file_is_is_told_by_its_content(cast: Cast, content: bytes, ending: str):
    bonus = granted(cast, content)
    assert bonus.evidence.name.startswith("evidence/2026/evidence")
    assert bonus.evidence.name.endswith(f".{ending}")
    assert LogRow.objects.order_by("-pk")[0].after["evidence"] == bonus.evidence.name


@pytest.mark.parametrize(
    "content", [b"<script>alert(1)</script>", b"MZ\x90\0", b" %PDF-1.7", b"x" * 10_000_001]
)
def test_other_files_and_larger_ones_are_refused(cast: Cast, content: bytes):
    answer = cast.client(cast.owner).post(ADD, facts(cast, content, "奖状.pdf", "application/pdf"))
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert list(answer.context["adminform"].form.errors) == ["evidence"]
    assert not Bonus.objects.exists()


def test_it_is_optional(cast: Cast):
    bonus = granted(cast, None)
    assert not bonus.evidence
    client = cast.client(cast.owner)
    assert client.get(f"/admin/scoring/bonus/{bonus.pk}/evidence/").status_code == 404
    assert "/evidence/" not in client.get(f"/admin/scoring/bonus/{bonus.pk}/change/").content.decode()


@pytest.mark.parametrize("who", ["owner", "committee"])
def test_who_sees_the_member_gets_it_as_a_download(cast: Cast, who: str):
    bonus = granted(cast, PNG)
    client = cast.client(getattr(cast, who))
    address = f"/admin/scoring/bonus/{bonus.pk}/evidence/"
    page = client.get(f"/admin/scoring/bonus/{bonus.pk}/change/").content.decode()
    assert f'href="{address}"' in page
    assert str(bonus.evidence) not in page
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == PNG
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("who", ["other", "elsewhere", "administrator", "nobody"])
def test_others_find_nothing(cast: Cast, who: str):
    bonus = granted(cast, PNG)
    address = f"/admin/scoring/bonus/{bonus.pk}/evidence/"
    assert cast.client(getattr(cast, who)).get(address).status_code == 404


def test_another_file_takes_its_place_and_the_log_names_both(cast: Cast):
    bonus = granted(cast, PNG)
    before = bonus.evidence.name
    given = facts(cast, b"%PDF-1.7\n") | {"version_read": 1}
    address = f"/admin/scoring/bonus/{bonus.pk}/change/"
    assert cast.client(cast.owner).post(address, given).status_code == 302
    bonus.refresh_from_db()
    row = LogRow.objects.order_by("-pk")[0]
    assert bonus.evidence.name.endswith(".pdf")
    assert (row.before["evidence"], row.after["evidence"]) == (before, bonus.evidence.name)


def test_the_file_stays_when_the_form_is_saved_without_one(cast: Cast):
    bonus = granted(cast, PNG)
    given = facts(cast, None) | {"version_read": 1, "reason": "抗洪抢险"}
    address = f"/admin/scoring/bonus/{bonus.pk}/change/"
    assert cast.client(cast.owner).post(address, given).status_code == 302
    stored = Bonus.objects.get()
    assert (stored.reason, stored.evidence.name) == ("抗洪抢险", bonus.evidence.name)
