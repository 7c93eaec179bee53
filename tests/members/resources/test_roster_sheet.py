"""The sheet of the roster: who is meant, what a later start closes, what is refused."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.models import LogRow, Member, YearLock
from tests.imports import fields, imported, organisation_of, preview, refused, verbs

HEADER = "党员编号 姓名 组织编码 角色 起始日期 截止日期"
FULL = "党员编号 姓名 组织编码 类别 角色 出生日期 入党日期 党员身份 起始日期 截止日期"
PLAIN = "community.member"


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def test_a_new_member_with_all_facts(cast):
    row = [
        "20001",
        "孙　悟",
        "DT0102",
        "社区党员",
        "普通党员",
        "1980年5月6日",
        "2001/7/1",
        "预备",
        date(2026, 1, 10),
    ]
    found = imported("members", cast.operator, FULL, [*row, None])
    assert verbs(found) == ["new"]
    member = Member.objects.get(number="20001")
    assert (member.name, member.initials, member.standing) == ("孙悟", "sw", "probationary")
    assert (member.birth_date, member.joined_on) == (date(1980, 5, 6), date(2001, 7, 1))
    assert organisation_of("20001") == [("DT0102", "2026-01-10", None)]
    assert member.postings.get().role.code == PLAIN


def test_in_traditional_script_and_any_order(cast):
    imported("members", cast.operator, ["起始日期", "角色", "類別", "組織編碼", "姓名", "黨員編號"],
             ["2026-01-10", "學生黨員", "社區黨員", "DT0102", "孫悟", "20001"])  # fmt: skip
    assert Member.objects.get(number="20001").postings.get().role.code == "community.student"


def test_without_a_number_one_is_assigned_once(cast):
    imported("members", cast.operator, HEADER, [None, "孙一", "DT0102", PLAIN, "2026-01-10", None],
             ["P0000001", "钱一", "DT0102", PLAIN, "2026-01-10", None],
             [None, "孙二", "DT0102", PLAIN, "2026-01-10", None])  # fmt: skip
    numbers = dict(Member.objects.filter(number__startswith="P").values_list("name", "number"))
    assert numbers == {"钱一": "P0000001", "孙一": "P0000002", "孙二": "P0000003"}


def test_rows_of_one_member_are_applied_by_start_whatever_their_order(cast):
    rows = [
        ["20001", "孙悟", "DT0101", PLAIN, "2026-03-01", None],
        ["20001", "孙悟", "DT0102", PLAIN, "2024-01-01", None],
    ]
    imported("members", cast.operator, HEADER, *rows)
    assert organisation_of("20001") == [
        ("DT0102", "2024-01-01", "2026-02-28"),
        ("DT0101", "2026-03-01", None),
    ]


def test_a_later_start_closes_the_open_posting_the_day_before(cast):
    found = imported(
        "members", cast.operator, HEADER, ["M001", "张晓明", "DT0102", PLAIN, "2026-07-01", None]
    )
    assert organisation_of("M001") == [("DT0101", "2020-01-01", "2026-06-30"), ("DT0102", "2026-07-01", None)]
    assert [tuple(field) for field in found.changes[0].also] == [
        ("End of the posting from 2020-01-01", "", "2026-06-30")
    ]
    # By organisation and name as well: in the new organisation he is the one of that name.
    found = imported("members", cast.operator, HEADER, [None, "張曉明", "DT0102", PLAIN, "2026-07-01", None])
    assert verbs(found) == ["same"]


def test_facts_and_ends_are_updated_and_shown(cast):
    row = ["M001", "张小明", "DT0101", None, PLAIN, "1970-01-02", None, "预备", "2020-01-01", "2026-08-31"]
    found = imported("members", cast.operator, FULL, row)
    assert fields(found) == [[
        ("姓名", "张晓明", "张小明"), ("出生日期", "", "1970-01-02"),
        ("党员身份", "Full member", "Probationary member"), ("截止日期", "", "2026-08-31"),
    ]]  # fmt: skip
    member = Member.objects.get(number="M001")
    assert (member.name, member.name_key, member.initials) == ("张小明", "张小明", "zxm")
    assert organisation_of("M001") == [("DT0101", "2020-01-01", "2026-08-31")]


def test_empty_cells_keep_what_is_stored(cast):
    row = [
        "M001",
        "张晓明",
        "DT0101",
        None,
        PLAIN,
        "1970-01-02",
        "1990-07-01",
        "预备",
        "2020-01-01",
        "2026-08-31",
    ]
    imported("members", cast.operator, FULL, row)
    found = imported(
        "members", cast.operator, HEADER, ["M001", "張曉明", "DT0101", PLAIN, "2020-01-01", None]
    )
    assert verbs(found) == ["same"]
    assert Member.objects.get(number="M001").birth_date == date(1970, 1, 2)


def test_an_earlier_posting_ends_where_the_stored_one_begins(cast):
    imported("members", cast.operator, HEADER, ["M001", "张晓明", "DT0102", PLAIN, "2018-01-01", None])
    assert organisation_of("M001") == [("DT0102", "2018-01-01", "2019-12-31"), ("DT0101", "2020-01-01", None)]


def test_who_is_not_clear_is_refused(cast):
    cast.admit("M901", "重名", "DT0102")
    cast.admit("M902", "重名", "DT0102")
    assert refused("members", cast.operator, HEADER,
                   [None, "重名", "DT0102", PLAIN, "2026-01-01", None],
                   [None, "李芳", "DT0102", PLAIN, "2026-01-01", None],
                   [None, "孙悟", "DT0101", PLAIN, "2026-01-01", None],
                   [None, "孙悟", "DT0102", PLAIN, "2026-01-01", None]) == [
        (2, "姓名", "ambiguous: several members there have this name; give the member number"),
        (3, "姓名", "possibly a member of another organisation by this name; give the member number"),
        (4, "姓名", "possibly a member of another organisation by this name; give the member number"),
        (5, "姓名", "possibly a member of another organisation by this name; give the member number"),
    ]  # fmt: skip


def test_postings_that_contradict_what_is_known(cast):
    cast.admit("M901", "甲", "DT0102")
    imported("members", cast.operator, HEADER, ["M901", "甲", "DT0102", PLAIN, "2020-01-01", "2026-06-30"])
    assert refused("members", cast.operator, HEADER,
                   ["M001", "张晓明", "DT0102", PLAIN, "2020-01-01", None],
                   ["M002", "李芳", "DT0101", "community.student", "2020-01-01", None],
                   ["M901", "甲", "DT0101", PLAIN, "2026-06-01", None],
                   ["M004", "赵组长", "DT010101", PLAIN, "2020-01-01", "2019-01-01"],
                   ["20001", "孙悟", "DT0101", PLAIN, "2026-01-01", None],
                   ["20001", "孙悟", "DT0102", PLAIN, "2026-01-01", None]) == [
        (2, "组织编码", "another organisation from the same day is recorded"),
        (3, "角色", "another role from the same day is recorded"),
        (4, "起始日期", "overlaps the posting from 2020-01-01 to 2026-06-30"),
        (5, "截止日期", "is before the start"),
        (7, "组织编码", "another organisation from the same day is recorded"),
    ]  # fmt: skip


def test_words_that_mean_nothing(cast):
    assert refused("members", cast.operator, FULL,
                   ["20001", "孙悟", "NOWHERE", None, PLAIN, None, None, None, "2026-01-01", None],
                   ["20002", "孙悟", "DT0101", None, "普通党员", None, None, None, "2026-01-01", None],
                   ["20003", "孙悟", "DT0101", "机关党员", "学生党员", None, None, None, "2026-01-01", None],
                   ["20004", "孙悟", "DT0101", None, "队长", None, None, "积极分子", "2026-01-01", None],
                   ["20005", "孙悟", "DT0101", None, PLAIN, "2030-01-01", None, None, "2026-01-01", None],
                   ["20006", "孙悟", "DT0101", None, PLAIN, None, None, None, "昨天", None]) == [
        (2, "组织编码", "there is no organisation of this code"),
        (3, "角色", "several roles have this name: give the category (类别) or the code"),
        (4, "角色", "there is no such role in this category"),
        (5, "党员身份", "unknown; one of 正式, 预备"),
        (6, "出生日期", "lies in the future"),
        (7, "起始日期", "not a date: write 2026-03-05, 2026/3/5 or 2026年3月5日"),
    ]  # fmt: skip


def test_rows_that_say_two_things_of_one_member(cast):
    rows = [["20001", "孙悟", "DT0101", PLAIN, "2024-01-01", "1980-01-01"],
            ["20001", "孙悟", "DT0102", PLAIN, "2025-01-01", "1980-01-02"]]  # fmt: skip
    assert refused("members", cast.operator, "党员编号 姓名 组织编码 角色 起始日期 出生日期", *rows) == [
        (3, "出生日期", "row 2 says something else of the same member")
    ]


def test_a_closed_year_is_not_touched(cast):
    YearLock.objects.create(member=cast.members["M001"], year=2025, locked_at=timezone.now())
    closed = "the year is closed for this member; only the committee can reopen it"
    assert refused(
        "members", cast.operator, HEADER, ["M001", "张晓明", "DT0102", PLAIN, "2025-07-01", None]
    ) == [(2, "起始日期", closed)]
    imported("members", cast.operator, HEADER, ["M001", "张晓明", "DT0102", PLAIN, "2026-01-01", None])
    assert organisation_of("M001")[0] == ("DT0101", "2020-01-01", "2025-12-31")


def test_a_secretary_imports_his_own_and_no_others(cast):
    by = cast.by(cast.owner)
    found = imported("members", by, HEADER, ["20001", "孙悟", "DT0101", PLAIN, "2026-01-01", None])
    assert verbs(found) == ["new"]
    assert LogRow.objects.first().organisation == cast.organisations["DT0101"]
    assert refused("members", by, HEADER, ["20002", "孙二", "DT0201", PLAIN, "2026-01-01", None],
                   ["M101", "别人", "DT0101", PLAIN, "2026-01-01", None]) == [
        (2, "组织编码", "there is no organisation of this code"), (3, "党员编号", "this number is taken"),
    ]  # fmt: skip


def test_the_queries_are_as_many_for_three_members_as_for_thirty(cast):
    counts = []
    for size in (3, 30):
        rows = [[f"{size}{n:03d}", f"甲{n}", "DT0101", PLAIN, "2026-01-01", None] for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            assert preview("members", cast.operator, HEADER, *rows).ok
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_who_would_join_a_closed_unit_is_told_row_by_row(cast):
    YearLock.objects.create(member=cast.members["M001"], year=2025, locked_at=timezone.now())
    found = refused("members", cast.operator, HEADER,
                    ["20001", "孙悟", "DT0101", PLAIN, "2025-12-01", None],
                    ["20002", "钱悟", "DT010101", PLAIN, "2025-12-31", None],
                    ["20003", "周悟", "DT0101", PLAIN, "2025-03-01", "2025-12-30"],
                    ["20004", "吴悟", "DT0102", PLAIN, "2025-03-01", None],
                    ["20005", "郑悟", "DT0101", PLAIN, "2026-01-01", None])  # fmt: skip
    told = "The year 2025 of “东塘第一党支部” is closed: nobody else can be placed there at its end"
    assert [(row, column) for row, column, _reason in found] == [(2, "起始日期"), (3, "起始日期")]
    assert all(reason.startswith(told) for _row, _column, reason in found)


def test_a_posting_that_would_last_to_the_end_of_a_closed_year_is_told_in_its_row(cast):
    imported("members", cast.operator, HEADER, ["M002", "李芳", "DT0101", PLAIN, "2020-01-01", "2025-11-30"])
    YearLock.objects.create(member=cast.members["M001"], year=2025, locked_at=timezone.now())
    row = ["M002", "李芳", "DT0101", PLAIN, "2020-01-01"]
    found = refused("members", cast.operator, HEADER, [*row, "2025-12-31"])
    assert [(number, column) for number, column, _reason in found] == [(2, "截止日期")]
    assert preview("members", cast.operator, HEADER, [*row, "2025-12-30"]).ok


def test_joining_is_looked_at_with_as_many_queries_for_many_rows_as_for_one(cast):
    YearLock.objects.create(member=cast.members["M001"], year=2025, locked_at=timezone.now())

    def asked(count):
        rows = [[f"2000{n}", f"孙{n}", "DT0101", PLAIN, "2025-12-01", None] for n in range(count)]
        with CaptureQueriesContext(connection) as captured:
            preview("members", cast.operator, HEADER, *rows)
        return len(captured)

    assert asked(1) == asked(3)
