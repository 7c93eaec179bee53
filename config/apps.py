"""The admin app with the project's own site."""

from django.contrib import admin
from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    """Django's admin, opened by duties."""

    default_site = "members.site.Site"

    def ready(self) -> None:
        """Find every app's pages; what a user may do comes from duties, so groups have none."""
        from django.contrib.auth.models import Group

        super().ready()
        admin.site.unregister(Group)
