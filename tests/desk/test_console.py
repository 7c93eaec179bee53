"""What the commands share at the console: UTF-8 whatever the locale, quiet ends, columns that line up."""

from __future__ import annotations

import os
import subprocess
import sys

from django.conf import settings

from reports.desk.management.console import aligned, width_of
from reports.tables import Align, Column, Table, points

SPEAKER = """
import django
django.setup()
from reports.desk.management.console import ConsoleCommand
class Command(ConsoleCommand):
    requires_system_checks = []
    def handle(self, *args, **options):
        self.tell("\\u4e1c\\u5858" for _ in range(100_000))
        self.refuse("\\u5586")
Command().run_from_argv(["manage.py", "speak"])
"""


def speak(shell: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command that says a lot, and then refuses, under a locale that knows no Chinese."""
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0",
                   "PYTHONIOENCODING": "ascii", "SPEAKER": SPEAKER, "PYTHON": sys.executable}  # fmt: skip
    return subprocess.run(
        ["bash", "-c", shell], cwd=settings.BASE_DIR, env=environment, capture_output=True, check=False
    )


def test_output_is_utf_8_whatever_the_locale():
    done = speak('"$PYTHON" -c "$SPEAKER"')
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[-1] == "东塘"
    assert done.stderr.decode().strip() == "喆"


def test_a_reader_who_goes_is_no_error():
    done = speak('"$PYTHON" -c "$SPEAKER" | head -n 1; exit ${PIPESTATUS[0]}')
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, "东塘\n", b"")


def test_a_chinese_character_is_two_columns_wide():
    assert width_of("DT01 党支部") == 11
    assert width_of("党\uff0c") == 4  # a full-width comma
    assert width_of("e\u0301") == 1  # an accent sits on its letter


def test_columns_stand_below_each_other():
    table = Table(
        (
            Column("name", "Name", align=Align.START),
            Column("points", "Points", align=Align.END, format=points),
        ),
        [{"name": "张三", "points": 10050}, {"name": "Li", "points": None}],
    )
    assert list(aligned(table)) == [
        "Name  Points",
        "----  ------",
        "张三  100.50",
        "Li         —",
    ]
