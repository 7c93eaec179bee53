"""What must hold in a scheme as a whole: totals, bands, codes, names; every breach is listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from members.text import fold
from scoring.enums import BandCode
from scoring.rules.spans import MONTHS
from scoring.rules.terms import Kind
from scoring.services.schemefile.document import (
    ActivityKindDoc,
    IndicatorDoc,
    Names,
    Problem,
    RequirementDoc,
    RoleDoc,
    SchemeDocument,
)

FULL_POINTS = 100
"""What the requirements of a role, and the two weights, total."""


def check(document: SchemeDocument, data: dict[str, Any]) -> Iterator[Problem]:
    """Yield what does not hold in the document; `data` are the file's tables, for the effects' places."""
    yield from _codes_once(document)
    indicators = {indicator.code: indicator for indicator in document.indicators}
    yield from _indicators(document)
    for role in document.roles:
        yield from _role(role, document, indicators)
    yield from _activity_kinds(document, indicators)
    yield from _excess(document, indicators)
    yield from _bands(document)
    yield from _figures(document)
    yield from _names(document)
    for interpretation in document.interpretations:
        for effect in interpretation.effect:
            if not _stands(data, effect.split("/")):
                yield Problem(
                    interpretation.place,
                    _("the effect “%(path)s” stands nowhere in this file") % {"path": effect},
                )


def _codes_once(document: SchemeDocument) -> Iterator[Problem]:
    tables: list[list[tuple[str, str]]] = [
        [(row.place, row.code) for row in rows]
        for rows in (
            document.categories,
            document.indicators,
            document.activity_kinds,
            document.roles,
            document.awards,
            document.bands,
        )
    ]
    tables.append([(row.place, row.number) for row in document.interpretations])
    tables.append([(row.place, row.indicator) for row in document.excess])
    tables.extend([(row.place, row.indicator) for row in role.requirements] for role in document.roles)
    for rows in tables:
        seen: set[str] = set()
        for place, code in rows:
            if code and code in seen:
                yield Problem(place, _("stands twice"))
            seen.add(code)


def _indicators(document: SchemeDocument) -> Iterator[Problem]:
    required = {row.indicator for role in document.roles for row in role.requirements}
    for indicator in document.indicators:
        if indicator.kind == Kind.JUDGED and indicator.unit is not None:
            yield Problem(indicator.place, _("what is judged has no unit"))
        if indicator.kind and indicator.kind != Kind.JUDGED and indicator.unit is None:
            yield Problem(indicator.place, _("“%(key)s” is missing") % {"key": "unit"})
        if indicator.code not in required:
            yield Problem(indicator.place, _("no role requires this indicator"))


def _role(role: RoleDoc, document: SchemeDocument, indicators: dict[str, IndicatorDoc]) -> Iterator[Problem]:
    if role.category and role.category not in {category.code for category in document.categories}:
        yield Problem(role.place, _("there is no category “%(code)s”") % {"code": role.category})
    if not role.scored:
        if role.requirements:
            yield Problem(role.place, _("a role that is not scored has no requirements"))
        if role.annual_is_daily:
            yield Problem(role.place, _("a role that is not scored has no annual score"))
        return
    for requirement in role.requirements:
        yield from _requirement(requirement, indicators)
    total = sum(requirement.points for requirement in role.requirements)
    if total != FULL_POINTS:
        yield Problem(
            role.place,
            _("the points total %(total)s, not %(wanted)s") % {"total": total, "wanted": FULL_POINTS},
        )
    if all(requirement.waivable for requirement in role.requirements):
        yield Problem(role.place, _("at least one requirement must not be waivable"))


def _requirement(requirement: RequirementDoc, indicators: dict[str, IndicatorDoc]) -> Iterator[Problem]:
    indicator = indicators.get(requirement.indicator)
    if indicator is None:
        yield _no_indicator(requirement.place, requirement.indicator)
    elif indicator.kind == Kind.JUDGED:
        if requirement.quota is not None:
            yield Problem(requirement.place, _("what is judged has no quota"))
    elif requirement.quota is None:
        yield Problem(requirement.place, _("“%(key)s” is missing") % {"key": "quota"})
    elif indicator.kind == Kind.MONTHLY and requirement.quota > MONTHS:
        yield Problem(requirement.place, _("a year has only %(months)s months") % {"months": MONTHS})


def _activity_kinds(document: SchemeDocument, indicators: dict[str, IndicatorDoc]) -> Iterator[Problem]:
    categories = {category.code for category in document.categories}
    roles = {role.code for role in document.roles}
    for kind in document.activity_kinds:
        yield from _rules_once(kind)
        for rule in kind.rules:
            if rule.indicator not in indicators:
                yield _no_indicator(rule.place, rule.indicator)
            elif indicators[rule.indicator].kind != Kind.COUNTED:
                yield Problem(rule.place, _("an event can only count for a counted indicator"))
            if rule.category is not None and rule.role is not None:
                yield Problem(rule.place, _("a rule is for a category or for a role, not for both"))
            if rule.category is not None and rule.category not in categories:
                yield Problem(rule.place, _("there is no category “%(code)s”") % {"code": rule.category})
            if rule.role is not None and rule.role not in roles:
                yield Problem(rule.place, _("there is no role “%(code)s”") % {"code": rule.role})


def _rules_once(kind: ActivityKindDoc) -> Iterator[Problem]:
    seen: set[tuple[str | None, str | None]] = set()
    for rule in kind.rules:
        if (rule.category, rule.role) in seen:
            yield Problem(rule.place, _("there are two rules for the same members"))
        seen.add((rule.category, rule.role))


def _excess(document: SchemeDocument, indicators: dict[str, IndicatorDoc]) -> Iterator[Problem]:
    for excess in document.excess:
        indicator = indicators.get(excess.indicator)
        if indicator is None:
            yield _no_indicator(excess.place, excess.indicator)
        elif indicator.kind == Kind.JUDGED:
            yield Problem(excess.place, _("what is judged has no excess"))
        if excess.cap < excess.rate:
            yield Problem(excess.place, _("the cap is below the points of one step"))
        quotas = (
            row.quota or 0
            for role in document.roles
            for row in role.requirements
            if row.indicator == excess.indicator
        )
        if excess.over is not None and excess.over < max(quotas, default=0):
            yield Problem(excess.place, _("“over” lies below a role's quota"))


def _bands(document: SchemeDocument) -> Iterator[Problem]:
    known = [band for band in document.bands if band.code]
    order = [BandCode.values.index(band.code) for band in known if band.code in BandCode.values]
    if order != sorted(order):
        yield Problem("band", _("the bands must stand from the best to the worst"))
    for better, band in pairwise(known):
        if band.lower >= better.lower:
            yield Problem(
                band.place,
                _("overlaps: it begins at %(lower)s, and the band above it at %(upper)s")
                % {"lower": band.lower, "upper": better.lower},
            )
    if known and min(band.lower for band in known) > 0:
        yield Problem(
            known[-1].place,
            _("leaves a gap: nothing grades a score below %(lower)s") % {"lower": known[-1].lower},
        )


def _figures(document: SchemeDocument) -> Iterator[Problem]:
    figures = document.figures
    total = figures.daily_weight + figures.appraisal_weight
    if total != FULL_POINTS:
        yield Problem(
            "annual",
            _("the weights total %(total)s per cent, not %(wanted)s")
            % {"total": total, "wanted": FULL_POINTS},
        )
    if figures.contribution_max < figures.contribution_min:
        yield Problem("contribution", _("“max” lies below “min”"))
    votes = [figures.ballot_excellent, figures.ballot_good, figures.ballot_passed, figures.ballot_poor]
    if any(better <= worse for better, worse in pairwise(votes)):
        yield Problem("ballot", _("a better vote must be worth more points"))


def _names(document: SchemeDocument) -> Iterator[Problem]:
    wordings = [
        (requirement.place, requirement.indicator, _words(requirement.wording))
        for role in document.roles
        for requirement in role.requirements
        if requirement.wording
    ]
    indicators = [(row.place, row.code, {row.code, *_words(row.names)}) for row in document.indicators]
    yield from _ambiguous(indicators + wordings)
    yield from _ambiguous(
        (row.place, row.code, {row.code, *_words(row.names)}) for row in document.categories
    )
    yield from _ambiguous(
        (row.place, row.code, {row.code, *_words(row.names)}) for row in document.activity_kinds
    )
    yield from _ambiguous((row.place, row.code, {row.code, *_words(row.names)}) for row in document.awards)
    yield from _ambiguous((row.place, row.code, _words(row.names)) for row in document.bands)
    for category in document.categories:
        roles = [row for row in document.roles if row.category == category.code]
        yield from _ambiguous((row.place, row.code, _words(row.names)) for row in roles)


def _ambiguous(rows: Iterable[tuple[str, str, set[str]]]) -> Iterator[Problem]:
    """Two rows of different codes that answer to one name, once the names are folded."""
    owners: dict[str, str] = {}
    for place, code, words in rows:
        for word in sorted(words):
            owner = owners.setdefault(fold(word), code)
            if owner != code:
                yield Problem(
                    place, _("“%(name)s” is also the name of “%(code)s”") % {"name": word, "code": owner}
                )


def _words(names: Names | None) -> set[str]:
    return {name for name in (names.hans, names.hant) if name} if names else set()


def _no_indicator(place: str, code: str) -> Problem:
    return Problem(place, _("there is no indicator “%(code)s”") % {"code": code})


def _stands(data: Any, path: list[str]) -> bool:
    """Whether the path leads somewhere in the file's tables; `*` stands for any step."""
    if not path:
        return True
    step, rest = path[0], path[1:]
    if isinstance(data, dict):
        nexts = list(data.values()) if step == "*" else [data[step]] if step in data else []
    elif isinstance(data, list):
        named = ("code", "indicator", "number")
        nexts = [
            row
            for row in data
            if isinstance(row, dict) and (step == "*" or step in [row.get(key) for key in named])
        ]
    else:
        return False
    return any(_stands(each, rest) for each in nexts)
