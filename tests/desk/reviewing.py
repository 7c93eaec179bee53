"""Results of DT0101 for the review: M001 excellent, M002 not appraised, M003 elderly, M004 unqualified."""

from __future__ import annotations

from datetime import date

from appraisal.models import BranchYear
from tests.cast import Cast
from tests.desk.ledger import Ledger
from tests.kept import once
from tests.reviews import YEAR

PAGE = f"/branches/DT0101/years/{YEAR}/"
REVIEW = f"{PAGE}review/"
INBOX = f"/review/{YEAR}/"


def with_results(cast: Cast) -> Cast:
    """The cast as it was made, with a ledger and votes."""
    return once("results", lambda: _fill(cast))


def _fill(cast: Cast) -> Cast:
    book = Ledger(cast)
    book.times("M001", "org_life", [date(YEAR, month, 5) for month in range(1, 7)])
    book.entry("M001", "volunteer", date(YEAR, 3, 5), 3)
    book.entry("M001", "essay", date(YEAR, 4, 5))
    book.dues("M001", range(1, 13))
    book.votes("M001", 10, 2, 0, 0)
    book.votes("M004", 0, 1, 3, 8)
    return cast


def version() -> str:
    """The version of the branch's year, as a form carries it."""
    return str(BranchYear.objects.get(organisation__code="DT0101").version)
