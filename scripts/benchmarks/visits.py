"""Visits to pages in a process of their own: who visits, and how long it takes."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import runs

TURNS = 21

Times = dict[str, float]
"""Milliseconds by page."""


def set_up() -> None:
    """Start Django for a test client, with static files as they lie in the source.

    Beside the project's pages there are those that they are held against.
    """
    import django
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    django.setup()
    from benchmarks.plain import ENGINE

    settings.TEMPLATES = [*settings.TEMPLATES, ENGINE]
    settings.ROOT_URLCONF = "benchmarks.plain"


def client_of(user: Any) -> Any:
    """A browser in which the user is signed in."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client


def visit(client: Any, path: str) -> Callable[[], object]:
    """A visit to the page, which must answer."""

    def ask() -> object:
        response = client.get(path)
        if response.status_code != 200:
            sys.exit(f"{path}: {response.status_code}")
        return response

    return ask


def empty_page(client: Any) -> Callable[[], object]:
    """A visit to a page with nothing in it, answered as every page is: session, user, duties, frame."""
    from django.urls import reverse

    return visit(client, reverse("empty"))


def queries(ask: Callable[[], object]) -> int:
    """How many queries a visit takes once the process is warm."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def medians(visits: dict[str, Callable[[], object]], turns: int = TURNS) -> Times:
    """The median time of each, all of them taking turns once they are warm."""
    for ask in visits.values():
        ask()
    times: dict[str, list[float]] = {name: [] for name in visits}
    for _ in range(turns):
        for name, ask in visits.items():
            times[name].append(runs.timed(ask) * 1000)
    return {name: statistics.median(taken) for name, taken in times.items()}
