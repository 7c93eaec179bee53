"""`manage.py clear_uploads`: throw away uploaded workbooks that nobody confirmed within a day."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from members.services import staging
from reports.desk.management.console import ConsoleCommand


class Command(ConsoleCommand):
    """Does what every upload does too; for installations in which weeks pass without one."""

    help = "Throw away uploaded workbooks older than a day; meant to be run every night."

    def handle(self, *args: Any, **options: Any) -> None:
        """Throw them away and say how many there were."""
        gone = staging.discard_old(now=timezone.now())
        self.tell([_("Uploads thrown away: %(count)s.") % {"count": gone}])
