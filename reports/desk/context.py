"""What every template is given: the header."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from members.access import duties_of, scope_of
from members.models import User
from reports.desk.services.header import Header, header


def desk(request: HttpRequest) -> dict[str, object]:
    """The header as `desk`, read when a template first asks for it."""
    return {"desk": SimpleLazyObject(lambda: _header(request))}


def _header(request: HttpRequest) -> Header:
    # A request that was turned away early has no user yet; its error page has a header without a menu.
    user = getattr(request, "user", None)
    half = getattr(request, "half_signed_in", False)  # the password was given, and a code is asked for yet
    if user is None or not user.is_authenticated or half:
        return Header()
    url_name = request.resolver_match.view_name if request.resolver_match else ""
    return header(cast(User, user), duties_of(request), scope_of(request).on, request.path, url_name)
