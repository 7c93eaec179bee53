"""Orders of notices as tests give and work them off."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from members.models import User
from reports.models import NoticeJob
from reports.periods import Period
from reports.services.jobs import orders, working
from tests.cast import Cast

H1, Q1, YEAR = (Period.parse(code) for code in ("2026H1", "2026Q1", "2025"))
MOMENT = timedelta(seconds=1)


def ordered(
    cast: Cast, user: User, period: Period = Q1, kind: str = "summary", code: str = "DT"
) -> NoticeJob:
    by = cast.by(user)
    return orders.order(by=by, organisation=cast.organisations[code], period=period, kind=kind)


def worked_off(job: NoticeJob, now: datetime | None = None) -> NoticeJob:
    working.work(job.pk, clock=lambda: now or timezone.now())
    job.refresh_from_db()
    return job


def content(file: Any) -> bytes:
    """What is in a file that a row keeps."""
    with file.open("rb") as opened:
        return opened.read()


def opened(file: Any) -> io.BytesIO:
    return io.BytesIO(content(file))


def parts(job: NoticeJob) -> dict[str, str]:
    rows = job.parts.order_by("position").values_list("organisation__code", "state")
    return dict(rows)
