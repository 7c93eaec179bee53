"""The demo before it meets a database: reproducible, nothing in the future or outside a posting."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from reports.desk.demo.facts import Facts
from reports.desk.demo.history import COLUMNS, History
from reports.desk.demo.plan import Plan, shares
from reports.desk.demo.workbooks import write

TODAY = date(2026, 9, 15)


def plan(**changes) -> Plan:
    given = {"branches": 12, "members": 400, "entries": None, "year": 2026, "seed": 1, "today": TODAY}
    return Plan(**{**given, **changes})


@pytest.fixture(scope="module")
def history() -> History:
    return History(plan())


@pytest.fixture(scope="module")
def sheets(history):
    return history.workbooks()


def told(history: History) -> str:
    return repr([(day.on, dict(day.sheets), day.lists, day.wishes, day.visits) for day in history.days()])


def test_the_same_arguments_tell_the_same_history(history):
    assert told(History(plan())) == told(history)


@pytest.mark.parametrize("change", [{"seed": 2}, {"members": 401}, {"branches": 13}, {"year": 2025}])
def test_other_arguments_tell_another(history, change):
    assert told(History(plan(**change))) != told(history)


def test_workbooks_agree_to_the_last_byte(tmp_path):
    """Nothing in them depends on the moment of writing."""
    small = plan(branches=4, members=60)
    write(History(small), tmp_path / "one")
    write(History(small), tmp_path / "two")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_every_row_has_a_cell_for_each_column(sheets):
    assert set(sheets) == set(COLUMNS)
    for kind, rows in sheets.items():
        assert rows, kind
        assert {len(row) for row in rows} == {len(COLUMNS[kind])}


def test_days_come_in_order_and_none_is_in_the_future(history):
    days = [day.on for day in history.days()]
    assert days == sorted(days)
    assert days[-1] <= TODAY


def test_no_date_is_in_the_future(sheets):
    dates = [cell for kind, rows in sheets.items() for row in rows for cell in row if isinstance(cell, date)]
    assert max(dates) <= TODAY


def test_whatever_is_recorded_lies_in_a_posting():
    history = History(plan(branches=40, members=2000))
    sheets = history.workbooks()
    people = {who.number: who for who in history.people}
    for number, _name, _what, day, *_rest in sheets["entries"]:
        assert people[number].stay_on(day), (number, day)
    for number, _name, day, *_rest in sheets["bonus"]:
        assert people[number].stay_on(day), (number, day)


def test_postings_follow_each_other_without_overlap(history):
    for who in history.people:
        assert who.joined >= date(who.birth.year + 18, who.birth.month, min(who.birth.day, 28))
        assert who.stays[0].start >= who.joined
        for before, after in zip(who.stays, who.stays[1:], strict=False):
            assert before.end is not None
            assert before.end < after.start


def test_all_roles_and_all_turns_of_life_occur(history):
    roles = Counter(who.stays[-1].role for who in history.people)
    assert set(roles) == set(Facts.read().quotas)
    assert roles["community.member"] == max(roles.values())
    moved = [who for who in history.people if len(who.stays) > 1]
    assert any(who.stays[0].unit != who.stays[1].unit for who in moved)
    assert any(who.stays[0].role != who.stays[1].role for who in moved)
    assert any(who.stays[-1].end for who in history.people)
    assert any(who.leaves for who in history.people)
    assert any(who.stays[0].start.year == 2026 for who in history.people)


def test_one_branch_alone_hands_in_late_and_crams(history, sheets):
    late = {who.number for who in history.people if who.late}
    assert len({who.stays[0].unit for who in history.people if who.late}) == 1
    typed = {
        row[0]
        for day in history.days(lists=False)
        for row in day.sheets["entries"]
        if day.on == TODAY and row[3].year == 2025
    }
    assert typed <= late  # what others did last year was typed in long ago


def test_titles_are_spread_over_the_year(sheets):
    months = Counter(row[3].month for row in sheets["entries"] if row[3].year == 2025)
    assert set(months) == set(range(1, 13))
    assert max(months.values()) < 3 * min(months.values())
    assert {"「三会一课」第三季度党课", "主题党日"} <= {row[6].split("：")[0] for row in sheets["entries"]}


@pytest.mark.parametrize("entries", [3, 60])
def test_so_many_entries_for_each_member(entries):
    rows = History(plan(entries=entries, year=2025)).workbooks()["entries"]
    counts = Counter(row[0] for row in rows)
    assert len(counts) > 390
    assert set(counts.values()) == {entries}


def test_a_year_that_is_over_is_told_the_same_on_any_later_day():
    one, two = (History(plan(year=2024, today=day)) for day in (date(2025, 2, 1), TODAY))
    assert one.workbooks() == two.workbooks()


@pytest.mark.parametrize(("branches", "members"), [(1, 3), (2, 6), (3, 9), (4, 60), (130, 1300)])
def test_any_size_can_be_told(branches, members):
    history = History(plan(branches=branches, members=members))
    assert len(history.people) == members
    assert sum(node.is_branch for node in history.nodes) == branches
    codes = [row[0] for row in history.workbooks()["organisations"]]
    assert len(codes) == len(set(codes))


def test_shares_lose_nothing():
    assert shares(10, [1.0, 1.0, 1.0]) == [4, 3, 3]
    assert shares(10, [2.0, 1.0, 0.0], least=1) == [6, 3, 1]  # 7 to divide: 4.67, 2.33, 0
    assert shares(0, [1.0, 2.0]) == [0, 0]
