"""The marked copy of a refused file: what is wrong is marked, all else is as it was sent."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from members.models import StagedImport
from scoring.models import Entry
from tests import sheets
from tests.cast import Cast

MARK = "FFFFC9CF"
HEADER = ["党员编号", "考核项目", "日期", "数量", "活动名称", "颜色"]
ROWS: list[list[Any]] = [
    ["M001", "visit_people", date(2026, 3, 5), 3, "=1+1", "红"],
    ["M999", "visit_people", date(2026, 3, 6), 1, "走访", None],
    ["M002", "essay", "三月", "多", "心得", None],
    ["M002", None, date(2026, 3, 8), 2, "走访", None],
    [None, "essay", date(2026, 3, 9), 1, "心得", None],
]
WRONG = {(3, "党员编号"), (4, "数量"), (4, "日期"), (5, "考核项目"), (6, "党员编号")}


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def sent() -> bytes:
    """A file with colours, widths, comments, choices and a second sheet with a formula."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "三月"
    sheet.append(HEADER)
    for row in ROWS:
        sheet.append(row)
    sheet["E2"].data_type = "s"
    sheet["A2"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["C3"].font = Font(bold=True)
    sheet["D2"].comment = Comment("自己的批注", "我")
    sheet.column_dimensions["E"].width = 33
    sheet.freeze_panes = "A2"
    rule = DataValidation("list", formula1='"甲,乙"')
    rule.add("F2:F9")
    sheet.add_data_validation(rule)
    more: Any = book.create_sheet("其他")
    more["B2"] = "=SUM(1,2)"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def marked(client: Client, content: bytes, kind: str = "entries") -> bytes:
    page = sheets.preview(client, kind, content)
    answer = client.post(page.request["PATH_INFO"], {"marked": "yes"})
    assert answer.status_code == 200
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    return b"".join(answer.streaming_content)


def marks(content: bytes) -> dict[tuple[int, str], str]:
    """The comments of the cells that are filled with the colour of a mark, by row and header."""
    sheet: Any = load_workbook(io.BytesIO(content)).worksheets[0]
    return {
        (cell.row, sheet.cell(1, cell.column).value): cell.comment.text
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == MARK
    }


def test_five_wrong_cells_come_back_marked_with_their_reasons(cast: Cast, owner):
    content = marked(owner, sent())
    found = marks(content)
    assert set(found) == WRONG
    assert found[3, "党员编号"] == "✗ there is no member of this number"
    assert found[4, "数量"].startswith("✗ not a whole number from 1")
    assert found[5, "考核项目"] == "✗ is empty"
    table = sheets.table(content)
    assert table[0] == [*HEADER, "退回原因"]
    assert table[1][-1] is None
    assert table[2][-1] == "党员编号: there is no member of this number"
    assert table[3][-1].startswith("日期: not a date")
    assert "数量: not a whole number" in table[3][-1]


def test_everything_else_is_as_it_was_sent(cast: Cast, owner):
    before = load_workbook(io.BytesIO(sent()), rich_text=True)
    content = marked(owner, sent())
    after = load_workbook(io.BytesIO(content), rich_text=True)
    assert after.sheetnames == before.sheetnames
    assert after["其他"]["B2"].value == "=SUM(1,2)"
    old: Any = before["三月"]
    new: Any = after["三月"]
    for row in old.iter_rows():
        for cell in row:
            twin = new.cell(cell.row, cell.column)
            assert (twin.value, twin.data_type, twin.number_format) == (
                cell.value, cell.data_type, cell.number_format,
            )  # fmt: skip
            assert twin.font.b == cell.font.b
            if (cell.row, HEADER[cell.column - 1]) not in WRONG:
                assert twin.fill.fgColor.rgb == cell.fill.fgColor.rgb
    assert new["D2"].comment.text == "自己的批注"
    assert new.column_dimensions["E"].width == 33
    assert new.freeze_panes == "A2"
    assert [rule.formula1 for rule in new.data_validations.dataValidation] == ['"甲,乙"']
    with zipfile.ZipFile(io.BytesIO(sent())) as first, zipfile.ZipFile(io.BytesIO(content)) as second:
        assert second.read("xl/worksheets/sheet2.xml") == first.read("xl/worksheets/sheet2.xml")


def test_a_mended_copy_is_imported_and_the_marks_do_not_disturb_it(cast: Cast, owner):
    mended = sheets.edited(
        marked(owner, sent()),
        {
            (3, "党员编号"): "M001", (4, "数量"): 2, (6, "党员编号"): "M002", (4, "日期"): date(2026, 3, 7),
            (5, "考核项目"): "visit_people",
        },
    )  # fmt: skip
    page = sheets.preview(owner, "entries", mended)
    preview = page.context["preview"]
    assert (preview.problems, page.context["counts"]) == ([], {"new": 5, "changed": 0, "same": 0})
    said = [str(notice) for notice in preview.notices]
    assert said == [
        "Columns that are not known and not read: 颜色.",
        "Only the sheet “三月” is read; not read: 其他.",
    ]
    assert sheets.confirm(owner, page).status_code == 302
    assert Entry.objects.count() == 5


def test_a_second_copy_marks_what_is_wrong_now_and_no_more(cast: Cast, owner):
    mended = {(3, "党员编号"): "M001", (4, "数量"): 2, (2, "数量"): "少"}
    content = marked(owner, sheets.edited(marked(owner, sent()), mended))
    assert set(marks(content)) == {(2, "数量"), (4, "日期"), (5, "考核项目"), (6, "党员编号")}
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet["A3"].comment is None
    assert [cell.value for cell in sheet[1]].count("退回原因") == 1
    assert [row[6].value is None for row in sheet.iter_rows(min_row=2)] == [False, True, False, False, False]


def test_a_row_whose_cells_were_emptied_is_none(cast: Cast, owner):
    copy = marked(owner, sent())
    emptied = {(row, head): None for row in (3, 4, 5, 6) for head in HEADER}
    page = sheets.preview(owner, "entries", sheets.edited(copy, emptied))
    assert (page.context["preview"].problems, page.context["counts"]["new"]) == ([], 1)


def test_macros_are_left_out(cast: Cast, owner):
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sent())) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/_rels/workbook.xml.rels":
                kind = b"urn:relationships/vbaProject"
                more = b'<Relationship Id="rId99" Type="%s" Target="vbaProject.bin"/></Relationships>' % kind
                part = part.replace(b"</Relationships>", more)
            if name == "[Content_Types].xml":
                kind = b"application/vnd.ms-office.vbaProject"
                more = b'<Override PartName="/xl/vbaProject.bin" ContentType="%s"/>' % kind
                part = part.replace(b"</Types>", more + b"</Types>")
                part = part.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            target.writestr(name, part)
        target.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
    with zipfile.ZipFile(io.BytesIO(marked(owner, packed.getvalue()))) as archive:
        said = b"".join(archive.read(name) for name in archive.namelist())
        assert not [name for name in archive.namelist() if "vba" in name]
    assert not re.search(rb"vbaProject|macroEnabled|Auto_Open", said)


def test_the_copy_is_its_sender_s_in_the_session_and_gone_with_the_upload(cast: Cast, owner):
    page = sheets.preview(owner, "entries", sent())
    address = page.request["PATH_INFO"]
    assert 'name="marked"' in page.content.decode()
    elsewhere = cast.client(cast.owner)
    assert 'name="marked"' not in elsewhere.get(address).content.decode()
    assert elsewhere.post(address, {"marked": "yes"}).status_code == 404
    for who in ("other", "committee", "administrator", "nobody"):
        assert cast.client(getattr(cast, who)).post(address, {"marked": "yes"}).status_code == 404
    assert Client().post(address, {"marked": "yes"}).status_code == 302
    assert StagedImport.objects.count() == 1
    owner.post(address, {"discard": "yes"})
    assert owner.post(address, {"marked": "yes"}).status_code == 404


def test_files_sent_at_once_are_all_the_session_s(cast: Cast, owner):
    """What a request that began before them writes into the session at its end takes none away."""
    before = owner.session
    before["noted"] = len(before.items())
    addresses = [sheets.upload(owner, "entries", sent())["Location"] for _ in range(2)]
    before.save()
    for address in addresses:
        answer = owner.post(address, {"marked": "yes"})
        assert answer.status_code == 200
        assert marks(b"".join(answer.streaming_content))


def test_a_sound_file_has_no_copy(cast: Cast, owner):
    page = sheets.preview(owner, "entries", sheets.workbook(HEADER, ROWS[0]))
    assert 'name="marked"' not in page.content.decode()
    address = page.request["PATH_INFO"]
    answer = owner.post(address, {"marked": "yes"})
    assert (answer.status_code, answer["Location"]) == (302, address)


def test_a_copy_of_a_template_keeps_its_lists(cast: Cast, owner):
    template = sheets.downloaded(owner, f"{sheets.PAGES['entries']}import/template/")
    content = marked(owner, sheets.edited(template, {(2, "党员编号"): "张晓明 · M001", (2, "日期"): "三月"}))
    assert set(marks(content)) == {(2, "日期"), (2, "考核项目")}
    book = load_workbook(io.BytesIO(content))
    assert "list_number" in book.defined_names
    assert book.worksheets[0]["C1"].comment is not None
    assert book.worksheets[0]["E2"].number_format == "@"


def test_reasons_are_in_the_language_of_the_sender(cast: Cast, owner, settings):
    settings.LANGUAGE_CODE = "zh-hans"
    assert "✗ 不能为空" in set(marks(marked(owner, sent())).values())
