"""What differs between frozen figures and others that were frozen later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from appraisal.models import Snapshot, SnapshotRow

COMPARED = (
    "role", "months", "status", "base", "bonus", "daily", "votes", "appraisal", "annual", "grade", "rank",
)  # fmt: skip
"""The figures that are set side by side; names and the like are not figures."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of one member in both; `figure` is a key of `snapshots.figures`.

    Who is in one of the two alone has the figure `row`, with True where there is one and None where not.
    `schemes` are code and version of the schemes behind the old and the new one, as the figures have them:
    a grade is a code of its scheme. There are none with `row`, and none with what is of no member.
    """

    member: int
    number: str
    name: str
    figure: str
    old: Any
    new: Any
    schemes: tuple[Any, ...] = ()


def difference(old: Snapshot, new: Snapshot) -> list[Difference]:
    """What differs, in the order of the new one, then who is in the old one alone; two queries.

    Ranks and votes are among them: whoever shows them withholds what the reader may not see.
    """
    return _differing(_frozen(old), _frozen(new))


def _frozen(snapshot: Snapshot) -> dict[int, Any]:
    rows = SnapshotRow.objects.filter(snapshot=snapshot).order_by("position")
    return {row.member_id: row.figures for row in rows}


def _differing(before: Mapping[int, Any], after: Mapping[int, Any]) -> list[Difference]:
    found: list[Difference] = []
    for member in [*after, *(one for one in before if one not in after)]:
        found += between(member, before.get(member), after.get(member), COMPARED)
    return found


def between(
    member: int, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, names: Iterable[str]
) -> list[Difference]:
    """How two frozen results of a member differ in the figures of these names; one of the two may be none."""
    said = new or old or {}
    named = member, said["number"], said["name"]
    if old is None or new is None:
        return [Difference(*named, "row", old and True, new and True)]
    schemes = old["scheme"], new["scheme"]
    return [
        Difference(*named, name, old[name], new[name], schemes) for name in names if old[name] != new[name]
    ]
