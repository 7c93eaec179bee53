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
LONG_TURNS = 5
"""Turns of what takes long; each of the short takes as many for one of the long."""
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
    short, long, entries = _in_turns(one, ten)
    yield Row(
        f"Scoring 100,000 members with {entries:,} entries, against 10,000 ({LONG_TURNS} turns)",
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


def _in_turns(one: Path, ten: Path) -> tuple[float, float, int]:
    """The fastest turns at one and at ten sub-districts, in processes that take turns; entries of the ten."""
    short, long, entries = [], [], 0
    for _ in range(LONG_TURNS):
        short.append(runs.worker("scoring", one, "times", str(LONG_TURNS))[0])
        taken, entries = runs.worker("scoring", ten, "times", "1")
        long.append(taken)
    return min(short), min(long), entries


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
    if what == "times":
        _warm_up()
        return min(runs.timed(_score) for _ in range(turns)), Entry.objects.count()
    path = Path(settings.DATABASES["default"]["NAME"])
    lines = _score()
    ours, bare = runs.in_turns(_score, lambda: _bare(path), turns)
    return ours, bare, lines, Entry.objects.count()


def _warm_up() -> None:
    """Score one branch, so that what is imported and compiled on first use is."""
    from appraisal.services.results import results
    from members.models import Organisation

    branch = Organisation.objects.filter(kind="branch")[0]
    list(results(year=runs.YEAR, as_of=date(runs.YEAR, 12, 31), within=branch, alone=True))


if __name__ == "__main__":
    print(json.dumps(_worker(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)))
