"""The life of a notice: issued, posted, archived, or replaced by its correction (docs/decisions/0015)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.core.files import File
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appraisal.enums import YearState
from appraisal.models import BranchYear, Objection, Snapshot
from appraisal.querysets import BranchYearQuerySet, ObjectionQuerySet
from appraisal.services import objections, snapshots, years
from appraisal.services.results import UnitResults, results
from members.errors import Refused, Stale
from members.models import Organisation
from members.services import files, guards, recording, stored
from members.services.by import By
from reports.models import Notice, NoticeKind, NoticePaper, NoticeState
from reports.periods import Length, Period
from reports.print.documents import sheet_of
from reports.print.engine import PrintedPage, Sheet, identifier, print_sheets
from reports.publicity import longest, publicity
from reports.services.settings import PageTerms, SettingsBook
from reports.services.standing import behind_by_number
from reports.services.wall import Stretch, annual_notice, from_snapshot, half_year_notice, named

TOKEN_BYTES = 16
"""Of chance in the address of a notice: nobody guesses one."""

PAPERS = 20
"""So many papers are read at once: each may have some hundred kilobytes."""


@dataclass(frozen=True, slots=True)
class Life:
    """What became of a notice: its state, from when to when and where it hangs, and what replaced it."""

    state: NoticeState
    posted_on: date | None = None
    until: date | None = None
    place: str = ""
    replaced_by: Notice | None = None


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


def issue(*, by: By, organisation: Organisation, period: Period, annual: bool = False) -> Notice:
    """The notice of a unit for a period that has ended, issued now unless the one in force says the same.

    Its figures are frozen, it gets the next number of the organisation and the year, and its paper is kept.
    With other figures than the one in force it is a correction, and says so. Raises OutOfScope; Refused when
    the kind does not fit the period, the period has not ended, or nobody is to be named; NoScheme.
    """
    with guards.writing():
        recording.permit_organisation(by, organisation.pk)
        unit = _to_issue(by, organisation, period, annual)
        return issue_unit(
            by=by,
            unit=unit,
            period=period,
            annual=annual,
            terms=SettingsBook().terms(unit.organisation),
            posted=posted_in(period.year).get(unit.organisation.pk) if annual else None,
        )


def issue_unit(
    *, by: By, unit: UnitResults, period: Period, annual: bool, terms: PageTerms, posted: Stretch | None
) -> Notice:
    """The same of results that are at hand, in which somebody is named; `posted` as of `posted_in`."""
    kind, organisation = kind_of(period, annual=annual), unit.organisation
    with guards.writing():
        recording.permit_organisation(by, organisation.pk)
        _lock(organisation)
        snapshot = snapshots.freeze(by=by, unit=unit, purpose=kind, period=period.code, as_of=period.last)
        issued: Notice | None = Notice.objects.filter(snapshot=snapshot).first()
        return issued or _keep(by, _drafted(by, unit, snapshot, period, terms, posted))


def draft(*, by: By, organisation: Organisation, period: Period, annual: bool = False) -> Draft | Notice:
    """Freeze the figures of a unit and print its notice, while nobody has to wait for it; issues nothing.

    Where the notice of these figures is issued already, it is given. Raises as `issue` does.
    """
    unit = _to_issue(by, organisation, period, annual)
    kind = kind_of(period, annual=annual)
    snapshot = snapshots.freeze(by=by, unit=unit, purpose=kind, period=period.code, as_of=period.last)
    issued: Notice | None = Notice.objects.filter(snapshot=snapshot).first()
    if issued is not None:
        return issued
    terms = SettingsBook().terms(organisation)
    posted = posted_in(period.year).get(organisation.pk) if annual else None
    return _drafted(by, unit, snapshot, period, terms, posted)


def issue_draft(*, by: By, draft: Draft) -> Notice:
    """Issue what was printed. Raises OutOfScope, and Stale where another was issued there meanwhile."""
    with guards.writing():
        _lock(draft.snapshot.organisation)
        issued: Notice | None = Notice.objects.filter(snapshot=draft.snapshot).first()
        if issued is not None:
            return issued
        if _next(draft.snapshot, draft.period) != (draft.number, draft.replaces):
            raise Stale(_("Somebody else has changed this meanwhile. Look at it again before you change it."))
        return _keep(by, draft)


def address_of(token: str) -> str:
    """Where everybody may check a notice; empty where the installation does not know its own address."""
    return settings.PUBLIC_URL + reverse("notice_check", args=[token]) if settings.PUBLIC_URL else ""


def post(
    *,
    by: By,
    notice: Notice,
    day: date,
    place: str,
    until: date | None = None,
    photo: File[bytes] | None = None,
) -> Notice:
    """Say since which day and where a notice hangs, and until which day: without one, as the plan has it.

    It can be said again, to correct it, until the notice is archived; a photo stays until there is another.
    Of an annual notice it is said of the branch's year, by whose rules. Raises OutOfScope, Stale, or Refused:
    for a notice that is replaced or archived, a day to come or before it was issued, an end before the plan's
    working days are over or, once said, before the one that was said, and without a place.
    """
    with files.together(), guards.writing():
        held = _to_change(by, notice)
        if day > by.today:
            raise Refused({"posted_on": _("The date lies in the future.")})
        if day < (issued := timezone.localdate(held.issued_at)):
            raise Refused(
                {"posted_on": _("A notice goes up once it is issued, on %(day)s at the earliest.")
                 % {"day": date_format(issued)}}
            )  # fmt: skip
        least = last_day(held, day)
        if held.kind == NoticeKind.ANNUAL:
            year = years.year_of(held.organisation, int(held.period))
            years.post_notice(
                by=by,
                branch_year=year,
                posted_on=day,
                place=place,
                until=until or least,
                least=least,
                most=longest(day),
            )
        else:
            _post(held, day, place, until or least, least)
        if photo is not None:
            held.photo = photo
        recording.change(by, held, verb="post notice")
    return held


def register_objection(*, by: By, notice: Notice, objection: Objection) -> None:
    """Keep an objection to a half-year notice that was posted; one to an annual notice is of its year.

    Raises OutOfScope, or Refused as the service of objections does, and for a notice that was not posted, or
    is archived.
    """
    with guards.writing():
        held = _heard(by, notice)
        if held.kind != NoticeKind.HALF_YEAR or held.posted_on is None:
            raise Refused(_("Objections are heard once the notice is posted."))
        objection.snapshot = held.snapshot
        objections.register_objection(by=by, objection=objection)


def answer_objection(*, by: By, notice: Notice, objection: Objection) -> None:
    """Store the answer to one of them, or another in its place.

    Raises OutOfScope, Stale, or Refused as the service of objections does, and once the notice is archived.
    """
    with guards.writing():
        _heard(by, notice)
        objections.answer_objection(by=by, objection=objection)


def objections_to(notice: Notice) -> ObjectionQuerySet:
    """The objections to a half-year notice, and to those that it replaces: they are of the same figures."""
    rows: ObjectionQuerySet = Objection.objects.filter(
        snapshot__organisation=notice.organisation_id,
        snapshot__purpose=notice.kind,
        snapshot__period=notice.period,
    )
    return rows


def archive(*, by: By, notice: Notice) -> Notice:
    """File a notice whose publicity is over.

    Raises OutOfScope, Stale, or Refused for one that is replaced or archived, was not posted, still hangs, or
    to which an objection waits for its answer.
    """
    with guards.writing():
        held = _to_change(by, notice)
        life = lives([held])[held.pk]
        if life.until is None:
            raise Refused(_("Only a notice that was posted is archived."))
        if life.until >= by.today:
            raise Refused(
                _("The notice hangs until %(day)s; it is archived after that."),
                params={"day": date_format(life.until)},
            )
        if objections_to(held).unanswered().exists():
            raise Refused(_("An objection waits for its answer."))
        held.archived_at = by.now
        recording.change(by, held, verb="archive notice")
    return held


def last_day(notice: Notice, day: date) -> date:
    """The day on which a notice posted on a day may come down, by its branch's settings and the scheme."""
    days = SettingsBook().terms(notice.organisation).publicity_days or notice.snapshot.scheme.publicity_days
    return publicity(day, days)[1]


def lives(notices: Iterable[Notice]) -> dict[int, Life]:
    """By key what became of each notice, in two queries."""
    asked = list(notices)
    followed = Notice.objects.filter(replaces__in=[one.pk for one in asked])
    replaced = {one.replaces_id: one for one in followed}
    annual = [one for one in asked if one.kind == NoticeKind.ANNUAL]
    hung = _years_of(annual) if annual else {}
    return {one.pk: _life(one, hung, replaced.get(one.pk)) for one in asked}


def posted_in(year: int) -> dict[int, Stretch]:
    """By organisation key from when to when the annual notice hangs that was posted before any was issued."""
    rows = _hanging().of_year(year).filter(posted_figures__isnull=True).order_by()
    found = rows.values_list("organisation", "posted_on", "publicity_until")
    return {organisation: (first, last) for organisation, first, last in found}


def faults() -> Iterator[tuple[int, str]]:
    """Every notice whose paper or figures are not those that were issued, as (key, what is wrong)."""
    known: dict[int, Notice] = {}
    for one in stored.read(Notice):
        if one.row is None:
            yield one.pk, _("is not as it was written")
        else:
            known[one.pk] = one.row
    kept = set()
    for one in stored.read(NoticePaper, at_once=PAPERS):
        key = one.raw["notice_id"] if one.row is None else one.row.notice_id
        kept.add(key)
        if one.row is None:
            yield key, _("is not as it was written")
        elif key in known:
            yield from ((key, what) for what in _altered(known[key], one.row))
    for key in sorted(known.keys() - kept):
        yield key, _("has no paper any more")
    frozen = Notice.objects.order_by("pk").values_list(
        "pk", "snapshot__organisation", "snapshot__purpose", "snapshot__period"
    )
    for key, *facts in frozen:
        if key in known and facts != [known[key].organisation_id, known[key].kind, known[key].period]:
            yield key, _("names figures of another organisation, kind or period")


def _altered(notice: Notice, paper: NoticePaper) -> Iterator[str]:
    pdf = bytes(paper.pdf)
    if hashlib.sha256(pdf).hexdigest() != notice.digest:
        yield _("has another PDF than was issued")
    elif identifier(paper.html).encode() not in pdf:
        yield _("has another page than its PDF was made of")


def _to_issue(by: By, organisation: Organisation, period: Period, annual: bool) -> UnitResults:
    """The results of a unit whose notice can be issued. Raises Refused where it cannot."""
    kind_of(period, annual=annual)
    if period.last >= by.today:
        raise Refused(_("The period has not ended: its notice cannot be issued yet."))
    found = results(year=period.year, as_of=period.last, within=organisation, alone=True, annual_too=annual)
    unit = next((one for one in found if one.organisation.pk == organisation.pk), None)
    if unit is None or not named((result.status for result in unit.results), annual=annual):
        raise Refused(_("Nobody there has points for this period; there is nothing to print."))
    return unit


def _lock(organisation: Organisation) -> None:
    """One at a time for each organisation: numbers follow each other, and one notice is in force."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def _next(snapshot: Snapshot, period: Period) -> tuple[str, Notice | None]:
    """The number that a notice of these figures gets, and the notice that it replaces."""
    organisation = snapshot.organisation
    number = f"{organisation.code}-{period.year}-{_serial(organisation, period.year):02}"
    return number, Notice.objects.of_period(organisation, snapshot.purpose, snapshot.period).first()


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
            replaces=last.number if last else "",
            address=address_of(token),
            behind=behind_by_number(unit, snapshot.scheme, period),
        )
        annual = snapshot.purpose == NoticeKind.ANNUAL
        document = (annual_notice if annual else half_year_notice)(frozen, period, terms)
    if document is None:
        raise ValueError("a notice names somebody")
    sheet = sheet_of(document, terms.language)
    return Draft(snapshot, period, number, last, token, sheet, print_sheets(sheet))


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


def _to_change(by: By, notice: Notice) -> Notice:
    """The notice as it is stored, locked. Raises OutOfScope, Stale, or Refused where its life is over."""
    recording.permit_organisation(by, notice.organisation_id)
    rows = Notice.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "organisation", "snapshot__scheme"
    )
    held: Notice = rows.get(pk=notice.pk)
    if held.version != notice.version:
        raise Stale(_("Somebody else has changed this meanwhile. Look at it again before you change it."))
    follower = Notice.objects.filter(replaces=held).first()
    if follower is not None:
        raise Refused(
            _("This notice is replaced by %(number)s: post that one."), params={"number": follower.number}
        )
    if held.archived_at is not None:
        raise Refused(_("This notice is archived."))
    return held


def _heard(by: By, notice: Notice) -> Notice:
    """The notice as it is stored, locked. Raises OutOfScope, or Refused once it is archived."""
    recording.permit_organisation(by, notice.organisation_id)
    rows = Notice.objects.select_for_update(no_key=True, of=("self",)).select_related("snapshot")
    held: Notice = rows.get(pk=notice.pk)
    if held.archived_at is not None:
        raise Refused(_("This notice is archived."))
    return held


def _post(held: Notice, day: date, place: str, until: date, least: date) -> None:
    if until < (last := max(least, held.publicity_until or least)):
        raise Refused({"until": _("The notice stays until %(day)s at least.") % {"day": date_format(last)}})
    if until > (last := longest(day)):
        raise Refused({"until": _("The notice stays until %(day)s at most.") % {"day": date_format(last)}})
    if not place.strip():
        raise Refused({"place": _("Say where it hangs.")})
    held.posted_on, held.place, held.publicity_until = day, place, until


def _hanging() -> BranchYearQuerySet:
    """Years of branches of which it is recorded from when to when the notice hangs."""
    rows = BranchYear.objects.filter(posted_on__isnull=False, publicity_until__isnull=False)
    return rows.filter(state__in=(YearState.SUBMITTED, YearState.APPROVED))


def _years_of(notices: list[Notice]) -> dict[tuple[int, str], BranchYear]:
    """By organisation key and period the years in which annual notices hang."""
    rows = _hanging().filter(
        organisation__in={one.organisation_id for one in notices},
        year__in={int(one.period) for one in notices},
    )
    return {(one.organisation_id, one.period): one for one in rows}


def _life(notice: Notice, hung: dict[tuple[int, str], BranchYear], follower: Notice | None) -> Life:
    on: Notice | BranchYear | None = notice
    if notice.kind == NoticeKind.ANNUAL:
        year = hung.get((notice.organisation_id, notice.period))
        # What was posted before any notice was issued is of the first.
        mine = year is not None and (
            year.posted_figures_id == notice.snapshot_id
            or (year.posted_figures_id is None and notice.replaces_id is None)
        )
        on = year if mine else None
    if follower is not None:
        state = NoticeState.REPLACED
    elif notice.archived_at is not None:
        state = NoticeState.ARCHIVED
    else:
        state = NoticeState.ISSUED if on is None or on.posted_on is None else NoticeState.POSTED
    if on is None or on.posted_on is None:
        return Life(state, replaced_by=follower)
    return Life(state, on.posted_on, on.publicity_until, on.place, follower)
