"""The sheet of tallies 民主测评: the votes on each member in a year 【三(二)】."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from appraisal.enums import TallySource
from appraisal.models import Tally
from members.resources import cells, columns
from members.resources.base import Column
from members.resources.yearly import YEAR, Yearly

votes = cells.whole(0)


class Tallies(Yearly):
    """Tallies by member and year; a column headed 一般 is 合格 (I3)."""

    code = "tallies"
    title = gettext_lazy("Democratic appraisal")
    table = Tally
    sets = ("excellent", "good", "passed", "poor", "blank", "invalid")
    marks = {"source": TallySource.IMPORTED}
    columns = (
        YEAR,
        columns.number(required=True),
        columns.NAME,
        Column("excellent", "优秀", votes, required=True),
        Column("good", "良好", votes, required=True),
        Column("passed", "合格", votes, required=True, also=("一般",)),
        Column("poor", "差", votes, required=True),
        Column("blank", "空白", votes),
        Column("invalid", "无效", votes),
    )
