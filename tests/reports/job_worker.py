"""A worker as in production, which keeps a part no longer than it is told: `python -m … SECONDS`."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django


def main() -> None:
    """Work off what the database's queue holds, until it is ended."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.core.management import call_command

    from reports.services.jobs import leases

    leases.LEASE = timedelta(seconds=float(sys.argv[1]))
    call_command("db_worker", interval=0.1, startup_delay=False, reload=False, verbosity=0)


if __name__ == "__main__":
    main()
