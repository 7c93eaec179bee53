"""`manage.py import_data KIND FILE [--dry-run]`: import a spreadsheet, all of it or nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from members.errors import Refused
from members.resources.base import Change, Preview, Verb
from members.resources.limits import WorkbookRefused
from members.resources.workbook import read_workbook
from members.services.by import By
from members.text import listed, readable, strung
from reports.desk.management.console import ConsoleCommand
from reports.desk.resources import KINDS


class Command(ConsoleCommand):
    """Imports one spreadsheet; rows that are refused come one to a line on standard error."""

    help = "Import a spreadsheet. Nothing is written when a row is refused, or with --dry-run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", metavar="KIND", type=readable, help=", ".join(KINDS))
        parser.add_argument("file", metavar="FILE", help="the workbook, an .xlsx file")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["kind"] not in KINDS:
            known = listed(KINDS)
            self.refuse(_("There is no kind “%(kind)s”; one of %(known)s.") % {**options, "known": known})
        path = Path(options["file"])
        try:
            preview = self._import(options["kind"], path, dry_run=options["dry_run"])
        except WorkbookRefused as refused:
            self.refuse(_("%(place)s: %(reason)s") % {"place": path.name, "reason": refused})
        except Refused as error:
            self.refuse(*error.messages)
        self.tell(str(notice) for notice in preview.notices)
        if not preview.ok:
            self.tell([_("Nothing was written.")])
            self.refuse(*preview.refusals())
        self.tell(_told(change) for change in preview.changes if change.verb is Verb.CHANGED or change.also)
        self.tell([_summary(preview, dry_run=options["dry_run"])])

    def _import(self, kind: str, path: Path, *, dry_run: bool) -> Preview:
        """Preview the file and, where it is sound, write it."""
        preview, _written = KINDS[kind].take_in(
            read_workbook(path),
            asks=lambda: By.operator(timezone.now()),
            file_name=readable(path.name),
            agreed=lambda _preview: not dry_run,
        )
        return preview


def _told(change: Change) -> str:
    fields = strung(f"{field.label} {field.old or '—'} → {field.new}" for field in change.fields)
    return _("Row %(row)s, %(label)s: %(fields)s") % {
        "row": change.row,
        "label": change.label,
        "fields": fields,
    }


def _summary(preview: Preview, *, dry_run: bool) -> str:
    counts = preview.counts
    facts = {"new": counts[Verb.NEW], "changed": counts[Verb.CHANGED], "same": counts[Verb.SAME]}
    if preview.changes_nothing:
        return _("Nothing changed: all %(same)s rows are recorded as they stand.") % facts
    if dry_run:
        return _("Would add %(new)s rows and change %(changed)s; %(same)s stay as they are.") % facts
    return _("Added %(new)s rows and changed %(changed)s; %(same)s stay as they are.") % facts
