"""The days for which figures are asked most."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))


def choices(year: int, as_of: date, today: date) -> list[dict[str, object]]:
    """The days asked for most: today, the ends of quarters that are over, the end of the year."""
    days = [date(year, month, day) for month, day in QUARTER_ENDS]
    offered = {day: date_format(day, "MONTH_DAY_FORMAT") for day in days if day <= today or day.month == 12}
    if today.year == year:
        offered[today] = _("Today")
    return [
        {"label": label, "query": f"?year={year}&as_of={day.isoformat()}", "current": day == as_of}
        for day, label in sorted(offered.items())
    ]
