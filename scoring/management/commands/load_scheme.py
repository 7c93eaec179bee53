"""`manage.py load_scheme FILE [--org CODE]`: load and publish a scheme."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from members.errors import Refused, why
from members.models import Organisation
from members.services.by import By
from members.text import readable
from scoring.services.schemefile import SchemeFileError
from scoring.services.schemefile.reading import LARGEST
from scoring.services.schemes import Loaded, load_scheme


class Command(BaseCommand):
    """Loads and publishes a scheme file, for the whole tree or for an organisation and all below it."""

    help = "Load and publish a scheme file; without --org, for the whole tree."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the scheme, a TOML file")
        parser.add_argument(
            "--org", metavar="CODE", type=readable, help="the organisation for which, and for all below it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = None
        if options["org"] is not None:
            organisation = Organisation.objects.filter(code=options["org"]).first()
            if organisation is None:
                self._refuse([_("There is no organisation “%(code)s”.") % {"code": options["org"]}])
        try:
            source = self._source(Path(options["file"]))
            loaded = load_scheme(by=By.operator(timezone.now()), source=source, organisation=organisation)
        except SchemeFileError as error:
            self._refuse([str(problem) for problem in error.problems])
        except Refused as error:
            self._refuse(error.messages)
        except OSError as error:
            self._refuse([_("%(place)s: %(reason)s") % {"place": options["file"], "reason": why(error)}])
        else:
            self.stdout.write(self._told(loaded, organisation))

    def _source(self, path: Path) -> bytes:
        """The file's bytes; of one that is too large only so many that reading refuses it."""
        with path.open("rb") as file:
            return file.read(LARGEST + 1)

    def _told(self, loaded: Loaded, organisation: Organisation | None) -> str:
        scheme = loaded.scheme
        facts = {
            "scheme": f"{scheme.name} {scheme.edition}",
            "place": organisation.name if organisation else _("the whole tree"),
            "day": scheme.effective_from.isoformat(),
        }
        if loaded.published:
            return _("Published %(scheme)s for %(place)s, in force from %(day)s.") % facts
        if loaded.bound:
            return _("%(scheme)s was published already; it now applies to %(place)s too.") % facts
        return _("Nothing changed: %(scheme)s already applies to %(place)s.") % facts

    def _refuse(self, lines: list[str]) -> NoReturn:
        for line in lines:
            self.stderr.write(line)
        sys.exit(1)
