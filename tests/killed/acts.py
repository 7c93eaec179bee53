"""What the process that is killed does: each verb as a page or a command asks the services for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import connection
from django.utils.translation import override

from appraisal.enums import Missing
from appraisal.models import BallotMeeting, BranchYear, CountLine
from appraisal.rules.tally import Votes
from appraisal.services import counts, years
from members.models import Organisation, User
from members.resources.workbook import read_workbook
from members.services import staging, underway
from members.services.by import By
from reports.desk.resources import KINDS

Order = dict[str, Any]


def warm() -> None:
    """Load now what each process would load for itself, but nothing of the database."""
    with override("zh-hans"):
        str(Missing.DUES.label)


def backend() -> int:
    """The number by which the database's server knows the connection; 0 where there is no server."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            return 0
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _by(order: Order) -> By:
    now = datetime.fromisoformat(order["at"])
    name = order["user"]
    return By.person(User.objects.get(username=name), now) if name else By.operator(now)


def _branch(order: Order) -> Organisation:
    return Organisation.objects.get(code=order["branch"])


def _year(order: Order) -> BranchYear:
    return years.year_of(_branch(order), order["year"])


def _meeting(order: Order) -> BallotMeeting:
    return BallotMeeting.objects.standing().get(organisation=_branch(order), year=order["year"])


def _import(order: Order) -> None:
    _take_in(order, Path(order["file"]).read_bytes())


def _stage(order: Order) -> None:
    staging.stage(
        by=_by(order),
        kind="entries",
        key=UUID(order["key"]),
        file_name="表.xlsx",
        content=Path(order["file"]).read_bytes(),
    )


def _confirm_import(order: Order) -> None:
    """As the page of a preview does on its button."""
    by, key = _by(order), UUID(order["key"])
    upload = staging.staged(by=by, kind="entries", key=key)
    with underway.watched(by=by, kind="entries", key=key):
        _take_in(order, bytes(upload.content), frame=lambda: staging.claimed(upload))


def _take_in(order: Order, content: bytes, frame: Callable[[], Any] = nullcontext) -> None:
    workbook = read_workbook(BytesIO(content))
    preview, written = KINDS["entries"].take_in(
        workbook, asks=lambda: _by(order), file_name="表.xlsx", frame=frame
    )
    if not written:
        raise RuntimeError(f"the import is refused: {preview.refusals()}")


def _enter_count(order: Order) -> None:
    counts.enter_count(
        by=_by(order),
        meeting=_meeting(order),
        votes={int(member): Votes(*votes) for member, votes in order["votes"].items()},
        sheet=ContentFile(order["sheet"].encode(), name="sheet.pdf"),
    )


def _confirm_count(order: Order) -> None:
    meeting = _meeting(order)
    lines = CountLine.objects.filter(count=meeting.counts.standing().get(), hand=1).by_member()
    counts.confirm_count(by=_by(order), meeting=meeting, seen=counts.digest(lines))


def _void_count(order: Order) -> None:
    counts.void_count(by=_by(order), meeting=_meeting(order), reason="重新计票")


def _submit_year(order: Order) -> None:
    years.submit_year(
        by=_by(order),
        organisation=_branch(order),
        year=order["year"],
        version=_year(order).version,
        seen=Missing.values,
    )


def _post_notice(order: Order) -> None:
    day = date.fromisoformat(order["day"])
    years.post_notice(
        by=_by(order), branch_year=_year(order), posted_on=day, place="公开栏", until=day, least=day, most=day
    )


def _approve_year(order: Order) -> None:
    years.approve_year(by=_by(order), branch_year=_year(order))


def _reopen_year(order: Order) -> None:
    years.reopen_year(by=_by(order), branch_year=_year(order), reason="更正")


ACTS: dict[str, Callable[[Order], None]] = {
    "import": _import,
    "stage": _stage,
    "confirm import": _confirm_import,
    "enter count": _enter_count,
    "confirm count": _confirm_count,
    "submit year": _submit_year,
    "post notice": _post_notice,
    "approve year": _approve_year,
    "reopen year": _reopen_year,
    "void count": _void_count,
}
