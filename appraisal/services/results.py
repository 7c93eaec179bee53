"""Annual results of any subtree: the daily scores with appraisal, annual score, grade, rank and status."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from appraisal.models import Tally
from appraisal.rules.annual import Band, Status, Weights, annual, annual_of_daily, grade, on_ballot, status
from appraisal.rules.rank import ranks
from appraisal.rules.tally import BallotValues, Divisor, Votes, appraisal
from members.models import Organisation
from scoring.models import Band as SchemeBand
from scoring.models import Scheme
from scoring.rules.exact import Hundredths
from scoring.services.scores import Chunk, NoScheme, Scored, daily_scores
from scoring.services.standards import StandardsBook


@dataclass(slots=True)
class Result:
    """One member's result as of a day; figures are hundredths of a point, None where there is none.

    `rank` is by the annual score on 31 December, before that by the daily score.
    """

    score: Scored
    status: Status
    votes: Votes | None
    appraisal: Hundredths | None
    annual: Hundredths | None
    grade: str | None
    rank: int | None = None

    @property
    def base(self) -> Hundredths | None:
        """The base, 0 to 100 points."""
        return self.score.daily.base if self.score.daily else None

    @property
    def bonus(self) -> Hundredths | None:
        """The bonus, up to the scheme's cap."""
        return self.score.daily.bonus if self.score.daily else None

    @property
    def daily(self) -> Hundredths | None:
        """The daily-conduct score: base and bonus."""
        return self.score.daily.daily if self.score.daily else None

    def lies_in(self, organisation: Organisation) -> bool:
        """Whether the member is placed in the organisation or below it."""
        return self.score.organisation.path.startswith(organisation.path)


@dataclass(frozen=True, slots=True)
class UnitResults:
    """The results of an organisation whose members are ranked together, by member number, and their book."""

    organisation: Organisation
    book: StandardsBook
    scheme: Scheme | None
    results: list[Result]


@dataclass(frozen=True, slots=True)
class Terms:
    """A scheme's figures for the annual score, as the rules take them."""

    weights: Weights
    values: BallotValues
    bands: tuple[Band, ...]

    @classmethod
    def of(cls, scheme: Scheme, bands: Iterable[SchemeBand]) -> Terms:
        """The terms of a scheme with these grade bands."""
        cap = scheme.annual_cap
        return cls(
            weights=Weights(
                scheme.daily_weight, scheme.appraisal_weight, None if cap is None else int(cap * 100)
            ),
            values=BallotValues(
                excellent=int(scheme.ballot_excellent * 100),
                good=int(scheme.ballot_good * 100),
                passed=int(scheme.ballot_passed * 100),
                poor=int(scheme.ballot_poor * 100),
                divisor=Divisor(scheme.ballot_divisor),
            ),
            bands=tuple(Band(band.code, int(band.lower * 100)) for band in bands),
        )


def results(
    *,
    year: int,
    as_of: date,
    within: Organisation | None = None,
    alone: bool = False,
    annual_too: bool = True,
    book: StandardsBook | None = None,
) -> Iterator[UnitResults]:
    """Yield results unit by unit in tree order, for every unit that lies in, or holds, `within`.

    With `alone` only the one unit that `within` is, or belongs to as a group. On 31 December appraisal,
    annual score and grade come with them, unless `annual_too` is False, as for the pages of a quarter or
    half-year, which rank by the daily score they print. `book` is another than the year's own. The number
    of queries does not depend on how many members there are. Raises NoScheme.
    """
    year_end = annual_too and as_of == date(year, 12, 31)
    for chunk in daily_scores(year=year, as_of=as_of, within=within, alone=alone, book=book):
        yield from _unit_results(chunk, year=year, year_end=year_end)
        # Let it go before the next one is read: two at a time would take twice the memory.
        del chunk


def _unit_results(chunk: Chunk, *, year: int, year_end: bool) -> Iterator[UnitResults]:
    tallies: dict[int, Votes] = {}
    if year_end:
        rows = Tally.objects.of_year(year).filter(member__in=chunk.members)
        for member, *votes in rows.values_list(
            "member", "excellent", "good", "passed", "poor", "blank", "invalid"
        ).iterator(chunk_size=5000):
            tallies[member] = Votes(*votes)
    terms: dict[int, Terms] = {}
    for unit in chunk.units:
        found = []
        for score in unit.scores:
            scheme = chunk.book.scheme(score.organisation.path)
            if scheme is None:
                raise NoScheme(year=year, organisation=score.organisation)
            if scheme.pk not in terms:
                terms[scheme.pk] = Terms.of(scheme, chunk.book.bands(scheme))
            found.append(_result(score, terms[scheme.pk], tallies.get(score.member_id), year_end))
        place(found, year_end)
        yield UnitResults(unit.organisation, chunk.book, chunk.book.scheme(unit.organisation.path), found)


def _result(score: Scored, terms: Terms, votes: Votes | None, year_end: bool) -> Result:
    role, months, daily = score.role, score.month_count, score.daily
    asked = on_ballot(scored_role=role.scored, months=months, annual_is_daily=role.annual_is_daily)
    points = appraisal(votes, terms.values) if votes is not None and asked and year_end else None
    state = status(
        scored_role=role.scored,
        months=months,
        annual_is_daily=role.annual_is_daily,
        has_appraisal=points is not None,
        year_end=year_end,
    )
    total = None
    if year_end and daily is not None and state == Status.SCORED:
        if role.annual_is_daily:
            total = annual_of_daily(daily.daily, terms.weights)
        elif points is not None:
            total = annual(daily.daily, points, terms.weights)
    return Result(
        score=score,
        status=state,
        votes=votes if asked else None,
        appraisal=points,
        annual=total,
        grade=grade(total, terms.bands) if total is not None else None,
    )


def place(found: list[Result], by_annual: bool) -> None:
    """Set the ranks within each category: by the annual or by the daily score; who has none has no rank."""
    categories: dict[int, list[Result]] = defaultdict(list)
    for result in found:
        if (result.annual if by_annual else result.daily) is not None:
            categories[result.score.role.category_id].append(result)
    for members in categories.values():
        scores = [(result.annual if by_annual else result.daily) or 0 for result in members]
        for result, rank in zip(members, ranks(scores), strict=True):
            result.rank = rank
