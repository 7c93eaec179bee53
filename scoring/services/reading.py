"""What the ledger holds for many members at once: grouped queries that give each one's record of a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date
from operator import itemgetter
from typing import Any, Self

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, IntegerField, Q, QuerySet, Sum
from django.db.models.sql.compiler import SQLCompiler

from members.models import Leave, Posting
from scoring.models import Bonus, Entry, Indicator, Judgement, Waiver
from scoring.querysets import EntryQuerySet
from scoring.rules.done import Days, months_paid, standing_count
from scoring.rules.exact import UNIT, Hundredths
from scoring.rules.spans import MONTHS, Span, clip, contains, covers, months_counted
from scoring.rules.terms import Given, Kind, Record
from scoring.services.standards import StandardsBook

ALL_MONTHS = (1 << MONTHS) - 1
Members = Sequence[int] | QuerySet[Any, Any]
Rows = Iterable[tuple[Any, ...]]
Done = dict[int, dict[str, int]]
"""By member and indicator code how much of it is done, and counts."""
NOBODY = (0,)
"""Asked for where there is nobody, so that the number of queries does not depend on who is scored."""


class MonthBit(Func):
    """The bit that stands for the month of a date of the year (bit 0: January).

    It is written out as one piece: `Case` takes more time to put together than its query takes to run.
    """

    output_field = IntegerField()

    def __init__(self, day: str, year: int) -> None:
        super().__init__(day)
        self.year = year

    def as_sql(  # type: ignore[override]  # it takes no template
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """SQL that both engines read: comparisons with the first days of the months."""
        day, params = compiler.compile(self.source_expressions[0])
        cases = [
            f"WHEN {day} < '{date(self.year, month + 1, 1).isoformat()}' THEN {1 << (month - 1)}"
            for month in range(1, MONTHS)
        ]
        return f"CASE {' '.join(cases)} ELSE {1 << (MONTHS - 1)} END", (*params,) * len(cases)


class Reading:
    """One reading of a year up to a day for some members, with as many queries for many as for a few.

    `members` are their keys or, where these are too many for one query, a query for them. `months` gives by
    member the months that count, as a bit mask; `record` what there is to score.
    """

    def __init__(self, *, year: int, as_of: date, members: Members, book: StandardsBook) -> None:
        self.year, self.as_of, self.book = year, as_of, book
        self.first, self.last = date(year, 1, 1), date(year, 12, 31)
        self.members = members
        self.codes: dict[int, str] = {}
        self.of_kind: dict[str, list[int]] = defaultdict(list)
        for indicator, code, kind in Indicator.objects.order_by().values_list("pk", "code", "kind"):
            self.codes[indicator] = code
            self.of_kind[kind].append(indicator)
        self._read_spans()
        self.done = self._read_done()
        self._read_yearly()
        self._read_bonuses()

    def counting(self, member: int, path: str) -> tuple[Given, ...]:
        """The member's awards and contributions that count, by date.

        Awards are worth what the scheme of the organisation at `path` says.
        """
        if member not in self.given:
            return ()
        days, levels = self._days(member), self.book.award_points(path)
        return tuple(
            Given(level, points if level is None else levels.get(level, 0))
            for day, level, points in sorted(self.given[member], key=itemgetter(0))
            if contains(days, day)
        )

    def record(self, member: int, given: Iterable[Given]) -> Record:
        """The member's record, with the awards and contributions that count."""
        awards = contributions = 0
        for one in given:
            if one.level is None:
                contributions += one.points
            else:
                awards += one.points
        return Record(
            done=self.done.get(member, {}),
            judged=self.judged.get(member, {}),
            waived=self.waived.get(member, frozenset()),
            awards=awards,
            contributions=contributions,
        )

    def _read_spans(self) -> None:
        """Each member's scored postings, months that count, and who was not scored on every day so far."""
        self.scored: dict[int, list[Span]] = defaultdict(list)
        self.months: dict[int, int] = {}
        self.partly: set[int] = set()
        leaves: dict[int, list[Span]] = defaultdict(list)
        on_leave = Leave.objects.in_year(self.year).filter(member__in=self.members)
        for member, start, end in on_leave.order_by().values_list("member", "start", "end"):
            leaves[member].append(Span(start, end))
        rows = Posting.objects.in_year(self.year).filter(member__in=self.members).order_by("member")
        scored_in: dict[tuple[str, int], bool] = {}
        for member, path, role, start, end in rows.values_list(
            "member", "organisation__path", "role", "start", "end"
        ).iterator(chunk_size=5000):
            known = scored_in.get((path, role))
            if known is None:
                effective = self.book.role(path, role)
                known = scored_in[path, role] = effective is not None and effective.scored
            spans = self.scored[member]
            if known:
                spans.append(Span(start, end))
        for member, spans in self.scored.items():
            whole = len(spans) == 1 and spans[0].start <= self.first
            if whole and (spans[0].end is None or spans[0].end >= self.last) and member not in leaves:
                self.months[member] = ALL_MONTHS
                continue
            self.months[member] = months_counted(self.year, spans, leaves.get(member, ()))
            if not covers(spans, self.first, self.as_of):
                self.partly.add(member)

    def _read_done(self) -> Done:
        """By member and indicator code how much of it is done, and counts."""
        done: Done = defaultdict(dict)
        entries = Entry.objects.filter(member__in=self.members).order_by()
        year = entries.dated(self.year, self.as_of)
        counted = year.filter(indicator__in=self.of_kind[Kind.COUNTED])
        codes, partly = self.codes, self.partly
        sums = counted.values_list("member", "indicator").annotate(total=Sum("quantity"))
        for member, indicator, total in sums.iterator(chunk_size=5000):
            if member not in partly:
                done[member][codes[indicator]] = total
        # Of who was not scored on every day, what is dated on the other days does not count.
        sometimes = [member for member in partly if self._days(member)]
        if sometimes:
            self._count(done, self._by_day(counted.filter(member__in=sometimes)))
        self._pay(done, self._paid(entries))
        self._hold(done, self._standing(entries))
        return done

    def _days(self, member: int) -> Days:
        """The days of the year so far on which the member was scored."""
        return clip(self.scored[member], self.first, self.as_of)

    def _by_day(self, counted: EntryQuerySet) -> Rows:
        """What is counted: member, indicator, day, how much."""
        rows = counted.values_list("member", "indicator", "date")
        return rows.annotate(total=Sum("quantity")).iterator(chunk_size=5000)

    def _count(self, done: Done, rows: Rows) -> None:
        days: dict[int, Days] = {}
        for member, indicator, day, total in rows:
            if member not in days:
                days[member] = self._days(member)
            if contains(days[member], day):
                code = self.codes[indicator]
                done[member][code] = done[member].get(code, 0) + total

    def _paid(self, entries: EntryQuerySet) -> Rows:
        """Months paid for as bits: member, indicator, bits. The day in the month does not matter."""
        paid = entries.filter(
            date__gte=self.first, date__lte=self.last, indicator__in=self.of_kind[Kind.MONTHLY], on_time=True
        )
        bits = Sum(MonthBit("date", self.year), distinct=True)
        return paid.values_list("member", "indicator").annotate(mask=bits).iterator(chunk_size=5000)

    def _pay(self, done: Done, rows: Rows) -> None:
        for member, indicator, mask in rows:
            done[member][self.codes[indicator]] = months_paid(
                mask, self.months.get(member, 0), self.as_of.month
            )

    def _standing(self, entries: EntryQuerySet) -> Rows:
        """Pairings and posts: member, indicator, label, first and last day."""
        standing = entries.in_force(self.year, self.as_of).filter(indicator__in=self.of_kind[Kind.STANDING])
        values = standing.values_list("member", "indicator", "title_key", "date", "until")
        return values.iterator(chunk_size=5000)

    def _hold(self, done: Done, rows: Rows) -> None:
        """Count what was in force on a scored day, each label once."""
        labels: dict[tuple[int, int], list[tuple[str, Span]]] = defaultdict(list)
        for member, indicator, label, start, end in rows:
            labels[member, indicator].append((label, Span(start, end)))
        for (member, indicator), held in labels.items():
            done[member][self.codes[indicator]] = standing_count(held, self._days(member))

    def _read_yearly(self) -> None:
        """Judged standards and waivers: the year's, whatever the day."""
        self.judged: dict[int, dict[str, int]] = defaultdict(dict)
        self.waived: dict[int, set[str]] = defaultdict(set)
        mine = Q(member__in=self.members)
        judged = Judgement.objects.of_year(self.year).filter(mine).order_by()
        for member, indicator, percent in judged.values_list("member", "indicator", "fulfilment"):
            self.judged[member][self.codes[indicator]] = int(percent * 10)
        waived = Waiver.objects.of_year(self.year).filter(mine).order_by()
        for member, indicator in waived.values_list("member", "indicator"):
            self.waived[member].add(self.codes[indicator])

    def _read_bonuses(self) -> None:
        """Awards and contributions, dated like entries."""
        self.given: dict[int, list[tuple[date, int | None, Hundredths]]] = defaultdict(list)
        bonuses = Bonus.objects.dated(self.year, self.as_of).filter(member__in=self.members).order_by()
        for member, day, level, points in bonuses.values_list("member", "date", "level", "points"):
            self.given[member].append((day, level, int((points or 0) * UNIT)))


class DatedReading(Reading):
    """A reading for few members that keeps the days, and so tells of any day of the year up to `as_of`."""

    def upto(self, day: date) -> Self:
        """The same as it stood on a day of the year: no query."""
        earlier = copy(self)
        earlier.as_of = day
        earlier.done = earlier._reckon()
        return earlier

    def _read_done(self) -> Done:
        entries = Entry.objects.filter(member__in=self.members).order_by()
        year = entries.dated(self.year, self.as_of)
        self._counted = list(self._by_day(year.filter(indicator__in=self.of_kind[Kind.COUNTED])))
        self._months_paid = list(self._paid(entries))
        self._held = list(self._standing(entries))
        return self._reckon()

    def _reckon(self) -> Done:
        done: Done = defaultdict(dict)
        self._count(done, self._counted)
        self._pay(done, self._months_paid)
        self._hold(done, self._held)
        return done


def recorded_years(member: int, years: Sequence[int]) -> set[int]:
    """Those of some years in a row of which the ledger holds anything of the member: four queries."""
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    mine = Q(member=member)
    entries = Entry.objects.filter(
        mine, Q(date__gte=first) | Q(indicator__kind=Kind.STANDING), date__lte=last
    )
    found = set(Judgement.objects.filter(mine, year__in=years).order_by().values_list("year", flat=True))
    found |= set(Waiver.objects.filter(mine, year__in=years).order_by().values_list("year", flat=True))
    found |= {day.year for day in Bonus.objects.filter(mine).order_by().values_list("date", flat=True)}
    for kind, start, end in entries.order_by().values_list("indicator__kind", "date", "until"):
        lasting = kind == Kind.STANDING
        found |= {
            year
            for year in years
            if start.year == year or (lasting and start.year <= year and (end is None or end.year >= year))
        }
    return found & {*years}
