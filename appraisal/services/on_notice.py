"""What a notice shows of frozen figures: that alone decides whether it still holds (docs/decisions/0021)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from appraisal.enums import Purpose
from appraisal.models import Snapshot, SnapshotRow
from appraisal.rules.annual import NAMED
from appraisal.rules.tally import Votes, breakdown_hidden
from appraisal.services.superseded import Difference, between
from scoring.models import Scheme

Figures = Mapping[str, Any]
"""A frozen result, as appraisal.services.snapshots.figures makes it."""

SHOWN = {
    False: ("name", "role", "base", "bonus", "daily", "rank"),
    True: ("name", "role", "annual", "grade", "rank"),
}
"""The figures of a member on the half-year notice, and on the annual one (True)."""
BESIDE = ("number", "votes", "scheme")
"""What is read beside them, and by itself differs nothing."""


def hidden(row: Figures, scheme: Scheme) -> bool:
    """Whether the row must show the grade alone; who has no votes, as in service, has nothing to hide."""
    votes = row["votes"]
    if votes is None or row["annual_is_daily"] or row["annual"] is None:
        return False
    return breakdown_hidden(Votes(*votes), scheme.ballot_minimum)


def discreet(rows: Iterable[Figures], scheme: Scheme) -> set[str]:
    """The categories without ranks: those in which a row shows the grade alone."""
    return {row["category"] for row in rows if hidden(row, scheme)}


def differing(old: Snapshot, new: Snapshot, rows: Sequence[SnapshotRow] | None = None) -> list[Difference]:
    """What a notice of the old figures shows otherwise than one of the new ones would, member by member.

    `rows` are those of figures that are reckoned and not stored. That votes differ is told without numbers,
    and only where something that is shown of the member does. What is of no member, as the adjustments, has
    the member 0. Four queries at most.
    """
    before, after = _shown(old, _rows(old)), _shown(new, _rows(new) if rows is None else rows)
    found = [
        Difference(0, old.organisation.code, new.organisation_name, name, was, now)
        for name, was, now in _whole(old, new)
        if was != now
    ]
    for member in [*after, *(one for one in before if one not in after)]:
        found += _of_member(member, before.get(member), after.get(member))
    return found


def _rows(snapshot: Snapshot) -> Sequence[SnapshotRow]:
    return list(SnapshotRow.objects.filter(snapshot=snapshot).order_by("position"))


def _whole(old: Snapshot, new: Snapshot) -> Iterable[tuple[str, Any, Any]]:
    """What the notice says that is of no member."""
    yield "organisation", old.organisation_name, new.organisation_name
    if old.scheme_id != new.scheme_id:
        yield "scheme", str(old.scheme), str(new.scheme)
    if old.adjustments != new.adjustments:
        yield "adjustments", None, True


def _shown(snapshot: Snapshot, rows: Sequence[SnapshotRow]) -> dict[int, dict[str, Any]]:
    """By key of those who are named what the notice shows of each, and what stands beside it."""
    annual = snapshot.purpose != Purpose.NOTICE
    named = [row for row in rows if row.figures["status"] in NAMED[annual]]
    unranked = discreet((row.figures for row in named), snapshot.scheme) if annual else set()
    found = {}
    for row in named:
        said = {name: row.figures[name] for name in (*SHOWN[annual], *BESIDE)}
        if annual and hidden(row.figures, snapshot.scheme):
            said["annual"] = None
        if row.figures["category"] in unranked:
            said["rank"] = None
        found[row.member_id] = said
    return found


def _of_member(member: int, old: Figures | None, new: Figures | None) -> list[Difference]:
    found = between(member, old, new, [name for name in new or () if name not in BESIDE])
    if found and old and new and old["votes"] != new["votes"]:
        return [*found, Difference(member, new["number"], new["name"], "votes", None, True)]
    return found
