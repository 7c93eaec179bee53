"""One row of the ledger, and how tables print it: they are long, so no template goes over the cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from members.markup import cell_attributes, escaped, mark, short, stretch
from scoring.rules.exact import Hundredths, text

OFF = ' class="off"'


@dataclass(frozen=True, slots=True)
class Piece:
    """One row of the ledger: `reason` says why it does not count, and is empty where it does.

    `url` leads to the record, which everybody may open who sees the member. `lasting` ones hold from their
    day on, until a day or further.
    """

    reference: str
    day: date
    until: date | None
    title: str
    quantity: int
    unit: str
    note: str
    recorded_at: datetime
    reason: str
    url: str
    indicator: str
    points: Hundredths | None = None
    lasting: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is among what the score was made of."""
        return not self.reason

    @property
    def worth(self) -> str:
        """The points of an award or a contribution as they are printed."""
        return "" if self.points is None else text(self.points)

    @property
    def whether(self) -> str:
        """Whether it counts, and if not, why."""
        return _("yes") if self.counts else mark("warn", _("no: %(reason)s") % {"reason": self.reason})

    @property
    def told(self) -> str:
        """The title with the note, as markup where there is one."""
        if not self.note:
            return self.title or "—"
        return SafeString(f'{escape(self.title)} <span class="soft">{escape(self.note)}</span>')


def table_rows(pieces: Iterable[Piece], *, named: bool) -> SafeString:
    """The rows of a table of pieces as markup; `named`: each with the name of its indicator."""
    day_look, quantity_look = cell_attributes("half day-cell"), cell_attributes("end quantity-cell")
    recorded_look = cell_attributes("half inline recorded-cell", _("Recorded"))
    record_look = cell_attributes("code half inline reference-cell", _("Record number"))
    usual, unusual = cell_attributes("counts-cell usual"), cell_attributes("counts-cell wide")
    wide, untold = cell_attributes("wide"), cell_attributes("wide untold")
    found = []
    for one in pieces:
        day = stretch(one.day, one.until) if one.until else short(one.day)
        found.append(
            f"<tr{'' if one.counts else OFF}><td{day_look}>{day}</td>"
            f"{f'<td{wide}>{escape(one.indicator)}</td>' if named else ''}"
            f"<td{wide if one.title or one.note else untold}>{escaped(one.told)}</td>"
            f"<td{quantity_look}>{one.quantity} {escape(one.unit)}</td>"
            f"<td{recorded_look}>{short(localtime(one.recorded_at).date())}</td>"
            f'<td{record_look}><a href="{escape(one.url)}">{escape(one.reference)}</a></td>'
            f"<td{usual if one.counts else unusual}>{escaped(one.whether)}</td></tr>"
        )
    return SafeString("".join(found))
