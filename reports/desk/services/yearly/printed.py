"""What a committee prints over all branches: the summary of a year, and who may be put forward for awards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from appraisal.enums import YearState
from members.errors import Refused
from members.models import Organisation
from members.strokes import stroke_key
from members.text import listed
from reports import columns
from reports.desk.services.units import MOST_ROWS
from reports.desk.services.yearly import eligible
from reports.desk.services.yearly.inbox import Choice, Inbox, inbox
from reports.enums import ListOrder
from reports.office.files import Format, PageFile, file_of
from reports.periods import Length, Period, day_text
from reports.print.documents import Document, Fact
from reports.print.yearly import AwardList, Names, ReviewSummary
from reports.services.settings import PageTerms, SettingsBook
from reports.tables import Table


def review_file(
    committees: Sequence[Organisation], year: int, on: date, format: Format = Format.PDF
) -> PageFile:
    """The summary of the year of all organisations below each of these committees, each in its own script.

    Whoever calls it has seen to it that the reader decides for them. Raises Refused where there is none.
    """
    book = SettingsBook()
    made: list[tuple[Document, str]] = []
    for committee in committees:
        terms = book.terms(committee)
        with translation.override(terms.language):
            found = inbox([committee], year, on, Choice(order="code"))
            made.append((_summary(committee, year, on, found, terms), terms.language))
    if not made:
        raise Refused(_("There is nothing to print."))
    return file_of(made, format)


def awards_file(
    organisations: Sequence[Organisation], year: int, on: date, chosen: str, format: Format = Format.PDF
) -> PageFile:
    """The lists of awards of all these organisations, or of the unit with the chosen code alone.

    In the script and the order of the first of them. Raises Refused for nobody, and for more than can be set
    on pages while somebody waits; a workbook takes them all.
    """
    terms = SettingsBook().terms(organisations[0]) if organisations else None
    with translation.override(terms.language if terms else None):
        every = eligible.parts(organisations, year, on)
        parts = [[row for row in part.rows if chosen in ("", row.unit.code)] for part in every]
        if terms and terms.order == ListOrder.STROKES:
            parts = [sorted(rows, key=lambda row: stroke_key(row.name)) for rows in parts]
        number = sum(map(len, parts))
        unit = next((row.unit for rows in parts for row in rows if chosen), None)
        names = [unit.name] if unit else [one.name for one in organisations]
        page = AwardList(
            organisation=listed(names),
            year=year,
            before=year - 1,
            made_on=day_text(on),
            parts=[
                Names(title=part.title, members=len(rows), table=_names(rows, reasons=part.reasons))
                for part, rows in zip(every, parts, strict=True)
            ],
        )
    if terms is None or not number:
        raise Refused(_("There is nothing to print."))
    if number > MOST_ROWS and format != Format.XLSX:
        raise Refused(_("There are too many members for one print: choose an organisation."))
    return file_of([(page, terms.language)], format)


def _names(rows: Sequence[eligible.Listed], *, reasons: bool) -> Table:
    numbered = [
        {
            "number": place,
            "name": row.name,
            "organisation": row.organisation,
            "grade": row.grade or None,
            "annual": row.points,
            "reason": row.reason,
        }
        for place, row in enumerate(rows, start=1)
    ]
    return Table(columns.NOT_ELIGIBLE if reasons else columns.ELIGIBLE, numbered)


def _summary(committee: Organisation, year: int, on: date, found: Inbox, terms: PageTerms) -> ReviewSummary:
    """The summary as plain data; call it with the page's language active."""
    states = [row.state for row in found.rows]
    facts = [
        Fact(label=_("Organisations"), text=str(len(states))),
        *(Fact(label=str(state.label), text=str(states.count(str(state)))) for state in YearState),
        *(Fact(label=one.label, text=str(one.number)) for one in found.totals[:1]),
    ]
    return ReviewSummary(
        organisation=committee.name,
        period=Period(year, Length.YEAR).title,
        made_on=day_text(on),
        addressee=terms.addressee,
        facts=facts,
        table=_register(found),
    )


def _register(found: Inbox) -> Table:
    """Every organisation, and the last row adding them up."""
    rows: list[dict[str, object]] = [
        {
            "number": place,
            "organisation": row.name,
            "state": row.state_label,
            "submitted": row.submitted_on,
            "until": row.until,
            "objections": row.objections,
            **{f"count{at}": one.number for at, one in enumerate(row.counts)},
        }
        for place, row in enumerate(found.rows, start=1)
    ]
    totals = {f"count{at}": one.number for at, one in enumerate(found.totals)}
    rows.append({"organisation": _("Together"), "objections": found.objections, **totals})
    return Table(columns.review([one.label for one in found.totals]), rows)
