"""A unit with how far its members have come, and where they will be at the end of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from appraisal.services.results import UnitResults
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


def paced_of(unit: UnitResults, scheme: Scheme, as_of: date) -> Paced:
    """How far the scored members of a unit have come by the day."""
    members = progress(unit.results, scheme, as_of=as_of).everybody()
    forecasts = {one.result.score.member_id: forecast_of(one, as_of) for one in members}
    return Paced(unit, scheme, tuple(members), forecasts)
