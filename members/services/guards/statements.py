"""The statements that make the triggers on either engine; a trigger's name tells which version it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from members.models import Fixed, YearLock
from members.services.guards.conditions import Guarded

CLOSED, FIXED = "closed_year", "fixed"
PREFIXES = (f"{CLOSED}_", f"{FIXED}_")
"""How the names of triggers begin, by what they keep."""

SAID = {CLOSED: "this counts in a closed year", FIXED: "this stays as it was issued"}
"""What the database says when it refuses."""

WRITERS = 7_305_411_932
"""Key of the lock by which PostgreSQL lets nobody close a year while somebody is writing, or the reverse."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger: its table and name, what makes it, and its definition as the database gives it back."""

    table: str
    name: str
    statements: tuple[str, ...]
    definition: str


def for_sqlite(guarded: Guarded) -> list[Trigger]:
    """The three triggers of a table.

    INSERT OR REPLACE and the like take rows out and tell no trigger: so those that would go are asked about
    as well.
    """
    displaced = list(guarded.displaced())
    return [
        _on_sqlite(_keeping(guarded), guarded.table, event, conditions)
        for event, conditions in (
            ("INSERT", [guarded.inserted(), *displaced]),
            ("UPDATE", [guarded.updated(), *(f"({_other(one)})" for one in displaced)]),
            ("DELETE", [guarded.deleted()]),
        )
    ]


def for_postgresql(guarded: Guarded) -> list[Trigger]:
    """The trigger of a table, which also keeps a year from being closed before this transaction ends."""
    cases = {"INSERT": guarded.inserted(), "UPDATE": guarded.updated(), "DELETE": guarded.deleted()}
    keeping = _keeping(guarded)
    body = f"PERFORM pg_advisory_xact_lock_shared({WRITERS});\n" + _cases(cases, SAID[keeping])
    return [_on_postgresql(keeping, guarded.table, ("INSERT", "UPDATE", "DELETE"), "ROW", body)]


def closing_on_postgresql() -> Trigger:
    """The trigger of the locks: a year is closed when nobody is writing who could not be refused."""
    body = f"PERFORM pg_advisory_xact_lock({WRITERS});\nRETURN NULL;"
    return _on_postgresql(CLOSED, YearLock._meta.db_table, ("INSERT", "UPDATE"), "STATEMENT", body)


def _other(displaced: str) -> str:
    """The same of another row than the one that is updated."""
    return displaced.replace(" AS gone WHERE ", " AS gone WHERE gone.id <> OLD.id AND ", 1)


def _keeping(guarded: Guarded) -> str:
    return FIXED if isinstance(guarded.counting, Fixed) else CLOSED


def _on_sqlite(keeping: str, table: str, event: str, conditions: Iterable[str]) -> Trigger:
    refused = " OR ".join(conditions)
    said = SAID[keeping]
    rest = f"BEFORE {event} ON \"{table}\" WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END"
    name = _name(keeping, table, event.lower(), rest)
    statement = f'CREATE TRIGGER "{name}" {rest}'
    return Trigger(table, name, (statement,), statement)


def _on_postgresql(keeping: str, table: str, events: Iterable[str], each: str, body: str) -> Trigger:
    when = f"BEFORE {' OR '.join(events)}"
    name = _name(keeping, table, "row" if each == "ROW" else "all", when + body)
    source = f"\nBEGIN\n{body}\nEND\n"
    function = f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $guard${source}$guard$'
    trigger = f'CREATE TRIGGER "{name}" {when} ON "{table}" FOR EACH {each} EXECUTE FUNCTION "{name}"()'
    kind = sum(_BITS[word] for word in (*events, each))
    return Trigger(table, name, (function, trigger), f"{kind}:{source}")


_BITS = {"ROW": 1 + 2, "STATEMENT": 2, "INSERT": 4, "DELETE": 8, "UPDATE": 16}
"""How PostgreSQL keeps in `tgtype` what a trigger answers to; 2 is BEFORE."""


def _cases(cases: Mapping[str, str], said: str) -> str:
    refusal = f"RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;"
    lines = [
        f"IF TG_OP = '{event}' THEN\nIF ({condition}) THEN {refusal} END IF;\nEND IF;"
        for event, condition in cases.items()
    ]
    return "\n".join([*lines, "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;", "RETURN NEW;"])


def _name(keeping: str, table: str, what: str, text: str) -> str:
    return f"{keeping}_{table}_{what}_{hashlib.sha256(text.encode()).hexdigest()[:8]}"
