"""Workbooks that were uploaded and wait for the confirmation of their import."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from members.querysets import StagedImportQuerySet


class StagedImport(models.Model):
    """One uploaded workbook: whose, of which kind, with which bytes; gone once imported or discarded.

    `session` tells, by a digest, in which session it was sent.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField(db_index=True)
    session = models.CharField(max_length=64, default="")

    objects = StagedImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.file_name
