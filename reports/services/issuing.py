"""How a notice is issued: frozen, numbered, printed and kept (docs/decisions/0015)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from appraisal.models import BranchYear, Snapshot
from appraisal.services import snapshots
from appraisal.services.on_notice import differing
from appraisal.services.results import UnitResults, results
from appraisal.services.superseded import Difference
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
from reports.services.hanging import posted_in
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


class NobodyNamed(Refused):
    """There is no notice, since it would name nobody: that is settled, and none is wanted any more."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice as it is printed before it is issued: its frozen figures, number, page, what it replaces.

    `publicity_days` are the working days for which it is to hang.
    """

    snapshot: Snapshot
    period: Period
    number: str
    replaces: Notice | None
    token: str
    sheet: Sheet
    page: PrintedPage
    publicity_days: int


def issue(
    *,
    by: By,
    organisation: Organisation,
    period: Period,
    annual: bool = False,
    order: ListOrder | None = None,
    seen: str | None = None,
) -> Notice:
    """The notice of a unit for a period that has ended, issued now unless the one in force shows the same.

    Its figures are frozen, it gets the next number of the organisation and the year, and its paper is kept.
    With other figures than the one in force it is a correction, and says so. The `order` of the members is
    the organisation's where none is asked for; `seen` is what was confirmed, as of `seen_as`. Raises
    OutOfScope; Refused when the kind does not fit the period, the period has not ended, or the annual notice
    of an approved year would be replaced; NobodyNamed, which is kept; Stale where another was issued there
    meanwhile, or what was confirmed is not what would be issued; NoScheme.
    """
    found = draft(by=by, organisation=organisation, period=period, annual=annual, order=order, seen=seen)
    return found if isinstance(found, Notice) else issue_draft(by=by, draft=found)


def draft(
    *,
    by: By,
    organisation: Organisation,
    period: Period,
    annual: bool = False,
    order: ListOrder | None = None,
    seen: str | None = None,
) -> Draft | Notice:
    """Freeze the figures of a unit and print its notice, while nobody has to wait for it; issues nothing.

    Where the notice in force shows what these figures would, it is given. Raises as `issue` does.
    """
    recording.permit_organisation(by, organisation.pk)
    unit = ended(by=by, organisation=organisation, period=period, annual=annual)
    if settled(by=by, unit=unit, period=period, annual=annual, seen=seen):
        raise NobodyNamed(_("Nobody there has points for this period; there is nothing to print."))
    posted = posted_in(period.year).get(organisation.pk) if annual else None
    terms = SettingsBook(order=order).terms(unit.organisation)
    return draft_unit(by=by, unit=unit, period=period, annual=annual, terms=terms, posted=posted, seen=seen)


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
            posted=posted_in(period.year).get(unit.organisation.pk) if annual and last is None else None,
            behind=behind_by_number(unit, scheme, period),
        )
        return _sheet(frozen, last, period, terms, annual=annual)


def draft_unit(
    *,
    by: By,
    unit: UnitResults,
    period: Period,
    annual: bool,
    terms: PageTerms,
    posted: Stretch | None,
    seen: str | None = None,
) -> Draft | Notice:
    """The same of results that are at hand, in which somebody is named; `posted` as of `posted_in`."""
    kind = kind_of(period, annual=annual)
    snapshot, rows = snapshots.reckoned(unit=unit, purpose=kind, period=period.code, as_of=period.last)
    last = _in_force(snapshot)
    if last is not None and not differing(last.snapshot, snapshot, rows):
        return last
    _refuse_unseen(seen, snapshot, last)
    if last is not None:
        refuse_replacing(last)
    snapshot = snapshots.freeze(by=by, unit=unit, purpose=kind, period=period.code, as_of=period.last)
    return _drafted(by, unit, snapshot, period, terms, posted)


def settled(*, by: By, unit: UnitResults, period: Period, annual: bool, seen: str | None = None) -> bool:
    """Whether the notice of a unit would name nobody: then its figures are frozen, and none is wanted.

    Raises OutOfScope; Refused where a notice is in force, which only another could replace; Stale where
    `seen` is not what would be frozen.
    """
    if named((result.status for result in unit.results), annual=annual):
        return False
    kind = kind_of(period, annual=annual)
    snapshot, _rows = snapshots.reckoned(unit=unit, purpose=kind, period=period.code, as_of=period.last)
    last = _in_force(snapshot)
    if last is not None:
        message = _(
            "Nobody there has points for this period any more, so nothing takes the place of the notice "
            "%(number)s: take it down, and archive it."
        )
        raise Refused(message, params={"number": last.number})
    _refuse_unseen(seen, snapshot, None)
    snapshots.freeze(by=by, unit=unit, purpose=kind, period=period.code, as_of=period.last)
    return True


def seen_as(snapshot: Snapshot, last: Notice | None) -> str:
    """What whoever confirms an issue has seen: the reckoned figures, and what is replaced."""
    return f"{snapshot.digest}:{last.number if last else ''}"


def _refuse_unseen(seen: str | None, snapshot: Snapshot, last: Notice | None) -> None:
    """Raise Stale where what was confirmed, if anything was, is not what these figures are."""
    if seen is not None and seen != seen_as(snapshot, last):
        raise Stale(_("The figures have changed since this page was made. Look at it again."))


def refuse_replacing(last: Notice) -> None:
    """Raise Refused for the annual notice of an approved year: nothing could be posted in its place."""
    if not replaceable(last):
        raise Refused(_("The year is approved: the committee must reopen it before its notice is corrected."))


def replaceable(last: Notice) -> bool:
    """Whether a correction of the notice could go up in its place: not of an approved year."""
    if last.kind != NoticeKind.ANNUAL:
        return True
    of_unit = BranchYear.objects.approved().filter(organisation=last.organisation_id)
    return not of_unit.of_year(int(last.period)).exists()


def issue_draft(*, by: By, draft: Draft) -> Notice:
    """Issue what was printed. Raises OutOfScope, and Stale where another was issued there meanwhile."""
    with guards.writing():
        _lock(draft.snapshot.organisation)
        last = _in_force(draft.snapshot)
        if last is not None and not differing(last.snapshot, draft.snapshot):
            return last
        if last is not None:
            refuse_replacing(last)
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


def refuse_unended(period: Period, *, on: date, annual: bool) -> None:
    """Raise Refused for a period that does not fit the kind, or has not ended by the day."""
    kind_of(period, annual=annual)
    if period.last >= on:
        raise Refused(_("The period has not ended: its notice cannot be issued yet."))


def ended(*, by: By, organisation: Organisation, period: Period, annual: bool) -> UnitResults:
    """The results of a unit for a period that has ended. Raises Refused where there are none, NoScheme."""
    refuse_unended(period, on=by.today, annual=annual)
    unit = unit_today(organisation, period, annual=annual)
    if unit is None or not unit.results or unit.scheme is None:
        raise Refused(_("Nobody there has points for this period; there is nothing to print."))
    return unit


def to_issue(*, by: By, organisation: Organisation, period: Period, annual: bool) -> UnitResults:
    """The same where a notice names somebody. Raises Refused where it names nobody."""
    unit = ended(by=by, organisation=organisation, period=period, annual=annual)
    if not named((result.status for result in unit.results), annual=annual):
        raise Refused(_("Nobody there has points for this period; there is nothing to print."))
    return unit


def lacking(*, by: By, organisation: Organisation, period: Period, annual: bool) -> int:
    """How many units at and below the organisation would get a notice. Raises Refused for none, NoScheme."""
    refuse_unended(period, on=by.today, annual=annual)
    there = Notice.objects.filter(kind=kind_of(period, annual=annual), period=period.code).order_by()
    issued = set(there.values_list("organisation", flat=True))
    found = results(year=period.year, as_of=period.last, within=organisation, annual_too=annual)
    count = sum(
        unit.organisation.pk not in issued
        and by.scope.may_write(unit.organisation)
        and named((result.status for result in unit.results), annual=annual)
        for unit in found
    )
    if not count:
        raise Refused(_("No unit there lacks its notice of this period."))
    return count


def unit_today(organisation: Organisation, period: Period, *, annual: bool) -> UnitResults | None:
    """The results of a unit for a period as the ledger gives them today; None: nobody is placed there.

    Raises NoScheme.
    """
    found = results(year=period.year, as_of=period.last, within=organisation, alone=True, annual_too=annual)
    return next((one for one in found if one.organisation.pk == organisation.pk), None)


def changes(notice: Notice) -> list[Difference]:
    """What a notice of today would show otherwise than this one; a fixed number of queries.

    Where no scheme holds any more, nothing can be set beside it, and nothing differs.
    """
    period = Period.parse(notice.period)
    try:
        unit = unit_today(notice.organisation, period, annual=notice.kind == NoticeKind.ANNUAL)
    except NoScheme:
        return []
    if unit is None or unit.scheme is None:
        return differing(notice.snapshot, notice.snapshot, [])
    snapshot, rows = snapshots.reckoned(unit=unit, purpose=notice.kind, period=period.code, as_of=period.last)
    return differing(notice.snapshot, snapshot, rows)


def _in_force(snapshot: Snapshot) -> Notice | None:
    """The notice in force of the unit, kind and period of these figures."""
    of_period = Notice.objects.of_period(snapshot.organisation, snapshot.purpose, snapshot.period)
    last: Notice | None = of_period.select_related("snapshot__scheme").first()
    return last


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
            posted=posted if last is None else None,
            number=number,
            address=address_of(token),
            behind=behind_by_number(unit, snapshot.scheme, period),
        )
        sheet = _sheet(frozen, last, period, terms, annual=snapshot.purpose == NoticeKind.ANNUAL)
    days = terms.days_of(snapshot.scheme)
    return Draft(snapshot, period, number, last, token, sheet, print_sheets(sheet), days)


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
        publicity_days=draft.publicity_days,
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
