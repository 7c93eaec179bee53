"""What comes to a list from outside: pasted names, a workbook, a photo or document; and the sheet to sign."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from scoring.models import Activity, Attendance
from scoring.services import activities
from scoring.services.activities import Mark
from tests.cast import Cast
from tests.desk.reader import browser, kept_as
from tests.scoring.meetings import address, checked, fields, meeting, save, stored


@pytest.fixture
def owner(cast: Cast) -> Client:
    return browser(cast, cast.owner)


# --- names pasted ---------------------------------------------------------------------------------


def test_pasted_names_mark_those_meant_and_tell_the_others(cast: Cast, owner: Client) -> None:
    cast.admit("M010", "李芳", "DT0101")
    activity = meeting(cast)
    pasted = "1\t張曉明\n2\t李芳\n3\t查无此人\n4\t赵组长\t请假"
    page = save(owner, cast, activity, {}, step="paste", pasted=pasted)
    marked = {number: mark for number, mark in checked(page).items() if mark}
    assert marked == {"M001": "present", "M004": "on_leave"}
    assert page.context["problems"] == [
        "Several have this name, mark them in the list: 李芳",
        "Nobody of this list: 查无此人",
    ]
    assert stored(activity) == {}
    page = save(owner, cast, activity, {}, step="paste", pasted="李芳 M010、赵 组长")
    assert {number for number, mark in checked(page).items() if mark} == {"M010", "M004"}


# --- by workbook ----------------------------------------------------------------------------------


def test_the_workbook_holds_the_names_and_comes_back(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    sheet = load_workbook(io.BytesIO(owner.get(address(activity, "attendance/template/")).content)).active
    assert [cell.value for cell in sheet[1]] == ["姓名", "党组织", "到会情况", "数量", "备注", "党员编号"]
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["F"].hidden
    assert [choice.type for choice in sheet.data_validations.dataValidation] == ["list", "whole"]
    names = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    names["张晓明"][2].value, names["张晓明"][3].value = "到会", 2
    names["李芳"][2].value, names["李芳"][4].value = "请假", "出差"
    names["赵组长"][2].value = "来了"
    names["王桂英"][5].value = "M999"
    file = io.BytesIO()
    sheet.parent.save(file)
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=2)}
    upload = SimpleUploadedFile("名单.xlsx", file.getvalue())
    page = owner.post(address(activity), fields(cast, activity, {}, step="upload", workbook=upload))
    assert {number: mark for number, mark in checked(page).items() if mark} == {
        "M001": "present", "M002": "on_leave",
    }  # fmt: skip
    assert set(page.context["problems"]) == {
        f"Row {rows['赵组长']}: “来了” is none of the marks",
        f"Row {rows['王桂英']}: nobody of this list: 王桂英",
    }
    assert stored(activity) == {}
    typed = {line.expected.member.number: line.typed for line in page.context["form"].lines}
    assert (typed["M001"].quantity, typed["M002"].note) == ("2", "出差")


def test_of_who_did_not_come_no_quantity_is_written_or_read(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    key = cast.members["M002"].pk
    save(owner, cast, activity, {"M001": "present", "M002": "absent"}, **{f"quantity-{key}": "many"})
    assert stored(activity) == {"M001": "present", "M002": "absent"}
    Attendance.objects.update(quantity=3)
    sheet = load_workbook(io.BytesIO(owner.get(address(activity, "attendance/template/")).content)).active
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    assert [rows[name][3].value for name in ("张晓明", "李芳", "赵组长")] == [3, None, 1]
    rows["李芳"][3].value = "many"
    file = io.BytesIO()
    sheet.parent.save(file)
    upload = SimpleUploadedFile("名单.xlsx", file.getvalue())
    page = owner.post(address(activity), fields(cast, activity, {}, step="upload", workbook=upload))
    assert page.context["problems"] == []
    assert [line.typed.quantity for line in page.context["form"].lines][:2] == ["3", "1"]
    listed = owner.get("/admin/scoring/attendance/").context["cl"]
    assert {row.first.text: row.cells[2].text for row in listed.rows} == {
        "张晓明 M001": "3",
        "李芳 M002": "—",
    }
    exported = load_workbook(io.BytesIO(owner.get("/admin/scoring/attendance/export/").getvalue())).active
    assert sorted((row[0].value, row[3].value) for row in exported.iter_rows(min_row=2)) == [
        ("张晓明 M001", 3),
        ("李芳 M002", None),
    ]


@pytest.mark.parametrize("content", [b"no workbook", b""])
def test_a_file_that_is_no_list_is_refused_in_a_sentence(cast: Cast, owner: Client, content: bytes) -> None:
    activity = meeting(cast)
    upload = SimpleUploadedFile("名单.xlsx", content)
    sent = fields(cast, activity, {"M001": "present"}, step="upload", workbook=upload)
    page = owner.post(address(activity), sent)
    assert len(page.context["problems"]) == 1
    assert checked(page)["M001"] == "present"


def test_a_workbook_of_other_columns_is_refused(cast: Cast, owner: Client) -> None:
    book = Workbook()
    book.active.append(["甲", "乙"])
    book.active.append(["a", "b"])
    file = io.BytesIO()
    book.save(file)
    activity = meeting(cast)
    upload = SimpleUploadedFile("名单.xlsx", file.getvalue())
    page = owner.post(address(activity), fields(cast, activity, {}, step="upload", workbook=upload))
    assert "姓名、到会情况" in page.context["problems"][0]


# --- photo or document, sheet to sign -------------------------------------------------------------


def attach(client: Client, activity: Activity, content: bytes, name: str) -> Any:
    version = Activity.objects.get(pk=activity.pk).version
    upload = SimpleUploadedFile(name, content)
    return client.post(address(activity, "file/new/"), {"version": version, "file": upload})


def test_a_photo_is_kept_and_only_downloaded(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    content = b"\xff\xd8\xff\xe0 picture"
    attach(owner, activity, content, "现场.html")
    answer = browser(cast, cast.committee).get(address(activity, "file/"))
    assert b"".join(answer.streaming_content) == content
    assert kept_as(answer) == f"{activity.title}-东塘第一党支部-2026-05-04.jpg"
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert cast.client(cast.other).get(address(activity, "file/")).status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"<script>alert(1)</script>", "a.png"), (b"GIF89a", "a.jpg"), (b"%PDF-" + b"0" * 10_000_000, "a.pdf")],
)
def test_what_is_no_photo_or_document_or_too_large_is_not_kept(
    cast: Cast, owner: Client, content: bytes, name: str
) -> None:
    activity = meeting(cast)
    attach(owner, activity, content, name)
    assert not Activity.objects.get().attachment


def test_a_stale_page_replaces_no_file(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    attach(owner, activity, b"%PDF-1.7 first", "a.pdf")
    first = Activity.objects.get().attachment.name
    upload = SimpleUploadedFile("b.pdf", b"%PDF-1.7 second")
    owner.post(address(activity, "file/new/"), {"version": 1, "file": upload})
    assert Activity.objects.get().attachment.name == first


def test_the_sheet_to_sign_is_a_pdf(cast: Cast, owner: Client) -> None:
    answer = owner.get(address(meeting(cast), "sign-in/"))
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"


def test_the_list_of_activities_leads_to_the_list_of_each(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    assert f'href="{address(activity)}"' in owner.get("/admin/scoring/activity/").content.decode()


def test_marks_of_one_who_is_not_written_are_refused_by_the_service(cast: Cast) -> None:
    activity = meeting(cast)
    version = activity.version
    marks = [Mark(cast.members["M001"], "present")]
    activities.record_attendance(by=cast.by(cast.owner), activity=activity, marks=marks)
    activity.version = version
    with pytest.raises(activities.Stale):
        activities.record_attendance(by=cast.by(cast.owner), activity=activity, marks=[])
    assert stored(activity) == {"M001": "present"}
