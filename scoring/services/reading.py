"""What the ledger holds for many members at once: grouped queries that give each one's record of a year."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, Value, When

from members.models import Leave, Posting
from scoring.enums import BonusKind
from scoring.models import Bonus, Entry, Indicator, Judgement, Waiver
from scoring.querysets import EntryQuerySet
from scoring.rules.done import months_paid, standing_count
from scoring.rules.exact import UNIT, Hundredths
from scoring.rules.spans import MONTHS, Span, clip, contains, covers, months_counted
from scoring.rules.terms import Kind, Record
from scoring.services.standards import StandardsBook

ALL_MONTHS = (1 << MONTHS) - 1
NOBODY = (0,)
"""Asked for where there is nobody, so that the number of queries does not depend on who is scored."""


class Reading:
    """One reading of a year up to a day for the members of some postings, with a fixed number of queries.

    `months` gives by member the months that count, as a bit mask; `record` what there is to score.
    """

    def __init__(self, *, year: int, as_of: date, postings: QuerySet[Posting], book: StandardsBook) -> None:
        self.year, self.as_of, self.book = year, as_of, book
        self.first, self.last = date(year, 1, 1), date(year, 12, 31)
        self.members = postings.values("member")
        self.codes: dict[int, str] = {}
        self.of_kind: dict[str, list[int]] = defaultdict(list)
        for indicator, code, kind in Indicator.objects.values_list("pk", "code", "kind"):
            self.codes[indicator] = code
            self.of_kind[kind].append(indicator)
        self._read_spans()
        self.done = self._read_done()
        self._read_yearly()
        self._read_bonuses()

    def record(self, member: int, path: str) -> Record:
        """The member's record; awards are worth what the scheme of the organisation at `path` says."""
        awards = contributions = 0
        if member in self.given:
            days = clip(self.scored[member], self.first, self.as_of)
            levels = self.book.award_points(path)
            for day, kind, level, points in self.given[member]:
                if not contains(days, day):
                    continue
                if kind == BonusKind.AWARD:
                    awards += levels.get(level, 0) if level is not None else 0
                else:
                    contributions += points
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
        for member, start, end in on_leave.values_list("member", "start", "end"):
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

    def _read_done(self) -> dict[int, dict[str, int]]:
        """By member and indicator code how much of it is done, and counts."""
        done: dict[int, dict[str, int]] = defaultdict(dict)
        entries = Entry.objects.filter(member__in=self.members).order_by()
        year = entries.dated(self.year, self.as_of)
        counted = year.filter(indicator__in=self.of_kind[Kind.COUNTED])
        codes, partly = self.codes, self.partly
        sums = counted.values_list("member", "indicator").annotate(total=Sum("quantity"))
        for member, indicator, total in sums.iterator(chunk_size=5000):
            if member not in partly:
                done[member][codes[indicator]] = total
        self._add_partly(counted, done)
        self._add_monthly(entries, done)
        self._add_standing(entries, done)
        return done

    def _add_partly(self, counted: EntryQuerySet, done: dict[int, dict[str, int]]) -> None:
        """Members who were not scored on every day: what is dated on the other days does not count."""
        days = {member: clip(self.scored[member], self.first, self.as_of) for member in self.partly}
        sometimes = [member for member, parts in days.items() if parts] or NOBODY
        rows = counted.filter(member__in=sometimes).values_list("member", "indicator", "date")
        for member, indicator, day, total in rows.annotate(total=Sum("quantity")).iterator(chunk_size=5000):
            if contains(days[member], day):
                code = self.codes[indicator]
                done[member][code] = done[member].get(code, 0) + total

    def _add_monthly(self, entries: EntryQuerySet, done: dict[int, dict[str, int]]) -> None:
        """Months paid for; the day in the month does not matter, so the whole month of the day is taken."""
        paid = entries.filter(
            date__gte=self.first, date__lte=self.last, indicator__in=self.of_kind[Kind.MONTHLY], on_time=True
        )
        bits = Case(
            *(
                When(date__lt=date(self.year, month + 1, 1), then=Value(1 << (month - 1)))
                for month in range(1, MONTHS)
            ),
            default=Value(1 << (MONTHS - 1)),
            output_field=IntegerField(),
        )
        masks = paid.values_list("member", "indicator").annotate(mask=Sum(bits, distinct=True))
        for member, indicator, mask in masks.iterator(chunk_size=5000):
            done[member][self.codes[indicator]] = months_paid(
                mask, self.months.get(member, 0), self.as_of.month
            )

    def _add_standing(self, entries: EntryQuerySet, done: dict[int, dict[str, int]]) -> None:
        """Pairings and posts in force on a scored day, each label once."""
        standing = entries.in_force(self.year, self.as_of).filter(indicator__in=self.of_kind[Kind.STANDING])
        rows: dict[tuple[int, int], list[tuple[str, Span]]] = defaultdict(list)
        values = standing.values_list("member", "indicator", "title_key", "date", "until")
        for member, indicator, label, start, end in values.iterator(chunk_size=5000):
            rows[member, indicator].append((label, Span(start, end)))
        for (member, indicator), held in rows.items():
            days = clip(self.scored[member], self.first, self.as_of)
            done[member][self.codes[indicator]] = standing_count(held, days)

    def _read_yearly(self) -> None:
        """Judged standards and waivers: the year's, whatever the day."""
        self.judged: dict[int, dict[str, int]] = defaultdict(dict)
        self.waived: dict[int, set[str]] = defaultdict(set)
        mine = Q(member__in=self.members)
        judged = Judgement.objects.of_year(self.year).filter(mine)
        for member, indicator, percent in judged.values_list("member", "indicator", "fulfilment"):
            self.judged[member][self.codes[indicator]] = int(percent * 10)
        waived = Waiver.objects.of_year(self.year).filter(mine)
        for member, indicator in waived.values_list("member", "indicator"):
            self.waived[member].add(self.codes[indicator])

    def _read_bonuses(self) -> None:
        """Awards and contributions, dated like entries."""
        self.given: dict[int, list[tuple[date, str, int | None, Hundredths]]] = defaultdict(list)
        bonuses = Bonus.objects.dated(self.year, self.as_of).filter(member__in=self.members)
        for member, day, kind, level, points in bonuses.values_list(
            "member", "date", "kind", "level", "points"
        ):
            self.given[member].append((day, kind, level, int((points or 0) * UNIT)))
