"""The site's addresses, and some more at which requests come to grief: what error pages are tried on."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as pages


@login_not_required
def fail(request: HttpRequest, status: int) -> HttpResponse:
    """Come to grief with this status."""
    raise {400: BadRequest, 403: PermissionDenied, 404: Http404, 500: RuntimeError}[status]


urlpatterns = [path("grief/<int:status>/", fail), *pages]
