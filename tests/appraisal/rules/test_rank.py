"""Ranks and ties."""

import pytest

from appraisal.rules.rank import ranks


@pytest.mark.parametrize(
    "scores,expected",
    [
        ([], []),
        ([9000], [1]),
        ([9000, 8000, 7000], [1, 2, 3]),
        ([7000, 9000, 8000], [3, 1, 2]),
        ([9000, 9000, 8000], [1, 1, 3]),
        ([8000, 9000, 8000, 7000, 8000], [2, 1, 2, 5, 2]),
        ([9000, 8999], [1, 2]),  # a hundredth is a difference
        ([0, 0], [1, 1]),
    ],
)
def test_ranks(scores, expected):
    assert ranks(scores) == expected
