"""Objections to what a branch has posted: registered, and answered by the branch【四2、七3】."""

from __future__ import annotations

from django.utils.translation import gettext as _

from appraisal.enums import YearState
from appraisal.models import BranchYear, Objection
from members.errors import Refused, Stale
from members.services import guards, recording
from members.services.by import By


def register_objection(*, by: By, objection: Objection) -> None:
    """Keep an objection to a year that has been submitted, or to figures; who raised it need not be said.

    How long those of a half-year notice may be objected to, its own service says. Raises OutOfScope, or
    Refused for a year that is not submitted or is approved, a day to come, no text.
    """
    with guards.writing():
        _refuse_settled(objection)
        if objection.raised_on is not None and objection.raised_on > by.today:
            raise Refused({"raised_on": _("The date lies in the future.")})
        objection.answered_on, objection.answer = None, ""
        recording.add(by, objection, verb="register objection")


def answer_objection(*, by: By, objection: Objection) -> None:
    """Store the answer to an objection, or another in its place; without a day, that of the action.

    Raises OutOfScope, Stale, or Refused: without a text, for a day to come, for another wording of the
    objection itself, and once the year is approved.
    """
    with guards.writing():
        stored = Objection.stored(objection.pk)
        if stored is None:
            raise Stale(_("Somebody else has deleted this meanwhile."))
        _refuse_settled(stored)
        objection.answer = objection.answer.strip()
        if not objection.answer:
            raise Refused({"answer": _("Write the answer.")})
        objection.answered_on = objection.answered_on or by.today
        if objection.answered_on > by.today:
            raise Refused({"answered_on": _("The date lies in the future.")})
        for name in ("branch_year_id", "snapshot_id", "raised_on", "raised_by", "text"):
            if getattr(stored, name) != getattr(objection, name):
                raise Refused(_("An objection stays as it was raised; only its answer is written."))
        recording.change(by, objection, verb="answer objection")


def _refuse_settled(objection: Objection) -> None:
    """Raise Refused unless the year has been submitted and waits for its approval, or was sent back."""
    if objection.branch_year_id is None:
        return
    years = BranchYear.objects.filter(pk=objection.branch_year_id)
    stored = years.select_for_update(no_key=True, of=("self",)).first()
    if stored is None or stored.state == YearState.OPEN:
        raise Refused(_("This year is not submitted."))
    if stored.state == YearState.APPROVED:
        raise Refused(_("This year is approved; only the committee can reopen it."))
