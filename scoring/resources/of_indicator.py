"""What judged standards and waivers have in common: one record for a member, a year and an indicator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from members.resources import cells, hints
from members.resources.base import Column, SheetRow
from members.resources.stored import values_of
from members.resources.yearly import Yearly
from members.scope import Scope
from scoring.resources.words import Indicators


def indicator_column(example: str) -> Column:
    """Return the column of the indicator, by code or name."""
    text = cells.text(120)
    return Column("indicator", "考核项目", text, required=True, holds=hints.INDICATOR, example=example)


class OfIndicator(Yearly):
    """The base of both; the columns stand in the order number, name, year, indicator, and what is set."""

    key_columns = ("indicator_id",)

    def place(self, row: SheetRow) -> dict[str, Any]:
        return {"indicator_id": row.values["key"]}

    def stored_rows(self, chosen: QuerySet[Any], scope: Scope) -> Iterator[Sequence[Any]]:
        indicators = Indicators()
        names = ("member__number", "member__name", "year", "indicator", *self.sets)
        for number, name, year, indicator, *rest in values_of(chosen, *names):
            yield number, name, year, indicators.word(indicator), *rest
