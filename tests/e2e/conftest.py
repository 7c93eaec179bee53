"""What browser tests share: a filled branch, and a browser in which somebody is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from members.models import User
from tests import rows
from tests.cast import Cast
from tests.desk.ledger import Ledger
from tests.kept import once

YEAR = 2025
WIDTHS = (1280, 390)
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
    "preload": False,  # axe would fetch style sheets by addresses of its own making
}
READ = """() => ({
    headings: document.querySelectorAll("h1").length,
    title: document.title.split(" · ")[0].trim(),
    lang: document.documentElement.lang,
})"""


@pytest.fixture
def filled(live_server, cast: Cast) -> Cast:
    """The cast with worked case 2 for M001, and an award, a leave and what does not count for M002.

    M101’s branch has adjusted its standard of the year after.
    """
    return once("filled", lambda: fill(cast))


def fill(cast: Cast) -> Cast:
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
    rows.adjustment(cast, "DT0201")
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

    def send(self, selector: str) -> None:
        """Click on what sends a form, and wait for what comes back."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def see(self, width: int, scheme: str) -> None:
        """Look through a window of another width, or in light or dark."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

    def faults(self, within: str | None = None) -> list[str]:
        """What is wrong with the page: to axe (with a part of it), in console, network and width."""
        self.page.wait_for_load_state()
        broken = Axe().run(self.page, context=within, options=AXE).response["violations"]
        found = [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in broken]
        found += [f"console: {text}" for text in self.complaints]
        found += [f"asked for: {url}" for url in self.strangers]
        if self.overflows():
            found.append("wider than the window")
        self.complaints.clear()
        self.strangers.clear()
        return found

    def disorder(self, lang: str = "zh-hans") -> list[str]:
        """What is wrong with the page's heading, its title or its language."""
        read = self.page.evaluate(READ)
        wrong = []
        if read["headings"] != 1:
            wrong.append(f"{read['headings']} headings of the first rank")
        if not read["title"]:
            wrong.append("no title")
        if read["lang"] != lang:
            wrong.append(f"language {read['lang']}")
        return wrong

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
            reduced_motion="reduce",  # colours that are on their way are nobody's
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
