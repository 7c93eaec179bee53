"""A branch on the first page of whoever keeps its records: what is due there, who is behind and on what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal.services.results import results
from members.addresses import KEY, addresses
from members.models import Organisation, Posting
from members.scope import Scope
from members.text import strung
from reports.desk.services.ballots_due import ballot_year
from reports.desk.services.home_due import Due, due
from reports.services.progress import Progress, progress, quarter_of
from reports.tables import points
from scoring.models import Entry
from scoring.rules.terms import Kind
from scoring.services.roll import MOST, kept
from scoring.services.scores import NoScheme
from scoring.services.standards import StandardsBook

SHOWN = 12
"""So many of those behind are shown, the slowest first."""
GAPS = 2
"""So many of the indicators furthest from their quota are told of each."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An indicator short of its quota: what is asked, and what is done of it, `part` in per cent."""

    wording: str
    done: int
    quota: int
    unit: str
    part: int

    @property
    def short_of(self) -> str:
        """What is done of the quota, as in `2 of 6 次`."""
        return _("%(done)s of %(quota)s %(unit)s") % {
            "done": self.done,
            "quota": self.quota,
            "unit": self.unit,
        }


@dataclass(frozen=True, slots=True)
class Lagging:
    """A member who is behind: the pace as it is printed, and the indicators furthest from their quota."""

    url: str
    name: str
    pace: str
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A branch whose records are kept.

    `members` are those whose records it keeps, of whom some posting may have ended; `posted` those posted
    there on the day, as its table of scores shows them. `crowded`: more members than go on one page. `more`:
    so many more are behind than are shown.
    `from_quarter` is the quarter from which somebody can be behind, where it has not begun. `problem` says
    why there are no scores.
    """

    organisation: Organisation
    on: date
    members: int
    posted: int
    crowded: bool
    recorded: bool
    due: Sequence[Due]
    behind: Sequence[Lagging]
    more: int
    from_quarter: int | None
    problem: str

    @property
    def year(self) -> int:
        """The year of the day."""
        return self.on.year

    @property
    def ballot_year(self) -> int:
        """The year whose ballot is at hand."""
        return ballot_year(self.on)


def kept_branch(organisation: Organisation, scope: Scope) -> Kept:
    """The branch as of the scope's day: one scoring of it, and none of a crowded one."""
    here = Posting.objects.on(scope.on).filter(organisation__path__startswith=organisation.path)
    posted = Exists(here.filter(member=OuterRef("pk")))
    held = dict(kept(organisation, scope).order_by().annotate(posted=posted).values_list("pk", "posted"))
    members = set(held)
    crowded = len(members) > MOST
    book = StandardsBook.for_year(scope.on.year)
    mine = kept(organisation, scope) if crowded else members
    entries = Entry.objects.dated(scope.on.year, scope.on).filter(member__in=mine)
    page = addresses(reverse("member", args=[KEY]))
    behind: list[Progress] = []
    from_quarter, problem = None, ""
    if not crowded:
        try:
            behind, from_quarter = _behind(organisation, members, book, scope.on)
        except NoScheme as error:
            problem = strung(error.messages)
    return Kept(
        organisation=organisation,
        on=scope.on,
        members=len(members),
        posted=sum(held.values()),
        crowded=crowded,
        recorded=entries.exists(),
        due=due(organisation, scope, book, crowded=crowded),
        behind=[_lagging(one, page) for one in behind[:SHOWN]],
        more=max(0, len(behind) - SHOWN),
        from_quarter=from_quarter,
        problem=problem,
    )


def _behind(
    organisation: Organisation, members: set[int], book: StandardsBook, on: date
) -> tuple[list[Progress], int | None]:
    """Who is behind, the slowest first; and from which quarter on somebody can be, where that is to come."""
    found: list[Progress] = []
    first = 1
    for unit in results(year=on.year, as_of=on, within=organisation, annual_too=False, book=book):
        if unit.scheme is None:
            continue
        first = max(first, unit.scheme.behind_from_quarter)
        made = progress(unit.results, unit.scheme, as_of=on)
        found += [one for one in made.everybody() if one.behind and one.result.score.member_id in members]
    found.sort(key=lambda one: (one.pace or 0, one.result.score.number))
    return found, first if quarter_of(on) < first else None


def _lagging(one: Progress, page: Callable[[object], str]) -> Lagging:
    score = one.result.score
    lines = score.daily.lines if score.daily else ()
    gaps = [
        (line.done * 100 // line.quota, line.earned - line.points, row.indicator.order, line, row)
        for line, row in zip(lines, score.role.requirements, strict=True)
        if line.kind != Kind.JUDGED and not line.waived and line.quota and line.done < line.quota
    ]
    # The least part done goes first; of equal ones that which is worth most.
    gaps.sort(key=lambda gap: gap[:3])
    return Lagging(
        url=page(score.number),
        name=score.name,
        pace=points(one.pace or 0),
        gaps=tuple(
            Gap(row.wording, line.done, line.quota or 0, row.indicator.measure, part)
            for part, _missing, _order, line, row in gaps[:GAPS]
        ),
    )
