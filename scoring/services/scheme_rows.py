"""The rows of a scheme document: the scheme with its parts, published once they stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from scoring.models import (
    ActivityRule,
    AwardPoints,
    Band,
    ExcessRule,
    Interpretation,
    Requirement,
    Scheme,
    SchemeRole,
)
from scoring.services.schemefile import SchemeDocument, SchemeFileError
from scoring.services.vocabulary import Vocabulary, named


def make_rows(document: SchemeDocument, *, text: str, digest: str, now: datetime) -> Scheme:
    """Insert and publish the scheme with everything it needs; must run inside a transaction.

    Raises SchemeFileError when the document names a known code otherwise than it is known.
    """
    words = Vocabulary(document)
    if words.problems:
        raise SchemeFileError(words.problems)
    scheme = scheme_of(document, text=text, digest=digest)
    scheme.save()
    for rows in parts_of(scheme, document, words):
        if rows:
            type(rows[0]).objects.bulk_create(rows)
    scheme.published_at = now
    scheme.save()
    return scheme


def scheme_of(document: SchemeDocument, *, text: str, digest: str) -> Scheme:
    """The row of the scheme itself, not stored."""
    figures = document.figures
    return Scheme(
        code=document.code,
        version=document.version,
        effective_from=document.effective_from,
        name_hans=document.names.hans,
        name_hant=document.names.hant,
        digest=digest,
        source=text,
        clauses=dict(document.clauses),
        excellent_part=figures.excellent_share.numerator,
        excellent_whole=figures.excellent_share.denominator,
        ballot_aspects=[{"hans": names.hans, "hant": names.hant} for names in figures.ballot_aspects],
        **{field: getattr(figures, field) for field in FIGURES},
    )


def parts_of(scheme: Scheme, document: SchemeDocument, words: Vocabulary) -> Iterator[list[Any]]:
    """Its other rows, table by table, not stored; a table's rows may refer to those of the one before."""
    roles = _roles(scheme, document, words)
    yield roles
    yield _requirements(roles, document, words)
    yield from _tables(scheme, document, words)


FIGURES = (
    "bonus_cap",
    "contribution_min",
    "contribution_max",
    "daily_weight",
    "appraisal_weight",
    "annual_cap",
    "ballot_excellent",
    "ballot_good",
    "ballot_passed",
    "ballot_poor",
    "ballot_passed_also",
    "ballot_divisor",
    "ballot_minimum",
    "ahead_share",
    "behind_below",
    "behind_from_quarter",
    "publicity_days",
    "rush_days",
    "late_days",
    "warn_excellent",
    "warn_probationary",
)
"""Figures that the document and the scheme's row hold under the same name."""


def _roles(scheme: Scheme, document: SchemeDocument, words: Vocabulary) -> list[SchemeRole]:
    return [
        SchemeRole(
            scheme=scheme,
            role=words.roles[row.code],
            scored=row.scored,
            annual_is_daily=row.annual_is_daily,
            clause=row.clause,
            order=order,
        )
        for order, row in enumerate(document.roles, start=1)
    ]


def _requirements(roles: list[SchemeRole], document: SchemeDocument, words: Vocabulary) -> list[Requirement]:
    return [
        Requirement(
            scheme_role=role,
            indicator=words.indicators[row.indicator],
            quota=row.quota,
            points=row.points,
            waivable=row.waivable,
            wording_hans=row.wording.hans if row.wording else "",
            wording_hant=row.wording.hant if row.wording else "",
            clause=row.clause,
            order=order,
        )
        for role, wanted in zip(roles, document.roles, strict=True)
        for order, row in enumerate(wanted.requirements, start=1)
    ]


def _tables(scheme: Scheme, document: SchemeDocument, words: Vocabulary) -> Iterator[list[Any]]:
    yield [
        ExcessRule(
            scheme=scheme,
            indicator=words.indicators[row.indicator],
            rate=row.rate,
            step=row.step,
            cap=row.cap,
            over=row.over,
            clause=row.clause,
            order=order,
        )
        for order, row in enumerate(document.excess, start=1)
    ]
    yield [
        AwardPoints(
            scheme=scheme, level=words.levels[row.code], points=row.points, clause=row.clause, order=order
        )
        for order, row in enumerate(document.awards, start=1)
    ]
    rules = [(kind, rule) for kind in document.activity_kinds for rule in kind.rules]
    yield [
        ActivityRule(
            scheme=scheme,
            kind=words.kinds[kind.code],
            category=words.categories[rule.category] if rule.category else None,
            role=words.roles[rule.role] if rule.role else None,
            indicator=words.indicators[rule.indicator],
            clause=kind.clause,
            order=order,
        )
        for order, (kind, rule) in enumerate(rules, start=1)
    ]
    yield [
        Band(
            scheme=scheme,
            code=row.code,
            lower=row.lower,
            eligible=row.eligible,
            opens_case=row.opens_case,
            clause=row.clause,
            order=order,
            **named(row.names),
        )
        for order, row in enumerate(document.bands, start=1)
    ]
    yield [
        Interpretation(
            scheme=scheme,
            number=row.number,
            clause=row.clause,
            plan_says=list(row.plan_says),
            taken_hans=row.taken.hans,
            taken_hant=row.taken.hant,
            why_hans=row.why.hans,
            why_hant=row.why.hant,
            effect=list(row.effect),
            order=order,
        )
        for order, row in enumerate(document.interpretations, start=1)
    ]
