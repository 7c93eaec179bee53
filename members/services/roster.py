"""The roster's verbs: admit, transfer, change role, end a posting, grant leave, mend a member's facts."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.errors import Refused
from members.models import Leave, Member, Organisation, Posting, Role
from members.models.base import FIRST_YEAR
from members.services import guards, log, recording
from members.services.by import By
from members.services.joining import Stay, refuse_joining

ONE_DAY = timedelta(days=1)


def admit(
    *,
    by: By,
    member: Member,
    organisation: Organisation,
    role: Role,
    start: date,
    end: date | None = None,
) -> Posting:
    """Take a new member onto the roster with the first posting; an empty number is assigned. One log row.

    Raises Refused (number taken, dates wrong, role not to be given there, a closed year there) or OutOfScope.
    """
    with guards.writing():
        recording.permit_organisation(by, organisation.pk)
        if not member.number:
            member.number = next_number()
        member.refresh_keys()
        _clean(member)
        check_member(by=by, member=member)
        member.save(force_insert=True)
        posting = Posting(member=member, organisation=organisation, role=role, start=start, end=end)
        check_posting(posting)
        refuse_joining([Stay.of(posting)])
        posting.save(force_insert=True)
        after = {"member": member.as_logged(), "posting": posting.as_logged()}
        log.record(by=by, verb="admit", obj=member, organisation=organisation, after=after)
    return posting


def correct_member(*, by: By, member: Member) -> None:
    """Store changed facts of a member (name, dates, standing)."""
    member.refresh_keys()
    check_member(by=by, member=member)
    recording.change(by, member, verb="correct member")


def check_member(*, by: By, member: Member) -> None:
    """Raise Refused for a member who is born, or joins the Party, after today."""
    later = [name for name in ("birth_date", "joined_on") if (getattr(member, name) or by.today) > by.today]
    if later:
        raise Refused({name: _("The date lies in the future.") for name in later})


def transfer(*, by: By, member: Member, organisation: Organisation, role: Role, start: date) -> Posting:
    """Post a member elsewhere from `start`; an open posting ends the day before, the past stays as it was.

    Raises Refused when the posting would overlap one that is bounded, or when a closed year is touched.
    """
    with guards.writing():
        recording.permit_members(by, [member.pk])
        recording.permit_organisation(by, organisation.pk)
        closing = member.postings.filter(end__isnull=True, start__lt=start).first()
        posting = Posting(member=member, organisation=organisation, role=role, start=start)
        recording.refuse_closed([member.pk], start.year, None)
        before = {"closes": closing.as_logged()} if closing else None
        if closing is not None:
            closing.end = start - ONE_DAY
            closing.version += 1
            closing.save()
        check_posting(posting)
        refuse_joining([Stay.of(posting)])
        posting.save(force_insert=True)
        log.record(by=by, verb="transfer", obj=posting, organisation=organisation, before=before,
                   after=posting.as_logged())  # fmt: skip
    return posting


def change_role(*, by: By, member: Member, role: Role, start: date) -> Posting:
    """Give a member another role in the same organisation from `start`: a new posting."""
    if start.year < FIRST_YEAR:
        raise Refused({"start": _("The year %(year)s cannot be meant.") % {"year": start.year}})
    held = member.postings.on(start - ONE_DAY).select_related("organisation").first()
    if held is None:
        raise Refused(
            {"start": _("The member holds no posting on the day before, so there is no role to change.")}
        )
    return transfer(by=by, member=member, organisation=held.organisation, role=role, start=start)


def end_posting(*, by: By, posting: Posting, end: date | None) -> None:
    """Set the last day of a posting, or with None open it again; nothing else of it ever changes.

    Raises OutOfScope also for a posting elsewhere of a member who has come from there.
    """
    with guards.writing():
        stored = Posting.objects.select_related("member").get(pk=posting.pk)
        recording.permit_organisation(by, stored.organisation_id)
        ended = stored.end
        stored.version, stored.end = posting.version, end
        check_posting(stored)
        longer = Stay.longer(stored, ended)
        refuse_joining([longer] if longer else [])
        recording.change(by, stored, verb="end posting")
        posting.end, posting.version = stored.end, stored.version


def grant_leave(*, by: By, leave: Leave) -> None:
    """Record a leave, with its reason and who agreed."""
    recording.add(by, leave, verb="grant leave")


def correct_leave(*, by: By, leave: Leave) -> None:
    """Store a changed leave, such as its end."""
    recording.change(by, leave, verb="correct leave")


def withdraw_leave(*, by: By, leave: Leave) -> None:
    """Take a leave back as if it had not been recorded."""
    recording.remove(by, leave, verb="withdraw leave")


def check_posting(posting: Posting) -> None:
    """Raise Refused when the dates, the overlap or a local role forbid the posting."""
    _clean(posting)
    others = Posting.objects.filter(member=posting.member).exclude(pk=posting.pk)
    clash = others.overlapping(posting.start, posting.end).select_related("organisation").first()
    if clash is not None:
        raise Refused(
            {
                "start": _("Overlaps the posting in %(organisation)s from %(start)s.")
                % {"organisation": clash.organisation.name, "start": date_format(clash.start)}
            }
        )
    local = posting.role.organisation
    if local is not None and not posting.organisation.path.startswith(local.path):
        raise Refused(
            {"role": _("This role exists in %(organisation)s only.") % {"organisation": local.name}}
        )


def next_number() -> str:
    """The next free assigned member number: P and seven digits."""
    newest = (
        Member.objects.filter(number__regex=r"^P\d{7}$").order_by("-number").values_list("number", flat=True)
    )
    return f"P{int((newest.first() or 'P0000000')[1:]) + 1:07d}"


def _clean(obj: Member | Posting) -> None:
    try:
        obj.full_clean()
    except ValidationError as error:
        raise Refused(error) from error
