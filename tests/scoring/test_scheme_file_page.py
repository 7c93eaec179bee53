"""The page on scheme files names every key that a scheme file has."""

import re
import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.cast import SCHEME

PAGE = Path(settings.BASE_DIR) / "docs/reference/scheme-file.md"


def test_every_key_is_explained() -> None:
    keys = set(_keys(tomllib.loads(SCHEME.read_text(encoding="utf-8"))))
    words = set(re.findall(r"[a-z_]+", PAGE.read_text(encoding="utf-8")))
    assert len(keys) > 60
    assert keys - words == set()


def _keys(data: Any) -> list[str]:
    if isinstance(data, dict):
        return [*data, *(key for value in data.values() for key in _keys(value))]
    return [key for row in data for key in _keys(row)] if isinstance(data, list) else []
