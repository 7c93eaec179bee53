"""The admin app with the project's own site."""

from django.contrib import admin
from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    """Django's admin, opened by duties; and what has to be known before the first request."""

    default_site = "members.site.Site"

    def ready(self) -> None:
        """Find every app's pages, and date every session.

        Groups have no page, since duties decide; nor has the queue, whose orders have their own.
        """
        from django.contrib.auth.models import Group
        from django.contrib.auth.signals import user_logged_in
        from django_tasks_db.models import DBTaskResult

        from config.sessions import begin

        super().ready()
        user_logged_in.connect(begin)
        admin.site.unregister([Group, DBTaskResult])
