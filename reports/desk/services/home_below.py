"""The branches below on the first page: what is recorded in each, and how far its members have come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from django.db.models import Count, Max, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy

from appraisal.services.results import results
from members.enums import OrganisationKind
from members.markup import cell_attributes, short
from members.models import Organisation
from reports.desk.services.analysis.tables import AVERAGE, AVERAGE_PACE, BEHIND, ORGANISATION
from reports.desk.services.units import Below, below
from reports.services.progress import UnitProgress, average, progress
from reports.tables import Align, Column, number, points
from scoring.models import Entry
from scoring.rules.exact import Hundredths
from scoring.services.effective import upwards
from scoring.services.scores import CHUNK, NoScheme

MEMBERS = Column("members", pgettext_lazy("how many", "Members"), align=Align.END, format=number)
ENTRIES = Column("entries", pgettext_lazy("how many", "Entries"), align=Align.END, format=number)
LAST = Column("last", gettext_lazy("Last entry"), align=Align.START)
RECORDED = (ORGANISATION, MEMBERS, ENTRIES, LAST)
COME = (AVERAGE_PACE, BEHIND, AVERAGE)
LOOKS = {LAST.key: "half nowrap", AVERAGE.key: "half"}
LATER = "…"
"""What stands for figures that can be asked for."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How far the members of a branch have come: means in hundredths, and how many are behind."""

    pace: Hundredths | None
    points: Hundredths | None
    behind: int


@dataclass(frozen=True, slots=True)
class Overseen:
    """A branch with its members on the day, the entries of this year of theirs, and the date of the last.

    `above` is the unit that it stands under, if that is seen too.
    """

    unit: Below
    above: Below | None
    entries: int
    last: date | None
    progress: Pace | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The branches below, the longest without an entry first, or `by_pace` the slowest.

    `paced`: with pace and points; `awaited`: these can be asked for.
    `too_many`: there are more members than are scored at once. `problem` says why there are no scores.
    """

    tops: Sequence[Organisation]
    rows: Sequence[Overseen]
    members: int
    paced: bool
    by_pace: bool
    too_many: bool
    problem: str

    @property
    def awaited(self) -> bool:
        """Whether pace and points are not there and can be asked for."""
        return bool(self.members) and not (self.paced or self.too_many or self.problem)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of its table."""
        return (*RECORDED, *COME) if self.paced or self.awaited else RECORDED

    @property
    def body(self) -> SafeString:
        """Its rows as markup: they are hundreds, and a template takes several steps for each cell."""
        looks = [
            cell_attributes(f"{column.align} {LOOKS.get(column.key, '')}".strip(), str(column.title))
            for column in self.columns[1:]
        ]
        return SafeString("".join([_markup(row, looks, self.paced) for row in self.rows]))


def overview(
    organisations: Sequence[Organisation], on: date, *, paced: bool, by_pace: bool = False
) -> Overview | None:
    """The branches of these subtrees, as of the day; None without organisations.

    Three queries; with `paced` also one scoring, unless there are more members than one round scores. The
    order is the same with pace and without, unless it is to be `by_pace`.
    """
    if not organisations:
        return None
    listed = below(organisations, on)
    by_path = {unit.organisation.path: unit for unit in listed}
    members = sum(unit.members for unit in listed)
    too_many = members > CHUNK
    found: dict[int, Pace] = {}
    problem = ""
    if paced and not too_many:
        try:
            found = dict(_paces(_tops(organisations), on))
        except NoScheme as error:
            problem = " ".join(error.messages)
    entries, last = _entries(organisations, on, by_path)
    rows = [
        Overseen(
            unit=unit,
            above=_above(unit.organisation, by_path),
            entries=entries[path],
            last=last.get(path),
            progress=found.get(unit.organisation.pk),
        )
        for path, unit in by_path.items()
        if unit.members or unit.organisation.kind == OrganisationKind.BRANCH
    ]
    return Overview(
        tops=_tops(organisations),
        rows=sorted(rows, key=_slowest if by_pace and found else _longest_without),
        members=members,
        paced=bool(found),
        by_pace=by_pace and bool(found),
        too_many=too_many,
        problem=problem,
    )


def _markup(row: Overseen, looks: Sequence[str], paced: bool) -> str:
    """A row; where it has no figures of its members they are to come, or with `paced` there are none."""
    name = escape(row.unit.organisation.name)
    below = f'<span class="code">{escape(row.unit.organisation.code)}</span>'
    if row.above is not None:
        below += f' · <a href="{escape(row.above.url)}">{escape(row.above.organisation.name)}</a>'
    cells = [number(row.unit.members), number(row.entries), short(row.last) if row.last else LAST.empty]
    made = row.progress
    if made is not None:
        cells += [_figure(made.pace), _behind(row, made.behind, name), _figure(made.points)]
    else:
        cells += [AVERAGE.empty, "0", AVERAGE.empty] if paced else [LATER] * 3
    shown = "".join([f"<td{look}>{cell}</td>" for look, cell in zip(looks, cells, strict=False)])
    return (
        f'<tr><th scope="row" class="wide"><a href="{escape(row.unit.url)}">{name}</a>'
        f'<span class="under-name">{below}</span></th>{shown}</tr>'
    )


def _figure(value: Hundredths | None) -> str:
    return AVERAGE.empty if value is None else points(value)


def _behind(row: Overseen, behind: int, name: str) -> str:
    """How many are behind, and the way to them."""
    if not behind:
        return "0"
    told = f'{behind}<span class="hidden-visually"> · {name}</span>'
    return f'<a class="mark warn" href="{escape(row.unit.url)}?going=behind">{told}</a>'


def _longest_without(row: Overseen) -> tuple[bool, date, str]:
    """By the last entry; those without members last."""
    return not row.unit.members, row.last or date.min, row.unit.organisation.path


def _slowest(row: Overseen) -> tuple[bool, bool, int, tuple[bool, date, str]]:
    """By pace, those who have none after the others, then by the last entry; those without members last."""
    pace = row.progress.pace if row.progress else None
    return not row.unit.members, pace is None, pace or 0, _longest_without(row)


def _entries(
    organisations: Sequence[Organisation], on: date, units: dict[str, Below]
) -> tuple[dict[str, int], dict[str, date]]:
    """By path of the unit how many entries of the year its members of the day have, and the last date."""
    within = Q()
    for organisation in organisations:
        within |= Q(member__postings__organisation__path__startswith=organisation.path)
    held = Q(member__postings__end__isnull=True) | Q(member__postings__end__gte=on)
    rows = Entry.objects.dated(on.year, on).filter(within, held, member__postings__start__lte=on)
    grouped = rows.order_by().values_list("member__postings__organisation__path")
    entries: dict[str, int] = defaultdict(int)
    last: dict[str, date] = {}
    for path, count, newest in grouped.annotate(Count("pk"), Max("date")):
        unit = next((one for one in upwards(path) if one in units), None)
        if unit is not None:
            entries[unit] += count
            last[unit] = max(newest, last.get(unit, newest))
    return entries, last


def _paces(tops: Sequence[Organisation], on: date) -> Iterator[tuple[int, Pace]]:
    """The pace of every unit in these subtrees, by key: one scoring of each subtree."""
    for top in tops:
        for unit in results(year=on.year, as_of=on, within=top, annual_too=False):
            if unit.scheme is not None and unit.organisation.path.startswith(top.path):
                made = progress(unit.results, unit.scheme, as_of=on)
                yield unit.organisation.pk, _pace(made)


def _pace(made: UnitProgress) -> Pace:
    everybody = made.everybody()
    return Pace(
        pace=average([one.pace for one in everybody if one.pace is not None]),
        points=average([one.points for one in everybody]),
        behind=sum(one.behind for one in everybody),
    )


def _tops(organisations: Sequence[Organisation]) -> list[Organisation]:
    """Those that do not lie in another of them."""
    paths = {organisation.path for organisation in organisations}
    return [one for one in organisations if not paths & (set(upwards(one.path)) - {one.path})]


def _above(organisation: Organisation, units: dict[str, Below]) -> Below | None:
    return units.get(organisation.path[: -organisation.steplen])
