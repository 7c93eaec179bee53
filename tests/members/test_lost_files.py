"""Files that a killed process has left without a row: named by `verify`, swept by `clear_uploads`."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from scoring.models import Activity
from tests import rows
from tests.cast import Cast


@pytest.fixture
def kept(cast: Cast, tmp_path: Path, settings: Any) -> Path:
    """A file with its row, one that no row names, and one where no row keeps files; all two days old."""
    settings.MEDIA_ROOT, settings.LANGUAGE_CODE = tmp_path, "en"
    activity = rows.activity(cast, "DT0101")
    activity.attachment.save("照片.png", ContentFile(b"kept"))
    for name in ("evidence/2026/lost.pdf", "elsewhere/other.txt"):
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"lost")
    for file in files(tmp_path):
        age(tmp_path / file, 2)
    return tmp_path


def age(file: Path, days: float) -> None:
    moment = (timezone.now() - timedelta(days)).timestamp()
    os.utime(file, (moment, moment))


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def said(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_verify_names_it_and_it_is_no_fault(kept: Path) -> None:
    told = said("verify")
    assert "No record names the file evidence/2026/lost.pdf" in told
    assert told.count("No record names") == 1
    assert "All well." in told
    assert len(files(kept)) == 3


def test_it_is_swept_and_nothing_else(kept: Path) -> None:
    assert "A file that no record named was deleted: evidence/2026/lost.pdf" in said("clear_uploads")
    assert files(kept) == sorted([str(Activity.objects.get().attachment), "elsewhere/other.txt"])
    assert "A file" not in said("clear_uploads")


def test_not_while_it_is_younger_than_a_day(kept: Path) -> None:
    age(kept / "evidence/2026/lost.pdf", 0.9)
    assert "lost.pdf" not in said("verify") + said("clear_uploads")
    assert len(files(kept)) == 3


def test_what_another_process_deletes_meanwhile_is_nobodys_fault(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = default_storage.get_modified_time

    def deleted_first(name: str) -> datetime:
        (kept / name).unlink()
        return look(name)

    monkeypatch.setattr(default_storage, "get_modified_time", deleted_first)
    assert "A file that no record named" not in said("clear_uploads")
