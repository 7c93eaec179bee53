"""What services answer when they do not do as asked."""

from __future__ import annotations

import errno
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

REASONS = {
    errno.ENOENT: _("there is no such file or folder"),
    errno.ENOTDIR: _("there is no such file or folder"),
    errno.EISDIR: _("it is a folder"),
    errno.EACCES: _("access is denied"),
    errno.EPERM: _("access is denied"),
    errno.EROFS: _("the disk is read-only"),
    errno.ENOSPC: _("the disk is full"),
}
"""What the operating system says most often, in the user's language."""


def why(error: OSError) -> str:
    """Why a file could not be read or written."""
    return str(REASONS.get(error.errno or 0) or error.strerror or error)


class Refused(ValidationError):
    """The request breaks a rule; the message says which, by field where there is one."""


class OutOfScope(Exception):
    """The object does not lie in what the user may write; to the user it does not exist."""


class Stale(Refused):
    """The row was changed by somebody else since it was read."""


class ClosedMeanwhile(Refused, IntegrityError):
    """The database itself refused what counts in a closed year: it was closed since the service looked."""


class KeptAsIssued(Refused, IntegrityError):
    """The database itself refused to alter or delete what was issued."""


class WrittenOnce(Exception):
    """Somebody tried to alter a row that a published scheme stands on; such rows are only ever added."""

    def __init__(self, row: Any) -> None:
        key = "" if isinstance(row, type) else f" {row.pk}"
        super().__init__(f"{row._meta.label}{key}: what a published scheme stands on cannot be altered")
