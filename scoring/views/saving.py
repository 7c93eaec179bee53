"""What is asked before a list is saved: changes of stored marks, and what somebody else stored meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import Member
from scoring.enums import Presence
from scoring.forms.attendance import RosterForm, Typed, base_of, read_base
from scoring.models import Activity
from scoring.services.activities import Mark
from scoring.services.attendance import Change


@dataclass(frozen=True, slots=True)
class Group:
    """Stored marks that would change alike: what happens to how many, and to whom."""

    text: str
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One line that somebody else has changed since the page was made; `mine` where it was typed in, too."""

    member: Member
    stored: str
    typed: str
    mine: bool


def conflicts(
    form: RosterForm, stored: Mapping[int, Mark], since: Iterable[int], base: str
) -> list[Conflict]:
    """The lines changed `since` whose stored mark is not what was typed."""
    read, since = read_base(base), set(since)
    found = []
    for line in form.lines:
        now = Typed.of(stored[line.key]) if line.key in stored else Typed()
        if line.key in since and now != line.typed:
            mine = line.typed != read.get(line.key, Typed())
            found.append(Conflict(line.expected.member, described(now), described(line.typed), mine))
    return found


def resolve(form: RosterForm, stored: Mapping[int, Mark], data: Any) -> None:
    """Take what is stored in the lines in which it was chosen over what was typed."""
    for key in form.typed:
        if data.get(f"keep-{key}") == "stored":
            form.typed[key] = Typed.of(stored[key]) if key in stored else Typed()


def ask(
    request: HttpRequest,
    activity: Activity,
    form: RosterForm,
    stored: Mapping[int, Mark],
    *,
    changes: Iterable[Change] = (),
    conflicts: Iterable[Conflict] = (),
) -> HttpResponse:
    """The page that asks; it carries all that was typed, and the version that it shows."""
    context = {
        "activity": activity,
        "lines": form.lines,
        "groups": grouped(changes),
        "conflicts": list(conflicts),
        "version": activity.version,
        "base": base_of(stored),
        "trail": [{"label": activity.title}],
    }
    return render(request, "scoring/attendance_ask.html", context)


def grouped(changes: Iterable[Change]) -> list[Group]:
    """Changes of stored marks by what they come to."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        if change.after is None:
            kind = ""
        elif change.after.status == change.before.status:
            kind = "quantity"
        else:
            kind = change.after.status
        found.setdefault(kind, []).append(change)
    return [Group(_told(kind, len(alike)), alike) for kind, alike in found.items()]


def described(typed: Typed) -> str:
    """A line in words: the mark, the quantity where it is not 1, the note."""
    parts = [str(dict(Presence.choices).get(typed.status, _("No mark yet")))]
    if typed.came and typed.quantity != "1":
        parts.append(f"× {typed.quantity}")
    if typed.note:
        parts.append(typed.note)
    return " · ".join(parts)


def _told(kind: str, count: int) -> str:
    if kind == "quantity":
        text = ngettext(
            "%(count)s member gets another quantity", "%(count)s members get another quantity", count
        )
        return text % {"count": count}
    if not kind:
        text = ngettext("%(count)s member loses the mark", "%(count)s members lose the mark", count)
        return text % {"count": count}
    text = ngettext(
        "%(count)s member is changed to: %(mark)s", "%(count)s members are changed to: %(mark)s", count
    )
    return text % {"count": count, "mark": dict(Presence.choices)[kind]}
