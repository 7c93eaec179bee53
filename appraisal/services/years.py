"""A branch's year: submitted, posted, returned or approved, reopened (docs/decisions/0014)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appraisal.enums import Missing, Purpose, YearState
from appraisal.models import BranchYear, Objection, RowRemark, Snapshot, SnapshotRow
from appraisal.services import approved, cases, snapshots
from appraisal.services.readiness import readiness_of, unit_of
from appraisal.services.results import UnitResults
from members.errors import Refused, Stale
from members.models import Member, Organisation, YearLock
from members.services import guards, log, recording
from members.services.by import By
from members.text import listed

DECIDED = ("returned_at", "approved_at", "approved_by", "reopened_at")
POSTED = ("posted_on", "posted_figures", "publicity_until")

REMARK = "remark on rows"
"""The verb under which the log keeps the committee's remarks: not the year itself, but they are changed."""


def year_of(organisation: Organisation, year: int) -> BranchYear:
    """The unit's year as it is stored; where there is none, one that is open, not saved, at version 0."""
    stored: BranchYear | None = (
        BranchYear.objects.filter(organisation=organisation, year=year)
        .select_related("organisation", "snapshot", "submitted_by", "approved_by")
        .first()
    )
    return stored or BranchYear(organisation=organisation, year=year, version=0)


def submissions(branch_year: BranchYear) -> list[Snapshot]:
    """All that was ever submitted of the year, the newest first."""
    if not branch_year.pk:
        return []
    frozen = Snapshot.objects.filter(
        organisation=branch_year.organisation_id, purpose=Purpose.SUBMISSION, period=branch_year.period
    )
    return list(frozen.order_by("-pk").select_related("scheme", "actor"))


def submit_year(
    *, by: By, organisation: Organisation, year: int, version: int, seen: Collection[str] = ()
) -> BranchYear:
    """Freeze the results of a unit and close the year of its members; the year as it then stands.

    `version` is that of the year as it was shown, 0 where there was none; `seen` the kinds of what is missing
    that whoever submits has seen. Where a year that was returned is submitted with the figures that its
    posted notice gives, that stays posted. Raises OutOfScope; Stale; Refused for a group, a year that is
    submitted or approved, for what makes the results none (see `readiness`), and for what is missing and not
    seen.
    """
    with guards.alone():
        recording.permit_organisation(by, organisation.pk)
        if organisation.is_group:
            raise Refused(_("A group's members are submitted with the organisation above it."))
        stored = _locked(organisation.pk, year)
        _refuse_stale(stored, version)
        branch_year = stored or BranchYear(organisation=organisation, year=year)
        if branch_year.state in (YearState.SUBMITTED, YearState.APPROVED):
            raise Refused(_("This year is submitted already."))
        unit = unit_of(organisation, year)
        ready = readiness_of(organisation, year, by.today, unit)
        if ready.blocked:
            raise Refused([str(Missing(one.kind).label) for one in ready.missing if one.blocks])
        unseen = [one for one in ready.missing if one.kind not in seen]
        if unseen:
            labels = [str(Missing(one.kind).label) for one in unseen]
            raise Refused([_("Tick that you have seen it: %(what)s") % {"what": label} for label in labels])
        if unit is None:  # which would have been said already
            raise Refused(_("Nobody is placed here at the end of the year."))
        before = stored.as_logged() if stored else None
        stays = stays_posted(branch_year, unit)
        branch_year.snapshot = snapshots.freeze(
            by=by,
            unit=unit,
            purpose=Purpose.SUBMISSION,
            period=str(year),
            as_of=date(year, 12, 31),
            anew=True,
        )
        _clear(branch_year, posted=not stays)
        branch_year.state = YearState.SUBMITTED
        branch_year.submitted_at, branch_year.submitted_by = by.now, by.user
        _store(branch_year, stored)
        members = [result.score.member_id for result in unit.results]
        _close(by, members, year)
        _tell(by, "submit year", branch_year, before)
    return branch_year


def post_notice(
    *, by: By, branch_year: BranchYear, posted_on: date, place: str, until: date, least: date, most: date
) -> BranchYear:
    """Say when and where the notice of what was submitted went up, and until which day it stays.

    It can be said again, to correct it, until the year is approved. `least` is the first day on which it may
    come down, as the working days of its publicity have it, and `most` the last. What hangs is the annual
    notice that was issued last, where one was. Raises OutOfScope, Stale, or Refused: for a year that is not
    submitted, where that notice gives other figures than were submitted, for a day to come or before the
    submission, an end before the beginning, before `least` or before the one that was said, or after `most`,
    and without a place.
    """
    with guards.writing():
        recording.permit_organisation(by, branch_year.organisation_id)
        stored = _fresh(branch_year)
        _require(stored, YearState.SUBMITTED)
        if posted_on > by.today:
            raise Refused({"posted_on": _("The date lies in the future.")})
        if posted_on < stored_day(stored) and posted_on != stored.posted_on:
            raise Refused({"posted_on": _("A notice goes up when the year has been submitted, not before.")})
        if until < posted_on:
            raise Refused({"until": _("A notice does not come down before it goes up.")})
        refuse_hanging(place=place, until=until, least=max(least, stored.publicity_until or least), most=most)
        figures = approved.notice_figures(stored)
        if figures is not None and approved.outdated(stored, figures):
            raise Refused(_("The annual notice gives other figures than were submitted: issue it anew."))
        before = stored.as_logged()
        stored.posted_on, stored.publicity_until, stored.place = posted_on, until, place
        stored.posted_figures = figures
        _store(stored, stored)
        _tell(by, "post notice", stored, before)
    return stored


def stays_posted(branch_year: BranchYear, unit: UnitResults | None) -> bool:
    """Whether the notice of a year that was returned stays posted when the unit's results are submitted."""
    if branch_year.state != YearState.RETURNED or branch_year.posted_on is None or unit is None:
        return False
    return approved.still_posted(branch_year, unit.results)


def refuse_hanging(*, place: str, until: date, least: date, most: date) -> None:
    """Raise Refused, by field, where a notice comes down before `least` or after `most`, or hangs nowhere."""
    if until < least:
        raise Refused({"until": _("The notice stays until %(day)s at least.") % {"day": date_format(least)}})
    if until > most:
        raise Refused({"until": _("The notice stays until %(day)s at most.") % {"day": date_format(most)}})
    if not place.strip():
        raise Refused({"place": _("Say where it hangs.")})


def return_year(*, by: By, branch_year: BranchYear, reason: str) -> BranchYear:
    """Send a submitted year back: what was closed by its submission is open again.

    Raises OutOfScope, Stale, or Refused without a reason and for a year that is not submitted.
    """
    with guards.alone():
        recording.permit_review(by, branch_year.organisation_id)
        stored = _fresh(branch_year)
        _require(stored, YearState.SUBMITTED)
        before = stored.as_logged()
        stored.state, stored.returned_at, stored.reason = YearState.RETURNED, by.now, _told(reason)
        _store(stored, stored)
        _lift(stored)
        _tell(by, "return year", stored, before)
    return stored


def approve_year(*, by: By, branch_year: BranchYear) -> BranchYear:
    """Approve a submitted year: it stays closed, and a case is opened for each unqualified member.

    Raises OutOfScope, Stale, or Refused: for a year that is not submitted, for the account that submitted it,
    before its notice has hung as long as it is to, while an objection waits for its answer, and where the
    ledger does not give what was submitted any more.
    """
    with guards.alone():
        recording.permit_review(by, branch_year.organisation_id)
        stored = _fresh(branch_year)
        _require(stored, YearState.SUBMITTED)
        problems = [*_against_approval(by, stored), *altered(stored)]
        if problems:
            raise Refused(problems)
        before = stored.as_logged()
        stored.state, stored.approved_at, stored.approved_by = YearState.APPROVED, by.now, by.user
        _store(stored, stored)
        _tell(by, "approve year", stored, before)
        cases.settle(by=by, branch_year=stored)
    return stored


def reopen_year(*, by: By, branch_year: BranchYear, reason: str) -> BranchYear:
    """Open an approved year again, for a reason: it can be corrected, and is then submitted anew.

    Its cases stay as they are until it is approved again. Raises OutOfScope, Stale, or Refused without a
    reason and for a year that is not approved.
    """
    with guards.alone():
        recording.permit_review(by, branch_year.organisation_id)
        stored = _fresh(branch_year)
        _require(stored, YearState.APPROVED)
        before = stored.as_logged()
        _lift(stored)
        _clear(stored, posted=True)
        stored.state, stored.reason, stored.reopened_at = YearState.OPEN, _told(reason), by.now
        stored.submitted_at = stored.submitted_by = None
        _store(stored, stored)
        _tell(by, "reopen year", stored, before)
    return stored


def save_remarks(*, by: By, branch_year: BranchYear, remarks: Mapping[int, str]) -> BranchYear:
    """Store the committee's remarks on submitted rows, by member key; an empty text takes one back.

    Members that are not named keep theirs. Where any changes, the year has another version: whoever has read
    it before does not overwrite what was not there then. Raises OutOfScope, Stale, or Refused for a year that
    is not submitted, and for a member who is not in it.
    """
    with guards.writing():
        recording.permit_review(by, branch_year.organisation_id)
        stored = _fresh(branch_year)
        _require(stored, YearState.SUBMITTED)
        rows = SnapshotRow.objects.filter(snapshot=stored.snapshot_id, member__in=list(remarks))
        if rows.count() != len(remarks):
            raise Refused(_("Somebody who is remarked on is not in what was submitted."))
        mine = RowRemark.objects.filter(snapshot=stored.snapshot_id, member__in=list(remarks))
        kept = {one.member_id: one for one in mine}
        before, after = {}, {}
        for key, said in sorted(remarks.items()):
            remark = kept.get(key) or RowRemark(
                branch_year=stored, snapshot=stored.snapshot, member_id=key, text=""
            )
            text, number = said.strip(), str(key)
            if text == remark.text:
                continue
            if remark.text:
                before[number] = remark.text
            if not text:
                remark.delete()
                continue
            remark.text = text
            _valid(remark)
            remark.version += bool(remark.pk)
            remark.save()
            after[number] = remark.text
        if before or after:
            _store(stored, stored)
            log.record(by=by, verb=REMARK, obj=stored, organisation=stored.organisation_id,
                       before=before, after=after)  # fmt: skip
    return stored


def against_approval(branch_year: BranchYear, by: By) -> list[str]:
    """What keeps the year from being approved by this account now; nothing where it can be."""
    if branch_year.state != YearState.SUBMITTED:
        return [_("This year is not submitted.")]
    return list(_against_approval(by, branch_year))


def altered(branch_year: BranchYear) -> list[str]:
    """What the ledger gives otherwise than it was submitted, and posted, and what is to be done; or nothing.

    The year is a submitted one. It is reckoned anew: a fixed number of queries.
    """
    unit = unit_of(branch_year.organisation, branch_year.year)
    here = unit is not None and unit.organisation.pk == branch_year.organisation_id
    found = list(approved.differing(branch_year, unit.results if unit is not None and here else []))
    if not found:
        return []
    said = _("The ledger does not give what was submitted any more (%(what)s). Return the year.")
    return [said % {"what": listed(found)}]


def stored_day(branch_year: BranchYear) -> date:
    """The day on which the year was submitted, in local time."""
    return timezone.localdate(branch_year.submitted_at)


def _against_approval(by: By, stored: BranchYear) -> Any:
    if by.user is not None and by.user.pk == stored.submitted_by_id:
        yield _("Whoever submitted a year does not approve it.")
    if stored.posted_on is None or stored.publicity_until is None:
        yield _("The notice has not been posted yet.")
    elif _posted_another(stored):
        yield _("The annual notice that was issued last is not the one that was posted.")
    elif by.today <= stored.publicity_until:
        yield _("The notice hangs until %(day)s; the year is approved after that.") % {
            "day": date_format(stored.publicity_until)
        }
    if Objection.objects.filter(branch_year=stored).unanswered().exists():
        yield _("An objection waits for the branch’s answer.")


def _posted_another(stored: BranchYear) -> bool:
    """Whether the annual notice was issued anew since it was posted, or does not give what was submitted."""
    figures = approved.notice_figures(stored)
    if figures is None:
        return False
    return stored.posted_figures_id not in (None, figures.pk) or approved.outdated(stored, figures)


def _locked(organisation_id: int, year: int) -> BranchYear | None:
    rows = BranchYear.objects.filter(organisation=organisation_id, year=year)
    return rows.select_for_update(no_key=True, of=("self",)).select_related("organisation").first()


def _fresh(branch_year: BranchYear) -> BranchYear:
    """The year as it is stored, locked. Raises Stale where it is another than was read."""
    stored = _locked(branch_year.organisation_id, branch_year.year)
    _refuse_stale(stored, branch_year.version)
    if stored is None:
        raise Refused(_("This year is not submitted."))
    return stored


def _refuse_stale(stored: BranchYear | None, version: int) -> None:
    if (stored.version if stored else 0) != version:
        raise Stale(_("Somebody else has changed this meanwhile. Look at it again before you change it."))


def _require(stored: BranchYear, state: str) -> None:
    if stored.state != state:
        raise Refused(
            _("This year is not submitted.")
            if state == YearState.SUBMITTED
            else _("This year is not approved.")
        )


def _told(reason: str) -> str:
    if not reason.strip():
        raise Refused({"reason": _("Say why.")})
    return reason.strip()


def _clear(branch_year: BranchYear, *, posted: bool) -> None:
    """Take away what belonged to the submission before, and of a notice that does not stay where it hung."""
    for name in (*DECIDED, *(POSTED if posted else ())):
        setattr(branch_year, name, None)
    branch_year.reason = ""
    if posted:
        branch_year.place = ""


def _store(branch_year: BranchYear, stored: BranchYear | None) -> None:
    """Store the year, whose row is locked, as a new version."""
    _valid(branch_year)
    if stored is not None:
        branch_year.version = F("version") + 1
    branch_year.save()
    if stored is not None:
        branch_year.refresh_from_db(fields=["version"])


def _valid(row: Any) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(error) from error


def _close(by: By, members: list[int], year: int) -> None:
    held = set(
        YearLock.objects.filter(year=year, member__in=members).order_by().values_list("member", flat=True)
    )
    YearLock.objects.bulk_create(
        [YearLock(member_id=key, year=year, locked_at=by.now) for key in sorted(set(members) - held)]
    )


def _lift(branch_year: BranchYear) -> None:
    """Take away the locks of exactly those members who are in what was submitted."""
    rows = SnapshotRow.objects.filter(snapshot=branch_year.snapshot_id)
    YearLock.objects.filter(year=branch_year.year, member__in=rows.order_by().values("member")).delete()


def _tell(by: By, verb: str, branch_year: BranchYear, before: dict[str, Any] | None) -> None:
    log.record(by=by, verb=verb, obj=branch_year, organisation=branch_year.organisation_id,
               before=before, after=branch_year.as_logged())  # fmt: skip


def members_of(branch_year: BranchYear) -> list[Member]:
    """Whose year it closes: the members in what was submitted last."""
    rows = SnapshotRow.objects.filter(snapshot=branch_year.snapshot_id).select_related("member")
    return [row.member for row in rows]
