"""Reads the demo's words from the file beside this module."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def words() -> dict[str, Any]:
    """The whole file; lists of short words are still one string."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


@cache
def listed(table: str, key: str) -> list[str]:
    """A list of words, written as a list or as one string divided by spaces."""
    value = words()[table][key]
    return value.split() if isinstance(value, str) else list(value)
