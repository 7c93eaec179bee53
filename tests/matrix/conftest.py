"""The world of the matrix, as it is before anybody asks anything."""

import logging
from collections.abc import Iterator

import pytest

from tests.cast import Cast
from tests.kept import once
from tests.matrix.engine import Matrix
from tests.matrix.world import World, build


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> World:
    """Three branches with a row of every model and canaries in their texts.

    What is frozen holds canaries too: that the ledger gives something else keeps no year from being approved.
    """
    monkeypatch.setattr("appraisal.services.approved.differing", lambda _year, _found: [])
    return once("world", lambda: build(cast))


@pytest.fixture
def matrix(world: World) -> Iterator[Matrix]:
    """The world with a browser for everybody; thousands of refusals need not be told to the log."""
    logging.disable(logging.CRITICAL)
    yield Matrix(world)
    logging.disable(logging.NOTSET)
