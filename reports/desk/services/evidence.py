"""What stands in the ledger behind a member's score, row by row, and why a row does not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Member
from members.scope import Scope
from scoring.enums import BonusKind
from scoring.models import Bonus, Entry
from scoring.rules.exact import Hundredths, text
from scoring.rules.spans import Span, clip, contains
from scoring.rules.terms import Kind

Days = Sequence[tuple[date, date]]


@dataclass(frozen=True, slots=True)
class Piece:
    """One row of the ledger: `reason` says why it does not count, and is empty where it does.

    `url` leads to the form in which it is corrected, for whoever may; else it is empty.
    """

    reference: str
    day: date
    until: date | None
    title: str
    quantity: int
    unit: str
    note: str
    recorded_at: datetime
    reason: str
    url: str
    indicator: str
    points: Hundredths | None = None

    @property
    def counts(self) -> bool:
        """Whether it is among what the score was made of."""
        return not self.reason

    @property
    def worth(self) -> str:
        """The points of an award or a contribution as they are printed."""
        return "" if self.points is None else text(self.points)


@dataclass(frozen=True, slots=True)
class Held:
    """When the member was where, as of the day of the score: what decides whether a row counts.

    `scored` are the postings in scored roles, `posted` all of them; `months` the months that count, as bits.
    """

    year: int
    as_of: date
    scored: tuple[Span, ...]
    posted: tuple[Span, ...]
    months: int
    days: Days = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", clip(self.scored, date(self.year, 1, 1), self.as_of))

    def why_not(self, day: date) -> str:
        """Why what is dated on the day does not count; empty where it does."""
        if any(first <= day <= last for first, last in self.days):
            return ""
        if contains(self.posted, day):
            return _("the role held on that day is not scored")
        return _("no posting on that day")


def entries(member: Member, held: Held, scope: Scope, *, writable: bool) -> dict[str, list[Piece]]:
    """By indicator code the entries of the year up to the day, oldest first: one query."""
    first, last = date(held.year, 1, 1), date(held.year, 12, 31)
    reached = Q(date__gte=first, date__lte=held.as_of)
    paid = Q(indicator__kind=Kind.MONTHLY, date__gte=first, date__lte=last)
    standing = Q(indicator__kind=Kind.STANDING, date__lte=held.as_of) & (
        Q(until__isnull=True) | Q(until__gte=first)
    )
    rows = Entry.objects.filter(reached | paid | standing, member=member)
    found: dict[str, list[Entry]] = defaultdict(list)
    for row in rows.select_related("indicator", "activity__organisation").order_by("date", "pk"):
        if row.date.year < held.year or row.date.month <= held.as_of.month:
            found[row.indicator.code].append(row)
    return {
        code: [_piece(row, reason, scope, writable) for row, reason in _judged(listed, held)]
        for code, listed in found.items()
    }


def bonuses(member: Member, held: Held, awards: dict[int, Hundredths], *, writable: bool) -> list[Piece]:
    """Awards and contributions of the year up to the day, oldest first; `awards`: points by level key."""
    rows = Bonus.objects.dated(held.year, held.as_of).filter(member=member)
    found = []
    for row in rows.select_related("level").order_by("date", "pk"):
        if row.kind == BonusKind.AWARD:
            points = awards.get(row.level_id or 0, 0)
            name = f"{row.get_kind_display()} · {row.level}"
        else:
            points = int((row.points or 0) * 100)
            name = str(row.get_kind_display())
        url = reverse("admin:scoring_bonus_change", args=[row.pk]) if writable else ""
        found.append(
            Piece(
                reference=row.reference,
                day=row.date,
                until=None,
                title=row.reason,
                quantity=1,
                unit="",
                note="",
                recorded_at=row.recorded_at,
                reason=held.why_not(row.date),
                url=url,
                indicator=name,
                points=points,
            )
        )
    return found


def _judged(rows: list[Entry], held: Held) -> Iterator[tuple[Entry, str]]:
    """Each row of one indicator with the reason why it does not count."""
    seen: set[object] = set()
    for row in rows:
        if row.indicator.kind == Kind.MONTHLY:
            yield row, _why_month_not(row, held, seen)
        elif row.indicator.kind == Kind.STANDING:
            yield row, _why_standing_not(row, held, seen)
        else:
            yield row, held.why_not(row.date)


def _why_month_not(row: Entry, held: Held, seen: set[object]) -> str:
    month = row.date.month
    if not row.on_time:
        return _("late, or not in full")
    if not held.months & 1 << (month - 1):
        return _("the month does not count")
    if month in seen:
        return _("the month is counted already")
    seen.add(month)
    return ""


def _why_standing_not(row: Entry, held: Held, seen: set[object]) -> str:
    if not any(row.date <= last and (row.until is None or first <= row.until) for first, last in held.days):
        return _("not in force on a day in a scored role")
    if row.title_key and row.title_key in seen:
        return _("the same label is counted already")
    seen.add(row.title_key)
    return ""


def _piece(row: Entry, reason: str, scope: Scope, writable: bool) -> Piece:
    url = ""
    if row.activity is not None:
        if scope.may_write(row.activity.organisation):
            url = reverse("admin:scoring_activity_change", args=[row.activity_id])
    elif writable:
        url = reverse("admin:scoring_entry_change", args=[row.pk])
    return Piece(
        reference=row.reference,
        day=row.date,
        until=row.until,
        title=row.title,
        quantity=row.quantity,
        unit=row.indicator.unit,
        note=row.note,
        recorded_at=row.recorded_at,
        reason=reason,
        url=url,
        indicator=row.indicator.name,
    )
