"""The sheet of waivers 免考: waivable indicators from which members are excused for a year (I12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.resources import cells, columns
from members.resources.base import Column, Preview, SheetRow
from members.resources.branch import Branch
from members.resources.people import People, Person
from members.resources.yearly import YEAR
from members.services.by import By
from scoring.models import Requirement, Waiver
from scoring.resources.of_indicator import OfIndicator, indicator_column
from scoring.resources.words import Indicators, name_of
from scoring.services.standards import StandardsBook


class Waivers(OfIndicator):
    """Waivers by member, year and indicator."""

    code = "waivers"
    title = gettext_lazy("Waivers")
    table = Waiver
    sets = ("reason",)
    columns = (
        columns.number(required=True),
        columns.NAME,
        YEAR,
        indicator_column("为群众办实事"),
        Column("reason", "事由", cells.text(200), required=True, example="长期卧病"),
    )

    def __init__(self) -> None:
        self._books: dict[int, StandardsBook] = {}

    def offers(self, branch: Branch) -> dict[str, Sequence[str]]:
        waivable = Requirement.objects.filter(waivable=True).values_list("indicator", flat=True)
        indicators = Indicators()
        words = [indicators.word(key) for key in sorted(set(waivable))]
        return {**super().offers(branch), "indicator": words}

    def known(self, rows: list[SheetRow], preview: Preview, by: By) -> Iterable[SheetRow]:
        indicators = Indicators()
        for row in rows:
            indicator, reason = indicators.find(row.values["indicator"])
            if indicator is None:
                preview.problem(row.number, "indicator", reason)
            else:
                named = {"indicator": name_of(indicator), "key": indicator.pk, "code": indicator.code}
                yield SheetRow(row.number, {**row.values, **named})

    def check(self, row: SheetRow, person: Person, people: People, preview: Preview) -> None:
        year = row.values["year"]
        held = [
            posted
            for posted in people.postings(person.key)
            if posted.start <= date(year, 12, 31) and (posted.end is None or posted.end >= date(year, 1, 1))
        ]
        requirement = None
        if held:
            book = self._books.get(year) or self._books.setdefault(year, StandardsBook.for_year(year))
            role = book.role(held[-1].path, held[-1].role)
            requirement = role.requirement(row.values["code"]) if role else None
        if requirement is None:
            reason = _("is not required of the member's role in that year")
            preview.problem(row.number, "indicator", reason)
        elif not requirement.waivable:
            preview.problem(row.number, "indicator", _("cannot be waived"))
