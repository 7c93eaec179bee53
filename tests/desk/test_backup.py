"""Backup and restore: what went in comes out, and what is not whole is refused."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tarfile
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from members.models import LogHead, LogRow, Member
from reports.desk.services.backup import archive, making, postgres
from scoring.models import Entry
from tests.desk.ledger import YEAR, Ledger, scores

pytestmark = pytest.mark.django_db(transaction=True)

postgres_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="a matter of PostgreSQL")
sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="a matter of SQLite")


@pytest.fixture
def media(tmp_path, settings) -> Path:
    """A folder of uploads with one in it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    scan = settings.MEDIA_ROOT / "scans" / "票.pdf"
    scan.parent.mkdir(parents=True)
    scan.write_bytes(b"a scan")
    return settings.MEDIA_ROOT


@pytest.fixture
def filled(transactional_db, cast, media) -> Ledger:
    """A branch with two entries, somebody signed in, and an upload."""
    book = Ledger(cast)
    book.entry("M001", "org_life", date(YEAR, 3, 3))
    book.entry("M001", "volunteer", date(YEAR, 3, 5), 2)
    cast.client(cast.owner)
    return book


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, out.getvalue(), err.getvalue()


def backup(place: Path) -> Path:
    code, out, err = run("backup", "--to", str(place))
    assert (code, err) == (0, "")
    return Path(out.splitlines()[-1])


def refused(*arguments: str) -> None:
    """The command ends with one line."""
    code, out, err = run(*arguments)
    assert (code, out, len(err.splitlines())) == (1, "", 1)


def contents(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return path


def changed(path: Path, **values: object) -> Path:
    """The same backup with another manifest."""
    files = contents(path)
    manifest = json.loads(files["manifest.json"]) | values
    files["manifest.json"] = json.dumps(manifest).encode()
    return packed(path.with_name("changed.tar.gz"), files)


def held() -> tuple[object, ...]:
    """What the installation holds: names, entries, log, scores, uploads."""
    media = Path(settings.MEDIA_ROOT)
    return (
        sorted(Member.objects.values_list("number", "name")),
        Entry.objects.count(),
        LogHead.objects.values_list("hash", "rows").get(),
        scores(),
        {str(path.relative_to(media)): path.read_bytes() for path in media.rglob("*") if path.is_file()},
    )


# --- round trip -----------------------------------------------------------------------------------


def test_what_went_in_comes_out(filled, media, tmp_path):
    before = held()
    place = backup(tmp_path)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    filled.entry("M001", "volunteer", date(YEAR, 6, 5), 7)
    filled.admit("M777", "elderly.member")
    (media / "later.pdf").write_bytes(b"later")
    assert held() != before

    code, out, err = run("restore", str(place), "--force")
    assert (code, err) == (0, "")
    assert before[2][0] in out
    assert held() == before
    assert run("verify")[0] == 0
    # and the tables go on: keys, constraints, log
    filled.entry("M001", "volunteer", date(YEAR, 7, 5), 1)
    assert (Entry.objects.count(), LogRow.objects.count()) == (before[1] + 1, before[2][1] + 1)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_manifest_says_what_is_in_it(filled, tmp_path):
    files = contents(backup(tmp_path))
    assert sorted(files) == ["database", "manifest.json", "media/scans/票.pdf"]
    assert list(files)[-1] == "manifest.json"
    manifest = json.loads(files["manifest.json"])
    facts = manifest["facts"]
    assert (manifest["format"], manifest["engine"]) == (1, connection.vendor)
    assert facts["counts"]["scoring_entry"] == 2
    assert facts["counts"]["members_member"] == 7
    assert (facts["head"], facts["rows"]) == LogHead.objects.values_list("hash", "rows").get()
    assert facts["faults"] == 0
    assert "scoring.0001_initial" in facts["migrations"]
    assert not [table for table in facts["counts"] if table.startswith(("django_session", "axes_"))]


@sqlite_only
def test_sessions_are_not_in_it(filled, tmp_path):
    (tmp_path / "copy").write_bytes(contents(backup(tmp_path))["database"])
    copy = sqlite3.connect(tmp_path / "copy")
    assert copy.execute("SELECT COUNT(*) FROM django_session").fetchone() == (0,)
    assert copy.execute("SELECT COUNT(*) FROM scoring_entry").fetchone() == (2,)
    copy.close()


def test_scores_have_a_digest_that_an_entry_changes(filled, tmp_path):
    def digest(name: str) -> str:
        return json.loads(contents(backup(tmp_path / name))["manifest.json"])["facts"]["scores"]

    first = digest("1.tar.gz")
    assert digest("2.tar.gz") == first
    filled.entry("M001", "volunteer", date(YEAR, 6, 5), 1)
    assert digest("3.tar.gz") != first


def test_a_damaged_log_is_backed_up_and_said(filled, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_loghead SET rows = rows + 1")
    code, _out, err = run("backup", "--to", str(tmp_path))
    assert (code, len(err.splitlines())) == (0, 1)


@sqlite_only
def test_a_server_that_has_the_file_open_sees_what_was_restored(filled, tmp_path):
    server = sqlite3.connect(connection.settings_dict["NAME"])
    count = "SELECT COUNT(*) FROM scoring_entry"
    place = backup(tmp_path)
    filled.entry("M001", "volunteer", date(YEAR, 6, 5), 7)
    assert server.execute(count).fetchone() == (3,)
    assert run("restore", str(place), "--force")[0] == 0
    assert server.execute(count).fetchone() == (2,)
    assert server.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    server.close()


@sqlite_only
def test_an_empty_installation_takes_it(filled, tmp_path):
    place = backup(tmp_path)
    environment = {**os.environ, "DATA_DIR": str(tmp_path / "elsewhere"), "DATABASE_URL": ""}

    def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
        )

    assert manage("restore", str(place)).returncode == 0
    assert manage("verify").returncode == 0
    assert (tmp_path / "elsewhere/media/scans/票.pdf").read_bytes() == b"a scan"
    again = manage("restore", str(place))
    assert (again.returncode, len(again.stderr.splitlines())) == (1, 1)


# --- refusals -------------------------------------------------------------------------------------


def test_a_backup_never_takes_the_place_of_another_file(filled, tmp_path):
    place = backup(tmp_path / "one.tar.gz")
    kept = place.read_bytes()
    refused("backup", "--to", str(place))
    assert place.read_bytes() == kept


def test_a_folder_that_cannot_be_written_is_one_line(filled, tmp_path):
    (tmp_path / "file").touch()
    refused("backup", "--to", str(tmp_path / "file" / "below.tar.gz"))
    refused("backup", "--to", str(tmp_path / "missing" / "below.tar.gz"))
    assert not (tmp_path / "missing").exists()


def test_what_holds_data_is_not_replaced_unasked(filled, tmp_path):
    place = backup(tmp_path)
    before = held()
    refused("restore", str(place))
    assert held() == before


@pytest.mark.parametrize("what", ["database", "media/scans/票.pdf", "manifest.json"])
def test_one_changed_byte_is_refused(filled, tmp_path, what):
    files = contents(backup(tmp_path))
    data = bytearray(files[what])
    data[len(data) // 2] ^= 1
    files[what] = bytes(data)
    before = held()
    refused("restore", "--force", str(packed(tmp_path / "tampered.tar.gz", files)))
    assert held() == before


@pytest.mark.parametrize("name", ["media/../../outside", "/outside", "other", "media", "media/./x"])
def test_a_file_that_does_not_belong_there_is_refused(filled, tmp_path, name):
    files = contents(backup(tmp_path))
    manifest = files.pop("manifest.json")
    refused(
        "restore",
        "--force",
        str(packed(tmp_path / "x.tar.gz", {**files, name: b"", "manifest.json": manifest})),
    )
    assert not (tmp_path.parent / "outside").exists()


def test_a_link_is_refused(filled, tmp_path):
    place = tmp_path / "link.tar.gz"
    with tarfile.open(place, "w:gz") as tar:
        entry = tarfile.TarInfo("media/link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    refused("restore", "--force", str(place))


@pytest.mark.parametrize("length", [0, 10, 1000, -20])
def test_half_a_file_is_refused(filled, tmp_path, length):
    place = backup(tmp_path)
    place.write_bytes(place.read_bytes()[:length])
    before = held()
    refused("restore", "--force", str(place))
    assert held() == before


@pytest.mark.parametrize(
    "data", [b"nothing of the kind", gzip.compress(b"no archive", mtime=0)], ids=["text", "gzip"]
)
def test_another_file_is_refused(filled, tmp_path, data):
    (tmp_path / "other").write_bytes(data)
    refused("restore", "--force", str(tmp_path / "other"))
    refused("restore", "--force", str(tmp_path / "missing"))


def test_a_backup_of_a_newer_version_is_refused(filled, tmp_path):
    place = backup(tmp_path)
    facts = json.loads(contents(place)["manifest.json"])["facts"]
    newer = {**facts, "migrations": [*facts["migrations"], "scoring.9999_later"]}
    before, said = held(), set()
    for values in ({"format": 2}, {"product": "99.0"}, {"facts": newer}):
        code, out, err = run("restore", "--force", str(changed(place, **values)))
        assert (code, out) == (1, "")
        said.add(err)
    assert len(said) == 1  # the version is the reason, each time, and nothing that comes of it
    refused("restore", "--force", str(changed(place, engine="oracle")))
    assert held() == before


def test_a_copy_that_is_not_what_the_manifest_says_is_refused(filled, tmp_path):
    place = backup(tmp_path)
    facts = json.loads(contents(place)["manifest.json"])["facts"]
    for key, value in (
        ("scores", "0" * 64),
        ("head", "0" * 64),
        ("rows", 1),
        ("counts", {"scoring_entry": 2}),
    ):
        code, _out, err = run("restore", "--force", str(changed(place, facts={**facts, key: value})))
        assert code == 1
        assert key in err or "members_member" in err


def test_a_copy_that_differs_is_no_backup(filled, tmp_path, monkeypatch):
    facts = making.collect()
    monkeypatch.setattr(making, "collect", lambda: archive.Facts({}, [], facts.head, facts.rows))
    refused("backup", "--to", str(tmp_path / "one.tar.gz"))
    assert not list(tmp_path.glob("*.tar.gz"))


def test_uploads_come_back_when_the_database_cannot_be_restored(filled, tmp_path, media, monkeypatch):
    place = backup(tmp_path)
    (media / "later.pdf").write_bytes(b"later")
    before = held()

    def fail(dump: Path) -> None:
        raise making.Refused("no")

    monkeypatch.setattr(making.engine(), "restore", fail)
    refused("restore", "--force", str(place))
    assert held() == before


# --- PostgreSQL -----------------------------------------------------------------------------------


@postgres_only
def test_a_role_that_may_not_try_it_out_is_told(filled, tmp_path, monkeypatch):
    def may_not(dump: Path) -> None:
        raise postgres.MayNotTry("no right to create a database")

    monkeypatch.setattr(postgres, "tried", may_not)
    refused("backup", "--to", str(tmp_path / "one.tar.gz"))
    code, _out, err = run("backup", "--to", str(tmp_path / "two.tar.gz"), "--unverified")
    assert (code, len(err.splitlines())) == (0, 1)
    assert "manifest.json" in contents(tmp_path / "two.tar.gz")


@postgres_only
def test_a_missing_tool_is_named(filled, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda tool: None)
    code, _out, err = run("backup", "--to", str(tmp_path))
    assert (code, len(err.splitlines())) == (1, 1)
    assert "pg_dump" in err


@postgres_only
def test_nothing_is_left_of_the_trial(filled, tmp_path, monkeypatch):
    """Asked by its name: other suites try out their own backups on the same server meanwhile."""
    there: list[list[str]] = []
    run_tool = postgres._run

    def noted(tool: str, *arguments: str) -> None:
        run_tool(tool, *arguments)
        if tool == "pg_restore":
            there.extend(
                databases(word.removeprefix("--dbname=")) for word in arguments if "--dbname=" in word
            )

    monkeypatch.setattr(postgres, "_run", noted)
    backup(tmp_path)
    ((name,),) = there
    assert databases(name) == []


def databases(name: str) -> list[str]:
    """The databases of the server that have this name: one or none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname = %s", [name])
        return [found for (found,) in cursor.fetchall()]


# --- while people write ---------------------------------------------------------------------------


def test_a_write_while_the_backup_runs_is_in_it_wholly_or_not_at_all(filled, tmp_path, monkeypatch):
    pack = making._pack

    def interrupted(*arguments):
        manifest = pack(*arguments)
        filled.entry("M001", "volunteer", date(YEAR, 6, 5), 7)
        return manifest

    monkeypatch.setattr(making, "_pack", interrupted)
    head = LogHead.objects.get().hash
    manifest = json.loads(contents(backup(tmp_path))["manifest.json"])
    assert manifest["facts"]["counts"]["scoring_entry"] == 2
    assert manifest["facts"]["head"] == head
    assert Entry.objects.count() == 3
