"""Background work of an installation without workers: in a thread of the process that was asked for it."""

from __future__ import annotations

import logging
from collections import deque
from threading import Lock, Thread
from typing import ClassVar

from django.conf import settings
from django.db import connections
from django_tasks import TaskResult
from django_tasks.backends.immediate import ImmediateBackend


class InProcess(ImmediateBackend):
    """Begins work at once and waits for none of it; what the process's end cuts off stays undone.

    At most TASK_WORKERS threads work in a process; what comes while all are busy waits for one of them.
    """

    # Every thread has a backend of its own.
    _lock: ClassVar[Lock] = Lock()
    _waiting: ClassVar[deque[TaskResult]] = deque()
    _busy: ClassVar[int] = 0

    def _execute_task(self, task_result: TaskResult) -> None:
        with self._lock:
            self._waiting.append(task_result)
            if InProcess._busy < settings.TASK_WORKERS:
                Thread(target=self._carry_out, daemon=True).start()
                InProcess._busy += 1

    def _carry_out(self) -> None:
        while (task_result := self._next()) is not None:
            try:
                super()._execute_task(task_result)
            except Exception:
                logging.getLogger(__name__).exception("Background work could not be carried out.")
            finally:
                connections.close_all()

    def _next(self) -> TaskResult | None:
        """What has waited longest; None lets the thread end."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            InProcess._busy -= 1
            return None
