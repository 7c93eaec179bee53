"""The judged standards of a branch's year: a grid of members and standards, stored as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from members import policy
from members.access import about, by_of, scope_of
from members.errors import OutOfScope, Refused
from members.models import Organisation
from members.text import plain_number, tidy
from scoring.models import Indicator
from scoring.services.checks import plain
from scoring.services.grids import Place, Unsure
from scoring.services.judging import Judged, Line, Verdict, grid, save_judgements
from scoring.views.places import begun, branch_of, page_context, require_writer

_NAME = re.compile(r"s-([0-9]{1,18})-([0-9]{1,18})")
_PERCENT = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Shown:
    """One standard of a member as the page shows it: what is stored, or typed where the grid comes back."""

    key: str
    label: str
    name: str
    percent: str
    note: str
    token: str
    asked: bool
    exists: bool = True


@dataclass(frozen=True, slots=True)
class Filled:
    """A grid as it was sent: the texts typed by cell, and the cells that are asked about."""

    typed: Mapping[Place, tuple[str, str]] = field(default_factory=dict)
    shown: Mapping[Place, str] = field(default_factory=dict)
    asked: Mapping[Place, Verdict] = field(default_factory=dict)

    def changes(self, place: Place) -> bool:
        """Whether something else was typed in the cell than it showed."""
        return place in self.typed and "|".join(self.typed[place]) != self.shown[place]


@about(policy.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def judged_grid(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The grid; a POST stores what was changed of it, or shows it again with what stands against that."""
    organisation = branch_of(request, code)
    begun(request, year)
    filled, problems = Filled(), []
    if request.method == "POST":
        require_writer(request, organisation)
        filled = _filled(request.POST)
        try:
            saved = save_judgements(
                by=by_of(request), organisation=organisation, year=year, judged=list(_cells(filled))
            )
        except OutOfScope:
            raise Http404 from None
        except Unsure as unsure:
            filled, problems = Filled(filled.typed, filled.shown, unsure.cells), unsure.messages
        except Refused as refusal:
            problems = refusal.messages
        else:
            messages.success(request, _said(saved))
            return redirect(request.get_full_path())
    context = page_context(request, organisation, "judged_grid", year=year)
    indicators: list[Indicator] = []
    lines: list[Line] = []
    if not context["crowded"]:
        indicators, lines = grid(organisation=organisation, year=year, scope=scope_of(request))
    context |= {
        "indicators": indicators,
        "groups": list(_groups(lines, organisation, indicators, filled, writable=context["writable"])),
        "unjudged": [line.person for line in lines if not line.verdicts],
        "problems": problems,
        "questions": [_question(lines, indicators, place, filled) for place in filled.asked],
        "unsaved": any(filled.changes(place) for place in filled.typed),
    }
    return render(request, "scoring/judged.html", context)


def _filled(posted: Mapping[str, str]) -> Filled:
    """The cells of a grid that was sent; what is no cell is passed over."""
    typed, shown = {}, {}
    for name, token in posted.items():
        if found := _NAME.fullmatch(name):
            place = int(found[1]), int(found[2])
            ending = f"{found[1]}-{found[2]}"
            shown[place] = token
            percent = plain_number(posted.get(f"p-{ending}", "")).removesuffix("%")
            typed[place] = percent, tidy(posted.get(f"n-{ending}", ""))
    return Filled(typed, shown)


def _cells(filled: Filled) -> Iterator[Judged]:
    """The cells as the service takes them. Raises Refused for what is no number."""
    percents = {percent for percent, _note in filled.typed.values() if percent}
    wrong = sorted(percent for percent in percents if not _PERCENT.fullmatch(percent))
    if wrong:
        raise Refused([_("“%(text)s” is no percentage.") % {"text": text[:20]} for text in wrong])
    for place, (percent, note) in filled.typed.items():
        yield Judged(*place, filled.shown[place], Verdict(Decimal(percent) if percent else None, note))


def _groups(
    lines: list[Line],
    organisation: Organisation,
    indicators: list[Indicator],
    filled: Filled,
    *,
    writable: bool,
) -> Iterator[dict[str, Any]]:
    """Those who are judged, unit by unit."""
    judged = [line for line in lines if line.verdicts]
    for unit, of_unit in groupby(judged, key=lambda line: line.person.organisation):
        yield {
            "title": "" if unit == organisation else unit.name,
            "rows": [_row(line, indicators, filled, writable=writable) for line in of_unit],
        }


def _row(line: Line, indicators: list[Indicator], filled: Filled, *, writable: bool) -> dict[str, Any]:
    key = line.person.member.pk
    typed = any(filled.changes((key, indicator.pk)) for indicator in indicators)
    return {
        "person": line.person,
        "cells": [_shown(line, indicator, filled) for indicator in indicators],
        "writable": writable and (not line.person.closed or typed),
    }


def _shown(line: Line, indicator: Indicator, filled: Filled) -> Shown:
    place = line.person.member.pk, indicator.pk
    verdict = line.verdicts.get(indicator.pk)
    key = f"{place[0]}-{place[1]}"
    label = _("%(member)s, %(indicator)s") % {"member": line.person.member.name, "indicator": indicator}
    if verdict is None:
        return Shown(key, label, indicator.name, "", "", "", asked=False, exists=False)
    percent, note = "" if verdict.percent is None else plain(verdict.percent), verdict.note
    token = verdict.shown
    asked = place in filled.asked
    if filled.changes(place):
        (percent, note), token = filled.typed[place], verdict.shown if asked else filled.shown[place]
    return Shown(key, label, indicator.name, percent, note, token, asked)


def _question(lines: list[Line], indicators: list[Indicator], place: Place, filled: Filled) -> dict[str, Any]:
    """What is stored now of a cell that is asked about, and what is wanted."""
    name = next((line.person.member.name for line in lines if line.person.member.pk == place[0]), "")
    indicator = next((row.name for row in indicators if row.pk == place[1]), "")
    percent, note = filled.typed[place]
    return {
        "id": f"p-{place[0]}-{place[1]}",
        "label": _("%(member)s, %(indicator)s") % {"member": name, "indicator": indicator},
        "rows": [_verdict(filled.asked[place])],
        "wanted": _verdict(Verdict(Decimal(percent) if percent else None, note)),
    }


def _verdict(verdict: Verdict) -> str:
    if verdict.percent is None:
        return _("presumed met in full")
    return " · ".join(filter(None, (f"{plain(verdict.percent)}%", verdict.note)))


def _said(saved: int) -> str:
    if not saved:
        return _("Nothing was changed.")
    return ngettext("%(count)s standard saved.", "%(count)s standards saved.", saved) % {"count": saved}
