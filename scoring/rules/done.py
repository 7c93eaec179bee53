"""How much of an indicator was done, from the rows of the ledger that hold it."""

from collections.abc import Iterable, Sequence
from datetime import date

from scoring.rules.spans import Span, count_months

Days = Sequence[tuple[date, date]]
"""Stretches of the days that count (scored postings, cut to the year and the day of the score)."""


def counted_total(rows: Iterable[tuple[date, int]], days: Days) -> int:
    """Return the sum of the quantities dated on one of ``days``: what a counted indicator holds.

    Clause: 【三(一)】「不少於…次」, 「不少於…人次」: whatever branch recorded it.
    Interpretation: I13 (what is done on leave counts; what is done outside a scored posting does not).
    """
    return sum(quantity for day, quantity in rows if any(first <= day <= last for first, last in days))


def standing_count(rows: Iterable[tuple[str, Span]], days: Days) -> int:
    """Return how many different pairings or posts were in force on any of ``days``.

    ``rows`` are (label, span); the label in the form in which labels are compared. The same label
    counts once however often it was entered; an empty label cannot be told from another and counts
    each time. What began in an earlier year counts as long as it lasts.

    Clause: 【三(一)1】「至少結對1戶困難家庭、1戶羣衆骨幹家庭」, 【三(一)4】「主動認領志願服務崗位不少於1個」.
    Interpretation: I13.
    """
    labels = set()
    unnamed = 0
    for label, (start, end) in rows:
        if any(start <= last and (end is None or first <= end) for first, last in days):
            if label:
                labels.add(label)
            else:
                unnamed += 1
    return len(labels) + unnamed


def paid_mask(days: Iterable[date]) -> int:
    """Return the months that were paid for, as bits (bit ``month - 1``), from any day of each.

    The caller passes the rows of one year that were on time and in full.

    Clause: 【三(一)】「及時足額繳納黨費」.
    Interpretation: I24 (once for each month).
    """
    mask = 0
    for day in days:
        mask |= 1 << (day.month - 1)
    return mask


def months_paid(paid: int, counted: int, upto_month: int) -> int:
    """Return how many months up to ``upto_month`` (1 to 12) both count and were paid for.

    ``paid`` and ``counted`` are bits as :func:`paid_mask` and ``months_counted`` give them.

    Clause: 【三(一)】「及時足額繳納黨費」.
    Interpretation: I24, I13.
    """
    return count_months(paid & counted, upto_month)
