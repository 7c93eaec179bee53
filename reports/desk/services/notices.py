"""The notices of a branch as its pages show them, and what has to be done about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appraisal.models import Snapshot
from appraisal.rules.annual import NAMED
from appraisal.services import snapshots
from appraisal.services.on_notice import differing
from appraisal.services.superseded import Difference as Found
from members.models import Organisation, Posting
from members.services.by import By
from members.services.units import places_of
from members.text import listed
from reports.desk.services.words import STATUS
from reports.desk.services.yearly.figures import Difference, differences
from reports.enums import NoticeKind, NoticeState
from reports.models import Notice
from reports.periods import Length, Period
from reports.services import issuing
from reports.services.hanging import posted_in
from reports.services.issuing import changes
from reports.services.notices import Life, lives

ALIVE = (NoticeState.ISSUED, NoticeState.POSTED)
"""The states in which a notice holds, and can be corrected."""


@dataclass(frozen=True, slots=True)
class Row:
    """One notice of a list: what it is, what became of it, and where it is read."""

    notice: Notice
    life: Life
    period: str
    url: str
    pdf: str
    replaced_by: str
    """Where the one is read that replaces it; empty: none does."""
    differs: bool = False
    """Whether a notice of today would show something else."""
    changed: int = 0
    """Of how many members it would."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a notice's life: `look` is done, now, or empty for to come."""

    label: str
    note: str
    look: str


@dataclass(frozen=True, slots=True)
class ToDo:
    """What is to be done about a notice, why and where; `late` where it should have been done and is not."""

    title: str
    note: str
    url: str
    late: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """A period that is over and of which no notice is issued; `due` where that is to be done.

    It need not be of a year whose notice was posted before any was issued.
    """

    kind: NoticeKind
    period: Period
    due: bool = True

    @property
    def title(self) -> str:
        """What it is called."""
        return _("%(page)s: %(period)s") % {"page": self.kind.label, "period": self.period.title}


@dataclass(frozen=True, slots=True)
class Asked:
    """A notice that is to be issued, as whoever issues it confirms: how many it names, none or more.

    `unnamed` is how many it does not name, `why` tells of how many for which reason. `before` is the notice
    that it replaces, `changed` what it shows otherwise than that does; `seen` names all of it: nothing
    else is issued.
    """

    members: int
    unnamed: int
    why: str
    before: Notice | None
    changed: Sequence[Difference]
    seen: str


def asked(*, by: By, organisation: Organisation, kind: NoticeKind, period: Period) -> Asked | Notice:
    """What issuing a notice means; the one in force, where it shows what one of today would.

    Raises Refused where there is none to be issued, NoScheme.
    """
    annual = kind == NoticeKind.ANNUAL
    before = (
        Notice.objects.of_period(organisation, kind, period.code).select_related("snapshot__scheme").first()
    )
    reckon = issuing.ended if before is None else issuing.to_issue
    unit = reckon(by=by, organisation=organisation, period=period, annual=annual)
    snapshot, rows = snapshots.reckoned(unit=unit, purpose=kind, period=period.code, as_of=period.last)
    changed: list[Found] = []
    if before is not None:
        changed = differing(before.snapshot, snapshot, rows)
        if not changed:
            return before
        issuing.refuse_replacing(before)
    unnamed = [result.status for result in unit.results if result.status not in NAMED[annual]]
    return Asked(
        members=sum(result.status in NAMED[annual] for result in unit.results),
        unnamed=len(unnamed),
        why=listed(f"{STATUS[one]} {unnamed.count(one)}" for one in STATUS if one in unnamed),
        before=before,
        changed=differences(changed, votes=True),
        seen=issuing.seen_as(snapshot, before),
    )


def rows(organisation: Organisation, on: date) -> list[Row]:
    """All notices of an organisation, the newest first: as many queries for many as for one.

    Whether the ledger gives other figures by now is reckoned of the periods that were last over, two at most:
    a list of all years would be reckoned once for each.
    """
    stored = Notice.objects.filter(organisation=organisation)
    found = list(stored.select_related("replaces", "organisation", "snapshot__scheme"))
    recent = {(one.kind, one.period.code) for one in over(on)}
    return [
        _compared(row) if (row.notice.kind, row.notice.period) in recent and row.life.state in ALIVE else row
        for row in rows_of(found)
    ]


def _compared(row: Row) -> Row:
    found = changes(row.notice)
    return replace(row, differs=bool(found), changed=members_of(found))


def rows_of(found: Sequence[Notice]) -> list[Row]:
    """These notices with what became of each."""
    known = lives(found)
    return [_row(one, known[one.pk]) for one in found]


def members_of(found: Iterable[Found]) -> int:
    """Of how many members something differs."""
    return len({one.member for one in found} - {0})


def in_force(organisation: Organisation, year: int) -> list[Notice]:
    """The notices of an organisation for a year and its half-years that none replaces: one query."""
    found = Notice.objects.filter(organisation=organisation, period__startswith=str(year)).in_force()
    return list(found.select_related("organisation"))


def issued_below(organisation: Organisation) -> dict[tuple[str, str], int]:
    """By kind and code of the period, how many notices are in force at and below: one query."""
    found = Notice.objects.filter(organisation__path__startswith=organisation.path).in_force().order_by()
    counted = found.values_list("kind", "period").annotate(Count("pk"))
    return {(kind, period): count for kind, period, count in counted}


def url_of(notice: Notice, page: str = "branch_notice") -> str:
    """The address of one of a notice's pages."""
    return reverse(page, args=[notice.organisation.code, notice.pk])


def over(on: date) -> list[Wanted]:
    """The notices of the last half-year that is over and, in the first half of a year, of the year before."""
    if on.month > 6:
        return [Wanted(NoticeKind.HALF_YEAR, Period(on.year, Length.HALF_YEAR, 1))]
    return [
        Wanted(NoticeKind.HALF_YEAR, Period(on.year - 1, Length.HALF_YEAR, 2)),
        Wanted(NoticeKind.ANNUAL, Period(on.year - 1, Length.YEAR)),
    ]


def wanted(organisation: Organisation, on: date) -> list[Wanted]:
    """The half-years and the year that were last over and of which no notice is issued: five queries at most.

    Where nobody was posted at the end, or the frozen figures name nobody, there is no notice, and none is
    wanted.
    """
    there = Posting.objects.filter(organisation__in=places_of(organisation))
    ended = [one for one in over(on) if there.on(one.period.last).exists()]
    frozen = Snapshot.objects.settled().filter(
        organisation=organisation, period__in=[one.period.code for one in ended]
    )
    known = set(frozen.values_list("purpose", "period"))
    missing = [one for one in ended if (one.kind, one.period.code) not in known]
    return [
        replace(one, due=one.kind != NoticeKind.ANNUAL or organisation.pk not in posted_in(one.period.year))
        for one in missing
    ]


def steps(life: Life, notice: Notice, on: date) -> list[Step]:
    """How far a notice has come."""
    replaced = life.state == NoticeState.REPLACED
    archived = life.state == NoticeState.ARCHIVED
    over = life.until is not None and life.until < on
    last = _("Replaced") if replaced else _("Archived") if archived else pgettext("to do", "Archive it")
    hangs = life.posted_on is not None or replaced
    told = [
        (_("Issued"), date_format(localtime(notice.issued_at)), True),
        (
            _("On the wall") if hangs else pgettext("to do", "Put it on the wall"),
            date_format(life.posted_on) if life.posted_on else "",
            life.posted_on is not None,
        ),
        (
            _("Publicity"),
            _("until %(day)s") % {"day": date_format(life.until)} if life.until else "",
            over or archived,
        ),
        (last, "", replaced or archived),
    ]
    first = next((at for at, (_label, _note, done) in enumerate(told) if not done), len(told))
    return [
        Step(label, note, "done" if done else "now" if at == first and not replaced else "")
        for at, (label, note, done) in enumerate(told)
    ]


def to_do(units: Sequence[Organisation], on: date) -> Iterator[ToDo]:
    """What those who keep these units have to do about issued half-year notices: post them; two queries.

    One whose publicity is over may be archived, which is not late. Annual ones are posted with their year.
    """
    held = Notice.objects.filter(organisation__in=units, archived_at__isnull=True).in_force()
    for one in (
        held.filter(_unposted() | Q(publicity_until__lt=on)).select_related("organisation").order_by("pk")
    ):
        title = _("%(organisation)s: notice %(number)s") % {
            "organisation": one.organisation.name,
            "number": one.number,
        }
        if one.posted_on is None:
            note = _("Issued on %(day)s, and not posted yet.") % {
                "day": date_format(localtime(one.issued_at))
            }
            yield ToDo(title, note, url_of(one) + "#post", True)
        else:
            note = _("Publicity ended on %(day)s: it can be archived.") % {
                "day": date_format(one.publicity_until)
            }
            yield ToDo(title, note, url_of(one) + "#archive", False)


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many of a committee's branches have not issued, and not posted, the last half-year's notice."""

    period: Period
    not_issued: int
    not_posted: int
    branches: Sequence[Organisation]
    """Those branches, in the order of the tree."""

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.branches)


def overdue(units: Iterable[Organisation], on: date) -> Overdue:
    """The last half-year's notices of these units, which have members: two queries for any number."""
    period = next(one.period for one in over(on) if one.kind == NoticeKind.HALF_YEAR)
    there = sorted(units, key=lambda one: str(one.path))
    of_period = {"period": period.code}
    issued = set(
        Snapshot.objects.settled()
        .filter(**of_period, purpose=NoticeKind.HALF_YEAR)
        .order_by()
        .values_list("organisation", flat=True)
    )
    waiting = Notice.objects.filter(_unposted(), **of_period, archived_at__isnull=True).in_force().order_by()
    unposted = set(waiting.values_list("organisation", flat=True))
    lacking = {one.pk for one in there} - issued
    hanging = unposted & {one.pk for one in there}
    return Overdue(period, len(lacking), len(hanging), [one for one in there if one.pk in lacking | hanging])


def _unposted() -> Q:
    return Q(kind=NoticeKind.HALF_YEAR, posted_on__isnull=True)


def _row(notice: Notice, life: Life) -> Row:
    follower = life.replaced_by
    return Row(
        notice=notice,
        life=life,
        period=Period.parse(notice.period).title,
        url=url_of(notice),
        pdf=url_of(notice, "notice_paper"),
        replaced_by=reverse("branch_notice", args=[notice.organisation.code, follower.pk])
        if follower
        else "",
    )
