"""Every page of the admin opens for those who may read it, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.admin.base import ScopedAdmin
from members.enums import DutyKind
from members.models import Organisation
from tests import rows
from tests.cast import CANARY, Cast

REGISTERED = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label_lower)


def address(model: type[models.Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def own(cast: Cast) -> dict[Any, models.Model]:
    """One row of every model: the owner's branch's, or nobody's."""
    made = rows.of_members(cast, "DT0101", "M001", "本支部") | rows.of_accounts(cast)
    made[Organisation] = cast.organisations["DT0101"]
    for model, _ in REGISTERED:
        if model not in made:
            made[model] = model._default_manager.order_by("pk")[0]
    return made


@pytest.fixture
def people(cast: Cast) -> dict[str, Client]:
    """A browser for each kind of duty, by its name, and one for a user without any."""
    return {
        DutyKind.SECRETARY: cast.client(cast.owner),
        DutyKind.COMMITTEE: cast.client(cast.committee),
        DutyKind.ADMINISTRATOR: cast.client(cast.administrator),
        "nobody": cast.client(cast.nobody),
    }


def test_every_page_of_the_admin_is_scoped():
    assert [model for model, page in REGISTERED if not isinstance(page, ScopedAdmin)] == []


def test_lists_open_for_readers_and_are_not_found_by_others(own, people):
    wrong = [
        (model._meta.label, kind, status)
        for model, page in REGISTERED
        for kind, client in people.items()
        if (status := client.get(address(model, "changelist")).status_code)
        != (200 if kind in page.policy.readers else 404)
    ]
    assert wrong == []


def test_objects_and_their_history_open_for_readers_and_are_not_found_by_others(own, people):
    wrong = [
        (model._meta.label, kind, name, status)
        for model, page in REGISTERED
        for kind, client in people.items()
        for name in ("change", "history")
        if (status := client.get(address(model, name, own[model].pk)).status_code)
        != (200 if kind in page.policy.readers else 404)
    ]
    assert wrong == []


def test_add_pages_open_for_writers_only(own, people):
    wrong = [
        (model._meta.label, kind, status)
        for model, page in REGISTERED
        for kind, client in people.items()
        if (status := client.get(address(model, "add")).status_code)
        != (
            200
            if kind in page.policy.writers and page.addable
            else 403
            if kind in page.policy.readers
            else 404
        )
    ]
    assert wrong == []


def test_delete_pages_open_for_writers_only_and_where_there_is_deleting(own, people):
    wrong = [
        (model._meta.label, kind, status)
        for model, page in REGISTERED
        for kind, client in people.items()
        if (status := client.get(address(model, "delete", own[model].pk)).status_code)
        != (
            200
            if kind in page.policy.writers and page.deletable
            else 403
            if kind in page.policy.readers
            else 404
        )
    ]
    assert wrong == []


def test_a_stranger_is_sent_to_sign_in(client, cast):
    response = client.get("/admin/members/member/")
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_a_user_without_a_duty_finds_nothing(cast):
    client = cast.client(cast.nobody)
    for page in ("/admin/", "/admin/members/", "/admin/jsi18n/", "/admin/autocomplete/"):
        assert client.get(page).status_code == 404, page


def test_a_flag_without_a_duty_opens_nothing(cast):
    cast.nobody.is_staff = True
    cast.nobody.save()
    assert cast.client(cast.nobody).get("/admin/").status_code == 404


def test_a_superuser_counts_as_administrator_and_reads_no_scores(cast, own):
    cast.nobody.is_superuser = True
    cast.nobody.save()
    client = cast.client(cast.nobody)
    assert client.get("/admin/members/user/").status_code == 200
    for page in ("members/member", "scoring/entry", "appraisal/tally", "scoring/adjustment"):
        assert client.get(f"/admin/{page}/").status_code == 404, page


def test_the_administrator_reads_no_member_score_or_entry(cast, own):
    client = cast.client(cast.administrator)
    hidden = [
        "members/member", "members/posting", "members/leave", "members/yearlock", "scoring/entry",
        "scoring/judgement", "scoring/bonus", "scoring/waiver", "scoring/care", "scoring/carevisit",
        "scoring/activity", "scoring/attendance", "scoring/adjustment", "appraisal/tally",
        "appraisal/snapshot", "appraisal/snapshotrow",
    ]  # fmt: skip
    assert [page for page in hidden if client.get(f"/admin/{page}/").status_code != 404] == []
    index = client.get("/admin/").content.decode()
    assert [page for page in hidden if f'"/admin/{page}/"' in index] == []
    assert '"/admin/members/user/"' in index


def test_the_index_shows_a_secretary_what_the_duty_reads(cast):
    index = cast.client(cast.owner).get("/admin/").content.decode()
    assert '"/admin/scoring/entry/"' in index
    assert '"/admin/members/user/"' not in index
    assert '"/admin/members/logrow/"' not in index


def test_no_page_writes_on_get(cast, own, people):
    """Every page of every model, opened by everybody, without one writing statement."""
    del people["nobody"]
    written = []

    def only_reading(execute, sql, params, many, context):
        if not sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE")):
            written.append(sql)
        return execute(sql, params, many, context)

    for client in people.values():
        client.get("/admin/")  # the session has been read once
    with connection.execute_wrapper(only_reading):
        for model, _ in REGISTERED:
            for client in people.values():
                client.get(address(model, "changelist"))
                client.get(address(model, "add"))
                for name in ("change", "history", "delete"):
                    client.get(address(model, name, own[model].pk))
    assert written == []


def test_the_owner_reads_nothing_of_the_other_branch_on_any_page(cast, own):
    rows.of_members(cast, "DT0201", "M101", CANARY)
    client = cast.client(cast.owner)
    leaks = []
    for model, _ in REGISTERED:
        addresses = [address(model, "changelist"), address(model, "add")]
        addresses += [address(model, page, own[model].pk) for page in ("change", "history", "delete")]
        leaks += [url for url in addresses if CANARY in client.get(url).content.decode()]
    assert leaks == []


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
