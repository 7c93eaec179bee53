"""The whole path from workbooks to scores against a second, independent reading of the rules (`oracle.py`).

Each seed is a random sub-district: its rows are written to .xlsx files, imported by the command, scored by
the command, and every list is compared whole with what the oracle makes of the same rows.
"""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.golden import oracle
from tests.golden.differences import Scores, about, first_difference
from tests.golden.districts import District, Maker, Question
from tests.golden.workbooks import write

SCHEME = "fixtures/schemes/dongtang-2015.toml"
LONG, SHORT, GROUPS = 30, 2, 10
"""Districts in each group of the long check, the same when it is to be short, and how many groups."""

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]


@pytest.mark.parametrize("seed", range(5))
def test_the_product_scores_as_the_second_reading_does(seed: int, tmp_path: Path) -> None:
    call_command("load_scheme", SCHEME, stdout=StringIO())
    compare(seed, tmp_path)


@pytest.mark.shows
@pytest.mark.parametrize("group", range(GROUPS))
def test_many_districts_as_the_second_reading_has_them(group: int, tmp_path: Path, short: bool) -> None:
    call_command("load_scheme", SCHEME, stdout=StringIO())
    for number in range(SHORT if short else LONG):
        with transaction.atomic():
            compare(100 + group * LONG + number, tmp_path)
            transaction.set_rollback(True)


def compare(seed: int, folder: Path) -> None:
    """Import the files of the seed's district and hold every answer against the oracle's."""
    district = Maker(seed).district()
    load(district, folder, Random(seed))
    for question in district.questions:
        expected, found = oracle.score(district.books, *question), score(question)
        difference = first_difference(expected, found)
        if difference:
            told = f"seed {seed}, score {question}\n{difference}"
            if difference.startswith("member "):
                told += "\n" + about(district.books, difference.split()[1])
            pytest.fail(told, pytrace=False)


def load(district: District, folder: Path, dice: Random) -> None:
    """Write and import every file; now and then one of them again, which has to change nothing."""
    for place, (kind, rows) in enumerate(district.books):
        path = folder / f"{place}-{kind}.xlsx"
        write(path, kind, rows, dice)
        for _ in range(1 + (dice.random() < 0.15)):
            import_file(kind, path)


def import_file(kind: str, path: Path) -> None:
    """Import a file that has to be accepted."""
    said = StringIO()
    try:
        call_command("import_data", kind, str(path), stdout=said, stderr=said)
    except SystemExit:
        pytest.fail(f"{path.name} is refused:\n{said.getvalue()}", pytrace=False)


def score(question: Question) -> Scores:
    """The list that the command prints."""
    year, as_of, organisation = question
    arguments = [str(year), "--format", "json"]
    arguments += ["--as-of", as_of.isoformat()] if isinstance(as_of, date) else []
    arguments += ["--org", organisation] if organisation else []
    printed = StringIO()
    call_command("score", *arguments, stdout=printed)
    found: Scores = json.loads(printed.getvalue())
    return found
