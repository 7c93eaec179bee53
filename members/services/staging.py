"""Uploaded workbooks between upload and confirmation: kept for their uploader alone, used once, soon gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from members.errors import OutOfScope
from members.models import StagedImport
from members.services import underway
from members.services.by import By
from members.text import tidy, uncontrolled

KEPT_FOR = timedelta(days=1)
KEPT_EACH = 10
"""Uploads of one user that are kept; a further one takes the place of the oldest."""
NAME_LENGTH = 200


def stage(*, by: By, kind: str, key: UUID, file_name: str, content: bytes, session: str = "") -> StagedImport:
    """Keep an uploaded workbook for its preview, and throw away what is old. Nothing of it is logged.

    `session` tells in which it was sent. It is kept under the key that its form had; sent a second time,
    under another.
    Raises OutOfScope for the operator, who has no uploads.
    """
    if by.user is None:
        raise OutOfScope
    with transaction.atomic():
        discard_old(now=by.now)
        own = StagedImport.objects.of(by.user).order_by("-uploaded_at")
        StagedImport.objects.filter(pk__in=list(own.values_list("pk", flat=True)[KEPT_EACH - 1 :])).delete()
        for told in underway.all_of(by=by):
            if told.stalled(by.now):
                underway.forget(by=by, key=told.key)
        upload = StagedImport(
            key=key,
            user=by.user,
            kind=kind,
            file_name=_plain(file_name),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            uploaded_at=by.now,
            session=session,
        )
        try:
            with transaction.atomic():
                upload.save(force_insert=True)
        except IntegrityError:
            upload.key = uuid4()
            upload.save(force_insert=True)
        return upload


def waiting(*, by: By, kinds: Iterable[str]) -> list[StagedImport]:
    """The user's uploads of these kinds that wait for their confirmation, the newest first, without bytes."""
    own = StagedImport.objects.of(by.user).filter(kind__in=kinds, uploaded_at__gt=by.now - KEPT_FOR)
    return list(own.defer("content").order_by("-uploaded_at", "key"))


def staged(*, by: By, kind: str, key: UUID) -> StagedImport:
    """The upload of this key and kind, with the bytes that were uploaded.

    Raises OutOfScope unless it is the user's own, less than a day old, and of the digest it had.
    """
    own = StagedImport.objects.of(by.user).filter(kind=kind, uploaded_at__gt=by.now - KEPT_FOR)
    found: StagedImport | None = own.filter(pk=key).first()
    if found is None or hashlib.sha256(found.content).hexdigest() != found.sha256:
        raise OutOfScope
    return found


@contextmanager
def claimed(upload: StagedImport) -> Iterator[None]:
    """The transaction in which an upload is imported: it is used up with it, or both are undone.

    Raises OutOfScope when somebody has used it up already: of two confirmations one finds nothing.
    """
    with transaction.atomic():
        if not discard(upload):
            raise OutOfScope
        yield


def waits(upload: StagedImport) -> bool:
    """Say whether an upload still waits for its confirmation."""
    return StagedImport.objects.filter(pk=upload.pk).exists()


def discard(upload: StagedImport) -> bool:
    """Throw an upload away; say whether it was still there."""
    gone, _by_table = StagedImport.objects.filter(pk=upload.pk).delete()
    return bool(gone)


def discard_old(*, now: datetime) -> int:
    """Throw away all uploads older than a day; return how many."""
    underway.forget_old(before=now - KEPT_FOR)
    gone, _by_table = StagedImport.objects.filter(uploaded_at__lte=now - KEPT_FOR).delete()
    return gone


def _plain(file_name: str) -> str:
    """The file's name as it may be stored and shown."""
    return tidy("".join(filter(uncontrolled, file_name)))[-NAME_LENGTH:]
