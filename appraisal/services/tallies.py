"""Recording the tally of one member's votes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from appraisal.enums import TallySource
from appraisal.models import Tally
from members.errors import Refused
from members.services import recording
from members.services.by import By


def save_tally(*, by: By, tally: Tally) -> None:
    """Record or correct a tally; a corrected one counts as entered, wherever it came from.

    Raises Refused for a year to come, a closed one, or a tally from a confirmed count; and OutOfScope.
    """
    check_tally(by=by, tally=tally)
    stored = refuse_confirmed(tally)
    if stored is not None and stored.votes != tally.votes:
        tally.source = TallySource.ENTERED
    write = recording.change if tally.pk else recording.add
    write(by, tally, verb="record tally")


def check_tally(*, by: By, tally: Tally) -> None:
    """Raise Refused for a year that has not begun."""
    if tally.year > by.today.year:
        raise Refused({"year": _("That year has not begun.")})


def refuse_confirmed(tally: Tally) -> Tally | None:
    """The tally as it is stored. Raises Refused where a confirmed count gave it, which goes as a whole."""
    stored = Tally.stored(tally.pk) if tally.pk else None
    if stored is not None and stored.source == TallySource.CONFIRMED:
        raise Refused(confirmed())
    return stored


def confirmed() -> str:
    """Why a tally stays as it is."""
    return _(
        "These votes come from the confirmed count of a ballot: to correct them, void the count there and"
        " take all of it again."
    )


def withdraw_tally(*, by: By, tally: Tally) -> None:
    """Take a tally back; the log keeps it. Raises Refused for one from a confirmed count, and OutOfScope."""
    refuse_confirmed(tally)
    recording.remove(by, tally, verb="withdraw tally")
