"""What is printed for a ballot: slips, the tellers' sheet and opinion sheets, from who is on the ballot."""

from __future__ import annotations

from datetime import date

from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.models import BallotMeeting
from appraisal.models.votes import FIGURES, TITLES
from appraisal.services.on_ballot import on_ballot_of
from members.errors import Refused
from reports.periods import day_text
from reports.print.ballots import BallotPaper, OpinionSheet, TallySheet
from reports.print.documents import print_document
from reports.print.engine import PrintedPage
from reports.services.settings import SettingsBook
from scoring.services.scores import NoScheme
from scoring.services.standards import StandardsBook

KINDS: dict[str, Promise] = {
    "papers": gettext_lazy("Ballot paper"),
    "opinions": gettext_lazy("Opinion sheet"),
    "tally": gettext_lazy("Tally sheet"),
}
"""What is printed for a ballot, and what each of them is called."""
MARKS = FIGURES[:4]
"""The figures that are marks on a slip; blank and invalid are what tellers find."""


def ballot_pdf(meeting: BallotMeeting, kind: str, *, on: date) -> PrintedPage:
    """The page of one of KINDS for a meeting, as of a day, in the language of its organisation's pages.

    Raises NoScheme, and Refused where nobody is on the ballot.
    """
    organisation, year = meeting.organisation, meeting.year
    candidates = on_ballot_of(organisation, year, on=on)
    if not candidates:
        raise Refused(_("Nobody is on the ballot of that year."))
    names = [one.name for one in candidates]
    language = SettingsBook().terms(organisation).language
    with translation.override(language):
        page: BallotPaper | OpinionSheet | TallySheet
        if kind == "tally":
            page = TallySheet(
                organisation=organisation.name,
                year=year,
                date=day_text(meeting.date),
                place=meeting.place,
                columns=[_column(name) for name in FIGURES],
                names=names,
            )
        elif kind == "opinions":
            page = OpinionSheet(organisation=organisation.name, year=year, aspects=_aspects(meeting))
        else:
            page = BallotPaper(
                organisation=organisation.name,
                year=year,
                aspects=_aspects(meeting),
                marks=[_column(name) for name in MARKS],
                names=names,
            )
        return print_document(page, language)


def _column(name: str) -> str:
    return capfirst(str(TITLES[name]))


def _aspects(meeting: BallotMeeting) -> list[str]:
    """What to judge by, as the scheme that governs the branch has it."""
    organisation = meeting.organisation
    scheme = StandardsBook.for_year(meeting.year).scheme(organisation.path)
    if scheme is None:
        raise NoScheme(year=meeting.year, organisation=organisation)
    return list(scheme.aspects)
