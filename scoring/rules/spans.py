"""Stretches of days (postings, leaves, pairings) and the calendar months that count between them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = 12
MIDDLE = 15
"""The day of a month that decides whether the month counts."""


class Span(NamedTuple):
    """A stretch of days: both ends belong to it; ``end`` None means until further notice.

    A span that ends before it starts holds no day.

    Clause: 【三(一)】「全年」; of part of a year the plan says nothing.
    Interpretation: I13.
    """

    start: date
    end: date | None


def contains(spans: Iterable[tuple[date, date | None]], day: date) -> bool:
    """Tell whether ``day`` lies in one of ``spans``, both their ends included.

    With the postings in scored roles it tells whether what is dated that day counts, on leave or not.

    Clause: 【三(一)】「全年」: a day counts for whom it finds in a posting.
    Interpretation: I13.
    """
    return any(start <= day and (end is None or day <= end) for start, end in spans)


def months_counted(year: int, postings: Iterable[Span], leaves: Iterable[Span]) -> int:
    """Return the months of ``year`` that count for a member, as bits: bit ``month - 1`` is set.

    A month counts when its 15th lies in a posting and in no leave. The caller passes the postings in
    scored roles only, in any order, and everything recorded for the year: an open posting is taken
    to the year's end whatever day the score is for, so a quota does not grow as the year runs.

    Clause: 【三(一)】「全年…不少於」 speaks of a whole year only.
    Interpretation: I13 (mid-year joiners, transfers, role changes, long absence).
    """
    middles = [date(year, month, MIDDLE) for month in range(1, MONTHS + 1)]
    return _months_within(postings, middles) & ~_months_within(leaves, middles)


def _months_within(spans: Iterable[Span], middles: list[date]) -> int:
    mask = 0
    for start, end in spans:
        after_last = MONTHS if end is None else bisect_right(middles, end)
        for bit in range(bisect_left(middles, start), after_last):
            mask |= 1 << bit
    return mask


def count_months(mask: int, upto_month: int = MONTHS) -> int:
    """Return how many of the months in ``mask`` are January to ``upto_month`` (1 to 12).

    With the whole year it is the *months* of the quota; with the month of the day the score is for,
    the months elapsed of the pace.

    Clause: 【三(一)】「全年」, 【四2】「每季度…彙總分析」.
    Interpretation: I13, I20.
    """
    return (mask & ((1 << upto_month) - 1)).bit_count()


def clip(spans: Iterable[Span], first: date, last: date) -> list[tuple[date, date]]:
    """Return the parts of ``spans`` between ``first`` and ``last`` (both included), by their start.

    An open span is cut at ``last``; what has no day in between is left out.

    Clause: 【三(一)】「全年」: only the year's own days count.
    Interpretation: I13.
    """
    parts = ((max(start, first), last if end is None else min(end, last)) for start, end in spans)
    return sorted(part for part in parts if part[0] <= part[1])


def covers(spans: Iterable[Span], first: date, last: date) -> bool:
    """Tell whether every day from ``first`` to ``last`` (both included) lies in one of ``spans``.

    The spans may come in any order, overlap or touch. No day at all is covered by anything.

    Clause: 【三(一)】「全年」: whoever was there all year has every entry count.
    Interpretation: I13.
    """
    awaited = first
    for start, end in clip(spans, first, last):
        if start > awaited:
            return False
        awaited = max(awaited, end + timedelta(days=1))
    return awaited > last
