"""The columns of the tables that are printed: notices, summaries, forms, lists of names, registers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from reports.periods import day_text
from reports.tables import Align, Column, change, fulfilment, number, points

NUMBER = Column("number", _("No."), width=8, format=number)
NAME = Column("name", _("Name"), width=14)
ROLE = Column("role", _("Role"), align=Align.START, width=40)
BASE = Column("base", _("Base"), align=Align.END, width=12, format=points)
BONUS = Column("bonus", _("Bonus"), align=Align.END, width=11, format=points)
POINTS = Column("points", _("Points"), align=Align.END, width=12, format=points)
CHANGE = Column("change", _("Against before"), align=Align.END, width=12, format=change)
PACE = Column("pace", _("Pace"), align=Align.END, width=9, format=points)
DAILY = Column("daily", _("Daily score"), align=Align.END, width=13, format=points)
APPRAISAL = Column("appraisal", _("Appraisal"), align=Align.END, width=13, format=points)
RANK = Column("rank", _("Rank"), width=8, format=number)
ANNUAL = Column("annual", _("Annual score"), align=Align.END, width=14, format=points)
GRADE = Column("grade", _("Grade"), width=12)
ORGANISATION = Column("organisation", _("Organisation"), align=Align.START, width=36)
REASON = Column("reason", pgettext_lazy("why a member has no points", "Reason"), align=Align.START, width=30)
INDICATOR = Column("indicator", _("Indicator"), align=Align.START, width=42)
DONE = Column("done", _("Done / quota"), width=22, format=fulfilment)
POSSIBLE = Column("possible", _("Full points"), align=Align.END, width=13, format=points)
EARNED = Column("earned", _("Earned"), align=Align.END, width=13, format=points)

CARD = (INDICATOR, DONE, POSSIBLE, EARNED, replace(BONUS, width=14))
NOTICE = (NUMBER, NAME, ROLE, BASE, BONUS, POINTS, RANK)
ANNUAL_NOTICE = (NUMBER, NAME, ROLE, ANNUAL, GRADE, RANK)
UNSCORED = (NUMBER, NAME, ROLE, REASON)
PRAISE = (NUMBER, NAME, ROLE, POINTS, RANK)
MISSING = (INDICATOR, DONE, Column("missing", _("Still missing"), width=18))
APPROVAL = (
    NUMBER, replace(NAME, width=13), replace(ROLE, width=27), DAILY, APPRAISAL,
    replace(ANNUAL, width=13), GRADE, RANK,
)  # fmt: skip
"""The approval form of a year."""
CONFIRMATION = (
    replace(NUMBER, width=9), NAME, replace(ROLE, width=34),
    replace(BASE, width=13), BONUS, replace(POINTS, width=13),
    Column("signature", _("Signature"), width=20, empty=""),
    Column("signed_on", _("Signed on"), width=17, empty=""),
)  # fmt: skip
"""The sheet to confirm points; its last columns are filled in by hand."""
LINE = (replace(NUMBER, width=6), replace(NAME, empty=""))
REMARK = Column("remark", _("Remarks, if any"), width=24, empty="")
"""What every register has before its own columns, and after them."""
ELIGIBLE = (NUMBER, NAME, ORGANISATION, GRADE, replace(ANNUAL, width=15))
NOT_ELIGIBLE = (*ELIGIBLE, Column("reason", _("Why not"), align=Align.START, width=34))
"""Who may be put forward for awards, and who may not, with the reason."""


def summary(
    indicators: Sequence[tuple[str, str]], rows: Sequence[Mapping[str, Any]], changes: bool = True
) -> tuple[Column, ...]:
    """The columns of one category's summary: one for each indicator between role and base.

    Indicators come as code and name. A row holds a tables.Fulfilment under each indicator's code; a role that
    does not require it leaves it out. Without `changes` there is no period before to compare with.
    """
    required = []
    for code, name in indicators:
        characters = max((len(fulfilment(row[code])) for row in rows if row.get(code)), default=0)
        required.append(
            Column(
                code,
                short(name),
                width=max(10.5, 2 + 1.7 * characters),
                format=fulfilment,
                group=_("Done / quota"),
                empty="",
            )
        )
    return (
        replace(NUMBER, width=7),
        replace(NAME, width=13),
        replace(ROLE, width=28),
        *required,
        replace(BASE, width=11),
        replace(BONUS, width=9.5),
        replace(POINTS, width=11.5),
        *((replace(CHANGE, width=12.5),) if changes else ()),
        replace(PACE, width=8),
        replace(RANK, width=7),
    )


def review(titles: Sequence[str]) -> tuple[Column, ...]:
    """The columns of a committee's summary over all organisations, the last ones numbers under these titles.

    The numbers are under `count0`, `count1` …; a row that adds up the others leaves out what is none.
    """
    return (
        replace(NUMBER, width=7, empty=""),
        replace(ORGANISATION, width=38),
        Column("state", _("State"), width=12, empty=""),
        Column("submitted", _("Submitted on"), width=20.5, format=day_text, empty=""),
        Column("until", _("Publicity until"), width=20.5, format=day_text, empty=""),
        Column("objections", _("Open objections"), width=12, format=number),
        *(
            Column(f"count{at}", title, width=max(9, 3 * len(title) + 1), format=number)
            for at, title in enumerate(titles)
        ),
    )


def attendance(meetings: Sequence[tuple[str, int]]) -> tuple[Column, ...]:
    """The columns of a register of attendance: under each name so many, their days to be filled in."""
    day = _("month　day")
    found = [
        Column(f"meeting{at}{place}", day, width=10, group=name, empty="")
        for at, (name, count) in enumerate(meetings)
        for place in range(count)
    ]
    return (*LINE, *found, REMARK)


def occasions(unit: str) -> tuple[Column, ...]:
    """The columns of a register of what is counted in this unit, occasion by occasion."""
    quantity = gettext("Quantity (%(unit)s)") % {"unit": unit}
    return (
        *LINE,
        Column("date", _("Date"), width=18, empty=""),
        Column("quantity", quantity, width=16, empty=""),
        Column("title", _("Whom, what, where"), width=70, empty=""),
        REMARK,
    )


def lasting(names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of a register of what lasts: for each name which one, from when and until when."""
    titles = (("title", _("Which"), 26), ("start", _("From"), 14), ("end", _("Until"), 14))
    found = [
        Column(f"{key}{at}", title, width=width, group=name, empty="")
        for at, name in enumerate(names)
        for key, title, width in titles
    ]
    return (*LINE, *found)


def months() -> tuple[Column, ...]:
    """The columns of a register of what is due month by month."""
    return (*LINE, *(Column(f"month{one}", f"{one}月", width=9, empty="") for one in range(1, 13)), REMARK)


def short(name: str) -> str:
    """An indicator's name without what it explains in brackets, for the head of a narrow column."""
    return re.split(r"[(（]", name, maxsplit=1)[0]
