"""Which rows of the log tell of a record, or of a member, although they are filed under something else.

One row is kept of many records that are written together, and names them by their keys: of a grid
`{kind: {key: fields}}`, of an import the same under "changed" with what was added under "added", and what its
undoing removed under "removed"; of a list of who came `{member: mark}`.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Regex

IMPORT = "members.importbatch"
MOST_CALLED = 50
"""So many members are looked for in such rows; a word by which more are called tells nobody apart."""


def of_record(obj: Any) -> Q:
    """The rows that tell of one record, by itself or among others."""
    label, key = obj._meta.label_lower, str(obj.pk)
    found = Q(object_type=label, object_id=key)
    # A grid is filed under the branch and the year, which no key of a record is.
    found |= Q(object_type=label, object_id__contains=" ") & _either(f"__{label}__has_key", key)
    added = Q((f"after__added__{label}__regex", rf"[\[ ,]{key}[,\]]"))
    found |= Q(object_type=IMPORT) & (added | Q((f"after__changed__{label}__has_key", key)))
    if getattr(obj, "batch_id", None) is not None:
        found |= Q(object_type=IMPORT, object_id=str(obj.batch_id), verb__startswith="import ")
    if (listed := _listed(obj)) is not None:
        kind, of, part = listed
        found |= Q(object_type=kind, object_id=of) & _either("__has_key", part)
    return found


def alone(row: Any, obj: Any) -> Any:
    """The row with nothing but what it says of the record; None where it leaves that as it was."""
    label, key = obj._meta.label_lower, str(obj.pk)
    if (row.object_type, row.object_id) == (label, key):
        return row
    told, before, after = copy(row), row.before or {}, row.after or {}
    if row.object_type == label:
        told.before, told.after = (said.get(label, {}).get(key) for said in (before, after))
    elif row.object_type == IMPORT:
        told.object_type = label
        told.before = before.get(label, {}).get(key)
        told.after = {"file": after.get("file"), **after.get("changed", {}).get(label, {}).get(key, {})}
    elif (listed := _listed(obj)) is not None:
        part = listed[2]
        told.before, told.after = ({part: said[part]} if part in said else {} for said in (before, after))
    return None if told.before == told.after else told


def of_members(called: QuerySet[Any], rows: QuerySet[Any]) -> Q:
    """Those of the rows that name one of the members among others; of no more than MOST_CALLED members."""
    keys = set(called.values_list("pk", flat=True)[: MOST_CALLED + 1])
    if not keys or len(keys) > MOST_CALLED:
        return Q(pk__in=[])
    alike = "|".join(map(str, sorted(keys)))
    pattern = rf'"member(_id)?": ?({alike})[,}}]|"({alike})": ?\['
    said = [Q(Regex(Cast(column, TextField()), pattern)) for column in ("before", "after")]
    grids = Q(member__isnull=True) & ~Q(object_type=IMPORT) & (said[0] | said[1])
    return grids | Q(pk__in=_imports_of(keys, rows))


def _imports_of(members: set[int], rows: QuerySet[Any]) -> list[int]:
    """Imports, and undoings of them, that wrote records of the members: one question for each table."""

    @cache
    def records(label: str) -> set[str]:
        found = _by_member(apps.get_model(label), members)
        return set() if found is None else set(map(str, found.values_list("pk", flat=True)))

    @cache
    def batches(label: str) -> set[str]:
        found = _by_member(apps.get_model(label), members)
        return set() if found is None else set(map(str, found.values_list("batch", flat=True).distinct()))

    def wrote(batch: str, added: Any, changed: Any, removed: Any) -> bool:
        for label, keys in (added or {}).items():
            # Rows that name their batch are counted in the log, others named.
            if (
                batch in batches(label)
                if isinstance(keys, int)
                else not records(label).isdisjoint(map(str, keys))
            ):
                return True
        if any(not records(label).isdisjoint(keys) for label, keys in (changed or {}).items()):
            return True
        return any(_among(label, *table, members=members) for label, table in (removed or {}).items())

    columns = ("pk", "object_id", "after__added", "after__changed", "before__removed")
    imports = rows.filter(object_type=IMPORT).order_by("pk").values_list(*columns)
    return [pk for pk, *said in imports.iterator(chunk_size=100) if wrote(*said)]


def _among(label: str, names: list[str], *table: list[Any], members: set[int]) -> bool:
    """Whether one of the removed rows was of one of the members; the columns come first."""
    column = "id" if label == "members.member" else "member_id"
    return column in names and any(row[names.index(column)] in members for row in table)


def _by_member(model: type[Model], members: set[int]) -> QuerySet[Any] | None:
    """The rows of a table that are of the members; None where they are of nobody."""
    if model._meta.label_lower == "members.member":
        return model._base_manager.filter(pk__in=members).order_by()
    if not any(field.name == "member" for field in model._meta.concrete_fields):
        return None
    return model._base_manager.filter(member__in=members).order_by()


def _either(lookup: str, key: str) -> Q:
    return Q((f"before{lookup}", key)) | Q((f"after{lookup}", key))


def _listed(obj: Any) -> tuple[str, str, str] | None:
    found: tuple[str, str, str] | None = obj.listed_in() if hasattr(obj, "listed_in") else None
    return found
