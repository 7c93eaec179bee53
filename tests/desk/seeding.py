"""Running the seed command as people run it."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command

SMALL = ["--branches", "4", "--members", "60"]


def seed(*arguments: str) -> tuple[int, str, str]:
    """Run the command; its exit code, what it printed and what it complained about."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("seed_demo", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, out.getvalue(), err.getvalue()
