"""What browser tests share: a filled branch, and a browser in which somebody is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from members.models import User
from tests.cast import Cast
from tests.desk.ledger import Ledger

YEAR = 2025
WIDTHS = (1280, 390)


@pytest.fixture
def filled(live_server, cast: Cast) -> Cast:
    """The cast with worked case 2 for M001, and an award, a leave and what does not count for M002."""
    book = Ledger(cast)
    for month in (2, 4, 6, 8):
        book.entry("M001", "org_life", date(YEAR, month, 5), title=f"主题党日第{month}期")
    book.entry("M001", "volunteer", date(YEAR, 3, 5), 3, title="学雷锋志愿服务")
    book.entry("M001", "pair_household", date(YEAR, 3, 5), title="刘家")
    book.dues("M001", range(1, 13))
    book.votes("M001", 2, 10, 5, 3)
    book.award("M002", "district", date(YEAR, 5, 4))
    book.leave("M002", date(YEAR, 3, 3), date(YEAR, 6, 20))
    book.entry("M002", "dues", date(YEAR, 1, 10), on_time=False)
    return cast


class Visitor:
    """One person's browser at one width: opens pages, and keeps what the console and the network say."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def open(self, path: str) -> int:
        """Go to a page of the site; its status."""
        response = self.page.goto(self.base + path)
        assert response is not None
        return response.status

    def overflows(self) -> bool:
        """Whether the page is wider than the window."""
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(self.page.evaluate(wide))

    def _said(self, message: ConsoleMessage) -> None:
        # A page of ours that answers 404 is itself such a line.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.strangers.append(request.url)


@pytest.fixture
def visitor(live_server, browser: Browser, filled: Cast) -> Iterator[Callable[..., Visitor]]:
    """Makes a browser of a width in which the user, if any, is signed in."""
    contexts = []

    def make(user: User | None, width: int = WIDTHS[0], scheme: str = "light") -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        if user is not None:
            session = filled.client(user).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
            )
        return Visitor(context.new_page(), live_server.url)

    yield make
    for context in contexts:
        context.close()
