"""How a notice is issued: frozen, numbered, printed and kept (docs/decisions/0015)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from appraisal.enums import YearState
from appraisal.models import BranchYear, Snapshot
from appraisal.querysets import BranchYearQuerySet
from appraisal.services import snapshots
from appraisal.services.results import UnitResults, results
from appraisal.services.superseded import Difference, since
from members.errors import Refused, Stale
from members.models import Organisation
from members.services import guards, recording
from members.services.by import By
from reports.enums import ListOrder, NoticeKind
from reports.models import Notice, NoticePaper
from reports.periods import Length, Period
from reports.print.documents import sheet_of
from reports.print.engine import PrintedPage, Sheet, print_sheets
from reports.services.correction import corrected
from reports.services.settings import PageTerms, SettingsBook
from reports.services.standing import behind_by_number
from reports.services.wall import MADE, Frozen, Stretch, from_results, from_snapshot, named
from scoring.services.scores import NoScheme

TOKEN_BYTES = 16
"""Of chance in the address of a notice: nobody guesses one."""


def kind_of(period: Period, *, annual: bool) -> NoticeKind:
    """The kind of the notice of a period. Raises Refused where the period is not as long as it is to be."""
    if period.length != (Length.YEAR if annual else Length.HALF_YEAR):
        raise Refused(
            _("The annual notice is printed for a year, as 2026.")
            if annual
            else _("The half-year notice is printed for a half-year, as 2026H1.")
        )
    return NoticeKind.ANNUAL if annual else NoticeKind.HALF_YEAR


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice as it is printed before it is issued: its frozen figures, number, page, what it replaces."""

    snapshot: Snapshot
    period: Period
    number: str
    replaces: Notice | None
    token: str
    sheet: Sheet
    page: PrintedPage


def issue(
    *,
    by: By,
    organisation: Organisation,
    period: Period,
    annual: bool = False,
    order: ListOrder | None = None,
) -> Notice:
    """The notice of a unit for a period that has ended, issued now unless the one in force says the same.

    Its figures are frozen, it gets the next number of the organisation and the year, and its paper is kept.
    With other figures than the one in force it is a correction, and says so. The `order` of the members is
    the organisation's where none is asked for. Raises OutOfScope; Refused when
    the kind does not fit the period, the period has not ended, or nobody is to be named; Stale where another
    was issued there meanwhile; NoScheme.
    """
    found = draft(by=by, organisation=organisation, period=period, annual=annual, order=order)
    return found if isinstance(found, Notice) else issue_draft(by=by, draft=found)


def draft(
    *,
    by: By,
    organisation: Organisation,
    period: Period,
    annual: bool = False,
    order: ListOrder | None = None,
) -> Draft | Notice:
    """Freeze the figures of a unit and print its notice, while nobody has to wait for it; issues nothing.

    Where the notice in force gives these figures, it is given. Raises as `issue` does.
    """
    recording.permit_organisation(by, organisation.pk)
    unit = to_issue(by=by, organisation=organisation, period=period, annual=annual)
    posted = posted_in(period.year).get(organisation.pk) if annual else None
    terms = SettingsBook(order=order).terms(unit.organisation)
    return draft_unit(by=by, unit=unit, period=period, annual=annual, terms=terms, posted=posted)


def proof(
    *,
    by: By,
    organisation: Organisation,
    period: Period,
    annual: bool = False,
    order: ListOrder | None = None,
) -> Sheet:
    """The notice of a unit as it would be issued now, marked as not issued; nothing is written.

    A correction names the notice that it would replace. Raises as `issue` does.
    """
    recording.permit_organisation(by, organisation.pk)
    unit = to_issue(by=by, organisation=organisation, period=period, annual=annual)
    scheme = unit.scheme
    if scheme is None:
        raise ValueError("who has points has a scheme")
    of_period = Notice.objects.of_period(unit.organisation, kind_of(period, annual=annual), period.code)
    last = of_period.select_related("snapshot__scheme").first()
    terms = SettingsBook(order=order).terms(unit.organisation)
    with translation.override(terms.language):
        frozen = replace(
            from_results(unit, scheme, on=by.today, provisional=""),
            posted=posted_in(period.year).get(unit.organisation.pk) if annual else None,
            behind=behind_by_number(unit, scheme, period),
        )
        return _sheet(frozen, last, period, terms, annual=annual)


def draft_unit(
    *, by: By, unit: UnitResults, period: Period, annual: bool, terms: PageTerms, posted: Stretch | None
) -> Draft | Notice:
    """The same of results that are at hand, in which somebody is named; `posted` as of `posted_in`."""
    kind = kind_of(period, annual=annual)
    snapshot = snapshots.freeze(by=by, unit=unit, purpose=kind, period=period.code, as_of=period.last)
    return _saying(snapshot) or _drafted(by, unit, snapshot, period, terms, posted)


def issue_draft(*, by: By, draft: Draft) -> Notice:
    """Issue what was printed. Raises OutOfScope, and Stale where another was issued there meanwhile."""
    with guards.writing():
        _lock(draft.snapshot.organisation)
        issued = _saying(draft.snapshot)
        if issued is not None:
            return issued
        if _next(draft.snapshot, draft.period) != (draft.number, draft.replaces):
            raise Stale(_("Somebody else has changed this meanwhile. Look at it again before you change it."))
        return _keep(by, draft)


def issue_all(*, by: By, found: Sequence[Draft | Notice | Sheet]) -> list[Notice | Sheet]:
    """The same with every draft issued: all in one transaction, and none where one cannot be.

    Raises as `issue_draft` does. Where there is no draft, nothing is written.
    """
    drafted = any(isinstance(one, Draft) for one in found)
    with guards.writing() if drafted else nullcontext():
        return [issue_draft(by=by, draft=one) if isinstance(one, Draft) else one for one in found]


def sheet_kept(paper: NoticePaper) -> Sheet:
    """The page that a notice was made of."""
    return Sheet(paper.html, paper.language)


def address_of(token: str) -> str:
    """Where everybody may check a notice; empty where the installation does not know its own address."""
    return settings.PUBLIC_URL + reverse("notice_check", args=[token]) if settings.PUBLIC_URL else ""


def posted_in(year: int) -> dict[int, Stretch]:
    """By organisation key from when to when the annual notice hangs that was posted before any was issued."""
    rows = hanging().of_year(year).filter(posted_figures__isnull=True).order_by()
    found = rows.values_list("organisation", "posted_on", "publicity_until")
    return {organisation: (first, last) for organisation, first, last in found}


def to_issue(*, by: By, organisation: Organisation, period: Period, annual: bool) -> UnitResults:
    """The results of a unit whose notice can be issued. Raises Refused where it cannot, NoScheme."""
    kind_of(period, annual=annual)
    if period.last >= by.today:
        raise Refused(_("The period has not ended: its notice cannot be issued yet."))
    unit = unit_today(organisation, period, annual=annual)
    if unit is None or not named((result.status for result in unit.results), annual=annual):
        raise Refused(_("Nobody there has points for this period; there is nothing to print."))
    return unit


def unit_today(organisation: Organisation, period: Period, *, annual: bool) -> UnitResults | None:
    """The results of a unit for a period as the ledger gives them today; None: nobody is placed there.

    Raises NoScheme.
    """
    found = results(year=period.year, as_of=period.last, within=organisation, alone=True, annual_too=annual)
    return next((one for one in found if one.organisation.pk == organisation.pk), None)


def holding(unit: UnitResults, period: Period, kind: NoticeKind) -> Notice | None:
    """The notice in force, if it gives the very figures of these results; nothing is stored."""
    snapshot, _rows = snapshots.reckoned(unit=unit, purpose=kind, period=period.code, as_of=period.last)
    return _saying(snapshot)


def changes(notice: Notice) -> list[Difference]:
    """What the ledger gives today otherwise than a notice; a fixed number of queries.

    Names are no figures. Where no scheme holds any more, nothing can be set beside it, and nothing differs.
    """
    period = Period.parse(notice.period)
    try:
        unit = unit_today(notice.organisation, period, annual=notice.kind == NoticeKind.ANNUAL)
    except NoScheme:
        return []
    return since(notice.snapshot, unit.results if unit is not None else [])


def _in_force(snapshot: Snapshot) -> Notice | None:
    """The notice in force of the unit, kind and period of these figures."""
    of_period = Notice.objects.of_period(snapshot.organisation, snapshot.purpose, snapshot.period)
    last: Notice | None = of_period.select_related("snapshot").first()
    return last


def _saying(snapshot: Snapshot) -> Notice | None:
    """The notice in force, if it gives these very figures: others may have been frozen since, unissued."""
    last = _in_force(snapshot)
    return last if last is not None and last.snapshot.digest == snapshot.digest else None


def _lock(organisation: Organisation) -> None:
    """One at a time for each organisation: numbers follow each other, and one notice is in force."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def _next(snapshot: Snapshot, period: Period) -> tuple[str, Notice | None]:
    """The number that a notice of these figures gets, and the notice that it replaces."""
    organisation = snapshot.organisation
    number = f"{organisation.code}-{period.year}-{_serial(organisation, period.year):02}"
    return number, _in_force(snapshot)


def _drafted(
    by: By, unit: UnitResults, snapshot: Snapshot, period: Period, terms: PageTerms, posted: Stretch | None
) -> Draft:
    number, last = _next(snapshot, period)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with translation.override(terms.language):
        frozen = replace(
            from_snapshot(snapshot),
            date=by.today,
            posted=posted,
            number=number,
            address=address_of(token),
            behind=behind_by_number(unit, snapshot.scheme, period),
        )
        sheet = _sheet(frozen, last, period, terms, annual=snapshot.purpose == NoticeKind.ANNUAL)
    return Draft(snapshot, period, number, last, token, sheet, print_sheets(sheet))


def _sheet(frozen: Frozen, last: Notice | None, period: Period, terms: PageTerms, *, annual: bool) -> Sheet:
    """The page of a notice that replaces the `last` one, if any; call it with the page's language active."""
    make = MADE[annual]
    document = make(frozen, period, terms)
    if document is None:
        raise ValueError("a notice names somebody")
    if last is not None:
        before = make(from_snapshot(last.snapshot), period, terms)
        told = corrected(before, document) if before else ""
        document = replace(document, replaces=last.number, corrected=told)
    return sheet_of(document, terms.language)


def _keep(by: By, draft: Draft) -> Notice:
    """Store what was printed as issued now."""
    page, sheet, snapshot = draft.page, draft.sheet, draft.snapshot
    notice = Notice(
        organisation=snapshot.organisation,
        kind=snapshot.purpose,
        period=snapshot.period,
        number=draft.number,
        snapshot=snapshot,
        replaces=draft.replaces,
        digest=hashlib.sha256(page.pdf).hexdigest(),
        token=draft.token,
        issued_at=by.now,
        issued_by=by.user,
    )
    recording.add(by, notice, verb="issue notice")
    NoticePaper.objects.create(
        notice=notice,
        pdf=page.pdf,
        pages=page.pages,
        missing="\n".join(sorted(page.missing)),
        html=sheet.html,
        language=sheet.language,
    )
    return notice


def _serial(organisation: Organisation, year: int) -> int:
    """The next number of an organisation in a year; notices are never deleted."""
    return Notice.objects.filter(organisation=organisation, period__startswith=str(year)).count() + 1


def hanging() -> BranchYearQuerySet:
    """Years of branches of which it is recorded from when to when the notice hangs."""
    rows = BranchYear.objects.filter(posted_on__isnull=False, publicity_until__isnull=False)
    return rows.filter(state__in=(YearState.SUBMITTED, YearState.APPROVED))
