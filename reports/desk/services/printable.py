"""What can be printed for an organisation in a year, as the branch's page offers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from django.utils.functional import Promise
from django.utils.http import urlencode
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


BY_HAND = "by_hand"
OCCASIONS: dict[str, Promise] = {
    Length.HALF_YEAR.value: _("Half-year"),
    Length.QUARTER.value: _("Quarter"),
    Length.YEAR.value: _("Year"),
    BY_HAND: _("To fill in by hand"),
}
OPEN = 2
"""Of so many of the latest periods of an occasion the pages are at hand; those before are folded."""


@dataclass(frozen=True, slots=True)
class Printable:
    """One page of one period; `kept` is the notice in force, which is printed again.

    `listed` is the order of the members, where one is asked for.
    """

    kind: PageKind
    title: str
    period: Period
    kept: Notice | None = None
    listed: str = ""

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

    @property
    def query(self) -> str:
        """What its address is asked."""
        asked = {"kind": self.kind.value, "period": self.period.code, "order": self.listed}
        return urlencode({name: said for name, said in asked.items() if said})


@dataclass(frozen=True, slots=True)
class Stretch:
    """The pages of one period; `at_hand`: not folded; `running`: what it prints is provisional."""

    title: str
    pages: tuple[Printable, ...]
    at_hand: bool
    running: bool


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is printed on one occasion, the latest period first."""

    title: str
    stretches: tuple[Stretch, ...]


def printable(year: int, today: date, in_force: Iterable[Notice] = (), listed: str = "") -> list[Printable]:
    """What can be printed, or printed again where a notice is in force: nothing of a period not begun."""
    kept = {(one.kind, one.period): one for one in in_force}
    return [
        Printable(kind, str(TITLES[kind]), period, kept.get((kind, period.code)), listed)
        for kind, lengths in PERIODS
        for length, count in lengths
        for period in (Period(year, length, at) for at in range(1, count + 1))
        if period.first <= today
    ]


def occasions(pages: Iterable[Printable], today: date) -> list[Occasion]:
    """The pages by the occasion that they are printed for; forms to fill in are none of a period's."""
    by_occasion: dict[str, dict[Period, list[Printable]]] = {name: {} for name in OCCASIONS}
    for page in pages:
        name = BY_HAND if page.blank else page.period.length.value
        by_occasion[name].setdefault(page.period, []).append(page)
    return [
        Occasion(str(OCCASIONS[name]), tuple(_stretches(periods, today)))
        for name, periods in by_occasion.items()
        if periods
    ]


def _stretches(periods: Mapping[Period, list[Printable]], today: date) -> Iterator[Stretch]:
    latest = sorted(periods, key=attrgetter("last"), reverse=True)
    for place, period in enumerate(latest):
        pages = periods[period]
        running = period.last >= today and not all(page.blank for page in pages)
        yield Stretch(capfirst(period.title), tuple(pages), place < OPEN, running)


def orders(organisation: Organisation, choice: Choice) -> list[Chip]:
    """Ways to the same page with the other order of printed lists; the one in force is current."""
    now = choice.listed or SettingsBook().terms(organisation).order
    return [Chip(capfirst(one.label), choice.query(listed=one.value), one == now) for one in ListOrder]
