"""What a member's page shows: where the member stands in a year, and what is still to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from appraisal.rules.annual import Status
from members.models import Leave, Member, Posting
from members.scope import Scope
from reports.desk.services import course, formulas
from reports.desk.services.course import Quarter
from reports.desk.services.derivation import Derivation, derive
from reports.desk.services.lines import LineShown
from reports.desk.services.timeline import Timeline, timeline
from reports.periods import Length, Period
from reports.services.progress import Progress, completions, progress
from scoring.models import Care, CareVisit
from scoring.rules.exact import half_up
from scoring.rules.terms import Line
from scoring.services.scores import months_elapsed

CARDS = ((Length.QUARTER, 4), (Length.HALF_YEAR, 2), (Length.YEAR, 1))
VISITS = 10
"""So many of the newest care visits stand on the page."""
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One requirement: its line, what is missing to the quota, and the points that this would earn.

    Both texts are empty where nothing is missing, or where it is not for the member to do. `short`: less is
    done than is due by now.
    """

    line: LineShown
    needed: str
    worth: str
    short: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the member stands in the year as of the day.

    `going` is None without points. `due` is how many per cent of the months that count have begun; `missing`
    are the points that all bars together would still earn, empty where nothing is missing.
    """

    found: Derivation
    going: Progress | None
    due: int
    bars: tuple[Bar, ...]
    missing: str
    year: Timeline
    quarters: tuple[Quarter, ...]

    @property
    def in_care(self) -> bool:
        """Whether the member is one of those who are cared for and not scored."""
        return self.found.result.status == Status.EXEMPT


@dataclass(frozen=True, slots=True)
class CareShown:
    """The wish and the contact of an elderly member, if recorded, and the newest visits.

    `url` leads to the record, or to where it is made.
    """

    care: Care | None
    visits: Sequence[CareVisit]
    url: str


@dataclass(frozen=True, slots=True)
class Roster:
    """All postings and leaves of a member, the newest first; `now` says whose the member is today."""

    now: Posting | None
    postings: Sequence[Posting]
    leaves: Sequence[Leave]


def standing(*, member: Member, year: int, as_of: date, scope: Scope) -> Standing | None:
    """Where the member stands; None for who held no posting on the day. Raises NoScheme.

    The caller has seen to it that the scope sees the member.
    """
    found = derive(member=member, year=year, as_of=as_of, scope=scope)
    if found is None:
        return None
    score = found.result.score
    lines = score.daily.lines if score.daily else ()
    short = {one.indicator.code for one in completions([found.result], as_of=as_of) if one.short}
    bars = tuple(
        _bar(shown, line, line.indicator in short) for shown, line in zip(found.lines, lines, strict=True)
    )
    missing = sum(line.points - line.earned for bar, line in zip(bars, lines, strict=True) if bar.needed)
    months = score.month_count
    return Standing(
        found=found,
        going=_going(found),
        due=half_up(WHOLE * months_elapsed(score, as_of), months) if months else 0,
        bars=bars,
        missing=formulas.plain(missing) if missing else "",
        year=timeline(found),
        quarters=course.quarters(member=member, as_of=as_of, now=score, book=found.unit.book),
    )


def roster(member: Member, scope: Scope) -> Roster:
    """The member's postings and leaves."""
    postings = member.postings.select_related("organisation", "role__category").order_by("-start")
    now = member.postings.governing(scope.on).select_related("organisation", "role__category")
    return Roster(now=now.first(), postings=list(postings), leaves=list(member.leaves.order_by("-start")))


def care(member: Member) -> CareShown:
    """What is recorded of the care for a member."""
    recorded = Care.objects.filter(member=member).select_related("contact").first()
    url = (
        reverse("admin:scoring_care_change", args=[recorded.pk])
        if recorded
        else f"{reverse('admin:scoring_care_add')}?member={member.pk}"
    )
    visits = CareVisit.objects.filter(member=member).order_by("-date", "-pk")
    return CareShown(care=recorded, visits=list(visits[:VISITS]), url=url)


def cards(year: int, today: date) -> list[Period]:
    """The periods of the year for which a points card can be printed: those that have begun."""
    periods = (Period(year, length, number) for length, count in CARDS for number in range(1, count + 1))
    return [period for period in periods if period.first <= today]


def _bar(shown: LineShown, line: Line, short: bool) -> Bar:
    if line.waived or line.quota is None or line.done >= line.quota:
        return Bar(shown, "", "", short)
    unit = shown.quota.removeprefix(str(line.quota)).strip()
    return Bar(shown, f"{line.quota - line.done} {unit}", formulas.plain(line.points - line.earned), short)


def _going(found: Derivation) -> Progress | None:
    """The pace, and whether that is ahead or behind of those in the same branch and category."""
    unit = found.unit
    if unit.scheme is None or found.result.daily is None:
        return None
    made = progress(unit.results, unit.scheme, as_of=found.as_of)
    return next(one for one in made.everybody() if one.result.score.member_id == found.result.score.member_id)
