"""Activities and their lists: what attendance puts into the ledger, and takes out again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from members.errors import Refused
from members.models import Member, Posting
from members.services import log, recording
from members.services.by import By
from members.text import fold
from scoring.enums import Presence
from scoring.models import Activity, Attendance, Entry
from scoring.services.standards import StandardsBook


@dataclass(frozen=True, slots=True)
class Mark:
    """One member's line on the list."""

    member: Member
    status: str
    quantity: int = 1
    note: str = ""


def save_activity(*, by: By, activity: Activity) -> None:
    """Store an activity. One that has a list keeps its kind and date: they are in the ledger.

    Raises OutOfScope, or Refused: also for another title where a closed year's ledger carries the old one.
    """
    if activity.pk is not None and activity.attendances.exists():
        stored = Activity.objects.get(pk=activity.pk)
        if (stored.kind_id, stored.date) != (activity.kind_id, activity.date):
            raise Refused(_("Attendance has been recorded; kind and date stay as they are."))
    with transaction.atomic():
        write = recording.change if activity.pk else recording.add
        write(by, activity, verb="plan activity")
        entries = Entry.objects.filter(activity=activity).exclude(title=activity.title)
        members = list(entries.order_by("member").values_list("member", flat=True))
        recording.refuse_closed(members, activity.date.year, activity.date.year)
        entries.update(title=activity.title, title_key=fold(activity.title))


def withdraw_activity(*, by: By, activity: Activity) -> None:
    """Delete an activity with its list and what the list put into the ledger; the log keeps the list."""
    with transaction.atomic():
        record_attendance(by=by, activity=activity, marks=[])
        recording.remove(by, activity, verb="withdraw activity")


def record_attendance(*, by: By, activity: Activity, marks: Iterable[Mark]) -> None:
    """Store the whole list of an activity; the ledger is corrected by the difference.

    Only those present get an entry, under the indicator that the scheme gives the activity's kind for
    each one's role on the day (I29). Raises Refused for a day in the future, a member without a
    posting on the day or a kind that means nothing for the role; OutOfScope; closed years refuse.
    """
    wanted = {mark.member.pk: mark for mark in marks}
    if activity.date > by.today:
        raise Refused(_("The activity lies in the future; attendance is recorded when it has been held."))
    with transaction.atomic():
        recording.permit_organisation(by, activity.organisation_id)
        recording.permit_members(by, wanted)
        stored = {mark.member_id: mark for mark in activity.attendances.select_for_update()}
        touched = [key for key in wanted.keys() | stored.keys() if _differs(wanted.get(key), stored.get(key))]
        recording.refuse_closed(touched, activity.date.year, activity.date.year)
        if not touched:
            return
        before = _listed(stored.values())
        Entry.objects.filter(activity=activity, member__in=touched).delete()
        Attendance.objects.filter(activity=activity, member__in=touched).delete()
        changed = [wanted[key] for key in touched if key in wanted]
        rows = [
            Attendance(activity=activity, member=m.member, status=m.status, quantity=m.quantity, note=m.note)
            for m in changed
        ]
        for row in rows:
            _check(row)
        Attendance.objects.bulk_create(rows)
        present = [mark for mark in changed if mark.status == Presence.PRESENT]
        Entry.objects.bulk_create(_entries(by, activity, present))
        after = _listed(activity.attendances.all())
        log.record(by=by, verb="record attendance", obj=activity, organisation=activity.organisation_id,
                   before=before, after=after)  # fmt: skip


def _entries(by: By, activity: Activity, present: list[Mark]) -> list[Entry]:
    book = StandardsBook.for_year(activity.date.year)
    postings = {
        posting.member_id: posting
        for posting in Posting.objects.on(activity.date)
        .filter(member__in=[mark.member.pk for mark in present])
        .select_related("organisation")
    }
    entries = []
    for mark in present:
        posting = postings.get(mark.member.pk)
        if posting is None:
            raise Refused(
                _("%(member)s held no posting on that day.") % {"member": mark.member.name}, code="no-posting"
            )
        indicator = book.indicator_of(activity.kind_id, posting.organisation.path, posting.role_id)
        if indicator is None:
            raise Refused(
                _("An activity of this kind counts for nothing in the role of %(member)s; mark as exempt.")
                % {"member": mark.member.name}
            )
        entry = Entry(member=mark.member, indicator_id=indicator, date=activity.date, quantity=mark.quantity,
                      title=activity.title, activity=activity, recorded_at=by.now)  # fmt: skip
        entry.refresh_keys()
        entries.append(entry)
    return entries


def _check(row: Attendance) -> None:
    try:
        row.full_clean(exclude=["activity", "member"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise Refused(error) from error


def _differs(mark: Mark | None, stored: Attendance | None) -> bool:
    if mark is None or stored is None:
        return True
    return (mark.status, mark.quantity, mark.note) != (stored.status, stored.quantity, stored.note)


def _listed(rows: Iterable[Attendance]) -> dict[str, list[object]]:
    return {str(row.member_id): [row.status, row.quantity, row.note] for row in rows}
