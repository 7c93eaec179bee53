"""What pages are asked beyond their bare addresses: searches, other years, forms that are filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.urls import reverse

from tests import rows
from tests.matrix.people import PLACES
from tests.matrix.world import World

WORDS = ("DT", "XT", "M", "处", "e")
"""Looked for by everybody: codes, numbers, names of organisations, names of accounts."""


@dataclass(frozen=True)
class Asked:
    """A request for a page about a place; `data` are sent, and of `joins` another place is named in them.

    `refused` is the answer to a writer whose form cannot be stored; without it, the form is stored.
    A page `everywhere` is one of all writers, to whom it is shown again with what they do not write in it.
    """

    name: str
    url: str
    place: str
    data: dict[str, str] = field(default_factory=dict)
    joins: str | None = None
    refused: int | None = None
    for_writers: bool = False
    everywhere: bool = False
    subject: str = "RECORDS"


def of_oneself() -> Iterator[tuple[str, str]]:
    """Pages that everybody has, asked for more than they show at first: name and address."""
    yield "home ?pace", reverse("home") + "?pace=1"
    yield from ((f"search {word}", reverse("search") + f"?q={word}") for word in WORDS)


def of_places(world: World) -> Iterator[Asked]:
    """Pages about branches and members."""
    for place, (code, number) in PLACES.items():
        member, organisation = world.cast.members[number], world.cast.organisations[code]
        yield Asked("scores of the year", reverse("member_scores", args=[member.number, rows.YEAR]), place,
                    subject="FIGURES")  # fmt: skip
        analysed = reverse("branch_analysis", args=[organisation.code])
        for query in (f"?year={rows.YEAR - 1}", f"?as_of={rows.YEAR}-06-30"):
            yield Asked(f"analysis {query}", analysed + query, place, subject="FIGURES")
        for way in ("dues_grid", "judged_grid"):
            yield Asked(f"{way} of the year", reverse(way, args=[organisation.code, rows.YEAR]), place)
        for other in PLACES:
            yield from _filled_in(world, place, other)
    yield from _moved(world)


def _filled_in(world: World, place: str, other: str) -> Iterator[Asked]:
    """The entry pages of a place with the one row that somebody of another, or the same, is given."""
    code = world.cast.organisations[PLACES[place][0]].code
    member = world.cast.members[PLACES[other][1]]
    joins = None if other == place else other
    quick = {"member-0": member.number, "indicator-0": "essay", "date-0": "2026-06-07"}
    yield _sent("quick_rows", [code], place, quick, joins, 200)
    pairing = rows.indicator("pair_household").pk
    standing = {"member": member.number, "indicator": str(pairing), "title": "刘家", "date": "2026-06-07"}
    yield _sent("standing_rows", [code], place, standing, joins, 200)
    dues = {f"s-{member.pk}": "," * 11, f"c-{member.pk}-5": "paid"}
    yield _sent("dues_grid", [code, rows.YEAR], place, dues, joins, 404)
    cell = f"{member.pk}-{rows.indicator('org_task').pk}"
    judged = {f"s-{cell}": "|", f"p-{cell}": "80", f"n-{cell}": "改"}
    yield _sent("judged_grid", [code, rows.YEAR], place, judged, joins, 404)


def _sent(
    name: str, args: list[object], place: str, data: dict[str, str], joins: str | None, refused: int
) -> Asked:
    named = f"{name} filled in" + (f" with somebody of {joins}" if joins else "")
    return Asked(named, reverse(name, args=args), place, data, joins, refused if joins else None)


def _moved(world: World) -> Iterator[Asked]:
    """About who has come to the own branch, and activities to which somebody was asked who has left it."""
    for state, activity in world.joint.items():
        for name in ("attendance", "sign_in_sheet"):
            yield Asked(f"{name} of a guest, {state}", reverse(name, args=[activity.pk]), "here")
        yield Asked(f"activity of a guest, {state}", reverse("activity_edit", args=[activity.pk]), "here",
                    for_writers=True)  # fmt: skip
    number = world.hither.number
    year = reverse("member_scores", args=[number, rows.YEAR])
    for name, url in (
        ("page", reverse("member", args=[number])),
        ("scores", reverse("member_scores", args=[number, rows.YEAR - 1])),
        ("scores elsewhere", f"{year}?as_of={rows.YEAR}-02-01"),
    ):
        yield Asked(f"{name} of a newcomer", url, "here", subject="FIGURES")
    held = world.joint["held"]
    invited = {
        "title": "文", "date": "2026-02-11", "kind": str(held.kind_id), "audience": "members",
        "organisation": str(held.organisation_id), "names": world.cast.members["M502"].number,
    }  # fmt: skip
    yield Asked("new activity for a guest", reverse("activity_new"), "here", invited, "there", 200)
