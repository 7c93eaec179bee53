"""The admin site: open to whoever holds a duty, and to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from members.scope import Scope


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
        """Whether anybody is signed in who holds a duty today."""
        return self.scope_of(request).anyone

    def scope_of(self, request: HttpRequest) -> Scope:
        """What the user of the request sees and writes."""
        # The site is made while the admin modules are found; imported above, they would register too early.
        from members.access import scope_of

        return scope_of(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Wrap a page: a stranger is sent to sign in; who is signed in without a duty finds nothing here."""
        wrapped = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return wrapped(request, *args, **kwargs)

        inner.__dict__.update(wrapped.__dict__)
        return inner

    def get_urls(self) -> list[Any]:
        """All pages but the redirect to an object's page elsewhere, which would say what exists."""
        return [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]
