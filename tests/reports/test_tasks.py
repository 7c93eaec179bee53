"""How an order gets to those who work it off, with workers and without."""

from __future__ import annotations

import threading

import pytest
from django.test import override_settings
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from reports import tasks
from reports.enums import JobState
from reports.periods import Period
from reports.services.jobs import orders
from reports.services.jobs.leases import LEASE
from tests.cast import Cast
from tests.press import Printer

DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
done = threading.Event()
threads: list[int] = []
begun, go_on = threading.Semaphore(0), threading.Event()


@task
def note_thread() -> None:
    """Say in which thread it runs."""
    threads.append(threading.get_ident())
    done.set()


@task
def hold() -> None:
    """Say that it has begun, and end when everybody may."""
    begun.release()
    go_on.wait(30)


@pytest.fixture
def job(cast: Cast, printer: Printer) -> int:
    """An order of one branch's summary."""
    by, branch = cast.by(cast.committee), cast.organisations["DT0101"]
    return orders.order(by=by, organisation=branch, period=Period.parse("2026Q1"), kind="summary").pk


def test_as_many_are_woken_as_there_are_workers(job: int):
    with override_settings(TASKS=DATABASE, TASK_WORKERS=3):
        tasks.begin(job)
    assert [row.args_kwargs for row in DBTaskResult.objects.all()] == [{"args": [job], "kwargs": {}}] * 3


def test_who_works_an_order_off_has_somebody_look_after_it_later(cast: Cast, job: int):
    with override_settings(TASKS=DATABASE):
        tasks.make_notices.func(job)
        later = DBTaskResult.objects.get()
        assert (later.args_kwargs["args"], later.run_after) == ([job], cast.now + LEASE)
        assert orders.NoticeJob.objects.get(pk=job).state == JobState.FINISHED
        tasks.make_notices.func(job)  # which finds it finished, and looks no further
    assert DBTaskResult.objects.count() == 1


def test_without_workers_a_thread_of_its_own_does_the_work():
    with override_settings(TASKS={"default": {"BACKEND": "config.tasks.InProcess"}}):
        note_thread.enqueue()
        assert done.wait(30)
    assert threads != [threading.get_ident()]


def test_without_workers_no_more_threads_work_at_once_than_are_set():
    with override_settings(TASKS={"default": {"BACKEND": "config.tasks.InProcess"}}, TASK_WORKERS=2):
        for _order in range(5):
            hold.enqueue()
        assert begun.acquire(timeout=30)
        assert begun.acquire(timeout=30)
        assert not begun.acquire(timeout=0.2)
        go_on.set()
        for _waiting in range(3):
            assert begun.acquire(timeout=30)
