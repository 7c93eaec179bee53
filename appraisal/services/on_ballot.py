"""Who is on the ballot of a branch, and the reasons that people give 【三(二)】."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from appraisal.rules.annual import on_ballot
from appraisal.services.results import results
from members.errors import Refused
from members.models import Member, Organisation

LONGEST = 200
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member on the ballot."""

    key: int
    number: str
    name: str


def on_ballot_of(organisation: Organisation, year: int, *, on: date) -> list[Candidate]:
    """Who is on the ballot of a branch for a year, by number: as its results at the year's end have it.

    Who has left the branch by the day `on` is another's to name, and not among them. It is asked anew each
    time, from postings and leaves as they are recorded. Raises NoScheme.
    """
    kept = set(Member.objects.kept_by(organisation, on).values_list("pk", flat=True))
    units = results(year=year, as_of=date(year, 12, 31), within=organisation, alone=True, annual_too=False)
    return sorted(
        (
            Candidate(score.member_id, score.number, score.name)
            for unit in units
            for score in (result.score for result in unit.results)
            if score.member_id in kept
            and on_ballot(
                scored_role=score.role.scored,
                months=score.month_count,
                annual_is_daily=score.role.annual_is_daily,
            )
        ),
        key=lambda one: one.number,
    )


def told(reason: str) -> str:
    """The reason as it is kept. Raises Refused where there is none."""
    if not reason.strip():
        raise Refused({"reason": _("Say why.")})
    return reason.strip()[:LONGEST]
