"""The desk's pages: what each of the cast sees, what nobody else does, and how many queries it takes."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import bad_request, permission_denied, server_error

from members.models import Member, Posting
from members.services import roster
from members.text import fold
from reports.desk.services import units
from scoring.enums import Presence
from scoring.services.activities import Mark, record_attendance
from tests.cast import CANARY, PASSWORD, Cast
from tests.desk.ledger import YEAR, Ledger
from tests.desk.reader import browser, queries, text_of
from tests.scoring.meetings import meeting

# --- who sees what --------------------------------------------------------------------------------


def test_the_first_page_of_each_leads_where_the_duty_does(cast: Cast):
    owner = text_of(browser(cast, cast.owner).get("/"))
    assert "东塘第一党支部 DT0101 · Branch · 4 members" in owner
    committee = text_of(browser(cast, cast.committee).get("/"))
    assert "东塘第二党支部 DT0102 · 东塘社区党总支 0" in committee
    assert f"城南党支部{CANARY} DT0201 · 城南社区党总支 2" in committee
    assert "西塘" not in committee
    administrator = text_of(browser(cast, cast.administrator).get("/"))
    assert "This installation Users Duties Organisations Print settings Schemes" in administrator
    assert "东塘" not in administrator
    assert "You have no duty in force" in text_of(browser(cast, cast.nobody).get("/"))


def test_the_first_page_shows_what_was_recorded_last(cast: Cast):
    Ledger(cast).entry("M101", "org_life", date(2026, 3, 5), title=f"别处{CANARY}")
    Ledger(cast).entry("M002", "org_life", date(2026, 3, 5), title="三月主题党日")
    page = text_of(browser(cast, cast.owner).get("/"))
    assert "三月主题党日" in page
    assert CANARY not in page


def test_the_branch_shows_its_members_with_their_figures(case_2: Cast):
    client = browser(case_2, case_2.owner)
    page = text_of(client.get("/branches/DT0101/scores/", {"year": YEAR}))
    assert "张晓明 M001 社区党员 · 普通党员 12 74.67 0.00 74.67 71.00 73.94 良好 1 Scored" in page
    # Nothing recorded: 5 + 5 presumed points, and no vote.
    assert "李芳 M002 社区党员 · 普通党员 12 10.00 0.00 10.00 — — — — Not appraised" in page
    assert "王桂英 M003 65岁以上年老多病、行动不便党员 0 — — — — — — — Not scored" in page
    assert "赵组长 M004" in page
    assert CANARY not in page


def test_before_the_years_end_there_is_a_rank_by_the_daily_score_and_no_grade(case_2: Cast):
    client = browser(case_2, case_2.owner)
    page = text_of(client.get("/branches/DT0101/scores/", {"as_of": "2025-06-30"}))
    # org_life 3 of 6: 20; volunteer 3 of 3: 30; dues 6 of 12: 4; presumed 10.
    assert "张晓明 M001 社区党员 · 普通党员 12 64.00 0.00 64.00 1 Scored" in page
    assert "Annual score" not in page


def test_a_group_shows_its_own_members_ranked_with_the_branch(case_2: Cast):
    client = browser(case_2, case_2.owner)
    page = text_of(client.get("/branches/DT010101/scores/", {"as_of": "2025-06-30"}))
    assert "赵组长 M004 社区党员 · 普通党员 12 10.00 0.00 10.00 2 Scored" in page
    assert "张晓明" not in page


def test_the_committee_reads_every_branch_below_unit_by_unit(case_2: Cast):
    page = text_of(browser(case_2, case_2.committee).get("/branches/DT/scores/", {"year": YEAR}))
    assert page.index("张晓明 M001") < page.index(f"陈{CANARY} M101")
    assert f"吴{CANARY}" not in page


def test_many_members_are_offered_unit_by_unit(case_2: Cast, monkeypatch):
    monkeypatch.setattr(units, "MOST_ROWS", 5)
    client = browser(case_2, case_2.committee)
    page = text_of(client.get("/branches/DT/scores/", {"year": YEAR}))
    assert "Units below" in page
    assert "张晓明" not in page
    assert "张晓明" in text_of(client.get("/branches/DT0101/scores/", {"year": YEAR}))


def test_who_has_moved_on_is_counted_and_not_shown(case_2: Cast):
    roster.transfer(
        by=case_2.operator,
        member=case_2.members["M001"],
        organisation=case_2.organisations["DT0201"],
        role=case_2.roles["community.member"],
        start=date(2026, 3, 1),
    )
    client = browser(case_2, case_2.owner)
    page = text_of(client.get("/branches/DT0101/scores/", {"year": YEAR}))
    assert "张晓明" not in page
    assert "1 member of that day has moved since" in page
    assert client.get(f"/members/M001/scores/{YEAR}/").status_code == 404
    theirs = text_of(browser(case_2, case_2.other).get(f"/members/M001/scores/{YEAR}/"))
    assert "张晓明: why 73.94?" in theirs


# --- what is typed in -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given, said",
    [
        ({"year": "zwanzig"}, "Enter a whole number."),
        ({"year": "2027"}, "That year has not begun."),
        ({"year": "1949"}, "greater than or equal to 2000"),
        ({"year": "99999999999999999999"}, "less than or equal to"),
        ({"as_of": "2025-02-30"}, "Enter a valid date."),
        ({"as_of": "2025-06-30", "year": "2024"}, "That day does not lie in the year 2024."),
        ({"as_of": "1999-06-30"}, "Nothing is kept of a year before 2000."),
        ({"year": "2014"}, "No scheme in force on 1 January 2014"),
    ],
)
def test_a_bad_year_or_day_is_answered_with_a_sentence(cast: Cast, given: dict[str, str], said: str):
    cast.admit("M030", "老党员", "DT0101", start=date(2010, 1, 1))
    assert said in text_of(browser(cast, cast.owner).get("/branches/DT0101/scores/", given))


@pytest.mark.parametrize(
    "url, said",
    [
        ("/members/M001/scores/2027/", "That year has not begun."),
        ("/members/M001/scores/99999999999999/", "less than or equal to"),
        ("/members/M001/scores/2025/?as_of=2024-01-01", "That day does not lie in the year 2025."),
        ("/members/M001/scores/2025/?as_of=soon", "Enter a valid date."),
        ("/members/M001/scores/2014/", "The member held no posting on"),
    ],
)
def test_a_derivation_of_a_bad_day_is_answered_with_a_sentence(cast: Cast, url: str, said: str):
    assert said in text_of(browser(cast, cast.owner).get(url))


# --- queries --------------------------------------------------------------------------------------


def add_members(cast: Cast, code: str, count: int, start: int) -> None:
    members = Member.objects.bulk_create(
        Member(
            number=f"Q{start + place:05}", name=f"党员{start + place}", name_key=fold("党员"), initials="dy"
        )
        for place in range(count)
    )
    Posting.objects.bulk_create(
        Posting(
            member=member,
            organisation=cast.organisations[code],
            role=cast.roles["community.member"],
            start=date(2020, 1, 1),
        )
        for member in members
    )


@pytest.mark.parametrize("who, url", [
    ("owner", "/"),
    ("owner", "/branches/DT0101/scores/?year=2025"),
    ("owner", "/members/M001/scores/2025/"),
    ("committee", "/"),
    ("committee", "/branches/DT/scores/?year=2025"),
])  # fmt: skip
def test_the_number_of_queries_does_not_grow_with_the_number_of_members(case_2: Cast, who: str, url: str):
    client = case_2.client(getattr(case_2, who))
    counts = [queries(client, url)]
    for start, more in ((0, 3), (3, 300)):
        add_members(case_2, "DT0101", more, start)
        counts.append(queries(client, url))
    assert counts[0] == counts[1] >= counts[2], counts


def test_the_number_of_queries_does_not_depend_on_the_number_of_entries(case_2: Cast):
    client = case_2.client(case_2.owner)
    url = f"/members/M001/scores/{YEAR}/"
    before = queries(client, url)
    for day in range(1, 20):
        Ledger(case_2).entry("M001", "volunteer", date(YEAR, 5, day), title=f"第{day}次")
    assert queries(client, url) == before


def test_the_number_of_queries_does_not_depend_on_the_number_of_meetings_missed(case_2: Cast):
    client = case_2.client(case_2.owner)
    counts = []
    for day in range(1, 4):
        held = meeting(case_2, day=date(YEAR, 5, day))
        mark = Mark(member=case_2.members["M001"], status=Presence.ABSENT)
        record_attendance(by=case_2.operator, activity=held, marks=[mark])
        counts.append(queries(client, f"/members/M001/scores/{YEAR}/"))
    assert counts[0] == counts[1] == counts[2]


# --- sign-in, language, errors --------------------------------------------------------------------


def test_one_signs_in_and_out(cast: Cast):
    client = Client()
    page = client.get("/accounts/login/?next=/branches/DT0101/scores/")
    assert page.status_code == 200
    given = {"username": "owner", "password": PASSWORD, "next": "/branches/DT0101/scores/"}
    assert client.post("/accounts/login/", given)["Location"] == "/branches/DT0101/scores/"
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert client.get("/").status_code == 302


def test_a_wrong_password_is_answered_with_a_sentence(cast: Cast):
    page = Client().post("/accounts/login/", {"username": "owner", "password": "no"})
    assert page.status_code == 200
    assert b'class="errors whole"' in page.content


def test_the_language_is_switched_by_a_post(cast: Cast):
    client = cast.client(cast.owner)
    assert b'lang="zh-hans"' in client.get("/").content
    client.post(reverse("set_language"), {"language": "zh-hant", "next": "/"})
    assert b'lang="zh-hant"' in client.get("/").content


def test_what_is_not_there_has_a_page_of_its_own(cast: Cast):
    page = browser(cast, cast.owner).get("/branches/XT01/scores/")
    assert page.status_code == 404
    assert "There is no such page" in page.content.decode()
    assert CANARY not in page.content.decode()
    assert Client().get("/nowhere/").status_code == 404


def test_a_form_that_has_expired_has_a_page_of_its_own(cast: Cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.post("/accounts/logout/")
    assert page.status_code == 403
    assert "This form has expired" in page.content.decode()


def test_pages_of_errors_are_made_without_a_request(db):
    request = RequestFactory().get("/")
    assert server_error(request).status_code == 500
    assert bad_request(request, SuspiciousOperation()).status_code == 400
    assert permission_denied(request, PermissionError()).status_code == 403
