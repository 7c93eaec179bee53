"""The ledger that the desk's tests fill."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection

from tests.cast import Cast
from tests.desk.ledger import YEAR, Ledger
from tests.kept import once


@pytest.fixture
def book(cast: Cast) -> Ledger:
    """The cast's roster with an empty ledger."""
    return Ledger(cast)


@pytest.fixture
def case_2(cast: Cast) -> Cast:
    """M001 has the figures of worked case 2: 74.67, 71.00, 73.94."""
    return once("case 2", lambda: _with_case_2(cast))


def _with_case_2(cast: Cast) -> Cast:
    book = Ledger(cast)
    for month in (2, 4, 6, 8):
        book.entry("M001", "org_life", date(YEAR, month, 5), title=f"主题党日第{month}期")
    book.entry("M001", "volunteer", date(YEAR, 3, 5), 3, title="学雷锋志愿服务")
    book.dues("M001", range(1, 13))
    book.votes("M001", 2, 10, 5, 3)
    return cast


@pytest.fixture
def unchecked(db: None) -> Iterator[None]:
    """SQLite takes values that its tables' own rules refuse, as a hand with an editor would write them."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        yield
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
