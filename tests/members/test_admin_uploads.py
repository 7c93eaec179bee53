"""An upload between preview and confirmation: whose it is, what can come in between, and how it ends."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone as clock

from members.models import (
    Duty,
    ImportBatch,
    StagedImport,
    YearLock,
)
from members.services import duties, staging
from scoring.models import Entry
from tests import rows, sheets
from tests.members.resources import files

ENTRIES = "党员编号 考核项目 日期 数量 活动名称"
THREE = [
    ["M001", "visit_people", "2026-03-05", 3, "走访"],
    ["M002", "visit_people", "2026-03-06", 2, "走访"],
    ["M002", "essay", "2026-03-07", 1, "心得"],
]


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def entries(*more: list[Any]) -> bytes:
    """A sheet of three entries, and more."""
    return sheets.workbook(ENTRIES, *THREE, *more)


def test_nobody_else_finds_or_confirms_an_upload(cast, owner):
    duties.assign_duty(
        by=cast.operator, user=cast.nobody, kind="secretary",
        organisation=cast.organisations["DT0101"], start=cast.today,
    )  # fmt: skip
    page = sheets.preview(owner, "entries", entries())
    address, outcome = page.request["PATH_INFO"], page.context["preview"].outcome
    for user in (cast.nobody, cast.other, cast.committee, cast.administrator):
        client = cast.client(user)
        assert client.get(address).status_code == 404
        for data in ({"outcome": outcome, "confirm": "yes"}, {"discard": "yes"}):
            assert client.post(address, data).status_code == 404
    assert Client().post(address, {"outcome": outcome}).status_code == 302
    assert not Entry.objects.exists()
    assert sheets.confirm(owner, page).status_code == 302
    assert Entry.objects.count() == 3


def test_an_upload_of_one_kind_is_none_of_another(cast, owner):
    page = sheets.preview(owner, "entries", entries())
    key = StagedImport.objects.get().pk
    assert owner.get(f"/admin/members/leave/import/{key}/").status_code == 404
    assert owner.get("/admin/scoring/entry/import/00000000-0000-4000-8000-000000000000/").status_code == 404
    assert page.status_code == 200


def test_a_preview_writes_nothing(cast, owner):
    answer = sheets.upload(owner, "entries", entries())
    before = rows.stored()
    assert owner.get(answer["Location"]).status_code == 200
    assert rows.stored() == before


def test_two_confirmations_import_once(cast, owner):
    page = sheets.preview(owner, "entries", entries())
    assert sheets.confirm(owner, page).status_code == 302
    assert sheets.confirm(owner, page).status_code == 404
    assert owner.get(page.request["PATH_INFO"]).status_code == 404
    assert (Entry.objects.count(), ImportBatch.objects.count()) == (3, 1)


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_the_same_moment_import_once(cast, owner):
    page = sheets.preview(owner, "entries", entries())
    start, answers = threading.Barrier(2), []

    def press() -> None:
        try:
            client = cast.client(cast.owner)
            start.wait(10)
            answers.append(sheets.confirm(client, page).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert 302 in answers
    assert set(answers) <= {302, 404}
    assert len(answers) == 2
    assert (Entry.objects.count(), ImportBatch.objects.count()) == (3, 1)


def test_an_upload_that_is_used_up_at_the_last_moment_imports_nothing(cast, owner, monkeypatch):
    page = sheets.preview(owner, "entries", entries())
    original = staging.claimed

    def claimed(upload: StagedImport) -> Any:
        staging.discard(upload)
        return original(upload)

    monkeypatch.setattr(staging, "claimed", claimed)
    answer = sheets.confirm(owner, page)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/scoring/entry/")
    assert not Entry.objects.exists()
    assert "was imported or discarded already" in owner.get(answer["Location"]).content.decode()


# --- what comes in between ------------------------------------------------------------------------


def test_a_preview_that_no_longer_holds_is_shown_anew_and_nothing_is_written(cast, owner):
    page = sheets.preview(owner, "entries", entries())
    rows.entry(cast, cast.members["M001"], "visit_people", quantity=3, title="走访")
    answer = sheets.confirm(owner, page)
    assert answer.status_code == 200
    assert "The data has changed since the preview; nothing was written." in answer.content.decode()
    assert answer.context["counts"] == {"new": 2, "changed": 0, "same": 1}
    assert (Entry.objects.count(), ImportBatch.objects.count()) == (1, 0)
    assert sheets.confirm(owner, answer).status_code == 302
    assert Entry.objects.count() == 3


def test_what_others_wrote_that_does_not_matter_here_does_not_hold_it_up(cast, owner):
    page = sheets.preview(owner, "entries", entries())
    rows.entry(cast, cast.members["M101"], "visit_people")
    assert sheets.confirm(owner, page).status_code == 302
    assert Entry.objects.count() == 4


def test_writing_between_the_last_look_and_the_import_is_noticed(cast, owner, monkeypatch):
    """The first two times somebody is faster; the third time it goes through."""
    page = sheets.preview(owner, "entries", entries())
    original, tries = staging.claimed, []

    def claimed(upload: StagedImport) -> Any:
        tries.append(upload.pk)
        if len(tries) < 3:
            rows.entry(cast, cast.members["M101"], "visit_people", quantity=len(tries))
        return original(upload)

    monkeypatch.setattr(staging, "claimed", claimed)
    assert sheets.confirm(owner, page).status_code == 302
    assert len(tries) == 3
    assert ImportBatch.objects.count() == 1


def test_whoever_is_outrun_three_times_is_told_and_may_try_again(cast, owner, monkeypatch):
    page = sheets.preview(owner, "entries", entries())
    original = staging.claimed

    def claimed(upload: StagedImport) -> Any:
        rows.entry(cast, cast.members["M101"], "visit_people")
        return original(upload)

    monkeypatch.setattr(staging, "claimed", claimed)
    answer = sheets.confirm(owner, page)
    assert answer.status_code == 200
    assert "nothing was written" in answer.content.decode()
    monkeypatch.undo()
    assert not ImportBatch.objects.exists()
    assert StagedImport.objects.count() == 1


def test_a_row_that_turned_invalid_stops_all_of_it(cast, owner):
    page = sheets.preview(owner, "entries", entries())
    YearLock.objects.create(member=cast.members["M002"], year=2026, locked_at=cast.now)
    answer = sheets.confirm(owner, page)
    assert answer.status_code == 200
    assert {problem.row for problem in answer.context["problems"].rows} == {3, 4}
    assert 'name="confirm"' not in answer.content.decode()
    assert not Entry.objects.exists()


def test_a_duty_that_has_ended_meanwhile_imports_nothing(cast, owner):
    page = sheets.preview(owner, "entries", entries())
    duty = Duty.objects.get(user=cast.owner)
    duty.end = cast.today - timedelta(days=1)
    duties.save_duty(by=cast.operator, duty=duty)
    assert sheets.confirm(owner, page).status_code == 404
    assert not Entry.objects.exists()


def test_a_duty_that_ends_while_it_is_confirmed_imports_nothing(cast, owner, monkeypatch):
    """The request has begun with the duty; the write is asked for without."""
    page = sheets.preview(owner, "entries", entries())
    original = staging.claimed

    def claimed(upload: StagedImport) -> Any:
        duty = Duty.objects.filter(user=cast.owner).first()
        if duty is not None:
            duties.withdraw_duty(by=cast.operator, duty=duty)
        return original(upload)

    monkeypatch.setattr(staging, "claimed", claimed)
    assert sheets.confirm(owner, page).status_code == 404
    assert not Entry.objects.exists()


def test_a_confirmation_that_names_no_preview_imports_nothing(cast, owner):
    page = sheets.preview(owner, "entries", entries())
    for outcome in ("", "0" * 64):
        assert sheets.confirm(owner, page, outcome=outcome).status_code == 200
    assert owner.post(page.request["PATH_INFO"], {}).status_code == 200
    assert not Entry.objects.exists()


def test_another_language_between_preview_and_confirmation_does_not_matter(cast, owner):
    page = sheets.preview(owner, "entries", entries(["M001", "visit_people", "2026-03-05", 1, "又"]))
    owner.cookies["django_language"] = "zh-hant"
    assert sheets.confirm(owner, page).status_code == 302


# --- the end of an upload -------------------------------------------------------------------------


def test_a_discarded_upload_is_gone(cast, owner):
    page = sheets.preview(owner, "entries", entries())
    answer = owner.post(page.request["PATH_INFO"], {"discard": "yes"})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/scoring/entry/import/")
    assert not StagedImport.objects.exists()
    assert owner.get(page.request["PATH_INFO"]).status_code == 404


def test_an_upload_is_gone_after_a_day(cast, owner, monkeypatch):
    page = sheets.preview(owner, "entries", entries())
    monkeypatch.setattr(clock, "now", lambda: cast.now + timedelta(hours=23))
    owner.force_login(cast.owner)
    assert owner.get(page.request["PATH_INFO"]).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: cast.now + timedelta(days=1))
    owner.force_login(cast.owner)
    assert owner.get(page.request["PATH_INFO"]).status_code == 404
    assert sheets.confirm(owner, page).status_code == 404
    sheets.upload(owner, "leaves", sheets.workbook("党员编号 起始日期 事由", ["M001", "2026-03-01", "病"]))
    assert StagedImport.objects.get().kind == "leaves"


def test_bytes_that_are_not_those_uploaded_are_not_imported(cast, owner):
    page = sheets.preview(owner, "entries", entries())
    other = entries(["M001", "essay", "2026-03-08", 1, "换过"])
    StagedImport.objects.update(content=other)
    assert sheets.confirm(owner, page).status_code == 404
    assert not Entry.objects.exists()


def test_of_each_user_ten_uploads_are_kept(cast, owner):
    for _ in range(12):
        sheets.upload(owner, "entries", entries())
    assert StagedImport.objects.count() == 10


# --- files that are none --------------------------------------------------------------------------

BAD = {
    "empty": (b"", "The submitted file is empty."),
    "text": ("党员编号,姓名\nM001,张\n".encode(), "The file is not a workbook: choose an .xlsx file"),
    "old": (files.ole("Workbook").getvalue(), "old .xls kind"),
    "encrypted": (files.ole("EncryptedPackage").getvalue(), "protected with a password"),
    "cut": (files.workbook().getvalue()[:300], "The file is damaged"),
    "archive": (files.pack({"a.txt": "x"}).getvalue(), "The file"),
    "no columns": (files.workbook().getvalue(), "are missing: the first row of the sheet must name them"),
    "large": (b"PK" + bytes(5 * 1024 * 1024), "The file is larger than 5 MB"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_imported_is_told_on_the_same_page(cast, owner, name):
    content, said = BAD[name]
    answer = sheets.upload(owner, "entries", content)
    assert answer.status_code == 200
    assert said in " ".join(answer.context["form"].errors["file"])
    assert said in answer.content.decode()
    assert not StagedImport.objects.exists()


def test_without_a_file_the_form_asks_for_one(owner):
    answer = owner.post("/admin/scoring/entry/import/", {})
    assert answer.context["form"].errors == {"file": ["This field is required."]}


def test_the_name_of_a_file_is_shown_as_text_and_cut(cast, owner):
    page = sheets.preview(owner, "entries", entries(), name=f"{'长' * 300}\u202e.xlsx")
    name = StagedImport.objects.get().file_name
    assert len(name) <= 200
    assert "\u202e" not in name
    assert page.status_code == 200


def test_a_command_throws_away_what_nobody_confirmed(cast, owner, monkeypatch, capsys):
    sheets.upload(owner, "entries", entries())
    call_command("clear_uploads")
    assert StagedImport.objects.count() == 1
    monkeypatch.setattr(clock, "now", lambda: cast.now + timedelta(days=1))
    owner.force_login(cast.owner)
    call_command("clear_uploads")
    assert not StagedImport.objects.exists()
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Uploads")]
    assert told == ["Uploads thrown away: 0.", "Uploads thrown away: 1."]
