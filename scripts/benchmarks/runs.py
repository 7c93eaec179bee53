"""Running things: databases made once, workers in processes of their own, two things in turns."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHELF = ROOT / "var" / "bench"
SCHEME = ROOT / "fixtures" / "schemes" / "dongtang-2015.toml"
YEAR = 2025
"""A year that is over, so that the whole of it has entries."""
TURNS = 7
_MADE_FROM = ("reports/desk/demo/*.*", "fixtures/schemes/*.toml")


def database(*arguments: str) -> Path:
    """A database seeded with these arguments for the year, made on first use."""
    name = "-".join(argument.strip("-") for argument in arguments) or "empty"
    path = SHELF / _edition() / f"{name}.sqlite3"
    if not path.exists():
        _forget_other_editions()
        scratch = path.with_suffix(".making")
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove(scratch)
        manage(scratch, "migrate", "--verbosity", "0")
        manage(scratch, "load_scheme", str(SCHEME))
        if arguments:
            manage(scratch, "seed_demo", "--year", str(YEAR), *arguments)
        settle(scratch)
        scratch.rename(path)
    return path


def manage(database: Path, *arguments: str) -> str:
    """Run a management command on a database; return what it printed."""
    return _run([sys.executable, "manage.py", *arguments], database)


def worker(module: str, database: Path, *arguments: str) -> Any:
    """Run a module of this package in a process of its own; return the JSON it printed last."""
    printed = _run([sys.executable, "-m", f"benchmarks.{module}", *arguments], database)
    return json.loads(printed.splitlines()[-1])


def in_turns(
    first: Callable[[], object], second: Callable[[], object], turns: int = TURNS
) -> tuple[float, float]:
    """The fastest of so many turns of each, in seconds."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(turns):
        for run, taken in zip((first, second), times, strict=True):
            taken.append(timed(run))
    return min(times[0]), min(times[1])


def timed(run: Callable[[], object]) -> float:
    """How long it takes, in seconds."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def settle(path: Path) -> None:
    """Bring the write-ahead log into the file, so that it can be copied and moved alone."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("ANALYZE")
    connection.close()


def copy(source: Path, target: Path) -> None:
    """Put a fresh copy of a settled database in place."""
    _remove(target)
    shutil.copyfile(source, target)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _run(command: list[str], database: Path) -> str:
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}",
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


def _forget_other_editions() -> None:
    """They are large, and nobody asks for them again."""
    for folder in SHELF.glob("*/"):
        if folder.name != _edition():
            shutil.rmtree(folder)


@cache
def _edition() -> str:
    """A name for what databases are made from: with another schema, demo or scheme they are made anew."""
    digest = hashlib.sha256()
    with TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.sqlite3"
        manage(empty, "migrate", "--verbosity", "0")
        connection = sqlite3.connect(empty)
        for (statement,) in connection.execute("SELECT sql FROM sqlite_master ORDER BY name"):
            digest.update(str(statement).encode())
        connection.close()
    for pattern in _MADE_FROM:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
