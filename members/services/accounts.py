"""Accounts of those who sign in: the administrator's verbs. What an account may do are its duties."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from members.errors import Refused
from members.models import User
from members.services import log, recording
from members.services.by import By


def correct_account(*, by: By, user: User) -> None:
    """Store an account's full name and whether it may sign in.

    Raises Refused when somebody shuts the own account out, and OutOfScope.
    """
    with transaction.atomic():
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
    """Give an account a new password; its sessions elsewhere end. The log does not keep it."""
    with transaction.atomic():
        recording.permit_administration(by)
        stored = User.objects.select_for_update().get(pk=user.pk)
        stored.set_password(password)
        stored.save(update_fields=["password"])
        log.record(by=by, verb="set password", obj=stored)


def _facts(user: User) -> dict[str, str | bool]:
    return {"username": user.username, "first_name": user.first_name, "is_active": user.is_active}
