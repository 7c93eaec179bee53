"""Quick rows: whom a text means, all rows or none, what comes back, and taking back what was just saved."""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.errors import Refused
from members.models import LogRow, YearLock
from scoring.models import Entry, Sending, Waiver
from scoring.services import quick
from scoring.services.naming import meant
from tests.cast import CANARY, Cast
from tests.rows import indicator

pytestmark = pytest.mark.django_db
URL = "/branches/DT0101/quick/"


def sent(*rows: tuple[str, str, str, str, str], once: str = "") -> dict[str, str]:
    """What a browser sends of rows of member, indicator, quantity, date and title."""
    names = ("member", "indicator", "quantity", "date", "title")
    fields = {
        f"{name}-{position}": value
        for position, row in enumerate(rows)
        for name, value in zip(names, row, strict=True)
    }
    return {"once": once, **fields}


def recorded() -> list[tuple[str, str, int, date, str]]:
    return [
        (row.member.number, row.indicator.code, row.quantity, row.date, row.title)
        for row in Entry.objects.select_related("member", "indicator").order_by("pk")
    ]


def choices(page: str) -> list[str]:
    """The indicators of the first row, in the order in which they are offered."""
    row = page[page.index('name="indicator-0"') :]
    return re.findall(r'<option value="([a-z_]+)"', row[: row.index("</select>")])


def test_what_members_of_the_branch_are_asked_for_is_offered_first(cast: Cast):
    page = cast.client(cast.owner).get(URL).content.decode()
    offered = choices(page)
    # community.member and elderly.member are asked for essays and volunteering, and for no visits.
    assert offered.index("essay") < offered.index("visit_people")
    assert offered.index("volunteer") < offered.index("visit_people")
    assert f'<option value="{offered[0]}" selected' in page


def test_a_saved_row_that_earns_nothing_says_so(cast: Cast):
    client = cast.client(cast.owner)
    rows = ("M001", "essay", "1", "2026-03-05", "心得"), ("M002", "visit_people", "3", "2026-03-05", "")
    given = sent(*rows) | {"again-1": "M002/visit_people/2026"}
    page = client.post(URL, given, follow=True).content.decode()
    assert [row[:2] for row in recorded()] == [("M001", "essay"), ("M002", "visit_people")]
    assert page.count("该角色不考核") == 1
    assert "该角色不考核" in page[page.index("李芳") :]


def shown(answer: Any) -> list[str]:
    """Beside each row why it would earn nothing."""
    return [row.nothing for row in answer.context["rows"]]


def test_what_would_earn_nothing_is_told_before_it_is_saved_and_can_be_saved_so(cast: Cast):
    """M001's role asks for essays and for no visits; M002 is excused from essays of 2026."""
    Waiver.objects.create(member=cast.members["M002"], year=2026, indicator=indicator("essay"), reason="病")
    client = cast.client(cast.owner)
    rows = [
        ("M001", "visit_people", "3", "2026-03-05", ""),
        ("M001", "essay", "1", "", ""),
        ("M002", "", "1", "", ""),
        ("M002", "", "1", "2025-03-05", ""),
    ]
    answer = client.post(URL, sent(*rows))
    assert (answer.status_code, recorded()) == (200, [])
    assert shown(answer)[:4] == ["不计分：该角色不考核", "", "不计分：本年度已免考", ""]
    page = answer.content.decode()
    boxes = dict(re.findall(r'name="(again-\d+)" value="([^"]*)"', page))
    assert boxes == {"again-0": "M001/visit_people/2026", "again-2": "M002/essay/2026"}
    one = client.post(URL, sent(*rows) | {"again-0": boxes["again-0"]})
    assert (one.status_code, recorded()) == (200, [])
    assert [row.agreed for row in one.context["rows"]][:4] == [True, True, False, True]
    assert client.post(URL, sent(*rows) | boxes).status_code == 302
    assert len(recorded()) == 4


def test_what_may_be_recorded_already_is_asked_about_and_can_be_recorded_all_the_same(cast: Cast):
    client = cast.client(cast.owner)
    row = ("M001", "essay", "1", "2026-03-05", "三月 心得")
    assert client.post(URL, sent(row)).status_code == 302
    twice = [
        ("M001", "essay", "2", "2026-03-05", "三月心得"),
        ("M001", "essay", "1", "2026-03-06", "三月心得"),
    ]
    answer = client.post(URL, sent(*twice))
    assert (answer.status_code, len(recorded())) == (200, 1)
    assert [bool(one.same) for one in answer.context["rows"]][:2] == [True, False]
    assert "张晓明" in answer.context["rows"][0].same
    typed = [(one.member, one.quantity, one.title) for one in answer.context["rows"]][:2]
    assert typed == [("张晓明 M001", "2", "三月心得"), ("张晓明 M001", "1", "三月心得")]
    (box,) = re.findall(r'name="(again-\d+)" value="([^"]*)"', answer.content.decode())
    assert client.post(URL, sent(*twice) | dict([box])).status_code == 302
    assert [(number, quantity) for number, _code, quantity, _day, _title in recorded()] == [
        ("M001", 1), ("M001", 2), ("M001", 1),
    ]  # fmt: skip


def test_two_equal_rows_of_one_form_are_asked_about(cast: Cast):
    row = ("M001", "essay", "1", "2026-03-05", "")
    answer = cast.client(cast.owner).post(URL, sent(row, ("M002", *row[1:]), row))
    assert (answer.status_code, recorded()) == (200, [])
    assert [bool(one.same) for one in answer.context["rows"]][:3] == [False, False, True]


def test_a_form_that_was_stored_is_not_asked_about_when_it_comes_again(cast: Cast):
    client = cast.client(cast.owner)
    given = sent(("M001", "essay", "1", "2026-03-05", ""), once="a1")
    assert client.post(URL, given).status_code == 302
    assert client.post(URL, given).status_code == 302
    assert len(recorded()) == 1


def test_what_was_told_of_one_member_is_not_told_of_another(cast: Cast):
    client = cast.client(cast.owner)
    told = {"again-0": "M001/visit_people/2026"}
    other = sent(("M002", "visit_people", "3", "2026-03-05", ""))
    answer = client.post(URL, other | told)
    assert (answer.status_code, recorded()) == (200, [])
    assert shown(answer)[0]
    earlier = sent(("M001", "visit_people", "3", "2025-03-05", ""))
    assert client.post(URL, earlier | told).status_code == 200
    assert recorded() == []


@pytest.mark.parametrize(
    "text, number",
    [
        ("M001", "M001"),
        ("m001", "M001"),
        ("张晓明", "M001"),
        ("張曉明", "M001"),
        (" 张 晓明 ", "M001"),
        ("张晓明 M001", "M001"),
        ("zxm", "M001"),
        ("ZX", "M001"),
        ("lf", "M002"),
    ],
)
def test_a_member_is_meant_by_number_name_or_initials(cast: Cast, text: str, number: str):
    assert meant(text, [cast.members[key] for key in ("M001", "M002", "M003")]).number == number


@pytest.mark.parametrize("text", ["z", "某某", "1", "晓"])
def test_a_text_that_means_nobody_or_several_is_refused(cast: Cast, text: str):
    members = [cast.members[key] for key in ("M001", "M002", "M004")]
    with pytest.raises(Refused) as refused:
        meant(text, members)
    # 张晓明 and 赵组长 both begin with z.
    assert [one.name in refused.value.messages[0] for one in members] == [text == "z", False, text == "z"]


def test_rows_are_stored_together_and_remember_what_stands_above(cast: Cast):
    before = LogRow.objects.count()
    rows = [
        ("zxm", "volunteer", "3", "2026-03-05", "走访东塘里"),
        ("M002", "", "2", "", ""),
        ("", "essay", "", "2026/4/1", ""),
        ("李芳", "", "", "", "读书 心得"),
        ("", "", "", "", ""),
    ]
    answer = cast.client(cast.owner).post(URL, sent(*rows))
    assert answer.status_code == 302
    assert recorded() == [
        ("M001", "volunteer", 3, date(2026, 3, 5), "走访东塘里"),
        ("M002", "volunteer", 2, date(2026, 3, 5), ""),
        # An empty row does not count, and nothing is remembered from it.
        ("M002", "volunteer", 1, date(2026, 3, 5), "读书 心得"),
    ]
    assert LogRow.objects.count() == before + 1
    row = LogRow.objects.order_by("-pk")[0]
    assert (row.verb, len(row.after["scoring.entry"])) == ("record entries", 3)
    assert Entry.objects.order_by("pk")[2].title_key == "读书心得"


def test_one_bad_row_keeps_all_from_being_stored_and_nothing_is_lost(cast: Cast):
    rows = [
        ("zxm", "volunteer", "3", "2026-03-05", "走访"),
        ("某某", "volunteer", "x", "2026-02-30", "一"),
        ("M002", "volunteer", "2", "2026-12-01", ""),
        ("M002", "", "0", "2019-01-01", "标\x00题"),
    ]
    answer = cast.client(cast.owner).post(URL, sent(*rows))
    assert answer.status_code == 200
    assert recorded() == []
    shown = answer.context["rows"]
    wrong = [{name for name, found in row.problems.items() if found} for row in shown[:4]]
    assert wrong == [set(), {"member", "quantity", "date"}, {"date"}, {"quantity"}]
    assert [(row.member, row.title) for row in shown[:3]] == [
        ("张晓明 M001", "走访"),
        ("某某", "一"),
        ("李芳 M002", ""),
    ]
    assert (shown[1].quantity, shown[1].date) == ("x", "2026-02-30")


def test_problems_of_the_plan_stand_beside_their_rows(cast: Cast):
    YearLock.objects.create(member=cast.members["M001"], year=2025, locked_at=cast.now)
    rows = [
        ("zxm", "volunteer", "3", "2025-03-05", ""),
        ("M002", "volunteer", "2", "2019-12-01", ""),
        ("M002", "volunteer", "2", "2026-09-16", ""),
        ("M002", "volunteer", "2", "2026-09-15", "标\x07题"),
    ]
    answer = cast.client(cast.owner).post(URL, sent(*rows))
    assert recorded() == []
    closed, without, future, text = answer.context["rows"][:4]
    assert "2025" in closed.problems["date"][0]
    assert "张晓明" in closed.problems["date"][0]
    assert without.problems["date"]
    assert future.problems["date"]
    assert text.problems["title"]


def test_the_same_rows_sent_twice_are_stored_once(cast: Cast):
    client = cast.client(cast.owner)
    rows = sent(("zxm", "volunteer", "3", "2026-03-05", ""), once="a1")
    client.post(URL, rows)
    assert client.post(URL, rows).status_code == 302
    assert len(recorded()) == 1
    client.post(URL, {**rows, "once": "a2", "title-0": "另一次"})
    assert len(recorded()) == 2


def test_a_token_is_the_users_own_and_is_forgotten_after_a_week(cast: Cast):
    rows = sent(("zxm", "volunteer", "3", "2026-03-05", ""), once="a1")
    theirs = sent(("M101", "volunteer", "3", "2026-03-05", ""), once="a1")
    client = cast.client(cast.owner)
    client.post(URL, rows)
    cast.client(cast.other).post("/branches/DT0201/quick/", theirs)
    assert len(recorded()) == 2
    Sending.objects.filter(user=cast.owner).update(at=cast.now - timedelta(days=7, seconds=1))
    client.post(URL, {**rows, "once": "a2", "title-0": "另一次"})
    assert sorted(Sending.objects.values_list("user__username", "token")) == [
        ("other", "a1"),
        ("owner", "a2"),
    ]


@pytest.mark.parametrize("once", ["\x00", "a" * 17, "长", "'"])
def test_what_is_no_token_is_none(cast: Cast, once: str):
    answer = cast.client(cast.owner).post(URL, sent(("zxm", "volunteer", "3", "2026-03-05", ""), once=once))
    assert (answer.status_code, len(recorded()), Sending.objects.count()) == (302, 1, 0)


def test_rows_that_were_refused_may_be_sent_again(cast: Cast):
    client = cast.client(cast.owner)
    client.post(URL, sent(("zxm", "volunteer", "3", "2019-03-05", ""), once="a1"))
    assert (recorded(), Sending.objects.count()) == ([], 0)
    client.post(URL, sent(("zxm", "volunteer", "3", "2026-03-05", ""), once="a1"))
    assert (len(recorded()), Sending.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_rows_sent_twice_at_the_same_moment_are_stored_once(cast: Cast, monkeypatch):
    """The first waits, with everything written and nothing committed, until the second has come as far."""
    rows = sent(("zxm", "volunteer", "3", "2026-03-05", ""), once="a1")
    together, answers = threading.Barrier(2), []
    usual = quick.row_problems

    def met(**given: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            together.wait(1)
        return usual(**given)

    def press() -> None:
        try:
            answers.append(cast.client(cast.owner).post(URL, rows).status_code)
        finally:
            connection.close()

    monkeypatch.setattr(quick, "row_problems", met)
    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [302, 302]
    assert len(recorded()) == 1
    assert LogRow.objects.filter(verb="record entries").count() == 1


def saved_by(client: Client, *rows: tuple[str, str, str, str, str]) -> list[Entry]:
    client.post(URL, sent(*rows))
    return client.get(URL).context["saved"]


def test_what_was_just_saved_is_listed_and_taken_back(cast: Cast):
    client = cast.client(cast.owner)
    one, two = saved_by(
        client, ("zxm", "volunteer", "3", "2026-03-05", ""), ("lf", "essay", "1", "2026-03-06", "")
    )
    page = client.get(URL)
    assert (page.context["rows"][0].indicator, page.context["rows"][0].date) == ("essay", "2026-03-06")
    answer = client.post(URL, {"entry": one.pk, "version": 1}, follow=True)
    assert [row.pk for row in answer.context["saved"]] == [two.pk]
    assert [number for number, *_rest in recorded()] == ["M002"]
    assert LogRow.objects.order_by("-pk")[0].verb == "withdraw entry"


def test_what_was_changed_meanwhile_is_not_taken_back(cast: Cast):
    client = cast.client(cast.owner)
    (one,) = saved_by(client, ("zxm", "volunteer", "3", "2026-03-05", ""))
    Entry.objects.filter(pk=one.pk).update(quantity=4, version=2)
    client.post(URL, {"entry": one.pk, "version": 1})
    assert len(recorded()) == 1


def test_only_what_this_session_saved_is_taken_back(cast: Cast):
    (one,) = saved_by(cast.client(cast.owner), ("zxm", "volunteer", "3", "2026-03-05", ""))
    cast.client(cast.owner).post(URL, {"entry": one.pk, "version": 1})
    assert len(recorded()) == 1


@pytest.mark.parametrize("who", ["other", "elsewhere", "administrator", "nobody"])
def test_others_find_nothing(cast: Cast, who: str):
    client = cast.client(getattr(cast, who))
    rows = sent(("zxm", "volunteer", "3", "2026-03-05", ""))
    assert [client.get(URL).status_code, client.post(URL, rows).status_code] == [404, 404]
    assert client.post(URL, {"entry": 1}).status_code == 404


def test_the_committee_reads_and_does_not_write(cast: Cast):
    client = cast.client(cast.committee)
    assert 'name="member-0"' not in client.get(URL).content.decode()
    assert client.post(URL, sent(("zxm", "volunteer", "3", "2026-03-05", ""))).status_code == 404
    assert client.post(URL, {"entry": 1}).status_code == 404


@pytest.mark.parametrize("text", ["M101", f"陈{CANARY}"])
def test_a_strangers_member_is_nobody_here(cast: Cast, text: str):
    client = cast.client(cast.owner)
    answer = client.post(URL, sent((text, "volunteer", "3", "2026-03-05", "")))
    assert answer.context["rows"][0].problems["member"]
    assert "M102" not in answer.content.decode()
    assert recorded() == []


def test_saving_takes_as_many_queries_for_forty_rows_as_for_twenty_and_eighty(cast: Cast):
    client = cast.client(cast.owner)
    client.post(URL, sent(("zxm", "essay", "1", "2026-03-05", "")))
    client.get(URL)
    counts = []
    for size in (20, 40, 80):
        rows = [("M001", "volunteer", "1", "2026-03-05", f"第{size}.{number}户") for number in range(size)]
        with CaptureQueriesContext(connection) as writing:
            assert client.post(URL, sent(*rows)).status_code == 302
        with CaptureQueriesContext(connection) as reading:
            client.get(URL)
        counts.append((len(writing), len(reading)))
    assert len(recorded()) == 141
    assert len(set(counts)) == 1
    assert counts[0][0] <= 26 + (connection.vendor == "postgresql")  # a lock is shared there
