"""The tables of the analysis: units, members behind, quarters, indicators, the year before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from members.text import listed
from reports.columns import GRADE, NAME, PACE
from reports.desk.services.analysis.asked import Asked
from reports.desk.services.analysis.before import YearBefore
from reports.desk.services.analysis.gaps import Gap
from reports.desk.services.analysis.paced import Paced
from reports.desk.services.analysis.tabled import Line, Tabled, ordered, ways
from reports.periods import Period
from reports.services.outlook import needs
from reports.services.progress import Completion, Progress, average
from reports.services.spread import Bin
from reports.tables import Align, Column, Words, number, percent, points
from scoring.enums import BandCode

ORGANISATION = Column("code", gettext_lazy("Organisation"), align=Align.START)
WITH_POINTS = Column("members", gettext_lazy("Members with points"), align=Align.END, format=number)
AVERAGE = Column("points", gettext_lazy("Average points"), align=Align.END, format=points)
AVERAGE_PACE = Column("pace", gettext_lazy("Average pace"), align=Align.END, format=points)
BEHIND = Column("behind", gettext_lazy("Behind"), align=Align.END, format=number)
FORECAST = Column("forecast", gettext_lazy("Forecast"), align=Align.END, format=points)
UNITS = (ORGANISATION, WITH_POINTS, AVERAGE, AVERAGE_PACE, BEHIND, FORECAST)
POINTS = Column("points", gettext_lazy("Points"), align=Align.END, format=points)
STILL = Column("needs", gettext_lazy("Still needed"), align=Align.START, empty="")
WORTH = Column("worth", gettext_lazy("Worth"), align=Align.END, format=points)
MEMBER = Column("member", NAME.title, align=Align.START)
SLOW = (MEMBER, ORGANISATION, POINTS, PACE, FORECAST, STILL, WORTH)
QUARTER = Column("quarter", gettext_lazy("Quarter"), align=Align.START)
QUARTERS = (QUARTER, WITH_POINTS, AVERAGE, AVERAGE_PACE, BEHIND)
INDICATOR = Column("indicator", gettext_lazy("Indicator"), align=Align.START)
EARNED = Column("earned", gettext_lazy("Earned"), align=Align.END, format=points)
POSSIBLE = Column("possible", gettext_lazy("Full points"), align=Align.END, format=points)
SHARE = Column("share", gettext_lazy("Completion"), align=Align.END, format=percent)
DUE = Column("due", gettext_lazy("Due by now"), align=Align.END, format=percent)
LAGGING = Column("lagging", gettext_lazy("Lagging"), align=Align.START, empty="")
INDICATORS = (INDICATOR, EARNED, POSSIBLE, SHARE, DUE, LAGGING)
SHORT = Column("short", gettext_lazy("Members short of it"), align=Align.END, format=number)
ASKED = Column("asked", gettext_lazy("Members asked"), align=Align.END, format=number)
MISSING = Column("missing", gettext_lazy("Missing by now"), align=Align.END)
MISSED = (INDICATOR, SHORT, ASKED, MISSING, replace(WORTH, title=gettext_lazy("Points missing by now")))
YEAR = Column("year", gettext_lazy("Year"), align=Align.START)
DAILY = Column("daily", gettext_lazy("Average daily score"), align=Align.END, format=points)
ANNUAL = Column("annual", gettext_lazy("Average annual score"), align=Align.END, format=points)


def units(paced: Iterable[Paced], asked: Asked) -> Tabled:
    """Each unit with its means and how many of its members are behind."""
    page = ways(asked)
    lines = [
        Line(
            (
                one.unit.organisation.name,
                len(one.members),
                average([member.points for member in one.members]),
                average([member.pace for member in one.members if member.pace is not None]),
                sum(member.behind for member in one.members),
                average([value for value in one.forecasts.values() if value is not None]),
            ),
            page(one.unit.organisation.code),
        )
        for one in paced
    ]
    return Tabled("units", _("Units below"), UNITS, ordered(lines, UNITS, asked.order), asked)


def behind(found: Iterable[tuple[Paced, Progress]], asked: Asked) -> Tabled:
    """Those behind, the slowest first, each with the forecast and what is missing to the quotas."""
    lines = []
    for one, member in found:
        score, missing = member.result.score, needs(member)
        lines.append(
            Line(
                (
                    score.name,
                    score.organisation.name,
                    member.points,
                    member.pace,
                    one.forecasts[score.member_id],
                    listed([f"{need.name} {need.number} {need.unit}" for need in missing]),
                    sum(need.worth for need in missing),
                ),
                reverse("member", args=[score.number]) + f"?year={asked.year}",
            )
        )
    lines.sort(key=lambda line: (line.values[3], line.values[2]))
    return Tabled("behind", _("Members behind"), SLOW, tuple(lines))


def quarter(period: Period, running: bool, members: Sequence[Progress]) -> Line:
    """One quarter's row."""
    title = _("%(quarter)s so far") % {"quarter": period.code} if running else period.code
    return Line(
        (
            title,
            len(members),
            average([one.points for one in members]),
            average([one.pace for one in members if one.pace is not None]),
            sum(one.behind for one in members),
        )
    )


def quarters(lines: Sequence[Line]) -> Tabled:
    """The quarters of the year so far."""
    return Tabled("quarters", _("Quarter by quarter"), QUARTERS, tuple(lines))


def gaps(missed: Iterable[Gap]) -> Tabled:
    """The quotas that are missed, with what is missing by now, in this order."""
    lines = [
        Line((
            gap.indicator.name, gap.short, gap.members, f"{gap.missing} {gap.indicator.measure}", gap.worth,
        ))
        for gap in missed
    ]  # fmt: skip
    return Tabled("gaps", _("To be made up for first"), MISSED, tuple(lines))


def indicators(done: Iterable[Completion], weak: Collection[str]) -> Tabled:
    """Each indicator over all members who are asked for it."""
    lines = [
        Line(
            (
                one.name, one.earned, one.points, one.share, one.due,
                _("lagging") if one.indicator.code in weak else None,
            )
        )
        for one in done
    ]  # fmt: skip
    return Tabled("indicators", _("Completion by indicator"), INDICATORS, tuple(lines))


def binned(key: str, title: str, of: Words, bins: Sequence[Bin]) -> Tabled:
    """How many members stand where."""
    first = Column("from", of, align=Align.START)
    return Tabled(key, title, (first, WITH_POINTS), tuple(Line((one.label, one.members)) for one in bins))


def years(before: YearBefore, asked: Asked, members: int, daily: int | None, forecast: int | None) -> Tabled:
    """The year before as it was frozen, this year so far, and its forecast."""
    grades = tuple(
        Column(code, BandCode(code).label, align=Align.END, format=number, group=GRADE.title)
        for code in BandCode.values
    )
    none = (None,) * (1 + len(grades))
    counted = tuple(before.grades[code] for code in BandCode.values)
    lines = (
        Line((str(before.year), before.members, before.daily, before.annual, *counted)),
        Line((_("%(year)s so far") % {"year": asked.year}, members, daily, *none)),
        Line((pgettext("of a year", "%(year)s, forecast") % {"year": asked.year}, members, forecast, *none)),
    )
    return Tabled("years", _("Year on year"), (YEAR, WITH_POINTS, DAILY, ANNUAL, *grades), lines)
