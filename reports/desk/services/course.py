"""How a member's points went: quarter by quarter of a year, and year by year before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from appraisal.enums import Purpose
from appraisal.models import BranchYear, Snapshot, SnapshotRow, Tally
from appraisal.services.held_back import discreetly
from appraisal.services.results import results
from members.models import Member, Posting
from members.scope import Scope
from reports.periods import Length, Period
from reports.tables import change, points
from scoring.models import Band
from scoring.rules.exact import Hundredths
from scoring.rules.pace import pace, shown
from scoring.services.reading import recorded_years
from scoring.services.scores import MemberYear, NoScheme, Scored, months_elapsed
from scoring.services.standards import StandardsBook

GradeNames = dict[tuple[str, int, str], str]
"""What a grade is called, by code and version of the scheme and code of the grade."""

YEARS_BEFORE = 3
"""The results of so many years before the one shown stand on a member's page."""
QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Quarter:
    """The points at the end of a quarter, or so far in the `running` one; texts are empty without a score."""

    period: Period
    running: bool
    base: str = ""
    bonus: str = ""
    points: str = ""
    change: str = ""
    pace: str = ""


@dataclass(frozen=True, slots=True)
class YearBefore:
    """The result of a year before; `frozen_on` is the day on which it was frozen, None where it is derived.

    `approved_on` is the day on which a committee approved it, None of what nobody has.
    Texts that do not apply are empty.
    """

    year: int
    organisation: str
    daily: str
    annual: str
    grade: str
    grade_code: str
    rank: str
    frozen_on: date | None
    url: str
    approved_on: date | None = None


def quarters(*, member: Member, as_of: date, now: Scored, book: StandardsBook) -> tuple[Quarter, ...]:
    """The quarters of the book's year that have begun by the day, each with the member's points at its end.

    `now` is the score as of the day. The ledger is read once, however many quarters there are.
    """
    year = book.year
    scores = MemberYear(member_id=member.pk, last=as_of, book=book)
    found = []
    before: Hundredths | None = None
    for number in range(1, QUARTERS + 1):
        period = Period(year, Length.QUARTER, number)
        if period.first > as_of:
            break
        day = min(period.last, as_of)
        running = day < period.last
        score = now if day == as_of else _score(scores, day)
        if score is None or score.daily is None:
            found.append(Quarter(period, running))
            before = None
            continue
        daily = score.daily
        going = shown(pace(daily.lines, months_elapsed(score, day), score.month_count))
        found.append(
            Quarter(
                period=period,
                running=running,
                base=points(daily.base),
                bonus=points(daily.bonus),
                points=points(daily.daily),
                change="" if before is None else change(daily.daily - before),
                pace=_text(going),
            )
        )
        before = daily.daily
    return tuple(found)


def _score(scores: MemberYear, day: date) -> Scored | None:
    """The score as of the day; None without a posting, or where no scheme governed."""
    try:
        return scores.score(day)
    except NoScheme:
        return None


def years_before(*, member: Member, year: int, scope: Scope) -> tuple[YearBefore, ...]:
    """The results of the years before, the newest first, of those at whose end the member was posted.

    What was approved, or frozen last for an annual notice, and is the scope's to read goes before what the
    records say today; of years of which nothing is recorded they say nothing.
    """
    years = range(year - 1, year - 1 - YEARS_BEFORE, -1)
    grades = _grade_names()
    frozen = _frozen(member, years, scope, grades)
    recorded = recorded_years(member.pk, years)
    recorded |= set(Tally.objects.filter(member=member).order_by().values_list("year", flat=True))
    posted = list(member.postings.select_related("organisation").order_by("start"))
    found = []
    for past in years:
        last = date(past, 12, 31)
        held = [one for one in posted if one.start <= last and (one.end is None or one.end >= last)]
        if past in frozen:
            found.append(frozen[past])
        elif (
            held
            and past in recorded
            and (derived := _derived(member, past, held[0], scope, grades)) is not None
        ):
            found.append(derived)
    return tuple(found)


def _frozen(member: Member, years: range, scope: Scope, grades: GradeNames) -> dict[int, YearBefore]:
    # The figures alone: how votes were spread stays in the row.
    mine = BranchYear.objects.approved().filter(year__in=years, snapshot__rows__member=member)
    approved = dict(mine.order_by().values_list("snapshot", "approved_at"))
    rows = SnapshotRow.objects.filter(
        Q(snapshot__in=Snapshot.objects.issued().filter(purpose=Purpose.ANNUAL))
        | Q(snapshot__in=list(approved)),
        snapshot__in=Snapshot.objects.visible_to(scope),
        member=member,
        snapshot__period__in=[str(year) for year in years],
    )
    found = {}
    told = rows.select_related("snapshot").order_by("snapshot_id")
    # What was frozen last stands, and before it what is approved.
    for row in sorted(told, key=lambda row: row.snapshot_id in approved):
        year, figures = int(row.snapshot.period), row.figures
        found[year] = YearBefore(
            year=year,
            organisation=row.snapshot.organisation_name,
            daily=_text(figures["daily"]),
            annual=_text(figures["annual"]),
            grade=grades.get((*figures["scheme"], figures["grade"]), ""),
            grade_code=figures["grade"] or "",
            rank=str(figures["rank"] or ""),
            frozen_on=timezone.localdate(row.snapshot.frozen_at),
            url=reverse("member_scores", args=[member.number, year]),
            approved_on=timezone.localdate(approved[row.snapshot_id])
            if row.snapshot_id in approved
            else None,
        )
    return found


def _grade_names() -> GradeNames:
    """The names of all schemes' grades."""
    bands = Band.objects.select_related("scheme").defer("scheme__source").order_by("pk")
    return {(band.scheme.code, band.scheme.version, band.code): band.name for band in bands}


def _derived(
    member: Member, year: int, posting: Posting, scope: Scope, grades: GradeNames
) -> YearBefore | None:
    """What the records say today; None without any, without points, or where no scheme governed the year."""
    try:
        unit = next(results(year=year, as_of=date(year, 12, 31), within=posting.organisation, alone=True))
    except NoScheme:
        return None
    result = next(one for one in discreetly(unit, scope).results if one.score.member_id == member.pk)
    record, scheme = result.score.record, result.score.role.scheme
    if result.daily is None or not (record.done or record.judged or record.awards or record.contributions):
        return None
    return YearBefore(
        year=year,
        organisation=unit.organisation.name,
        daily=_text(result.daily),
        annual=_text(result.annual),
        grade=grades.get((scheme.code, scheme.version, result.grade or ""), ""),
        grade_code=result.grade or "",
        rank=str(result.rank or ""),
        frozen_on=None,
        url=reverse("member_scores", args=[member.number, year]),
    )


def _text(figure: Hundredths | None) -> str:
    return "" if figure is None else points(figure)
