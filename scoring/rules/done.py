"""How much of a standing or a monthly indicator was done, from the rows of the ledger that hold it."""

from collections.abc import Iterable, Sequence
from datetime import date

from scoring.rules.spans import Span, count_months

Days = Sequence[tuple[date, date]]
"""Stretches of the days that count (scored postings, cut to the year and the day of the score)."""


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


def months_paid(paid: int, counted: int, upto_month: int) -> int:
    """Return how many months up to ``upto_month`` (1 to 12) both count and were paid for.

    Both are bits, ``month - 1`` for each month: ``paid`` is set where any row is on time and in full, so
    a month entered twice is one; ``counted`` is what ``months_counted`` gives.

    Clause: 【三(一)】「及時足額繳納黨費」.
    Interpretation: I24 (once for each month), I13.
    """
    return count_months(paid & counted, upto_month)
