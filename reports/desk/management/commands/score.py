"""`manage.py score YEAR`: the scores of a year, worked out and not stored."""

from __future__ import annotations

import csv
import json
import re
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from io import StringIO
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from appraisal.services.results import Result, results
from members.models import Organisation
from members.resources.cells import harmless
from members.text import readable
from reports.desk.management.console import ConsoleCommand, aligned
from reports.desk.services import listing
from reports.tables import Column, Table
from scoring.services.scores import NoScheme

FIRST_YEAR, LAST_YEAR = 2000, 2100


class Found(NamedTuple):
    """What is printed of one result: the organisation that ranks it, the member's number, row or object."""

    unit: Organisation
    number: str
    shown: Any


class Command(ConsoleCommand):
    """Prints every member's score of a year with its rank, for people or for machines."""

    help = "Scores of a year, without storing anything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """YEAR, --org, --as-of, --format."""
        parser.add_argument("year", metavar="YEAR", type=readable, help="the year, such as 2026")
        parser.add_argument("--org", metavar="CODE", type=readable, help="this organisation and all below it")
        parser.add_argument(
            "--as-of", metavar="DATE", type=readable, help="a day of the year; without it, 31 December"
        )
        parser.add_argument(
            "--format", choices=("table", "json", "csv"), default="table", help="default: table"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Score, then print all at once: a refusal comes before any output."""
        year = self._year(options["year"])
        as_of = self._day(options["as_of"], year)
        within = self._organisation(options["org"])
        machine = options["format"] == "json"
        try:
            found = list(self._found(year, as_of, within, self._object if machine else listing.row))
        except NoScheme as error:
            self.refuse(*error.messages)
        if not found and not machine:
            place = within.name if within else _("the whole tree")
            self.refuse(
                _("No member of %(place)s held a posting on %(day)s.") % {"place": place, "day": as_of}
            )
        if machine:
            self.tell(self._json(found))
            return
        columns = listing.columns(year_end=as_of == date(year, 12, 31))
        self.tell((self._csv if options["format"] == "csv" else self._table)(found, columns))

    def _year(self, text: str) -> int:
        if not re.fullmatch(r"[0-9]{4}", str(text)) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
            self.refuse(
                _("“%(text)s” is not a year from %(first)s to %(last)s.")
                % {"text": text, "first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return int(text)

    def _day(self, text: str | None, year: int) -> date:
        if text is None:
            return date(year, 12, 31)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.refuse(_("“%(text)s” is not a date: write 2026-06-30.") % {"text": text})
        if day.year != year:
            self.refuse(_("%(day)s is not a day of %(year)s.") % {"day": day, "year": year})
        return day

    def _organisation(self, code: str | None) -> Organisation | None:
        if code is None:
            return None
        organisation = Organisation.objects.filter(code=code).first()
        if organisation is None:
            self.refuse(_("There is no organisation “%(code)s”.") % {"code": code})
        return organisation

    def _found(
        self, year: int, as_of: date, within: Organisation | None, form: Callable[[Result], Any]
    ) -> Iterator[Found]:
        """What is printed of each result; ranks are those of the whole unit, whatever part is asked for."""
        for unit in results(year=year, as_of=as_of, within=within):
            for result in unit.results:
                if within is None or result.lies_in(within):
                    yield Found(unit.organisation, result.score.number, form(result))

    def _object(self, result: Result) -> str:
        return json.dumps(listing.as_object(result), ensure_ascii=False)

    def _json(self, found: list[Found]) -> Iterator[str]:
        if not found:
            yield "[]"
        found.sort(key=attrgetter("number"))
        for place, one in enumerate(found, start=1):
            yield f"{'[' if place == 1 else ' '}{one.shown}{',' if place < len(found) else ']'}"

    def _csv(self, found: list[Found], columns: tuple[Column, ...]) -> Iterator[str]:
        found.sort(key=attrgetter("number"))
        columns = tuple(replace(column, empty="") for column in columns)
        lines = StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow([str(column.title) for column in columns])
        table = Table(columns, [one.shown for one in found])
        writer.writerows([harmless(cell.text) for cell in row] for row in table.body())
        yield lines.getvalue()

    def _table(self, found: list[Found], columns: tuple[Column, ...]) -> Iterator[str]:
        for place, (unit, members) in enumerate(groupby(found, key=attrgetter("unit"))):
            if place:
                yield ""
            yield f"{unit.name} {unit.code}"
            yield from aligned(Table(columns, [one.shown for one in members]))
