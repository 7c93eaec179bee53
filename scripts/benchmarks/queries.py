"""How many queries each page takes at 3 members and at 3,000."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from benchmarks import runs
from benchmarks.report import Row

FEW, MANY = 3, 3_000
PAGED = 1
"""A list of several pages takes one query more: for the keys of the page."""


def measure() -> Iterator[Row]:
    """Pages whose number of queries grows with the members."""
    few, many = (
        runs.worker("queries", runs.database("--branches", "1", "--members", str(members), "--accounts"))
        for members in (FEW, MANY)
    )
    allowed = {page: few[page] + (PAGED if " list " in page else 0) for page in few}
    more = {page: (few[page], many[page]) for page in few if many[page] > allowed[page]}
    most = max(many.values())
    told = "; ".join(f"{page}: {a} and {b}" for page, (a, b) in sorted(more.items()))
    paged = sum(many[page] > few[page] for page in few)
    yield Row(
        f"Queries of {len(few)} lists and score pages at {FEW} and at {MANY:,} members of one branch; a list "
        "of several pages chooses the keys of a page first, which is one more",
        told or f"none more on {len(few) - paged} pages, one more on {paged} lists, at most {most}",
        "the same, +1 for keys",
        not more,
    )


def _worker() -> dict[str, int]:
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    from members.models import User

    return {
        f"{user.username} {page}": count
        for user in User.objects.order_by("username")
        for page, count in _visit(user)
    }


def _visit(user: Any) -> Iterator[tuple[str, int]]:
    """Every page that the user may open, and how many queries it takes once the process is warm."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(user)
    for name, path in _pages():
        if client.get(path).status_code != 200:
            continue
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        yield name, len(queries)


def _pages() -> Iterator[tuple[str, str]]:
    from django.contrib import admin
    from django.urls import reverse

    from members.enums import OrganisationKind
    from members.models import Organisation, Posting

    yield "home", reverse("home")
    branch = Organisation.objects.get(kind=OrganisationKind.BRANCH)
    for name in ("branch_scores", "branch_print"):
        yield name, reverse(name, args=[branch.code])
    ordinary = Posting.objects.on(date(runs.YEAR, 12, 31)).filter(role__code="community.member")
    member = ordinary.select_related("member").order_by("member__number")[0].member
    yield "member_scores", reverse("member_scores", args=[member.number, runs.YEAR])
    for model in admin.site._registry:
        yield (
            f"list {model._meta.label}",
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        )


if __name__ == "__main__":
    print(json.dumps(_worker()))
