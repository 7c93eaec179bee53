"""The translations are whole: every text of the code, in both scripts, with the same placeholders."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings

from tests.test_consistency import files, name_of

ROOT = Path(settings.BASE_DIR)
CATALOGUES = sorted(path for path in files(".po", under=("locale",)))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def load(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "catalogue" in metafunc.fixturenames:
        metafunc.parametrize("catalogue", CATALOGUES, ids=map(name_of, CATALOGUES))


def test_every_text_is_translated_for_certain(catalogue):
    messages = [message for message in load(catalogue) if message.id]
    wanting = [m.id for m in messages if m.fuzzy or not all(m.string if m.pluralizable else [m.string])]
    assert wanting == []


def test_translations_keep_the_placeholders(catalogue):
    for message in load(catalogue):
        if not message.id or not message.string:
            continue
        originals = message.id if message.pluralizable else (message.id,)
        translations = message.string if message.pluralizable else (message.string,)
        expected = set(PLACEHOLDER.findall(originals[-1]))
        for translation in translations:
            assert set(PLACEHOLDER.findall(translation)) == expected, message.id


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")
def test_the_catalogues_hold_every_text_of_the_code(tmp_path):
    """Collects the texts anew, from a copy, and compares."""
    if not CATALOGUES:
        pytest.skip("there are no catalogues yet")
    for path in files(
        ".py", ".html", ".txt", under=("config", "members", "scoring", "appraisal", "reports", "templates")
    ):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    (tmp_path / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    )
    fresh = {key(m) for m in load(tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po") if m.id}
    for catalogue in CATALOGUES:
        if catalogue.name == "django.po":
            kept = {key(m) for m in load(catalogue) if m.id}
            assert (fresh - kept, kept - fresh) == (set(), set()), name_of(catalogue)


def key(message: Message) -> tuple[str | None, object]:
    return message.context, message.id
