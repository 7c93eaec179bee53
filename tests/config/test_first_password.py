"""A password that somebody else has set: nothing opens before its user has changed it."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.test import Client

from members.models import LogRow, User
from members.services import accounts
from tests.cast import PASSWORD, Cast

LOGIN, CHANGE = "/accounts/login/", "/accounts/password/"
GIVEN, OWN = "given by another 1", "chosen by myself 2"
PAGES = ["/", "/admin/", "/guide/", "/branches/DT0101/scores/", "/admin/scoring/entry/export/"]


def signed_in(username: str, password: str) -> Client:
    client = Client()
    assert client.post(LOGIN, {"username": username, "password": password}).status_code == 302
    return client


def changed(client: Client, old: str, new: str, **more: str):
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new, **more})


@pytest.fixture
def given(cast: Cast) -> Client:
    """The owner, signed in with a password that the administrator has set."""
    accounts.set_password(by=cast.by(cast.administrator), user=cast.owner, password=GIVEN)
    return signed_in("owner", GIVEN)


def test_nothing_opens_before_it_is_changed_and_everything_after(given: Client) -> None:
    for page in PAGES:
        answer = given.get(page)
        assert (answer.status_code, answer["Location"]) == (302, CHANGE), page
    assert changed(given, GIVEN, GIVEN).status_code == 200  # the same is no other
    assert given.get("/").status_code == 302
    assert changed(given, GIVEN, OWN).status_code == 302
    assert given.get("/").status_code == 200
    assert signed_in("owner", OWN).get("/").status_code == 200


def test_it_holds_in_every_browser_until_then(given: Client) -> None:
    other = signed_in("owner", GIVEN)
    changed(given, GIVEN, OWN)
    assert other.get("/")["Location"].startswith(LOGIN)


def test_the_own_change_is_logged_without_the_password(given: Client, cast: Cast) -> None:
    changed(given, GIVEN, OWN)
    row = LogRow.objects.order_by("-pk")[0]
    assert (row.verb, row.actor, row.object_id) == ("set password", cast.owner, str(cast.owner.pk))
    assert (row.before, row.after) == (None, None)


def test_signing_out_and_the_language_open(given: Client) -> None:
    assert given.post("/accounts/language/", {"language": "zh-hant"}).status_code == 302
    assert given.post("/accounts/logout/").status_code in (200, 302)
    assert given.get("/")["Location"].startswith(LOGIN)


def test_an_account_of_the_admin_pages_has_such_a_one_and_the_own_there_is_none(cast: Cast) -> None:
    client = cast.client(cast.administrator)
    sent = {"username": "fresh", "first_name": "新来", "password1": GIVEN, "password2": GIVEN}
    assert client.post("/admin/members/user/add/", sent).status_code == 302
    assert signed_in("fresh", GIVEN).get("/")["Location"] == CHANGE
    accounts.set_password(by=cast.by(cast.administrator), user=cast.administrator, password=GIVEN)
    assert signed_in("administrator", GIVEN).get("/guide/").status_code == 200


def test_one_that_nobody_has_set_again_opens_all(cast: Cast) -> None:
    assert signed_in("owner", PASSWORD).get("/").status_code == 200


def test_a_form_that_comes_before_the_change_is_kept(cast: Cast) -> None:
    client = cast.client(cast.administrator)
    path = f"/admin/members/user/{cast.owner.pk}/change/"
    seen = client.get(path).context["adminform"].form["seen"].value()
    User.objects.filter(pk=cast.administrator.pk).update(password_given=True)
    page = client.post(path, {"first_name": "新名", "is_active": "on", "seen": seen})
    assert page.status_code == 403
    held = re.search(r'name="first-password-typed" value="([^"]+)"', page.content.decode())[1]
    page = changed(client, PASSWORD, OWN, **{"first-password-typed": held}).content.decode()
    assert f'action="{path}"' in page
    assert User.objects.get(pk=cast.owner.pk).first_name != "新名"
    client.post(path, {"resume-typed": re.search(r'name="resume-typed" value="([^"]+)"', page)[1]})
    assert User.objects.get(pk=cast.owner.pk).first_name == "新名"


def test_the_demo_s_accounts_open_at_once(db: None, capsys) -> None:
    call_command("seed_demo", "--accounts", "--branches", "2", "--members", "12", "--entries-per-member", "2")
    assert not User.objects.filter(password_given=True).exists()
    assert signed_in("gongwei", "dongtang-demo").get("/").status_code == 200
