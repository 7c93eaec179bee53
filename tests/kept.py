"""What many tests begin with is made once a process, and put back as the rows that it was stored as."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Count, Max

from members.models import LogRow
from members.services import guards

Made = TypeVar("Made")
Rows = dict[str, dict[Any, dict[str, Any]]]
"""By table, the rows as they are stored, by their keys; in each the values by column."""

Moment = tuple[int, int | None]
"""How many rows the log has, and the last of them: whatever services store, they log."""

_kept: dict[str, tuple[Moment, Rows, Rows, bytes]] = {}


def once(name: str, make: Callable[[], Made]) -> Made:
    """What `make` returns, with what it stores: made at first, afterwards put back from memory.

    Where the database holds something else before than it did, it is made anew. The objects are new ones each
    time.
    """
    moment = _moment()
    if name in _kept:
        then, gone, new, pickled = _kept[name]
        if then != moment:
            return make()
        _put_back(gone, new)
        return pickle.loads(pickled)  # type: ignore[no-any-return]
    before = _stored()
    made = make()
    after = _stored()
    _kept[name] = (moment, _beyond(after, before), _beyond(before, after), pickle.dumps(made))
    return made


def _moment() -> Moment:
    rows = LogRow.objects.aggregate(rows=Count("pk"), last=Max("pk"))
    return rows["rows"], rows["last"]


def _put_back(gone: Rows, new: Rows) -> None:
    keys = {model._meta.db_table: model._meta.pk.column for model in _models()}
    # What is kept may have closed a year, which lets nothing in behind it.
    with transaction.atomic(), guards.lifted(), connection.cursor() as cursor:
        for table, rows in gone.items():
            cursor.executemany(f'DELETE FROM "{table}" WHERE "{keys[table]}" = %s', [[key] for key in rows])
        for table, rows in new.items():
            # By name: SQLite gives the columns another order when a migration rebuilds the table.
            columns = list(next(iter(rows.values())))
            names, places = ", ".join(f'"{name}"' for name in columns), ", ".join(["%s"] * len(columns))
            values = [[row[name] for name in columns] for row in rows.values()]
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', values)


def _stored() -> Rows:
    stored: Rows = {}
    with connection.cursor() as cursor:
        for model in _models():
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            stored[table] = {row[key]: row for row in rows}
    return stored


def _beyond(those: Rows, these: Rows) -> Rows:
    """The rows of `these` that are not among `those`."""
    found = {
        table: {key: row for key, row in rows.items() if those[table].get(key) != row}
        for table, rows in these.items()
    }
    return {table: rows for table, rows in found.items() if rows}


def _models() -> list[Any]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
