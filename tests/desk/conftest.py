"""The ledger that the desk's tests fill."""

import pytest

from tests.cast import Cast
from tests.desk.ledger import Ledger


@pytest.fixture
def book(cast: Cast) -> Ledger:
    """The cast's roster with an empty ledger."""
    return Ledger(cast)
