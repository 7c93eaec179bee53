"""Who asks: the scope and the hand behind a request, read once for each request."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from members.models import User
from members.scope import Scope
from members.services.by import By

_KEPT_AS = "_scope_of_request"


def scope_of(request: HttpRequest) -> Scope:
    """What the user of the request sees and writes today; nobody in particular sees nothing."""
    scope = getattr(request, _KEPT_AS, None)
    if scope is None:
        scope = Scope.of(request.user, timezone.localdate())
        setattr(request, _KEPT_AS, scope)
    return cast(Scope, scope)


def by_of(request: HttpRequest) -> By:
    """The signed-in user and the moment of the request, as every service takes them."""
    return By(user=cast(User, request.user), now=timezone.now(), scope=scope_of(request))
