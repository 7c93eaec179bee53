"""The second factor: what opens with the password alone, the codes that are taken, and who resets it."""

from __future__ import annotations

import hmac
import re
import struct
import threading
from datetime import timedelta

import pytest
from axes.handlers import proxy
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.utils import timezone

from members.models import LogRow, SecondFactor, User
from members.services import second_factor
from members.services.by import By
from tests.cast import NOW, PASSWORD, Cast

LOGIN, SET_UP = "/accounts/login/", "/accounts/second-step/"
CODE, TYPED = "second-step-code", "second-step-typed"


def shown(secret: str, moment) -> str:
    """What a device shows, by RFC 6238 and 4226 and none of the product's code."""
    counter = struct.pack(">Q", int(moment.timestamp()) // 30)
    mac = hmac.new(bytes.fromhex(secret), counter, "sha1").digest()
    place = mac[-1] & 15
    number = struct.unpack(">I", mac[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def test_the_device_of_the_rfc():
    """Appendix B of RFC 6238, cut to six digits."""
    secret = b"12345678901234567890".hex()
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert shown(secret, timezone.datetime.fromtimestamp(seconds, tz=NOW.tzinfo)) == code


@pytest.fixture(params=["offered", "required"])
def asked(request, settings) -> str:
    settings.SECOND_FACTOR = request.param
    return request.param


@pytest.fixture(autouse=True)
def axes_clock(monkeypatch):
    """The lock keeps a hold of the clock of its own."""
    monkeypatch.setattr(proxy, "now", lambda: NOW)


@pytest.fixture
def clock(cast, monkeypatch):
    """Moves the clock to so many seconds after the cast's moment; says the moment."""

    def move(seconds: float):
        moment = NOW + timedelta(seconds=seconds)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return move


def equipped(cast: Cast, user: User) -> tuple[str, list[str]]:
    """Give the account a factor, confirmed ten minutes before the cast's moment: secret, recovery codes."""
    secret = second_factor.begin(user=user).secret
    before = NOW - timedelta(minutes=10)
    return secret, second_factor.confirm(by=By.person(user, before), code=shown(secret, before))


def signed_in(username: str) -> Client:
    """A browser in which the password was given, and nothing after it."""
    client = Client()
    answer = client.post(LOGIN, {"username": username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def typed(page) -> str:
    """What a page keeps of a form that came too early."""
    return re.search(rf'name="{TYPED}" value="([^"]+)"', page.content.decode())[1]


def opens(client: Client, path: str = "/") -> bool:
    """Whether a page opens; it does not where the code, or setting one up, stands in its place."""
    answer = client.get(path)
    return answer.status_code == 200 and CODE not in answer.content.decode()


def test_off_asks_for_nothing(cast: Cast) -> None:
    equipped(cast, cast.committee)
    assert opens(signed_in("committee"))
    assert "second-step" not in Client().get(LOGIN).content.decode()


PAGES = ["/", "/admin/", "/admin/members/logrow/", "/admin/members/user/", "/search/", "/accounts/password/",
         "/admin/members/logrow/export/", "/guide/", "/schemes/"]  # fmt: skip


@pytest.mark.parametrize("username", ["committee", "administrator"])
def test_no_page_opens_with_the_password_alone(cast: Cast, asked: str, username: str) -> None:
    user = User.objects.get(username=username)
    secret, _codes = equipped(cast, user)
    client = signed_in(username)
    for path in [*PAGES, SET_UP]:
        assert not opens(client, path), path
    page = client.get("/").content.decode()
    assert str(user) not in page  # nor does the header tell anything yet
    answer = client.post("/", {CODE: shown(secret, NOW)})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert opens(client)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_get_one_factor(cast: Cast) -> None:
    """The later one waits for the earlier one, and begins anew."""
    begun, outcome = threading.Event(), []

    def second() -> None:
        try:
            begun.wait(10)
            outcome.append(second_factor.begin(user=cast.committee).secret)
        except IntegrityError:
            outcome.append("refused")
        finally:
            connections.close_all()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        second_factor.begin(user=cast.committee)
        begun.set()
        thread.join(1)
        assert outcome == []
    thread.join(10)
    assert outcome == [SecondFactor.objects.get().secret]


def test_where_it_is_required_nothing_opens_before_it_is_set_up(cast: Cast, settings, clock) -> None:
    settings.SECOND_FACTOR = "required"
    client = signed_in("committee")
    for path in PAGES:
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, SET_UP), path
    client.post(SET_UP, {"do": "begin"})
    assert client.get(SET_UP, {"picture": "svg"})["Content-Type"] == "image/svg+xml"
    secret = SecondFactor.objects.get().secret
    assert not opens(client, "/search/")
    wrong = client.post(SET_UP, {"do": "confirm", "code": "000000"})
    assert 'role="alert"' in wrong.content.decode()
    done = client.post(SET_UP, {"do": "confirm", "code": shown(secret, NOW)}).content.decode()
    assert len(re.findall(r"<li><code>[0-9a-f]{10}</code>", done)) == 8
    assert opens(client)
    assert client.get(SET_UP, {"picture": "svg"}).status_code == 404
    assert secret not in client.get(SET_UP).content.decode()


def test_a_form_that_comes_before_it_is_set_up_is_kept_until_it_is(cast: Cast, settings) -> None:
    client = signed_in("administrator")
    path = f"/admin/members/user/{cast.owner.pk}/change/"
    seen = client.get(path).context["adminform"].form["seen"].value()
    settings.SECOND_FACTOR = "required"
    page = client.post(path, {"first_name": "新名", "is_active": "on", "seen": seen, "do": "confirm"})
    assert page.status_code == 403
    page = client.post(SET_UP, {"do": "begin", TYPED: typed(page)})
    secret = SecondFactor.objects.get().secret
    page = client.post(SET_UP, {"do": "confirm", "code": "000000", TYPED: typed(page)})
    page = client.post(SET_UP, {"do": "confirm", "code": shown(secret, NOW), TYPED: typed(page)})
    text = page.content.decode()
    assert len(re.findall(r"<li><code>[0-9a-f]{10}</code>", text)) == 8
    assert f'action="{path}"' in text
    assert User.objects.get(pk=cast.owner.pk).first_name != "新名"
    again = re.search(r'name="resume-typed" value="([^"]+)"', text)[1]
    client.post(path, {"resume-typed": again})
    assert User.objects.get(pk=cast.owner.pk).first_name == "新名"


def test_a_secretary_is_asked_for_none(cast: Cast, settings) -> None:
    settings.SECOND_FACTOR = "required"
    client = signed_in("owner")
    assert opens(client)
    assert client.get(SET_UP).status_code == 404


def test_a_code_is_taken_once(cast: Cast, asked: str, clock) -> None:
    secret, _codes = equipped(cast, cast.committee)
    code = shown(secret, NOW)
    first, second = signed_in("committee"), signed_in("committee")
    assert first.post("/", {CODE: code}).status_code == 302
    assert second.post("/", {CODE: code}).status_code == 200
    assert not opens(second)
    moment = clock(30)
    assert second.post("/", {CODE: shown(secret, moment)}).status_code == 302
    assert opens(second)


@pytest.mark.parametrize(("late", "taken"), [(-90, False), (-30, True), (0, True), (30, True), (90, False)])
def test_clocks_may_differ_by_half_a_minute(cast: Cast, asked: str, late: int, taken: bool) -> None:
    secret, _codes = equipped(cast, cast.committee)
    client = signed_in("committee")
    client.post("/", {CODE: shown(secret, NOW + timedelta(seconds=late))})
    assert opens(client) is taken


def test_a_recovery_code_is_taken_once_and_logged(cast: Cast, asked: str) -> None:
    _secret, codes = equipped(cast, cast.committee)
    first, second = signed_in("committee"), signed_in("committee")
    assert first.post("/", {CODE: codes[3].upper()}).status_code == 302
    assert LogRow.objects.order_by("-pk")[0].verb == "use recovery code"
    assert second.post("/", {CODE: codes[3]}).status_code == 200
    assert second.post("/", {CODE: codes[4]}).status_code == 302
    stored = SecondFactor.objects.get()
    assert len(stored.recovery) == 6
    assert not set(codes) & set(stored.recovery)


def test_guessing_is_counted_with_the_passwords_and_locks(cast: Cast, asked: str) -> None:
    """Not even giving the password again in between begins the count anew."""
    secret, _codes = equipped(cast, cast.committee)
    statuses = []
    for number in range(5):
        client = signed_in("committee")
        statuses.append(client.post("/", {CODE: f"00000{number}"}).status_code)
    assert statuses == [200, 200, 200, 200, 429]
    assert client.post("/", {CODE: shown(secret, NOW)}).status_code == 429
    assert Client().post(LOGIN, {"username": "committee", "password": PASSWORD}).status_code == 429


def test_another_address_brings_no_further_tries(cast: Cast, asked: str, clock, monkeypatch) -> None:
    secret, _codes = equipped(cast, cast.committee)
    statuses = []
    for number in range(5):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        client.post(LOGIN, {"username": "committee", "password": PASSWORD})
        statuses.append(client.post("/", {CODE: f"00000{number}"}).status_code)
    assert statuses == [200, 200, 200, 200, 429]
    fresh = Client(REMOTE_ADDR="10.0.0.99")
    assert fresh.post(LOGIN, {"username": "committee", "password": PASSWORD}).status_code == 302
    assert fresh.post("/", {CODE: shown(secret, NOW)}).status_code == 429
    later = clock(15 * 60 + 1)
    monkeypatch.setattr(proxy, "now", lambda: later)
    assert fresh.post("/", {CODE: shown(secret, later)}).status_code == 302


def test_wrong_passwords_elsewhere_shut_nobody_out_of_the_second_step(cast: Cast, asked: str) -> None:
    """Not even under the name by which wrong codes are kept apart."""
    secret, _codes = equipped(cast, cast.committee)
    other = Client(REMOTE_ADDR="10.0.0.1", HTTP_USER_AGENT=CODE)
    for _ in range(6):
        other.post(LOGIN, {"username": "committee", "password": "guess"})
    client = signed_in("committee")
    assert client.post("/", {CODE: shown(secret, NOW)}).status_code == 302


def test_the_right_code_forgets_the_failures(cast: Cast, asked: str) -> None:
    secret, codes = equipped(cast, cast.committee)
    client = signed_in("committee")
    for _ in range(4):
        client.post("/", {CODE: "000000"})
    assert client.post("/", {CODE: shown(secret, NOW)}).status_code == 302
    again = signed_in("committee")
    assert [again.post("/", {CODE: "000000"}).status_code for _ in range(4)] == [200] * 4
    assert again.post("/", {CODE: codes[0]}).status_code == 302


def test_a_form_that_comes_before_the_code_is_sent_with_it(cast: Cast, asked: str, settings) -> None:
    secret, _codes = equipped(cast, cast.administrator)
    client = signed_in("administrator")
    path = f"/admin/members/user/{cast.owner.pk}/change/"
    settings.SECOND_FACTOR = "off"
    seen = cast.client(cast.administrator).get(path).context["adminform"].form["seen"].value()
    settings.SECOND_FACTOR = asked
    page = client.post(path, {"first_name": "新名", "is_active": "on", "seen": seen})
    assert page.status_code == 403
    assert User.objects.get(pk=cast.owner.pk).first_name != "新名"
    client.post(path, {CODE: shown(secret, NOW), TYPED: typed(page)})
    assert User.objects.get(pk=cast.owner.pk).first_name == "新名"


def test_a_lock_does_not_lose_the_form_that_came_before_the_code(
    cast: Cast, asked: str, settings, clock, monkeypatch
) -> None:
    secret, _codes = equipped(cast, cast.administrator)
    client = signed_in("administrator")
    path = f"/admin/members/user/{cast.owner.pk}/change/"
    settings.SECOND_FACTOR = "off"
    seen = cast.client(cast.administrator).get(path).context["adminform"].form["seen"].value()
    settings.SECOND_FACTOR = asked
    page = client.post(path, {"first_name": "新名", "is_active": "on", "seen": seen})
    statuses = []
    for number in range(6):
        page = client.post(path, {CODE: f"00000{number}", TYPED: typed(page)})
        statuses.append(page.status_code)
    assert statuses == [403] * 4 + [429] * 2
    assert "15" in page.content.decode()
    later = clock(15 * 60 + 1)
    monkeypatch.setattr(proxy, "now", lambda: later)
    client.post(path, {CODE: shown(secret, later), TYPED: typed(page)})
    assert User.objects.get(pk=cast.owner.pk).first_name == "新名"


def test_the_session_gets_a_new_key(cast: Cast, asked: str) -> None:
    secret, _codes = equipped(cast, cast.committee)
    client = signed_in("committee")
    before = client.session.session_key
    client.post("/", {CODE: shown(secret, NOW)})
    assert client.session.session_key != before
    assert client.session[SESSION_KEY] == str(cast.committee.pk)


def test_another_administrator_resets_it_and_the_log_says_so(cast: Cast, settings) -> None:
    settings.SECOND_FACTOR = "offered"
    equipped(cast, cast.committee)
    client = cast.client(cast.administrator)
    path = f"/admin/members/user/{cast.committee.pk}/second-factor/"
    assert client.get(path).status_code == 200
    assert SecondFactor.objects.exists()
    client.post(path)
    assert not SecondFactor.objects.exists()
    row = LogRow.objects.order_by("-pk")[0]
    assert (row.verb, row.actor, row.object_id) == (
        "reset second factor", cast.administrator, str(cast.committee.pk),
    )  # fmt: skip
    assert opens(signed_in("committee"))


def test_the_operator_resets_the_only_administrator_s_and_the_log_says_so(
    cast: Cast, asked: str, settings, capsys
) -> None:
    settings.LANGUAGE_CODE = "en"
    equipped(cast, cast.administrator)
    assert not opens(signed_in("administrator"))
    call_command("reset_second_factor", "administrator")
    assert not SecondFactor.objects.exists()
    row = LogRow.objects.order_by("-pk")[0]
    assert (row.verb, row.actor, row.object_id) == (
        "reset second factor", None, str(cast.administrator.pk),
    )  # fmt: skip
    assert capsys.readouterr().out.endswith(" was reset.\n")
    for name, said in (("administrator", "no second factor"), ("nobody at all", "nobody at all")):
        with pytest.raises(SystemExit):
            call_command("reset_second_factor", name)
        assert said in capsys.readouterr().err
    assert LogRow.objects.order_by("-pk")[0] == row


def test_nobody_resets_the_own_one_or_without_the_duty(cast: Cast) -> None:
    equipped(cast, cast.administrator)
    own = f"/admin/members/user/{cast.administrator.pk}/second-factor/"
    cast.client(cast.administrator).post(own)
    for user in (cast.committee, cast.owner):
        assert cast.client(user).post(own).status_code == 404
    assert SecondFactor.objects.exists()
    said = str(LogRow.objects.order_by("pk").values_list("before", "after"))
    assert SecondFactor.objects.get().secret not in said
