"""Writing and checking the log: append-only rows, each chained by hash to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from members.models import LogHead, LogRow, Organisation
from members.services.by import By

GENESIS = "0" * 64
"""The hash before the first row."""


def record(
    *,
    by: By,
    verb: str,
    obj: models.Model | tuple[str, str],
    organisation: Organisation | int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> LogRow:
    """Append one row for a business action; must run inside the transaction of that action.

    `obj` is the object, or its (label, key). Locks the head so that the chain cannot fork.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the log is written inside the action's own transaction")
    head = _locked_head()
    object_type, object_id = obj if isinstance(obj, tuple) else (obj._meta.label_lower, str(obj.pk))
    row = LogRow(
        at=by.now,
        actor=by.user,
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        organisation_id=organisation.pk if isinstance(organisation, Organisation) else organisation,
        before=before,
        after=after,
        prev_hash=head.hash,
    )
    row.hash = digest(row)
    row.save(force_insert=True)
    head.hash, head.rows = row.hash, head.rows + 1
    head.save(update_fields=["hash", "rows"])
    return row


def digest(row: LogRow) -> str:
    """SHA-256 over everything the row says, the hash before it included."""
    said = {
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": row.actor_id,
        "verb": row.verb,
        "object": [row.object_type, row.object_id],
        "organisation": row.organisation_id,
        "before": row.before,
        "after": row.after,
        "prev": row.prev_hash,
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def head_hash() -> str:
    """The newest hash of the log, printed on every notice so that the wall is the outside witness."""
    head = LogHead.objects.filter(pk=1).first()
    return head.hash if head else GENESIS


def faults() -> Iterator[tuple[int, str]]:
    """Every place where the chain does not hold, as (row key, what is wrong); nothing when all is well."""
    expected, rows, last = GENESIS, 0, 0
    for row in LogRow.objects.order_by("pk").iterator(chunk_size=2000):
        rows, last = rows + 1, row.pk
        if row.prev_hash != expected:
            yield row.pk, _("does not follow the row before it")
        if digest(row) != row.hash:
            yield row.pk, _("does not match its own hash")
        expected = row.hash
    head = LogHead.objects.filter(pk=1).first()
    if (head.hash, head.rows) != (expected, rows) if head else rows:
        yield last, _("is not where the head of the log points")


def _locked_head() -> LogHead:
    head = LogHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        LogHead.objects.bulk_create([LogHead(pk=1, hash=GENESIS)], ignore_conflicts=True)
        head = LogHead.objects.select_for_update().get(pk=1)
    return head
