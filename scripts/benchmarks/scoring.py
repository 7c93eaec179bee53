"""Scoring a sub-district against the bare sums of its ledger, and ten sub-districts against one."""

from __future__ import annotations

import json
import resource
import sqlite3
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks import runs
from benchmarks.multiply import multiplied
from benchmarks.report import Row

BARE = "SELECT member_id, indicator_id, SUM(quantity) FROM scoring_entry GROUP BY member_id, indicator_id"
FEW_TURNS = 3
"""Turns of what takes long."""
MOST = 200
"""MB of memory."""


def measure() -> Iterator[Row]:
    """Times and memory at 10,000 and at 100,000 members."""
    one = runs.database("--branches", "300", "--members", "10000", "--entries-per-member", "60")
    ours, bare, lines, entries = runs.worker("scoring", one, "turns", str(runs.TURNS))
    yield Row(
        f"Scoring 10,000 members with {entries:,} entries, {lines:,} lines, branch by branch, against "
        "the bare `SELECT member, indicator, SUM(quantity) … GROUP BY` by the plain driver",
        f"{ours:.2f} s / {bare:.2f} s = {ours / bare:.1f} ×",
        "6 ×",
        ours <= 6 * bare,
    )
    ten = multiplied(one, 10)
    long, _bare, _lines, entries = runs.worker("scoring", ten, "turns", str(FEW_TURNS))
    again, *_rest = runs.worker("scoring", one, "turns", str(runs.TURNS))
    short = min(ours, again)
    yield Row(
        f"Scoring 100,000 members with {entries:,} entries, against 10,000 ({FEW_TURNS} turns)",
        f"{long:.1f} s / {short:.2f} s = {long / short:.1f} ×",
        "12 ×",
        long <= 12 * short,
    )
    for name, path in (("10,000", one), ("100,000", ten)):
        memory = runs.worker("scoring", path, "memory")
        yield Row(
            f"Peak memory of scoring {name} members, whole process",
            f"{memory:.0f} MB",
            f"{MOST} MB",
            memory < MOST,
        )


def _score() -> int:
    """Score everybody, branch by branch; return the number of lines."""
    from appraisal.services.results import results

    lines = 0
    for unit in results(year=runs.YEAR, as_of=date(runs.YEAR, 12, 31)):
        lines += sum(len(result.score.daily.lines) for result in unit.results if result.score.daily)
    return lines


def _bare(path: Path) -> None:
    connection = sqlite3.connect(path)
    for _row in connection.execute(BARE):
        pass
    connection.close()


def _worker(what: str, turns: int) -> object:
    import django

    django.setup()
    from django.conf import settings

    from scoring.models import Entry

    if what == "memory":
        _score()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    path = Path(settings.DATABASES["default"]["NAME"])
    lines = _score()
    ours, bare = runs.in_turns(_score, lambda: _bare(path), turns)
    return ours, bare, lines, Entry.objects.count()


if __name__ == "__main__":
    print(json.dumps(_worker(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)))
