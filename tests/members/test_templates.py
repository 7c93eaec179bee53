"""The template of each kind: what it offers, and that what was filled in arrives."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from appraisal.models import Tally
from scoring.models import Entry
from tests import sheets
from tests.cast import CANARY, Cast

OWN = ["李芳 · M002", "王桂英 · M003", "赵组长 · M004", "张晓明 · M001"]


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def template(client: Any, kind: str, query: str = "") -> bytes:
    return sheets.downloaded(client, f"{sheets.PAGES[kind]}import/template/{query}")


def offered(book: Any, key: str) -> list[str]:
    """The words of the list of this name."""
    name, cells = next(iter(book.defined_names[f"list_{key}"].destinations))
    return [row[0].value for row in book[name][cells.replace("$", "")]]


def filled(content: bytes, *rows: dict[str, Any]) -> bytes:
    """The template with rows written below its header."""
    return sheets.edited(
        content, {(number, head): value for number, row in enumerate(rows, 2) for head, value in row.items()}
    )


@pytest.mark.parametrize("kind", sheets.PAGES)
def test_a_template_has_the_columns_lists_and_an_example_on_a_sheet_of_its_own(owner, administrator, kind):
    client = administrator if kind == "organisations" else owner
    content = template(client, kind)
    book = load_workbook(io.BytesIO(content))
    first, guide, lists = book.worksheets
    exported = sheets.table(sheets.exported(client, kind))[0]
    assert [cell.value for cell in first[1]] == exported
    assert first.freeze_panes == "A2"
    assert [sheet.sheet_state for sheet in (guide, lists)] == ["visible", "hidden"]
    assert [cell.value for cell in guide[3]][: len(exported)] == exported
    assert any(cell.value for cell in guide[4])
    assert "Not imported" in guide["A1"].value
    for place, head in enumerate(exported, start=1):
        look = first.column_dimensions[first.cell(1, place).column_letter]
        day = head.endswith("日期")
        assert (look.number_format == "yyyy-mm-dd") is day, head
        assert (look.number_format == "@") is (head in TEXTS), head
        assert look.width >= 12
    said = "".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert (CANARY in said) is (kind == "organisations")


TEXTS = {
    "组织编码", "名称", "类型", "上级编码", "党员编号", "姓名", "角色", "类别", "党员身份", "事由", "记录号",
    "考核项目", "活动名称", "按时足额", "备注", "说明", "级别",
}  # fmt: skip


def test_members_indicators_and_closed_words_are_offered(cast: Cast, owner):
    book = load_workbook(io.BytesIO(template(owner, "entries")))
    assert sorted(offered(book, "number")) == sorted(OWN)
    words = offered(book, "indicator")
    assert "参加党的组织生活" in words
    assert not any(word.startswith("道德品行") for word in words)
    assert offered(book, "on_time") == ["是", "否"]
    rules = {str(rule.sqref): rule for rule in book.worksheets[0].data_validations.dataValidation}
    found = {rule.formula1: (rule.type, rule.errorStyle) for rule in rules.values() if rule.type == "list"}
    assert found == {
        "list_number": ("list", "warning"),
        "list_indicator": ("list", "warning"),
        "list_on_time": ("list", "stop"),
    }
    columns = {cell.value: cell.column_letter for cell in book.worksheets[0][1]}
    hidden = {head for head, letter in columns.items() if book.worksheets[0].column_dimensions[letter].hidden}
    assert hidden == {"记录号", "组织编码", "姓名"}
    assert f"{columns['党员编号']}2:{columns['党员编号']}2000" in rules


def test_a_template_is_of_one_branch_or_of_all_that_one_writes(cast: Cast, owner):
    group = load_workbook(io.BytesIO(template(owner, "entries", "?org=DT010101")))
    assert offered(group, "number") == ["赵组长 · M004"]
    for code in ("DT0201", "DT", "nowhere", "%00"):
        assert owner.get(f"{sheets.PAGES['entries']}import/template/?org={code}").status_code == 404, code
    roster = load_workbook(io.BytesIO(template(owner, "members")))
    assert offered(roster, "organisation") == ["东塘第一党支部 · DT0101", "第一党小组 · DT010101"]
    assert "普通党员" in offered(roster, "role")


def test_what_is_chosen_in_a_template_arrives(cast: Cast, owner):
    rows = [
        {
            "党员编号": OWN[0],
            "考核项目": "撰写党员学习心得体会",
            "日期": date(2026, 3, 5),
            "活动名称": "心得",
        },
        {"党员编号": OWN[2], "考核项目": "及时足额缴纳党费", "日期": date(2026, 3, 1), "按时足额": "否"},
    ]
    page = sheets.preview(owner, "entries", filled(template(owner, "entries"), *rows))
    preview = page.context["preview"]
    assert (preview.problems, [str(notice) for notice in preview.notices]) == ([], [])
    assert sheets.confirm(owner, page).status_code == 302
    stored = Entry.objects.order_by("pk").values_list("member__number", "indicator__code", "date", "on_time")
    assert list(stored) == [
        ("M002", "essay", date(2026, 3, 5), True),
        ("M004", "dues", date(2026, 3, 1), False),
    ]


def as_wps_saves(content: bytes) -> bytes:
    """The workbook with an extent down to the last row there can be, which is styled and empty."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                last = b'<row r="1048576" s="1" customFormat="1"><c r="A1048576" s="1"/></row></sheetData>'
                part = part.replace(b"</sheetData>", last)
                part = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', part)
                assert b"1048576" in part
            target.writestr(name, part)
    return packed.getvalue()


def test_a_template_saved_with_a_million_empty_rows_arrives(cast: Cast, owner):
    rows = [{"党员编号": OWN[0], "考核项目": "essay", "日期": date(2026, 3, 5)}]
    content = as_wps_saves(filled(template(owner, "entries"), *rows))
    page = sheets.preview(owner, "entries", content)
    assert (page.context["preview"].problems, page.context["counts"]["new"]) == ([], 1)


def test_a_name_before_a_number_does_not_make_another_member_one_s_own(cast: Cast, owner):
    rows = [{"党员编号": "张晓明 · M101", "考核项目": "essay", "日期": date(2026, 3, 5)}]
    page = sheets.preview(owner, "entries", filled(template(owner, "entries"), *rows))
    assert [str(problem) for problem in page.context["preview"].problems] == [
        "Row 2, 党员编号: there is no member of this number"
    ]


def test_members_whose_row_was_not_filled_in_are_passed_over(cast: Cast, owner):
    """A tally has a row for each member from the start; who has no votes yet is left as it is."""
    content = template(owner, "tallies")
    table = sheets.table(content)
    number = table[0].index("党员编号")
    assert sorted(row[number] for row in table[1:]) == sorted(OWN)
    assert {row[table[0].index("年度")] for row in table[1:]} == {2026}
    place = next(place for place, row in enumerate(table, start=1) if row[number] == "张晓明 · M001")
    votes = {"优秀": 7, "良好": 2, "合格": 1, "差": 0}
    page = sheets.preview(
        owner, "tallies", sheets.edited(content, {(place, head): value for head, value in votes.items()})
    )
    preview = page.context["preview"]
    assert preview.problems == []
    assert [str(notice) for notice in preview.notices] == [
        "3 rows of the template say nothing but whom they are about, and were passed over."
    ]
    assert sheets.confirm(owner, page).status_code == 302
    assert list(Tally.objects.values_list("member__number", "excellent")) == [("M001", 7)]
    half = sheets.edited(content, {(place, "优秀"): 7})
    assert len(sheets.preview(owner, "tallies", half).context["preview"].problems) == 3


def test_a_row_without_votes_in_any_other_file_is_refused(cast: Cast, owner):
    plain = sheets.workbook("年度 党员编号 优秀 良好 合格 差", [2026, "M001", None, None, None, None])
    assert len(sheets.preview(owner, "tallies", plain).context["preview"].problems) == 4


def test_the_first_page_leads_to_the_templates_of_the_branch(cast: Cast, owner):
    html = owner.get("/").content.decode()
    for kind, page in sheets.PAGES.items():
        assert (f"{page}import/template/?org=DT0101" in html) is (kind != "organisations"), kind
