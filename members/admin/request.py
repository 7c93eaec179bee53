"""Who asks, and when: read once for each request, at the edge."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from members.models import User
from members.scope import Scope
from members.services.by import By


def by_of(request: HttpRequest) -> By:
    """The hand behind the request, as services take it; the clock and the duties are read the first time."""
    by: By | None = getattr(request, "by", None)
    if by is None:
        by = By.person(cast(User, request.user), timezone.now())
        request.by = by  # type: ignore[attr-defined]
    return by


def scope_of(request: HttpRequest) -> Scope:
    """What the user of the request sees and writes."""
    return by_of(request).scope
