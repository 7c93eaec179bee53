"""Who makes which part: one worker for a while, until it is made or refused; after that it is free again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from members.services import guards
from reports.enums import JobState, PartState
from reports.models import NoticeJob, NoticeJobPart

LEASE = timedelta(seconds=120)
"""So long a part is a worker's. The largest branch is made in a tenth of it."""
MOST_ATTEMPTS = 3
"""What was begun so many times without an end, a part or the results, is not tried again by itself."""


class Overtaken(Exception):
    """The lease ran out, and another worker has the part."""


def take(job: int, *, now: datetime) -> NoticeJobPart | None:
    """The next free part of an order for this worker alone, until the lease runs out; None: there is none.

    On PostgreSQL a row that somebody is just taking is passed over; on SQLite transactions take turns.
    """
    with guards.writing():
        if not NoticeJob.objects.under_way().filter(pk=job).exists():
            return None
        free = NoticeJobPart.objects.filter(job=job).free(now).order_by("position")
        part = free.select_for_update(skip_locked=True).first()
        if part is None:
            return None
        part.state, part.attempts = PartState.RUNNING, part.attempts + 1
        part.moved_at, part.lease_until = now, now + LEASE
        part.save(update_fields=["state", "attempts", "moved_at", "lease_until"])
        return part


def give_back(part: NoticeJobPart, *, now: datetime, state: PartState, **facts: Any) -> None:
    """Say what became of a part; must run inside the transaction of what became of it.

    Raises Overtaken, which undoes that transaction, where the part has been taken by another since.
    """
    held = NoticeJobPart.objects.filter(pk=part.pk, state=PartState.RUNNING, attempts=part.attempts)
    if not held.update(state=state, lease_until=None, moved_at=now, **facts):
        raise Overtaken
    part.state, part.lease_until, part.moved_at = state, None, now


def take_results(job: int, *, now: datetime) -> datetime | None:
    """Until when the results are this worker's to put together; None: parts are open, or another does it.

    Also None where that was begun too often and never ended: then the order has failed.
    """
    until = now + LEASE
    nobody = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    still_open = NoticeJobPart.objects.filter(job=OuterRef("pk")).open()
    with guards.writing():
        wanted = NoticeJob.objects.under_way().filter(nobody, ~Exists(still_open), pk=job)
        given_up = wanted.filter(gatherings__gte=MOST_ATTEMPTS)
        if given_up.update(state=JobState.FAILED, ended_at=now, lease_until=None):
            return None
        return until if wanted.update(lease_until=until, gatherings=F("gatherings") + 1) else None
