"""A person at a browser: what a page says, and how many queries it takes."""

from __future__ import annotations

import re
from email.message import Message
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import User
from tests.cast import Cast


def browser(cast: Cast, user: User, language: str = "en") -> Client:
    """The user's browser, with the interface in English, in which most expectations are written."""
    client = cast.client(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def kept_as(response: Any) -> str:
    """The name of the file as which a browser keeps an answer."""
    header = Message()
    header["Content-Disposition"] = response["Content-Disposition"]
    assert header.get_content_disposition() == "attachment"
    return str(header.get_filename())


def text_of(response: Any) -> str:
    """What a reader sees of a page, in one line."""
    assert response.status_code == 200
    body = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(body.split())


def words_of(response: Any) -> str:
    """What a reader sees of a page, in one line; inline elements do not divide words."""
    assert response.status_code == 200
    body = re.sub(r"</?(?:a|span)\b[^>]*>", "", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def queries(client: Client, url: str) -> int:
    """How many queries a page takes, once the process has read the scheme."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
