"""The export of lists: what is seen and nothing else; imported again unchanged, it changes nothing."""

from __future__ import annotations

import io
import random
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from members.models import Leave, Member, Posting
from members.services import roster
from members.text import fold, plain_number, tidy
from scoring.models import Activity, ActivityKind, AwardLevel, Bonus, CareVisit, Entry, Judgement
from tests import rows, sheets
from tests.cast import CANARY, SINCE, Cast
from tests.members.test_admin_pages import REGISTERED, address

KINDS = list(sheets.PAGES)


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def own(cast: Cast) -> dict[Any, models.Model]:
    """A row of every model in the owner's branch, with what is awkward in a sheet besides."""
    made = rows.of_members(cast, "DT0101", "M001", "本支部")
    rows.entry(cast, cast.members["M002"], "dues", quantity=1, on_time=False)
    rows.entry(cast, cast.members["M002"], "pair_household", quantity=1, title="=1+1", note="'-甲")
    rows.entry(cast, cast.members["M003"], "visit_people", record_no="支 部＃7", title="甲   乙_x0041_")
    return made


@pytest.fixture
def browser(cast: Cast, own: Any) -> Any:
    """The browser of whoever imports a kind, by the kind."""
    browsers = {True: cast.client(cast.administrator), False: cast.client(cast.owner)}
    return lambda kind: browsers[kind == "organisations"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_exported_and_imported_again_changes_nothing(browser, kind):
    client = browser(kind)
    content = sheets.exported(client, kind)
    assert len(sheets.table(content)) > 1
    page = sheets.preview(client, kind, content)
    found = page.context["preview"]
    assert (found.problems, found.notices) == ([], [])
    assert found.changes_nothing
    assert 'name="confirm"' not in page.content.decode()
    assert "Nothing would change" in page.content.decode()


CHANGES = {
    "organisations": ({(4, "名称"): "新名"}, [("名称", "东塘第一党支部", "新名")]),
    "members": ({(2, "出生日期"): "1970-01-01"}, [("出生日期", "", "1970-01-01")]),
    "leaves": ({(2, "事由"): "外出"}, [("事由", "本支部", "外出")]),
    "entries": (
        {(2, "数量"): 7, (2, "备注"): "更正"},
        [("数量", "3", "7"), ("备注", "", "更正")],
    ),
    "judged": ({(2, "完成比例"): 85.5}, [("完成比例", "90.0", "85.5")]),
    "bonus": ({(2, "日期"): date(2026, 4, 2)}, [("日期", "2026-04-01", "2026-04-02")]),
    "waivers": ({(2, "事由"): "病"}, [("事由", "本支部", "病")]),
    "tallies": ({(2, "优秀"): 8, (2, "差"): 1}, [("优秀", "7", "8"), ("差", "0", "1")]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_changed_cells_are_what_the_preview_names(browser, kind):
    """Row 2 is the first of the list in its own order; of the entries only one is listed."""
    client = browser(kind)
    query = "?q=走访" if kind == "entries" else ""
    cells, wanted = CHANGES[kind]
    page = sheets.preview(client, kind, sheets.edited(sheets.exported(client, kind, query), cells))
    assert page.context["preview"].problems == []
    assert [[tuple(cell) for cell in change.fields] for change in page.context["changed"].rows] == [wanted]
    assert page.context["new"].total == 0


def test_the_columns_are_those_of_the_kind(browser):
    header, *found = sheets.table(sheets.exported(browser("entries"), "entries", "?q=M002"))
    assert header == [
        "记录号", "党员编号", "组织编码", "姓名", "考核项目", "日期", "截止日期",
        "数量", "活动名称", "按时足额", "备注",
    ]  # fmt: skip
    dues, pairing = Entry.objects.filter(member__number="M002").order_by("pk")
    day = datetime(2026, 3, 5)
    assert found == [
        [f"E#{pairing.pk}", "M002", "DT0101", "李芳", "结对困难家庭", day, None, 1, "'=1+1", None, "''-甲"],
        [f"E#{dues.pk}", "M002", "DT0101", "李芳", "及时足额缴纳党费", day, None, 1, None, "否", None],
    ]


def test_a_number_of_ones_own_is_stored_as_sheets_write_it(own):
    assert Entry.objects.get(member__number="M003").record_no == "支部#7"


def test_search_filters_and_order_are_those_of_the_list(cast, own, owner):
    rows.entry(cast, cast.members["M001"], "essay", date=date(2025, 5, 5), quantity=1)
    for query, wanted in {
        "?q=M001": ["M001"] * 3,
        "?period=2025": ["M001"],
        f"?indicator__id__exact={rows.indicator('essay').pk}": ["M001"],
        "?within=DT010101": [],
        "?o=0": sorted(["M001"] * 3 + ["M002"] * 2 + ["M003"]),
    }.items():
        found = sheets.table(sheets.exported(owner, "entries", query))
        assert [row[1] for row in found[1:]] == wanted, query
    assert owner.get("/admin/scoring/entry/export/?note__startswith=x").status_code == 400
    assert owner.get("/admin/scoring/entry/export/?within=DT0201").status_code == 302


def test_the_list_leads_to_the_export_of_what_it_shows(cast, own, owner):
    page = owner.get("/admin/scoring/entry/?q=M001&o=1&p=1")
    assert page.context["export_url"] == "/admin/scoring/entry/export/?q=M001&o=1"
    assert page.context["import_url"] == "/admin/scoring/entry/import/"
    html = page.content.decode()
    assert 'href="/admin/scoring/entry/export/?q=M001&amp;o=1"' in html
    assert 'href="/admin/scoring/entry/import/"' in html
    committee = cast.client(cast.committee).get("/admin/scoring/entry/")
    assert committee.context["import_url"] is None
    assert committee.context["export_url"] == "/admin/scoring/entry/export/"


def test_the_file_is_named_after_organisation_kind_and_day(owner):
    answer = owner.get("/admin/members/leave/export/")
    assert answer["Content-Disposition"] == 'attachment; filename="DT0101-Leaves-2026-09-15.xlsx"'
    b"".join(answer.streaming_content)


def test_no_list_exports_anything_of_another_branch(cast, foreign, own, owner):
    for model, page in REGISTERED:
        answer = owner.get(address(model, "export"))
        assert answer.status_code == (200 if page.policy.reads(cast.by(cast.owner).scope) else 404), model
        if answer.status_code == 200:
            content = sheets.table(b"".join(answer.streaming_content))
            assert CANARY not in str(content), model
            assert "M101" not in str(content), model


def test_whoever_reads_no_such_records_finds_no_export(cast, own):
    for user in (cast.administrator, cast.nobody):
        client = cast.client(user)
        assert client.get("/admin/scoring/entry/export/").status_code == 404
    assert Client().get("/admin/scoring/entry/export/").status_code == 302


def test_a_posting_elsewhere_stays_out_and_the_sheet_still_changes_nothing(cast, owner):
    """The member came from the other branch: that stretch is not this secretary's to write."""
    roster.transfer(
        by=cast.operator, member=cast.members["M102"], organisation=cast.organisations["DT0101"],
        role=cast.roles["community.member"], start=date(2026, 2, 1),
    )  # fmt: skip
    content = sheets.exported(owner, "members")
    assert [row[2] for row in sheets.table(content) if row[0] == "M102"] == ["DT0101"]
    assert sheets.preview(owner, "members", content).context["preview"].changes_nothing


def test_the_code_of_an_organisation_above_that_is_not_seen_stays_out(cast, owner):
    """The owner's duty is for DT0101, under DT01, and the group below it."""
    assert sheets.table(sheets.exported(owner, "organisations"))[1:] == [
        ["DT0101", "东塘第一党支部", "党支部", None],
        ["DT010101", "第一党小组", "党小组", "DT0101"],
    ]
    administrator = sheets.table(sheets.exported(cast.client(cast.administrator), "organisations"))
    assert administrator[1:4] == [
        ["DT", "东塘街道工委", "街道工委", None],
        ["DT01", "东塘社区党总支", "党总支", "DT"],
        ["DT0101", "东塘第一党支部", "党支部", "DT01"],
    ]


def test_every_list_is_exported_with_as_many_queries_for_three_rows_as_for_one(cast, own):
    committee = cast.client(cast.committee)

    def counted() -> dict[str, tuple[int, int]]:
        found = {}
        for model, page in REGISTERED:
            if page.policy.reads(cast.by(cast.committee).scope):
                with CaptureQueriesContext(connection) as queries:
                    content = sheets.downloaded(committee, address(model, "export"))
                found[model._meta.label] = (len(queries), len(sheets.table(content)))
        return found

    one = counted()
    rows.of_members(cast, "DT0201", "M101", "别处")
    cast.admit("M103", "第三人", "DT0102")
    rows.of_members(cast, "DT0102", "M103", "再别处")
    more = counted()
    assert {name: many[0] for name, many in more.items()} == {name: few[0] for name, few in one.items()}
    assert sum(many[1] for many in more.values()) > sum(few[1] for few in one.values())


def test_other_lists_show_their_columns_as_people_read_them(cast, own):
    administrator = cast.client(cast.administrator)
    header, *found = sheets.table(sheets.downloaded(administrator, "/admin/members/duty/export/"))
    assert header == ["User", "Duty", "Organisation", "From", "To", "State"]
    assert ["Owner", "Branch secretary", "东塘第一党支部", datetime(2020, 1, 1), None, "In force"] in found
    header, *found = sheets.table(sheets.downloaded(administrator, "/admin/members/user/export/"))
    assert header == ["Username", "Full name", "Duties today", "May sign in", "Last login"]
    assert ["owner", "Owner", "Branch secretary · 东塘第一党支部", "Yes", None] in found
    header, *found = sheets.table(sheets.downloaded(administrator, "/admin/members/logrow/export/"))
    assert header[0] == "At"
    assert found[0][0] == datetime(2026, 9, 15, 10)


def test_the_export_of_a_list_without_rows_is_its_header(cast, owner):
    assert [row[0] for row in sheets.table(sheets.exported(owner, "entries"))] == ["记录号"]


def text_for(chance: random.Random) -> str:
    """A text as it may be stored, more often than not one that looks like a formula or an escape."""
    starts = [
        "=",
        "+",
        "-",
        "@",
        "＝",
        "＋",
        "－",
        "＠",
        "'=",
        "''@",
        "'甲",
        "#N/A",
        "_x003D_",
        "%",
        "|",
        "甲",
    ]
    rest = chance.choices("=+-@＝＋－＠'\"|!A1() ,;#%_x003D甲乙", k=chance.randint(0, 20))
    return tidy(chance.choice(starts) + "".join(rest))


@pytest.mark.shows
def test_no_exported_text_starts_a_formula(cast, owner, short):
    """Generated texts in every text column of the lists, and the kinds imported again as they are."""
    chance = random.Random(20260915)
    texts = [text_for(chance) for _ in range(60 if short else 2_000)]
    fill(cast, texts)
    cells = 0
    for model, page in REGISTERED:
        if not page.policy.reads(cast.by(cast.owner).scope):
            continue
        book = load_workbook(io.BytesIO(sheets.downloaded(owner, address(model, "export"))))
        for row in book.worksheets[0].iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    assert cell.data_type == "s", (model, cell.value)
                    assert cell.value[0] not in "=+-@＝＋－＠\t\r", (model, cell.value)
                    cells += 1
    assert cells > 9 * len(texts)
    for kind in ("members", "leaves", "entries", "judged", "bonus"):
        found = sheets.preview(owner, kind, sheets.exported(owner, kind)).context["preview"]
        assert found.changes_nothing, (kind, found.problems[:3])
        assert found.rows_read >= len(texts), kind


def fill(cast: Cast, texts: list[str]) -> None:
    """Store every text in every kind of record that has one, as the database would hold it."""
    first, place = cast.members["M001"], cast.organisations["DT0101"]
    people = [
        Member(number=f"T{number}", name=f"{text}甲"[:60], name_key=str(number))
        for number, text in enumerate(texts)
    ]
    people = Member.objects.bulk_create(people)
    role = cast.roles["community.member"]
    Posting.objects.bulk_create(
        Posting(member=person, organisation=place, role=role, start=SINCE) for person in people
    )
    day, visits, conduct = date(2026, 3, 5), rows.indicator("visit_people"), rows.indicator("conduct")
    Entry.objects.bulk_create(
        Entry(
            member=first,
            indicator=visits,
            date=day,
            title=text,
            title_key=fold(text),
            note=text,
            record_no=plain_number(f"{text}{number}")[-40:],
            recorded_at=cast.now,
        )
        for number, text in enumerate(texts)
    )
    level = AwardLevel.objects.get(code="district")
    Bonus.objects.bulk_create(
        Bonus(member=first, date=day, kind="award", level=level, reason=text, recorded_at=cast.now)
        for text in texts
    )
    Leave.objects.bulk_create(
        Leave(member=person, start=day, reason=text) for person, text in zip(people, texts, strict=True)
    )
    Judgement.objects.bulk_create(
        Judgement(member=person, year=2026, indicator=conduct, fulfilment=90, note=text)
        for person, text in zip(people, texts, strict=True)
    )
    kind = ActivityKind.objects.order_by("order", "code")[0]
    Activity.objects.bulk_create(
        Activity(organisation=place, kind=kind, date=day, title=text, place=text) for text in texts
    )
    CareVisit.objects.bulk_create(
        CareVisit(member=person, date=day, visitor=text, passed_on=text, heard=text)
        for person, text in zip(people, texts, strict=True)
    )
