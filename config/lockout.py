"""Whoever guesses passwords is locked out for a while: what is kept of it, and the page that says so."""

from __future__ import annotations

from copy import copy
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from config import resume, second_step
from config.client import address

KEPT = ("axes_locked_out", "axes_credentials", "axes_failures_since_start")
"""What the handler tells the rest of the request."""


class Handler(AxesDatabaseHandler):
    """Keeps name, address and moment of failed attempts, which the lock needs, and nothing else of them."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Count a failure; what was typed and with which browser stays out of the database."""
        if request is None:
            return
        bare: Any = copy(request)
        bare.GET = bare.POST = QueryDict()
        bare.axes_user_agent = second_step.CODE if sender == second_step.__name__ else ""
        bare.axes_http_accept = bare.axes_path_info = ""
        super().user_login_failed(sender, credentials, bare, **kwargs)
        for name in KEPT:
            setattr(request, name, getattr(bare, name))

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        """Forget the failures, unless a code is asked for yet: the password must not forget guesses of it."""
        if not second_step.pending(user):
            super().user_logged_in(sender, request, user, **kwargs)


def counted_by(request: HttpRequest, credentials: dict[str, Any] | None) -> list[list[str]]:
    """By what failures are counted: passwords by account and address, codes by the account alone.

    Whoever gets as far as the code knows the password: another address must bring no further tries. With
    passwords it must, or everybody could shut an account out.
    """
    by_address = ["username", "ip_address"]
    return [by_address, ["username", "user_agent"]] if second_step.counts(request) else [by_address]


def named(username: str, ip_address: str, user_agent: str, path: str, request: HttpRequest) -> str:
    """How the log calls who tries to sign in: by address alone."""
    return address(request) or "an unknown address"


def page(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """What who is locked out gets: for how long, and what to do. What was typed before stays in the page."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    if second_step.counts(request):
        return second_step.locked(request, minutes)
    kept = resume.of(request)
    if kept is not None:
        return resume.page(request, kept, locked=minutes)
    context = {"minutes": minutes, "failures": settings.AXES_FAILURE_LIMIT}
    return render(request, "registration/locked.html", context, status=429)
