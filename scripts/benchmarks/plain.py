"""What pages are held against: Django's own admin as it comes, over one branch, and a page that is empty."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from members.models import Member

ENGINE = {
    "NAME": "plain",
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]
    },
}
"""Templates as `startproject` sets them: Django's, and none of ours."""


class Plain(admin.ModelAdmin):  # type: ignore[type-arg]  # no subscript at run time
    """Members with nothing set but three columns."""

    list_display = ("number", "name", "standing")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        """The members of the branch whose code is set."""
        return super().get_queryset(request).filter(postings__organisation__code=settings.PLAIN_BRANCH)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Django's list in Django's templates."""
        response = super().changelist_view(request, extra_context)
        response.using = ENGINE["NAME"]  # type: ignore[attr-defined]
        return response


def empty(request: HttpRequest) -> HttpResponse:
    """The frame that all pages have, for whoever is signed in, and nothing in it."""
    return render(request, "base.html")


site = admin.AdminSite("plain")
site.register(Member, Plain)
urlpatterns = [
    path("plain/", site.urls),
    path("empty/", empty, name="empty"),
    path("", include("config.urls")),
]
