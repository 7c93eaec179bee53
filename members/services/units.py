"""Whose year a member's is: the unit of an organisation, which for a group is what stands above it."""

from __future__ import annotations

from collections.abc import Iterable

from members.models import Organisation


def units_of(organisations: Iterable[Organisation]) -> dict[int, Organisation]:
    """By organisation key the unit it belongs to: itself, or for a group the nearest above that is no group.

    `organisations` come in tree order, with all that stand above them.
    """
    units: dict[int, Organisation] = {}
    by_path: dict[str, Organisation] = {}
    for one in organisations:
        above = by_path.get(one.path[: -one.steplen]) if one.is_group else None
        units[one.pk] = by_path[one.path] = above or one
    return units


def places_of(unit: Organisation) -> list[int]:
    """Keys of a unit and of the groups that belong to it, whose members are the unit's: one query."""
    units = units_of(Organisation.objects.within(unit))
    return [key for key, one in units.items() if one == unit]


def nearest_unit(above: Iterable[Organisation]) -> Organisation | None:
    """The nearest organisation that is no group, of those from the top downwards; None without one."""
    return next((one for one in reversed(list(above)) if not one.is_group), None)
