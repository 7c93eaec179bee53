"""The sheet of the ledger: a multiset without record numbers, a natural key with them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.errors import Refused
from members.models import ImportBatch, LogRow, YearLock
from members.resources.limits import WorkbookRefused
from members.services import roster
from scoring.enums import Presence
from scoring.models import Activity, ActivityKind, Entry, Indicator
from scoring.services import activities, ledger
from scoring.services.activities import Mark
from tests.imports import fields, imported, preview, refused, verbs

HEADER = "党员编号 考核项目 日期 数量 活动名称 备注"
FULL = "记录号 党员编号 组织编码 姓名 考核项目 日期 截止日期 数量 活动名称 按时足额 备注"
VISIT = ["M001", "visit_people", "2026-03-05", 3, "走访", None]


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def stored(*columns):
    return list(Entry.objects.order_by("pk").values_list(*columns))


# --- without record numbers -----------------------------------------------------------------------


def test_case_9_identical_rows_twice_in_one_file(cast):
    found = imported("entries", cast.operator, HEADER, VISIT, VISIT)
    assert verbs(found) == ["new", "new"]
    assert stored("indicator__code", "date", "quantity") == [("visit_people", date(2026, 3, 5), 3)] * 2
    assert verbs(preview("entries", cast.operator, HEADER, VISIT, VISIT, VISIT)) == ["same", "same", "new"]


def test_every_column_in_traditional_script_and_any_order(cast):
    header = ["備註", "按時足額", "活動名稱", "數量", "截止日期", "日期", "考覈項目", "姓名", "組織編碼"]
    imported("entries", cast.operator, header,
             ["註", None, "五棟李家", 1, "2027/6/30", "2026年1月8日", "結對困難家庭", "張曉明", "DT0101"],
             [None, "否", None, None, None, date(2026, 2, 10), "及時足額繳納黨費", "李芳", "DT0101"],
             [None, None, None, "２", None, "2026-2-11", "參加社區志願服務活動", "李芳",
              "DT0101"])  # fmt: skip
    assert stored(
        "member__number", "indicator__code", "date", "until", "quantity", "title", "on_time", "note"
    ) == [
        ("M001", "pair_household", date(2026, 1, 8), date(2027, 6, 30), 1, "五棟李家", True, "註"),
        ("M002", "dues", date(2026, 2, 10), None, 1, "", False, ""),
        ("M002", "volunteer", date(2026, 2, 11), None, 2, "", True, ""),
    ]
    assert stored("title_key")[0] == ("五栋李家",)


def test_one_batch_and_one_log_row_for_all(cast):
    imported("entries", cast.operator, HEADER, VISIT, [*VISIT[:2], "2026-03-06", 1, None, None])
    batch = ImportBatch.objects.get()
    assert (batch.kind, batch.file_name, batch.rows, batch.added, batch.changed) == (
        "entries",
        "表.xlsx",
        2,
        2,
        0,
    )
    assert set(Entry.objects.values_list("batch", "recorded_at")) == {(batch.pk, cast.now)}
    row = LogRow.objects.first()
    assert (row.verb, row.after["sha256"], row.after["added"]) == (
        "import entries", batch.sha256, {"scoring.entry": 2},
    )  # fmt: skip


def test_a_note_is_stored_and_never_emptied(cast):
    imported("entries", cast.operator, HEADER, VISIT)
    found = imported("entries", cast.operator, HEADER, [*VISIT[:5], "带慰问品"])
    assert fields(found) == [[("备注", "", "带慰问品")]]
    assert verbs(imported("entries", cast.operator, HEADER, VISIT)) == ["same"]
    assert stored("note") == [("带慰问品",)]


def test_attendance_in_the_ledger_already_adds_nothing(cast):
    kind = ActivityKind.objects.get(name_hans="志愿服务")
    activity = Activity(
        organisation=cast.organisations["DT0101"], kind=kind, date=date(2026, 4, 1), title="清洁"
    )
    activities.save_activity(by=cast.operator, activity=activity)
    mark = Mark(cast.members["M001"], Presence.PRESENT)
    activities.record_attendance(by=cast.operator, activity=activity, marks=[mark])
    row = ["M001", "volunteer", "2026-04-01", None, "清洁", "到会"]
    assert verbs(imported("entries", cast.operator, HEADER, row)) == ["same"]
    number = Entry.objects.get().reference
    assert refused("entries", cast.operator, FULL,
                   [number, "M001", None, None, "volunteer", "2026-04-01", None, 2, None, None, None]) == [
        (2, "记录号", "comes from an activity's list; correct it there")
    ]  # fmt: skip


def test_what_is_possibly_the_same_is_pointed_out_and_added(cast):
    imported("entries", cast.operator, HEADER, VISIT)
    found = preview("entries", cast.operator, HEADER, [*VISIT[:3], 5, "走访", None], VISIT,
                    ["M001", "visit_people", "2026-03-06", 3, "走访", None])  # fmt: skip
    assert verbs(found) == ["new", "same", "new"]
    assert [str(notice) for notice in found.notices] == [
        "Row 2: possibly the same as what is recorded for that day already; it will be added"
    ]


# --- with record numbers --------------------------------------------------------------------------


def test_a_record_number_is_that_record(cast):
    row = ["R-1", "M001", None, None, "visit_people", "2026-03-05", None, 3, "走访", None, None]
    assert verbs(imported("entries", cast.operator, FULL, row)) == ["new"]
    row = ["R-1", "M002", None, None, "org_life", "2026-03-06", None, None, None, None, "改"]
    found = imported("entries", cast.operator, FULL, row)
    assert fields(found) == [[
        ("党员编号", "M001", "M002"), ("考核项目", "联系走访普通群众(职工)", "参加党的组织生活"),
        ("日期", "2026-03-05", "2026-03-06"), ("备注", "", "改"),
    ]]  # fmt: skip
    assert stored("record_no", "member__number", "indicator__code", "quantity", "title", "version") == [
        ("R-1", "M002", "org_life", 3, "走访", 2)
    ]
    log = LogRow.objects.first()
    assert (log.before["scoring.entry"], log.after["added"]) != ({}, 0)


def test_the_number_made_of_the_key_and_a_row_that_names_no_member(cast):
    imported("entries", cast.operator, HEADER, VISIT)
    number = Entry.objects.get().reference
    found = imported(
        "entries", cast.operator, "记录号 考核项目 日期 数量", [number, "visit_people", "2026-03-05", 4]
    )
    assert fields(found) == [[("数量", "3", "4")]]
    assert stored("record_no", "member__number", "quantity") == [(None, "M001", 4)]


def test_a_record_that_a_numbered_row_claims_is_not_matched_twice(cast):
    imported("entries", cast.operator, HEADER, VISIT)
    number = Entry.objects.get().reference
    plain = [None, "M001", None, None, "visit_people", "2026-03-05", None, 3, "走访", None, None]
    assert verbs(imported("entries", cast.operator, FULL, [number, *plain[1:]], plain)) == ["same", "new"]


def test_one_number_on_two_rows(cast):
    row = ["R-1", "M001", None, None, "visit_people", "2026-03-05", None, 3, None, None, None]
    assert verbs(preview("entries", cast.operator, FULL, row, row)) == ["new", "same"]
    assert refused("entries", cast.operator, FULL, row, [*row[:7], 4, None, None, None]) == [
        (3, "记录号", "says something else of the same record than row 2")
    ]


# --- refused --------------------------------------------------------------------------------------


def test_a_sheet_that_names_no_member(cast):
    with pytest.raises(WorkbookRefused) as caught:
        preview("entries", cast.operator, "姓名 考核项目 日期", ["张晓明", "org_life", "2026-03-05"])
    needed = "the column 记录号, or 党员编号, or 组织编码 and 姓名"
    assert str(caught.value) == f"The sheet does not say whom a row is about: it needs {needed}."


def test_who_is_not_known_or_not_clear(cast):
    cast.admit("M901", "重名", "DT0102")
    cast.admit("M902", "重名", "DT0102")
    rest = ["org_life", "2026-03-05"]
    assert refused("entries", cast.operator, "党员编号 组织编码 姓名 考核项目 日期",
                   ["M999", None, None, *rest], [None, "DT0102", "重名", *rest],
                   [None, "DT0102", "无人", *rest],
                   [None, "NOWHERE", "重名", *rest], [None, None, "重名", *rest]) == [
        (2, "党员编号", "there is no member of this number"),
        (3, "姓名", "ambiguous: several members there have this name; give the member number"),
        (4, "姓名", "there is no member of this name"),
        (5, "组织编码", "there is no organisation of this code"),
        (6, "党员编号", "is empty, and so is the organisation code or the name"),
    ]  # fmt: skip


def test_a_member_of_the_past_is_found_where_he_was(cast):
    by, member = cast.operator, cast.members["M001"]
    roster.transfer(by=by, member=member, organisation=cast.organisations["DT0102"],
                    role=cast.roles["community.member"], start=date(2026, 7, 1))  # fmt: skip
    imported("entries", by, "组织编码 姓名 考核项目 日期", ["DT0101", "张晓明", "org_life", "2026-03-05"])
    assert stored("member__number") == [("M001",)]


def test_every_bad_row_is_listed_and_nothing_is_written(cast):
    header = "党员编号 考核项目 日期 截止日期 数量 按时足额"
    log = LogRow.objects.count()
    assert refused("entries", cast.operator, header,
                   ["M001", "org_life", "2026-09-16", None, None, None],
                   ["M001", "org_life", "2019-12-31", None, None, None],
                   ["M001", "dues", "2019-12-31", None, None, None],
                   ["M001", "org_life", "2026-03-05", "2026-03-06", None, None],
                   ["M001", "pair_household", "2026-03-05", "2026-03-01", 2, None],
                   ["M001", "org_life", "2026-03-05", None, None, "否"],
                   ["M001", "conduct", "2026-03-05", None, None, None],
                   ["M001", "唱歌", "2026-03-05", None, None, None],
                   ["M001", "org_life", "2026-03-05", None, None, None],
                   ["M001", "org_life", "三月", None, 0.5, "也许"]) == [
        (2, "日期", "The date lies in the future."),
        (3, "日期", "The member held no posting on that day."),
        (4, "日期", "The member held no posting in that month."),
        (5, "截止日期", "Only pairings and posts have an end."),
        (6, "数量", "A pairing or a post is one row each: the quantity is 1."),
        (6, "截止日期", "The end cannot be before the start."),
        (7, "按时足额", "Only dues can be late or short."),
        (8, "考核项目", "This standard is judged by a percentage, not counted by entries."),
        (9, "考核项目", "there is no such indicator"),
        (11, "日期", "not a date: write 2026-03-05, 2026/3/5 or 2026年3月5日"),
        (11, "数量", "not a whole number from 1 to 99,999"),
        (11, "按时足额", "neither yes nor no: write 是 or 否"),
    ]  # fmt: skip
    assert (Entry.objects.count(), LogRow.objects.count()) == (0, log)


def test_a_month_counts_when_any_day_of_it_was_posted(cast):
    cast.admit("M901", "新", "DT0102", start=date(2026, 3, 20))
    imported("entries", cast.operator, HEADER, ["M901", "dues", "2026-03-01", None, None, None])
    assert Entry.objects.count() == 1


def test_a_closed_year_is_not_touched_but_may_be_repeated(cast):
    row = ["M001", "visit_people", "2025-03-05", 3, None, None]
    imported("entries", cast.operator, HEADER, row)
    YearLock.objects.create(member=cast.members["M001"], year=2025, locked_at=timezone.now())
    assert verbs(preview("entries", cast.operator, HEADER, row)) == ["same"]
    assert refused("entries", cast.operator, HEADER, [*row[:5], "注"], [*row[:3], 4, None, None]) == [
        (2, "日期", "the year is closed for this member; only the committee can reopen it"),
        (3, "日期", "the year is closed for this member; only the committee can reopen it"),
    ]


def test_a_secretary_imports_for_his_own_and_learns_nothing_of_others(cast):
    by = cast.by(cast.owner)
    assert verbs(imported("entries", by, HEADER, VISIT)) == ["new"]
    imported("entries", cast.operator, FULL,
             ["R-9", "M101", None, None, "org_life", "2026-03-05", None, None, None, None, None])  # fmt: skip
    assert refused("entries", by, FULL,
                   [None, "M101", None, None, "org_life", "2026-03-05", None, None, None, None, None],
                   ["R-9", "M001", None, None, "org_life", "2026-03-05", None, None, None, None, None]) == [
        (2, "党员编号", "there is no member of this number"), (3, "记录号", "this number is taken"),
    ]  # fmt: skip


def test_what_was_written_since_the_preview_ends_the_import(cast):
    from members.errors import Stale
    from reports.desk.resources import KINDS

    found = preview("entries", cast.operator, HEADER, VISIT)
    entry = Entry(
        member=cast.members["M001"], indicator=Indicator.objects.get(code="org_life"), date=cast.today
    )
    ledger.save_entry(by=cast.operator, entry=entry)
    with pytest.raises(Stale):
        KINDS["entries"]().confirm(found, by=cast.operator, file_name="a.xlsx")
    assert (Entry.objects.count(), ImportBatch.objects.count()) == (1, 0)


def test_the_queries_are_as_many_for_three_rows_as_for_three_hundred(cast):
    counts = []
    for size in (3, 300):
        rows = [
            ["M001", "visit_people", f"2026-0{1 + n % 8}-0{1 + n % 9}", 1 + n, None, None]
            for n in range(size)
        ]
        with CaptureQueriesContext(connection) as queries:
            imported("entries", cast.operator, HEADER, *rows)
        counts.append(len([query for query in queries if not query["sql"].startswith("INSERT")]))
    assert counts[0] == counts[1]


# --- numbers made here ----------------------------------------------------------------------------


def test_a_given_number_never_meets_one_that_is_made(cast):
    imported("entries", cast.operator, HEADER, VISIT)
    made = Entry.objects.get()
    assert made.reference == f"E#{made.pk}"
    following = f"E{made.pk + 2}"
    header = f"记录号 {HEADER}"
    given = [following, "M002", *VISIT[1:]]
    imported("entries", cast.operator, header, given, [None, *VISIT], [None, *VISIT])
    assert {entry.reference for entry in Entry.objects.filter(member__number="M001")} == {
        f"E#{entry.pk}" for entry in Entry.objects.filter(member__number="M001")
    }
    assert Entry.objects.get(record_no=following).member.number == "M002"


def test_a_number_of_the_made_kind_names_a_record_or_nothing(cast):
    header = f"记录号 {HEADER}"
    assert refused("entries", cast.operator, header, ["E#77", *VISIT]) == [
        (2, "记录号", "there is no such record")
    ]
    entry = Entry(member=cast.members["M001"], indicator=Indicator.objects.get(code="essay"),
                  date=date(2026, 3, 5), record_no="E#77")  # fmt: skip
    with pytest.raises(Refused) as refusal:
        ledger.save_entry(by=cast.operator, entry=entry)
    assert list(refusal.value.message_dict) == ["record_no"]


def test_dues_of_the_running_month_bear_any_day_of_it(cast):
    header = "党员编号 考核项目 日期"
    imported("entries", cast.operator, header, ["M001", "dues", "2026-09-30"])
    assert refused("entries", cast.operator, header, ["M001", "dues", "2026-10-01"]) == [
        (2, "日期", "That month has not begun.")
    ]
