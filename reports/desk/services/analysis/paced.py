"""A unit with how far its members have come, and where they will be at the end of the year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from appraisal.services.results import UnitResults
from members.models import Organisation
from reports.services.outlook import forecast_of
from reports.services.progress import Progress, progress
from scoring.models import Scheme
from scoring.rules.exact import Hundredths


@dataclass(frozen=True, slots=True)
class Paced:
    """A unit with its scored members' progress, and by member key their forecasts."""

    unit: UnitResults
    scheme: Scheme
    members: tuple[Progress, ...]
    forecasts: dict[int, Hundredths | None]


def paced_of(unit: UnitResults, scheme: Scheme, as_of: date, within: Organisation) -> Paced:
    """How far the scored members of a unit who lie in the organisation have come by the day.

    Who is ahead is so among all members of the unit, also where a group of it is looked at (I20).
    """
    everybody = progress(unit.results, scheme, as_of=as_of).everybody()
    members = [one for one in everybody if one.result.lies_in(within)]
    forecasts = {one.result.score.member_id: forecast_of(one, as_of) for one in members}
    return Paced(cut(unit, within), scheme, tuple(members), forecasts)


def cut(unit: UnitResults, within: Organisation) -> UnitResults:
    """The unit with those of its members who lie in the organisation."""
    if unit.organisation.path.startswith(within.path):
        return unit
    return replace(unit, results=[one for one in unit.results if one.lies_in(within)])
