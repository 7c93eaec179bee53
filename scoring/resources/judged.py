"""The sheet of judged standards 定性考核: how far each was fulfilled in a year (I9)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.resources import cells, columns
from members.resources.base import Column, Preview, SheetRow
from members.resources.workbook import Raw
from members.resources.yearly import YEAR, Yearly
from members.services.by import By
from scoring.models import Judgement
from scoring.resources.words import Indicators
from scoring.rules.terms import Kind


def fulfilment(raw: Raw) -> Decimal:
    """Return per cent with at most one decimal."""
    return Decimal(cells.percentage(raw)) / 10


def indicator_column() -> Column:
    """Return the column of the indicator, by code or name."""
    return Column("indicator", "考核项目", cells.text(120), required=True)


class Judged(Yearly):
    """Judged standards by member, year and standard."""

    code = "judged"
    title = gettext_lazy("Judged standards")
    table = Judgement
    key_columns = ("indicator_id",)
    sets = ("fulfilment", "note")
    columns = (
        columns.number(required=True),
        columns.NAME,
        YEAR,
        indicator_column(),
        Column("fulfilment", "完成比例", fulfilment, required=True),
        Column("note", "说明", cells.text(200)),
    )

    def known(self, rows: list[SheetRow], preview: Preview, by: By) -> Iterable[SheetRow]:
        indicators = Indicators()
        for row in rows:
            indicator, reason = indicators.find(row.values["indicator"])
            if indicator is None:
                preview.problem(row.number, "indicator", reason)
            elif indicator.kind != Kind.JUDGED:
                reason = _("is counted by entries, not judged: import it as entries")
                preview.problem(row.number, "indicator", reason)
            else:
                yield SheetRow(row.number, {**row.values, "key": indicator.pk})

    def place(self, row: SheetRow) -> dict[str, Any]:
        return {"indicator_id": row.values["key"]}
