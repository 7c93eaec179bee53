"""The verbs of the second factor: set up, confirm, check, reset. Its codes are those of RFC 6238."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b32encode
from datetime import datetime
from unicodedata import normalize
from urllib.parse import quote, urlencode

from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from members.errors import Refused
from members.models import SecondFactor, User
from members.services import log, recording
from members.services.by import By

SECONDS, DIGITS, SECRET_BYTES = 30, 6, 20
RECOVERY_CODES, RECOVERY_BYTES = 8, 5
NEIGHBOURS = 1
"""Codes before and after the present one that are taken: clocks differ."""


def confirmed(user: User) -> bool:
    """Whether the account has a second factor that is asked for."""
    return bool(stamp(user))


def stamp(user: User) -> str:
    """What tells the account's factor from one that was reset; empty where none is asked for."""
    factors = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False)
    return next((f"{key}:{at}" for key, at in factors.values_list("pk", "confirmed_at")), "")


def begin(*, user: User) -> SecondFactor:
    """Make a secret for a device that is to be set up; one that was never confirmed is forgotten.

    Raises Refused where there is a factor already.
    """
    with transaction.atomic():
        # Where there is no factor yet, there is none to lock: of two at once the later one waits here.
        User.objects.select_for_update().get(pk=user.pk)
        stored = SecondFactor.objects.filter(user=user).first()
        if stored is not None and stored.confirmed_at is not None:
            raise Refused(_("There is a second factor already; an administrator can reset it."))
        if stored is not None:
            stored.delete()
        return SecondFactor.objects.create(user=user, secret=secrets.token_hex(SECRET_BYTES))


def confirm(*, by: By, code: str) -> list[str]:
    """Begin to ask for the factor of `by`, whose device shows `code`; give the recovery codes, this once.

    Raises Refused for another code, or where nothing is to be confirmed.
    """
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=by.user, confirmed_at=None).first()
        if factor is None:
            raise Refused(_("There is nothing to confirm."))
        if not _is_shown(factor, code, by.now):
            raise Refused({"code": _("This is not the code that the device shows now.")})
        codes = [secrets.token_hex(RECOVERY_BYTES) for _number in range(RECOVERY_CODES)]
        factor.recovery = [_digest(factor, one) for one in codes]
        factor.confirmed_at = by.now
        factor.save()
        log.record(by=by, verb="set second factor", obj=factor.user)
    return codes


def check(*, by: By, code: str) -> bool:
    """Whether it is the code that the device of `by` shows, or a recovery code; either is taken once."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=by.user).first()
        if factor is None or factor.confirmed_at is None:
            return False
        if _is_shown(factor, code, by.now):
            factor.save(update_fields=["last_step"])
            return True
        digest = _digest(factor, code)
        if digest not in factor.recovery:
            return False
        factor.recovery = [one for one in factor.recovery if one != digest]
        factor.save(update_fields=["recovery"])
        log.record(by=by, verb="use recovery code", obj=factor.user, after={"left": len(factor.recovery)})
        return True


def reset(*, by: By, user: User) -> None:
    """Take an account's second factor away, so that it can be set up anew: another administrator's verb.

    Raises Refused for the own one, or where there is none, and OutOfScope.
    """
    with transaction.atomic():
        recording.permit_administration(by)
        if by.user is not None and by.user.pk == user.pk:
            raise Refused(_("The own second factor is reset by another administrator."))
        factor = SecondFactor.objects.select_for_update().filter(user=user).first()
        if factor is None:
            raise Refused(_("This account has no second factor."))
        factor.delete()
        log.record(by=by, verb="reset second factor", obj=user)


def spelled(factor: SecondFactor) -> str:
    """The secret as it is typed into a device that takes no picture, in groups of four."""
    text = b32encode(bytes.fromhex(factor.secret)).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(factor: SecondFactor, issuer: str) -> str:
    """What the picture says: everything that the device must know."""
    label = quote(f"{issuer}:{factor.user.get_username()}")
    said = {"secret": spelled(factor).replace(" ", ""), "issuer": issuer, "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{label}?{urlencode(said)}"


def _is_shown(factor: SecondFactor, code: str, now: datetime) -> bool:
    """Whether the device shows the code about now, and none since; then no code up to it is taken again."""
    digits = normalize("NFKC", code).replace(" ", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) == DIGITS):
        return False
    device = TOTP(bytes.fromhex(factor.secret), step=SECONDS, digits=DIGITS)
    device.time = now.timestamp()
    if not device.verify(int(digits), tolerance=NEIGHBOURS, min_t=factor.last_step + 1):
        return False
    factor.last_step = device.t()
    return True


def _digest(factor: SecondFactor, code: str) -> str:
    text = normalize("NFKC", code).replace(" ", "").replace("-", "").lower()
    return hashlib.sha256(f"{factor.secret}:{text}".encode()).hexdigest()
