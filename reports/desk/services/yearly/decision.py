"""A branch's submitted year as the committee decides on it: what it rests on, and the results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from appraisal.enums import TallySource, Warned, YearState
from appraisal.models import BranchYear, RowRemark
from appraisal.models.year import REASON
from appraisal.rules.annual import Status
from appraisal.services.review_facts import Facts, Spread, facts
from appraisal.services.rush import Share
from appraisal.services.years import against_approval, altered, submissions
from members.markup import stretch
from members.services.by import By
from members.text import listed, strung
from reports.desk.services.words import STATUS
from reports.desk.services.yearly.figures import REVIEWED, Difference, Line, frozen_lines
from reports.desk.services.yearly.submission import (
    Returned,
    Submitted,
    differences_of,
    reason_title,
    returned_before,
    rush_list,
    submitted,
)
from reports.services.changes import ChangeWords
from reports.tables import Column, change, points
from scoring.enums import BandCode
from scoring.models import Indicator


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the facts: what it is, what is so, a note in small print; `whole` is the whole width.

    `url` leads to what was counted.
    """

    title: str
    text: str
    note: str = ""
    whole: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The page of a submitted year.

    `decides`: the reader is of a committee above. `against` says what keeps it from being approved now,
    `altered` what the ledger gives otherwise than was submitted. `meant` restates what would be approved.
    """

    decides: bool
    state: str
    reason_title: str
    reason: str
    facts: Sequence[Fact]
    warnings: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Line]
    against: Sequence[str]
    altered: Sequence[str]
    meant: Sequence[Fact]
    submissions: Sequence[Submitted]
    differences: Sequence[Difference]
    returned: Returned | None
    longest: int = REASON

    @property
    def remarkable(self) -> bool:
        """Whether the reader may remark on the rows now."""
        return self.decides and self.state == YearState.SUBMITTED

    @property
    def approvable(self) -> bool:
        """Whether the reader may approve it now."""
        return self.remarkable and not self.against and not self.altered

    @property
    def remarked(self) -> bool:
        """Whether any row has a remark."""
        return any(line.remark for line in self.rows)


def decision(row: BranchYear, by: By, typed: dict[int, str] | None = None) -> Decision:
    """The page of a year as it stands; `typed` are remarks not stored yet. As many queries for many members
    as for few.
    """
    frozen = submissions(row)
    made = facts(row, by.scope) if row.snapshot is not None else None
    remarks = {}
    if row.snapshot is not None:
        stored = RowRemark.objects.filter(snapshot=row.snapshot_id)
        remarks = dict(stored.order_by().values_list("member", "text")) | (typed or {})
    decides = by.scope.may_review(row.organisation)
    return Decision(
        decides=decides,
        state=row.state,
        reason_title=reason_title(row),
        reason=row.reason,
        facts=list(_facts(made, row)) if made else [],
        warnings=[_warning(one.kind, one.count, one.whole) for one in made.warnings] if made else [],
        columns=REVIEWED,
        rows=frozen_lines(
            row.snapshot, row.year, by.scope, columns=REVIEWED, changes=made.changes, remarks=remarks
        )
        if row.snapshot is not None and made is not None
        else [],
        against=against_approval(row, by),
        altered=altered(row) if decides and row.state == YearState.SUBMITTED else [],
        meant=list(_meant(made, row)) if made else [],
        submissions=submitted(row, frozen),
        differences=differences_of(frozen, votes=True),
        returned=returned_before(row, by.scope),
    )


def _meant(made: Facts, row: BranchYear) -> Iterator[Fact]:
    """What is approved, as whoever approves it confirms."""
    yield Fact(_("Organisation"), row.organisation.name, row.organisation.code)
    yield Fact(_("Year"), str(row.year))
    yield Fact(pgettext("how many", "Members"), str(made.spread.members))
    yield Fact(_("Cases to be opened"), str(made.spread.grades[BandCode.FAIL]))
    yield Fact(_("Grades"), _grades(made.spread), _ungraded(made.spread), whole=True)
    yield Fact(_("Notice"), *_notice(row), whole=True)


def _facts(made: Facts, row: BranchYear) -> Iterator[Fact]:
    yield Fact(_("Grades"), _grades(made.spread), _ungraded(made.spread), whole=True)
    yield Fact(_("The year before"), *_before(made), whole=True)
    yield Fact(
        _("In the last %(days)s days") % {"days": made.rush.days},
        _percent(made.rush.last_weeks),
        _("of the points of what is counted"),
        url=rush_list("last", row) if made.rush.last_weeks.part else "",
    )
    yield Fact(
        _("Recorded late"),
        _of(made.rush.late),
        _("more than %(days)s days after") % {"days": made.rush.late_after},
        url=rush_list("late", row) if made.rush.late.part else "",
    )
    yield Fact(
        _("Most recorded on one day"),
        _of(made.rush.busiest),
        date_format(made.rush.busiest_on) if made.rush.busiest_on else "",
        url=rush_list(made.rush.busiest_on.isoformat(), row) if made.rush.busiest_on else "",
    )
    yield Fact(_("Sources of the votes"), _sources(made.sources))
    yield Fact(_("Ballot"), *_turnout(made))
    yield Fact(
        _("Open objections"),
        str(made.objections),
        _("the branch answers them") if made.objections else "",
        url=f"{reverse('branch_year', args=[row.organisation.code, row.year])}#objections"
        if made.objections
        else "",
    )
    yield Fact(_("Notice"), *_notice(row))
    yield Fact(_("Waivers"), _each(f"{one.member.name}: {one.indicator.name}" for one in made.waivers))
    yield Fact(_("Leaves"), _each(f"{one.member.name}: {stretch(one.start, one.end)}" for one in made.leaves))
    yield Fact(_("Presumed standards"), *_presumed(made))
    sentences = ChangeWords(made.adjustments).sentences()
    yield Fact(_("Adjustments"), " ".join(sentences) or _("none"), whole=bool(sentences))


def _grades(spread: Spread) -> str:
    whole = sum(spread.grades.values())
    told = []
    for code in BandCode.values:
        number = spread.grades.get(code, 0)
        said = {"grade": BandCode(code).label, "count": number, "percent": round_share(number, whole)}
        told.append(
            _("%(grade)s %(count)s (%(percent)s%%)") % said if number else f"{BandCode(code).label} {number}"
        )
    return listed(told)


def round_share(part: int, whole: int) -> int:
    """A part of a whole in whole per cent; 0 of nothing."""
    return Share(part, whole).percent or 0


def _ungraded(spread: Spread) -> str:
    others = [
        f"{STATUS[Status(code)]} {number}"
        for code, number in spread.statuses.items()
        if number and code != Status.SCORED
    ]
    return listed(others)


def _before(made: Facts) -> tuple[str, str]:
    """The grades of the year before, and how the mean and the members' scores have changed since."""
    if made.before is None:
        return _("no approved results"), ""
    notes = []
    if made.before.mean is not None and made.spread.mean is not None:
        notes.append(
            _("mean %(was)s, now %(now)s (%(change)s)")
            % {
                "was": points(made.before.mean),
                "now": points(made.spread.mean),
                "change": change(made.spread.mean - made.before.mean),
            }
        )
    if made.changes:
        up = sum(one > 0 for one in made.changes.values())
        down = sum(one < 0 for one in made.changes.values())
        notes.append(_("%(up)s better, %(down)s worse") % {"up": up, "down": down})
    return _grades(made.before), listed(notes)


def _percent(share: Share) -> str:
    return "—" if share.percent is None else f"{share.percent}%"


def _of(share: Share) -> str:
    if not share.whole:
        return "—"
    return _("%(part)s of %(whole)s entries (%(percent)s%%)") % {
        "part": share.part,
        "whole": share.whole,
        "percent": share.percent,
    }


def _sources(sources: dict[str, int]) -> str:
    return listed(f"{TallySource(code).label} {number}" for code, number in sources.items()) or _("none")


def _turnout(made: Facts) -> tuple[str, str]:
    if made.turnout is None:
        return _("no confirmed count"), ""
    one = made.turnout
    return (
        _("%(came)s came") % {"came": one.came},
        _("issued %(issued)s, returned %(returned)s, spoiled %(spoiled)s")
        % {"issued": one.issued, "returned": one.returned, "spoiled": one.spoiled},
    )


def _notice(row: BranchYear) -> tuple[str, str]:
    if row.posted_on is None or row.publicity_until is None:
        return _("not posted"), ""
    until: date = row.publicity_until
    return (
        _("%(day)s, %(place)s") % {"day": date_format(row.posted_on), "place": row.place},
        _("until %(day)s") % {"day": date_format(until)},
    )


def _presumed(made: Facts) -> tuple[str, str]:
    if not made.presumed:
        return _("none"), ""
    names = {one.code: one.name for one in Indicator.objects.all()}
    codes = {code for _person, found in made.presumed for code in found}
    number = len(made.presumed)
    text = ngettext("%(count)s member", "%(count)s members", number) % {"count": number}
    return text, listed(sorted(str(names.get(code, code)) for code in codes))


def _each(clauses: Iterable[str]) -> str:
    found = list(clauses)
    return strung(found) if found else _("none")


def _warning(kind: str, number: int, whole: int) -> str:
    said: dict[str, Any] = {"count": number, "whole": whole}
    if kind == Warned.MANY_EXCELLENT:
        return _("Many are excellent: %(count)s of %(whole)s graded.") % said
    return _("Probationary members are graded: %(count)s of %(whole)s.") % said
