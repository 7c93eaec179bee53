"""Whether the rows of the loaded schemes are what their files say; the log tells which files were loaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, models

from members.models import LogRow
from members.services import stored
from scoring.models import (
    ActivityRule,
    AwardPoints,
    Band,
    ExcessRule,
    Interpretation,
    Requirement,
    Scheme,
    SchemeRole,
    SchemeScope,
)
from scoring.services.scheme_rows import parts_of, scheme_of
from scoring.services.schemefile import SchemeFileError, digest_of, read_scheme
from scoring.services.vocabulary import Vocabulary

LOAD = "load scheme"
"""The verb under which the log has that a scheme was loaded, and for which organisation."""

PARTS: tuple[type[models.Model], ...] = (
    SchemeRole, Requirement, ExcessRule, AwardPoints, ActivityRule, Band, Interpretation,
)  # fmt: skip


def faults() -> Iterator[str]:
    """The schemes, by edition or key, that are not what was loaded.

    The text must be the one of the digest, and that the one in the log; the rows, from which scores are
    computed, must be those that the text yields; and the scheme must apply where the log has it loaded for.
    """
    parts = {model: _by_scheme(model) for model in PARTS}
    places: dict[int, set[Any]] = defaultdict(set)
    for one in stored.read(SchemeScope):
        places[_held(one, "scheme_id")].add(one.row.organisation_id if one.row is not None else -1)
    loaded = set(LogRow.objects.filter(verb=LOAD).order_by().values_list("object_id", flat=True))
    yield from sorted(loaded - {str(pk) for pk in Scheme.objects.order_by().values_list("pk", flat=True)})
    for one in stored.read(Scheme):
        scheme = one.row
        if scheme is None:
            yield str(one.pk)
            continue
        loads = _loads(scheme)
        if not scheme.published_at and loads == []:
            continue  # nothing goes by it
        told = {(row.after.get("digest") if isinstance(row.after, dict) else None) for row in loads or ()}
        if (
            told != {scheme.digest}
            or digest_of(scheme.source) != scheme.digest
            or places[scheme.pk] != {row.organisation_id for row in loads or ()}
            or not _follows(scheme, {model: rows[scheme.pk] for model, rows in parts.items()})
        ):
            yield scheme.edition


def _loads(scheme: Scheme) -> list[LogRow] | None:
    """The rows of the log that have the scheme loaded; None where they cannot be read."""
    try:
        return list(LogRow.objects.of_object(scheme).filter(verb=LOAD))
    except (ValueError, DatabaseError):
        return None


def _follows(scheme: Scheme, found: dict[type[models.Model], list[Any]]) -> bool:
    """Whether the rows of a scheme are those that its text yields."""
    try:
        document = read_scheme(scheme.source.encode())
    except (SchemeFileError, UnicodeError):
        return False
    words = Vocabulary(document, make=False)
    wanted = scheme_of(document, text=scheme.source, digest=scheme.digest)
    if words.problems or scheme.published_at is None or _told(wanted) != _told(scheme):
        return False
    stands = {model: rows for model, rows in found.items() if rows}
    made = {type(rows[0]): [_made(row) for row in rows] for rows in parts_of(scheme, document, words) if rows}
    return stands.keys() == made.keys() and all(
        None not in stands[model] and _ordered(stands[model]) == _ordered(made[model]) for model in made
    )


def _by_scheme(model: type[models.Model]) -> dict[int, list[Any]]:
    """What the rows of a table say, by the key of their scheme; None for one that nobody has written so."""
    found: dict[int, list[Any]] = defaultdict(list)
    known = SchemeRole.objects.order_by().values_list("pk", "scheme", "role")
    roles = {pk: (scheme, role) for pk, scheme, role in known} if model is Requirement else {}
    for one in stored.read(model):
        if model is Requirement:
            scheme, role = roles.get(_held(one, "scheme_role_id"), (0, 0))
        else:
            scheme, role = _held(one, "scheme_id"), 0
        found[scheme].append(None if one.row is None else _told(one.row, role))
    return found


def _held(one: stored.Read, name: str) -> Any:
    return getattr(one.row, name) if one.row is not None else one.raw[name]


def _ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one table in the order that they give themselves, requirements role by role."""
    return sorted(rows, key=lambda said: (said["of role"], said["order"]))


def _told(row: Any, role: int = 0) -> dict[str, Any]:
    """What a row says: all but its keys; of a requirement the role instead of the row that refers to it."""
    left_out = {"id", "published_at", "scheme_id", "scheme_role_id"}
    said = {
        field.attname: field.to_python(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in left_out
    }
    return said | {"of role": role}


def _made(row: Any) -> dict[str, Any]:
    return _told(row, row.scheme_role.role_id if isinstance(row, Requirement) else 0)
