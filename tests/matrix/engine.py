"""The engine: sends the requests of cells and tells every cell that is not as the policy says."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from http.cookies import SimpleCookie
from typing import Any

import pdfplumber
from django.db import connection, transaction
from django.test import Client

from members.errors import OutOfScope, Refused
from members.models import User
from tests import rows
from tests.matrix.cell import Cell
from tests.matrix.cells import cells, closed_to
from tests.matrix.forms import Forms
from tests.matrix.people import PEOPLE, hidden_from
from tests.matrix.world import World

OURS = re.compile(r'^(INSERT INTO|UPDATE|DELETE FROM) "(members|scoring|appraisal|reports)_')
WRITING = re.compile(
    r"/admin/\w+/\w+/add/|/activities/new/|/members/[^/\"]+/(transfer|role|ending|leave)/"
    r"|/branches/[^/\"]+/(adjustment/|notices/\?kind)|href=\"\?kind="
    r"|<form method=\"post\"((?!</form>).)*type=\"submit\"",
    re.DOTALL,
)
"""A way to a form, or one that can be sent."""
SIGN_IN = ("/accounts/login/", "/admin/login/")
WAY = re.compile(r'href="(/(admin/\w+/\w+/[^/"?]+|(?:branches|members)/[^/"]+)/)')
"""An address of something: of a row in the admin, a branch or a member."""
SHORT = 4
"""What has been typed may come back; a canary is not shorter than that."""
NOT_WRITTEN_BY_HAND = ('UPDATE "members_user" SET "last_login"',)


class Matrix:
    """The world with a browser for each kind of user."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._clients: dict[Any, tuple[Client, str]] = {}
        self.count = 0
        for who in PEOPLE:
            self.client(self.user(who))
        self.forms = Forms(world, self.client)
        self._closed: dict[str, set[str]] = {}

    def user(self, who: str) -> User | None:
        """The account of a kind of user."""
        name = PEOPLE[who].username
        if name is None:
            return None
        return self.world.both if name == "both" else getattr(self.world.cast, name)

    def client(self, user: User | None) -> Client:
        """The user's browser, signed in as at first, whatever was answered since."""
        key = None if user is None else user.pk
        if key not in self._clients:
            client = Client(raise_request_exception=False)
            if user is not None:
                client.force_login(user)
            self._clients[key] = client, client.cookies.output(header="", sep=";")
        client, cookies = self._clients[key]
        client.cookies = SimpleCookie(cookies)
        return client

    def cells(self, who: str) -> Iterator[Cell]:
        """The cells of one kind of user."""
        return cells(self.world, who, self.forms)

    def violations(self, asked: Iterable[Cell]) -> Iterator[str]:
        """What is wrong with each cell that is not as expected."""
        for cell in asked:
            self.count += 1
            yield from (f"{cell} {cell.url}: {problem}" for problem in self.problems(cell))

    def problems(self, cell: Cell) -> Iterator[str]:
        """What is wrong with one cell; whatever it stores is taken back."""
        written: list[str] = []
        with transaction.atomic():
            with connection.execute_wrapper(_watching(written)):
                found = list(self._called(cell) if cell.call else self._requested(cell))
            stored = bool(written) and rows.stored() != self.world.before
            transaction.set_rollback(True)
        yield from found
        if cell.method == "GET" and written:
            yield f"a GET writes: {written[0][:60]}"
        elif stored != cell.stores:
            yield "is stored" if stored else "is not stored"

    def _requested(self, cell: Cell) -> Iterator[str]:
        client = self.client(self.user(cell.person))
        response = (client.get if cell.method == "GET" else client.post)(cell.url, cell.data or None)
        seen = said(response)
        for typed in map(str, cell.data.values()):
            seen = seen.replace(typed, "") if len(typed) > SHORT else seen
        if response.status_code not in cell.statuses:
            yield f"answers {response.status_code}, not {cell.statuses}"
        elif cell.login and not response["Location"].startswith(SIGN_IN):
            yield f"leads to {response['Location']}"
        if cell.readonly and WRITING.search(seen.partition("<main")[2]):
            yield "leads a reader to a form"
        yield from _leaks(cell, seen)
        ways = {way[0] for way in WAY.findall(seen)}
        yield from (f"leads to {way}" for way in ways & self._closed_to(cell.person))

    def _closed_to(self, who: str) -> set[str]:
        if who not in self._closed:
            self._closed[who] = closed_to(self.world, PEOPLE[who])
        return self._closed[who]

    def _called(self, cell: Cell) -> Iterator[str]:
        assert cell.call is not None
        user = self.user(cell.person)
        assert user is not None
        by = self.world.cast.by(user)
        try:
            with transaction.atomic():
                found = cell.call(by)
        except OutOfScope:
            answer = 404
        except Refused as refusal:
            answer = 400
            if answer not in cell.statuses:
                yield " ".join(refusal.messages)
        else:
            answer = 200 if found or not cell.finds else 404
            if cell.finds:
                yield from _leaks(cell, str(found))
        if answer not in cell.statuses:
            yield f"ends with {answer}, not {cell.statuses}"


def _leaks(cell: Cell, seen: str) -> Iterator[str]:
    yield from (f"shows {text}" for text in hidden_from(PEOPLE[cell.person], cell.subject) if text in seen)


def _watching(written: list[str]) -> Callable[..., Any]:
    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if OURS.match(sql) and not sql.startswith(NOT_WRITTEN_BY_HAND):
            written.append(sql)
        return execute(sql, params, many, context)

    return watch


def said(response: Any) -> str:
    """All text of a response: headers, and of PDF, workbooks and JSON what a reader makes of them."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    heads = "\n".join(f"{name}: {value}" for name, value in response.items())
    heads += response.cookies.output()
    kind = response.get("Content-Type", "").partition(";")[0]
    if content.startswith(b"%PDF-") and kind == "application/pdf":
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            text = "".join(page.extract_text() for page in pdf.pages).replace("\n", "")
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = "\n".join(package.read(name).decode(errors="replace") for name in package.namelist())
            text = html.unescape(parts)  # some writers of XML spell Chinese out as numbers
    elif kind == "application/json":
        text = json.dumps(json.loads(content), ensure_ascii=False)
    else:
        text = content.decode(errors="replace")
    return heads + text
