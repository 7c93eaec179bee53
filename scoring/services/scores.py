"""Daily-conduct scores of any subtree, from grouped queries over the ledger, branch by branch.

A fixed number of queries answers for up to CHUNK members at once; a larger tree is taken chunk by
chunk, so that memory does not grow with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from members.errors import Refused
from members.models import Leave, Organisation, Posting, Role
from scoring.enums import BonusKind
from scoring.models import Bonus, Entry, Indicator, Judgement, Waiver
from scoring.querysets import EntryQuerySet
from scoring.rules.daily import daily_score
from scoring.rules.done import months_paid, standing_count
from scoring.rules.exact import Hundredths
from scoring.rules.spans import MONTHS, Span, clip, count_months, covers, months_counted
from scoring.rules.terms import Daily, Kind, Record
from scoring.services.standards import EffectiveRole, StandardsBook

CHUNK = 12_000
"""Members scored by one round of queries: more than a sub-district has."""
ALL_MONTHS = (1 << MONTHS) - 1


@dataclass(frozen=True, slots=True)
class Scored:
    """One member's daily-conduct score, or why there is none.

    `daily` is None where the role is not scored or no month counts. `months` is a bit mask of the
    months that count (bit 0: January).
    """

    member_id: int
    number: str
    name: str
    organisation: Organisation
    role: EffectiveRole
    months: int
    record: Record
    daily: Daily | None

    @property
    def month_count(self) -> int:
        """How many months count, 0 to 12."""
        return self.months.bit_count()


@dataclass(frozen=True, slots=True)
class Unit:
    """The organisation whose members are ranked together (no group), and their scores by member number."""

    organisation: Organisation
    scores: list[Scored]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Units scored by one round of queries; `postings` selects those of all their members on the day."""

    units: list[Unit]
    postings: QuerySet[Posting]
    book: StandardsBook


class NoScheme(Refused):
    """No scheme in force on 1 January governs an organisation, or it does not know a role held there."""

    def __init__(self, *, year: int, organisation: Organisation, role: str = "") -> None:
        if role:
            message = _("The scheme of %(organisation)s for %(year)s does not know the role %(role)s.")
        else:
            message = _("No scheme in force on 1 January %(year)s governs %(organisation)s.")
        named = f"{organisation.code} {organisation.name}"
        super().__init__(message, params={"year": year, "organisation": named, "role": role})


def daily_scores(
    *, year: int, as_of: date, within: Organisation | None = None, alone: bool = False
) -> Iterator[Chunk]:
    """Yield the scores of whole units that lie in, or hold, `within` (None: the whole tree), as of a day.

    With `alone` only the one unit that `within` is, or belongs to as a group. Raises NoScheme before
    anything is yielded for the chunk concerned.
    """
    book = StandardsBook.for_year(year)
    for units in _chunks(_units(within, alone), as_of):
        organisations = {o.pk: o for _, members in units for o in members}
        postings = Posting.objects.on(as_of).filter(organisation__in=list(organisations))
        yield _Round(year, as_of, postings, organisations, book).chunk(units)


def unit_paths(organisations: list[Organisation]) -> dict[int, Organisation]:
    """By organisation key the unit it belongs to: itself, or for a group the nearest above that is no group.

    `organisations` come in tree order, with all that stand above them.
    """
    units: dict[int, Organisation] = {}
    by_path: dict[str, Organisation] = {}
    for organisation in organisations:
        parent = by_path.get(organisation.path[: -organisation.steplen])
        if organisation.is_group and parent is not None:
            units[organisation.pk] = units[parent.pk]
        else:
            units[organisation.pk] = organisation
        by_path[organisation.path] = organisation
    return units


def _units(within: Organisation | None, alone: bool) -> list[tuple[Organisation, list[Organisation]]]:
    """The units concerned, in tree order, each with the organisations whose members it ranks."""
    everything = list(Organisation.objects.all())
    units = unit_paths(everything)
    if within is not None and alone:
        wanted = {units[within.pk].pk}
    else:
        wanted = {units[o.pk].pk for o in everything if within is None or o.path.startswith(within.path)}
    gathered: dict[int, tuple[Organisation, list[Organisation]]] = {}
    for organisation in everything:
        unit = units[organisation.pk]
        if unit.pk in wanted:
            gathered.setdefault(unit.pk, (unit, []))[1].append(organisation)
    return list(gathered.values())


def _chunks(
    units: list[tuple[Organisation, list[Organisation]]], as_of: date
) -> Iterator[list[tuple[Organisation, list[Organisation]]]]:
    counted = Posting.objects.on(as_of).order_by().values_list("organisation").annotate(size=Count("pk"))
    sizes = dict(counted)
    chunk: list[tuple[Organisation, list[Organisation]]] = []
    size = 0
    for unit in units:
        members = sum(sizes.get(organisation.pk, 0) for organisation in unit[1])
        if chunk and size + members > CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append(unit)
        size += members
    if chunk:
        yield chunk


class _Round:
    """One round of grouped queries for the members posted on the day in some organisations."""

    def __init__(self, year: int, as_of: date, postings: QuerySet[Posting],
                 organisations: dict[int, Organisation], book: StandardsBook) -> None:  # fmt: skip
        self.year, self.as_of, self.postings = year, as_of, postings
        self.organisations, self.book = organisations, book
        self.members = postings.values("member")
        self.first, self.last = date(year, 1, 1), date(year, 12, 31)
        indicators = Indicator.objects.values_list("pk", "code", "kind")
        self.codes = {pk: code for pk, code, kind in indicators}
        self.of_kind: dict[str, list[int]] = defaultdict(list)
        for pk, _code, kind in indicators:
            self.of_kind[kind].append(pk)

    def chunk(self, units: list[tuple[Organisation, list[Organisation]]]) -> Chunk:
        """Score the units."""
        self._read_spans()
        done = self._read_done()
        extras = _Extras(self)
        gathered: dict[int, list[Scored]] = defaultdict(list)
        held = self.postings.order_by().values_list(
            "member", "member__number", "member__name", "organisation", "role"
        )
        for member, number, name, organisation_id, role_id in held.iterator(chunk_size=5000):
            organisation = self.organisations[organisation_id]
            role = self.book.role(organisation.path, role_id)
            if role is None:
                raise self._missing(organisation, role_id)
            months = self.months[member]
            record = extras.record(member, organisation.path, done.get(member, {}), self.scored[member])
            daily = daily_score(role.standard, months.bit_count(), record) if role.scored and months else None
            gathered[organisation_id].append(
                Scored(member, number, name, organisation, role, months, record, daily)
            )
        scored = []
        for unit, organisations in units:
            scores = [score for organisation in organisations for score in gathered[organisation.pk]]
            scores.sort(key=attrgetter("number"))
            scored.append(Unit(unit, scores))
        return Chunk(scored, self.postings, self.book)

    def _missing(self, organisation: Organisation, role_id: int) -> NoScheme:
        known = self.book.scheme(organisation.path) is not None
        role = str(Role.objects.get(pk=role_id)) if known else ""
        return NoScheme(year=self.year, organisation=organisation, role=role)

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
        """By member and indicator code how much of it is done (spec: section 4, step 2)."""
        done: dict[int, dict[str, int]] = defaultdict(dict)
        entries = Entry.objects.filter(member__in=self.members).order_by()
        year = entries.dated(self.year, self.as_of)
        counted = year.filter(indicator__in=self.of_kind[Kind.COUNTED])
        codes, partly = self.codes, self.partly
        sums = counted.values_list("member", "indicator").annotate(total=Sum("quantity"))
        for member, indicator, total in sums.iterator(chunk_size=5000):
            if member not in partly:
                done[member][codes[indicator]] = total
        if partly:
            self._add_partly(counted, done)
        self._add_monthly(entries, done)
        self._add_standing(entries, done)
        return done

    def _add_partly(self, counted: EntryQuerySet, done: dict[int, dict[str, int]]) -> None:
        """Members who were not scored on every day: what is dated on the other days does not count."""
        days = {member: clip(self.scored[member], self.first, self.as_of) for member in self.partly}
        rows = counted.filter(member__in=self.partly).values_list("member", "indicator", "date")
        for member, indicator, day, total in rows.annotate(total=Sum("quantity")).iterator(chunk_size=5000):
            if any(first <= day <= last for first, last in days[member]):
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
            done[member][self.codes[indicator]] = months_paid(mask, self.months[member], self.as_of.month)

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


class _Extras:
    """Judged standards, waivers, awards and contributions of one round's members."""

    def __init__(self, around: _Round) -> None:
        self.first, self.as_of, self.book = around.first, around.as_of, around.book
        self.judged: dict[int, dict[str, int]] = defaultdict(dict)
        self.waived: dict[int, set[str]] = defaultdict(set)
        self.given: dict[int, list[tuple[date, str, int | None, Hundredths]]] = defaultdict(list)
        mine = Q(member__in=around.members)
        judged = Judgement.objects.of_year(around.year).filter(mine)
        for member, indicator, percent in judged.values_list("member", "indicator", "fulfilment"):
            self.judged[member][around.codes[indicator]] = int(percent * 10)
        for member, indicator in (
            Waiver.objects.of_year(around.year).filter(mine).values_list("member", "indicator")
        ):
            self.waived[member].add(around.codes[indicator])
        bonuses = Bonus.objects.dated(around.year, around.as_of).filter(mine)
        for member, day, kind, level, points in bonuses.values_list(
            "member", "date", "kind", "level", "points"
        ):
            self.given[member].append((day, kind, level, int((points or 0) * 100)))

    def record(self, member: int, path: str, done: dict[str, int], scored: list[Span]) -> Record:
        """The member's record; awards are worth what the scheme of the organisation at `path` says."""
        awards = contributions = 0
        if member in self.given:
            days = clip(scored, self.first, self.as_of)
            levels = self.book.award_points(path)
            for day, kind, level, points in self.given[member]:
                if not any(first <= day <= last for first, last in days):
                    continue
                if kind == BonusKind.AWARD:
                    awards += levels.get(level, 0) if level is not None else 0
                else:
                    contributions += points
        return Record(
            done=done,
            judged=self.judged.get(member, {}),
            waived=self.waived.get(member, frozenset()),
            awards=awards,
            contributions=contributions,
        )


def months_elapsed(score: Scored, as_of: date) -> int:
    """How many of the months that count for the member had their 15th by the month of the day."""
    return count_months(score.months, as_of.month)
