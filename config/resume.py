"""A form that was sent after its session ended: kept in a page, and sent again once its user signs in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from members.models import User

FIELD = "resume-typed"
SALT = "config.resume"
SLACK = 4096
"""Bytes that are left for the password and the token beside what was typed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed, by whom and at which address; `typed` is None where it cannot be kept."""

    username: str
    user: str
    path: str
    typed: str | None
    files: bool

    @classmethod
    def from_request(cls, request: HttpRequest, user: User) -> Kept:
        """Keep a late form, but no passwords and files, and no more than a request may hold."""
        fields = request.POST.copy()
        fields.pop("csrfmiddlewaretoken", None)
        secret = any("password" in name.lower() for name in fields)
        kept = cls(
            username=user.get_username(),
            user=str(user.pk),
            path=request.get_full_path(),
            typed=None if secret else fields.urlencode(),
            files=bool(request.FILES),
        )
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if limit is not None and len(kept.signed()) > limit - SLACK:
            return cls(kept.username, kept.user, kept.path, None, kept.files)
        return kept

    @classmethod
    def read(cls, text: str, path: str | None = None) -> Kept | None:
        """What `signed` gave, where it is ours, was typed at this address, if any, and not too long ago."""
        try:
            kept = cls(*signing.loads(text, salt=SALT, max_age=settings.SESSION_COOKIE_AGE))
        except (signing.BadSignature, TypeError):
            return None
        return kept if path in (None, kept.path) else None

    def signed(self) -> str:
        """Everything as a text that only we can make."""
        parts = (self.username, self.user, self.path, self.typed, self.files)
        return signing.dumps(parts, salt=SALT, compress=True)


def of(request: HttpRequest) -> Kept | None:
    """What was kept of an earlier request and comes with this one."""
    if request.method != "POST" or FIELD not in request.POST:
        return None
    return Kept.read(request.POST[FIELD], request.get_full_path())


def sent_again(request: HttpRequest, sign_in: Callable[[HttpRequest, User], None]) -> HttpResponse | None:
    """Sign the form's user in, and turn the request into the one that came too late.

    Gives a page where that cannot be, and None where the request may go on to its view.
    """
    kept = of(request)
    if kept is None:
        messages.warning(request, _("What you typed could not be sent again."))
        return HttpResponseRedirect(request.get_full_path())
    if request.user.is_authenticated:
        if str(request.user.pk) != kept.user:
            messages.warning(
                request, _("Somebody else has signed in meanwhile, so what was typed was not sent again.")
            )
            return HttpResponseRedirect(request.get_full_path())
    else:
        given = {"username": kept.username, "password": request.POST.get("password", "")}
        form = AuthenticationForm(request, data=given)
        if not form.is_valid() or str(form.get_user().pk) != kept.user:
            return page(request, kept, wrong=True)
        sign_in(request, form.get_user())
    if kept.typed is None:
        return HttpResponseRedirect(kept.path)
    restore(request, kept)
    return None


def page(
    request: HttpRequest, kept: Kept, *, why: str = "", wrong: bool = False, locked: int = 0
) -> HttpResponse:
    """The page that says that nothing has been saved, keeps what was typed, and asks for the password.

    `why` the session ended; whether the password was `wrong`; for how many minutes it is `locked`.
    """
    context = {
        "kept": kept,
        "field": FIELD,
        "signed": kept.signed(),
        "why": why,
        "wrong": wrong,
        "locked": locked,
        "failures": settings.AXES_FAILURE_LIMIT,
        "known": request.user.is_authenticated,
    }
    return render(request, "registration/expired.html", context, status=429 if locked else 403)


def refused_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose token is not the session's; what was kept earlier is not lost by that.

    It is ours and bound to its user, so it is shown again, to be sent with the token of today. So is a form
    of this site that was filled in before its user signed in anew in another window.
    """
    kept = of(request)
    if kept is None and request.method == "POST" and _from_here(request):
        left = getattr(request, "left", None)
        whose = request.user if request.user.is_authenticated else left.user if left is not None else None
        kept = Kept.from_request(request, whose) if whose is not None else None
    if kept is None or (request.user.is_authenticated and str(request.user.pk) != kept.user):
        return render(request, "403_csrf.html", status=403)
    return page(request, kept)


def _from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent it; what another site sends is never kept."""
    sent_by = request.headers.get("Origin") or request.headers.get("Referer", "")
    here = urlsplit(sent_by)
    return (here.scheme, here.netloc) == (request.scheme, request.get_host())


def restore(request: Any, kept: Kept) -> None:
    """Put what was typed in place of what came with the password or the code."""
    request._post = QueryDict(kept.typed or "", encoding=request.encoding)
    request._files = MultiValueDict()
