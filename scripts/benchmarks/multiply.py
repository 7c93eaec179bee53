"""Many sub-districts out of one: the rows of a seeded database once more under other keys and codes."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from benchmarks import runs

_STEP = 4
"""Characters of a tree path for each level."""
_MEMBER = {"member_id": "members_member"}
_KEYED: dict[str, dict[str, str]] = {
    # table: its columns that hold keys of rows which are copied too, and of which table
    "members_organisation": {},
    "members_member": {},
    "members_posting": {**_MEMBER, "organisation_id": "members_organisation"},
    "members_leave": _MEMBER,
    "scoring_activity": {"organisation_id": "members_organisation"},
    "scoring_entry": {**_MEMBER, "activity_id": "scoring_activity"},
    "scoring_judgement": _MEMBER,
    "scoring_bonus": _MEMBER,
    "scoring_waiver": _MEMBER,
    "appraisal_tally": _MEMBER,
}
_UNIQUE = {"code", "number", "record_no"}


def multiplied(source: Path, times: int) -> Path:
    """A database with so many sub-districts like the one in `source`, made on first use."""
    path = source.with_name(f"{source.stem}-times-{times}.sqlite3")
    if path.exists():
        return path
    scratch = path.with_suffix(".making")
    shutil.copyfile(source, scratch)
    connection = sqlite3.connect(scratch)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA foreign_keys=OFF")
    spans = {table: connection.execute(f"SELECT MAX(id) FROM {table}").fetchone()[0] or 0 for table in _KEYED}
    for copy in range(1, times):
        for table in _KEYED:
            connection.execute(_again(connection, table, copy, spans))
        connection.commit()
    connection.close()
    runs.settle(scratch)
    scratch.rename(path)
    return path


def _again(connection: sqlite3.Connection, table: str, copy: int, spans: dict[str, int]) -> str:
    """The statement that copies the first sub-district's rows of a table, under keys of their own.

    `spans` are the largest keys of the first sub-district.
    """
    columns = [name for _, name, *_rest in connection.execute(f"PRAGMA table_info({table})")]
    taken = []
    for name in columns:
        target = table if name == "id" else _KEYED[table].get(name)
        if target:
            taken.append(f"{name} + {spans[target] * copy}")
        elif name == "path":
            # The root of the copy is a root of its own; what hangs below it keeps its place.
            taken.append(f"'{copy + 1:0{_STEP}}' || substr(path, {_STEP + 1})")
        else:
            taken.append(f"{name} || 'x{copy}'" if name in _UNIQUE else name)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {', '.join(taken)} FROM {table} WHERE id <= {spans[table]}"
    )
