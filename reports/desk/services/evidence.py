"""What stands in the ledger behind a member's score, row by row, and why a row does not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from members.addresses import KEY, addresses
from members.models import Member
from members.scope import Scope
from reports.desk.services.pieces import Piece
from scoring.enums import BonusKind
from scoring.models import Activity, Bonus, Entry, Indicator
from scoring.rules.exact import Hundredths
from scoring.rules.spans import Span, clip, contains
from scoring.rules.terms import Kind

Days = Sequence[tuple[date, date]]


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


def entries(member: Member, held: Held, scope: Scope) -> dict[str, list[Piece]]:
    """By indicator code the entries of the year up to the day, oldest first: three queries at most."""
    first, last = date(held.year, 1, 1), date(held.year, 12, 31)
    indicators = Indicator.objects.in_bulk()  # some few for many rows: no join makes one for each
    standing = [key for key, indicator in indicators.items() if indicator.kind == Kind.STANDING]
    rows = Entry.objects.filter(Q(date__gte=first) | Q(indicator__in=standing), member=member, date__lte=last)
    found: dict[str, list[Entry]] = defaultdict(list)
    for row in rows.order_by("date", "pk"):
        row.indicator = indicators[row.indicator_id]
        if _reached(row, first, held.as_of):
            found[row.indicator.code].append(row)
    attended = {row.activity_id for listed in found.values() for row in listed if row.activity_id}
    activities = Activity.objects.select_related("organisation").in_bulk(attended)
    kept = {pk for pk, activity in activities.items() if scope.may_write(activity.organisation)}
    page = addresses(reverse("admin:scoring_entry_change", args=[KEY]))
    return {
        code: [_piece(row, reason, kept, page) for row, reason in _judged(listed, held)]
        for code, listed in found.items()
    }


def _reached(row: Entry, first: date, day: date) -> bool:
    """Whether the row concerns the year that begins on `first`, as it stands on the day."""
    if row.date < first:
        return row.until is None or row.until >= first
    if row.indicator.kind == Kind.MONTHLY:
        return row.date.month <= day.month
    return row.date <= day


def bonuses(member: Member, held: Held, awards: dict[int, Hundredths]) -> list[Piece]:
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
                url=reverse("admin:scoring_bonus_change", args=[row.pk]),
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


def useless(pieces: Sequence[Piece], why: str) -> tuple[Piece, ...]:
    """The same rows where none of them counts: those that otherwise would, for the reason given."""
    return tuple(replace(piece, reason=piece.reason or why) for piece in pieces)


def _piece(row: Entry, reason: str, kept: Collection[int], page: Callable[[object], str]) -> Piece:
    """The row as it is printed; `kept` are the activities whose lists the reader may correct."""
    url = page(row.pk)
    # What comes from an activity's list is corrected there.
    if row.activity_id in kept:
        url = reverse("attendance", args=[row.activity_id])
    return Piece(
        reference=row.reference,
        day=row.date,
        until=row.until,
        title=row.title,
        quantity=row.quantity,
        unit=row.indicator.measure,
        note=row.note,
        recorded_at=row.recorded_at,
        reason=reason,
        url=url,
        indicator=row.indicator.name,
        lasting=row.indicator.kind == Kind.STANDING,
    )
