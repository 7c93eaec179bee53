"""The admin as a whole: whom it lets in, what its index shows, and how often its lists ask."""

from __future__ import annotations

from django.contrib import admin
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.admin.base import ScopedAdmin
from members.enums import DutyKind
from tests import rows

REGISTERED = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label_lower)


def address(model: type[models.Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_page_of_the_admin_is_scoped():
    assert [model for model, page in REGISTERED if not isinstance(page, ScopedAdmin)] == []


def test_the_password_is_changed_at_one_address(cast):
    client = cast.client(cast.owner)
    assert client.get("/accounts/password/").status_code == 200
    assert client.get("/admin/password_change/").status_code == 404
    assert 'href="/accounts/password/"' in client.get("/admin/").content.decode()


def test_a_flag_without_a_duty_opens_nothing(cast):
    cast.nobody.is_staff = True
    cast.nobody.save()
    assert cast.client(cast.nobody).get("/admin/").status_code == 404


def test_a_superuser_counts_as_administrator_and_reads_no_scores(cast):
    cast.nobody.is_superuser = True
    cast.nobody.save()
    client = cast.client(cast.nobody)
    assert client.get("/admin/members/user/").status_code == 200
    for page in ("members/member", "scoring/entry", "appraisal/tally", "scoring/adjustment"):
        assert client.get(f"/admin/{page}/").status_code == 404, page


def test_the_index_shows_a_secretary_what_the_duty_reads(cast):
    index = cast.client(cast.owner).get("/admin/").content.decode()
    assert '"/admin/scoring/entry/"' in index
    assert '"/admin/members/user/"' not in index
    assert '"/admin/members/logrow/"' not in index


def test_every_list_asks_as_often_for_many_rows_as_for_one(cast):
    """The committee reads the lists of one branch, then of three."""
    client = cast.client(cast.committee)
    cast.admit("M301", "第二支部党员", "DT0102")
    models_read = [model for model, page in REGISTERED if DutyKind.COMMITTEE in page.policy.readers]

    def asked() -> dict[str, int]:
        counts = {}
        for model in models_read:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address(model, "changelist")).status_code == 200
            counts[model._meta.label] = len(queries)
        return counts

    rows.of_members(cast, "DT0101", "M001", "一")
    asked()  # what is read once a process has been read
    one = asked()
    rows.of_members(cast, "DT0102", "M301", "二")
    rows.of_members(cast, "DT0201", "M101", "三")
    assert asked() == one
