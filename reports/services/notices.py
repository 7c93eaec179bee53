"""The life of a notice: issued, posted, archived, or replaced by its correction (docs/decisions/0015)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.core.files import File
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appraisal.enums import YearState
from appraisal.models import BranchYear, Objection
from appraisal.querysets import ObjectionQuerySet
from appraisal.services import objections, years
from members.errors import Refused, Stale
from members.services import files, guards, recording, stored
from members.services.by import By
from reports.enums import NoticeKind, NoticeState
from reports.models import Notice, NoticePaper
from reports.print.engine import identifier
from reports.publicity import longest, publicity
from reports.services.hanging import hanging
from reports.services.settings import SettingsBook

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


def post(
    *,
    by: By,
    notice: Notice,
    day: date,
    place: str,
    until: date | None = None,
    photo: File[bytes] | None = None,
    year: BranchYear | None = None,
) -> Notice:
    """Say since which day and where a notice hangs, and until which day: without one, as the plan has it.

    It can be said again, to correct it, until the notice is archived; a photo stays until there is another.
    Of an annual notice it is said of the branch's `year`, by whose rules: as it was read, or as it is now.
    Raises OutOfScope, Stale, or Refused: for a notice that is replaced or archived, a day to come or before
    it was issued, an end before the plan's working days are over or, once said, before the one that was said,
    and without a place.
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
            years.post_notice(
                by=by,
                branch_year=year or years.year_of(held.organisation, int(held.period)),
                posted_on=day,
                place=place,
                until=until or least,
                least=least,
                most=longest(day),
            )
        else:
            until = until or least
            years.refuse_hanging(
                place=place, until=until, least=max(least, held.publicity_until or least), most=longest(day)
            )
            held.posted_on, held.place, held.publicity_until = day, place, until
        if photo is not None:
            held.photo = photo
        recording.change(by, held, verb="post notice")
    return held


def annual_of(branch_year: BranchYear) -> Notice | None:
    """The annual notice in force of a branch's year; None: none was issued."""
    rows = Notice.objects.of_period(branch_year.organisation, NoticeKind.ANNUAL, branch_year.period)
    found: Notice | None = rows.select_related("organisation", "snapshot__scheme").first()
    return found


def to_post(branch_year: BranchYear) -> Notice:
    """The same where it is to be posted. Raises Refused where none was issued."""
    notice = annual_of(branch_year)
    if notice is None:
        raise Refused(_("The annual notice has not been issued: issue it first, then put it on the wall."))
    return notice


def post_year(*, by: By, branch_year: BranchYear, day: date, place: str, until: date | None = None) -> Notice:
    """Say the same of the annual notice of a branch's year.

    Raises as `post` does, and Refused where none was issued.
    """
    recording.permit_organisation(by, branch_year.organisation_id)
    notice = to_post(branch_year)
    return post(by=by, notice=notice, day=day, place=place, until=until, year=branch_year)


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

    An annual one only with its year approved: one that is returned may have to be posted anew. Raises
    OutOfScope, Stale, or Refused for one that is replaced or archived, was not posted, still hangs, is of a
    year that is not approved, or to which an objection waits for its answer.
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
        if held.kind == NoticeKind.ANNUAL and not _approved(held):
            raise Refused(_("An annual notice is archived once its year is approved."))
        if objections_to(held).unanswered().exists():
            raise Refused(_("An objection waits for the branch’s answer."))
        held.archived_at = by.now
        recording.change(by, held, verb="archive notice")
    return held


def last_day(notice: Notice, day: date) -> date:
    """The day on which a notice posted on a day may come down: after the working days that its paper says.

    Where those were not kept when it was issued, by its branch's settings and the scheme.
    """
    days = notice.publicity_days
    if days is None:
        days = SettingsBook().terms(notice.organisation).days_of(notice.snapshot.scheme)
    return publicity(day, days)[1]


def lives(notices: Iterable[Notice]) -> dict[int, Life]:
    """By key what became of each notice, in two queries."""
    asked = list(notices)
    followed = Notice.objects.filter(replaces__in=[one.pk for one in asked])
    replaced = {one.replaces_id: one for one in followed}
    annual = [one for one in asked if one.kind == NoticeKind.ANNUAL]
    hung = _years_of(annual) if annual else {}
    return {one.pk: _life(one, hung, replaced.get(one.pk)) for one in asked}


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


def _to_change(by: By, notice: Notice) -> Notice:
    """The notice as it is stored, locked. Raises OutOfScope, Stale, or Refused where its life is over."""
    held = _locked(by, notice)
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


def _locked(by: By, notice: Notice) -> Notice:
    recording.permit_organisation(by, notice.organisation_id)
    rows = Notice.objects.select_for_update(no_key=True, of=("self",))
    held: Notice = rows.select_related("organisation", "snapshot__scheme").get(pk=notice.pk)
    return held


def _heard(by: By, notice: Notice) -> Notice:
    """The notice as it is stored, locked. Raises OutOfScope, or Refused once it is archived."""
    held = _locked(by, notice)
    if held.archived_at is not None:
        raise Refused(_("This notice is archived."))
    return held


def _approved(held: Notice) -> bool:
    year = years.year_of(held.organisation, int(held.period))
    return year.state == YearState.APPROVED


def _years_of(notices: list[Notice]) -> dict[tuple[int, str], BranchYear]:
    """By organisation key and period the years in which annual notices hang."""
    rows = hanging().filter(
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
