"""Activities and their lists: what attendance puts into the ledger, and takes out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from members.errors import OutOfScope, Refused, Stale
from members.models import Member, Organisation, Posting
from members.services import files, guards, log, recording
from members.services.by import By
from members.text import fold, tidy
from scoring.enums import ActivityState, Audience, Presence
from scoring.models import Activity, Attendance, Entry
from scoring.services.kind_rules import KindRules


@dataclass(frozen=True, slots=True)
class Mark:
    """One member's line on the list; `posting` is that of the day, where it has been read already."""

    member: Member
    status: str
    quantity: int = 1
    note: str = ""
    posting: Posting | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """The mark in words."""
        return str(Presence(self.status).label)


def save_activity(*, by: By, activity: Activity) -> None:
    """Store an activity with its audience. A new one was held, unless its day lies ahead.

    One that has a list stays held, and keeps its kind and date: they are in the ledger. Raises OutOfScope,
    Stale, or Refused: also for another title once the year of anybody on the list is closed.
    """
    if activity._state.adding:
        activity.state = ActivityState.HELD if activity.date <= by.today else ActivityState.PLANNED
    elif activity.attendances.exists():
        stored = Activity.objects.get(pk=activity.pk)
        if (stored.kind_id, stored.date) != (activity.kind_id, activity.date):
            raise Refused(_("Attendance has been recorded; kind and date stay as they are."))
        if not activity.was_held:
            raise Refused({"state": _("Attendance has been recorded, so the activity was held.")})
    if activity.was_held and activity.date > by.today:
        raise Refused({"state": _("The day is still to come; until then the activity is planned.")})
    with guards.writing():
        chosen = _settle_audience(by, activity)
        before = None if activity._state.adding else Activity.stored(activity.pk)
        if before is not None and before.title != tidy(activity.title):
            recording.permit(by, activity, over=before)
            _refuse_closed(activity)
        write = recording.change if activity.pk else recording.add
        write(by, activity, verb="plan activity")
        if chosen:
            activity.units.set(activity.chosen["units"])
            activity.invited.set(activity.chosen["invited"])
        entries = Entry.objects.filter(activity=activity).exclude(title=activity.title)
        entries.update(title=activity.title, title_key=fold(activity.title))


def attach(*, by: By, activity: Activity, file: Any) -> None:
    """Keep a photo or a document with the activity, in the place of the one before.

    `file` is one that the form has looked into. Raises OutOfScope, Stale, or Refused once the year of anybody
    on the list is closed.
    """
    activity.attachment = file
    _keep(by, activity, verb="attach file")


def detach(*, by: By, activity: Activity) -> None:
    """Remove the photo or document that is kept with the activity. Raises as `attach` does."""
    activity.attachment = ""
    _keep(by, activity, verb="remove file")


def withdraw_activity(*, by: By, activity: Activity) -> None:
    """Delete an activity with its list and what the list put into the ledger; the log keeps the list."""
    with guards.writing():
        if activity.attendances.exists():
            record_attendance(by=by, activity=activity, marks=[])
        recording.remove(by, activity, verb="withdraw activity")


def record_attendance(*, by: By, activity: Activity, marks: Iterable[Mark]) -> None:
    """Store the whole list of an activity over the version that was read; the ledger takes the difference.

    Only those present get an entry, under the indicator that the scheme gives the activity's kind for
    each one's role on the day (I29). A list that is stored already changes nothing, whatever the version.
    Raises Stale; Refused for an activity that was not held, a day in the future, a member without a posting
    on the day or a kind that means nothing for the role; OutOfScope; closed years refuse.
    """
    wanted = {mark.member.pk: mark for mark in marks}
    if activity.date > by.today:
        raise Refused(_("The activity lies in the future; attendance is recorded when it has been held."))
    if not activity.was_held:
        raise Refused(_("Only an activity that was held has a list of who attended."))
    with guards.writing():
        if not by.scope.may_write(activity.organisation):
            raise OutOfScope
        stored = {mark.member_id: mark for mark in activity.attendances.select_for_update()}
        touched = [key for key in wanted.keys() | stored.keys() if _differs(wanted.get(key), stored.get(key))]
        recording.permit_members(by, touched)
        recording.refuse_closed(touched, activity.date.year, activity.date.year)
        if not touched:
            return
        _next_version(activity)
        _take_out(activity, [stored[key] for key in touched if key in stored])
        put_in = [wanted[key] for key in touched if key in wanted]
        _put_in(by, activity, put_in)
        before, after = _listed(stored), _listed(wanted)
        log.record(by=by, verb="record attendance", obj=activity, organisation=activity.organisation_id,
                   before=before, after=after)  # fmt: skip


def _keep(by: By, activity: Activity, *, verb: str) -> None:
    """Store which file is kept: what proves a closed year stays as it is."""
    with files.together(), guards.writing():
        recording.permit(by, activity, over=Activity.stored(activity.pk))
        _refuse_closed(activity)
        recording.change(by, activity, verb=verb)


def _refuse_closed(activity: Activity) -> None:
    """Raise Refused when approval has closed the year of anybody on the list."""
    listed = list(activity.attendances.values_list("member", flat=True))
    recording.refuse_closed(listed, activity.date.year, activity.date.year)


def _take_out(activity: Activity, rows: list[Attendance]) -> None:
    """Delete rows of the list with their entries."""
    came = [row.member_id for row in rows if row.status == Presence.PRESENT]
    if came:
        Entry.objects.filter(activity=activity, member__in=came).delete()
    if rows:
        Attendance.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _put_in(by: By, activity: Activity, marks: list[Mark]) -> None:
    """Add marks to the list, with the entries of those present."""
    rows = [
        Attendance(activity=activity, member=m.member, status=m.status, quantity=m.quantity, note=m.note)
        for m in marks
    ]
    for row in rows:
        _check(row)
    Attendance.objects.bulk_create(rows)
    present = [mark for mark in marks if mark.status == Presence.PRESENT]
    if present:
        Entry.objects.bulk_create(_entries(by, activity, present))


def _next_version(activity: Activity) -> None:
    """Take the next version, unless somebody has taken it since this one was read, or the list is none."""
    read_at = activity.version
    same = Activity.objects.filter(pk=activity.pk, version=read_at, state=ActivityState.HELD)
    if not same.update(version=F("version") + 1):
        raise Stale(_("Somebody else has changed this meanwhile. Look at it again before you change it."))
    activity.version = read_at + 1


def _settle_audience(by: By, activity: Activity) -> bool:
    """Check whom the audience consists of; whether it differs from what is stored. Raises Refused."""
    stored = None if activity._state.adding else Activity.stored(activity.pk)
    units, invited = activity.chosen["units"], activity.chosen["invited"]
    if activity.audience == Audience.UNITS:
        activity.choose(units=units)
    elif activity.audience == Audience.MEMBERS:
        activity.choose(invited=invited)
    else:
        activity.choose()
    before = stored.chosen if stored else {"units": [], "invited": []}
    if activity.audience == Audience.UNITS:
        below = Organisation.objects.within(activity.organisation).filter(pk__in=units)
        if not units or below.count() != len(units):
            raise Refused({"units": _("Choose groups or branches of the organisation.")})
    if activity.audience == Audience.MEMBERS:
        added = set(invited) - set(before["invited"])
        recording.permit_members(by, added)
        posted = Member.objects.posted_within(activity.organisation, activity.date).filter(pk__in=added)
        if not invited or posted.count() != len(added):
            raise Refused({"invited": _("Name members who were posted there on that day.")})
    return before != activity.chosen


def _entries(by: By, activity: Activity, present: list[Mark]) -> list[Entry]:
    rules = KindRules.for_year(activity.date.year)
    postings = {mark.member.pk: mark.posting for mark in present if mark.posting is not None}
    if unread := [mark.member.pk for mark in present if mark.posting is None]:
        found = Posting.objects.on(activity.date).filter(member__in=unread)
        joins = ("organisation", "role__organisation")
        postings |= {posting.member_id: posting for posting in found.select_related(*joins)}
    entries = []
    for mark in present:
        posting = postings.get(mark.member.pk)
        if posting is None:
            raise Refused(
                _("%(member)s held no posting on that day.") % {"member": mark.member.name}, code="no-posting"
            )
        indicator = rules.indicator_of(activity.kind_id, posting.organisation.path, posting.role)
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


def _listed(marks: Mapping[int, Mark | Attendance]) -> dict[str, list[object]]:
    return {str(key): [mark.status, mark.quantity, mark.note] for key, mark in marks.items()}
