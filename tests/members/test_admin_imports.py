"""Imports in the admin: upload, preview, confirmation; whose they are, and what can come in between."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models
from django.test import Client

from appraisal.models import Tally
from members.models import (
    ImportBatch,
    Leave,
    LogRow,
    Member,
    Organisation,
    Role,
    StagedImport,
)
from members.services import roster
from scoring.models import Bonus, Entry, Judgement, Waiver
from tests import rows, sheets
from tests.cast import CANARY, Cast

ENTRIES = "党员编号 考核项目 日期 数量 活动名称"
THREE = [
    ["M001", "visit_people", "2026-03-05", 3, "走访"],
    ["M002", "visit_people", "2026-03-06", 2, "走访"],
    ["M002", "essay", "2026-03-07", 1, "心得"],
]


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def entries(*more: list[Any]) -> bytes:
    """A sheet of three entries, and more."""
    return sheets.workbook(ENTRIES, *THREE, *more)


# --- every kind -----------------------------------------------------------------------------------

TABLES: dict[str, type[models.Model]] = {
    "organisations": Organisation,
    "members": Member,
    "leaves": Leave,
    "entries": Entry,
    "judged": Judgement,
    "bonus": Bonus,
    "waivers": Waiver,
    "tallies": Tally,
}
SHEETS = {
    "organisations": ("组织编码 名称 类型 上级编码", ["DT0103", "东塘第三党支部", "党支部", "DT01"]),
    "members": ("姓名 组织编码 角色 起始日期", ["新党员", "DT0101", "community.member", "2026-03-01"]),
    "leaves": ("党员编号 起始日期 事由", ["M001", "2026-03-01", "病"]),
    "entries": (ENTRIES, THREE[0]),
    "judged": ("党员编号 年度 考核项目 完成比例", ["M001", 2026, "conduct", 90]),
    "bonus": ("党员编号 日期 类型 级别 事由", ["M001", "2026-05-04", "得奖", "district", "先进"]),
    "waivers": ("党员编号 年度 考核项目 事由", ["M005", 2026, "good_deed", "病"]),
    "tallies": ("年度 党员编号 优秀 良好 合格 差", [2025, "M001", 7, 2, 1, 0]),
}


@pytest.mark.parametrize("kind", SHEETS)
def test_a_sheet_is_uploaded_previewed_and_confirmed(cast, owner, administrator, worker, kind):
    client = administrator if kind == "organisations" else owner
    before, logged = TABLES[kind].objects.count(), LogRow.objects.count()
    page = sheets.preview(client, kind, sheets.workbook(*SHEETS[kind]), name="三月.xlsx")
    assert page.status_code == 200
    assert page.context["counts"] == {"new": 1, "changed": 0, "same": 0}
    assert TABLES[kind].objects.count() == before
    answer = sheets.confirm(client, page)
    assert (answer.status_code, answer["Location"]) == (302, sheets.PAGES[kind])
    assert TABLES[kind].objects.count() == before + 1
    batch = ImportBatch.objects.get()
    assert (batch.kind, batch.file_name, batch.rows, batch.added) == (kind, "三月.xlsx", 1, 1)
    assert batch.actor == (cast.administrator if kind == "organisations" else cast.owner)
    assert LogRow.objects.count() == logged + 1
    assert not StagedImport.objects.exists()
    told = client.get(sheets.PAGES[kind]).content.decode()
    assert "Imported 三月.xlsx: 1 new, 0 changed, 0 recorded already." in told


@pytest.mark.parametrize("kind", SHEETS)
def test_the_upload_page_says_what_the_sheet_must_look_like(owner, administrator, kind):
    client = administrator if kind == "organisations" else owner
    html = client.get(f"{sheets.PAGES[kind]}import/").content.decode()
    for word in (*SHEETS[kind][0].split(), "50,000 rows", "5 MB", ".xlsx", "import/template/"):
        assert word in html, word
    header = sheets.table(sheets.downloaded(client, f"{sheets.PAGES[kind]}import/template/"))[0]
    assert set(SHEETS[kind][0].split()) <= set(header)


def test_whoever_writes_no_such_records_finds_no_import(cast):
    users = {
        name: cast.client(getattr(cast, name)) for name in ("owner", "committee", "administrator", "nobody")
    }
    found = {
        name: [kind for kind, page in sheets.PAGES.items() if client.get(f"{page}import/").status_code == 200]
        for name, client in users.items()
    }
    own = ["members", "leaves", "entries", "judged", "bonus", "waivers", "tallies"]
    assert found == {"owner": own, "committee": [], "administrator": ["organisations"], "nobody": []}
    for name in ("committee", "administrator", "nobody"):
        assert sheets.upload(users[name], "entries", entries()).status_code == 404
        assert users[name].get("/admin/scoring/entry/import/template/").status_code == 404
    assert sheets.upload(users["owner"], "organisations", entries()).status_code == 404
    assert not StagedImport.objects.exists()
    assert Client().get("/admin/scoring/entry/import/").status_code == 302


# --- what a preview shows -------------------------------------------------------------------------


def test_a_preview_names_problems_changes_new_rows_and_what_to_look_at(cast, owner):
    kept = rows.entry(cast, cast.members["M001"], quantity=3, title="旧")
    header = f"记录号 {ENTRIES} 颜色"
    page = sheets.preview(
        owner,
        "entries",
        sheets.workbook(
            header,
            [f"E#{kept.pk}", "M001", "visit_people", "2026-03-05", 4, "新", "红"],
            [None, "M001", "visit_people", "2026-03-05", 9, "别的", None],
            [None, "M002", "essay", "2026-03-07", 1, "心得", None],
            [None, "M999", "essay", "2026-03-07", "多", None, None],
        ),
    )
    assert page.context["counts"] == {"new": 2, "changed": 1, "same": 0}
    assert [tuple(problem) for problem in page.context["problems"].rows] == [
        (5, "数量", "多", "not a whole number from 1 to 99,999"),
    ]
    html = page.content.decode()
    for text in (
        "not a whole number from 1 to 99,999",
        "possibly the same as what is recorded",
        "Columns that are not known and not read: 颜色.",
        "<del>3</del> → <ins>4</ins>",
        "<del>旧</del> → <ins>新</ins>",
        "Nothing can be imported while a row is refused.",
    ):
        assert text in html, text
    assert 'name="confirm"' not in html
    answer = sheets.confirm(owner, page)
    assert answer.status_code == 200
    assert Entry.objects.count() == 1


def test_of_a_large_preview_the_first_rows_are_shown_and_the_total_said(cast, owner):
    many = [["M001", "visit_people", "2026-03-05", 1, f"走访{number}"] for number in range(1_500)]
    page = sheets.preview(owner, "entries", sheets.workbook(ENTRIES, *many))
    html = page.content.decode()
    assert "The first 100 of 1500 are shown." in html
    assert "走访99<" in html
    assert "走访100<" not in html
    assert len(html) < 100_000
    wrong = [["M001", "没有", "2026-03-05", 1, None] for _ in range(1_500)]
    html = sheets.preview(owner, "entries", sheets.workbook(ENTRIES, *wrong)).content.decode()
    assert "The first 200 of 1500 are shown." in html
    assert len(html) < 100_000


def test_markup_in_a_sheet_is_text(cast, owner):
    evil = "<img src=x onerror=alert(1)>"
    page = sheets.preview(
        owner, "entries", sheets.workbook(f"{ENTRIES} {evil.replace(' ', '')}",
                                          ["M001", "visit_people", "2026-03-05", 1, evil, None],
                                          ["M001", evil, "2026-03-05", 1, evil, "x"]), name=f"{evil}.xlsx",
    )  # fmt: skip
    assert page.status_code == 200
    assert "<img" not in page.content.decode()


# --- nothing of another branch --------------------------------------------------------------------


def test_no_preview_shows_anything_of_another_branch(cast, foreign, owner):
    """Foreign members by number and by name, foreign records by number, foreign organisations and roles."""
    name = cast.members["M101"].name
    entry, bonus = foreign[Entry], foreign[Bonus]
    tried = {
        "members": (
            "党员编号 姓名 组织编码 角色 出生日期 起始日期",
            ["M101", name, "DT0201", "community.member", "1950-01-01", "2020-01-01"],
            ["M101", name, "DT0101", "community.member", "1950-01-01", "2026-01-01"],
            [None, name, "DT0101", "community.member", "1950-01-01", "2026-01-01"],
        ),
        "leaves": ("党员编号 姓名 起始日期 事由", ["M101", name, "2026-02-01", "x"]),
        "entries": (
            "记录号 党员编号 组织编码 姓名 考核项目 日期 备注",
            [entry.reference, "M001", None, None, "visit_people", "2026-03-05", "x"],
            [entry.reference, None, None, None, "visit_people", "2026-03-05", "x"],
            [None, "M101", None, None, "visit_people", "2026-03-05", "x"],
            [None, None, "DT0201", name, "visit_people", "2026-03-05", "x"],
        ),
        "judged": ("党员编号 年度 考核项目 完成比例", ["M101", 2026, "conduct", 80]),
        "bonus": (
            "记录号 党员编号 日期 类型 级别 事由",
            [bonus.reference, "M001", "2026-04-02", "得奖", "district", "x"],
            [None, "M101", "2026-04-01", "得奖", "district", "x"],
        ),
        "waivers": ("党员编号 年度 考核项目 事由", ["M101W", 2026, "good_deed", "x"]),
        "tallies": ("年度 党员编号 优秀 良好 合格 差", [2025, "M101", 1, 1, 1, 1]),
    }
    for kind, (header, *given) in tried.items():
        page = sheets.preview(owner, kind, sheets.workbook(header, *given))
        assert {problem.row for problem in page.context["preview"].problems} == set(
            range(2, len(given) + 2)
        ), kind
        html = page.content.decode()
        written = sum(str(cell).count(CANARY) for row in given for cell in row)
        assert html.count(CANARY) <= written, kind  # only what the file itself says
        for word in ("1950", "2020-01-01", "M101W", "城南"):
            said = any(word in str(cell) for row in given for cell in row)
            assert word not in html or said, (kind, word)
        changed = page.context["changed"].rows
        assert [change.fields for change in changed] == [], kind


def test_what_is_not_there_and_what_is_not_ones_own_are_told_apart_by_nothing(cast, foreign, owner):
    """Two sheets that differ in nothing but whether the thing exists elsewhere get the same answer."""
    entry, bonus = foreign[Entry], foreign[Bonus]
    pairs = [
        ("leaves", "党员编号 起始日期 事由", ["M101", "2026-02-01", "x"], ["M999", "2026-02-01", "x"]),
        (
            "entries",
            "记录号 党员编号 考核项目 日期",
            [f"E#{entry.pk}", "M001", "visit_people", "2026-03-05"],
            ["E#987654", "M001", "visit_people", "2026-03-05"],
        ),
        (
            "entries",
            "组织编码 姓名 考核项目 日期",
            ["DT0201", "无名氏", "visit_people", "2026-03-05"],
            ["DT9999", "无名氏", "visit_people", "2026-03-05"],
        ),
        (
            "bonus",
            "记录号 党员编号 日期 类型 级别 事由",
            [f"B#{bonus.pk}", "M001", "2026-04-02", "得奖", "district", "x"],
            ["B#987654", "M001", "2026-04-02", "得奖", "district", "x"],
        ),
        (
            "members",
            "姓名 组织编码 角色 起始日期",
            ["某人", "DT0201", "community.member", "2026-01-01"],
            ["某人", "DT9999", "community.member", "2026-01-01"],
        ),
        (
            "members",
            "姓名 组织编码 角色 起始日期",
            ["某人", "DT0101", local_role(cast), "2026-01-01"],
            ["某人", "DT0101", "no.such.role", "2026-01-01"],
        ),
    ]
    for kind, header, theirs, nobodys in pairs:
        answers = []
        for row in (theirs, nobodys):
            found = sheets.preview(owner, kind, sheets.workbook(header, row)).context["preview"]
            answers.append([tuple(problem) for problem in found.problems])
        assert answers[0] == answers[1] != [], (kind, header)


def local_role(cast: Cast) -> str:
    """The code of a role that exists in the other branch alone."""
    role = Role(
        code="local.theirs", category=cast.roles["community.member"].category, name_hans="网格员",
        name_hant="網格員", organisation=cast.organisations["DT0201"],
    )  # fmt: skip
    role.save()
    return "网格员"


def test_somebody_who_left_is_not_read_out_by_name(cast, owner):
    """Known here by an old posting, a member of another branch now: the sheet learns nothing of him."""
    Member.objects.filter(number="M002").update(birth_date="1955-05-05")
    roster.transfer(
        by=cast.operator, member=cast.members["M002"], organisation=cast.organisations["DT0201"],
        role=cast.roles["community.member"], start=cast.today,
    )  # fmt: skip
    content = sheets.workbook(
        "党员编号 姓名 组织编码 角色 出生日期 起始日期",
        [None, "李芳", "DT0101", "community.member", "1950-01-01", "2020-01-01"],
        ["M002", "李芳二", "DT0101", "community.member", "1950-01-01", "2020-01-01"],
        [None, "李芳二", "DT0101", "community.member", "1950-01-01", "2020-01-01"],
    )
    page = sheets.preview(owner, "members", content)
    assert [problem.row for problem in page.context["preview"].problems] == [2, 3, 4]
    assert "1955" not in page.content.decode()
