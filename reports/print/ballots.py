"""What is printed for a ballot【三(二)】: the slip, the tellers' sheet, the sheet for opinions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotPaper:
    """The slip: who is on the ballot, a box for each mark, by what to judge; all copies are alike.

    It has no number, no date of printing, and no place for a name or an opinion.
    """

    template: ClassVar = "print/ballot_paper.html"

    organisation: str
    year: int
    aspects: Sequence[str]
    marks: Sequence[str]
    names: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TallySheet:
    """The sheet on which the tellers count and sign; to be filled in by hand."""

    template: ClassVar = "print/tally_sheet.html"

    organisation: str
    year: int
    date: str
    place: str
    columns: Sequence[str]
    names: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionSheet:
    """The sheet for written opinions, apart from the slip; every copy is like the other."""

    template: ClassVar = "print/opinion_sheet.html"

    organisation: str
    year: int
    aspects: Sequence[str]
