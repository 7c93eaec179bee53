"""The sheet of judged standards 定性考核: how far each was fulfilled in a year (I9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.resources import cells, columns, hints
from members.resources.base import Column, Preview, SheetRow
from members.resources.branch import Branch
from members.resources.workbook import Raw
from members.resources.yearly import YEAR
from members.services.by import By
from scoring.models import Judgement
from scoring.resources.of_indicator import OfIndicator, indicator_column
from scoring.resources.words import Indicators, name_of
from scoring.rules.terms import Kind


def fulfilment(raw: Raw) -> Decimal:
    """Return per cent with at most one decimal."""
    return Decimal(cells.percentage(raw)) / 10


class Judged(OfIndicator):
    """Judged standards by member, year and standard."""

    code = "judged"
    title = gettext_lazy("Judged standards")
    table = Judgement
    sets = ("fulfilment", "note")
    columns = (
        columns.number(required=True),
        columns.NAME,
        YEAR,
        indicator_column("道德品行(社会公德、职业道德、家庭美德)"),
        Column(
            "fulfilment",
            "完成比例",
            fulfilment,
            required=True,
            holds=hints.PERCENTAGE,
            example="85.5",
            counts=True,
        ),
        Column("note", "说明", cells.text(200)),
    )

    def offers(self, branch: Branch) -> dict[str, Sequence[str]]:
        return {**super().offers(branch), "indicator": Indicators().words({Kind.JUDGED})}

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
                named = {"indicator": name_of(indicator), "key": indicator.pk}
                yield SheetRow(row.number, {**row.values, **named})
