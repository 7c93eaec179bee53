"""Backups one after the other while people record: each is restored and compared, none differs."""

from __future__ import annotations

import json
import sqlite3
import sys
import tarfile
import threading
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from members.models import LogRow
from reports.desk.services.backup.making import make
from scoring.models import Entry
from tests.desk.ledger import YEAR, Ledger

pytestmark = [pytest.mark.shows, pytest.mark.django_db(transaction=True)]

WRITERS = 3
BACKUPS = 100


class Writer(threading.Thread):
    """Records one entry after the other until it is told to stop."""

    def __init__(self, book: Ledger, number: str, stop: threading.Event) -> None:
        super().__init__()
        self.book, self.number, self.stop = book, number, stop
        self.recorded = 0
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                day = date(YEAR, 1, 1) + timedelta(days=self.recorded % 365)
                self.book.entry(self.number, "volunteer", day, 1)
                self.recorded += 1
                time.sleep(0.02)  # people pause; and the log of the whole run stays readable in time
        except Exception as error:
            self.failure = error
        finally:
            connection.close()


def counted(path: Path, aside: Path) -> tuple[dict[str, object], int | None]:
    """The manifest's facts, and the entries as SQLite itself counts them in the copy."""
    with tarfile.open(path) as tar:
        facts = json.load(tar.extractfile("manifest.json"))["facts"]
        if connection.vendor != "sqlite":
            return facts, None
        aside.write_bytes(tar.extractfile("database").read())
    copy = sqlite3.connect(aside)
    (entries,) = copy.execute("SELECT COUNT(*) FROM scoring_entry").fetchone()
    head = copy.execute("SELECT hash FROM members_logrow ORDER BY id DESC LIMIT 1").fetchone()
    copy.close()
    aside.unlink()
    assert head == (facts["head"],)
    return facts, entries


def test_backups_under_write_load(cast, tmp_path, settings, short, capsys):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    book = Ledger(cast)
    stop = threading.Event()
    writers = [Writer(book, number, stop) for number in ("M001", "M002", "M004")]
    count = 3 if short else BACKUPS
    taken, began = [], time.monotonic()
    for writer in writers:
        writer.start()
    try:
        for number in range(count):
            # Raises when anything in the restored copy differs from its moment of the original.
            made = make(to=f"{tmp_path}/{number}.tar.gz", now=timezone.now())
            facts, entries = counted(made.path, tmp_path / "copy")
            assert entries in {None, facts["counts"]["scoring_entry"]}
            made.path.unlink()
            taken.append(facts)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert [writer.failure for writer in writers] == [None] * WRITERS
    # Everybody got on, the backups saw it grow, and each is a beginning of the log as it stands now.
    assert all(writer.recorded > 0 for writer in writers)
    entries = [facts["counts"]["scoring_entry"] for facts in taken]
    assert entries == sorted(entries)
    assert entries[0] < entries[-1] <= Entry.objects.count()
    keys = dict(LogRow.objects.order_by("pk").values_list("hash", "pk"))
    places = {hash: place for place, hash in enumerate(keys, start=1)}
    assert [places[facts["head"]] for facts in taken] == [facts["rows"] for facts in taken]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{connection.vendor}: {count} backups in {time.monotonic() - began:.0f} s while "
            f"{sum(writer.recorded for writer in writers)} entries were recorded; 0 differences\n"
        )
