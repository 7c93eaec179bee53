"""`manage.py clear_uploads`: throw away unconfirmed uploads, old orders of notices, and lost files."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from members.services import files, staging
from reports.desk.management.console import ConsoleCommand
from reports.services.jobs import orders


class Command(ConsoleCommand):
    """Does what every upload and every order does too, for installations in which weeks pass without one.

    Swept besides are files older than a day that no row names.
    """

    help = (
        "Throw away uploaded workbooks, and kept files that no row names, older than a day, and "
        "orders of notices older than 30; meant to be run every night."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Throw them away and say how many there were, and which files."""
        now = timezone.now()
        gone, over = staging.discard_old(now=now), orders.clear_old(now=now)
        self.tell(
            [
                _("Uploads thrown away: %(count)s.") % {"count": gone},
                _("Orders of notices thrown away: %(count)s.") % {"count": over},
            ]
        )
        for name in files.sweep(before=now - staging.KEPT_FOR):
            self.tell([_("A file that no record named was deleted: %(name)s") % {"name": name}])
