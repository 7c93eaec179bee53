"""How far an import has got: told while it runs, to its user alone, and found again by who has left."""

from __future__ import annotations

import json
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone as clock

from members.enums import Phase
from members.models import StagedImport
from members.services import underway
from scoring.models import Entry
from tests import sheets
from tests.cast import NOW

IMPORT = "/admin/scoring/entry/import/"
BATCHES = "/admin/members/importbatch/"
HEADER = "党员编号 考核项目 日期 数量 活动名称"
ROWS = [["M001", "visit_people", f"2026-03-{day:02}", 3, f"走访{day}"] for day in range(1, 29)]


@pytest.fixture(autouse=True)
def english(settings, tmp_path):
    settings.LANGUAGE_CODE = "en"
    settings.PROGRESS_DIR = tmp_path / "progress"


@pytest.fixture
def told(monkeypatch) -> list[dict[str, Any]]:
    """Every figure that is written down, each row's among them."""
    figures: list[dict[str, Any]] = []
    original = underway._write

    def write(path: Path, text: str) -> None:
        figures.append(json.loads(text))
        original(path, text)

    monkeypatch.setattr(underway, "EVERY", 0)
    monkeypatch.setattr(underway, "_write", write)
    return figures


@pytest.fixture
def wait(monkeypatch):
    """Moves the clock to so many seconds after the cast's moment."""

    def move(seconds: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=seconds))

    return move


def entries() -> bytes:
    return sheets.workbook(HEADER, *ROWS)


def interrupted(cast, kind: str, key: UUID, phase: Phase, done: int = 5) -> None:
    """What a server leaves that was killed in the middle of its work."""
    left = underway.watched(by=cast.by(cast.owner), kind=kind, key=key)
    left.__enter__()
    underway.step(phase, done, 28)
    kept = underway._path(cast.by(cast.owner), key)
    said = kept.read_text()
    left.__exit__(None, None, None)
    kept.write_text(said)


def progress(key: UUID | str) -> str:
    return f"{IMPORT}{key}/progress/"


# --- what is told ---------------------------------------------------------------------------------


def test_every_phase_tells_its_rows_and_leaves_nothing(cast, owner, told, settings):
    page = sheets.preview(owner, "entries", entries())
    assert {one["phase"] for one in told} == {"read", "check"}
    told.clear()
    assert sheets.confirm(owner, page).status_code == 302
    phases = list(dict.fromkeys(one["phase"] for one in told))
    assert phases == ["read", "check", "write"]
    for phase in ("check", "write"):
        figures = [(one["done"], one["total"]) for one in told if one["phase"] == phase]
        assert len(figures) >= 28
        assert figures == sorted(figures)
        assert figures[-1] == (28, 28)
    assert all(set(one) == {"kind", "phase", "done", "total", "at"} for one in told)
    assert list(settings.PROGRESS_DIR.iterdir()) == []


@pytest.mark.parametrize("kind", ["changed", "organisations"])
def test_changed_rows_and_organisations_are_counted_as_well(cast, owner, administrator, told, kind):
    if kind == "changed":
        sheets.confirm(owner, sheets.preview(owner, "entries", entries()))
        noted = sheets.edited(sheets.exported(owner, "entries"), {(2, "备注"): "改", (3, "备注"): "改"})
        page, client = sheets.preview(owner, "entries", noted), owner
    else:
        lines = [[f"DT010{n}", f"新支部{n}", "党支部", "DT01"] for n in (7, 8)]
        content = sheets.workbook("组织编码 名称 类型 上级编码", *lines)
        page, client = sheets.preview(administrator, "organisations", content), administrator
    told.clear()
    assert sheets.confirm(client, page).status_code == 302
    assert [(one["done"], one["total"]) for one in told if one["phase"] == "write"][-1] == (2, 2)


def test_figures_of_one_phase_are_told_every_quarter_of_a_second(cast, monkeypatch):
    moment = [0.0]
    monkeypatch.setattr(underway.time, "monotonic", lambda: moment[0])
    by, key = cast.by(cast.owner), uuid4()
    with underway.watched(by=by, kind="entries", key=key):
        seen = []
        for done, at, phase in [
            (1, 0.0, Phase.CHECK), (2, 0.2, Phase.CHECK), (3, 0.26, Phase.CHECK), (4, 0.27, Phase.WRITE),
        ]:  # fmt: skip
            moment[0] = at
            underway.step(phase, done, 9)
            one = underway.seen(by=by, key=key)
            assert one is not None
            seen.append((one.phase, one.done, (one.at - NOW).total_seconds()))
        assert seen == [("check", 1, 0), ("check", 1, 0), ("check", 3, 0.26), ("write", 4, 0.27)]
    assert underway.seen(by=by, key=key) is None


@pytest.mark.parametrize(
    "phase, figure",
    [
        ("read", "Reading: 41%"),
        ("check", "Checking: 20,700 of 50,000 rows"),
        ("write", "Writing: 20,700 of 50,000 rows"),
    ],
)
def test_a_figure_in_words(phase, figure):
    assert str(underway.Progress(uuid4(), "entries", Phase(phase), 20_700, 50_000, NOW)) == figure


def test_nothing_is_told_where_nobody_watches(settings):
    underway.step(Phase.CHECK, 1, 2)
    assert list(underway.counted(Phase.WRITE, "ab", done=0, total=2)) == ["a", "b"]
    assert not settings.PROGRESS_DIR.exists()


def test_a_full_disk_stops_no_import(cast, owner, monkeypatch):
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(underway, "_write", full)
    assert sheets.confirm(owner, sheets.preview(owner, "entries", entries())).status_code == 302
    assert Entry.objects.count() == 28


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kind": "entries"}', '{"phase": "sleep"}'])
def test_a_file_that_says_nothing_is_passed_over(cast, owner, settings, text):
    key = uuid4()
    settings.PROGRESS_DIR.mkdir()
    underway._path(cast.by(cast.owner), key).write_text(text)
    assert owner.get(progress(key)).status_code == 404
    assert owner.get(IMPORT).context["waiting"] == []


# --- who sees it ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_it_is_seen_while_rows_are_written_and_by_nobody_else(cast, owner, told, monkeypatch, wait):
    """Asked in a connection of its own while the transaction is open, and without writing anything."""
    page = sheets.preview(owner, "entries", entries())
    key = StagedImport.objects.get().pk
    clients = {name: cast.client(getattr(cast, name)) for name in ("owner", "other", "committee", "nobody")}
    wait(90)  # the activity of these sessions would be noted now
    answers = []
    written = underway._write

    def ask() -> None:
        try:
            for name, client in clients.items():
                answer = client.get(progress(key))
                answers.append(
                    (name, answer.status_code, answer.json() if answer.status_code == 200 else None)
                )
        finally:
            connection.close()

    def write(path: Path, text: str) -> None:
        written(path, text)
        if json.loads(text)["done"] == 14 and '"write"' in text:
            thread = threading.Thread(target=ask)
            thread.start()
            thread.join(15)
            assert not thread.is_alive()

    monkeypatch.setattr(underway, "_write", write)
    assert sheets.confirm(owner, page).status_code == 302
    figure = {
        "phase": "write", "label": "Writing", "figure": "Writing: 14 of 28 rows", "done": 14, "total": 28,
        "stalled": "",
    }  # fmt: skip
    assert answers == [
        ("owner", 200, figure), ("other", 404, None), ("committee", 404, None), ("nobody", 404, None),
    ]  # fmt: skip


def test_an_upload_that_waits_says_so_and_one_that_is_gone_is_not_found(cast, owner):
    page = sheets.preview(owner, "entries", entries())
    key = StagedImport.objects.get().pk
    assert owner.get(progress(key)).json() == {"phase": ""}
    assert cast.client(cast.other).get(progress(key)).status_code == 404
    assert owner.get(f"/admin/members/leave/import/{key}/progress/").status_code == 404
    assert owner.get(progress(uuid4())).status_code == 404
    assert Client().get(progress(key)).status_code == 302
    sheets.confirm(owner, page)
    assert owner.get(progress(key)).status_code == 404


def test_asking_for_it_keeps_nobody_signed_in(cast, owner, wait):
    sheets.preview(owner, "entries", entries())
    key = StagedImport.objects.get().pk
    for minutes in (10, 20, 29):
        wait(60 * minutes)
        assert owner.get(progress(key)).status_code == 200
    wait(60 * 31)
    assert owner.get(progress(key)).status_code == 302


# --- leaving and coming back ----------------------------------------------------------------------


def test_who_comes_back_finds_what_waits_and_nobody_else_does(cast, owner):
    sheets.upload(owner, "entries", entries(), name="三月.xlsx")
    key = StagedImport.objects.get().pk
    for address in (IMPORT, BATCHES):
        html = owner.get(address).content.decode()
        assert "三月.xlsx" in html, address
        assert f'href="{IMPORT}{key}/"' in html, address
        assert "Nothing has been written yet" in html, address
        for name in ("other", "administrator"):
            assert "三月.xlsx" not in cast.client(getattr(cast, name)).get(address).content.decode()
    # The page of another kind of sheet is not about it.
    assert "三月.xlsx" not in owner.get("/admin/members/leave/import/").content.decode()
    sheets.confirm(owner, owner.get(f"{IMPORT}{key}/"))
    for address in (IMPORT, BATCHES):
        assert owner.get(address).context["waiting"] == []


def test_what_is_running_is_found_with_its_figure(cast, owner):
    sheets.upload(owner, "entries", entries(), name="三月.xlsx")
    key, by = StagedImport.objects.get().pk, cast.by(cast.owner)
    with underway.watched(by=by, kind="entries", key=key):
        underway.step(Phase.WRITE, 7, 28)
        html = owner.get(IMPORT).content.decode()
    assert "Writing: 7 of 28 rows" in html
    assert f'data-address="{progress(key)}" data-running' in html
    assert '<progress aria-label="Progress" max="28" value="7"></progress>' in html
    assert "Open the preview" not in html
    # What is read for the first time has no name yet; what was just imported is not listed any more.
    for phase, listed in ((Phase.READ, 1), (Phase.WRITE, 0)):
        with underway.watched(by=by, kind="entries", key=(other := uuid4())):
            underway.step(phase, 7, 28)
            shown = [one for one in owner.get(IMPORT).context["waiting"] if str(other) in one.progress_url]
            assert [(one.name, one.running) for one in shown] == [("", True)] * listed


def test_interrupted_work_says_so_after_a_minute_and_what_to_do(cast, owner, wait):
    sheets.upload(owner, "entries", entries())
    key = StagedImport.objects.get().pk
    interrupted(cast, "entries", key, Phase.WRITE)
    wait(59)
    assert owner.get(progress(key)).json()["stalled"] == ""
    wait(61)
    assert "Open the preview" in owner.get(progress(key)).json()["stalled"]
    html = owner.get(IMPORT).content.decode()
    assert "probably interrupted" in html
    assert "data-running" not in html
    page = owner.get(f"{IMPORT}{key}/")
    assert owner.get(progress(key)).json() == {"phase": ""}
    assert sheets.confirm(owner, page).status_code == 302
    assert Entry.objects.count() == 28


def test_a_file_that_was_not_read_to_its_end_is_to_be_uploaded_again(cast, owner, wait):
    key = uuid4()
    interrupted(cast, "entries", key, Phase.READ)
    wait(61)
    assert "Upload the file again" in owner.get(progress(key)).json()["stalled"]
    assert "Upload the file again" in owner.get(IMPORT).content.decode()
    sheets.upload(owner, "entries", entries())
    assert owner.get(progress(key)).status_code == 404


def test_what_is_discarded_or_a_day_old_is_forgotten(cast, owner, wait, settings):
    sheets.upload(owner, "entries", entries())
    key = StagedImport.objects.get().pk
    interrupted(cast, "entries", key, Phase.CHECK)
    owner.post(f"{IMPORT}{key}/", {"discard": "yes"})
    assert owner.get(progress(key)).status_code == 404
    interrupted(cast, "entries", uuid4(), Phase.READ)
    (settings.PROGRESS_DIR / "broken.json").write_text("{")
    call_command("clear_uploads")
    assert len(list(settings.PROGRESS_DIR.iterdir())) == 1
    wait(24 * 3600 + 1)
    call_command("clear_uploads")
    assert list(settings.PROGRESS_DIR.iterdir()) == []


def test_what_was_being_told_when_the_machine_stopped_goes_after_a_day(cast, settings):
    settings.PROGRESS_DIR.mkdir(parents=True, exist_ok=True)
    old, new = (settings.PROGRESS_DIR / f"tmp{name}.new" for name in "ab")
    for path, age in ((old, timedelta(days=1, seconds=1)), (new, timedelta(hours=1))):
        path.write_text("{")
        moment = (cast.now - age).timestamp()
        os.utime(path, (moment, moment))
    call_command("clear_uploads")
    assert (old.exists(), new.exists()) == (False, True)


# --- the key of a form ----------------------------------------------------------------------------


def send(client: Client, key: str) -> str:
    """Send the form with a key; the key under which the upload is kept."""
    data = {"file": SimpleUploadedFile("表.xlsx", entries()), "key": key}
    answer = client.post(IMPORT, data)
    assert answer.status_code == 302
    return str(answer["Location"].split("/")[-2])


def test_an_upload_is_kept_under_the_key_of_its_form_once(cast, owner):
    key = str(owner.get(IMPORT).context["key"])
    assert send(owner, key) == key
    again = send(owner, key)
    assert again != key
    assert send(cast.client(cast.other), key) not in (key, again)
    assert {str(pk) for pk in StagedImport.objects.filter(user=cast.owner).values_list("pk", flat=True)} == {
        key, again,
    }  # fmt: skip
    assert send(owner, "no key") not in (key, again)
