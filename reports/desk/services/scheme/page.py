"""One scheme as a person reads it: facts, tables, interpretations, and the adjustments beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from members.models import Organisation
from members.scope import Scope
from reports.desk.services.adjusted import Adjusted, adjusted
from reports.desk.services.clauses import Clause, Clauses
from reports.desk.services.scheme import tables
from reports.desk.services.scheme.matrix import Matrix, matrices
from scoring.models import Interpretation, Scheme, SchemeScope
from scoring.services.standards import StandardsBook


@dataclass(frozen=True, slots=True)
class Taken:
    """An interpretation: the plan's words, what was taken, why, and where in the file it stands."""

    number: str
    clause: Clause
    plan_says: tuple[str, ...]
    taken: str
    why: str
    effect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SchemePage:
    """A scheme in words. `places`: where it applies, as far as the reader sees.

    The clauses at the end stand beside the tables: of adjustments, of the points, of events, of rounding.
    """

    scheme: Scheme
    places: tuple[str, ...]
    matrices: tuple[Matrix, ...]
    kinds: tuple[tables.Kind, ...]
    excesses: tuple[tables.Excess, ...]
    awards: tuple[tables.Figure, ...]
    bonus_limits: tuple[tables.Figure, ...]
    votes: tuple[tuple[str, str], ...]
    annual: tuple[tables.Figure, ...]
    grades: tuple[tables.Grade, ...]
    thresholds: tuple[tables.Figure, ...]
    interpretations: tuple[Taken, ...]
    adjusting: Clause
    points: Clause
    events: Clause
    rounding: Clause


def scheme_page(scheme: Scheme, scope: Scope) -> SchemePage:
    """The page of a scheme: a fixed number of queries."""
    rows = list(Interpretation.objects.filter(scheme=scheme).order_by("order"))
    clauses = Clauses([row.number for row in rows])
    return SchemePage(
        scheme=scheme,
        places=tuple(places(scheme, scope)),
        matrices=tuple(matrices(scheme, clauses)),
        kinds=tuple(tables.activity_kinds(scheme, clauses)),
        excesses=tuple(tables.excesses(scheme, clauses)),
        awards=tuple(tables.awards(scheme, clauses)),
        bonus_limits=tuple(tables.bonus_limits(scheme, clauses)),
        votes=tuple(tables.votes(scheme)),
        annual=tuple(tables.annual(scheme, clauses)),
        grades=tuple(tables.grades(scheme, clauses)),
        thresholds=tuple(tables.thresholds(scheme, clauses)),
        interpretations=tuple(_taken(row, clauses) for row in rows),
        adjusting=clauses.linked(str(scheme.clauses.get("adjustment", ""))),
        points=clauses.interpretation("I7"),
        events=clauses.interpretation("I29"),
        rounding=clauses.interpretation("I16"),
    )


def places(scheme: Scheme, scope: Scope) -> list[str]:
    """Where the scheme applies, as far as the scope sees: the whole tree, or organisations by name."""
    scopes = SchemeScope.objects.visible_to(scope).filter(scheme=scheme).select_related("organisation")
    return [place_name(row.organisation) for row in scopes.order_by("organisation__path")]


def place_name(organisation: Organisation | None) -> str:
    """An organisation by its name, and the whole tree where there is none."""
    return organisation.name if organisation is not None else _("the whole tree")


def adjustments(
    scheme: Scheme, year: int, scope: Scope, organisation: Organisation | None = None
) -> list[Adjusted]:
    """What was adjusted under the scheme in a year where the scope reads, or around one organisation of it.

    What an organisation above has resolved reaches down, and is shown; what a neighbour has is not.
    """
    paths: Sequence[str] = scope.reads
    if organisation is not None:
        paths = (organisation.path,)
    elif scope.everything:
        paths = ("",)
    near = StandardsBook.for_year(year).adjusted_around(paths)
    return adjusted((role for role in near if role.scheme.pk == scheme.pk), scope)


def _taken(row: Interpretation, clauses: Clauses) -> Taken:
    return Taken(
        number=row.number,
        clause=clauses.linked(row.clause),
        plan_says=tuple(map(str, row.plan_says)),
        taken=row.taken,
        why=row.why,
        effect=tuple(map(str, row.effect)),
    )
