"""Exporting, changing and importing in the browser; the pages of an import are accessible and silent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scoring.models import Entry
from tests import sheets
from tests.cast import Cast
from tests.e2e.conftest import WIDTHS, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
LIST = sheets.PAGES["entries"]


def upload(one: Visitor, path: Path) -> None:
    one.open(f"{LIST}import/")
    one.page.set_input_files("input[type=file]", path)
    one.send("form.panel-box button")


@pytest.mark.parametrize("width, scheme", [(WIDTHS[0], "light"), (WIDTHS[0], "dark"), (WIDTHS[1], "light")])
def test_the_pages_of_an_import_are_accessible_silent_and_at_home(
    filled: Cast, visitor: Callable[..., Visitor], tmp_path: Path, width: int, scheme: str
) -> None:
    one = visitor(filled.owner, width, scheme)
    content = sheets.exported(filled.client(filled.owner), "entries", "?q=学雷锋")
    sound, bad, wrong = tmp_path / "sound.xlsx", tmp_path / "bad.xlsx", tmp_path / "wrong.xlsx"
    more = {"党员编号": "M002", "考核项目": "volunteer", "日期": "2025-06-01"}
    sound.write_bytes(
        sheets.edited(content, {(2, "数量"): 9} | {(3, header): value for header, value in more.items()})
    )
    bad.write_bytes(sheets.edited(content, {(2, "数量"): "多", (3, "党员编号"): "M999"}))
    wrong.write_bytes(b"no workbook")
    found = {}
    for path in (sound, bad, wrong):
        upload(one, path)
        found[path.name] = one.faults()
    assert found == {"sound.xlsx": [], "bad.xlsx": [], "wrong.xlsx": []}


def test_a_list_is_exported_changed_and_imported(
    filled: Cast, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    one = visitor(filled.owner)
    one.open(f"{LIST}?q=学雷锋")
    with one.page.expect_download() as download:
        one.page.click(f"a[href^='{LIST}export/']")
    exported, changed = tmp_path / "out.xlsx", tmp_path / "in.xlsx"
    download.value.save_as(exported)
    changed.write_bytes(sheets.edited(exported.read_bytes(), {(2, "数量"): 4}))
    one.page.click(f"a[href='{LIST}import/']")
    one.page.set_input_files("input[type=file]", changed)
    one.page.click("form.panel-box button")
    expect(one.page.locator("ins")).to_have_text("4")
    assert Entry.objects.get(title="学雷锋志愿服务").quantity == 3
    one.page.click("button[name=confirm]")
    expect(one.page).to_have_url(f"{one.base}{LIST}")
    assert Entry.objects.get(title="学雷锋志愿服务").quantity == 4


@pytest.mark.parametrize("width", WIDTHS)
def test_a_template_is_filled_in_refused_marked_mended_imported_and_undone(
    filled: Cast, visitor: Callable[..., Visitor], tmp_path: Path, width: int
) -> None:
    one = visitor(filled.owner, width)
    one.open("/")
    one.page.locator("details.sheets summary").click()
    assert one.faults() == []
    template, wrong, marked, mended = (tmp_path / f"{name}.xlsx" for name in "twmx")
    with one.page.expect_download() as download:
        one.page.click(f"a[href='{LIST}import/template/?org=DT0101']")
    download.value.save_as(template)
    row = {"党员编号": "李芳 · M002", "考核项目": "volunteer", "日期": "2025-06-01", "活动名称": "撤销"}
    cells = {(2, header): value for header, value in row.items()}
    wrong.write_bytes(sheets.edited(template.read_bytes(), cells | {(2, "日期"): "六月"}))
    upload(one, wrong)
    expect(one.page.locator("button[name=confirm]")).to_have_count(0)
    assert one.faults() == []
    with one.page.expect_download() as download:
        one.page.click("button[name=marked]")
    download.value.save_as(marked)
    mended.write_bytes(sheets.edited(marked.read_bytes(), cells))
    upload(one, mended)
    with one.page.expect_navigation():
        one.page.click("button[name=confirm]")
    assert Entry.objects.filter(title="撤销").count() == 1
    one.open(f"{LIST}import/")
    assert one.faults() == []
    with one.page.expect_navigation():
        one.page.click("a[href$='/undo/']")
    assert one.faults() == []
    with one.page.expect_navigation():
        one.page.click("button.danger")
    assert not Entry.objects.filter(title="撤销").exists()
    assert one.faults() == []
