"""The members app."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """Organisations, members and the kernel that every other app builds on."""

    name = "members"
    verbose_name = _("Organisations and members")

    def ready(self) -> None:
        """Have closed years guarded: put up after every migration, looked after by a check."""
        post_migrate.connect(_guard, dispatch_uid="closed years are guarded")
        connection_created.connect(_listen, dispatch_uid="refusals of guards have a message")
        register(_check_guards, Tags.database)


def _guard(sender: AppConfig, using: str, **kwargs: Any) -> None:
    from members.services import guards

    guards.install(using=using, app=sender)


def _listen(connection: Any, **kwargs: Any) -> None:
    from members.services import guards

    if guards.refusing not in connection.execute_wrappers:
        connection.execute_wrappers.append(guards.refusing)


def _check_guards(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """A warning for each table that is not guarded: an error would keep the migration that mends it."""
    from members.services import guards

    return [
        Warning(
            f"The database does not refuse what counts in closed years in the table {table}.",
            hint="Run “manage.py migrate”: it puts the triggers up again.",
            id="members.W001",
        )
        for alias in databases or []
        if alias == DEFAULT_DB_ALIAS
        for table in guards.faults(using=alias)
    ]
