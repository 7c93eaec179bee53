"""What services answer when they do not do as asked."""

from __future__ import annotations

from django.core.exceptions import ValidationError


class Refused(ValidationError):
    """The request breaks a rule; the message says which, in the user's language, by field where there is one."""


class OutOfScope(Exception):
    """The object does not lie in what the user may write; to the user it does not exist."""


class Stale(Refused):
    """The row was changed by somebody else since it was read."""
