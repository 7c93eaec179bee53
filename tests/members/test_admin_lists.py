"""What lists of the admin offer: columns to sort by, filters, search, and what stands in the columns."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ORDER_VAR
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from members.models import Leave, LogRow, Member, Organisation, Posting
from members.services import roster
from scoring.enums import BonusKind
from scoring.models import Activity, Bonus, Entry
from scoring.services import ledger
from tests import rows
from tests.cast import CANARY, Cast
from tests.members.test_admin_pages import REGISTERED, address

PEOPLE = ("owner", "committee", "administrator")


@pytest.fixture
def filled(cast: Cast) -> Cast:
    """A row of every model in two branches, and of those that are no branch's."""
    rows.of_members(cast, "DT0101", "M001", "本支部")
    rows.of_members(cast, "DT0201", "M101", CANARY)
    rows.of_accounts(cast)
    return cast


def read(client: Client, model: Any, **query: Any) -> Any:
    """The list as the admin made it."""
    return client.get(address(model, "changelist"), query).context["cl"]


def shown(client: Client, model: Any, column: str, **query: Any) -> list[str]:
    """One column of a list, from the top downwards, in English."""
    changelist = read(client, model, **query)
    page = changelist.model_admin
    with override("en"):
        return [
            str(getattr(page, column)(row) if hasattr(page, column) else getattr(row, column))
            for row in changelist.result_list
        ]


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE)
def test_every_list_sorts_by_every_column_that_says_so(filled, person):
    client = filled.client(getattr(filled, person))
    failed, sorted_by = [], 0
    for model, _ in REGISTERED:
        url = address(model, "changelist")
        if client.get(url).status_code == 404:
            continue
        for number in range(len(read(client, model).list_display)):
            sorted_by += 1
            if client.get(url, {ORDER_VAR: f"-{number}"}).status_code != 200:
                failed.append((model._meta.label, number))
    assert failed == []
    assert sorted_by > 30


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE)
def test_every_choice_of_every_filter_answers(filled, person):
    client = filled.client(getattr(filled, person))
    failed, chosen = [], 0
    for model, _ in REGISTERED:
        url = address(model, "changelist")
        if client.get(url).status_code == 404:
            continue
        changelist = read(client, model)
        for spec in changelist.filter_specs:
            for choice in spec.choices(changelist):
                if "query_string" not in choice:
                    continue  # what is typed in has no ready choice
                chosen += 1
                if client.get(url + choice["query_string"]).status_code != 200:
                    failed.append((model._meta.label, choice))
                if person == "owner":
                    assert CANARY not in str(choice["display"]), model
    assert failed == []
    assert chosen > 10


@pytest.mark.slow
def test_nothing_of_the_other_branch_stands_on_a_sorted_filtered_or_searched_list(filled):
    client = filled.client(filled.owner)
    leaks = []
    for model, _ in REGISTERED:
        url = address(model, "changelist")
        for query in ("?o=1", "?o=-2", "?q=M101", f"?q={CANARY}", "?q=zby", "?q=DT0201"):
            html = client.get(url + query).content.decode().replace(f'value="{CANARY}"', "")
            if CANARY in html or "DT0201</" in html:
                leaks.append(url + query)
    assert leaks == []


def test_rows_of_members_are_searched_by_name_number_and_initials_in_either_script(cast, owner, foreign):
    cast.admit("M006", "陈东升", "DT0101")
    made = rows.entry(cast, cast.members["M006"])
    for term in ("陈东升", "陳東昇"[:2], "m006", "cds"):
        assert [entry.pk for entry in read(owner, Entry, q=term).result_list] == [made.pk], term
    for term in ("M101", CANARY, "chen"):
        assert list(read(owner, Entry, q=term).result_list) == [], term


def test_organisations_are_searched_by_name_in_either_script_and_by_code(cast):
    client = cast.client(cast.committee)
    for term, wanted in {
        "東塘第一": ["DT0101"], "东塘 支部": ["DT0101", "DT0102"], "dt02": ["DT02", "DT0201"], "西塘": [],
    }.items():  # fmt: skip
        assert [row.code for row in read(client, Organisation, q=term).result_list] == wanted, term


def test_every_list_that_is_searched_says_by_what(filled):
    silent = [
        page for model, page in REGISTERED
        if page.search_fields and not page.search_help_text and "code" not in page.search_fields
    ]  # fmt: skip
    assert silent == []


def test_every_column_has_a_name(filled):
    for model, page in REGISTERED:
        for column in page.list_display:
            assert str(label_for_field(column, model, page)).strip(), (model, column)


def test_members_stand_with_the_posting_that_says_whose_they_are(cast):
    roster.transfer(
        by=cast.operator, member=cast.members["M002"], organisation=cast.organisations["DT0102"],
        role=cast.roles["organ.leader"], start=date(2026, 9, 15),
    )  # fmt: skip
    roster.transfer(
        by=cast.operator, member=cast.members["M001"], organisation=cast.organisations["DT0102"],
        role=cast.roles["organ.leader"], start=date(2026, 9, 16),
    )  # fmt: skip
    client = cast.client(cast.committee)
    assert shown(client, Member, "organisation_now", q="M00") == [
        "东塘第一党支部", "东塘第二党支部", "东塘第一党支部", "第一党小组",
    ]  # fmt: skip
    # The tree: DT0101, DT010101, DT0102; within a place by number.
    assert shown(client, Member, "number", q="M00", o="2") == ["M001", "M003", "M004", "M002"]
    # The scheme's order: the leader, the community members, the elderly.
    assert shown(client, Member, "number", q="M00", o="3")[0] == "M002"
    assert shown(client, Member, "number", q="M00", o="3")[-1] == "M003"


@pytest.mark.parametrize(
    "query, wanted",
    [
        ({"role": "elderly"}, ["M003"]),
        ({"role": "community.member"}, ["M001", "M002", "M004"]),
        ({"role": "organ"}, []),
        ({"posted": "no"}, ["M002"]),
        ({"posted": "yes"}, ["M001", "M003", "M004"]),
        ({"within": "DT010101"}, ["M004"]),
        ({"standing__exact": "probationary"}, []),
    ],
)
def test_members_are_filtered_by_role_posting_place_and_standing(cast, owner, query, wanted):
    posting = cast.members["M002"].postings.get()
    roster.end_posting(by=cast.operator, posting=posting, end=date(2026, 9, 14))
    assert shown(owner, Member, "number", **query) == wanted


def test_what_lasts_says_whether_it_holds_today(cast, owner):
    """Today is 15 September 2026: a leave to its last day holds."""
    for number, start, end in [
        ("M001", date(2026, 9, 1), date(2026, 9, 15)),
        ("M002", date(2026, 9, 1), date(2026, 9, 14)),
        ("M003", date(2026, 9, 16), None),
        ("M004", date(2026, 9, 15), None),
    ]:
        leave = Leave(member=cast.members[number], start=start, end=end, reason="外出")
        roster.grant_leave(by=cast.operator, leave=leave)
    assert shown(owner, Leave, "state") == ["In force", "Ended", "Yet to begin", "In force"]
    for state, wanted in {
        "in_force": ["M001", "M004"], "ended": ["M002"], "to_come": ["M003"],
    }.items():  # fmt: skip
        found = read(owner, Leave, state=state).result_list
        assert [leave.member.number for leave in found] == wanted


def test_an_organisation_tells_what_stands_above_and_how_many_members_below(cast):
    client = cast.client(cast.committee)
    columns = [shown(client, Organisation, column) for column in ("code", "above", "members_below")]
    told = {code: (above, below) for code, above, below in zip(*columns, strict=True)}
    assert told == {
        "DT": ("None", "6"), "DT01": ("东塘街道工委", "4"), "DT0101": ("东塘社区党总支", "4"),
        "DT010101": ("东塘第一党支部", "1"), "DT0102": ("东塘社区党总支", "0"),
        "DT02": ("东塘街道工委", "2"), "DT0201": ("城南社区党总支", "2"),
    }  # fmt: skip
    assert shown(cast.client(cast.owner), Organisation, "above") == ["None", "东塘第一党支部"]


def test_whose_a_member_is_stands_before_those_who_read_several_branches(cast, owner):
    """The owner reads a branch and its group, the committee the whole tree."""
    rows.entry(cast, cast.members["M004"])
    assert "organisation_now" not in read(owner, Entry).list_display
    assert shown(cast.client(cast.committee), Entry, "organisation_now") == ["第一党小组"]
    assert "organisation_now" in read(cast.client(cast.committee), Entry).list_display


def test_an_entry_tells_when_how_much_and_how_it_was_recorded(cast, owner):
    member = cast.members["M001"]
    rows.entry(cast, member, "visit_people", date=date(2026, 3, 5), quantity=3)
    rows.entry(cast, member, "dues", date=date(2026, 4, 1), quantity=1, on_time=False)
    rows.entry(cast, member, "dues", date=date(2026, 5, 1), quantity=1, on_time=True)
    rows.entry(cast, member, "volunteer_post", date=date(2026, 6, 1), quantity=1, title="护河岗")
    assert shown(owner, Entry, "amount") == ["1 个", "1 个月", "1 个月, late or short", "3 人次"]
    assert [re.sub("<.*?>", "", text) for text in shown(owner, Entry, "when")] == [
        "from 2026-06-01 on", "2026-05-01", "2026-04-01", "2026-03-05",
    ]  # fmt: skip
    assert set(shown(owner, Entry, "origin")) == {"By hand"}
    assert len(shown(owner, Entry, "origin", origin="hand")) == 4
    assert shown(owner, Entry, "origin", origin="import") == []


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_days_and_moments_stand_in_digits_in_lists(cast, owner, language):
    rows.of_members(cast, "DT0101", "M001", "本支部")

    def cells(model: Any, which: int) -> set[str]:
        page = owner.get(address(model, "changelist"), headers={"accept-language": language})
        return {re.sub("<.*?>", "", row.cells[which].text) for row in page.context["cl"].rows}

    assert cells(Posting, 2) == {"2020-01-01"}
    assert cells(Bonus, 4) == {"2026-09-15 10:00"}


def test_what_an_activity_put_in_is_told_apart(cast, owner):
    rows.of_members(cast, "DT0101", "M001", "本支部")
    assert sorted(shown(owner, Entry, "origin")) == ["By hand", "List of an activity"]
    assert len(read(owner, Entry, origin="activity").result_list) == 1
    assert sorted(shown(owner, Activity, "present")) == ["0", "1"]
    held = Entry.objects.exclude(activity=None).get().activity
    page = read(owner, Activity).model_admin
    with override("en"):
        assert page.attendance_shown(held) == "Present 1"


def test_a_bonus_tells_its_level_or_its_points(cast, owner):
    rows.of_members(cast, "DT0101", "M001", "本支部")
    decided = Bonus(
        member=cast.members["M002"], date=date(2026, 4, 2), kind=BonusKind.CONTRIBUTION,
        points=Decimal("2.0"), reason="抢险",
    )  # fmt: skip
    ledger.save_bonus(by=cast.operator, bonus=decided)
    assert shown(owner, Bonus, "worth") == ["2 points", "区级"]


def test_the_newest_recorded_entry_stands_first_and_pages_follow(cast, owner):
    member = cast.members["M001"]
    made = [rows.entry(cast, member, date=date(2026, 1, 1 + day % 28)).pk for day in range(103)]
    first, second = read(owner, Entry), read(owner, Entry, p="2")
    assert [row.pk for row in first.result_list] == made[:2:-1]
    assert [row.pk for row in second.result_list] == made[2::-1]
    earliest = read(owner, Entry, o="2").result_list
    assert [row.date for row in earliest][:5] == [date(2026, 1, 1)] * 4 + [date(2026, 1, 2)]


def test_the_log_names_its_objects(cast):
    rows.of_members(cast, "DT0101", "M001", "本支部")
    client = cast.client(cast.committee)
    told = set(zip(shown(client, LogRow, "kind_shown"), shown(client, LogRow, "object_shown"), strict=True))
    assert ("member", "张晓明 M001") in told
    assert ("activity", "2026-03-06 计划本支部") in told


def test_a_member_tells_postings_and_leaves_with_the_way_to_a_transfer(cast, owner):
    made = rows.of_members(cast, "DT0101", "M001", "本支部")
    member = cast.members["M001"]
    html = owner.get(address(Member, "change", member.pk)).content.decode()
    for link in (
        address(Posting, "change", made[Posting].pk),
        address(Leave, "change", made[Leave].pk),
        reverse("member_transfer", args=["M001"]),
    ):
        assert f'href="{link}"' in html, link
    read_only = cast.client(cast.committee).get(address(Member, "change", member.pk)).content.decode()
    assert address(Posting, "change", made[Posting].pk) in read_only
    assert reverse("member_transfer", args=["M001"]) not in read_only


def test_readers_are_offered_nothing_to_add_or_change(filled):
    client = filled.client(filled.committee)
    offers = []
    for model, _ in REGISTERED:
        html = client.get(address(model, "changelist")).content.decode()
        if address(model, "add") in html:
            offers.append(model._meta.label)
    assert offers == []
