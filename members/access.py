"""Who asks: the scope and the hand behind a request, read once, and what each page is about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest
from django.utils import timezone

from members.models import Duty, User
from members.policy import Policy
from members.scope import Scope, duties_in_force
from members.services.by import By

_KEPT_AS = "_duties_and_scope_of_request"


def scope_of(request: HttpRequest) -> Scope:
    """What the user of the request sees and writes today; nobody in particular sees nothing."""
    return _held(request)[1]


def duties_of(request: HttpRequest) -> list[Duty]:
    """The duties of the user of the request that hold today, by kind and place."""
    return _held(request)[0]


def _held(request: HttpRequest) -> tuple[list[Duty], Scope]:
    held = getattr(request, _KEPT_AS, None)
    if held is None:
        on = timezone.localdate()
        duties = duties_in_force(request.user, on)
        held = duties, Scope.holding(request.user, duties, on)
        setattr(request, _KEPT_AS, held)
    return cast(tuple[list[Duty], Scope], held)


def by_of(request: HttpRequest) -> By:
    """The signed-in user and the moment of the request, as every service takes them."""
    return By(user=cast(User, request.user), now=timezone.now(), scope=scope_of(request))


def unattended(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a page that browsers ask for by themselves: being asked for it is nobody's activity."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return view(request, *args, **kwargs)

    page.unattended = True  # type: ignore[attr-defined]
    return page


def about(subject: Policy) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say what a page is about: nobody finds it whose duties do not read that (Http404).

    A stranger is sent to sign in first, unless the page is public. Every address of the site says it;
    `about` of a view tells what it says.
    """

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not subject.reads(scope_of(request)):
                raise Http404
            return view(request, *args, **kwargs)

        page.about = subject  # type: ignore[attr-defined]
        page.login_required = not subject.public  # type: ignore[attr-defined]
        return page

    return declare
