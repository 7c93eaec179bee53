"""Recording the tally of one member's votes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from appraisal.models import Tally
from members.errors import Refused
from members.services import recording
from members.services.by import By


def save_tally(*, by: By, tally: Tally) -> None:
    """Record or correct a tally. Raises Refused for a year to come or a closed one, and OutOfScope."""
    check_tally(by=by, tally=tally)
    write = recording.change if tally.pk else recording.add
    write(by, tally, verb="record tally")


def check_tally(*, by: By, tally: Tally) -> None:
    """Raise Refused for a year that has not begun."""
    if tally.year > by.today.year:
        raise Refused({"year": _("That year has not begun.")})


def withdraw_tally(*, by: By, tally: Tally) -> None:
    """Take a tally back; the log keeps it."""
    recording.remove(by, tally, verb="withdraw tally")
