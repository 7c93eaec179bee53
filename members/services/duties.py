"""Giving and ending duties, and opening accounts: the administrator's verbs."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from members.enums import DutyKind
from members.errors import Refused
from members.models import Duty, Organisation, User
from members.services import guards, log, recording
from members.services.by import By


def assign_duty(
    *, by: By, user: User, kind: str, organisation: Organisation | None, start: date, end: date | None = None
) -> Duty:
    """Give a user a duty for an organisation and all below it (administrators: for none)."""
    duty = Duty(user=user, kind=kind, organisation=organisation, start=start, end=end)
    save_duty(by=by, duty=duty)
    return duty


def save_duty(*, by: By, duty: Duty) -> None:
    """Store a new or changed duty. Raises Refused for one over scores given to the own account."""
    if by.user is not None and duty.user_id == by.user.pk and duty.kind != DutyKind.ADMINISTRATOR:
        raise Refused({"user": _("Nobody gives a duty over scores to the own account.")})
    write = recording.change if duty.pk else recording.add
    write(by, duty, verb="assign duty")


def withdraw_duty(*, by: By, duty: Duty) -> None:
    """Take a duty back as if it had not been given; to end one, set its last day."""
    recording.remove(by, duty, verb="withdraw duty")


def open_account(*, by: By, username: str, password: str, full_name: str, given: bool = False) -> User:
    """Create an account that may sign in; what it may do comes from the duties given to it.

    A password that was `given`, and not chosen by its user, is to be changed at the first sign-in.
    """
    with guards.writing():
        recording.permit_administration(by)
        user = User.objects.create_user(
            username=username,
            password=password,
            first_name=full_name,
            is_staff=True,
            password_given=given,
        )
        log.record(by=by, verb="open account", obj=user, after={"username": username})
    return user
