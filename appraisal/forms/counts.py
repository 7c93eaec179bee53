"""The grid of a count as it is typed: six figures for each member on the ballot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.models import CountLine
from appraisal.models.votes import FIGURES, TITLES
from appraisal.rules.tally import Votes
from appraisal.services.on_ballot import Candidate
from members.text import plain_number
from scoring.forms.uploaded import ACCEPTED, checked

_WHOLE = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: the name of its input, its column in words, what is typed."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A member's line: the cells, what they add up to where they are numbers, what is wrong with them.

    `now` are the figures stored meanwhile, where it is asked whether they are to be overwritten.
    """

    candidate: Candidate
    cells: tuple[Cell, ...]
    total: int | None
    problem: str
    disputed: bool
    now: str


class SheetForm(forms.Form):
    """The scan of the signed sheet: its kind is told by what is in it."""

    sheet = forms.FileField(
        label=gettext_lazy("Scan of the signed tally sheet"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy("PDF, PNG or JPEG, up to 10 MB. Slips are never scanned."),
        required=False,
    )

    def clean_sheet(self) -> Any:
        """The upload under a name of ours, or None where the stored one stays."""
        upload = self.cleaned_data["sheet"]
        return checked(upload, stem="sheet") if upload else None


class CountForm:
    """A count for the members on the ballot; an empty cell is 0, a line of empty cells is not filled in."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        slips: int,
        stored: Sequence[CountLine] = (),
        posted: Mapping[str, str] | None = None,
    ) -> None:
        self.candidates, self.slips, self.posted = candidates, slips, posted
        self.asks = False
        """Whether the entry was changed since the page was made, so that what is stored now is shown."""
        self.stored = {line.member_id: line for line in stored}

    @property
    def lines(self) -> list[Line]:
        """The lines in the order of the ballot."""
        return [self._line(candidate) for candidate in self.candidates]

    def is_valid(self) -> bool:
        """Whether every line has figures that add up to the valid slips."""
        return not any(line.problem for line in self.lines)

    def votes(self) -> dict[int, Votes]:
        """The figures by member key. Raises ValidationError where one is none."""
        return {line.candidate.key: self._votes(line.cells) for line in self.lines}

    def _votes(self, cells: Sequence[Cell]) -> Votes:
        texts = [plain_number(cell.text) for cell in cells]
        if not any(texts):
            raise ValidationError(_("Not filled in."))
        wrong = next((text for text in texts if text and not _WHOLE.fullmatch(text)), None)
        if wrong is not None:
            raise ValidationError(_("“%(text)s” is no whole number.") % {"text": wrong[:20]})
        return Votes(*(int(text or 0) for text in texts))

    def _line(self, candidate: Candidate) -> Line:
        stored = self.stored.get(candidate.key)
        cells = tuple(
            Cell(name, str(TITLES[figure]), self._text(name, figure, stored))
            for figure in FIGURES
            for name in [f"{figure}-{candidate.key}"]
        )
        try:
            total = self._votes(cells).returned()
            problem = ""
        except ValidationError as error:
            total, problem = None, error.messages[0]
        if total is not None and total != self.slips:
            problem = _("Adds up to %(total)s, not to the valid slips (%(slips)s).") % {
                "total": total,
                "slips": self.slips,
            }
        shown = problem if self.posted is not None else ""
        disputed = stored is not None and stored.disputed
        return Line(candidate, cells, total, shown, disputed, self._now(stored, cells) if self.asks else "")

    def _now(self, stored: CountLine | None, cells: Sequence[Cell]) -> str:
        now = [] if stored is None else [str(getattr(stored, figure)) for figure in FIGURES]
        return " · ".join(now) if now != [plain_number(cell.text) or "0" for cell in cells] else ""

    def _text(self, name: str, figure: str, stored: CountLine | None) -> str:
        if self.posted is not None:
            return str(self.posted.get(name, ""))
        return "" if stored is None else str(getattr(stored, figure))
