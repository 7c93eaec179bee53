"""Who may take part in awards: by the approved result of the year before 【六1】."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from appraisal.enums import YearState
from appraisal.models import BranchYear, SnapshotRow
from appraisal.rules.annual import Status
from appraisal.services.held_back import ballot_minimums, frozen_grade_alone, reviews
from members.models import Organisation, Posting
from members.scope import Scope
from members.services.units import units_of
from scoring.enums import BandCode

GRADES = frozenset({BandCode.EXCELLENT, BandCode.GOOD})
"""「上年度積分考覈優秀、良好的黨員方可參與黨內各級各類評選表彰活動」"""


class Why(StrEnum):
    """Why a member may not take part, or why the committee decides."""

    GRADE = "grade"
    NOT_APPRAISED = "not_appraised"
    NOT_APPROVED = "not_approved"
    BRANCH_WAITS = "branch_waits"
    EXEMPT = "exempt"
    NO_MONTHS = "no_months"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member kept by one of the organisations, with the approved result of the year before.

    `annual` is in hundredths of a point, and None also where it could give votes away; `grade` is the grade's
    code. `organisation` is where the member is kept today, `waits_for` the branch that is to be approved yet.
    """

    member: int
    number: str
    name: str
    organisation: Organisation
    grade: str | None
    annual: int | None
    why: Why | None = None
    waits_for: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The lists, each in the order of the tree and by number; `waiting` is for a branch's approval."""

    eligible: tuple[Candidate, ...]
    others: tuple[Candidate, ...]
    to_decide: tuple[Candidate, ...]
    waiting: tuple[Candidate, ...] = ()


def eligibility(
    organisations: Iterable[Organisation], year: int, *, on: date, scope: Scope | None = None
) -> Eligibility:
    """Who of those kept by these organisations, or below, on the day may take part in awards of the year.

    Result counts from wherever it was approved. With `scope` its reader is told all scores of branches that a
    committee's duty of theirs reads; without, as for a list on the wall, none that could give votes away.
    As many queries for many members as for few.
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
    lists: dict[str, list[Candidate]] = {"eligible": [], "others": [], "to_decide": [], "waiting": []}
    waiting = _waiting(held.governing(on).values("member"), year - 1)
    for posting in postings:
        key = posting.member_id
        candidate = _candidate(posting, figures.get(key), minimums, everything=key in told)
        if candidate.why == Why.NOT_APPROVED and key in waiting:
            candidate = replace(candidate, why=Why.BRANCH_WAITS, waits_for=waiting[key])
        lists[_list_of(candidate)].append(candidate)
    return Eligibility(**{name: tuple(found) for name, found in lists.items()})


def _below(paths: list[str]) -> Q:
    condition = Q()
    for path in paths:
        condition |= Q(organisation__path__startswith=path)
    return condition


def _waiting(members: QuerySet[Any, Any], year: int) -> dict[int, Organisation]:
    """Of these members who belonged at the year's end to a unit whose year is not approved: the unit."""
    held = Posting.objects.on(date(year, 12, 31)).filter(member__in=members).order_by()
    placed = dict(held.values_list("member", "organisation"))
    units = units_of(Organisation.objects.order_by("path"))
    approved = BranchYear.objects.approved().of_year(year).order_by()
    done = set(approved.values_list("organisation", flat=True))
    found = {member: units[organisation] for member, organisation in placed.items()}
    return {member: unit for member, unit in found.items() if unit.pk not in done}


def _list_of(candidate: Candidate) -> str:
    if candidate.why is None:
        return "eligible"
    if candidate.why == Why.BRANCH_WAITS:
        return "waiting"
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
