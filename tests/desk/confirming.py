"""The page on which the issue of a notice is confirmed, and its button, for tests."""

from __future__ import annotations

from typing import Any

from django.test import Client

LIST = "/branches/DT0101/notices/"


def seen_on(page: Any) -> str:
    """What the confirming page says to have shown; empty on another page."""
    found = page.content.decode().split('name="seen" value="')
    return str(found[1].split('"')[0]) if len(found) > 1 else ""


def pressed(client: Client, said: dict[str, str], **more: str) -> Any:
    """What the button of the confirming page answers; `more` is sent besides or instead."""
    return client.post(LIST, said | {"seen": seen_on(client.get(LIST, said))} | more, follow=True)
