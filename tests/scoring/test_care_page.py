"""Care of a branch: who is on the page, recording a visit, correcting and withdrawing one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from members.models import LogRow, Member
from members.services import roster
from scoring.enums import Wish
from scoring.models import Care, CareVisit
from scoring.services import ledger
from tests.cast import CANARY, Cast
from tests.desk.reader import browser, queries, text_of

pytestmark = pytest.mark.django_db
URL = "/branches/DT0101/care/2026/"


def visited(cast: Cast, number: str, day: date, **said: str) -> CareVisit:
    visit = CareVisit(member=cast.members[number], date=day, **said)
    ledger.save_care_visit(by=cast.operator, visit=visit)
    return visit


def contact(cast: Cast, number: str, of: str) -> None:
    care = Care(
        member=cast.members[number],
        wish=Wish.BY_CHOICE,
        wished_on=date(2026, 1, 5),
        contact=cast.members[of],
    )
    ledger.save_care(by=cast.operator, care=care)


def new(**given: str) -> dict[str, str]:
    said = {
        "member": "wgy",
        "date": "2026-09-01",
        "visitor": "lf",
        "passed_on": "七一精神",
        "heard": "盼扶手",
    }
    return {**said, **given}


def shown(response: Any) -> list[tuple[str, bool, list[str]]]:
    return [
        (one.member.number, one.in_care, [f"{visit.date:%m-%d}" for visit in one.visits])
        for one in response.context["cared_for"]
    ]


# --- who is on it -----------------------------------------------------------------------------------


def test_who_is_in_care_and_who_else_was_visited(cast: Cast):
    cast.admit("M005", "钱老", "DT010101", "elderly.member")
    cast.admit("M103", "别处", "DT0201", "elderly.member")
    visited(cast, "M003", date(2026, 8, 2))
    visited(cast, "M003", date(2026, 3, 1))
    visited(cast, "M003", date(2025, 12, 31))
    visited(cast, "M001", date(2026, 5, 1))
    visited(cast, "M103", date(2026, 5, 1))
    answer = cast.client(cast.owner).get(URL)
    assert shown(answer) == [
        ("M003", True, ["03-01", "08-02"]),
        ("M005", True, []),
        ("M001", False, ["05-01"]),
    ]


def test_the_role_on_any_day_of_the_year_counts_and_no_age(cast: Cast):
    old = Member(number="M006", name="孙年长", birth_date=date(1930, 1, 1))
    place, roles = cast.organisations["DT0101"], cast.roles
    roster.admit(by=cast.operator, member=old, organisation=place, role=roles["community.member"],
                 start=date(2020, 1, 1))  # fmt: skip
    roster.transfer(by=cast.operator, member=cast.members["M003"], organisation=place,
                    role=roles["community.member"], start=date(2026, 3, 1))  # fmt: skip
    client = cast.client(cast.owner)
    assert shown(client.get(URL)) == [("M003", True, [])]
    assert shown(client.get("/branches/DT0101/care/2025/")) == [("M003", True, [])]
    assert client.get("/branches/DT0101/care/2027/").status_code == 404
    assert client.post(URL, new(date="2026-02-28")).status_code == 302


def test_wish_contact_and_visits_stand_by_the_member(cast: Cast):
    contact(cast, "M003", "M002")
    visited(cast, "M003", date(2026, 8, 2), visitor="张晓明", passed_on="章程", heard="路灯")
    text = text_of(browser(cast, cast.owner).get(URL))
    for said in ("王桂英", "李芳", "Takes part by choice", "张晓明", "章程", "路灯"):
        assert said in text
    assert "no visit yet" not in text


def test_the_menu_and_the_first_page_lead_there(cast: Cast):
    page = cast.client(cast.owner).get("/").content.decode()
    assert page.count(f'href="{URL}"') == 2


# --- recording --------------------------------------------------------------------------------------


def test_a_visit_is_recorded_and_logged(cast: Cast):
    client = cast.client(cast.owner)
    answer = client.post(URL, new())
    assert (answer.status_code, answer["Location"]) == (302, URL)
    visit = CareVisit.objects.get()
    assert (visit.member.number, visit.date, visit.visitor) == ("M003", date(2026, 9, 1), "李芳")
    assert (visit.passed_on, visit.heard) == ("七一精神", "盼扶手")
    row = LogRow.objects.order_by("-pk")[0]
    assert (row.verb, row.actor, row.organisation) == (
        "log care visit",
        cast.owner,
        cast.organisations["DT0101"],
    )
    # The next visit is offered the same day.
    assert client.get(URL).context["form"].initial["date"] == "2026-09-01"


@pytest.mark.parametrize(
    "typed, visitor",
    [
        ("M001", "张晓明"),
        ("李芳 M002", "李芳"),
        ("zxm", "张晓明"),
        ("街道王书记", "街道王书记"),
        ("", "赵组长"),
    ],
)
def test_the_visitor_is_a_member_or_somebody_else_and_else_the_contact(cast: Cast, typed: str, visitor: str):
    contact(cast, "M003", "M004")
    assert cast.client(cast.owner).post(URL, new(visitor=typed)).status_code == 302
    assert CareVisit.objects.get().visitor == visitor


def test_digits_of_full_width_and_chinese_days_are_read(cast: Cast):
    assert cast.client(cast.owner).post(URL, new(date="２０２６年９月１日")).status_code == 302
    assert CareVisit.objects.get().date == date(2026, 9, 1)


@pytest.mark.parametrize(
    "field, value",
    [
        ("member", ""),
        ("member", "某某"),
        ("member", "M101"),
        ("member", "M001"),
        ("date", ""),
        ("date", "2026-09-16"),
        ("date", "1026-09-01"),
        ("date", "昨天"),
        ("visitor", "qqq"),
        ("visitor", "来" * 61),
        ("passed_on", "标\x00题"),
        ("heard", "长" * 301),
    ],
)
def test_what_cannot_be_recorded_is_said_beside_the_field(cast: Cast, field: str, value: str):
    answer = cast.client(cast.owner).post(URL, new(**{field: value}))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"][field].value() == value
    assert CANARY not in answer.content.decode()
    assert not CareVisit.objects.exists()


def test_who_has_an_ordinary_role_is_told_apart_from_nobody(cast: Cast):
    client = browser(cast, cast.owner)
    said = text_of(client.post(URL, new(member="lf")))
    assert "李芳 M002 has an ordinary role" in said
    assert "Nobody here has this name" in text_of(client.post(URL, new(member="某某")))


# --- correcting and withdrawing ---------------------------------------------------------------------


def test_a_visit_is_corrected_over_its_version(cast: Cast):
    visit = visited(cast, "M003", date(2026, 8, 2), visitor="张晓明")
    client, url = browser(cast, cast.owner), f"{URL}?visit={visit.pk}"
    form = client.get(url).context["form"]
    assert form["member"].value() == "王桂英 M003"
    assert form["version_read"].value() == 1
    assert client.post(url, new(version_read="1")).status_code == 302
    visit.refresh_from_db()
    assert (visit.date, visit.visitor, visit.version) == (date(2026, 9, 1), "李芳", 2)
    stale = text_of(client.post(url, new(version_read="1", heard="另有所闻")))
    assert "Somebody else has changed this meanwhile" in stale
    assert "Now stored: 盼扶手" in stale
    visit.refresh_from_db()
    assert visit.heard == "盼扶手"


def test_a_visit_is_withdrawn_over_its_version(cast: Cast):
    visit = visited(cast, "M003", date(2026, 8, 2))
    client, url = cast.client(cast.owner), f"{URL}?visit={visit.pk}"
    for version in ("2", "", "x"):
        assert client.post(url, {"withdraw": "1", "version_read": version}).status_code == 302
        assert CareVisit.objects.filter(pk=visit.pk).exists()
    assert client.post(url, {"withdraw": "1", "version_read": "1"})["Location"] == URL
    assert not CareVisit.objects.exists()
    row = LogRow.objects.order_by("-pk")[0]
    assert (row.verb, row.before["date"]) == ("withdraw carevisit", "2026-08-02")


def test_visits_of_others_of_another_year_and_none_are_not_found(cast: Cast):
    cast.admit("M103", "别处", "DT0201", "elderly.member")
    theirs = visited(cast, "M103", date(2026, 5, 1))
    before = visited(cast, "M003", date(2025, 5, 1))
    client = cast.client(cast.owner)
    for key in (theirs.pk, before.pk, 0, "x", "9" * 40):
        url = f"{URL}?visit={key}"
        assert client.get(url).status_code == 404
        assert client.post(url, new(version_read="1")).status_code == 404
        assert client.post(url, {"withdraw": "1", "version_read": "1"}).status_code == 404
    assert CareVisit.objects.count() == 2


# --- whose it is ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["other", "elsewhere", "administrator", "confirming", "nobody"])
def test_others_find_nothing(cast: Cast, who: str):
    visit = visited(cast, "M003", date(2026, 8, 2))
    client = cast.client(getattr(cast, who))
    assert [client.get(URL).status_code, client.post(URL, new()).status_code] == [404, 404]
    assert client.post(f"{URL}?visit={visit.pk}", {"withdraw": "1", "version_read": "1"}).status_code == 404
    assert CareVisit.objects.count() == 1


def test_the_committee_reads_and_does_not_write(cast: Cast):
    visit = visited(cast, "M003", date(2026, 8, 2), heard="路灯")
    client = cast.client(cast.committee)
    page = client.get(URL).content.decode()
    assert "路灯" in page
    assert 'name="member"' not in page
    assert "?visit=" not in page
    for url, data in ((URL, new()), (f"{URL}?visit={visit.pk}", {"withdraw": "1", "version_read": "1"})):
        assert client.post(url, data).status_code == 404
    assert client.get(f"{URL}?visit={visit.pk}").status_code == 404
    assert CareVisit.objects.count() == 1


def test_as_many_queries_for_three_members_and_visits_as_for_one(cast: Cast):
    contact(cast, "M003", "M002")
    visited(cast, "M003", date(2026, 8, 2))
    client = cast.client(cast.owner)
    one = queries(client, URL)
    for number in ("M007", "M008"):
        cast.admit(number, f"老{number}", "DT0101", "elderly.member")
        contact(cast, number, "M001")
        visited(cast, number, date(2026, 8, 3))
        visited(cast, "M001", date(2026, 8, 4))
    assert queries(client, URL) == one


# --- the pages of the admin, to read ----------------------------------------------------------------


def test_the_admin_s_pages_of_visits_are_read_and_lead_to_this_one(cast: Cast):
    client = cast.client(cast.owner)
    assert client.post(URL, new()).status_code == 302
    visit = CareVisit.objects.get()
    pages = "/admin/scoring/carevisit/"
    answers = [client.get(f"{pages}{page}") for page in ("add/", f"{visit.pk}/delete/")]
    assert {answer.status_code for answer in answers} <= {403, 404}
    given = {"member": visit.member_id, "date": "2026-09-02", "visitor": "别人", "version_read": 1}
    assert client.post(f"{pages}{visit.pk}/change/", given).status_code in (403, 404)
    assert CareVisit.objects.get().visitor == "李芳"
    assert f'href="{URL}"' in client.get(pages).content.decode()
    correcting = f"{URL}?visit={visit.pk}"
    assert f'href="{correcting}"' in client.get(f"{pages}{visit.pk}/change/").content.decode()
    assert client.get(correcting).context["visit"] == visit
    assert "care/2026/" not in cast.client(cast.committee).get(pages).content.decode()


def test_a_member_s_page_leads_to_a_visit_of_that_member(cast: Cast):
    client = cast.client(cast.owner)
    assert f'href="{URL}?member=M003"' in client.get("/members/M003/").content.decode()
    filled = client.get(URL, {"member": "M003"}).context["form"]
    assert filled["member"].value() == "王桂英 M003"
    for number in ("M001", "M101", "nobody"):  # not in care, elsewhere, nobody
        assert client.get(URL, {"member": number}).context["form"]["member"].value() == ""
