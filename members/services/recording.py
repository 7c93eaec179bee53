"""How every recorded row is written, in one transaction: scope, closed years, version, row, log."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from members.errors import OutOfScope, Refused, Stale
from members.models import Member, Organisation, Recorded, YearLock
from members.services import files, guards, log
from members.services.by import By


def add(by: By, obj: Recorded, *, verb: str) -> None:
    """Insert the row and log it. Raises OutOfScope, or Refused with the reason."""
    with files.together(), guards.writing():
        permit(by, obj)
        _valid(obj)
        files.save(obj, force_insert=True)
        log.record(by=by, verb=verb, obj=obj, organisation=_organisation(obj, by), after=obj.as_logged())


def change(by: By, obj: Recorded, *, verb: str) -> None:
    """Store the changed row over the version it was read at, and log both states.

    Raises OutOfScope, Refused with the reason, or Stale when somebody stored a newer version since.
    """
    with files.together(), guards.writing():
        stored = _stored(obj)
        permit(by, obj, over=stored)
        _valid(obj)
        before = stored.as_logged()
        if before == obj.as_logged():
            return
        read_at, manager = obj.version, type(obj)._base_manager
        if not manager.filter(pk=obj.pk, version=read_at).update(version=F("version") + 1):
            raise Stale(_("Somebody else has changed this meanwhile. Look at it again before you change it."))
        obj.version = read_at + 1
        files.save(obj, force_update=True)
        files.drop(stored, kept=obj)
        # Only now a new file has the name under which it is kept.
        after = obj.as_logged()
        log.record(by=by, verb=verb, obj=obj, organisation=_organisation(obj, by), before=before, after=after)


def remove(by: By, obj: Recorded, *, verb: str) -> None:
    """Delete the row with its files; the log keeps what it said. Raises OutOfScope or Refused."""
    with guards.writing():
        stored = _stored(obj)
        permit(by, stored)
        organisation = _organisation(stored, by)
        key = (stored._meta.label_lower, str(stored.pk))
        before, gone = stored.as_logged(), copy(stored)
        stored.delete()
        files.drop(stored)
        log.record(by=by, verb=verb, obj=key, gone=gone, organisation=organisation, before=before)


def permit(by: By, obj: Recorded, *, over: Recorded | None = None) -> None:
    """Raise unless `by` writes where the row belongs, and `over`, on top of which it is to be stored.

    Also refused is what a closed year holds: OutOfScope for the one, Refused for the other.
    """
    for row in (obj,) if over is None else (over, obj):
        _permit_place(by, row)
    for member_id, first, last in obj.touches(over):
        refuse_closed([member_id], first, last)


def permit_members(by: By, member_ids: Iterable[int]) -> None:
    """Raise OutOfScope unless `by` writes every one of the members."""
    wanted = set(member_ids)
    if by.scope.everything or not wanted:
        return
    if Member.objects.writable_by(by.scope).filter(pk__in=wanted).count() != len(wanted):
        raise OutOfScope


def permit_organisation(by: By, organisation_id: int) -> None:
    """Raise OutOfScope unless `by` writes the organisation's records."""
    if by.scope.everything:
        return
    if not Organisation.objects.writable_by(by.scope).filter(pk=organisation_id).exists():
        raise OutOfScope


def permit_review(by: By, organisation_id: int) -> None:
    """Raise OutOfScope unless a committee's duty of `by` reads the organisation."""
    if by.scope.everything:
        return
    if not Organisation.objects.reviewable_by(by.scope).filter(pk=organisation_id).exists():
        raise OutOfScope


def permit_administration(by: By) -> None:
    """Raise OutOfScope unless `by` is an administrator."""
    if not by.scope.administrator:
        raise OutOfScope


def refuse_closed(member_ids: list[int], first: int, last: int | None) -> None:
    """Raise Refused when approval has closed, for any of the members, a year of the stretch."""
    lock = YearLock.objects.closing(member_ids, first, last).select_related("member").first()
    if lock is not None:
        raise Refused(
            _("The year %(year)s of %(member)s is closed; only the committee can reopen it."),
            params={"year": lock.year, "member": lock.member.name},
            code="closed",
        )


def _permit_place(by: By, row: Recorded) -> None:
    member_id, organisation_id = row.belongs_to_member(), row.belongs_to_organisation()
    if row.administered:
        permit_administration(by)
    elif row.reviewed and organisation_id is not None:
        permit_review(by, organisation_id)
    elif member_id is not None:
        permit_members(by, [member_id])
    elif organisation_id is not None:
        permit_organisation(by, organisation_id)


def _valid(obj: Recorded) -> None:
    try:
        obj.full_clean()
    except ValidationError as error:
        raise Refused(error) from error


def _stored(obj: Recorded) -> Any:
    stored = type(obj).stored(obj.pk)
    if stored is None:
        raise Stale(_("Somebody else has deleted this meanwhile."))
    return stored


def _organisation(obj: Recorded, by: By) -> int | None:
    """Key of the organisation under which the log files the action."""
    organisation_id = obj.belongs_to_organisation()
    member_id = obj.belongs_to_member()
    if organisation_id is None and member_id is not None:
        governing = Member.objects.get(pk=member_id).postings.governing(by.today)
        organisation_id = governing.values_list("organisation", flat=True).first()
    return organisation_id
