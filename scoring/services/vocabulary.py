"""The vocabulary that schemes share: rows found by code, made where they are new, never renamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from members.models import Category, Role
from members.text import fold
from scoring.models import ActivityKind, AwardLevel, Indicator, Requirement
from scoring.services.schemefile import Problem, SchemeDocument
from scoring.services.schemefile.document import Names

Row = TypeVar("Row", Category, Role, Indicator, ActivityKind, AwardLevel)


class Vocabulary:
    """Categories, roles, indicators, activity kinds and award levels by code; those not known yet are made.

    A code that is known must be named as it is known, and no new name may answer to another code:
    the ledger points at these rows, and people find them by name. With `make` off nothing is written, and
    a code that is not known is a problem: so a scheme that was loaded is looked at again.
    """

    def __init__(self, document: SchemeDocument, *, make: bool = True) -> None:
        self._make = make
        self.problems: list[Problem] = []
        self.categories = self._settle(
            Category,
            [
                (row.place, Category(code=row.code, order=order, **named(row.names)))
                for order, row in enumerate(document.categories, start=1)
            ],
        )
        self.indicators = self._settle(
            Indicator,
            [
                (
                    row.place,
                    Indicator(
                        code=row.code,
                        kind=row.kind,
                        unit_hans=row.unit.hans if row.unit else "",
                        unit_hant=row.unit.hant if row.unit else "",
                        order=order,
                        **named(row.names),
                    ),
                )
                for order, row in enumerate(document.indicators, start=1)
            ],
        )
        self._check_wordings(document)
        self.kinds = self._settle(
            ActivityKind,
            [
                (row.place, ActivityKind(code=row.code, order=order, **named(row.names)))
                for order, row in enumerate(document.activity_kinds, start=1)
            ],
        )
        self.levels = self._settle(
            AwardLevel,
            [
                (row.place, AwardLevel(code=row.code, order=order, **named(row.names)))
                for order, row in enumerate(document.awards, start=1)
            ],
        )
        self.roles: dict[str, Role] = {}
        if not self.problems:
            self.roles = self._settle(
                Role,
                [
                    (
                        row.place,
                        Role(
                            code=row.code,
                            category=self.categories[row.category],
                            order=order,
                            **named(row.names),
                        ),
                    )
                    for order, row in enumerate(document.roles, start=1)
                ],
            )

    def _settle(self, model: type[Row], wanted: list[tuple[str, Row]]) -> dict[str, Row]:
        """The rows of the codes, those not known inserted; what does not agree becomes a problem."""
        known: dict[str, Row] = {row.code: row for row in model._default_manager.all()}
        names = {key: row.code for row in known.values() for key in _keys(row)}
        new = []
        for place, row in wanted:
            stored = known.get(row.code)
            if stored is None and not self._make:
                self.problems.append(Problem(place, _("is not known any more")))
                continue
            if stored is not None:
                self.problems.extend(Problem(place, reason) for reason in _differences(stored, row))
                continue
            for key in _keys(row):
                if key in names:
                    reason = _("its name is already that of “%(code)s”, which other schemes use")
                    self.problems.append(Problem(place, reason % {"code": names[key]}))
                    break
            else:
                new.append(row)
        if not self.problems:
            for row in model._default_manager.bulk_create(new):
                known[row.code] = row
        return known

    def _check_wordings(self, document: SchemeDocument) -> None:
        """A requirement's own wording must not answer to another indicator, here or in a scheme before."""
        names = {key: row.code for row in Indicator.objects.all() for key in _keys(row)}
        worded = Requirement.objects.exclude(wording_hans="").select_related("indicator")
        for stored in worded:
            for text in (stored.wording_hans, stored.wording_hant):
                names[fold(text)] = stored.indicator.code
        wanted = [(row.place, row.code, row.names) for row in document.indicators]
        asked = (row for role in document.roles for row in role.requirements)
        wanted += [(row.place, row.indicator, row.wording) for row in asked if row.wording]
        for place, code, texts in wanted:
            owner = names.get(fold(texts.hans)) or names.get(fold(texts.hant))
            if owner is not None and owner != code:
                reason = _("its name is already that of “%(code)s”, which other schemes use")
                self.problems.append(Problem(place, reason % {"code": owner}))


def named(names: Names) -> dict[str, str]:
    """The two name columns of a row."""
    return {"name_hans": names.hans, "name_hant": names.hant}


def _keys(row: Any) -> set[str]:
    """The folded names by which people may write the row; a role's name counts within its category."""
    prefix = ""
    if isinstance(row, Role):
        prefix = f"{row.category_id}/" if row.organisation_id is None else f"local {row.pk}/"
    return {prefix + fold(row.name_hans), prefix + fold(row.name_hant)}


def _differences(stored: Any, wanted: Any) -> Iterator[str]:
    """In what a scheme file names a known code otherwise, one sentence each."""
    if stored.name_hans != wanted.name_hans or stored.name_hant != wanted.name_hant:
        yield _("is known as “%(known)s”; a code keeps its names, so use another code") % {
            "known": stored.name_hans
        }
    if isinstance(stored, Indicator) and stored.kind != wanted.kind:
        yield _("is known with the kind “%(known)s”; a code keeps its kind, so use another code") % {
            "known": stored.kind
        }
    if isinstance(stored, Indicator) and (stored.unit_hans, stored.unit_hant) != (
        wanted.unit_hans,
        wanted.unit_hant,
    ):
        yield _("is known with the unit “%(known)s”; a code keeps its unit, so use another code") % {
            "known": stored.unit_hans
        }
    if isinstance(stored, Role) and stored.category_id != wanted.category_id:
        yield _("is known in another category; a code keeps its category, so use another code")
    if isinstance(stored, Role) and stored.organisation_id is not None:
        yield _("is known as a local role; use another code")
