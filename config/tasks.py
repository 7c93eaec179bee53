"""Background work of an installation without workers: in a thread of the process that was asked for it."""

from __future__ import annotations

from threading import Thread

from django.db import connections
from django_tasks import TaskResult
from django_tasks.backends.immediate import ImmediateBackend


class InProcess(ImmediateBackend):
    """Begins work at once and waits for none of it; what the process's end cuts off stays undone."""

    def _execute_task(self, task_result: TaskResult) -> None:
        Thread(target=self._carry_out, args=[task_result], daemon=True).start()

    def _carry_out(self, task_result: TaskResult) -> None:
        try:
            super()._execute_task(task_result)
        finally:
            connections.close_all()
