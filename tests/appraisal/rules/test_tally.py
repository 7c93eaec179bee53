"""From votes to points."""

import pytest

from appraisal.rules.tally import BallotValues, Divisor, Votes, appraisal, breakdown_hidden

VALUES = BallotValues(10000, 8000, 6000, 4000)
RETURNED = BallotValues(10000, 8000, 6000, 4000, Divisor.RETURNED)


@pytest.mark.parametrize(
    "votes,expected",
    [
        (Votes(1, 0, 0, 0), 10000),
        (Votes(0, 1, 0, 0), 8000),
        (Votes(0, 0, 1, 0), 6000),
        (Votes(0, 0, 0, 1), 4000),
        (Votes(20, 5, 3, 2), 8867),  # 2660 / 30 = 88.666…
        (Votes(2, 10, 5, 3), 7100),  # 1420 / 20
        (Votes(1, 2, 0, 0), 8667),  # 260 / 3 = 86.666…
        (Votes(2, 1, 0, 0), 9333),  # 280 / 3 = 93.333…
        (Votes(1, 0, 0, 15), 4375),  # 700 / 16 = 43.75
        (Votes(1, 0, 0, 31), 4188),  # 1340 / 32 = 41.875: a half goes up
    ],
)
def test_appraisal(votes, expected):
    assert appraisal(votes, VALUES) == expected


def test_the_values_are_the_schemes():
    assert appraisal(Votes(1, 1, 1, 1), BallotValues(9000, 7000, 5000, 1000)) == 5500
    assert appraisal(Votes(1, 2, 3, 4), BallotValues(1, 10, 100, 1000)) == 432  # 4321 / 10


def test_blank_and_invalid_marks_are_not_in_the_divisor():
    assert appraisal(Votes(2, 1, 0, 0, blank=5, invalid=9), VALUES) == 9333


def test_a_scheme_may_divide_by_all_returned():
    # 280 / (3 + 1 + 2) = 46.666…
    assert appraisal(Votes(2, 1, 0, 0, blank=1, invalid=2), RETURNED) == 4667


@pytest.mark.parametrize("values", [VALUES, RETURNED])
@pytest.mark.parametrize("votes", [Votes(0, 0, 0, 0), Votes(0, 0, 0, 0, blank=3, invalid=1)])
def test_without_a_valid_vote_nobody_is_appraised(votes, values):
    assert appraisal(votes, values) is None


def test_votes_are_counted():
    votes = Votes(1, 20, 300, 4000, blank=50000, invalid=600000)
    assert votes.valid() == 4321
    assert votes.returned() == 654321
    assert Votes(1, 0, 0, 0).returned() == 1


@pytest.mark.parametrize(
    "votes,hidden",
    [
        (Votes(2, 2, 0, 0), True),  # four
        (Votes(2, 2, 1, 0), False),  # five
        (Votes(2, 2, 0, 0, blank=9), True),  # only valid votes hide a vote
        (Votes(5, 0, 0, 0), True),  # unanimous, whatever for
        (Votes(0, 30, 0, 0), True),
        (Votes(0, 0, 30, 0), True),
        (Votes(0, 0, 0, 30), True),
        (Votes(29, 0, 0, 1), False),
        (Votes(0, 0, 0, 0), True),
        (Votes(0, 6, 0, 0, blank=2, invalid=2), True),
    ],
)
def test_a_breakdown_is_hidden_when_a_vote_could_be_worked_out(votes, hidden):
    assert breakdown_hidden(votes, 5) is hidden


def test_the_least_number_of_votes_is_the_schemes():
    assert breakdown_hidden(Votes(2, 2, 1, 0), 6)
    assert not breakdown_hidden(Votes(1, 1, 0, 0), 2)
