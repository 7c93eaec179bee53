"""The postings of one member as a file and the database tell them together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from members.models import Posting
from members.resources.base import Preview, Values

ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Line:
    """One row of a roster file whose organisation and role are known; `path` is the place in the tree."""

    number: int
    values: Values
    organisation: int
    path: str
    role: int

    @property
    def start(self) -> date:
        """The first day of the posting."""
        start: date = self.values["start"]
        return start


@dataclass(slots=True)
class Stretch:
    """One posting: what is stored (`stored` and `was`, its end there) and what it becomes.

    `row` is the row that adds it or sets its end, 0 when none does; `closed_by` the row whose later start
    ends it.
    """

    start: date
    end: date | None
    organisation: int
    role: int
    row: int = 0
    stored: Posting | None = None
    was: date | None = None
    closed_by: int = 0

    @property
    def changes(self) -> bool:
        """Whether a stored posting gets another end."""
        return self.stored is not None and self.end != self.was


class Timeline:
    """The postings of one member by their starts; rows may come in any order."""

    def __init__(self, stored: list[Posting]) -> None:
        self._by_start = {
            posting.start: Stretch(
                posting.start, posting.end, posting.organisation_id, posting.role_id, 0, posting, posting.end
            )
            for posting in stored
        }
        self._ends: dict[date, int] = {}

    def apply(self, line: Line, preview: Preview) -> Stretch | None:
        """Take a row in and return its posting; None, with a problem noted, when it contradicts another."""
        end = line.values["end"]
        if end is not None and end < line.start:
            preview.problem(line.number, "end", _("is before the start"))
            return None
        known = self._by_start.get(line.start)
        if known is None:
            known = Stretch(line.start, end, line.organisation, line.role, line.number)
            self._by_start[line.start] = known
        elif known.organisation != line.organisation:
            preview.problem(
                line.number, "organisation", _("another organisation from the same day is recorded")
            )
            return None
        elif known.role != line.role:
            preview.problem(line.number, "role", _("another role from the same day is recorded"))
            return None
        if end is not None:
            first = self._ends.setdefault(line.start, line.number)
            if first != line.number and known.end != end:
                preview.problem(line.number, "end", _("row %(row)s gives another end") % {"row": first})
                return None
            if known.end != end:
                known.end, known.row = end, line.number
        return known

    def settle(self, preview: Preview) -> list[Stretch]:
        """Close what a later start closes, note overlaps, and return the postings in order."""
        stretches = sorted(self._by_start.values(), key=lambda stretch: stretch.start)
        for before, after in pairwise(stretches):
            if before.end is None:
                before.end = after.start - ONE_DAY
                before.closed_by = after.row
            elif before.end >= after.start:
                facts = {"start": before.start, "end": before.end}
                if after.row:
                    reason = _("overlaps the posting from %(start)s to %(end)s") % facts
                    preview.problem(after.row, "start", reason)
                elif before.row:
                    reason = _("reaches into the posting from %(start)s") % {"start": after.start}
                    preview.problem(before.row, "end", reason)
        return stretches
