"""Settings from the environment: what is read, and that a bad value stops the start with one sentence."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config import environment


def test_a_switch_reads_the_usual_spellings(monkeypatch):
    for value, meaning in (
        ("yes", True),
        ("True", True),
        ("1", True),
        ("on", True),
        ("no", False),
        ("0", False),
    ):
        monkeypatch.setenv("SWITCH", value)
        assert environment.switch("SWITCH") is meaning
    monkeypatch.delenv("SWITCH")
    assert environment.switch("SWITCH") is False
    assert environment.switch("SWITCH", default=True) is True


@pytest.mark.parametrize(
    "read,value,sentence",
    [
        (lambda: environment.switch("IT"), "maybe", "IT must be yes or no, not “maybe”."),
        (lambda: environment.level("IT", "INFO"), "LOUD", "IT must be one of DEBUG, INFO, WARNING"),
        (lambda: environment.number("IT", 1, most=9), "0", "IT must be a whole number from 1 to 9, not “0”."),
        (lambda: environment.number("IT", 1, most=9), "10", "not “10”."),
        (lambda: environment.number("IT", 1, most=9), "²", "not “²”."),
        (lambda: environment.origins("IT"), "points.example", "not “points.example”."),
        (lambda: environment.origins("IT"), "https://a.example/x", "not “https://a.example/x”."),
        (lambda: environment.networks("IT", []), "proxy.example", "not “proxy.example”."),
        (lambda: environment.database("IT", ""), "mysql://u:secret@h/d", "IT must begin with sqlite://"),
        (lambda: environment.database("IT", ""), "nonsense", "IT must begin with sqlite://"),
        (lambda: environment.database("IT", ""), "postgres://u:secret@h:port/d", "IT cannot be read"),
        (lambda: environment.database("IT", ""), "postgres://u:secret@h", "IT names no database"),
        (
            lambda: environment.secret_key("IT", Path("unused")),
            "short",
            "IT must have at least 32 characters.",
        ),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence(monkeypatch, read, value, sentence):
    monkeypatch.setenv("IT", value)
    with pytest.raises(SystemExit) as stopped:
        read()
    message = str(stopped.value)
    assert message.startswith("Settings: ")
    assert sentence in message
    assert "secret" not in message
    assert "\n" not in message


def test_a_folder_that_is_a_file_is_refused(monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("IT", str(file))
    with pytest.raises(SystemExit, match="IT must be a folder"):
        environment.folder("IT", tmp_path)


def test_a_folder_below_a_file_cannot_be_made(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SystemExit, match="cannot be made"):
        environment.writable("IT", file / "below")


def test_the_secret_is_made_once_and_only_its_owner_can_read_it(monkeypatch, tmp_path):
    monkeypatch.delenv("IT", raising=False)
    kept_in = tmp_path / "secret-key"
    first = environment.secret_key("IT", kept_in)
    assert len(first) >= 50
    assert environment.secret_key("IT", kept_in) == first
    assert stat.S_IMODE(kept_in.stat().st_mode) == 0o600
    monkeypatch.setenv("IT", "given by the operator, and long enough")
    assert environment.secret_key("IT", kept_in) == "given by the operator, and long enough"


def test_an_emptied_secret_file_is_refused(monkeypatch, tmp_path):
    monkeypatch.delenv("IT", raising=False)
    (tmp_path / "secret-key").touch()
    with pytest.raises(SystemExit, match="holds no secret"):
        environment.secret_key("IT", tmp_path / "secret-key")


def manage(*arguments, tmp_path, **variables):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_bad_value_stops_the_command_without_a_traceback(tmp_path):
    ended = manage("check", tmp_path=tmp_path, DEBUG="perhaps")
    assert ended.returncode == 1
    assert ended.stderr == "Settings: DEBUG must be yes or no, not “perhaps”.\n"
    assert ended.stdout == ""


def test_a_production_set_up_passes_djangos_own_check(tmp_path):
    ended = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        tmp_path=tmp_path,
        HTTPS="yes",
        ALLOWED_HOSTS="points.example",
        PUBLIC_URL="https://points.example",
    )
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    "value", ["points.example", "https://a.example,https://b.example", "https://a.example/b"]
)
def test_the_address_for_everybody_is_one_origin(tmp_path, value):
    ended = manage("check", tmp_path=tmp_path, PUBLIC_URL=value)
    assert ended.returncode == 1
    assert "PUBLIC_URL" in ended.stderr


def test_that_notices_have_no_code_is_told(tmp_path):
    ended = manage("check", "--deploy", tmp_path=tmp_path)
    assert "reports.W001" in ended.stderr


@pytest.mark.parametrize(
    "url", ["postgres://points:hidden@127.0.0.1:1/points", "sqlite:////nowhere/at/all/db.sqlite3"]
)
def test_a_database_out_of_reach_is_one_line_without_the_password(tmp_path, url):
    ended = manage("score", "2025", tmp_path=tmp_path, DATABASE_URL=url)
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Database: ")
    assert "hidden" not in line


def test_a_database_without_tables_is_one_line(tmp_path):
    ended = manage("score", "2025", tmp_path=tmp_path, DATABASE_URL="")
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert "migrate" in ended.stderr


def test_under_https_the_cookies_belong_to_this_host_alone(tmp_path):
    show = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE)"
    )
    ended = manage("shell", "--no-imports", "-c", show, tmp_path=tmp_path, HTTPS="yes")
    assert ended.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "True", "True"]
