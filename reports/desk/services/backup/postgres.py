"""Dumps of a PostgreSQL database by PostgreSQL's own tools, tried out in a database of their own."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from members.errors import Refused
from reports.desk.services.backup.facts import Facts, collect, instead, not_kept, tables

VARIABLES = {
    "NAME": "PGDATABASE",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
    "HOST": "PGHOST",
    "PORT": "PGPORT",
}
OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}

# All tables and functions of ours, newer ones too; what belongs to an extension stays. Runs in the
# transaction that restores.
EMPTY = """
SET lock_timeout = '30s';
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
    LOOP
        EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', one.name);
    END LOOP;
    FOR one IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', one.name);
    END LOOP;
END
$$;
"""


class MayNotTry(Refused):
    """The role may not create the database in which the dump would be tried out."""


def dump(to: Path) -> Facts:
    """Dump the database into a new file; the facts are read in the very snapshot that is dumped."""
    with instead(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        leave = [f"--exclude-table-data=public.{table}" for table in tables() if not_kept(table)]
        to.touch(mode=0o600)
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
             f"--file={to}", *leave)  # fmt: skip
        return collect()


@contextmanager
def tried(dump: Path) -> Iterator[None]:
    """Restore the dump into a database of its own, and send the queries of this thread there.

    Raises MayNotTry, and Refused where it cannot be restored.
    """
    name = f"points_check_{secrets.token_hex(6)}"
    with instead() as server:
        try:
            with server.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        except DatabaseError as error:
            raise MayNotTry(
                _("The role may not create a database to try the backup out: %(why)s.")
                % {"why": _first(error)}
            ) from error
    try:
        _run("pg_restore", "--no-owner", "--no-comments", "--exit-on-error", f"--dbname={name}", str(dump))
        with instead(NAME=name):
            yield
    finally:
        with instead() as server, server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def restore(dump: Path) -> None:
    """Put the dump in the place of everything in the database, in one transaction."""
    connection.close()
    script, empty = dump.with_name("restore.sql"), dump.with_name("empty.sql")
    for path in (script, empty):
        path.touch(mode=0o600)
    empty.write_text(EMPTY)
    _run("pg_restore", "--no-owner", "--no-privileges", "--no-comments", f"--file={script}", str(dump))
    _run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
         "--output=/dev/null", f"--file={empty}", f"--file={script}")  # fmt: skip


def _run(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools; the password goes by environment, which other users cannot read."""
    path = shutil.which(tool)
    if path is None:
        raise Refused(_("%(tool)s is not installed; it comes with PostgreSQL’s client.") % {"tool": tool})
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    version = re.search(r"\d+", told)
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        wanted = int(cursor.fetchone()[0]) // 10000
    if version is None or int(version[0]) < wanted:
        raise Refused(
            _("%(tool)s is older than the server; it must be of PostgreSQL %(version)s or newer.")
            % {"tool": tool, "version": wanted}
        )
    settings = connection.settings_dict
    given = {variable: str(settings[key]) for key, variable in VARIABLES.items() if settings.get(key)}
    given |= {OPTIONS[key]: str(value) for key, value in settings["OPTIONS"].items() if key in OPTIONS}
    done = subprocess.run(  # noqa: S603
        [path, *arguments],
        env={**os.environ, **given, "PGCONNECT_TIMEOUT": "20", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Refused(_("%(tool)s: %(why)s") % {"tool": tool, "why": _first(done.stderr)})


def _first(error: object) -> str:
    """The first line of what a tool says; further ones quote rows."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else ""
