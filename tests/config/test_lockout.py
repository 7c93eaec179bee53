"""Who guesses passwords is locked out: whom, for how long, and what is kept of it."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from axes.handlers import proxy
from axes.models import AccessAttempt, AccessLog
from django.contrib import admin
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone

from config import resume
from config.client import address
from tests.cast import NOW, PASSWORD
from tests.config.test_sessions import ADD, deed, kept

LOGIN = "/accounts/login/"


def attempt(password: str, username: str = "owner", **more: str):
    return Client().post(LOGIN, {"username": username, "password": password}, **more)


@pytest.fixture(autouse=True)
def wait(cast, monkeypatch):
    """Moves the clock, of which axes keeps a hold of its own, to so many minutes after the cast's moment."""

    def move(minutes: float) -> None:
        moment = NOW + timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        monkeypatch.setattr(proxy, "now", lambda: moment)

    move(0)
    return move


@pytest.fixture
def locked(cast, wait):
    """Five wrong passwords for the owner's account from this machine."""
    return [attempt("guess").status_code for _ in range(5)]


def test_the_fifth_failure_locks_and_the_page_says_for_how_long(locked):
    assert locked == [200, 200, 200, 200, 429]
    response = attempt(PASSWORD)
    assert response.status_code == 429
    assert "15" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


def test_it_is_over_after_a_quarter_of_an_hour_though_somebody_goes_on_trying(locked, wait):
    for minutes in (5, 14):
        wait(minutes)
        assert attempt("guess").status_code == 429
    wait(15.1)
    assert attempt(PASSWORD).status_code == 302


def test_other_accounts_and_other_addresses_are_not_locked(locked):
    assert attempt(PASSWORD, "other").status_code == 302
    assert attempt(PASSWORD, REMOTE_ADDR="127.0.0.9").status_code == 302


def test_another_browser_is_locked_too(locked):
    assert attempt(PASSWORD, HTTP_USER_AGENT="another").status_code == 429


def test_success_forgets_the_failures(cast):
    for _ in range(4):
        attempt("guess")
    assert attempt(PASSWORD).status_code == 302
    assert attempt("guess").status_code == 200


def test_the_command_lifts_the_lock(locked):
    call_command("axes_reset_username", "owner")
    assert attempt(PASSWORD).status_code == 302


def test_nothing_is_kept_but_what_the_lock_needs(cast):
    attempt("guess-1", HTTP_USER_AGENT="Browser", HTTP_ACCEPT="text/x-odd")
    attempt("guess-2", HTTP_USER_AGENT="Browser")
    (stored,) = AccessAttempt.objects.values(
        "username", "ip_address", "failures_since_start", "user_agent", "http_accept", "path_info"
    )
    assert stored == {
        "username": "owner",
        "ip_address": "127.0.0.1",
        "failures_since_start": 2,
        "user_agent": "",
        "http_accept": "",
        "path_info": "",
    }
    typed = AccessAttempt.objects.values_list("get_data", "post_data").get()
    assert not any("guess" in text or "owner" in text for text in typed)
    attempt(PASSWORD)
    assert (AccessAttempt.objects.count(), AccessLog.objects.count()) == (0, 0)


def test_the_log_names_nobody(cast, caplog):
    with caplog.at_level(logging.DEBUG, logger="axes"):
        for _ in range(6):
            attempt("a-guess", HTTP_USER_AGENT="Browser")
        attempt(PASSWORD, "other")
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("axes"))
    assert "Locking out 127.0.0.1" in told
    assert not any(word in told for word in ("owner", "other", "a-guess", PASSWORD, "Browser"))


def test_failures_have_no_pages_in_the_admin():
    assert not [model for model in admin.site._registry if model._meta.app_label == "axes"]


def test_a_late_form_is_not_lost_by_a_lock(cast, locked, wait):
    client = cast.client(cast.owner)
    wait(31)
    late = client.post(ADD, deed(cast))
    for status in (403, 403, 403, 403, 429, 429):
        late = client.post(ADD, {resume.FIELD: kept(late), "password": "guess"})
        assert late.status_code == status
    assert "15" in late.content.decode()
    stored = AccessAttempt.objects.values_list("post_data", flat=True).get()
    assert resume.FIELD not in stored
    wait(47)
    assert client.post(ADD, {resume.FIELD: kept(late), "password": PASSWORD}).status_code == 302


# --- the address ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("connected", "forwarded", "proxies", "expected"),
    [
        ("10.0.0.5", None, ["127.0.0.1"], "10.0.0.5"),
        ("10.0.0.5", "1.2.3.4", ["127.0.0.1"], "10.0.0.5"),  # no proxy: whatever it claims
        ("127.0.0.1", "1.2.3.4", ["127.0.0.1"], "1.2.3.4"),
        ("127.0.0.1", "6.6.6.6, 1.2.3.4", ["127.0.0.1"], "1.2.3.4"),  # the first one is the client's claim
        ("127.0.0.1", "6.6.6.6, 1.2.3.4, 10.1.1.1", ["127.0.0.1", "10.0.0.0/8"], "1.2.3.4"),
        ("127.0.0.1", "10.1.1.1", ["127.0.0.1", "10.0.0.0/8"], "127.0.0.1"),
        ("127.0.0.1", "nonsense", ["127.0.0.1"], "127.0.0.1"),
        ("127.0.0.1", None, ["127.0.0.1"], "127.0.0.1"),
        ("10.0.0.5", "6.6.6.6, 1.2.3.4", ["*"], "1.2.3.4"),
        ("", "1.2.3.4", ["127.0.0.1"], "1.2.3.4"),  # a local socket
        ("", None, ["127.0.0.1"], None),
        ("::ffff:10.0.0.5", None, ["127.0.0.1"], "10.0.0.5"),
        ("::1", "2001:db8::1", ["::1"], "2001:db8::1"),
    ],
)
def test_the_address_of_the_client(settings, connected, forwarded, proxies, expected):
    settings.TRUSTED_PROXIES = proxies
    more = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    assert address(RequestFactory().get("/", REMOTE_ADDR=connected, **more)) == expected
