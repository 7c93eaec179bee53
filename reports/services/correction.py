"""What a correction says was corrected: the figures that both notices show, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from members.text import listed, strung
from reports.columns import NAME, NUMBER, RANK
from reports.print.documents import AnnualNotice, Notice
from reports.tables import Column

MOST = 10
"""Of more members the correction says how many they are, and not what each had."""
APART = (NUMBER.key, RANK.key)
"""What follows from the other members' figures: their order, and their ranks."""

Shown = Mapping[str, tuple[tuple[Column, ...], Mapping[str, Any]]]
"""By member number the row of a notice with its columns."""


@dataclass(frozen=True, slots=True)
class _Change:
    name: str
    words: tuple[str, ...]


def corrected(before: Notice | AnnualNotice, now: Notice | AnnualNotice) -> str:
    """What differs between two notices in words; needs the page's language active.

    A figure that one of the two does not show is not told: neither a vote nor what the grade alone stands
    for. Ranks are told of members whose figures differ, for those of others follow from them. Empty where
    nothing that is shown differs but ranks.
    """
    found = list(_changes(_shown(before), _shown(now)))
    if not found:
        return ""
    if len(found) > MOST:
        return _("Corrected are the entries of %(count)s members.") % {"count": len(found)}
    clauses = [
        _("%(name)s: %(changes)s.") % {"name": one.name, "changes": listed(one.words)} for one in found
    ]
    return _("Corrected: %(changes)s") % {"changes": strung(clauses)}


def _shown(notice: Notice | AnnualNotice) -> Shown:
    return {
        row["member"]: (tuple(category.table.columns), row)
        for category in notice.categories
        for row in category.table.rows
    }


def _changes(before: Shown, now: Shown) -> Iterator[_Change]:
    """Who was changed, in the order of the new notice, then who is on the old one alone."""
    for member, (columns, row) in now.items():
        if member not in before:
            yield _Change(row[NAME.key], (_("added"),))
            continue
        old = before[member][1]
        differing = [column for column in columns if _differs(column, old, row)]
        if any(column.key not in APART for column in differing):
            told = [column for column in differing if column.key != NUMBER.key]
            yield _Change(row[NAME.key], tuple(_words(column, old, row) for column in told))
    for member, (_columns, row) in before.items():
        if member not in now:
            yield _Change(row[NAME.key], (_("taken off the list"),))


def _differs(column: Column, old: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    was, now = old.get(column.key), row.get(column.key)
    return was is not None and now is not None and was != now


def _words(column: Column, old: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    return _("%(figure)s %(before)s, now %(now)s") % {
        "figure": column.title,
        "before": column.format(old[column.key]),
        "now": column.format(row[column.key]),
    }
