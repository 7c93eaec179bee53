"""What every test gets: a machine that forgives nothing, and a browser where one is asked for."""

import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.template.base import Node
from django.test import override_settings

from members.models import YearLock
from members.services import guards
from reports.models import Notice, NoticeJobPart, NoticePaper
from scoring.services.published import forget

pytest_plugins = ["tests.cast", "tests.press"]

LOOPBACK = ("127.", "::1", "localhost")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: Playwright's event loop stays in the thread, and Django minds it.

    Slow ones go first, so that no worker is left with one of them when the others have nothing to do.
    """
    items.sort(key=lambda item: (_has(item, "e2e"), not _has(item, "slow")))


def _has(item: pytest.Item, marker: str) -> bool:
    return item.get_closest_marker(marker) is not None


# --- the machine ----------------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Nothing outside this machine is spoken to."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test reached out to {address[0]}")
        return connect(self, address)

    return guarded


@pytest.fixture(autouse=True, scope="session")
def machine_elsewhere() -> Iterator[None]:
    """The machine's own clock stands in another zone, where it is mostly another day than in Shanghai."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Etc/GMT+12")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True, scope="session")
def settings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Static files as they lie in the source, uploads in a scratch folder, passwords hashed fast.

    What is done in the background is done at once, in the test's own transaction.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": plain},
        WHITENOISE_AUTOREFRESH=True,  # no warning about a folder that only collectstatic makes
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
        PROGRESS_DIR=tmp_path_factory.mktemp("progress"),
        TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def schemes_read_anew() -> None:
    """Each test takes back the schemes of the one before and publishes its own under the same keys."""
    forget()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file of this run's own, which threads can share and other runs do not touch.

    Nobody misses the data of tests when the power goes: neither engine waits for the disk.
    """
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        database["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;"
    else:
        database.setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """PostgreSQL drops no database that a thread of a live server is still connected to."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def kept_rows_let_go(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test has closed or issued is let go before its database is emptied, row by row, by SQLite."""
    committed = {"transactional_db", "live_server"} & set(request.fixturenames)
    mark = request.node.get_closest_marker("django_db")
    if committed or (mark and mark.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        yield
        YearLock.objects.all().delete()
        if Notice.objects.exists():
            _withdraw_notices()
    else:
        yield


def _withdraw_notices() -> None:
    with guards.lifted(), connection.cursor() as cursor:
        for model in (NoticeJobPart, NoticePaper, Notice):
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')


@pytest.fixture(scope="session")
def short() -> bool:
    """Whether long checks are to run at a small count."""
    return os.environ.get("SHORT", "") not in {"", "no", "0"}


@pytest.fixture(scope="session")
def stride() -> int:
    """The step of walks over what hardly depends on the engine: all on SQLite, each third elsewhere."""
    return 1 if connection.vendor == "sqlite" else 3


# --- undefined template variables -----------------------------------------------------------------


class _Undefined(str):
    """Stands for what a template names and nobody gave: raises in our templates, is empty in Django's own."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: object) -> str:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            node = frame.f_locals.get("self")
            if isinstance(node, Node) and hasattr(node, "origin"):
                origin = str(node.origin.name)
                if Path(origin).is_relative_to(settings.BASE_DIR) and ".venv" not in origin:
                    raise AssertionError(f"undefined in {origin}: {variable}")
                break
            frame = frame.f_back
        return ""


@pytest.fixture(autouse=True, scope="session")
def no_undefined_variables() -> Iterator[None]:
    undefined = _Undefined("%s")
    with pytest.MonkeyPatch.context() as patch:
        for backend in engines.all():
            if isinstance(backend, DjangoTemplates):
                patch.setattr(backend.engine, "string_if_invalid", undefined)
        yield


# --- unordered queries ----------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def shuffled_unless_ordered() -> Iterator[None]:
    """Rows fetched without an order come in a random one, as any database may give them."""
    original = QuerySet._fetch_all

    def fetch_all(self: QuerySet[Any]) -> None:
        query = self.query
        if self._result_cache is not None or self.ordered or _has_no_order_to_give(query):
            return original(self)
        shuffled = query.chain()  # what is made of this queryset later must not inherit the dice
        shuffled.add_ordering("?")
        vars(self)["_query"] = shuffled  # assigning to `query` would also change what rows are made into
        try:
            return original(self)
        finally:
            vars(self)["_query"] = query

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "_fetch_all", fetch_all)
        yield


def _has_no_order_to_give(query: Any) -> bool:
    return bool(query.combinator or query.distinct or query.group_by is not None)


# --- the browser ----------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """In browser tests the ORM is used while Playwright's event loop runs: until their database is emptied.

    They go last, so that nothing else is forgiven by it.
    """
    if item.get_closest_marker("e2e"):
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's own Chromium; without one browser tests are skipped, but not on a machine that judges."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium is installed")
    return {**browser_type_launch_args, "executable_path": path, "args": BROWSER_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
