"""Writing and checking the log: append-only rows, each chained by hash to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from members.models import LogHead, LogRow, Organisation, Recorded
from members.services import stored
from members.services.by import By

GENESIS = "0" * 64
"""The hash before the first row."""

NAME_LENGTH = 200
"""Characters of an object's name that are kept."""


def record(
    *,
    by: By,
    verb: str,
    obj: models.Model | tuple[str, str],
    gone: models.Model | None = None,
    organisation: Organisation | int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> LogRow:
    """Append one row for a business action; must run inside the transaction of that action.

    `obj` is the object, or its (label, key); `gone` is then what it was before it was deleted. Locks the head
    so that the chain cannot fork.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the log is written inside the action's own transaction")
    head = _locked_head()
    object_type, object_id = obj if isinstance(obj, tuple) else (obj._meta.label_lower, str(obj.pk))
    named = gone if isinstance(obj, tuple) else obj
    row = LogRow(
        at=by.now,
        actor=by.user,
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        object_name=_name(named),
        member_id=named.belongs_to_member() if isinstance(named, Recorded) else None,
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
    # Rows of the time before there were names have none.
    if row.object_name or row.member_id is not None:
        said["named"] = [row.object_name, row.member_id]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def head_hash() -> str:
    """The newest hash of the log, printed on every notice so that the wall is the outside witness."""
    head = LogHead.objects.filter(pk=1).first()
    return head.hash if head else GENESIS


def length() -> int:
    """How many rows the log has, by its head."""
    head = LogHead.objects.filter(pk=1).first()
    return head.rows if head else 0


def faults() -> Iterator[tuple[int, str]]:
    """Every place where the chain does not hold, as (row key, what is wrong); nothing when all is well."""
    expected, rows, last = GENESIS, 0, 0
    for one in stored.read(LogRow):
        rows, last, row = rows + 1, one.pk, one.row
        if row is None:
            yield last, _("is not as it was written")
            expected = one.raw["hash"]
            continue
        if row.prev_hash != expected:
            yield last, _("does not follow the row before it")
        if digest(row) != row.hash:
            yield last, _("does not match its own hash")
        expected = row.hash
    heads = list(stored.read(LogHead))
    head = heads[0].row if len(heads) == 1 else None
    if (head is None or (head.pk, head.hash, head.rows) != (1, expected, rows)) and (rows or heads):
        yield last, _("is not where the head of the log points")


def _name(obj: models.Model | None) -> str:
    """What the object is called now, in the language of the installation whoever it is that writes."""
    with override(settings.LANGUAGE_CODE):
        return "" if obj is None else str(obj)[:NAME_LENGTH]


def _locked_head() -> LogHead:
    head = LogHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        LogHead.objects.bulk_create([LogHead(pk=1, hash=GENESIS)], ignore_conflicts=True)
        head = LogHead.objects.select_for_update().get(pk=1)
    return head
