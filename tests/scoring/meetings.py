"""Meetings as a secretary's browser saves and reads their lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.test import Client

from scoring.models import Activity, ActivityKind
from scoring.services import activities
from tests.cast import Cast


def meeting(cast: Cast, code: str = "DT0101", day: date = date(2026, 5, 4), **facts: Any) -> Activity:
    activity = Activity(
        organisation=cast.organisations[code],
        kind=ActivityKind.objects.get(code="meeting"),
        date=day,
        title="五月支部大会",
        **{name: value for name, value in facts.items() if name == "audience"},
    )
    if chosen := {name: value for name, value in facts.items() if name != "audience"}:
        activity.choose(**chosen)
    activities.save_activity(by=cast.operator, activity=activity)
    return activity


def address(activity: Activity, page: str = "attendance/") -> str:
    return f"/activities/{activity.pk}/{page}"


def fields(cast: Cast, activity: Activity, marks: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """What the form sends for these marks, by member number, over the version that stands now."""
    sent = {f"status-{cast.members[number].pk}": status for number, status in marks.items()}
    version = Activity.objects.get(pk=activity.pk).version
    return {"version": version, "base": "{}", **sent, **more}


def save(client: Client, cast: Cast, activity: Activity, marks: Mapping[str, str], **more: Any) -> Any:
    return client.post(address(activity), fields(cast, activity, marks, **more))


def stored(activity: Activity) -> dict[str, str]:
    return dict(activity.attendances.values_list("member__number", "status"))


def checked(response: Any) -> dict[str, str]:
    """The mark that the page shows for each member, by number."""
    return {line.expected.member.number: line.typed.status for line in response.context["form"].lines}


def sent_again(response: Any) -> dict[str, str]:
    """What the form of a page that asks sends when a button is pressed."""
    html = response.content.decode().partition("data-attendance")[2]
    found = {}
    for tag in re.findall(r"<input[^>]+>", html):
        attributes = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if attributes["type"] == "hidden" or " checked" in tag:
            found[attributes["name"]] = attributes["value"].replace("&quot;", '"')
    return found
