"""kill -9 at any moment of submission, approval, confirmation and import: nothing half written or lost."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from tests import ballots, reviews
from tests.cast import Cast
from tests.desk.ledger import Ledger
from tests.killed.course import NAMED, Course, World
from tests.killed.expected import HalfWritten
from tests.killed.flaws import EARLY, TORN
from tests.killed.stored import Store

pytestmark = [pytest.mark.shows, pytest.mark.django_db(transaction=True)]

KILLS = 200
TRIES = 25
"""Kills after which a flaw must have been seen."""
YEARS = (2023, 2024, 2025)
MORE = [f"K{number:02}" for number in range(8)]


@pytest.fixture
def world(cast: Cast, tmp_path: Path) -> World:
    """A branch of twelve with a ballot held in each of three years, and another whose year is closed."""
    book = Ledger(cast)
    for number in MORE:
        book.admit(number, "community.member", "DT0101")
    for year in YEARS:
        ballots.meeting(cast, year=year, date=date(year, 12, 20))
        for number in MORE[:3]:
            book.entry(number, "org_life", date(year, 3, 5), 4)
            book.entry(number, "volunteer", date(year, 3, 6), 1)
    reviews.submitted(cast, "DT0201", by=cast.by(cast.other))
    on_ballot = ["M001", "M002", "M004", *MORE]
    (tmp_path / "media").mkdir()
    return World(
        branch="DT0101",
        years=YEARS,
        members=["M001", "M002", "M003", "M004", *MORE],
        on_ballot={number: cast.members[number].pk for number in on_ballot},
        now=cast.now,
        folder=tmp_path,
    )


def test_whoever_is_killed_leaves_all_or_nothing(world: World, short: bool, capsys) -> None:
    course = Course(Store(connection.settings_dict), world, seed=5)
    try:
        outcome = course.run(8 if short else KILLS)
    finally:  # whoever stops it learns how far it came
        with capsys.disabled():
            sys.stdout.write(f"\n{connection.vendor}: {course.outcome}\n")
    if not short:
        assert all(outcome.killed[verb] >= 20 for verb in NAMED)
        assert all(outcome.absent[verb] for verb in NAMED)


@pytest.mark.parametrize("verb", TORN)
def test_a_verb_that_commits_in_two_parts_is_caught(world: World, verb: str) -> None:
    course = Course(Store(connection.settings_dict), world, seed=7, flaw=verb)
    with pytest.raises(HalfWritten, match=f"^{verb}: "):
        course.run(TRIES, {verb: 1})


def test_a_verb_that_is_acknowledged_before_it_is_committed_is_caught(world: World) -> None:
    course = Course(Store(connection.settings_dict), world, seed=7, flaw=EARLY)
    with pytest.raises(HalfWritten, match="acknowledged, and not there"):
        course.run(TRIES)
