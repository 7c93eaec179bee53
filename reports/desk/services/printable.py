"""What can be printed for an organisation in a year, as the branch's page offers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.periods import Length, Period
from reports.services.printing import PageKind

TITLES: dict[PageKind, Promise] = {
    PageKind.SUMMARY: _("Quarterly summary and analysis"),
    PageKind.NOTICE: _("Half-year notice"),
    PageKind.ANNUAL: _("Annual notice"),
    PageKind.PRAISE: _("List of praise"),
    PageKind.REMINDERS: _("Reminders"),
}
PERIODS = (
    (PageKind.SUMMARY, Length.QUARTER, 4),
    (PageKind.NOTICE, Length.HALF_YEAR, 2),
    (PageKind.ANNUAL, Length.YEAR, 1),
    (PageKind.PRAISE, Length.HALF_YEAR, 2),
    (PageKind.REMINDERS, Length.HALF_YEAR, 2),
)


@dataclass(frozen=True, slots=True)
class Printable:
    """The pages of one kind: the periods of the year that have begun."""

    kind: PageKind
    title: str
    periods: tuple[Period, ...]

    @property
    def freezes(self) -> bool:
        """Whether issuing it freezes figures."""
        return self.kind in (PageKind.NOTICE, PageKind.ANNUAL)


def printable(year: int, today: date) -> list[Printable]:
    """What can be printed: nothing of a period that has not begun."""
    offered = []
    for kind, length, count in PERIODS:
        periods = (Period(year, length, number) for number in range(1, count + 1))
        begun = tuple(period for period in periods if period.first <= today)
        offered.append(Printable(kind, str(TITLES[kind]), begun))
    return offered


def file_name(code: str, kind: str, period: Period) -> str:
    """A name for the file that is downloaded, in letters that every system takes."""
    return f"{code}-{period.code}-{kind}.pdf"
