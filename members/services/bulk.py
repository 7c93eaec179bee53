"""Many rows of one table written with the same statement, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.db.models.sql import InsertQuery

from members.models import Recorded

AT_ONCE = 400
"""Rows that one statement takes on SQLite: more are no faster."""


def insert(rows: Sequence[models.Model], *, through: Callable[[Iterable[Any]], Iterable[Any]] = iter) -> None:
    """Insert rows, tens of thousands of them where need be; they do not learn their keys.

    They are written as they come `through`, one by one.

    `bulk_create` works out the SQL of every value of every row, which takes several times as long as
    writing them. Here the statement of the first row serves for all, and each value is adapted once.
    """
    if not rows:
        return
    connection = transaction.get_connection()
    columns = [column for column in rows[0]._meta.local_concrete_fields if not column.primary_key]
    query = InsertQuery(type(rows[0]))
    query.insert_values(columns, [rows[0]])
    ((statement, _values),) = query.get_compiler(connection=connection).as_sql()
    readers = [_reader(column) for column in columns]
    values = ([adapt(getattr(row, name)) for name, adapt in readers] for row in through(rows))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _in_portions(cursor, statement, values)
        else:
            cursor.executemany(statement, values)


def _in_portions(cursor: Any, statement: str, values: Iterator[list[Any]]) -> None:
    """Insert many rows with each statement: where there are triggers SQLite keeps what it changes."""
    beginning, one = statement.split(" VALUES ")
    while portion := list(islice(values, AT_ONCE)):
        marks = ", ".join([one] * len(portion))
        cursor.execute(f"{beginning} VALUES {marks}", [value for row in portion for value in row])


def rewrite(rows: Sequence[Recorded], names: Sequence[str]) -> None:
    """Store the named fields of stored rows, each as a new version.

    The caller has read the rows in this transaction and holds their lock.
    """
    if not rows:
        return
    connection = transaction.get_connection()
    quote, meta = connection.ops.quote_name, rows[0]._meta
    columns = [column for column in meta.local_concrete_fields if column.name in names]
    settings = [f"{quote(column.column)} = %s" for column in columns]
    version, key = quote("version"), quote(meta.pk.column)
    statement = (
        f"UPDATE {quote(meta.db_table)} SET {', '.join(settings)}, {version} = {version} + 1 "  # noqa: S608
        f"WHERE {key} = %s"
    )
    readers = [_reader(column) for column in columns]
    values = [[*(adapt(getattr(row, name)) for name, adapt in readers), row.pk] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _reader(column: Any) -> tuple[str, Any]:
    """The attribute that holds a column's value, and what makes of it what the database takes."""
    connection = transaction.get_connection()
    return column.attname, cache(partial(column.get_db_prep_save, connection=connection))
