"""Whom somebody means who types a name, a number or pinyin initials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from members.errors import Refused
from members.models import Member
from members.text import fold, listed

NAMED = 5
"""So many members are named where a text could mean several."""


def offered(members: Iterable[Member]) -> list[list[str]]:
    """What the browser offers while a name is typed: of each member the name, the number and the initials."""
    return [[one.name, one.number, one.initials] for one in members]


def meant(text: str, members: Sequence[Member]) -> Member:
    """The one of the members whom the text means: the number, or "name number", the whole name, or initials.

    Raises Refused where it means nobody or several.
    """
    wanted = fold(text).lower()
    ways = (
        lambda one: wanted in {fold(one.number).lower(), (one.name_key + fold(one.number)).lower()},
        lambda one: wanted == one.name_key.lower(),
        lambda one: wanted == one.initials,
        lambda one: one.initials.startswith(wanted),
    )
    for way in ways:
        found = [one for one in members if way(one)]
        if len(found) == 1:
            return found[0]
        if found:
            names = listed([str(one) for one in found[:NAMED]] + ["…"] * (len(found) > NAMED))
            raise Refused(_("This could be several: %(members)s.") % {"members": names})
    raise Refused(_("Nobody here has this name, number or initials."))
