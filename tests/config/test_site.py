"""What every response and every connection carries, and what a log line leaves out."""

import io
import logging
import runpy
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import formats, translation

from config.log import Discreet, Expected


@pytest.mark.django_db
def test_every_response_forbids_what_the_pages_do_not_need(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    policy = response.headers["Content-Security-Policy"]
    assert {part.strip() for part in policy.split(";")} == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    }
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert {"camera=()", "geolocation=()"} <= set(response.headers["Permissions-Policy"].split(", "))


@pytest.mark.django_db
def test_pages_are_not_stored_and_static_files_may_be(client):
    assert {"no-store", "private"} <= set(client.get("/accounts/login/").headers["Cache-Control"].split(", "))
    order = settings.MIDDLEWARE.index
    assert order("whitenoise.middleware.WhiteNoiseMiddleware") < order("config.headers.page_headers")


@pytest.mark.django_db
def test_an_upload_over_the_limit_is_turned_away_unread(client, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    small = client.post(
        "/accounts/language/", {"language": "en", "file": SimpleUploadedFile("a", b"x" * 100)}
    )
    large = client.post(
        "/accounts/language/", {"language": "en", "file": SimpleUploadedFile("a", b"x" * 2000)}
    )
    assert (small.status_code, large.status_code) == (302, 400)


@pytest.mark.django_db
def test_a_visitor_may_choose_the_language_of_the_sign_in_page(client):
    client.post("/accounts/language/", {"language": "zh-hant"})
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "zh-hant"


@pytest.mark.django_db
def test_the_admin_has_no_sign_in_page_of_its_own(client):
    response = client.get("/admin/login/?next=/admin/")
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=/admin/")


@pytest.mark.django_db
def test_sqlite_waits_for_the_lock_and_survives_a_power_cut(tmp_path: Path):
    if connection.vendor != "sqlite":
        pytest.skip("a matter of SQLite")
    with connection.cursor() as cursor:
        keys = cursor.execute("PRAGMA foreign_keys").fetchone()[0]
        wait = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
    # Tests wait for no disk: what the settings say is asked of a database beside.
    says = runpy.run_path(str(settings.BASE_DIR / "config/settings.py"))["DATABASES"]["default"]["OPTIONS"]
    with closing(sqlite3.connect(tmp_path / "beside.sqlite3")) as beside:
        beside.executescript(says["init_command"])
        found = [beside.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert found == ["wal", 2]  # 2 is FULL
    assert (keys, wait) == (1, 20_000)
    assert connection.transaction_mode == "IMMEDIATE"
    assert connection.settings_dict["ATOMIC_REQUESTS"] is False


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_dates_are_read_as_people_type_them(language):
    with translation.override(language):
        assert formats.get_format("DATE_FORMAT") == "Y年n月j日"
        assert formats.get_format("DATE_INPUT_FORMATS")[0] == "%Y-%m-%d"
        assert "%Y年%m月%d日" in formats.get_format("DATE_INPUT_FORMATS")


def test_the_log_says_where_and_not_what():
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Discreet("{levelname} {message}", style="{"))
    logger = logging.getLogger("tests.discreet")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        try:
            int("张三")
        except ValueError as error:
            raise LookupError("李四") from error
    except LookupError:
        logger.exception("It failed.")
    told = out.getvalue()
    assert "builtins.ValueError" in told
    assert "builtins.LookupError" in told
    assert "test_site.py" in told
    # The frames quote the source, so the names stand there; the exceptions' own texts do not.
    assert "invalid literal" not in told
    assert "LookupError: " not in told


def test_a_request_that_is_turned_away_logs_no_stack():
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Forbidden: /x/", (), None)
    for status, stack in ((403, False), (404, False), (500, True)):
        try:
            raise PermissionError
        except PermissionError:
            record.exc_info = sys.exc_info()
        record.status_code = status
        assert Expected().filter(record) is True
        assert bool(record.exc_info) is stack


def test_the_console_uses_the_filter():
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["expected"]
