"""Addresses that differ in one key alone: a list has hundreds, and reversing each takes its time."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

KEY = "0key0"
"""Stands for the key in the address that `addresses` is given."""

_KEPT = "!$&'()*+,;=/~:@"
"""What an address holds as it is; the same as Django's own."""


def addresses(like: str) -> Callable[[object], str]:
    """What gives for a key the address that is like this one, with the key in place of `KEY`."""
    before, after = like.split(KEY)

    def of(key: object) -> str:
        text = str(key)
        plain = text.isascii() and text.isalnum()
        return f"{before}{text if plain else quote(text, safe=_KEPT)}{after}"

    return of
