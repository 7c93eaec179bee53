"""Forms filled in as their writers would: read from the pages once, posted by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.urls import reverse

from appraisal.models import Tally
from members.models import Duty, Leave, Member, Organisation, Posting, User
from reports.models import PrintSettings
from scoring.models import Activity, ActivityKind, Bonus, Care, CareVisit, Entry, Judgement, Waiver
from tests import rows
from tests.matrix.asking import Asked
from tests.matrix.people import PLACES
from tests.matrix.world import World

FOUND = 200
NAMED_PLACES = tuple(PLACES)

CHANGED: dict[type[models.Model], dict[str, str]] = {
    Tally: {"good": "3"}, Care: {"wished_on": "2026-01-06"},
    Judgement: {"fulfilment": "80"}, Duty: {"end": "2027-12-31"}, User: {"first_name": "改名"},
    Member: {"name": "改名"}, Organisation: {"name": "改名"}, PrintSettings: {"signature": "改名"},
    Leave: {"reason": "改"}, Bonus: {"reason": "改"}, Waiver: {"reason": "改"}, CareVisit: {"visitor": "改"},
    Entry: {"quantity": "5"},
}  # fmt: skip
"""What a changed form says otherwise; of other models, the first text."""


class Forms:
    """Forms filled in as their writers would: read from the pages once, posted by everybody."""

    def __init__(self, world: World, clients: Any) -> None:
        self.world, self.clients = world, clients
        self.added: dict[str, dict[Any, tuple[str, dict[str, Any]]]] = {
            place: dict(self._additions(place)) for place in NAMED_PLACES
        }
        self.guided = [asked for place in NAMED_PLACES for asked in self._guided(place)]
        self._changes: dict[Any, dict[str, Any]] = {}

    def change(self, model: type[models.Model], place: str | None) -> dict[str, Any]:
        """The stored row's form, one thing about it changed; of rows without a writer, its columns."""
        key = (model, place)
        if key not in self._changes:
            self._changes[key] = self._changed(model, place)
        return self._changes[key]

    def _changed(self, model: type[models.Model], place: str | None) -> dict[str, Any]:
        row = self.world.rows[place][model]
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{row.pk}/change/"
        for client in self._writers(place):
            response = client.get(url)
            form = getattr(response.context and response.context.get("adminform"), "form", None)
            if response.status_code == FOUND and form is not None and form.fields:
                return filled(form) | CHANGED.get(model, {"title": "改"})
        data = {one.name: str(getattr(row, one.attname) or "") for one in model._meta.concrete_fields}
        return data | {"version_read": "1", "name": "改", "title": "改"}

    def _writers(self, place: str | None) -> list[Any]:
        administrator = self.world.cast.administrator
        secretary = self.world.secretaries.get(place or "")
        return [self.clients(user) for user in (administrator, secretary) if user is not None]

    def _guided(self, place: str) -> Iterator[Asked]:
        """What the guided forms are sent once their writer has seen what it will do."""
        cast, (code, number) = self.world.cast, PLACES[place]
        writer, roles = self.clients(self.world.secretaries[place]), cast.roles
        leave: Any = self.world.rows[place][Leave]
        posting, last = self.world.rows[place][Posting].pk, f"{rows.YEAR}-12-01"
        elsewhere = {"role": roles["organ.member"].pk, "start": f"{rows.YEAR}-06-01"}
        for way, data in (
            ("member_transfer", {"organisation": cast.organisations[code].pk, **elsewhere}),
            ("member_role", elsewhere),
            ("member_ending", {"posting": posting, "end": last}),
            (
                "member_leave_correction",
                {
                    "leave": leave.pk,
                    "version_read": leave.version,
                    "start": f"{rows.YEAR}-05-01",
                    "end": f"{rows.YEAR}-05-20",
                    "reason": "改",
                },
            ),
            ("member_leave", {"start": last, "end": last, "reason": "外出"}),
        ):
            url = reverse(way, args=[cast.members[number].number])
            seen = writer.post(url, data).context["effect"].digest
            yield Asked(
                f"{way} confirmed", url, place, {key: str(one) for key, one in data.items()} | {"seen": seen}
            )
        yield self._adjusting(writer, place)
        yield from self._recording(writer, place)
        for other in set(NAMED_PLACES) - {place}:
            said = {"organisation": str(cast.organisations[PLACES[other][0]].pk), "seen": "0"}
            data = said | {key: str(one) for key, one in elsewhere.items()}
            url = reverse("member_transfer", args=[cast.members[number].number])
            yield Asked(f"member_transfer to {other}", url, place, data, other, FOUND)

    def _recording(self, writer: Any, place: str) -> Iterator[Asked]:
        """A meeting that is recorded, and one that is corrected."""
        kind = ActivityKind.objects.order_by("order", "code")[0]
        data = {
            "title": "六月党日", "date": f"{rows.YEAR}-06-06", "kind": str(kind.pk), "audience": "all",
            "organisation": str(self.world.cast.organisations[PLACES[place][0]].pk),
        }  # fmt: skip
        yield Asked("activity recorded", reverse("activity_new"), place, data, everywhere=True)
        url = reverse("activity_edit", args=[self.world.rows[place][Activity].pk])
        yield Asked(
            "activity corrected", url, place, filled(writer.get(url).context["form"]) | {"title": "改"}
        )

    def _additions(self, place: str) -> Iterator[tuple[Any, tuple[str, dict[str, Any]]]]:
        cast, (code, number) = self.world.cast, PLACES[place]
        organisation, letter = cast.organisations[code], "abc"[NAMED_PLACES.index(place)]
        made = rows.additions(cast, code, cast.members[number], cast.members[f"{number}W"])
        made[Duty] = {
            "user": cast.nobody.pk, "kind": "committee", "organisation": organisation.pk,
            "start": "2026-01-01",
        }  # fmt: skip
        made[Organisation] = {
            "code": f"NEW{letter}",
            "name": "新组",
            "kind": "group",
            "parent": organisation.pk,
        }
        password = {"password1": "correct horse 99", "password2": "correct horse 99"}
        made[User] = {"username": f"new{letter}", "first_name": "新来", **password}
        yield from ((model, ("", data)) for model, data in made.items())

    def _adjusting(self, writer: Any, place: str) -> Asked:
        """An adjustment of a role, weighed, with the resolution by which it is adopted."""
        role = self.world.cast.roles["in_service.member"]
        code = self.world.cast.organisations[PLACES[place][0]].code
        url = reverse("branch_adjustment", args=[code]) + f"?year={rows.YEAR}&role={role.pk}"
        data = filled(writer.get(url).context["matrix"])
        points = [name for name in data if name.startswith("points_")]
        for name, step in zip(points, (-1, 1), strict=False):
            data[name] = str(float(data[name]) + step)
        data["seen"] = writer.post(url, data).context["effect"].digest
        said = {"resolution_on": "2026-01-09", "present": "10", "votes_for": "8", "resolution": "决议"}
        return Asked("adjustment adopted", url, place, data | said)


def filled(form: Any) -> dict[str, Any]:
    """What a browser would send for the form as it was shown."""
    values = {name: form[name].value() for name in form.fields if not form.fields[name].disabled}
    return {
        name: "on" if value is True else str(value)
        for name, value in values.items()
        if value not in (None, []) and value is not False and not hasattr(value, "chunks")
    }
