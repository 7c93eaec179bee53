"""What a user prints: summary or notice of an organisation and all below, and the points card of a member."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from appraisal.services.results import UnitResults, results
from members.errors import OutOfScope, Refused
from members.models import Member, Organisation
from members.services.by import By
from members.text import listed
from reports.enums import ListOrder
from reports.models import Notice, NoticePaper
from reports.office.files import Format, PageFile, kept_file, sheets_file
from reports.periods import Length, Period, day_text
from reports.print.documents import Document, print_documents, sheet_of
from reports.print.engine import PrintedPage, Sheet
from reports.publicity import arranged
from reports.services import issuing
from reports.services.blank import blank_forms
from reports.services.card import award_levels, points_card, points_cards
from reports.services.confirmation import confirmation_sheet
from reports.services.hanging import posted_in
from reports.services.settings import SettingsBook
from reports.services.standing import behind_by_number, praise_list, reminders
from reports.services.summary import quarterly_summary
from reports.services.wall import MADE, from_results, named
from scoring.models import Scheme


class PageKind(StrEnum):
    """The pages that can be printed."""

    SUMMARY = "summary"
    NOTICE = "notice"
    ANNUAL = "annual"
    PRAISE = "praise"
    REMINDERS = "reminders"
    CARDS = "cards"
    CONFIRMATION = "confirmation"
    FORMS = "forms"


USUAL = {
    Length.QUARTER: PageKind.SUMMARY,
    Length.HALF_YEAR: PageKind.NOTICE,
    Length.YEAR: PageKind.ANNUAL,
}
"""What is printed for a period when nothing else is asked for."""

MAKERS: dict[PageKind, Callable[..., Document | None]] = {
    PageKind.PRAISE: praise_list,
    PageKind.REMINDERS: reminders,
    PageKind.CARDS: points_cards,
    PageKind.CONFIRMATION: confirmation_sheet,
    PageKind.FORMS: blank_forms,
}
"""What is made of a unit's current figures to be handed out, signed or filled in."""

FITTING = {
    PageKind.PRAISE: (Length.HALF_YEAR,),
    PageKind.REMINDERS: (Length.HALF_YEAR,),
    PageKind.CARDS: tuple(Length),
    PageKind.CONFIRMATION: (Length.QUARTER, Length.HALF_YEAR),
    PageKind.FORMS: (Length.YEAR,),
}
"""The periods that these are printed for."""

PAPER_ALONE = frozenset({PageKind.CARDS})
"""What is cut apart, and so is not made for Word and Excel."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What is to be printed, in every format: the pages, and what the user is to be told of them.

    `kept` is the PDF of a notice that was issued, where the pages are that notice alone.
    """

    sheets: Sequence[Sheet]
    remarks: tuple[str, ...] = ()
    kept: PrintedPage | None = None


def page_file(*, format: Format = Format.PDF, **asked: Any) -> PageFile:
    """What `pages_of` makes of what is asked for, in a format.

    Raises as it does, and Refused for a page to be cut apart in another format than PDF.
    """
    if format != Format.PDF and asked.get("kind") in PAPER_ALONE:
        raise Refused(_("Points cards are made for paper: print them as PDF."))
    pages = pages_of(**asked)
    if pages.kept is not None and format == Format.PDF:
        return kept_file(pages.kept, pages.remarks)
    return sheets_file(pages.sheets, format, pages.remarks)


def pages_of(
    *,
    organisation: Organisation,
    period: Period,
    by: By,
    kind: str | None = None,
    issue: bool = True,
    alone: bool = False,
    order: ListOrder | None = None,
    named: bool = True,
) -> Pages:
    """The pages of a kind, or of the usual one of the period. Raises as the functions below do.

    With `alone` they are of the one unit, and of none below it. The `order` of the members
    is the organisation's where none is asked for. Blank forms have the names of the members where `named`
    says so.
    """
    chosen = PageKind(kind) if kind else USUAL[period.length]
    if chosen == PageKind.SUMMARY:
        return summary_pages(organisation=organisation, period=period, by=by, alone=alone, order=order)
    if chosen in MAKERS:
        return handed_pages(
            organisation=organisation,
            period=period,
            by=by,
            kind=chosen,
            alone=alone,
            order=order,
            named=named,
        )
    return notice_pages(
        organisation=organisation,
        period=period,
        by=by,
        annual=chosen == PageKind.ANNUAL,
        issue=issue,
        alone=alone,
        order=order,
    )


def summary_pages(
    *,
    organisation: Organisation,
    period: Period,
    by: By,
    alone: bool = False,
    order: ListOrder | None = None,
) -> Pages:
    """The summary and analysis of every unit in the organisation, or of it `alone`, from current figures.

    Raises OutOfScope when `by` does not read the organisation, Refused when the period has not begun or
    nobody has points, NoScheme.
    """
    _permit(organisation, period, by)
    earlier = _earlier(organisation, period, by, alone)
    book = SettingsBook(order=order)
    made: list[Sheet] = []
    for unit, scheme in _units(organisation, period, by, annual_too=False, alone=alone):
        terms = book.terms(unit.organisation)
        with translation.override(terms.language):
            document = quarterly_summary(
                unit,
                scheme,
                period,
                terms,
                today=by.today,
                earlier=None if earlier is None else earlier.get(unit.organisation.pk, {}),
                provisional=_provisional(period, by.today),
            )
        made.append(sheet_of(document, terms.language))
    return _pages(made)


def handed_pages(
    *,
    organisation: Organisation,
    period: Period,
    by: By,
    kind: PageKind,
    alone: bool = False,
    order: ListOrder | None = None,
    named: bool = True,
) -> Pages:
    """What a kind of MAKERS makes of every unit in the organisation, or of it `alone`, from current figures.

    Raises as the summary does, and Refused when the period is none that fits, or nobody is ahead, or behind.
    """
    if period.length not in FITTING[kind]:
        raise Refused(_unfitting(kind))
    _permit(organisation, period, by)
    book = SettingsBook(order=order)
    made: list[Sheet] = []
    more = {"named": named} if kind == PageKind.FORMS else {"provisional": _provisional(period, by.today)}
    for unit, scheme in _units(organisation, period, by, annual_too=False, alone=alone):
        terms = book.terms(unit.organisation)
        with translation.override(terms.language):
            document = MAKERS[kind](unit, scheme, period, terms, today=by.today, **more)
        if document is not None:
            made.append(sheet_of(document, terms.language))
    if not made and kind == PageKind.REMINDERS:
        raise Refused(_("Nobody there is behind; there is nothing to remind of."))
    return _pages(made)


def notice_pages(
    *,
    organisation: Organisation,
    period: Period,
    by: By,
    annual: bool = False,
    issue: bool = True,
    alone: bool = False,
    order: ListOrder | None = None,
) -> Pages:
    """The half-year notice or the annual one of every unit in the organisation, or of the one unit `alone`.

    The one in force is printed, whatever the figures say by now. Where none is, it is issued first with
    `issue`, if `by` writes the unit. A single one is printed as it is kept, byte for byte, in the order in
    which it was issued. Where there is none, or the period has not ended, the page is provisional and says
    so. An annual notice of which it is recorded at its issue from when to when it hangs carries those days.
    All are printed before any is issued, and then issued together or not at all. Raises OutOfScope when `by`
    does not read the organisation; Refused when the kind does not fit the period, the period has not begun or
    nobody is to be named; Stale; NoScheme.
    """
    kind = issuing.kind_of(period, annual=annual)
    _permit(organisation, period, by)
    book = SettingsBook(order=order)
    posted = posted_in(period.year) if annual else {}
    found: list[Notice | issuing.Draft | Sheet] = []
    for unit, scheme in _units(organisation, period, by, annual_too=annual, alone=alone):
        notice: Notice | issuing.Draft | None = None
        if over := period.last < by.today:
            notice = Notice.objects.of_period(unit.organisation, kind, period.code).first()
        issues = over and notice is None and issue and by.scope.may_write(unit.organisation)
        if issues and issuing.settled(by=by, unit=unit, period=period, annual=annual):
            continue
        if notice is None and not named((result.status for result in unit.results), annual=annual):
            continue
        terms, hung = book.terms(unit.organisation), posted.get(unit.organisation.pk)
        if issues:
            notice = issuing.draft_unit(
                by=by, unit=unit, period=period, annual=annual, terms=terms, posted=hung
            )
        if notice is not None:
            found.append(notice)
            continue
        with translation.override(terms.language):
            frozen = replace(
                from_results(unit, scheme, on=by.today, provisional=_provisional(period, by.today)),
                posted=hung,
                behind=behind_by_number(unit, scheme, period),
            )
            document = MADE[annual](frozen, period, terms)
        if document is not None:
            found.append(sheet_of(document, terms.language))
    notices = issuing.issue_all(by=by, found=found)
    made = [one if isinstance(one, Sheet) else issuing.sheet_kept(one.paper) for one in notices]
    dates = [by.today if isinstance(one, Sheet) else timezone.localdate(one.issued_at) for one in notices]
    if len(notices) == 1 and isinstance(notices[0], Notice):
        return Pages(made, _unknown(dates), paper_of(notices[0].paper))
    return _pages(made, dates)


def paper_of(paper: NoticePaper) -> PrintedPage:
    """A notice as it is kept: what was issued, byte for byte."""
    return PrintedPage(pdf=bytes(paper.pdf), pages=paper.pages, missing=frozenset(paper.missing) - {"\n"})


def notice_file(notice: Notice, format: Format = Format.PDF) -> PageFile:
    """A notice as it is kept, with what to tell whoever prints it; for Word and Excel of the page kept."""
    unknown = _unknown([timezone.localdate(notice.issued_at)])
    if format == Format.PDF:
        return kept_file(paper_of(notice.paper), unknown)
    return sheets_file([issuing.sheet_kept(notice.paper)], format, unknown)


def card_pdf(*, member: Member, period: Period, by: By) -> PrintedPage:
    """A member's points card, from the current figures as of the period's last day, in the branch's language.

    Raises OutOfScope when `by` does not see the member, Refused when the period has not begun or the member
    has no points in it, NoScheme.
    """
    if not Member.objects.visible_to(by.scope).filter(pk=member.pk).exists():
        raise OutOfScope
    refuse_to_come(period, by)
    posting = member.postings.on(period.last).select_related("organisation").first()
    found = None
    if posting is not None:
        unit = next(
            results(
                year=period.year, as_of=period.last, within=posting.organisation, alone=True, annual_too=False
            )
        )
        found = next(one for one in unit.results if one.score.member_id == member.pk)
    if found is None or found.daily is None:
        raise Refused(
            _("%(name)s has no points for %(period)s, so there is no card."),
            params={"name": member.name, "period": period.title},
        )
    language = SettingsBook().terms(unit.organisation).language
    with translation.override(language):
        provisional = _provisional(period, by.today)
        card = points_card(unit, found, period, award_levels(), today=by.today, provisional=provisional)
    return print_documents([(card, language)])


def _unfitting(kind: PageKind) -> str:
    """Which periods a kind is printed for."""
    if kind == PageKind.CONFIRMATION:
        return _("Sheets to confirm points are printed for a quarter, as 2026Q1, or a half-year, as 2026H1.")
    if kind == PageKind.FORMS:
        return _("Blank forms are printed for a year, as 2026.")
    return _("Praise and reminders are printed for a half-year, as 2026H1.")


def _permit(organisation: Organisation, period: Period, by: By) -> None:
    if not by.scope.may_read(organisation):
        raise OutOfScope
    refuse_to_come(period, by)


def refuse_to_come(period: Period, by: By) -> None:
    """Raise Refused for a period that has not begun."""
    if period.first > by.today:
        raise Refused(
            _("%(period)s begins on %(day)s; there is nothing to print yet."),
            params={"period": period.code, "day": day_text(period.first)},
        )


def _units(
    organisation: Organisation, period: Period, by: By, annual_too: bool, alone: bool = False
) -> Iterator[tuple[UnitResults, Scheme]]:
    """The units with anybody in them, each with the scheme that governs it.

    A group's unit is the branch above it: raises OutOfScope when `by` does not read that.
    """
    for unit in results(
        year=period.year, as_of=period.last, within=organisation, alone=alone, annual_too=annual_too
    ):
        if not by.scope.may_read(unit.organisation):
            raise OutOfScope
        if unit.results and unit.scheme is not None:
            yield unit, unit.scheme


def _earlier(
    organisation: Organisation, period: Period, by: By, alone: bool
) -> dict[int, dict[int, int]] | None:
    """By unit and member key the points at the end of the period before; None where the year has none."""
    if period.before is None:
        return None
    return {
        unit.organisation.pk: {
            result.score.member_id: result.daily for result in unit.results if result.daily is not None
        }
        for unit, _scheme in _units(organisation, period.before, by, annual_too=False, alone=alone)
    }


def _provisional(period: Period, today: date) -> str:
    """What a page says over its text while its period runs; empty afterwards."""
    if period.last < today:
        return ""
    return _("Provisional, as of %(day)s: the period has not ended.") % {"day": day_text(today)}


def _pages(made: Sequence[Sheet], dates: Sequence[date] = ()) -> Pages:
    """The pages, with remarks for the user. Raises Refused where there is none."""
    if not made:
        raise Refused(_("Nobody there has points for this period; there is nothing to print."))
    return Pages(made, _unknown(dates))


def _unknown(dates: Sequence[date]) -> tuple[str, ...]:
    """The remark on publicity dates of years whose holiday arrangement is not known."""
    unknown = sorted({day.year for day in dates if not arranged(day.year)})
    if not unknown:
        return ()
    remark = _(
        "The holiday arrangement of %(years)s is not known to this installation: check the publicity dates."
    ) % {"years": listed(map(str, unknown))}
    return (remark,)
