"""The dues of a branch's year: a grid of members and months, filled in and stored as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import MONTHS
from django.utils.dates import MONTHS_3 as SHORT
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from members import policy
from members.access import about, by_of, scope_of
from members.errors import OutOfScope, Refused
from members.markup import short
from members.models import Organisation
from scoring.enums import IndicatorKind
from scoring.models import Entry, Indicator
from scoring.services.dues import LATE, PAID, STATES, UNRECORDED, Cell, Line, Mark, grid, save_dues
from scoring.services.grids import Place, Unsure
from scoring.views.places import begun, branch_of, page_context, require_writer


@dataclass(frozen=True, slots=True)
class Shown:
    """One month of a member as the page shows it.

    `state` is what is recorded, or wanted where the grid comes back unsaved; `token` what the form carries.
    """

    name: str
    label: str
    state: str
    token: str
    offered: bool
    several: int
    asked: bool


@dataclass(frozen=True, slots=True)
class Filled:
    """A grid as it was sent: marks by member and month, and the cells that are asked about."""

    marks: Mapping[Place, Mark] = field(default_factory=dict)
    asked: Mapping[Place, Cell] = field(default_factory=dict)
    month: int | None = None
    """The month that is to be filled in with what is not recorded yet."""


@about(policy.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def dues_grid(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The grid; a POST stores what was changed of it, or shows it again with what stands against that."""
    organisation = branch_of(request, code)
    begun(request, year)
    indicator = _indicator(request)
    filled, problems = Filled(), []
    if request.method == "POST":
        require_writer(request, organisation)
        marks = {(mark.member_id, mark.month): mark for mark in _marks(request.POST)}
        filled = Filled(marks, month=_month(request.POST.get("fill", "")))
        if filled.month is None:
            try:
                saved = save_dues(
                    by=by_of(request),
                    organisation=organisation,
                    indicator=indicator,
                    year=year,
                    marks=marks.values(),
                )
            except OutOfScope:
                raise Http404 from None
            except Unsure as unsure:
                filled, problems = Filled(marks, unsure.cells), unsure.messages
            except Refused as refusal:
                problems = refusal.messages
            else:
                messages.success(request, _said(saved))
                return redirect(request.get_full_path())
    context = page_context(request, organisation, "dues_grid", year=year)
    lines = [] if context["crowded"] else _lines(request, organisation, indicator, year)
    context |= {
        "indicator": indicator,
        "states": list(zip(STATES, _words(), strict=True)),
        "months": [
            {"number": number, "name": MONTHS[number], "short": capfirst(SHORT[number])} for number in MONTHS
        ],
        "offered": set(chain.from_iterable(line.offered for line in lines)),
        "groups": list(_groups(lines, organisation, filled, writable=context["writable"])),
        "problems": problems,
        "questions": [_question(lines, place, filled) for place in filled.asked],
        "unsaved": any(mark.changes for mark in filled.marks.values()) or filled.month is not None,
    }
    return render(request, "scoring/dues.html", context)


def _indicator(request: HttpRequest) -> Indicator:
    """What is paid monthly: the one that the query names, or the first. Raises Http404 without any."""
    monthly = Indicator.objects.filter(kind=IndicatorKind.MONTHLY)
    code = request.GET.get("indicator")
    indicator = next((row for row in monthly if code in {None, row.code}), None)
    if indicator is None:
        raise Http404
    return indicator


def _lines(request: HttpRequest, organisation: Organisation, indicator: Indicator, year: int) -> list[Line]:
    return grid(organisation=organisation, indicator=indicator, year=year, scope=scope_of(request))


def _words() -> tuple[str, ...]:
    """What the states are called, each after its sign."""
    return "· " + _("Not recorded"), "✓ " + _("On time and in full"), "△ " + _("Late or short")


def _word(state: str) -> str:
    return _words()[STATES.index(state)][2:]


def _marks(posted: Mapping[str, str]) -> Iterator[Mark]:
    """The cells of a grid that was sent; what is no cell is passed over."""
    for name, tokens in posted.items():
        head, _dash, key = name.partition("s-")
        if head or not (key.isascii() and key.isdecimal()) or len(key) > 18:
            continue
        for month, token in enumerate(tokens.split(",")[: len(MONTHS)], start=1):
            wanted = posted.get(f"c-{key}-{month}")
            if wanted in STATES:
                yield Mark(int(key), month, token, wanted)


def _month(given: str) -> int | None:
    return next((number for number in MONTHS if str(number) == given), None)


def _groups(
    lines: list[Line], organisation: Organisation, filled: Filled, *, writable: bool
) -> Iterator[dict[str, Any]]:
    """Those of whom dues are asked, unit by unit, then the others."""
    asked = [line for line in lines if line.required]
    for unit, of_unit in groupby(asked, key=lambda line: line.person.organisation):
        yield {
            "asked": True,
            "title": "" if unit == organisation else unit.name,
            "rows": [_row(line, filled, writable=writable, fill=filled.month) for line in of_unit],
        }
    others = [line for line in lines if not line.required]
    if others:
        yield {
            "asked": False,
            "title": _("Not asked of their roles: what is recorded is kept, and earns nothing"),
            "rows": [_row(line, filled, writable=writable, fill=None) for line in others],
        }


def _row(line: Line, filled: Filled, *, writable: bool, fill: int | None) -> dict[str, Any]:
    key = line.person.member.pk
    typed = any(filled.marks[key, month].changes for month in line.cells if (key, month) in filled.marks)
    open_year = writable and (not line.person.closed or typed)
    cells = [_shown(line, month, filled, open_year=open_year, fill=fill) for month in sorted(line.cells)]
    return {
        "person": line.person,
        "key": key,
        "cells": cells,
        "tokens": ",".join(cell.token for cell in cells),
        "writable": open_year,
    }


def _shown(line: Line, month: int, filled: Filled, *, open_year: bool, fill: int | None) -> Shown:
    cell, key = line.cells[month], line.person.member.pk
    mark = filled.marks.get((key, month))
    state, token = cell.state, cell.state
    if mark is not None and mark.changes:
        state, token = mark.wanted, mark.shown
    asked = (key, month) in filled.asked
    if asked:
        token = cell.shown
    offered = open_year and (month in line.offered or bool(cell.rows) or (mark is not None and mark.changes))
    if fill == month and offered and state == UNRECORDED:
        state = PAID
    return Shown(
        name=f"c-{key}-{month}",
        label=_("%(member)s, %(month)s") % {"member": line.person.member.name, "month": MONTHS[month]},
        state=state,
        token=token,
        offered=offered,
        several=len(cell.rows) if len(cell.rows) > 1 else 0,
        asked=asked,
    )


def _question(lines: list[Line], place: Place, filled: Filled) -> dict[str, Any]:
    """What is stored now of a cell that is asked about, row by row, and what is wanted."""
    member, month = place
    name = next((line.person.member.name for line in lines if line.person.member.pk == member), "")
    return {
        "id": f"c-{member}-{month}",
        "label": _("%(member)s, %(month)s") % {"member": name, "month": MONTHS[month]},
        "rows": [_row_said(row) for row in filled.asked[place].rows],
        "wanted": _word(filled.marks[place].wanted),
    }


def _row_said(row: Entry) -> str:
    parts = (row.reference, short(row.date), _word(PAID if row.on_time else LATE), row.title, row.note)
    return " · ".join(filter(None, parts))


def _said(saved: int) -> str:
    if not saved:
        return _("Nothing was changed.")
    return ngettext("%(count)s month saved.", "%(count)s months saved.", saved) % {"count": saved}
