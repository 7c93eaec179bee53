"""Who may take part in awards: by the approved result of the year before 【六1】."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Q

from appraisal.enums import YearState
from appraisal.models import SnapshotRow
from appraisal.rules.annual import Status
from appraisal.services.held_back import ballot_minimums, frozen_grade_alone, reviews
from members.models import Organisation, Posting
from members.scope import Scope
from scoring.enums import BandCode

GRADES = frozenset({BandCode.EXCELLENT, BandCode.GOOD})
"""「上年度積分考覈優秀、良好的黨員方可參與黨內各級各類評選表彰活動」"""


class Why(StrEnum):
    """Why a member may not take part, or why the committee decides."""

    GRADE = "grade"
    NOT_APPRAISED = "not_appraised"
    NOT_APPROVED = "not_approved"
    EXEMPT = "exempt"
    NO_MONTHS = "no_months"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member kept by one of the organisations, with the approved result of the year before.

    `annual` is in hundredths of a point, and None also where it could give votes away; `grade` is the grade's
    code. `organisation` is where the member is kept today.
    """

    member: int
    number: str
    name: str
    organisation: Organisation
    grade: str | None
    annual: int | None
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Three lists, each in the order of the tree and by number."""

    eligible: tuple[Candidate, ...]
    others: tuple[Candidate, ...]
    to_decide: tuple[Candidate, ...]


def eligibility(
    organisations: Iterable[Organisation], year: int, *, on: date, scope: Scope | None = None
) -> Eligibility:
    """Who of those kept by these organisations, or below, on the day may take part in awards of the year.

    Result counts from wherever it was approved. With `scope` its reader is told all scores of branches that a
    committee's duty of theirs reads; without, as for a list on the wall, none that could give votes away.
    Three queries, whatever the number of members.
    """
    paths = sorted({one.path for one in organisations})
    held = Posting.objects.filter(pk__in=[]) if not paths else Posting.objects.filter(_below(paths))
    rows = held.governing(on).order_by("organisation__path", "member__number")
    postings = list(rows.select_related("organisation", "member"))
    frozen = SnapshotRow.objects.filter(
        snapshot__branch_years__state=YearState.APPROVED,
        snapshot__branch_years__year=year - 1,
        member__in=held.governing(on).values("member"),
    )
    figures = {}
    told = set()
    for row in frozen.order_by().select_related("snapshot__organisation"):
        figures[row.member_id] = row.figures
        if scope is not None and reviews(scope, row.snapshot.organisation):
            told.add(row.member_id)
    minimums = ballot_minimums()
    lists: dict[str, list[Candidate]] = {"eligible": [], "others": [], "to_decide": []}
    for posting in postings:
        key = posting.member_id
        candidate = _candidate(posting, figures.get(key), minimums, everything=key in told)
        lists[_list_of(candidate)].append(candidate)
    return Eligibility(**{name: tuple(found) for name, found in lists.items()})


def _below(paths: list[str]) -> Q:
    condition = Q()
    for path in paths:
        condition |= Q(organisation__path__startswith=path)
    return condition


def _list_of(candidate: Candidate) -> str:
    if candidate.why is None:
        return "eligible"
    return "to_decide" if candidate.why in (Why.EXEMPT, Why.NO_MONTHS) else "others"


def _candidate(
    posting: Posting, figures: Any, minimums: dict[tuple[str, int], int], *, everything: bool
) -> Candidate:
    member = posting.member
    grade = annual = None
    if figures is None:
        why: Why | None = Why.NOT_APPROVED
    elif figures["status"] in (Status.EXEMPT, Status.NO_MONTHS, Status.NOT_APPRAISED):
        why = Why(figures["status"])
    else:
        grade = figures["grade"]
        why = None if grade in GRADES else Why.GRADE
        hidden = not everything and frozen_grade_alone(figures, minimums)
        annual = None if hidden else figures["annual"]
    return Candidate(member.pk, member.number, member.name, posting.organisation, grade, annual, why)
