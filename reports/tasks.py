"""The work that is done in the background, as the queue hands it to whoever works it off."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from reports.services.jobs import leases, working


def begin(job: int) -> None:
    """Have an order worked off, by as many at once as there are workers."""
    for _worker in range(settings.TASK_WORKERS):
        make_notices.enqueue(job)


@task
def make_notices(job: int) -> None:
    """Work an order off, and have somebody look after it later: what a killed worker had is free again then.

    The queue itself hands nothing out a second time. Where it knows no later, the order's page offers to take
    it up again.
    """
    if not working.under_way(job):
        return
    if make_notices.get_backend().supports_defer:
        make_notices.using(run_after=timezone.now() + leases.LEASE).enqueue(job)
    working.work(job, clock=timezone.now)
