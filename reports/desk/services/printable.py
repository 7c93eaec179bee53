"""What can be printed for an organisation in a year, as the branch's page offers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from members.models import Organisation
from reports.desk.services.choosing import Chip, Choice
from reports.enums import ListOrder
from reports.models import Notice
from reports.periods import Length, Period
from reports.services.printing import PAPER_ALONE, PageKind
from reports.services.settings import SettingsBook

TITLES: dict[PageKind, Promise] = {
    PageKind.SUMMARY: _("Quarterly summary and analysis"),
    PageKind.NOTICE: _("Half-year notice"),
    PageKind.ANNUAL: _("Annual notice"),
    PageKind.PRAISE: _("List of praise"),
    PageKind.REMINDERS: _("Reminders"),
    PageKind.CARDS: _("Points cards, four to a page"),
    PageKind.CONFIRMATION: _("Sheet to confirm points"),
    PageKind.FORMS: _("Registers to keep by hand"),
}
QUARTERS, HALF_YEARS, YEAR = (Length.QUARTER, 4), (Length.HALF_YEAR, 2), (Length.YEAR, 1)
PERIODS = (
    (PageKind.SUMMARY, (QUARTERS,)),
    (PageKind.NOTICE, (HALF_YEARS,)),
    (PageKind.ANNUAL, (YEAR,)),
    (PageKind.PRAISE, (HALF_YEARS,)),
    (PageKind.REMINDERS, (HALF_YEARS,)),
    (PageKind.CARDS, (QUARTERS, HALF_YEARS, YEAR)),
    (PageKind.CONFIRMATION, (QUARTERS, HALF_YEARS)),
    (PageKind.FORMS, (YEAR,)),
)


@dataclass(frozen=True, slots=True)
class Printable:
    """The pages of one kind: the periods of the year that have begun."""

    kind: PageKind
    title: str
    periods: tuple[Period, ...]
    kept: Mapping[str, Notice] = field(default_factory=dict)
    """By the code of a period the notice that is in force."""

    @property
    def offers(self) -> list[tuple[Period, Notice | None]]:
        """The periods, each with the notice that is printed again; None: there is none to be."""
        return [(period, self.kept.get(period.code)) for period in self.periods]

    @property
    def freezes(self) -> bool:
        """Whether issuing it freezes figures."""
        return self.kind in (PageKind.NOTICE, PageKind.ANNUAL)

    @property
    def edited(self) -> bool:
        """Whether it is made for Word and Excel too."""
        return self.kind not in PAPER_ALONE

    @property
    def blank(self) -> bool:
        """Whether it is filled in by hand, and so may have empty lines instead of names."""
        return self.kind == PageKind.FORMS


def printable(year: int, today: date, in_force: Iterable[Notice] = ()) -> list[Printable]:
    """What can be printed, or printed again where a notice is in force: nothing of a period not begun."""
    notices = list(in_force)
    offered = []
    for kind, lengths in PERIODS:
        periods = (Period(year, length, at) for length, count in lengths for at in range(1, count + 1))
        begun = tuple(period for period in periods if period.first <= today)
        kept = {one.period: one for one in notices if one.kind == kind}
        offered.append(Printable(kind, str(TITLES[kind]), begun, kept))
    return offered


def orders(organisation: Organisation, choice: Choice) -> list[Chip]:
    """Ways to the same page with the other order of printed lists; the one in force is current."""
    now = choice.listed or SettingsBook().terms(organisation).order
    return [Chip(capfirst(one.label), choice.query(listed=one.value), one == now) for one in ListOrder]


def file_name(code: str, kind: str, period: Period) -> str:
    """A name for the file that is downloaded, without its ending, in letters that every system takes."""
    return f"{code}-{period.code}-{kind}"
