"""`manage.py backup`: database and uploads in one file, proved by restoring it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from members.errors import Refused
from members.text import readable
from reports.desk.management.console import ConsoleCommand
from reports.desk.services.backup.making import make


class Command(ConsoleCommand):
    """Writes a backup while people go on working, and tries it out."""

    help = "Back up database and uploads into one new file, tried out by restoring it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--to, --unverified."""
        parser.add_argument(
            "--to",
            metavar="PATH",
            type=readable,
            help="a folder, made where there is none, or a new file, which ends in .tar.gz; "
            "default: DATA_DIR/backups",
        )
        parser.add_argument(
            "--unverified", action="store_true", help="keep it also where it cannot be tried out by restoring"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Back up, and say what is in it; ends non-zero without a file where anything is wrong."""
        to = options["to"] or f"{settings.DATA_DIR}/backups/"
        try:
            made = make(to=to, now=timezone.now(), unverified=options["unverified"])
        except Refused as refusal:
            self.refuse(*refusal.messages)
        facts = made.manifest.facts
        if made.untried:
            self.stderr.write(_("Not tried out: %(why)s") % {"why": made.untried})
        else:
            self.stdout.write(_("Restored aside and compared: rows, scores and log are the same."))
        if facts.faults:
            self.stderr.write(_("The log has %(count)s faults; see “verify”.") % {"count": facts.faults})
        counted = {
            "rows": sum(facts.counts.values()),
            "files": len(made.manifest.files) - 1,
            "log": facts.rows,
            "head": facts.head,
        }
        self.stdout.write(_("%(rows)s rows, %(files)s uploads, %(log)s log rows up to %(head)s") % counted)
        self.stdout.write(str(made.path))
