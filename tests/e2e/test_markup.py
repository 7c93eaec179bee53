"""What people type stays text: markup in every text field, on every page that shows it, in Chromium."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.urls import reverse
from django.utils.http import urlencode

from members.enums import DutyKind, OrganisationKind
from members.models import Member, Organisation, User
from members.services import duties, log, organisations
from tests import pages, rows
from tests.cast import SINCE, Cast
from tests.e2e.conftest import Visitor
from tests.e2e.payloads import PAYLOADS
from tests.e2e.samples import READERS, every_row, values

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.shows]

TRACES = """() => ({
    title: document.title,
    planted: document.querySelectorAll("[planted]").length,
    text: [
        document.body.innerText,
        ...[...document.querySelectorAll("input, textarea")].map(one => one.value),
    ].join("\\n").replace(/\\s+/g, " "),
})"""
LEFT_OUT = ("does not conform to the required format", "cannot be parsed, or is out of range")
"""What the browser says when it shows an input of days or figures empty instead of what was asked."""
NOT_TYPED = {"path", "password", "name_key", "initials", "title_key"}
"""Text fields that nobody fills in as they stand."""


@dataclass
class Planted:
    """The rows that hold one payload: what was stored by row and field, and how often it was refused."""

    code: str
    number: str
    stored: dict[models.Model, dict[str, str]] = field(default_factory=dict)
    refused: int = 0


class Watch:
    """A browser that keeps count of pages and of whatever ran on them."""

    def __init__(self, one: Visitor) -> None:
        self.one, self.pages = one, 0
        self.wrong: list[tuple[str, list[str]]] = []
        self.ran: list[str] = []
        one.page.on("dialog", self._dialog)
        one.page.on("request", self._request)

    def open(self, path: str) -> str:
        """Open a page, note what ran there, and return the text that it shows."""
        self.one.open(path)
        return self.look(path)

    def look(self, path: str) -> str:
        """Note what ran on the page that stands open, and return the text that it shows."""
        self.pages += 1
        found = self.one.page.evaluate(TRACES)
        complaints = [said for said in self.one.complaints if not any(part in said for part in LEFT_OUT)]
        traces = [*self.ran, *complaints, *self.one.strangers]
        if found["planted"]:
            traces.append(f"{found['planted']} elements planted")
        if found["title"] == "ran":
            traces.append("title set")
        if traces:
            self.wrong.append((path, traces))
        for noted in (self.ran, self.one.complaints, self.one.strangers):
            noted.clear()
        return found["text"]

    def _dialog(self, dialog) -> None:
        self.ran.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, request) -> None:
        if request.url.endswith("/ran"):
            self.ran.append(f"asked for {request.url}")


def typed(model: type[models.Model]) -> list[models.Field]:
    """The text fields of a model that people fill in; none where nobody writes the model."""
    page = admin.site._registry.get(model)
    if page is None or not page.policy.writers:
        return []
    return [
        one
        for one in model._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField)
        and one.editable and not one.choices and one.name not in NOT_TYPED
    ]  # fmt: skip


def plant(cast: Cast, number: int, payload: str) -> Planted:
    """A branch with a row of every model, and the payload in every text field that takes it."""
    planted = Planted(f"DTX{number:02}", f"X{number:03}")
    organisation = organisations.found(
        by=cast.operator,
        code=planted.code,
        name=f"支部{number}",
        kind=OrganisationKind.BRANCH,
        parent=Organisation.objects.get(code="DT01"),
    )
    cast.organisations[planted.code] = organisation
    cast.admit(planted.number, f"党员{number}", planted.code)
    made = rows.of_members(cast, planted.code, planted.number, str(number))
    made[Organisation] = organisation
    made[User] = duties.open_account(
        by=cast.operator, username=f"user{number}", password="long enough 1", full_name="来客"
    )
    for model, row in made.items():
        for one in typed(model):
            if (value := taken(model, row.pk, one, payload)) is None:
                planted.refused += 1
            else:
                planted.stored.setdefault(row, {})[one.name] = value
    planted.code = Organisation.objects.get(pk=organisation.pk).code
    planted.number = Member.objects.get(pk=made[Member].pk).number
    with transaction.atomic():
        for row, facts in planted.stored.items():
            log.record(
                by=cast.operator, verb="correct entry", obj=row, organisation=organisation, after=facts
            )
    return planted


def taken(model: type[models.Model], pk: int, one: models.Field, payload: str) -> str | None:
    """Store the payload in one field; what stands there then, or None where it is refused."""
    row = model._base_manager.get(pk=pk)
    setattr(row, one.name, payload)
    others = {other.name for other in model._meta.fields} - {one.name}
    try:
        row.full_clean(exclude=others)
        with transaction.atomic():
            model._base_manager.filter(pk=pk).update(**{one.name: getattr(row, one.name)})
    except (ValidationError, DatabaseError, ValueError):
        return None
    return str(getattr(row, one.name))


@pytest.fixture
def planted(filled: Cast, short: bool) -> list[tuple[str, Planted]]:
    """Every payload, or a few, with the rows that hold it."""
    duties.assign_duty(
        by=filled.operator,
        user=filled.owner,
        kind=DutyKind.SECRETARY,
        organisation=filled.organisations["DT01"],
        start=SINCE,
    )
    chosen = list(enumerate(PAYLOADS))[:: 9 if short else 1]
    return [(payload, plant(filled, number, payload)) for number, payload in chosen]


def addresses_of(planted: Planted) -> Iterator[tuple[str, models.Model | None, str]]:
    """Where the rows of one payload are shown: who reads them, the row whose form it is, and the address."""
    for row in planted.stored:
        if not admin.site.is_registered(type(row)):
            continue  # a ballot is shown on the pages of its own, below
        reader = "administrator" if isinstance(row, User) else "owner"
        meta = row._meta
        for page in ("change", "history", "delete"):
            path = reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[row.pk])
            yield reader, row if page == "change" else None, path
    yield "owner", None, "/"
    yield "owner", None, reverse("branch_scores", args=[planted.code])
    yield "owner", None, reverse("ballot", args=[planted.code, rows.YEAR - 1])
    yield "owner", None, reverse("member_scores", args=[planted.number, rows.YEAR])


def shown(text: str) -> str:
    """A text as it is compared: a browser shows white space as one space and no NUL, or a sign for it."""
    return " ".join(text.replace("\x00", "").replace("\ufffd", "").split())


def reflected(payload: str) -> list[str]:
    """Addresses that say again what was asked."""
    asked = {"q": payload, "year": payload, "as_of": payload, "next": payload, "p": payload, "o": payload}
    query = urlencode(asked)
    lists = ("members_member", "scoring_entry", "members_organisation")
    return [
        *(reverse(f"admin:{name}_changelist") + "?" + urlencode({"q": payload}) for name in lists),
        f"/branches/DT0101/scores/?{query}",
        f"/members/M001/scores/2025/?{query}",
        f"/admin/scoring/entry/?{urlencode({'date__year': payload})}",
        f"/admin/autocomplete/?{urlencode({'term': payload})}",
    ]


def test_nothing_runs_that_people_type(
    filled: Cast,
    planted: list[tuple[str, Planted]],
    visitor: Callable[..., Visitor],
    capsys: pytest.CaptureFixture[str],
) -> None:
    watches = {name: Watch(visitor(getattr(filled, name))) for name in READERS}
    unseen = []
    for payload, held in planted:
        User.objects.filter(pk=filled.owner.pk).update(last_name=payload[:150].replace("\x00", ""))
        for reader, row, path in addresses_of(held):
            text = watches[reader].open(path)
            if row is not None:
                facts = held.stored[row].items()
                unseen += [(path, name, value) for name, value in facts if shown(value) not in shown(text)]
        for path in reflected(payload):
            watches["owner"].open(path)
    at, _ = pages.addresses(every_row(filled), values(filled))
    for page in pages.found(at, {name: filled.client(getattr(filled, name)) for name in READERS}).pages:
        watches[page.reader].open(page.path)

    figures = {
        "payloads": len(planted),
        "stored": sum(len(facts) for _, held in planted for facts in held.stored.values()),
        "refused": sum(held.refused for _, held in planted),
        "pages": sum(watch.pages for watch in watches.values()),
    }
    with capsys.disabled():
        sys.stdout.write(f"\nmarkup: {figures}\n")
    assert [wrong for watch in watches.values() for wrong in watch.wrong] == []
    assert unseen == []
    assert figures["stored"] > 10 * len(planted)
