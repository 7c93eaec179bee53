"""What nobody outside the committee may see or work out: votes that were too few, or all the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Max

from appraisal.models import Tally
from appraisal.rules.tally import Votes, breakdown_hidden
from appraisal.services.results import Result, UnitResults
from members.models import Member, Organisation
from members.scope import Scope
from members.services.importing import portions
from scoring.models import Scheme


def fewest_votes() -> int:
    """So many valid votes are needed for their spread to be seen: the most that any scheme asks for."""
    return Scheme.objects.aggregate(most=Max("ballot_minimum"))["most"] or 0


def held_back(votes: Votes, minimum: int) -> bool:
    """Whether the spread of the votes is for the committee alone; without a valid vote there is none."""
    return votes.valid() > 0 and breakdown_hidden(votes, minimum)


def reviews(scope: Scope, organisation: Organisation) -> bool:
    """Whether the scope is a committee's over the organisation."""
    return scope.may_review(organisation)


def reviewed(scope: Scope, members: Collection[int]) -> set[int]:
    """Of these members those who lie in what a committee's duty reads: no query where there is none."""
    if scope.everything:
        return set(members)
    found: set[int] = set()
    for keys in portions(members if scope.committee_of else ()):
        seen = Member.objects.reviewed_by(scope).filter(pk__in=keys)
        found.update(seen.order_by().values_list("pk", flat=True))
    return found


def keys_held_back(tallies: Iterable[Tally], scope: Scope) -> set[int]:
    """The keys of those of these tallies of which the scope may not see how the votes were spread.

    A query or two, however many there are on a page.
    """
    if scope.everything:
        return set()
    minimum = fewest_votes()
    small = [tally for tally in tallies if held_back(tally.votes, minimum)]
    seen = reviewed(scope, {tally.member_id for tally in small})
    return {tally.pk for tally in small if tally.member_id not in seen}


def grade_alone(result: Result) -> bool:
    """Whether of a result the grade alone may be told: the appraisal, and so the votes, follow from the rest.

    Who has no votes, as in service, has nothing to hide.
    """
    if result.votes is None or result.annual is None or result.score.role.annual_is_daily:
        return False
    return held_back(result.votes, result.score.role.scheme.ballot_minimum)


def ballot_minimums() -> dict[tuple[str, int], int]:
    """By code and version of a scheme how many valid votes it asks for, as frozen rows name their scheme."""
    found = Scheme.objects.order_by().values_list("code", "version", "ballot_minimum")
    return {(code, version): minimum for code, version, minimum in found}


def frozen_grade_alone(figures: Mapping[str, Any], minimums: Mapping[tuple[str, int], int]) -> bool:
    """The same of a frozen result."""
    if figures["votes"] is None or figures["annual_is_daily"]:
        return False
    code, version = figures["scheme"]
    return held_back(Votes(*figures["votes"]), minimums[code, version])


def discreetly(unit: UnitResults, scope: Scope) -> UnitResults:
    """The unit with its results as far as the scope may know them, in their order.

    Who reads the unit, whose secretary has held the tally sheet, knows them as they are. Anybody else, as the
    branch to which a member has moved, learns of a result that could give votes away the grade alone; and no
    rank in its category, since the scores beside it would tell between which two it lies.
    """
    if scope.may_read(unit.organisation):
        return unit
    hidden = categories(unit.results)
    return replace(unit, results=[_reduced(result, hidden) for result in unit.results])


def categories(results: Iterable[Result]) -> set[int]:
    """The categories in which there is a result of which the grade alone may be told."""
    return {result.score.role.category_id for result in results if grade_alone(result)}


def _reduced(result: Result, hidden: Collection[int]) -> Result:
    if grade_alone(result):
        return replace(result, votes=None, appraisal=None, annual=None, rank=None)
    return replace(result, rank=None) if result.score.role.category_id in hidden else result
