"""How long somebody stays signed in, and that a form which was sent too late is not lost."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from config import resume
from members.services import accounts
from scoring.models import Entry
from tests.cast import NOW, PASSWORD
from tests.rows import indicator

ADD = "/admin/scoring/entry/add/"
HOME = "/"


@pytest.fixture
def wait(cast, monkeypatch):
    """Moves the clock to so many minutes after the cast's moment."""

    def move(minutes: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=minutes))

    return move


@pytest.fixture
def strict(cast):
    """The owner's browser, which also checks the tokens of forms."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner)
    client.get(HOME)
    return client


def deed(cast, **more) -> dict[str, object]:
    """A form as somebody fills it in."""
    member = cast.members["M001"].pk
    facts = {"member": member, "indicator": indicator("essay").pk, "date": "2026-03-03", "quantity": "1"}
    return {**facts, "title": "读书心得", "on_time": "on", **more}


def token(client: Client, page: bytes | None = None) -> str:
    """The token of a page, or the one behind the cookie."""
    text = (page or client.get("/accounts/login/").content).decode()
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]


def kept(response) -> str:
    return re.search(rf'name="{resume.FIELD}" value="([^"]+)"', response.content.decode())[1]


def deeds() -> list[tuple[str, date]]:
    return [(one.member.number, one.date) for one in Entry.objects.select_related("member")]


# --- when a session ends --------------------------------------------------------------------------


def test_activity_keeps_somebody_signed_in_and_half_an_hour_without_ends_it(cast, wait):
    client = cast.client(cast.owner)
    for minutes in (29, 58, 87):
        wait(minutes)
        assert client.get(HOME).status_code == 200
    wait(87 + 31)
    response = client.get(HOME)
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=/")
    page = client.get(response.url)
    assert page.context["ended"].user == cast.owner
    assert "30" in page.context["ended"].reason
    assert page.context["ended"].reason in page.content.decode()


def test_eight_hours_are_the_most(cast, wait):
    client = cast.client(cast.owner)
    for minutes in range(25, 481, 25):
        wait(minutes)
        assert client.get(HOME).status_code == 200
    wait(481)
    assert client.get(HOME).status_code == 302
    assert "8" in client.get("/accounts/login/").context["ended"].reason


def test_an_ended_session_does_not_come_to_life_again(cast, wait):
    client = cast.client(cast.owner)
    wait(31)
    for _ in range(3):
        assert client.get(HOME).status_code == 302
    assert client.post("/accounts/password/", {}).status_code == 403


def test_a_visitor_has_no_session(db, client):
    assert client.get(HOME).url == "/accounts/login/?next=/"
    assert client.get("/accounts/login/").context["ended"] is None
    assert Session.objects.count() == 0


def test_activity_is_noted_once_a_minute(cast, wait, django_assert_num_queries):
    client = cast.client(cast.owner)
    client.get(HOME)
    stored = Session.objects.values_list("session_data", flat=True)
    (first,) = stored.all()
    wait(0.9)
    client.get(HOME)
    assert list(stored.all()) == [first]
    wait(1.1)
    client.get(HOME)
    assert list(stored.all()) != [first]


def test_a_session_without_its_moments_is_over(cast):
    client = cast.client(cast.owner)
    session = client.session
    del session["signed-in-at"]
    session.save()
    assert client.get(HOME).status_code == 302


def test_signing_in_again_starts_anew(cast, wait):
    client = cast.client(cast.owner)
    key = client.session.session_key
    wait(31)
    client.post("/accounts/login/", {"username": "owner", "password": PASSWORD})
    assert client.get(HOME).status_code == 200
    assert client.session.session_key != key
    assert not Session.objects.filter(session_key=key).exists()


def test_signing_out_after_the_end_leads_to_the_sign_in_page(cast, wait):
    client = cast.client(cast.owner)
    wait(31)
    response = client.post("/accounts/logout/")
    assert (response.status_code, response.url) == (302, "/accounts/login/")


# --- passwords ------------------------------------------------------------------------------------


def test_a_new_password_of_ones_own_ends_the_other_sessions(cast):
    here, there = cast.client(cast.owner), cast.client(cast.owner)
    new = "another horse, another battery"
    given = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/accounts/password/", given).status_code == 302
    assert here.get(HOME).status_code == 200
    assert there.get(HOME).status_code == 302


def test_a_password_set_by_an_administrator_ends_every_session(cast):
    client = cast.client(cast.owner)
    assert client.get(HOME).status_code == 200
    accounts.set_password(by=cast.by(cast.administrator), user=cast.owner, password="a new one, and long")
    response = client.post(ADD, deed(cast))
    assert response.status_code == 403
    again = {resume.FIELD: kept(response), "password": "a new one, and long"}
    response = client.post(ADD, again)  # that password is to be changed first, and the form is still kept
    assert (response.status_code, deeds()) == (403, [])
    held = re.search(r'name="first-password-typed" value="([^"]+)"', response.content.decode())[1]
    own = {
        "old_password": "a new one, and long",
        "new_password1": "my own, long",
        "new_password2": "my own, long",
    }
    response = client.post("/accounts/password/", {**own, "first-password-typed": held})
    assert client.post(ADD, {resume.FIELD: kept(response)}).status_code == 302
    assert deeds() == [("M001", date(2026, 3, 3))]


# --- a form that comes too late -------------------------------------------------------------------


def test_a_late_form_is_kept_and_sent_again_after_signing_in(cast, wait, strict):
    typed = deed(cast, csrfmiddlewaretoken=token(strict, strict.get(ADD).content))
    wait(31)
    late = strict.post(ADD, typed)
    assert late.status_code == 403
    assert deeds() == []
    assert {"no-store", "private"} <= set(late.headers["Cache-Control"].split(", "))
    again = {
        resume.FIELD: kept(late),
        "password": PASSWORD,
        "csrfmiddlewaretoken": token(strict, late.content),
    }
    done = strict.post(ADD, again)
    assert (done.status_code, done.url) == (302, "/admin/scoring/entry/")
    assert deeds() == [("M001", date(2026, 3, 3))]
    assert strict.get(HOME).status_code == 200


def test_what_is_kept_is_never_shown_without_its_signature(cast, wait):
    client = cast.client(cast.owner)
    wait(31)
    late = client.post(ADD, deed(cast))
    forged = kept(late)[:-1] + ("A" if kept(late)[-1] != "A" else "B")
    response = client.post(ADD, {resume.FIELD: forged, "password": PASSWORD})
    assert response.status_code == 302
    assert deeds() == []
    assert client.get(HOME).status_code == 302


def test_a_wrong_password_keeps_what_was_typed(cast, wait):
    client = cast.client(cast.owner)
    wait(31)
    late = client.post(ADD, deed(cast))
    wrong = client.post(ADD, {resume.FIELD: kept(late), "password": "wrong"})
    assert wrong.status_code == 403
    assert "wrong" not in re.findall(r'value="([^"]*)"', wrong.content.decode())
    assert deeds() == []
    client.post(ADD, {resume.FIELD: kept(wrong), "password": PASSWORD})
    assert deeds() == [("M001", date(2026, 3, 3))]


def test_it_is_sent_again_to_its_own_address_only(cast, wait):
    client = cast.client(cast.owner)
    wait(31)
    late = client.post("/admin/scoring/entry/add/?_popup=1", deed(cast))
    response = client.post(ADD, {resume.FIELD: kept(late), "password": PASSWORD})
    assert (response.status_code, deeds()) == (302, [])


def test_somebody_else_does_not_send_it(cast, wait):
    client = cast.client(cast.owner)
    wait(31)
    late = client.post(ADD, deed(cast))
    client.post("/accounts/login/", {"username": "committee", "password": PASSWORD})
    response = client.post(ADD, {resume.FIELD: kept(late), "password": PASSWORD})
    assert (response.status_code, response.url) == (302, ADD)
    assert deeds() == []


def test_who_signed_in_in_another_window_sends_it_with_a_token_of_today(cast, wait, strict):
    old = token(strict, strict.get(ADD).content)
    wait(31)
    late = strict.post(ADD, deed(cast, csrfmiddlewaretoken=old))
    stale = token(strict, late.content)
    entry = {"username": "owner", "password": PASSWORD, "csrfmiddlewaretoken": token(strict)}
    assert strict.post("/accounts/login/", entry).status_code == 302
    shown = strict.post(ADD, {resume.FIELD: kept(late), "csrfmiddlewaretoken": stale})
    assert shown.status_code == 403
    assert 'type="password"' not in shown.content.decode()
    assert deeds() == []
    strict.post(ADD, {resume.FIELD: kept(shown), "csrfmiddlewaretoken": token(strict, shown.content)})
    assert deeds() == [("M001", date(2026, 3, 3))]


def test_a_form_of_another_site_is_not_kept(cast, wait, strict):
    wait(31)
    response = strict.post(ADD, deed(cast))
    assert response.status_code == 403
    assert resume.FIELD not in response.content.decode()


def test_passwords_are_not_kept(cast, wait):
    client = cast.client(cast.owner)
    wait(31)
    typed = {"old_password": "horse-1", "new_password1": "horse-2", "new_password2": "horse-2"}
    late = client.post("/accounts/password/", typed)
    assert "horse" not in late.content.decode()
    assert resume.Kept.read(kept(late), "/accounts/password/").typed is None
    done = client.post("/accounts/password/", {resume.FIELD: kept(late), "password": PASSWORD})
    assert (done.status_code, done.url) == (302, "/accounts/password/")


def test_files_cannot_be_kept_and_the_page_says_so(cast, wait):
    client = cast.client(cast.owner)
    wait(31)
    late = client.post(ADD, deed(cast, file=SimpleUploadedFile("a.xlsx", b"x")))
    assert "note warn" in late.content.decode()
    client.post(ADD, {resume.FIELD: kept(late), "password": PASSWORD})
    assert deeds() == [("M001", date(2026, 3, 3))]


def test_more_than_a_request_may_hold_is_not_kept(cast, wait, settings):
    client = cast.client(cast.owner)
    wait(31)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 6000
    assert len(kept(client.post(ADD, deed(cast, title="读书")))) < 6000
    many = {f"field{number}": str(hash((number, "x"))) for number in range(130)}
    late = client.post(ADD, many)
    assert resume.Kept.read(kept(late), ADD).typed is None


def test_it_is_kept_over_a_weekend_and_no_longer(cast, wait):
    client = cast.client(cast.owner)
    wait(60 * 60)
    assert client.post(ADD, deed(cast)).status_code == 403
    wait(73 * 60)
    response = client.post(ADD, deed(cast))
    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={ADD}")
    assert settings.SESSION_COOKIE_AGE == 72 * 3600


def test_a_form_filled_in_before_one_signed_in_again_elsewhere_is_not_lost(cast, strict):
    """Signing in changes the token: what another window still holds comes with the old one."""
    here = {"Origin": "http://testserver"}
    late = strict.post(ADD, deed(cast, csrfmiddlewaretoken="x" * 64), headers=here)
    assert late.status_code == 403
    again = {resume.FIELD: kept(late), "csrfmiddlewaretoken": token(strict, late.content)}
    assert strict.post(ADD, again, headers=here).status_code == 302
    assert deeds() == [("M001", date(2026, 3, 3))]


def forget(client: Client, *names: str) -> None:
    """The browser, or somebody with it, throws cookies away."""
    for name in names:
        del client.cookies[name]


@pytest.mark.parametrize("gone", ["cookie", "row", "signed out"])
def test_a_form_without_any_session_left_is_kept_for_whose_browser_it_was(cast, strict, gone):
    typed = deed(cast, csrfmiddlewaretoken=token(strict, strict.get(ADD).content))
    if gone == "cookie":
        forget(strict, settings.SESSION_COOKIE_NAME)
    elif gone == "row":
        Session.objects.all().delete()
    else:
        strict.post("/admin/logout/", {"csrfmiddlewaretoken": typed["csrfmiddlewaretoken"]})
    late = strict.post(ADD, typed)
    assert (late.status_code, deeds()) == (403, [])
    again = {
        resume.FIELD: kept(late),
        "password": PASSWORD,
        "csrfmiddlewaretoken": token(strict, late.content),
    }
    assert strict.post(ADD, again).status_code == 302
    assert deeds() == [("M001", date(2026, 3, 3))]


def test_a_form_is_kept_also_when_its_token_went_with_the_session(cast, strict):
    here = {"Origin": "http://testserver"}
    forget(strict, settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    late = strict.post(ADD, deed(cast, csrfmiddlewaretoken="x" * 64), headers=here)
    again = {
        resume.FIELD: kept(late),
        "password": PASSWORD,
        "csrfmiddlewaretoken": token(strict, late.content),
    }
    assert strict.post(ADD, again, headers=here).status_code == 302
    assert deeds() == [("M001", date(2026, 3, 3))]


@pytest.mark.parametrize("said", [None, "1", "1:forged"])
def test_a_browser_that_was_nobodys_keeps_nothing(cast, said):
    stranger = Client()
    if said is not None:
        stranger.cookies[f"{settings.COOKIE_PREFIX}whose"] = said
    answer = stranger.post(ADD, deed(cast))
    assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={ADD}")


def test_what_another_site_sends_is_not_kept(cast, strict):
    for headers in ({"Origin": "http://elsewhere.example"}, {}, {"Origin": "null"}):
        answer = strict.post(ADD, deed(cast, csrfmiddlewaretoken="x" * 64), headers=headers)
        assert answer.status_code == 403
        assert resume.FIELD not in answer.content.decode()
    assert deeds() == []
