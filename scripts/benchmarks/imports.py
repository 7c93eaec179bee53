"""Importing a workbook of 50,000 entries against reading it and putting its rows into the table bare."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import runs
from benchmarks.report import Row

MEMBERS, EACH = 1_000, 50
HEADERS = ("党员编号", "考核项目", "日期", "截止日期", "数量", "活动名称", "按时足额", "备注")
ARGUMENTS = ("--branches", "20", "--members", str(MEMBERS), "--entries-per-member", str(EACH))


def measure() -> Iterator[Row]:
    """The ratio of the two."""
    pristine, workbook = _prepared()
    ours, bare, rows = runs.worker("imports", runs.SHELF / "import.sqlite3", str(pristine), str(workbook))
    yield Row(
        f"Importing {rows:,} entries from .xlsx, validated and logged, against reading the file "
        "with calamine and one bare `executemany` into the same table",
        f"{ours:.2f} s / {bare:.2f} s = {ours / bare:.1f} ×",
        "10 ×",
        ours <= 10 * bare,
    )


def _prepared() -> tuple[Path, Path]:
    """A database with the roster and no entries, and the workbook of the entries."""
    empty = runs.database()
    folder = empty.parent / "workbooks"
    if not folder.exists():
        runs.manage(empty, "seed_demo", "--year", str(runs.YEAR), *ARGUMENTS, "--workbooks", str(folder))
    pristine = empty.with_name("roster.sqlite3")
    if not pristine.exists():
        scratch = pristine.with_suffix(".making")
        shutil.copyfile(empty, scratch)
        for kind in ("organisations", "members"):
            runs.manage(scratch, "import_data", kind, str(folder / f"{kind}.xlsx"))
        runs.settle(scratch)
        scratch.rename(pristine)
    return pristine, folder / "entries.xlsx"


def _worker(pristine: Path, workbook: Path) -> tuple[float, float, int]:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from scoring.models import Entry, Indicator

    path = Path(settings.DATABASES["default"]["NAME"])
    keys = None

    def ours() -> None:
        _import(workbook)

    def bare() -> None:
        _bare(path, workbook, keys)

    times: tuple[list[float], list[float]] = ([], [])
    rows = 0
    for _ in range(runs.TURNS):
        for run, taken in zip((ours, bare), times, strict=True):
            connection.close()
            runs.copy(pristine, path)
            if keys is None:
                keys = _keys(path, dict(Indicator.objects.values_list("name_hans", "pk")))
                connection.close()
            taken.append(runs.timed(run))
            rows = Entry.objects.count()
    connection.close()
    return min(times[0]), min(times[1]), rows


def _import(workbook: Path) -> None:
    """What `manage.py import_data entries` does."""
    from django.utils import timezone

    from members.resources.workbook import read_workbook
    from members.services.by import By
    from scoring.resources.entries import Entries

    by = By.operator(timezone.now())
    kind = Entries()
    preview = kind.preview(read_workbook(workbook), by=by)
    kind.confirm(preview, by=by, file_name=workbook.name)


def _keys(path: Path, indicators: dict[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    with sqlite3.connect(path) as connection:
        members = dict(connection.execute("SELECT number, id FROM members_member"))
    connection.close()
    return members, indicators


def _bare(path: Path, workbook: Path, keys: Any) -> None:
    """No look at what the cells say, no check, no log."""
    from python_calamine import CalamineWorkbook

    members, indicators = keys
    now = datetime.now(UTC).isoformat(" ")
    rows = CalamineWorkbook.from_path(str(workbook)).get_sheet_by_index(0).to_python()
    header = rows[0]
    number, indicator, day, until, quantity, title, on_time, note = map(header.index, HEADERS)
    connection = sqlite3.connect(path)
    with connection:
        connection.executemany(
            "INSERT INTO scoring_entry (version, member_id, indicator_id, date, until, quantity, title, "
            "title_key, on_time, note, recorded_at) VALUES (1, ?, ?, ?, ?, ?, ?, '', ?, ?, ?)",
            (
                (
                    members[row[number]],
                    indicators[row[indicator]],
                    row[day].isoformat(),
                    row[until].isoformat() if row[until] else None,
                    int(row[quantity]),
                    row[title],
                    row[on_time] != "否",
                    row[note],
                    now,
                )
                for row in rows[1:]
            ),
        )
    connection.close()


if __name__ == "__main__":
    print(json.dumps(_worker(Path(sys.argv[1]), Path(sys.argv[2]))))
