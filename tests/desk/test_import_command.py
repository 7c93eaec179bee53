"""The import command: what it prints, what it refuses, and that it writes all or nothing."""

from io import StringIO

import pytest
from django.core.management import call_command

from members.models import ImportBatch
from members.resources.writing import write_workbook
from members.services.import_records import import_records
from members.services.importing import stale
from scoring.models import Entry
from tests.imports import contents

HEADER = ["党员编号", "考核项目", "日期", "数量"]
GOOD = ["M001", "visit_people", "2026-03-05", 3]


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def run(tmp_path):
    """Run the command on a table; returns exit code, lines of standard output, lines of standard error."""

    def run(kind, *rows, header=HEADER, content=None, options=()):
        path = tmp_path / "台账.xlsx"
        if content is None:
            write_workbook(str(path), title="表", header=header, rows=rows)
        else:
            path.write_bytes(content)
        out, err = StringIO(), StringIO()
        try:
            call_command("import_data", kind, str(path), *options, stdout=out, stderr=err)
            code = 0
        except SystemExit as stopped:
            code = stopped.code
        return code, out.getvalue().splitlines(), err.getvalue().splitlines()

    return run


def test_imported_and_imported_again(cast, run):
    assert run("entries", GOOD, GOOD) == (0, ["Added 2 rows and changed 0; 0 stay as they are."], [])
    stored = contents()
    said = "Nothing changed: all 2 rows are recorded as they stand."
    assert run("entries", GOOD, GOOD) == (0, [said], [])
    assert contents() == stored
    assert ImportBatch.objects.get().file_name == "台账.xlsx"


def test_three_bad_rows_are_three_lines_and_nothing_is_written(cast, run):
    stored = contents()
    code, out, err = run(
        "entries", GOOD, ["M999", *GOOD[1:]], ["M001", "唱歌", "2026-09-16", 3], ["M001", None, "三月", 0]
    )
    assert (code, out) == (1, ["Nothing was written."])
    dates = "not a date: write 2026-03-05, 2026/3/5 or 2026年3月5日"
    assert err == [
        "Row 3, 党员编号: there is no member of this number",
        "Row 4, 考核项目: there is no such indicator",
        f"Row 5, 考核项目: is empty; 日期: {dates}; 数量: not a whole number from 1 to 99,999",
    ]
    assert contents() == stored


def test_changes_are_told_with_old_and_new(cast, run):
    header = ["党员编号", "年度", "考核项目", "完成比例"]
    run("judged", ["M001", 2026, "conduct", 85.5], header=header)
    code, out, err = run("judged", ["M001", 2026, "conduct", 90], header=header)
    assert (code, err) == (0, [])
    assert out == [
        "Row 2, M001 张晓明 · 2026: 完成比例 85.5 → 90",
        "Added 0 rows and changed 1; 0 stay as they are.",
    ]


def test_a_dry_run_writes_nothing(cast, run):
    stored = contents()
    code, out, err = run("entries", GOOD, options=["--dry-run"])
    assert (code, out, err) == (0, ["Would add 1 rows and change 0; 0 stay as they are."], [])
    assert contents() == stored


def test_what_is_not_read_is_said(cast, run):
    code, out, _err = run("entries", [*GOOD, "x"], header=[*HEADER, "电话"])
    assert (code, out[0]) == (0, "Columns that are not known and not read: 电话.")


def test_no_such_kind(cast, run):
    code, out, err = run("ledger", GOOD)
    assert (code, out) == (1, [])
    known = "organisations, members, leaves, entries, judged, bonus, waivers, tallies"
    assert err == [f"There is no kind “ledger”; one of {known}."]


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "The file is empty."),
        (
            "党员编号,日期\n".encode(),
            "The file is not a workbook: choose an .xlsx file as Excel and WPS save it.",
        ),
    ],
)
def test_no_workbook(cast, run, content, said):
    assert run("entries", content=content) == (1, [], [f"台账.xlsx: {said}"])


def test_missing_columns(cast, run):
    code, _out, err = run("entries", [1], header=["数量"])
    assert code == 1
    said = "The columns 考核项目, 日期 are missing: the first row of the sheet must name them."
    assert err == [f"台账.xlsx: {said}"]


def test_no_such_file(cast):
    err = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_data", "entries", "/nowhere/a.xlsx", stderr=err)
    assert err.getvalue().splitlines() == [
        "a.xlsx: The file cannot be read: there is no such file or folder."
    ]


@pytest.mark.parametrize("times, code", [(1, 0), (2, 0), (3, 1)])
def test_when_somebody_writes_in_between_it_looks_again(cast, run, monkeypatch, times, code):
    left = [stale()] * times

    def interrupted(**arguments):
        if left:
            raise left.pop()
        return import_records(**arguments)

    monkeypatch.setattr("scoring.resources.numbered.import_records", interrupted)
    assert run("entries", GOOD)[0] == code
    assert Entry.objects.count() == (code == 0)
