"""A branch's year as its secretary sees it: how far it is, what is missing, what was submitted before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appraisal.enums import Missing, Unusual, YearState
from appraisal.models import BranchYear, Objection, RowRemark, Snapshot
from appraisal.services.readiness import Finding, readiness
from appraisal.services.results import UnitResults
from appraisal.services.superseded import difference
from appraisal.services.years import stays_posted, submissions
from members.models import LogRow
from members.scope import Scope
from members.text import listed
from reports.desk.services.yearly.figures import Difference, derivation_of, differences, seen_today
from reports.periods import Period

NAMED = 8
"""So many members are named of a finding; of more the number is told."""


class Posting(StrEnum):
    """What becomes of the posted notice of a returned year when it is submitted as it stands."""

    NONE = ""
    STAYS = "stays"
    ANEW = "anew"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the year: what it is called, when it was done; `look` is done, now, or empty for to come."""

    label: str
    note: str
    look: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is missing or unusual: how often, whom it is about, and where it is mended."""

    kind: str
    title: str
    count: str
    note: str
    url: str
    blocks: bool

    @property
    def to_mend(self) -> bool:
        """Whether somebody can do something about what stands in the way: nobody ends a year."""
        return self.blocks and self.kind != Missing.TOO_EARLY


@dataclass(frozen=True, slots=True)
class Remarked:
    """The committee's remark on a member's row, and the way to how that came about."""

    name: str
    number: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Returned:
    """Why a year was returned last before it was submitted again, and what was remarked on then."""

    reason: str
    remarks: Sequence[Remarked]


@dataclass(frozen=True, slots=True)
class Submitted:
    """Figures that were submitted; `standing`: whether they are in force, or what became of them."""

    snapshot: Snapshot
    standing: str
    url: str


@dataclass(frozen=True, slots=True)
class YearPage:
    """The page of a branch's year.

    `open`: it is the branch's to mend and submit. `posting`: what becomes of a notice that hangs. `reason` is
    why it was sent back.
    """

    steps: Sequence[Step]
    open: bool
    posting: Posting
    missing: Sequence[Item]
    unusual: Sequence[Item]
    reason_title: str
    reason: str
    remarks: Sequence[Remarked]
    returned: Returned | None
    objections: Sequence[Objection]
    submissions: Sequence[Submitted]
    differences: Sequence[Difference]
    from_day: date

    @property
    def blocked(self) -> bool:
        """Whether anything stands against submitting it at all."""
        return any(one.blocks for one in self.missing)

    @property
    def too_early(self) -> bool:
        """Whether the year is not over."""
        return any(one.kind == Missing.TOO_EARLY for one in self.missing)

    @property
    def seen(self) -> list[str]:
        """The kinds of what is missing, which whoever submits says to have seen."""
        return [one.kind for one in self.missing]


def year_page(row: BranchYear, scope: Scope) -> YearPage:
    """The page of a branch's year as of the scope's day: as many queries for many members as for few."""
    organisation, year = row.organisation, row.year
    is_open = row.state in (YearState.OPEN, YearState.RETURNED)
    ready = readiness(organisation, year, scope.on) if is_open else None
    found = (*ready.missing, *ready.unusual) if ready else ()
    seen = seen_today({person.key for one in found for person in one.members}, scope) if found else {}
    frozen = submissions(row)
    return YearPage(
        steps=list(_steps(row, scope.on)),
        open=is_open,
        posting=_posting(row, ready.unit) if ready else Posting.NONE,
        missing=_items(ready.missing, row, seen) if ready else [],
        unusual=_items(ready.unusual, row, seen) if ready else [],
        reason_title=reason_title(row),
        reason=row.reason,
        remarks=list(_remarks(row, scope)) if row.state == YearState.RETURNED else [],
        returned=returned_before(row, scope),
        objections=list(Objection.objects.filter(branch_year=row)) if row.pk else [],
        submissions=submitted(row, frozen),
        differences=differences_of(frozen, votes=scope.may_review(organisation)),
        from_day=date(year, 12, 31),
    )


def reason_title(row: BranchYear) -> str:
    """What the reason of a year is the reason of."""
    return _("Returned:") if row.state == YearState.RETURNED else _("Reopened:")


def returned_before(row: BranchYear, scope: Scope) -> Returned | None:
    """What the year was returned for last, once it is submitted again; None where it never was."""
    if row.state not in (YearState.SUBMITTED, YearState.APPROVED):
        return None
    last = LogRow.objects.of_object(row).filter(verb="return year").first()
    if last is None or last.after is None:
        return None
    return Returned(last.after["reason"], list(_remarks(row, scope, last.after["snapshot"])))


def submitted(row: BranchYear, frozen: Sequence[Snapshot]) -> list[Submitted]:
    """All that was submitted of the year, each with the way to its figures."""
    return [
        Submitted(
            one,
            standing_of(row, one),
            reverse("branch_submission", args=[row.organisation.code, row.year, one.pk]),
        )
        for one in frozen
    ]


def standing_of(row: BranchYear, snapshot: Snapshot) -> str:
    """Whether figures that were submitted are in force, were returned, or were superseded by others."""
    if snapshot.pk == row.snapshot_id and row.state == YearState.RETURNED:
        return str(YearState.RETURNED.label)
    if snapshot.pk == row.snapshot_id and row.state in (YearState.SUBMITTED, YearState.APPROVED):
        return pgettext("figures", "in force")
    return _("superseded")


def differences_of(frozen: Sequence[Snapshot], *, votes: bool) -> list[Difference]:
    """How the newest of these figures differ from those before them; how votes were spread with `votes`."""
    return differences(difference(frozen[1], frozen[0]), votes=votes) if len(frozen) > 1 else []


def _steps(row: BranchYear, on: date) -> Iterator[Step]:
    sent = row.state in (YearState.SUBMITTED, YearState.APPROVED)
    approved = row.state == YearState.APPROVED
    over = bool(sent and row.publicity_until and row.publicity_until < on)
    told = [
        (_("Recording"), "", sent),
        (_("Submission"), _day(row.submitted_at) if sent else "", sent),
        (
            _("Notice on the wall"),
            date_format(row.posted_on) if sent and row.posted_on else "",
            bool(sent and row.posted_on),
        ),
        (
            _("Publicity"),
            _("until %(day)s") % {"day": date_format(row.publicity_until)}
            if sent and row.publicity_until
            else "",
            over or approved,
        ),
        (_("Approval"), _day(row.approved_at), approved),
    ]
    first = next((at for at, (_label, _note, done) in enumerate(told) if not done), len(told))
    for at, (label, note, done) in enumerate(told):
        yield Step(label, note, "done" if done else "now" if at == first else "")


def _day(moment: object) -> str:
    return date_format(localtime(moment)) if moment else ""  # type: ignore[arg-type]


def rush_list(what: str, row: BranchYear) -> str:
    """The way to the entries of a unit's year that are `late`, of its `last` weeks, or recorded on a day."""
    asked = urlencode({"rush": f"{what}.{row.year}.{row.organisation.code}"})
    return f"{reverse('admin:scoring_entry_changelist')}?{asked}"


def _items(findings: Sequence[Finding], row: BranchYear, seen: Mapping[int, str]) -> list[Item]:
    """What was found; who has left for where the reader sees nobody is counted and not named."""
    ways = _ways(row)
    kinds = {**dict(Missing.choices), **dict(Unusual.choices)}
    return [
        Item(
            kind=str(one.kind),
            title=str(kinds[one.kind]),
            count=f"{one.count}%" if one.kind == Unusual.RUSH else str(one.count or ""),
            note=_note(one, row, seen),
            url=ways[one.kind]() if one.kind in ways else "",
            blocks=one.blocks,
        )
        for one in findings
    ]


def _ways(row: BranchYear) -> dict[str, Callable[[], str]]:
    """Where each kind of finding is looked into and mended."""
    code, year = row.organisation.code, row.year

    def yearly(name: str) -> Callable[[], str]:
        return lambda: reverse(name, args=[code, year])

    def listed_in(name: str, query: str = "") -> Callable[[], str]:
        return lambda: reverse(f"admin:{name}_changelist") + f"?within={code}{query}"

    scores = f"{reverse('branch_scores', args=[code])}?year={year}"
    return {
        Missing.NO_SCHEME: lambda: reverse("schemes"),
        Missing.NOBODY: lambda: reverse("branch_roster", args=[code]),
        Missing.NOT_APPRAISED: yearly("ballot"),
        Missing.DUES: yearly("dues_grid"),
        Missing.UNCONFIRMED: yearly("ballot"),
        Missing.NOTICES: lambda: f"{scores}#print",
        Missing.OBJECTIONS: lambda: "#objections",
        Unusual.FAILED: lambda: f"{scores}&order=annual",
        Unusual.NO_MONTHS: lambda: reverse("branch_roster", args=[code]),
        Unusual.NOTHING_DONE: lambda: f"{scores}&order=daily",
        Unusual.PRESUMED: yearly("judged_grid"),
        Unusual.WAIVED: listed_in("scoring_waiver"),
        Unusual.ALIKE: yearly("ballot"),
        Unusual.UNCOUNTED: yearly("ballot"),
        Unusual.LATE: lambda: rush_list("late", row),
        Unusual.RUSH: lambda: rush_list("last", row),
    }


def _note(finding: Finding, row: BranchYear, seen: Mapping[int, str]) -> str:
    """Whom or which periods a finding is about, and of a year that is not over when it will be."""
    if finding.kind == Missing.TOO_EARLY:
        return _("The year ends on %(day)s; it can be submitted from that day on.") % {
            "day": date_format(date(row.year, 12, 31))
        }
    if finding.periods:
        return listed(Period.parse(code).title for code in finding.periods)
    return _named([one.name for one in finding.members if one.key in seen], len(finding.members))


def _posting(row: BranchYear, unit: UnitResults | None) -> Posting:
    if row.state != YearState.RETURNED or row.posted_on is None:
        return Posting.NONE
    return Posting.STAYS if stays_posted(row, unit) else Posting.ANEW


def _named(names: Sequence[str], everybody: int) -> str:
    if not names or len(names) == everybody <= NAMED:
        return listed(names)
    return _("%(names)s and others, %(count)s members in all") % {
        "names": listed(names[:NAMED]),
        "count": everybody,
    }


def _remarks(row: BranchYear, scope: Scope, snapshot: int | None = None) -> Iterator[Remarked]:
    """The remarks on the rows that were sent back, the newest ones or those of `snapshot`."""
    remarks = RowRemark.objects.filter(snapshot=snapshot or row.snapshot_id).select_related("member")
    found = list(remarks.order_by("member__number"))
    seen = seen_today([one.member_id for one in found], scope)
    for one in found:
        url = derivation_of(one.member_id, row.year, seen)
        yield Remarked(one.member.name, one.member.number, one.text, url)
