"""Two workers and 300 branches, one worker killed in the middle: every notice is made, and none twice."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from pypdf import PdfReader

from appraisal.models import Snapshot
from members.enums import DutyKind, OrganisationKind
from members.models import LogRow, Organisation
from members.services import duties, organisations
from reports import tasks
from reports.enums import JobState, PartState
from reports.models import Notice, NoticeJob
from reports.periods import Period
from reports.services.jobs import orders
from tests.cast import SINCE, Cast
from tests.killed.stored import Store

pytestmark = [pytest.mark.shows, pytest.mark.django_db(transaction=True)]

BRANCHES = 300
LEASE = 6
"""Seconds after which a killed worker's part is free again."""
PERIOD = Period.parse("2024H1")
"""Over by any clock."""
PATIENCE = 1200.0

Begin = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def begin(settings: Any, tmp_path: Path) -> Iterator[Begin]:
    """Begins a worker, and ends all of them in the end."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.TASK_WORKERS = 2
    store, begun = Store(connection.settings_dict), []
    environment = {
        **os.environ, "DATABASE_URL": store.url, "DATA_DIR": str(tmp_path), "TASKS": "database",
        "FONT_DIR": str(configured.FONT_DIR),
    }  # fmt: skip

    def worker() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.reports.job_worker", str(LEASE)]
        process = subprocess.Popen(command, cwd=configured.BASE_DIR, env=environment)
        begun.append(process)
        return process

    yield worker
    for process in begun:
        process.kill()
        process.wait()


def district(cast: Cast, count: int) -> Organisation:
    """A committee with so many branches of one member each."""
    by = cast.operator
    found, kinds = organisations.found, OrganisationKind
    top = found(by=by, code="LT", name="林塘街道工委", kind=kinds.COMMITTEE, parent=None)
    for number in range(1, count + 1):
        code = f"LT{number:04}"
        top.refresh_from_db()
        cast.organisations[code] = found(
            by=by, code=code, name=f"第{number}党支部", kind=kinds.BRANCH, parent=top
        )
        cast.admit(f"L{number:04}", f"党员{number}", code)
    duties.assign_duty(by=by, user=cast.other, kind=DutyKind.SECRETARY, organisation=top, start=SINCE)
    return top


def waited_for(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, "nothing comes of it"
        time.sleep(0.1)


def test_each_notice_is_made_once_whoever_is_killed(
    cast: Cast, begin: Begin, short: bool, capsys: pytest.CaptureFixture[str]
):
    count = 12 if short else BRANCHES
    top = district(cast, count)
    job = orders.order(by=cast.by(cast.other), organisation=top, period=PERIOD, kind="notice")
    tasks.begin(job.pk)
    began = time.monotonic()
    doomed, _survivor = begin(), begin()
    # Both are at work, so the one that is killed has a part.
    waited_for(lambda: job.parts.filter(state=PartState.DONE).count() >= count // 4)
    waited_for(lambda: job.parts.filter(state=PartState.RUNNING).count() == 2)
    os.kill(doomed.pid, signal.SIGKILL)
    doomed.wait()
    waited_for(lambda: NoticeJob.objects.get(pk=job.pk).state != JobState.UNDER_WAY)
    took = time.monotonic() - began

    job.refresh_from_db()
    parts = list(job.parts.order_by("position"))
    assert (job.state, {part.state for part in parts}) == (JobState.FINISHED, {PartState.DONE})
    issued = Notice.objects.filter(organisation__path__startswith=top.path).select_related("paper")
    papers = {one.organisation_id: bytes(one.paper.pdf) for one in issued}
    assert len(issued) == len(papers) == Snapshot.objects.count() == len(parts) == count
    assert {one.number for one in issued} == {f"{one.organisation.code}-2024-01" for one in parts}
    logged = LogRow.objects.filter(verb="issue notice").values_list("object_id", flat=True)
    assert sorted(logged) == sorted(str(one.pk) for one in issued)
    with job.package.open("rb") as file, zipfile.ZipFile(file) as package:
        pages = [package.read(name) for name in package.namelist()]
    assert pages == [papers[part.organisation_id] for part in parts]
    with job.merged.open("rb") as file:
        merged = len(PdfReader(file).pages)
    assert merged == sum(len(PdfReader(io.BytesIO(one)).pages) for one in pages)
    again = sum(part.attempts > 1 for part in parts)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{connection.vendor}: {count} notices in {took:.0f} s, each once; a worker killed, "
            f"{again} taken up again\n"
        )
