"""Cases of unqualified members, from the approval that opens them until both filings are dated 【六2】."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from appraisal.models import BranchYear, Case, ReviewSettings, SnapshotRow
from members.errors import Refused, Stale
from members.services import guards, log, recording
from members.services.by import By
from scoring.enums import BandCode

FILINGS = ("filed_on", "handled_filed_on")
SUBSTANCE = 10
"""Characters without which a text about what was done, or found, says nothing."""


def save_case(*, by: By, case: Case) -> None:
    """Store what was done in a case; with both filings dated it is closed, and can still be corrected.

    Raises OutOfScope, Stale, or Refused: for a withdrawn case, days to come or before its opening, and a
    handling that is filed before all of it is said.
    """
    with guards.writing():
        stored = Case.stored(case.pk)
        if stored is None:
            raise Stale(_("Somebody else has deleted this meanwhile."))
        if stored.withdrawn_on is not None:
            raise Refused(_("This case is withdrawn and stays as it is."))
        check_case(by=by, case=case)
        for name in ("member_id", "year", "branch_year_id", "opened_on", "withdrawn_on"):
            setattr(case, name, getattr(stored, name))
        recording.change(by, case, verb="handle case")


def check_case(*, by: By, case: Case) -> None:
    """Raise Refused, by field, for days to come, and for a handling filed before all of it is said."""
    for name in ("reviewed_on", *FILINGS):
        day = getattr(case, name)
        if day is not None and day > by.today:
            raise Refused({name: _("The date lies in the future.")})
    if case.handled_filed_on is None:
        return
    missing = {name: said for name, said in wanting(case).items() if name not in FILINGS}
    if missing:
        raise Refused(missing)
    if case.reviewed_on is not None and case.handled_filed_on < case.reviewed_on:
        raise Refused({"handled_filed_on": _("The handling is not filed before the review.")})


def wanting(case: Case) -> dict[str, str]:
    """By field what a case lacks before it is closed: what was done, the measure, both filings 【六2】."""
    found = {}
    if len(case.education.strip()) < SUBSTANCE:
        found["education"] = _("Say what education and help was given, in %(count)s characters or more.")
    if len(case.review.strip()) < SUBSTANCE:
        found["review"] = _("Say what the review found, in %(count)s characters or more.")
    if case.reviewed_on is None:
        found["reviewed_on"] = _("Say when it was reviewed.")
    if not case.measure:
        found["measure"] = _("Say which measure was taken before its filing is dated.")
    if case.filed_on is None:
        found["filed_on"] = _("Say when the case was filed with the committee.")
    if case.handled_filed_on is None:
        found["handled_filed_on"] = _("Say when the handling was filed with the committee.")
    return {name: said % {"count": SUBSTANCE} for name, said in found.items()}


def save_review_settings(*, by: By, settings: ReviewSettings) -> None:
    """Store which warnings the committee of an organisation wants. Raises OutOfScope, Stale or Refused."""
    if settings._state.adding:
        try:
            recording.add(by, settings, verb="add review settings")
        except IntegrityError as error:  # somebody stored the first ones at the same moment
            raise Stale(
                _("Somebody else has changed this meanwhile. Look at it again before you change it.")
            ) from error
    else:
        recording.change(by, settings, verb="change review settings")


def settle(*, by: By, branch_year: BranchYear) -> None:
    """At approval: open a case for each unqualified member, and withdraw those of who is not so any more.

    A case that was withdrawn and whose member is unqualified after all stands again; one of a member who was
    in another unit's results before goes with the member. Must run inside the approval's transaction.
    """
    rows = SnapshotRow.objects.filter(snapshot=branch_year.snapshot_id).order_by("position")
    failed = [row.member_id for row in rows if row.figures["grade"] == BandCode.FAIL]
    mine = Case.objects.filter(Q(branch_year=branch_year) | Q(year=branch_year.year, member__in=failed))
    stored = {case.member_id: case for case in mine.select_related("branch_year")}
    for member in failed:
        case = stored.get(member)
        if case is None:
            opened = Case(
                member_id=member, year=branch_year.year, branch_year=branch_year, opened_on=by.today
            )
            opened.full_clean()
            opened.save(force_insert=True)
            _tell(by, "open case", opened, None)
        elif case.withdrawn_on is not None or case.branch_year_id != branch_year.pk:
            _rewrite(by, "resume case", case, branch_year=branch_year, withdrawn_on=None)
    for member, case in sorted(stored.items()):
        if member not in failed and case.withdrawn_on is None:
            _rewrite(by, "withdraw case", case, withdrawn_on=by.today)


def _rewrite(by: By, verb: str, case: Case, **facts: Any) -> None:
    before = case.as_logged()
    for name, value in facts.items():
        setattr(case, name, value)
    case.version += 1
    case.save()
    _tell(by, verb, case, before)


def _tell(by: By, verb: str, case: Case, before: dict[str, object] | None) -> None:
    log.record(by=by, verb=verb, obj=case, organisation=case.branch_year.organisation_id,
               before=before, after=case.as_logged())  # fmt: skip
