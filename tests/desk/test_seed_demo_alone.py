"""The demo goes into an empty database and nowhere else; as workbooks it goes into a folder."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from appraisal.models import Tally
from members.models import LogRow, Member, Organisation, Posting, User
from members.resources.workbook import read_workbook
from reports.desk.demo.history import COLUMNS, History
from reports.desk.demo.plan import Plan
from scoring.models import Bonus, Entry
from tests.cast import NOW
from tests.desk.seeding import SMALL, seed

TODAY = NOW.date()


@pytest.fixture(autouse=True)
def same_moment(still_clock):
    """The commands read the clock of the cast."""


def test_a_database_in_use_is_left_alone(cast):
    code, _out, err = seed(*SMALL)
    assert code == 1
    assert len(err.splitlines()) == 1
    assert Member.objects.count() == len(cast.members)


@pytest.mark.parametrize(
    "arguments",
    [["--branches", "0"], ["--members", "2"], ["--branches", "10", "--members", "29"], ["--year", "2027"],
     ["--year", "2015"], ["--entries-per-member", "0"]],
)  # fmt: skip
def test_what_cannot_be_made_is_refused(db, arguments):
    code, out, err = seed(*arguments)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert not Organisation.objects.exists()


def test_without_the_flag_there_is_no_account(db):
    assert seed("--branches", "1", "--members", "3")[0] == 0
    assert not User.objects.exists()


# --- workbooks ------------------------------------------------------------------------------------


def test_the_sample_workbooks_are_what_the_command_writes():
    """`seed_demo --branches 4 --members 60 --year 2025 --workbooks fixtures/demo`, on any later day."""
    plan = Plan(branches=4, members=60, entries=None, year=2025, seed=1, today=TODAY)
    folder = settings.BASE_DIR / "fixtures" / "demo"
    for kind, rows in History(plan).workbooks().items():
        workbook = read_workbook(folder / f"{kind}.xlsx")
        assert workbook.header == COLUMNS[kind]
        assert len(workbook.rows) == len(rows)
        for row, told in zip(workbook.rows, rows, strict=True):
            cells = [*row.cells, *[""] * (len(told) - len(row.cells))]
            assert [getattr(cell, "date", lambda cell=cell: cell)() for cell in cells] == list(told)


def test_workbooks_leave_the_database_alone(db, tmp_path):
    assert seed(*SMALL, "--workbooks", str(tmp_path / "books"))[0] == 0
    assert {path.stem for path in (tmp_path / "books").iterdir()} == set(COLUMNS)
    assert not Organisation.objects.exists()


def test_a_folder_that_cannot_be_is_refused(db, tmp_path):
    (tmp_path / "file").write_text("")
    code, _out, err = seed(*SMALL, "--workbooks", str(tmp_path / "file"))
    assert code == 1
    assert len(err.splitlines()) == 1


def test_the_sample_workbooks_can_be_imported_and_nothing_more_comes_of_a_second_time(db):
    folder = settings.BASE_DIR / "fixtures" / "demo"
    call_command("load_scheme", settings.BASE_DIR / "fixtures/schemes/dongtang-2015.toml", stdout=StringIO())
    counts = []
    for _turn in range(2):
        for kind in COLUMNS:
            call_command("import_data", kind, folder / f"{kind}.xlsx", stdout=StringIO())
        tables = (Member, Posting, Entry, Bonus, Tally, LogRow)
        counts.append([table.objects.count() for table in tables])
    assert counts[0] == counts[1]
    assert counts[0][0] == 60
