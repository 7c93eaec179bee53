"""What the plan allows into the ledger: the same answers for one form and for a file of rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from scoring.enums import BonusKind
from scoring.rules.spans import Span, contains
from scoring.rules.terms import Kind

Problem = tuple[str, str]
"""A field's name and what is wrong with it."""


def entry_problems(
    *,
    kind: str,
    day: date,
    until: date | None,
    quantity: int,
    on_time: bool,
    postings: Collection[Span],
    today: date,
) -> Iterator[Problem]:
    """Yield what forbids an entry of an indicator of this kind (spec: section 4).

    `postings` are the member's, of whatever organisation or role; `today` is the day of recording.
    """
    if kind == Kind.JUDGED:
        yield "indicator", _("This standard is judged by a percentage, not counted by entries.")
        return
    if kind == Kind.MONTHLY:
        if (day.year, day.month) > (today.year, today.month):
            yield "date", _("That month has not begun.")
        elif not any(touches_month(posting, day) for posting in postings):
            yield "date", _("The member held no posting in that month.")
    elif day > today:
        yield "date", _("The date lies in the future.")
    elif not contains(postings, day):
        yield "date", _("The member held no posting on that day.")
    if kind == Kind.STANDING:
        if quantity != 1:
            yield "quantity", _("A pairing or a post is one row each: the quantity is 1.")
        if until is not None and until < day:
            yield "until", _("The end cannot be before the start.")
    elif until is not None:
        yield "until", _("Only pairings and posts have an end.")
    if not on_time and kind != Kind.MONTHLY:
        yield "on_time", _("Only dues can be late or short.")


def bonus_problems(
    *,
    kind: str,
    has_level: bool,
    points: Decimal | None,
    limits: tuple[Decimal, Decimal] | None,
    day: date,
    postings: Collection[Span],
    today: date,
) -> Iterator[Problem]:
    """Yield what forbids an award or a contribution 【四1】; `limits` bound a contribution's points."""
    if day > today:
        yield "date", _("The date lies in the future.")
    elif not contains(postings, day):
        yield "date", _("The member held no posting on that day.")
    if kind == BonusKind.AWARD:
        if not has_level:
            yield "level", _("An award needs its level.")
        if points is not None:
            yield "points", _("An award's points follow from its level; leave them empty.")
        return
    if has_level:
        yield "level", _("A contribution has no level.")
    if points is None:
        yield "points", _("A contribution needs its points.")
    elif limits is not None and not limits[0] <= points <= limits[1]:
        yield (
            "points",
            _("A contribution earns from %(least)s to %(most)s points.")
            % {"least": plain(limits[0]), "most": plain(limits[1])},
        )
    elif points * 10 % 1:
        yield "points", _("Points have at most one decimal.")


def touches_month(posting: Span, day: date) -> bool:
    """Whether the posting was held on any day of the month of the day."""
    month = (day.year, day.month)
    starts = (posting.start.year, posting.start.month)
    return starts <= month and (posting.end is None or month <= (posting.end.year, posting.end.month))


def plain(value: Decimal) -> str:
    """A number without zeros at its end: 2.50 gives 2.5, 90.0 gives 90."""
    return f"{value.normalize():f}"
