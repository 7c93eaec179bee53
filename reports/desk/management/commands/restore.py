"""`manage.py restore FILE`: puts a backup in the place of database and uploads."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from members.errors import Refused
from members.text import readable
from reports.desk.management.console import ConsoleCommand
from reports.desk.services.backup.restoring import restore


class Command(ConsoleCommand):
    """Restores a backup, wholly or not at all."""

    help = "Put a backup in the place of database and uploads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, --force."""
        parser.add_argument("file", metavar="FILE", type=readable, help="a file that “backup” has written")
        parser.add_argument(
            "--force", action="store_true", help="replace what this installation holds; back it up first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, and say what was compared and what is to be done; ends non-zero if that fails."""
        try:
            restored = restore(file=Path(options["file"]).absolute(), force=options["force"])
        except Refused as refusal:
            self.refuse(*refusal.messages)
        facts = restored.manifest.facts
        made = localtime(datetime.fromisoformat(restored.manifest.made))
        self.stdout.write(_("The backup of %(moment)s is in place.") % {"moment": f"{made:%Y-%m-%d %H:%M}"})
        counted = {"rows": sum(facts.counts.values()), "log": facts.rows, "head": facts.head}
        if restored.outdated:
            self.stdout.write(_("Compared: %(rows)s rows, %(log)s log rows up to %(head)s.") % counted)
            self.stdout.write(_("Its tables are of an earlier version: run “migrate”, then “verify”."))
        else:
            self.stdout.write(
                _("Compared: %(rows)s rows, all scores, %(log)s log rows up to %(head)s.") % counted
            )
        self.stdout.write(_("Everybody has to sign in again. A server that runs should be restarted."))
