"""What was issued, the database keeps as it is, whoever asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from members.errors import KeptAsIssued
from members.services import guards
from reports.models import Notice, NoticePaper
from reports.periods import Period
from reports.services import issuing
from tests.cast import Cast
from tests.guards.rows import Stored, run

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone does so")


@pytest.fixture
def notice(cast: Cast) -> Notice:
    return issuing.issue(
        by=cast.by(cast.owner), organisation=cast.organisations["DT0101"], period=Period.parse("2026H1")
    )


def refused(action: Any, *arguments: Any, **named: Any) -> bool:
    try:
        with transaction.atomic():
            action(*arguments, **named)
    except KeptAsIssued:
        return True
    except IntegrityError:
        return False
    return False


OTHER: dict[str, Any] = {
    "organisation_id": 1, "kind": "annual", "period": "2025H2", "number": "9", "snapshot_id": 99,
    "replaces_id": 99, "digest": "0" * 64, "token": "guessed", "issued_at": "2026-01-01 00:00:00+00:00",
    "issued_by_id": None, "notice_id": 99, "pdf": b"%PDF forged", "pages": 9, "missing": "x",
    "html": "<p>", "language": "zh-hant", "publicity_days": 1,
}  # fmt: skip


@pytest.mark.parametrize("model", [Notice, NoticePaper])
def test_a_console_changes_nothing_that_was_issued(notice: Notice, model: Any) -> None:
    row = Stored.of(model.objects.get())
    free = {"version", "posted_on", "place", "publicity_until", "photo", "archived_at"}
    for name in row.values.keys() - free - {"id"}:
        assert refused(row.update, **{name: OTHER[name]}), name
    assert refused(row.delete)
    assert refused(model.objects.all()._raw_delete, using="default")
    assert Stored.of(model.objects.get()) == row
    row.update()  # every column over itself


def test_where_it_hangs_may_be_said(notice: Notice) -> None:
    Stored.of(notice).update(posted_on="2026-09-15", publicity_until="2026-09-22", place="栏", version=2)
    assert Notice.objects.get().place == "栏"


@sqlite_only
@pytest.mark.parametrize("model", [Notice, NoticePaper])
def test_replacing_is_deleting(notice: Notice, model: Any) -> None:
    row = Stored.of(model.objects.get())
    for how in ("INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"):
        assert refused(row.insert, how)
    assert Stored.of(model.objects.get()) == row


def test_that_they_are_missing_is_told(db: None) -> None:
    assert guards.faults() == []
    with guards.lifted():
        assert {"reports_notice", "reports_noticepaper"} <= set(guards.faults())


def test_the_message_is_for_people(notice: Notice) -> None:
    with pytest.raises(KeptAsIssued) as refusal, transaction.atomic():
        run('DELETE FROM "reports_noticepaper"', [])
    assert refusal.value.messages
