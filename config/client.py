"""Which address a request comes from: what a trusted proxy says, and otherwise the one that is connected."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str | None:
    """The address of the client, or None where it is no address.

    A proxy of FORWARDED_ALLOW_IPS adds to X-Forwarded-For whom it speaks for, at the end. So the last one
    there that is no such proxy is the client; what stands before it anybody may have written.
    """
    connected = request.META.get("REMOTE_ADDR", "")
    if not _trusted(connected):
        return _as_address(connected)
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    for one in reversed(forwarded):
        if "*" in settings.TRUSTED_PROXIES or not _trusted(one):
            return _as_address(one) or _as_address(connected)
    return _as_address(connected)


def _trusted(text: str) -> bool:
    """Whether it is a proxy's; a local socket has no address, and only a proxy is connected to it."""
    if not text or "*" in settings.TRUSTED_PROXIES:
        return True
    found = _as_address(text)
    return found is not None and any(
        ip_address(found) in ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES
    )


def _as_address(text: str) -> str | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
