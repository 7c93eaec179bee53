#!/usr/bin/env python
"""The project's command line: Django's commands and our own."""

import os
import sys

UNDEFINED_TABLE = "42P01"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line
        from django.db import DatabaseError
    except ImportError:
        sys.exit("Django is not installed for this Python; run “make setup” and use .venv/bin/python.")
    try:
        execute_from_command_line(sys.argv)
    except DatabaseError as error:
        if "--traceback" in sys.argv or not _of_the_operator(error):
            raise
        line = str(error).strip().splitlines()[0]
        advice = (
            " (“manage.py migrate” makes the tables)" if "no such table" in line or _no_table(error) else ""
        )
        sys.exit(f"Database: {line}{advice}")


def _of_the_operator(error: BaseException) -> bool:
    """Whether it says that the database cannot be reached or used, or that its tables are not there."""
    from django.db import OperationalError

    return isinstance(error, OperationalError) or _no_table(error)


def _no_table(error: BaseException) -> bool:
    return getattr(error.__cause__, "sqlstate", "") == UNDEFINED_TABLE


if __name__ == "__main__":
    main()
