"""Accounts of those who sign in: the administrator's verbs. What an account may do are its duties."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.errors import OutOfScope, Refused
from members.models import User
from members.services import guards, log, recording
from members.services.by import By


def correct_account(*, by: By, user: User) -> None:
    """Store an account's full name and whether it may sign in.

    Raises Refused when somebody shuts the own account out, and OutOfScope.
    """
    with guards.writing():
        recording.permit_administration(by)
        stored = User.objects.select_for_update().get(pk=user.pk)
        if by.user is not None and by.user.pk == user.pk and not user.is_active:
            raise Refused({"is_active": _("You cannot shut yourself out.")})
        before = _facts(stored)
        stored.first_name, stored.is_active = user.first_name, user.is_active
        try:
            stored.full_clean()
        except ValidationError as error:
            raise Refused(error) from error
        after = _facts(stored)
        if after != before:
            stored.save(update_fields=["first_name", "is_active"])
            log.record(by=by, verb="correct account", obj=stored, before=before, after=after)


def set_password(*, by: By, user: User, password: str) -> None:
    """Give an account a new password; its sessions elsewhere end. The log does not keep it.

    Another's is to be changed by its user at the next sign-in: then nobody else knows it.
    """
    with guards.writing():
        recording.permit_administration(by)
        _store_password(by, user, password, given=by.user is None or by.user.pk != user.pk)


def choose_password(*, by: By, password: str) -> None:
    """Change the own password, and with it take away what made it one that is to be changed.

    Raises Refused where it is the one that there is, and OutOfScope for the operator, who has none.
    """
    if by.user is None:
        raise OutOfScope
    with guards.writing():
        stored = User.objects.select_for_update().get(pk=by.user.pk)
        if stored.check_password(password):
            raise Refused({"new_password1": _("This is the password that the account has already.")})
        _store_password(by, stored, password, given=False)


def _store_password(by: By, user: User, password: str, *, given: bool) -> None:
    stored = User.objects.select_for_update().get(pk=user.pk)
    stored.set_password(password)
    stored.password_given = given
    stored.save(update_fields=["password", "password_given"])
    log.record(by=by, verb="set password", obj=stored)


def _facts(user: User) -> dict[str, str | bool]:
    return {"username": user.username, "first_name": user.first_name, "is_active": user.is_active}
