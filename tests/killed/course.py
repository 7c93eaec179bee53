"""The course of orders, the process that is killed on it, and what is asked after each kill."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any, NoReturn
from uuid import UUID

from django.conf import settings
from django.core.management import call_command

from tests import sheets
from tests.killed.expected import HalfWritten, is_there, without_their_rows
from tests.killed.stored import Store, faults

Order = dict[str, Any]

NAMED = ("import", "confirm import", "confirm count", "submit year", "approve year")
"""What is to be killed so many times."""
ASIDE = ("enter count", "void count", "reopen year", "post notice")
"""What is killed now and then beside."""
ODDS = dict.fromkeys(NAMED, 0.7) | dict.fromkeys(ASIDE, 0.15)
"""How likely a process is killed in a verb when its turn has come."""
CYCLE = (
    ("import", ""),
    ("stage", "owner"),
    ("confirm import", "owner"),
    ("enter count", "owner"),
    ("confirm count", "confirming"),
    ("submit year", "owner"),
    ("post notice", "owner"),
    ("approve year", "committee"),
    ("reopen year", "committee"),
    ("void count", "owner"),
)
"""What a year goes through, each verb with its account; the next year follows, in the end the first."""
LATER = 1.2
"""By so much a process lives longer each time that it was killed too early for the same order."""
PATIENCE = 120.0
"""Seconds after which a process that says nothing has a fault."""
GOOD, POOR = [8, 2, 0, 0, 0, 0], [0, 0, 1, 9, 0, 0]


@dataclass(frozen=True)
class World:
    """What the orders are about: numbers and keys of the branch's members, and its years."""

    branch: str
    years: tuple[int, ...]
    members: list[str]
    on_ballot: dict[str, int]
    now: datetime
    folder: Path
    rows: int = 40
    """Of each import."""

    @property
    def media(self) -> Path:
        """Where the process keeps scans."""
        return self.folder / "media"


class Orders:
    """The orders one after the other; the next one comes once the one before is done."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._done = 0
        self._votes: dict[str, list[int]] = {}
        self.next = self._order()

    def done(self) -> None:
        """The next one is done: another takes its place."""
        self._done += 1
        self.next = self._order()

    def _order(self) -> Order:
        world = self._world
        verb, user = CYCLE[self._done % len(CYCLE)]
        round_ = self._done // len(CYCLE)
        year = world.years[round_ % len(world.years)]
        # A day for each year that is taken, on the second of which its notice has come down.
        late = verb in {"approve year", "reopen year", "void count"}
        at = world.now + timedelta(days=2 * round_ + late, minutes=self._done % len(CYCLE))
        order = {
            "number": self._done,
            "verb": verb,
            "user": user,
            "at": at.isoformat(),
            "branch": world.branch,
            "year": year,
            "members": world.members,
        }
        if verb == "post notice":
            order["day"] = at.date().isoformat()
        if verb in {"import", "stage", "confirm import"}:
            order |= self._file(round_, year, verb == "import")
        if verb.endswith("count"):
            # Who is unqualified changes each time that a year comes round: cases are opened, and withdrawn.
            votes = GOOD if round_ // len(world.years) % 2 else POOR
            order["votes"] = {str(key): votes for key in world.on_ballot.values()}
            order["sheet"] = f"%PDF-1.4 {order['number']} %%EOF"
        return order

    def _file(self, round_: int, year: int, first: bool) -> Order:
        """The workbook of an import, and what is in it."""
        world, name = self._world, f"{round_}-{int(first)}"
        path = world.folder / f"{name}.xlsx"
        rows = [
            ["M001", "volunteer", f"{year}-{1 + place % 12:02}-{1 + place % 28:02}", 1, f"{name}-{place}"]
            for place in range(world.rows)
        ]
        if not path.exists():
            path.write_bytes(sheets.workbook("党员编号 考核项目 日期 数量 活动名称", *rows))
        return {"file": str(path), "rows": rows, "key": str(UUID(int=round_ + 1))}


class Nursery:
    """Begins processes that carry out orders, one after the other, each until it is killed."""

    def __init__(self, store: Store, world: World, flaw: str = "") -> None:
        environment = {**os.environ, "DATABASE_URL": store.url, "DATA_DIR": str(world.folder)}
        command = [sys.executable, "-m", "tests.killed.worker", *filter(None, [flaw])]
        self._store = store
        self._complaints = world.folder / "stderr"
        with self._complaints.open("ab") as complaints:
            self._process = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=environment, bufsize=0,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints,
            )  # fmt: skip
        self._said = b""
        self._child = self._backend = 0

    def begin(self) -> None:
        """Begin a process, and wait until it takes orders."""
        self._process.stdin.write(b"begin\n")
        told = self._told(PATIENCE).split()
        if told[:1] != ["ready"]:
            self._complain()
        self._child, self._backend = map(int, told[1:])

    def give(self, order: Order) -> None:
        """Give the process an order."""
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    def acknowledges(self, order: Order, within: float) -> bool:
        """Whether it says within so many seconds that the order is done. Raises when it has died."""
        told = self._told(within)
        if told == "gone":
            self._complain()
        return told == f"done {order['number']}"

    def kill(self) -> bool:
        """Kill the process, and wait until it and its connection are gone; whether it was done after all."""
        os.kill(self._child, signal.SIGKILL)
        told = []
        while "gone" not in told:
            told.append(self._told(PATIENCE) or self._complain())
        self._store.wait_for_end_of(self._backend)
        self._child = 0
        return len(told) > 1

    def close(self) -> None:
        """End what there is."""
        if self._child:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def _complain(self) -> NoReturn:
        self._child = 0
        raise RuntimeError(self._complaints.read_text() or "no answer")

    def _told(self, within: float) -> str:
        """The next line, or nothing when none comes in time."""
        end, said = time.monotonic() + within, self._process.stdout.fileno()
        while b"\n" not in self._said:
            readable, _, _ = select.select([said], [], [], max(0.0, end - time.monotonic()))
            part = os.read(said, 4096) if readable else b""
            if not part:
                return ""
            self._said += part
        line, _, self._said = self._said.partition(b"\n")
        return line.decode()


@dataclass
class Outcome:
    """What became of the orders, by verb: of those in which the process was killed, and of all."""

    killed: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)
    actions: int = 0
    faults: int = 0
    left_over: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def named(self) -> int:
        """Kills in the verbs that count."""
        return sum(self.killed[verb] for verb in NAMED)

    def __str__(self) -> str:
        parts = [
            f"{verb} {self.killed[verb]} ({self.acknowledged[verb]}/{self.whole[verb]}/{self.absent[verb]})"
            for verb in (*NAMED, *ASIDE)
            if self.killed[verb]
        ]
        return (
            f"{self.named} kills and {self.killed.total() - self.named} beside in {self.seconds:.0f} s, "
            f"of them acknowledged/whole/absent: {', '.join(parts)}; {self.actions} actions acknowledged; "
            f"{self.faults} half written or lost; {len(self.left_over)} files that no row names"
        )


class Course:
    """Takes processes through the orders, kills them, and looks at what they leave."""

    def __init__(self, store: Store, world: World, *, seed: int, flaw: str = "") -> None:
        self.outcome = Outcome()
        self._store, self._world, self._flaw = store, world, flaw
        self._dice = random.Random(seed)
        self._orders = Orders(world)
        self._usual: dict[str, deque[float]] = defaultdict(lambda: deque([0.2], maxlen=7))
        self._again = 0
        self._tables = store.read()

    def run(self, kills: int, odds: dict[str, float] = ODDS) -> Outcome:
        """Kill until it has happened so many times in the verbs that count. Raises HalfWritten.

        `odds` say by verb how likely a process is killed in it.
        """
        began = time.monotonic()
        nursery = Nursery(self._store, self._world, self._flaw)
        try:
            while self.outcome.named < kills:
                nursery.begin()
                while self._spared(odds):
                    self._undisturbed(nursery)
                self._cut(nursery)
        except HalfWritten:
            self.outcome.faults += 1
            raise
        finally:
            nursery.close()
            self.outcome.seconds = time.monotonic() - began
        return self.outcome

    def _spared(self, odds: dict[str, float]) -> bool:
        """Whether the next verb is done in peace, as all are at first, which tells how long they take."""
        order = self._orders.next
        return order["number"] < len(CYCLE) or self._dice.random() >= odds.get(order["verb"], 0)

    def _undisturbed(self, nursery: Nursery) -> None:
        order, began = self._orders.next, time.monotonic()
        nursery.give(order)
        if not nursery.acknowledges(order, PATIENCE):
            raise TimeoutError(f"no answer: {order['verb']}")
        self._usual[order["verb"]].append(time.monotonic() - began)
        self._look(order, acknowledged=True)

    def _cut(self, nursery: Nursery) -> None:
        order = self._orders.next
        verb = order["verb"]
        # Most of all about when it commits; later each time that it was too early for the same order.
        delay = self._dice.triangular(0, 1.3, 0.9) * median(self._usual[verb]) * LATER**self._again
        nursery.give(order)
        acknowledged = nursery.acknowledges(order, delay)
        acknowledged = nursery.kill() or acknowledged
        self.outcome.killed[verb] += 1
        there = self._look(order, acknowledged=acknowledged)
        self._again = 0 if there else self._again + 1
        kind = "acknowledged" if acknowledged else "whole" if there else "absent"
        getattr(self.outcome, kind)[verb] += 1
        problems = list(faults(self._tables)) + _verified()
        if problems:
            raise HalfWritten(f"{verb}: {problems}")
        self.outcome.left_over = without_their_rows(self._tables, self._world.media)

    def _look(self, order: Order, *, acknowledged: bool) -> bool:
        """Whether the order is carried out; the next one is then due."""
        tables = self._store.read()
        there = is_there(order, self._tables, tables)
        if acknowledged and not there:
            raise HalfWritten(f"{order['verb']}: acknowledged, and not there")
        self._tables = tables
        self.outcome.actions += acknowledged
        if there:
            self._orders.done()
        return there


def _verified() -> list[str]:
    """What `verify` complains about."""
    errors = StringIO()
    try:
        call_command("verify", stdout=StringIO(), stderr=errors)
    except SystemExit:
        return errors.getvalue().splitlines() or ["verify ends non-zero"]
    return []
