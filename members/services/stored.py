"""Rows read byte by byte: SQLite keeps what PostgreSQL would not take, or writes in one way alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

_AT_ONCE = 2_000
_STRANGE: Any = object()


@dataclass(frozen=True, slots=True)
class Read:
    """A row as it was read; `row` is None where it holds what nobody has written through the product.

    That is what cannot be read, or would be written in other bytes: JSON with another blank, a day with a
    letter in it. `raw` has the columns as they stand then, by the name of their attribute.
    """

    pk: int
    row: Any
    raw: dict[str, Any]


def read(model: type[models.Model], *, at_once: int = _AT_ONCE) -> Iterator[Read]:
    """Yield all rows of a table by their key, of which so many are held in memory at once.

    PostgreSQL has types for everything and no second way to write a value: there every row is as it was.
    """
    if connection.vendor != "sqlite":
        for stored in model._base_manager.order_by("pk").iterator(chunk_size=at_once):
            yield Read(stored.pk, stored, {})
        return
    columns: Sequence[Any] = model._meta.concrete_fields
    quote = connection.ops.quote_name
    # The sign keeps the driver from making days of what is declared to be one.
    names = ", ".join(f"+{quote(column.column)}" for column in columns)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    attributes = [column.attname for column in columns]
    readers = [_converters(column) for column in columns]
    with _bytes_as_they_are(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {names} FROM {table} ORDER BY {key}")  # noqa: S608
        while rows := cursor.fetchmany(at_once):
            for pk, *raw in rows:
                values = [_value(*one) for one in zip(columns, readers, raw, strict=True)]
                known = _STRANGE not in values
                row = model.from_db(connection.alias, attributes, values) if known else None
                yield Read(pk, row, {} if known else dict(zip(attributes, raw, strict=True)))


def strange(model: type[models.Model]) -> list[Read]:
    """The rows that are not as they were written."""
    return [one for one in read(model) if one.row is None]


def _value(column: Any, converters: list[Any], raw: Any) -> Any:
    """What a column holds, or _STRANGE where that, written again, gives something else."""
    expression = column.get_col(column.model._meta.db_table)
    try:
        value = raw
        for convert in converters:
            value = convert(value, expression, connection)
        again = column.get_db_prep_save(value, connection)
        if isinstance(raw, str):
            raw.encode()
        same = float(again) == raw if isinstance(raw, int | float) else again == raw
    except Exception:  # whatever it is that somebody has put there
        return _STRANGE
    return value if same else _STRANGE


def _converters(column: Any) -> list[Any]:
    expression = column.get_col(column.model._meta.db_table)
    return [*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection)]


@contextmanager
def _bytes_as_they_are() -> Iterator[None]:
    """Let what is no UTF-8 be read too; it cannot be encoded again, by which it is known."""
    connection.ensure_connection()
    driver: Any = connection.connection
    kept = driver.text_factory
    driver.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = kept
