"""How a member stands on the roster and in the scores of a year: what a change is measured by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from members.models import Leave, Member, Organisation, Posting
from members.services.units import nearest_unit
from scoring.rules.terms import Line
from scoring.services.published import EffectiveRole, RequirementRow
from scoring.services.scores import MemberYear, NoScheme, Scored
from scoring.services.standards import StandardsBook


@dataclass(frozen=True, slots=True)
class YearState:
    """How the member is scored in one year.

    `months` is how many count. `now` is the score as of the day asked for, `end` the one with the role held
    on 31 December; either is None without a posting on its day. `unit` is where the one at the end is ranked.
    `problem` says why there is nothing.
    """

    months: int
    now: Scored | None
    end: Scored | None
    unit: Organisation | None
    problem: str = ""

    @property
    def role(self) -> EffectiveRole | None:
        """The role that the year's quotas are those of."""
        return self.end.role if self.end else None

    def quotas(self) -> dict[str, tuple[RequirementRow, int | None]]:
        """By code each requirement of that role with its quota for so many months; none for no months."""
        if self.end is None or self.end.daily is None:
            return {}
        applied = {line.indicator: line.quota for line in self.end.daily.lines}
        return {row.code: (row, applied[row.code]) for row in self.end.role.requirements}

    def lines(self) -> dict[str, Line]:
        """By code the lines of the score at the end of the year."""
        return {line.indicator: line for line in self.end.daily.lines} if self.end and self.end.daily else {}

    def figures(self) -> list[object]:
        """All that is shown of it, for a digest."""
        shown: list[object] = [self.months, self.unit.code if self.unit else None, self.problem]
        for score in (self.now, self.end):
            if score is None:
                shown.append(None)
                continue
            daily = score.daily
            shown += [score.organisation.code, score.role.role.code, daily and [list(daily)[:3], daily.lines]]
        return shown


@dataclass(frozen=True, slots=True)
class State:
    """A member's postings and leaves by their start, and the scores by year."""

    postings: tuple[Posting, ...]
    leaves: tuple[Leave, ...]
    years: dict[int, YearState]

    def facts(self, *, versions: bool) -> list[object]:
        """All of it in plain values, for a digest; with `versions` also at which version each row is."""
        rows: list[object] = []
        for posting in self.postings:
            fact = [posting.organisation_id, posting.role_id, posting.start, posting.end]
            rows.append([*fact, posting.pk, posting.version] if versions else fact)
        for leave in self.leaves:
            span = [leave.start, leave.end]
            rows.append([*span, leave.pk, leave.version] if versions else span)
        return [rows, {year: state.figures() for year, state in self.years.items()}]


def read_state(member: Member, days: dict[int, date]) -> State:
    """The member's state, scored in each of the years as of its day: a fixed number of queries for a year."""
    postings = member.postings.select_related("organisation", "role__category").order_by("start")
    return State(
        postings=tuple(postings),
        leaves=tuple(member.leaves.order_by("start")),
        years={year: _year(member, year, day) for year, day in days.items()},
    )


def _year(member: Member, year: int, day: date) -> YearState:
    book = StandardsBook.for_year(year)
    last = date(year, 12, 31)
    try:
        scores = MemberYear(member_id=member.pk, last=last, book=book)
        now, end = scores.score(day), scores.score(last)
    except NoScheme as error:
        return YearState(0, None, None, None, " ".join(error.messages))
    return YearState(scores.months.bit_count(), now, end, unit_of(end.organisation) if end else None)


def unit_of(organisation: Organisation) -> Organisation:
    """The organisation whose members are ranked together: for a group the nearest above that is none."""
    return nearest_unit(Organisation.objects.above(organisation)) or organisation
