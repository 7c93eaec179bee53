"""Rows of the table of measurements, and the page they stand on."""

from __future__ import annotations

import os
import platform
import sqlite3
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

HEADER = """\
# Speed and memory

`make bench` measures this and writes this page. Ratios hold on any machine: what is compared runs in
turns in one process, and of seven turns, or as many as are said, the fastest counts; of pages the median,
all pages taking turns. The databases are fictional sub-districts made by `seed_demo`, kept in `var/bench`.

| what | measured | allowed | |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Row:
    """One promise: what was measured, as people read it, and whether it is kept."""

    what: str
    measured: str
    allowed: str
    kept: bool


def line(row: Row) -> str:
    """The row for the console."""
    return f"{'kept  ' if row.kept else 'MISSED'}  {row.what}: {row.measured} (allowed: {row.allowed})"


def page(rows: list[Row]) -> str:
    """The whole page."""
    table = "".join(f"| {r.what} | {r.measured} | {r.allowed} | {'✓' if r.kept else '✗'} |\n" for r in rows)
    return f"{HEADER}{table}\n{_machine()}\n"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Machine: {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB; {platform.system()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, Django {version('django')}, "
        f"WeasyPrint {version('weasyprint')}, calamine {version('python-calamine')}."
    )


def _processor() -> str:
    for text in Path("/proc/cpuinfo").read_text().splitlines():
        if text.startswith("model name"):
            return text.split(":", 1)[1].strip()
    return platform.machine()
