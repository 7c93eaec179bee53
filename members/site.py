"""The admin site: open to whoever holds a duty, and to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from members.scope import Scope


LEFT_OUT = {"view_on_site", "password_change", "password_change_done"}
"""Pages of Django's site, by name, that are not there."""


class Site(admin.AdminSite):
    """Django's own site, which asks for duties where that one asks for flags."""

    site_title = _("Members’ points")
    site_header = _("Members’ points")
    index_title = _("Data entry")
    site_url = "/"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Many objects at once would pass by the services, one verb and one log row each.
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether anybody is signed in whom a duty leads here today."""
        return self.scope_of(request).anyone

    def scope_of(self, request: HttpRequest) -> Scope:
        """What the user of the request sees and writes."""
        # The site is made while the admin modules are found; imported above, they would register too early.
        from members.access import scope_of

        return scope_of(request)

    def get_urls(self) -> list[Any]:
        """All pages but the redirect to an object's page elsewhere, which would say what exists, and those of
        one's password, which is changed at one address for the whole site.

        A stranger is sent to sign in; who is signed in without a duty finds nothing here. The pages of a
        model say themselves what they are about.
        """
        from members import policy
        from members.access import about

        urls: list[Any] = [url for url in super().get_urls() if getattr(url, "name", None) not in LEFT_OUT]
        for url in urls:
            if isinstance(url, URLPattern):
                url.callback = about(policy.PUBLIC if url.name == "login" else policy.SITE)(url.callback)
        return urls
