"""A workbook that goes to LibreOffice and comes back: the preview names what was changed there, no more."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scoring.models import Entry
from tests import calc, rows, sheets
from tests.cast import Cast

pytestmark = pytest.mark.slow
MARK = "FFFFC9CF"


@pytest.fixture(autouse=True)
def office(settings) -> None:
    settings.LANGUAGE_CODE = "en"
    if not calc.available():
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing: scripts/system-packages installs it")
        pytest.skip("LibreOffice is not installed")


def test_three_cells_changed_in_libreoffice_are_what_the_preview_names(
    cast: Cast, owner, tmp_path: Path
) -> None:
    """A quantity, a date and a note; texts that look like formulas, numbers or escapes stay what they are."""
    titles = ["走访", "=1+1", "'-甲", "007", "_x0041_", "TRUE", "2026-03-05", "＝甲"]
    for day, title in enumerate(titles, start=1):
        rows.entry(cast, cast.members["M001"], date=date(2026, 3, day), title=title, record_no=f"00{day}")
    rows.entry(cast, cast.members["M002"], "dues", quantity=1, on_time=False)
    exported, back = tmp_path / "out.xlsx", tmp_path / "back.xlsx"
    exported.write_bytes(sheets.exported(owner, "entries", "?o=0"))
    table = sheets.table(exported.read_bytes())
    places = {name: place for place, name in enumerate(table[0])}
    numbers = {row[0]: number for number, row in enumerate(table)}
    calc.change(
        exported,
        back,
        [
            (places["数量"], numbers["001"], "5"),
            (places["日期"], numbers["002"], "2026-03-12"),
            (places["备注"], numbers["003"], "已核对"),
        ],
    )
    page = sheets.preview(owner, "entries", back.read_bytes())
    assert page.context["preview"].problems == []
    assert page.context["counts"] == {"new": 0, "changed": 3, "same": 6}
    changed = {change.row: [tuple(cell) for cell in change.fields] for change in page.context["changed"].rows}
    assert changed == {
        numbers["001"] + 1: [("数量", "3", "5")],
        numbers["002"] + 1: [("日期", "2026-03-02", "2026-03-12")],
        numbers["003"] + 1: [("备注", "", "已核对")],
    }
    assert sheets.confirm(owner, page).status_code == 302
    stored = {entry.record_no: entry for entry in Entry.objects.filter(member__number="M001")}
    assert (stored["001"].quantity, stored["002"].date) == (5, date(2026, 3, 12))
    assert (stored["003"].note, [stored[f"00{day}"].title for day in range(1, 9)]) == ("已核对", titles)


def test_a_template_filled_in_in_libreoffice_arrives(cast: Cast, owner, tmp_path: Path) -> None:
    """Dates and numbers are typed as people type them; the lists are still there when it comes back."""
    blank, back = tmp_path / "template.xlsx", tmp_path / "filled.xlsx"
    blank.write_bytes(sheets.downloaded(owner, f"{sheets.PAGES['entries']}import/template/"))
    places = {name: place for place, name in enumerate(sheets.table(blank.read_bytes())[0])}
    typed = [
        {"党员编号": "张晓明 · M001", "考核项目": "撰写党员学习心得体会", "日期": "2026-03-05"},
        {"党员编号": "李芳 · M002", "考核项目": "及时足额缴纳党费", "日期": "2026/4/1", "按时足额": "否"},
        {"党员编号": "张晓明 · M001", "考核项目": "参加志愿服务活动", "日期": "2026-03-06", "数量": "2"},
    ]
    cells = [(places[head], row, said) for row, line in enumerate(typed, 1) for head, said in line.items()]
    calc.change(blank, back, cells)
    book = load_workbook(back)
    assert book.sheetnames[1:] == ["填写说明", "模板选项"]
    assert "list_number" in book.defined_names
    rules = book.worksheets[0].data_validations.dataValidation
    assert {rule.formula1 for rule in rules} >= {"list_number", "list_indicator", "list_on_time"}
    page = sheets.preview(owner, "entries", back.read_bytes())
    assert page.context["preview"].problems == []
    assert page.context["preview"].notices == []
    assert sheets.confirm(owner, page).status_code == 302
    stored = Entry.objects.order_by("pk")
    assert list(stored.values_list("member__number", "indicator__code", "date", "quantity", "on_time")) == [
        ("M001", "essay", date(2026, 3, 5), 1, True),
        ("M002", "dues", date(2026, 4, 1), 1, False),
        ("M001", "volunteer", date(2026, 3, 6), 2, True),
    ]


def test_wrong_cells_come_back_marked_and_are_mended_in_libreoffice(
    cast: Cast, owner, tmp_path: Path
) -> None:
    """Five wrong cells of a template filled in there; the marked copy is mended there and arrives."""
    blank, wrong = tmp_path / "template.xlsx", tmp_path / "wrong.xlsx"
    marked, mended = tmp_path / "marked.xlsx", tmp_path / "mended.xlsx"
    blank.write_bytes(sheets.downloaded(owner, f"{sheets.PAGES['entries']}import/template/"))
    places = {name: place for place, name in enumerate(sheets.table(blank.read_bytes())[0])}
    typed = [
        {"党员编号": "张晓明 · M001", "考核项目": "没有这一项", "日期": "2026-03-05"},
        {"党员编号": "谁 · M999", "考核项目": "撰写党员学习心得体会", "日期": "2026-03-06"},
        {"党员编号": "李芳 · M002", "考核项目": "撰写党员学习心得体会", "日期": "三月", "数量": "多"},
        {"党员编号": "李芳 · M002", "日期": "2026-03-08"},
    ]
    calc.change(
        blank,
        wrong,
        [(places[head], row, said) for row, line in enumerate(typed, 1) for head, said in line.items()],
    )
    page = sheets.preview(owner, "entries", wrong.read_bytes())
    answer = owner.post(page.request["PATH_INFO"], {"marked": "yes"})
    marked.write_bytes(b"".join(answer.streaming_content))
    sheet = load_workbook(marked).worksheets[0]
    found = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == MARK}
    letters = {head: sheet.cell(1, place + 1).column_letter for head, place in places.items()}
    expected = [("考核项目", 2), ("党员编号", 3), ("日期", 4), ("数量", 4), ("考核项目", 5)]
    assert found == {f"{letters[head]}{row}" for head, row in expected}
    assert all(sheet[place].comment.text.startswith("✗ ") for place in found)
    mending = {
        ("考核项目", 1): "参加志愿服务活动",
        ("党员编号", 2): "王桂英 · M003",
        ("日期", 3): "2026-03-07",
        ("数量", 3): "2",
        ("考核项目", 4): "参加志愿服务活动",
    }
    calc.change(marked, mended, [(places[head], row, said) for (head, row), said in mending.items()])
    kept = load_workbook(mended).worksheets[0]
    assert {cell.coordinate for row in kept.iter_rows() for cell in row if cell.comment} >= found
    page = sheets.preview(owner, "entries", mended.read_bytes())
    assert page.context["preview"].problems == []
    assert page.context["preview"].notices == []
    assert sheets.confirm(owner, page).status_code == 302
    assert Entry.objects.count() == 4
