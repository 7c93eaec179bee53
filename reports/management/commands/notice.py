"""The command that prints a summary or a notice into a file for PDF, Word or Excel."""

from __future__ import annotations

import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.errors import Refused, why
from members.models import Organisation
from members.services.by import By
from members.text import readable
from reports.enums import ListOrder
from reports.office.files import Format
from reports.periods import Period
from reports.services.printing import PageKind, page_file


class Command(BaseCommand):
    """Print the page of a period for an organisation and all below, each unit from a new page on."""

    help = "Print a page of an organisation: a summary, a notice, cards, sheets or registers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Organisation, period, kind and file."""
        parser.add_argument(
            "--org", required=True, metavar="CODE", type=readable, help="code of the organisation"
        )
        parser.add_argument(
            "--period", required=True, metavar="P", type=readable, help="2026Q1, 2026H1 or 2026"
        )
        parser.add_argument(
            "--kind",
            choices=[kind.value for kind in PageKind],
            help="default: summary for a quarter, notice for a half-year, annual for a year",
        )
        parser.add_argument(
            "--order",
            choices=ListOrder.values,
            help="order of the members within a category; default: what the organisation's settings say",
        )
        parser.add_argument(
            "--empty", action="store_true", help="with --kind forms: empty lines instead of names"
        )
        parser.add_argument(
            "--out",
            required=True,
            metavar="FILE.pdf",
            type=Path,
            help="the file to write; with .docx or .xlsx at its end it is one for Word or Excel",
        )

    def handle(
        self,
        *,
        org: str,
        period: str,
        kind: str | None,
        out: Path,
        order: str | None = None,
        empty: bool = False,
        **options: Any,
    ) -> None:
        """Print, then write; a refusal leaves no file behind and an older one as it was."""
        organisation = Organisation.objects.filter(code=org).first()
        if organisation is None:
            raise CommandError(_("There is no organisation with the code %(code)s.") % {"code": org})
        try:
            page = page_file(
                organisation=organisation,
                period=Period.parse(period),
                by=By.operator(timezone.now()),
                kind=kind,
                order=ListOrder(order) if order else None,
                named=not empty,
                format=_format(out),
            )
        except Refused as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        try:
            write_whole(out, page.content)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(reason)s.") % {"file": out, "reason": why(error)}
            ) from None
        for warning in page.warnings:
            self.stderr.write(self.style.WARNING(warning))
        told = ngettext("%(file)s: %(count)s page", "%(file)s: %(count)s pages", page.pages)
        self.stdout.write(told % {"file": out, "count": page.pages})


def _format(out: Path) -> Format:
    """The format that a file's ending stands for; any other name is given to a PDF."""
    ending = out.suffix.removeprefix(".").lower()
    return next((one for one in Format if one == ending), Format.PDF)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever finds half of it. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    scratch = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        scratch.chmod(0o644)
        scratch.replace(path)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise
