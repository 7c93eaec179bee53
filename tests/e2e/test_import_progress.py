"""A long import in the browser: its figures while it runs, leaving and coming back, and without scripts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect

from members.enums import Phase
from members.models import StagedImport
from members.resources.base import Change, Preview
from members.services import underway
from scoring.models import Entry
from tests import sheets
from tests.cast import Cast
from tests.e2e.conftest import WIDTHS, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
LIST = sheets.PAGES["entries"]
IMPORT = f"{LIST}import/"
ROWS = 120
LOOK = """() => {
    const box = document.querySelector(".underway[data-of]");
    const bar = box.querySelector("progress");
    const say = () => window.say({
        figure: box.querySelector(".figure").textContent,
        phase: box.querySelector("[role=status]").textContent,
        part: bar.value / bar.max,
        may_leave: !box.querySelector(".leave").hidden,
    });
    // What is said in one go is seen in one go.
    new MutationObserver(() => queueMicrotask(say)).observe(box, { childList: true, subtree: true });
}"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workbook of so many rows."""
    rows = [
        ["M002", "visit_people", f"2025-{1 + n % 12:02}-{1 + n // 12:02}", 1, f"走访{n}"] for n in range(ROWS)
    ]
    file = tmp_path / "走访.xlsx"
    file.write_bytes(sheets.workbook("党员编号 考核项目 日期 数量 活动名称", *rows))
    return file


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that takes its time for every row."""
    change, counted = Preview.change, underway.counted

    def slow_change(preview: Preview, change_: Change) -> None:
        time.sleep(0.02)
        change(preview, change_)

    def slowly_counted(phase: Phase, rows: Iterable[Any], *, done: int, total: int) -> Iterator[Any]:
        for row in counted(phase, rows, done=done, total=total):
            time.sleep(0.02)
            yield row

    monkeypatch.setattr(Preview, "change", slow_change)
    monkeypatch.setattr(underway, "counted", slowly_counted)


@dataclass
class Halts:
    """Tells a machine that has stopped in the middle of the rows to go on: with checking, with writing."""

    check: Event
    write: Event


@pytest.fixture
def halted(monkeypatch: pytest.MonkeyPatch) -> Halts:
    """A machine that stops in the middle of the rows until it is told to go on."""
    change, counted, halts, done = Preview.change, underway.counted, Halts(Event(), Event()), count(1)

    def halting(preview: Preview, change_: Change) -> None:
        if next(done) == ROWS // 2:
            halts.check.wait(60)
        change(preview, change_)

    def counting(phase: Phase, rows: Iterable[Any], *, done: int, total: int) -> Iterator[Any]:
        for number, row in enumerate(counted(phase, rows, done=done, total=total), start=1):
            if phase is Phase.WRITE and number == ROWS // 2:
                halts.write.wait(60)
            yield row

    monkeypatch.setattr(Preview, "change", halting)
    monkeypatch.setattr(underway, "counted", counting)
    return halts


@dataclass
class Shown:
    """What the bar of a page says at one moment: figure, phase for who listens, and the bar itself."""

    figure: str
    phase: str
    part: float
    may_leave: bool


class Onlooker:
    """Writes down what bars say, also while the browser waits for the next page."""

    def __init__(self, one: Visitor) -> None:
        self._one, self._said = one, list[Shown]()
        one.page.expose_function("say", lambda said: self._said.append(Shown(**said)))

    def click(self, button: str) -> list[Shown]:
        """Click, and give what is shown until the next page comes."""
        self._said.clear()
        self._one.page.evaluate(LOOK)
        with self._one.page.expect_navigation(timeout=60_000):
            self._one.page.click(button)
        return self._said


@pytest.mark.parametrize("width", WIDTHS)
def test_a_long_file_shows_how_far_it_is_and_ends_at_its_preview(
    filled: Cast, visitor: Callable[..., Visitor], path: Path, slow: None, width: int
) -> None:
    one = visitor(filled.owner, width)
    onlooker = Onlooker(one)
    one.open(IMPORT)
    one.page.set_input_files("input[type=file]", path)
    assert_moving(onlooker.click("#upload button.main"), "核对")
    expect(one.page.locator("button[name=confirm]")).to_be_visible()
    assert one.faults() == []
    assert_moving(onlooker.click("button[name=confirm]"), "写入")
    assert one.page.url == f"{one.base}{LIST}"
    assert Entry.objects.filter(title__startswith="走访").count() == ROWS
    assert (one.complaints, one.strangers) == ([], [])


def assert_moving(shown: list[Shown], phase: str) -> None:
    """At least two figures of a phase, each further than the one before, and the bar as far as they say."""
    told = [one for one in shown if one.figure.startswith(f"{phase}：")]
    assert len({one.figure for one in told}) >= 2, shown
    for one in told:
        done = int(one.figure.removeprefix(f"{phase}：").removesuffix(f" / {ROWS} 行"))
        assert abs(one.part - done / ROWS) < 0.001
        assert (one.phase, one.may_leave) == (phase, True)
    parts = [one.part for one in told]
    assert parts == sorted(parts)


def test_who_leaves_while_it_is_checked_finds_it_again_and_sees_it_run_to_its_end(
    filled: Cast, visitor: Callable[..., Visitor], path: Path, halted: Halts
) -> None:
    one = visitor(filled.owner)
    one.open(IMPORT)
    one.page.set_input_files("input[type=file]", path)
    one.page.evaluate("setTimeout(() => document.querySelector('#upload button.main').click())")
    # Who leaves before the browser has asked for the preview leaves a file that nobody checks yet.
    wait_until(lambda: at_work(filled, Phase.CHECK))
    one.open("/")
    one.open("/admin/members/importbatch/")
    running = one.page.locator(".waiting .underway[data-running]")
    expect(running.locator(".figure")).to_contain_text(f"/ {ROWS} 行")
    expect(running.get_by_role("progressbar")).to_be_visible()
    assert one.faults() == []
    halted.check.set()
    expect(one.page.locator(".waiting a.button")).to_be_visible(timeout=30_000)
    other = visitor(filled.other)
    other.open("/admin/members/importbatch/")
    assert path.name not in other.page.content()
    one.page.click(".waiting a.button")
    expect(one.page.locator("button[name=confirm]")).to_be_visible()
    # Left again while it is written: the server goes on.
    one.page.evaluate("setTimeout(() => document.querySelector('button[name=confirm]').click())")
    wait_until(lambda: at_work(filled, Phase.WRITE))
    one.open(IMPORT)
    expect(one.page.locator(".waiting .figure")).to_contain_text("写入：")
    halted.write.set()
    expect(one.page.locator(".waiting")).to_have_count(0, timeout=30_000)
    assert Entry.objects.filter(title__startswith="走访").count() == ROWS
    assert (one.complaints, one.strangers) == ([], [])


def at_work(filled: Cast, phase: Phase) -> bool:
    """Whether the owner's file is in this phase."""
    return any(told.phase == phase for told in underway.all_of(by=filled.by(filled.owner)))


def wait_until(true: Callable[[], bool]) -> None:
    """Look again and again, for half a minute at most."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_without_scripts_the_form_waits(
    live_server, filled: Cast, browser: Browser, path: Path, slow: None
) -> None:
    context = browser.new_context(
        java_script_enabled=False, locale="zh-CN", viewport={"width": WIDTHS[1], "height": 800}
    )
    session = filled.client(filled.owner).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    one = Visitor(context.new_page(), live_server.url)
    one.open(IMPORT)
    assert one.page.locator(".underway").is_hidden()
    one.page.set_input_files("input[type=file]", path)
    one.send("#upload button.main")
    assert one.page.locator(".underway").is_hidden()
    key = StagedImport.objects.get().pk
    with underway.watched(by=filled.by(filled.owner), kind="entries", key=key):
        underway.step(Phase.WRITE, 30, ROWS)
        one.open(IMPORT)
        assert one.page.locator(".waiting .figure").inner_text() == f"写入：30 / {ROWS} 行"
    one.open(IMPORT)
    one.send(".waiting a.button")
    one.send("button[name=confirm]")
    assert Entry.objects.filter(title__startswith="走访").count() == ROWS
    context.close()
