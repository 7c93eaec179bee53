"""The notices of a whole sub-district: by two workers against one, and the memory that a worker takes."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks import runs
from benchmarks.pages import DISTRICT
from benchmarks.report import Row

MOST = 400
"""MB of memory."""
FASTER = 0.65
WORKERS = 2
PERIOD = f"{runs.YEAR}H1"


def measure() -> Iterator[Row]:
    """One worker makes them all, then two make them anew."""
    pristine = runs.database(*DISTRICT)
    notices, alone, memory = _worked_off(pristine, 1)
    made, together, memories = _worked_off(pristine, WORKERS)
    if made != notices:
        sys.exit(f"one worker made {notices} notices, {WORKERS} made {made}")
    yield Row(
        f"Issuing {notices} half-year notices of a sub-district of 10,000 in the background, ZIP and one PDF "
        f"included, by {WORKERS} workers against one, each from its start to its end",
        f"{together:.0f} s / {alone:.0f} s = {together / alone:.2f} ×",
        f"{FASTER} ×",
        together <= FASTER * alone,
    )
    most = max(*memory, *memories)
    yield Row(
        f"Peak memory of a worker that makes {notices} notices and puts them together, whole process",
        f"{most:.0f} MB",
        f"{MOST} MB",
        most < MOST,
    )


def _worked_off(pristine: Path, workers: int) -> tuple[int, float, list[float]]:
    """The notices made, the seconds until the last worker ended, and the peak memory of each in MB."""
    folder = runs.SHELF / "jobs"
    folder.mkdir(exist_ok=True)
    database = folder / "jobs.sqlite3"
    runs.copy(pristine, database)
    os.environ |= {"TASKS": "database", "TASK_WORKERS": str(workers), "DATA_DIR": str(folder)}
    runs.worker("jobs", database, "order")
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": f"{runs.ROOT}:{runs.ROOT / 'scripts'}",
    }
    command = [sys.executable, "-m", "benchmarks.jobs", "work"]
    begun = time.perf_counter()
    running = [
        subprocess.Popen(command, cwd=runs.ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _worker in range(workers)
    ]
    said = [process.communicate()[0] for process in running]
    taken = time.perf_counter() - begun
    return runs.worker("jobs", database, "made"), taken, [float(one.split()[-1]) for one in said]


def _order() -> int:
    """Give the order as a secretary of all."""
    from django.utils import timezone

    from members.enums import DutyKind
    from members.models import Organisation
    from members.services import duties
    from members.services.by import By
    from reports import tasks
    from reports.periods import Period
    from reports.services.jobs import orders

    now = timezone.now()
    top, operator = Organisation.objects.order_by("path")[0], By.operator(now)
    user = duties.open_account(by=operator, username="orders", password="-", full_name="-")
    start = date(runs.YEAR, 1, 1)
    duties.assign_duty(by=operator, user=user, kind=DutyKind.SECRETARY, organisation=top, start=start)
    period = Period.parse(PERIOD)
    job = orders.order(by=By.person(user, now), organisation=top, period=period, kind="notice")
    tasks.begin(job.pk)
    return job.pk


def _work() -> float:
    """Work off what there is, and end; the peak memory in MB."""
    from django.core.management import call_command

    call_command("db_worker", batch=True, startup_delay=False, reload=False, verbosity=0)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _made() -> int:
    """The notices that the order made."""
    from reports.enums import JobState, PartState
    from reports.models import NoticeJob

    job = NoticeJob.objects.get()
    if job.state != JobState.FINISHED:
        sys.exit(f"the order is {job.state}")
    return job.parts.filter(state=PartState.DONE).count()


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps({"order": _order, "work": _work, "made": _made}[sys.argv[1]]()))
