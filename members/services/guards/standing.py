"""Putting the triggers up, looking whether they stand, and what becomes of a refusal of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, models, transaction
from django.utils.translation import gettext as _

from members.errors import ClosedMeanwhile, KeptAsIssued
from members.models import YearLock
from members.services.guards.conditions import Guarded, Postgresql, Sqlite
from members.services.guards.statements import (
    CLOSED,
    FIXED,
    PREFIXES,
    SAID,
    Trigger,
    closing_on_postgresql,
    for_postgresql,
    for_sqlite,
)

# Table, name and definition of each. On PostgreSQL the definition is what the trigger answers to and the
# body of its function; it is empty, and so never the wanted one, where the trigger is switched off, has a
# condition or another function, or where the function is not run as it was made.
_FOUND = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT relname, tgname, CASE
            WHEN tgenabled IN ('O', 'A') AND tgqual IS NULL AND tgattr = '' AND tgnargs = 0
            AND proname = tgname AND lanname = 'plpgsql' AND proconfig IS NULL AND NOT prosecdef
            THEN tgtype || ':' || prosrc ELSE '' END
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        JOIN pg_proc ON pg_proc.oid = tgfoid JOIN pg_language ON pg_language.oid = prolang
        WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal
    """,
}

Definitions = dict[tuple[str, str], str]
"""By table and name of a trigger its definition."""


def install(*, using: str = DEFAULT_DB_ALIAS, app: AppConfig | None = None) -> None:
    """Put up every trigger of the tables there are, or of those of one app; what stands is left alone."""
    wanted = _wanted(using, app)
    if not wanted:
        return
    tables = {trigger.table for trigger in wanted}
    found = {place: said for place, said in _found(using).items() if place[0] in tables}
    expected = _definitions(wanted)
    if found == expected:
        return
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for _table, name in sorted(place for place, said in found.items() if expected.get(place) != said):
            _drop(cursor, name)
        for trigger in wanted:
            if found.get((trigger.table, trigger.name)) != trigger.definition:
                _drop(cursor, trigger.name)  # a function of that name without its trigger
                for statement in trigger.statements:
                    cursor.execute(statement)


def faults(*, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The tables, of those there are, that the database does not guard as it should.

    A trigger stands where its definition is the one we gave it: of the right name alone it may do anything.
    """
    found = _found(using)
    wanted = _definitions(_wanted(using, None))
    return sorted({place[0] for place, said in wanted.items() if found.get(place) != said})


@contextmanager
def lifted(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Take the triggers down for a while: for a migration that rewrites what counts in closed years."""
    with connections[using].cursor() as cursor:
        for _table, name in _found(using):
            _drop(cursor, name)
    try:
        yield
    finally:
        install(using=using)


def refusing(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Run a statement; what a trigger refuses is raised with a message for people.

    It is ClosedMeanwhile for what counts in a closed year, KeptAsIssued for what was issued.

    SQLite rebuilds a table by dropping it, and will not while a trigger of another one names it: so the
    triggers go first, and stay where the table cannot be dropped; they are put up again after the migration.
    """
    connection = context["connection"]
    if connection.vendor == "sqlite" and str(sql).startswith("DROP TABLE"):
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for _table, name in _found(connection.alias):
                _drop(cursor, name)
            return execute(sql, params, many, context)
    try:
        return execute(sql, params, many, context)
    except IntegrityError as error:
        if SAID[FIXED] in str(error):
            raise KeptAsIssued(_("What was issued stays as it is."), code="issued") from error
        if SAID[CLOSED] not in str(error):
            raise
        said = _("The year that this counts in has been closed; only the committee can reopen it.")
        raise ClosedMeanwhile(said, code="closed") from error


def _wanted(using: str, app: AppConfig | None) -> list[Trigger]:
    """The triggers of the tables that there are."""
    connection = connections[using]
    ours = [model for model in _models(app) if _kept(model) or model is YearLock]
    if not ours:
        return []
    there = set(connection.introspection.table_names())
    if YearLock._meta.db_table not in there:
        return []
    found: list[Trigger] = []
    for model in ours:
        if model._meta.db_table not in there:
            continue
        if model is YearLock:
            found += [closing_on_postgresql()] if connection.vendor == "postgresql" else []
        elif connection.vendor == "postgresql":
            found += for_postgresql(Guarded(model, _kept(model), Postgresql()))
        else:
            found += for_sqlite(Guarded(model, _kept(model), Sqlite()))
    return found


def _kept(model: type[models.Model]) -> Any:
    """How rows of the table count in years, or that they are fixed; None: it has no triggers."""
    return getattr(model, "counting", None) or getattr(model, "fixed", None)


def _models(app: AppConfig | None) -> Iterable[type[models.Model]]:
    return app.get_models() if app is not None else apps.get_models()


def _definitions(triggers: Iterable[Trigger]) -> Definitions:
    return {(one.table, one.name): one.definition for one in triggers}


def _found(using: str) -> Definitions:
    """The triggers of ours that there are."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(_FOUND[connection.vendor])
        rows = cursor.fetchall()
    return {(table, name): said for table, name, said in rows if name.startswith(PREFIXES)}


def _drop(cursor: Any, name: str) -> None:
    """Take a trigger down; on PostgreSQL it goes with its function."""
    if cursor.db.vendor == "postgresql":
        cursor.execute(f'DROP FUNCTION IF EXISTS "{name}"() CASCADE')
    else:
        cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
