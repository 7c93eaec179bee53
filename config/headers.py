"""Headers that every page carries, and that Django has no settings for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

# What no page of ours asks a browser for.
FEATURES = """
    accelerometer autoplay camera display-capture encrypted-media fullscreen geolocation gyroscope
    magnetometer microphone midi payment publickey-credentials-get screen-wake-lock usb xr-spatial-tracking
""".split()
PERMISSIONS = ", ".join(f"{feature}=()" for feature in FEATURES)

Answering = Callable[[HttpRequest], HttpResponse]


def page_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Pages are not stored: on a shared computer the way back after signing out leads to none of them.

    Static files are answered before this one is asked, and may be kept for ever.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        patch_cache_control(response, no_store=True, private=True)
        response.headers["Permissions-Policy"] = PERMISSIONS
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return middleware
