"""What can be printed for an organisation in a year, as the branch's page offers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from operator import attrgetter
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from members.models import Organisation
from reports.desk.services.choosing import Chip, Choice
from reports.enums import ListOrder
from reports.models import Notice
from reports.periods import Length, Period
from reports.services.printing import PAPER_ALONE, PageKind

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
LINK = '<a class="{}" href="{}">{}<span class="hidden-visually">: {}</span></a>'
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


class Offer(NamedTuple):
    """A page as it is offered: the notice in force that is printed again, if any, and its links as markup."""

    title: str
    kept: Notice | None
    ways: SafeString


@dataclass(frozen=True, slots=True)
class Stretch:
    """The pages of one period; `at_hand`: not folded; `running`: what it prints is provisional."""

    title: str
    pages: tuple[Offer, ...]
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


class Offering:
    """What offers the pages of an organisation: with `issuing` a notice is issued where none is in force.

    `several` says that the notices of the units below are issued with it.
    """

    def __init__(self, organisation: Organisation, today: date, *, issuing: bool, several: bool) -> None:
        self._code, self._today = organisation.code, today
        self._issuing, self._several = issuing, several
        self._printing = reverse("branch_print", args=[organisation.code])
        self._notices = reverse("branch_notices", args=[organisation.code])

    def occasions(self, pages: Iterable[Printable]) -> list[Occasion]:
        """The pages by the occasion that they are printed for; forms to fill in are none of a period's."""
        by_occasion: dict[str, dict[Period, list[Printable]]] = {name: {} for name in OCCASIONS}
        for page in pages:
            name = BY_HAND if page.blank else page.period.length.value
            by_occasion[name].setdefault(page.period, []).append(page)
        return [
            Occasion(str(OCCASIONS[name]), tuple(self._stretches(periods)))
            for name, periods in by_occasion.items()
            if periods
        ]

    def _stretches(self, periods: Mapping[Period, list[Printable]]) -> Iterator[Stretch]:
        latest = sorted(periods, key=attrgetter("last"), reverse=True)
        for place, period in enumerate(latest):
            pages, title = periods[period], period.title
            running = period.last >= self._today and not all(page.blank for page in pages)
            offers = [Offer(page.title, page.kept, self._markup(page, title)) for page in pages]
            yield Stretch(capfirst(title), tuple(offers), place < OPEN, running)

    def _markup(self, page: Printable, period: str) -> SafeString:
        said = escape(f"{page.title} {period}")
        ways = [
            LINK.format(look, escape(address), escape(label), said)
            for look, address, label in self._ways(page)
        ]
        return SafeString("\n".join(ways))

    def _ways(self, page: Printable) -> Iterator[tuple[str, str, str]]:
        """Class, address and label of each link."""
        asked = f"{self._printing}?{page.query}&"
        if page.kept is not None:
            asked = reverse("notice_paper", args=[self._code, page.kept.pk]) + "?"
            yield "", asked[:-1], gettext("Print again")
        elif page.freezes and self._issuing and page.period.last < self._today:
            below = "&below=1" if self._several else ""
            yield "button", f"{self._notices}?{page.query}{below}", pgettext("a notice", "Issue")
        else:
            yield "", asked[:-1], "PDF"
        if page.blank:
            yield "", f"{asked}names=none", gettext("With empty lines")
        if page.edited:
            yield "", f"{asked}format=docx", gettext("As Word")
            yield "", f"{asked}format=xlsx", gettext("As Excel")


def orders(usual: ListOrder, choice: Choice) -> list[Chip]:
    """Ways to the same page with the other order of printed lists; the one in force is current."""
    now = choice.listed or usual
    return [Chip(capfirst(one.label), choice.query(listed=one.value), one == now) for one in ListOrder]
