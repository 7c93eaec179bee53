"""Pages of a branch against Django's plain list of its members, those over a subtree against its scoring."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

from benchmarks import runs
from benchmarks.report import Row
from benchmarks.visits import TURNS, Times, client_of, empty_page, medians, set_up, visit

SIZE = 40
"""Members of the branch whose pages are measured; of all branches the one that comes nearest."""
DISTRICT = ("--branches", "300", "--members", "10000", "--entries-per-member", "60")
LIMIT = ("--branches", "12", "--members", "300", "--accounts")
"""As many members as go on one page (`MOST_ROWS`)."""
LAST = date(runs.YEAR, 12, 31)


def measure() -> Iterator[Row]:
    """The worst page of each kind, and all of them by their ratios."""
    copied = runs.SHELF / "pages.sqlite3"
    runs.copy(runs.database(*DISTRICT), copied)
    plain, members, times = runs.worker("pages", copied, "branch")
    yield _row(
        f"Pages of a branch of {members} in a sub-district of 10,000, with 60 entries for each, against the "
        f"list of its members in Django's own admin ({TURNS} turns, medians)",
        {page: (taken, plain) for page, taken in times.items()},
        2,
    )
    runs.copy(runs.database(*LIMIT), copied)
    members, pairs = runs.worker("pages", copied, "subtree")
    yield _row(
        f"Pages over a subtree of {members}, the most that go on one page, against the scoring of the same "
        f"organisations and an empty page ({TURNS} turns, medians)",
        pairs,
        1.5,
    )


def _row(what: str, pairs: dict[str, tuple[float, float]], most: float) -> Row:
    ratios = {page: taken / allowed for page, (taken, allowed) in pairs.items()}
    worst, *others = sorted(ratios, key=lambda page: -ratios[page])
    taken, allowed = pairs[worst]
    told = [f"{page} {ratios[page]:.2f} ×" for page in others]
    return Row(
        what,
        f"{worst} {taken:.0f} ms / {allowed:.0f} ms = {ratios[worst]:.2f} ×; " + ", ".join(told),
        f"{most:g} ×",
        ratios[worst] <= most,
    )


def _worker(what: str) -> object:
    set_up()
    return _branch() if what == "branch" else _subtree()


def _branch() -> tuple[float, int, Times]:
    """The plain list, how many members it lists, and the pages of the branch's secretary."""
    from django.conf import settings
    from django.db.models import Count

    from members.enums import OrganisationKind
    from members.models import Posting, User

    held = Posting.objects.on(LAST).filter(organisation__kind=OrganisationKind.BRANCH)
    counted = held.values_list("organisation").annotate(Count("pk")).order_by("organisation")
    key, members = min(counted, key=lambda branch: abs(branch[1] - SIZE))
    branch = held.filter(organisation=key).select_related("organisation")[0].organisation
    settings.PLAIN_BRANCH = branch.code
    root = User.objects.create_superuser("root")
    plain = visit(client_of(root), "/plain/members/member/")
    user = _secretary(branch)
    client = client_of(user)
    pages = {name: visit(client, path) for name, path in _pages(client, user, branch)}
    times = medians({"": plain, **pages})
    return times.pop(""), members, times


def _secretary(branch: Any) -> Any:
    from django.utils import timezone

    from members.enums import DutyKind
    from members.services import duties
    from members.services.by import By

    by = By.operator(timezone.now())
    user = duties.open_account(by=by, username="secretary", password="-", full_name="-")
    start = date(runs.YEAR, 1, 1)
    duties.assign_duty(by=by, user=user, kind=DutyKind.SECRETARY, organisation=branch, start=start)
    return user


def _pages(client: Any, user: Any, branch: Any) -> Iterator[tuple[str, str]]:
    """Every page of the branch that its secretary may open, and its address."""
    from django.contrib import admin
    from django.urls import reverse
    from django.utils import timezone

    from members.models import Posting
    from members.scope import Scope

    scope = Scope.of(user, timezone.localdate())
    posting = Posting.objects.on(LAST).filter(organisation=branch, role__code="community.member")
    number = posting.order_by("member__number").values_list("member__number", flat=True)[0]
    yield "first page", reverse("home")
    yield "scores", reverse("branch_scores", args=[branch.code]) + f"?year={runs.YEAR}"
    yield "derivation", reverse("member_scores", args=[number, runs.YEAR])
    for model in admin.site._registry:
        name, label = f"admin:{model._meta.app_label}_{model._meta.model_name}", model._meta.model_name
        for page, path in (("list", reverse(f"{name}_changelist")), ("form", reverse(f"{name}_add"))):
            if client.get(path).status_code == 200:
                yield f"{label} {page}", path
        seen = getattr(model._default_manager, "visible_to", None)
        stored = seen(scope).first() if seen else None
        if stored and client.get(path := reverse(f"{name}_change", args=[stored.pk])).status_code == 200:
            yield f"{label} stored", path


def _subtree() -> tuple[int, dict[str, tuple[float, float]]]:
    """How many members there are, and each page of the committee with what it is held against."""
    from django.urls import reverse

    from appraisal.services.results import results
    from members.enums import DutyKind
    from members.models import Organisation, User
    from reports.desk.services.units import below

    user = User.objects.filter(duties__kind=DutyKind.COMMITTEE)[0]
    root = Organisation.objects.order_by("path")[0]
    client = client_of(user)
    empty = empty_page(client)

    def bare() -> None:
        list(results(year=runs.YEAR, as_of=LAST, within=root))
        empty()

    scores = reverse("branch_scores", args=[root.code]) + f"?year={runs.YEAR}"
    pages = {"scores": visit(client, scores), "first page": visit(client, reverse("home"))}
    times = medians({"": bare, **pages})
    allowed = times.pop("")
    members = sum(unit.members for unit in below([root], LAST))
    return members, {page: (taken, allowed) for page, taken in times.items()}


if __name__ == "__main__":
    print(json.dumps(_worker(sys.argv[1])))
