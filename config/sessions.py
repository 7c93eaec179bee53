"""How long somebody stays signed in: half an hour without activity, eight hours at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config import resume
from members.models import User

SIGNED_IN, ACTIVE = "signed-in-at", "active-at"
"""Where a session keeps the moments of sign-in and of the latest request, in seconds."""


WHOSE, SALT = f"{settings.COOKIE_PREFIX}whose", "config.sessions"
"""The cookie that tells whose browser it was last, where no session tells; and the salt of its signature."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that is over, and why."""

    user: User
    reason: str


class SessionRules(LoginRequiredMiddleware):
    """Ends sessions that have lasted long enough; whoever is not signed in then is asked to sign in.

    An ended session stays where it is until it is signed in with again: another window may still hold a form
    that was filled in it, and only the session tells whose that is.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Take an ended session's user away."""
        known = request.session.get(SESSION_KEY)
        if known is None:
            request.left = _left(request)  # type: ignore[attr-defined]
            return
        now = int(timezone.now().timestamp())
        reason = _over(request, now)
        if not reason and request.user.is_authenticated:
            return
        request.user = AnonymousUser()
        user = User.objects.filter(pk=known, is_active=True).first()
        if user is not None:
            reason = reason or _("You have been signed out: the password of the account was changed.")
            request.ended = Ended(user, reason)  # type: ignore[attr-defined]

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Note activity, once a minute, in a session that goes on.

        Let a form that is sent again after its session ended through, once whose it is has signed in.
        """
        if request.user.is_authenticated and not getattr(view_func, "unattended", False):
            _note(request)
        if request.method == "POST" and resume.FIELD in request.POST:
            answer = resume.sent_again(request, sign_in)
            if answer is not None:
                return answer
        return super().process_view(request, view_func, view_args, view_kwargs)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Tell the browser whose it is, once for each who signs in with it."""
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and _named(request) != str(user.pk):
            response.set_signed_cookie(
                WHOSE,
                str(user.pk),
                salt=SALT,
                httponly=True,
                samesite=settings.SESSION_COOKIE_SAMESITE,
                secure=bool(settings.SESSION_COOKIE_SECURE),
            )
        return response

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        """The page to sign in on; a form that came too late is kept in it."""
        ended = ended_of(request) or left_of(request)
        if ended is not None and request.method == "POST":
            return resume.page(request, resume.Kept.from_request(request, ended.user), why=ended.reason)
        return super().handle_no_permission(request, view_func)


def ended_of(request: HttpRequest) -> Ended | None:
    """The session that was over when the request came, if there was one."""
    return getattr(request, "ended", None)


def left_of(request: HttpRequest) -> Ended | None:
    """Whose browser it was, where no session came with the request: signed out elsewhere, or forgotten."""
    return getattr(request, "left", None)


def sign_in(request: HttpRequest, user: User) -> None:
    """Begin a session of the user's; nothing of an ended one goes on in it."""
    if ended_of(request) is not None:
        request.session.flush()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")


def _named(request: HttpRequest) -> str:
    """The key of whose browser it was last; empty where it does not say."""
    return request.get_signed_cookie(WHOSE, default="", salt=SALT) or ""


def _left(request: HttpRequest) -> Ended | None:
    if request.method != "POST" or not (key := _named(request)):
        return None
    user = User.objects.filter(pk=key, is_active=True).first()
    return None if user is None else Ended(user, _("You are no longer signed in."))


def _over(request: HttpRequest, now: int) -> str:
    """Why the session of the request is over, for its user to read; empty while it is not."""
    since, active = request.session.get(SIGNED_IN), request.session.get(ACTIVE)
    if since is None or active is None or now - since > settings.SESSION_AT_MOST:
        hours = settings.SESSION_AT_MOST // 3600
        text = ngettext(
            "You have been signed out: nobody stays signed in for longer than %(hours)s hour.",
            "You have been signed out: nobody stays signed in for longer than %(hours)s hours.",
            hours,
        )
        return text % {"hours": hours}
    if now - active > settings.SESSION_IDLE:
        minutes = settings.SESSION_IDLE // 60
        text = ngettext(
            "You have been signed out after %(minutes)s minute without activity.",
            "You have been signed out after %(minutes)s minutes without activity.",
            minutes,
        )
        return text % {"minutes": minutes}
    return ""


def _note(request: HttpRequest) -> None:
    """Note the moment of a request, unless that was done less than a minute ago: each time is a write."""
    now = int(timezone.now().timestamp())
    if now - request.session[ACTIVE] >= settings.SESSION_NOTED_EVERY:
        request.session[ACTIVE] = now


def begin(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Note the moment of sign-in; every way of signing in sends the signal that leads here."""
    request.session[SIGNED_IN] = request.session[ACTIVE] = int(timezone.now().timestamp())
