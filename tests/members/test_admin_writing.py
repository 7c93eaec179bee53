"""What the kernel's forms write, through the services, and what they show when a service refuses."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from members.enums import DutyKind
from members.models import Duty, Leave, LogRow, Member, Organisation, Posting, User, YearLock
from members.services import accounts, roster
from members.services.by import By
from scoring.models import Entry
from tests.cast import PASSWORD, Cast
from tests.members.test_admin_pages import address
from tests.rows import entry


def errors(response: Any) -> dict[str, list[str]]:
    """The messages of the form on a page, by field."""
    assert response.status_code == 200
    return {name: list(messages) for name, messages in response.context["adminform"].form.errors.items()}


def admission(cast: Cast, **facts: object) -> dict[str, object]:
    return {
        "number": "M900",
        "name": "新人",
        "standing": "full",
        "organisation": cast.organisations["DT0101"].pk,
        "role": cast.roles["community.member"].pk,
        "start": "2026-01-01",
        **facts,
    }


# --- members --------------------------------------------------------------------------------------


def test_admitting_a_member_with_the_first_posting(cast, owner):
    response = owner.post(address(Member, "add"), admission(cast))
    assert response.status_code == 302
    member = Member.objects.get(number="M900")
    posting = member.postings.get()
    assert (posting.organisation.code, posting.start, posting.end) == ("DT0101", date(2026, 1, 1), None)
    row = LogRow.objects.order_by("-pk")[0]
    assert (row.verb, row.actor, row.object_id) == ("admit", cast.owner, str(member.pk))
    assert LogEntry.objects.count() == 0


def test_a_member_admitted_without_a_number_is_given_one(cast, owner):
    assert owner.post(address(Member, "add"), admission(cast, number="")).status_code == 302
    assert Member.objects.get(name="新人").number == "P0000001"


def test_a_member_cannot_be_admitted_twice_under_one_number(cast, owner):
    count = Member.objects.count()
    assert "number" in errors(owner.post(address(Member, "add"), admission(cast, number="M001")))
    assert Member.objects.count() == count


def test_what_the_service_refuses_of_the_first_posting_is_shown_and_nothing_is_written(cast, owner):
    count = Member.objects.count(), LogRow.objects.count()
    response = owner.post(address(Member, "add"), admission(cast, start="2026-05-01", end="2026-04-01"))
    assert errors(response) == {"__all__": ["任职的结束日期不能早于开始日期。"]} or "__all__" in errors(
        response
    )
    assert (Member.objects.count(), LogRow.objects.count()) == count


def test_correcting_a_member(cast, owner):
    member = cast.members["M001"]
    data = {"name": "张晓鸣", "standing": "probationary", "version_read": member.version}
    assert owner.post(address(Member, "change", member.pk), data).status_code == 302
    stored = Member.objects.get(pk=member.pk)
    assert (stored.name, stored.name_key, stored.standing, stored.version) == (
        "张晓鸣",
        "张晓鸣",
        "probationary",
        member.version + 1,
    )
    assert stored.number == "M001"


def test_the_number_of_a_member_stays(cast, owner):
    member = cast.members["M001"]
    data = {"name": "张晓明", "number": "M999", "standing": "full", "version_read": member.version}
    owner.post(address(Member, "change", member.pk), data)
    assert Member.objects.get(pk=member.pk).number == "M001"


def test_a_member_cannot_be_deleted(cast, owner):
    member = cast.members["M001"]
    assert owner.post(address(Member, "delete", member.pk), {"post": "yes"}).status_code == 403
    assert Member.objects.filter(pk=member.pk).exists()


# --- versions -------------------------------------------------------------------------------------


def test_a_stale_form_is_refused_and_shows_what_is_stored_now(cast, owner):
    member = cast.members["M001"]
    read = member.version
    first = {"name": "张小明", "standing": "full", "version_read": read}
    second = {"name": "张晓名", "standing": "full", "version_read": read}
    assert owner.post(address(Member, "change", member.pk), first).status_code == 302
    said = errors(owner.post(address(Member, "change", member.pk), second))
    assert "__all__" in said
    assert any("张小明" in message for message in said["name"])
    assert Member.objects.get(pk=member.pk).name == "张小明"


def test_a_refused_form_stays_refused_until_it_is_opened_again(cast, owner):
    member = cast.members["M001"]
    url = address(Member, "change", member.pk)
    owner.post(url, {"name": "张小明", "standing": "full", "version_read": member.version})
    for _ in range(2):
        response = owner.post(url, {"name": "乙", "standing": "full", "version_read": member.version})
        assert "__all__" in errors(response)
    fresh = owner.get(url).context["adminform"].form["version_read"].value()
    assert owner.post(url, {"name": "乙", "standing": "full", "version_read": fresh}).status_code == 302


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_form_without_a_proper_version_is_refused(cast, owner, version):
    member = cast.members["M001"]
    data = {"name": "改名", "standing": "full", "version_read": version}
    assert errors(owner.post(address(Member, "change", member.pk), data))
    assert Member.objects.get(pk=member.pk).name == "张晓明"


# --- postings and leaves --------------------------------------------------------------------------


def test_a_posting_is_read_and_written_elsewhere(cast, owner):
    posting = cast.members["M001"].postings.get()
    before = list(Posting.objects.values())
    said = {"member": posting.member_id, "end": "2026-08-31", "version_read": posting.version}
    page = owner.get(address(Posting, "change", posting.pk)).content.decode()
    for way in ("transfer/", "role/", f"ending/?posting={posting.pk}"):
        assert f'href="/members/M001/{way}"' in page
    for url in (address(Posting, "add"), address(Posting, "change", posting.pk)):
        assert owner.post(url, said).status_code == 403
    assert list(Posting.objects.values()) == before
    read = cast.client(cast.committee).get(address(Posting, "change", posting.pk)).content.decode()
    assert "/transfer/" not in read


@pytest.mark.parametrize(
    ("query", "place"), [("", "DT0101"), ("?within=DT010101", "DT010101"), ("?within=DT", None)]
)
def test_the_list_of_postings_leads_to_the_roster_of_its_branch(cast, owner, query, place):
    html = owner.get(address(Posting, "changelist") + query).content.decode()
    ways = re.findall(r'class="button main" href="([^"]+)"', html)
    assert ways == ([f"/branches/{place}/roster/"] if place else [])


def test_a_leave_is_read_and_withdrawn_and_leads_to_roster_work(cast, owner):
    member = cast.members["M001"]
    for end in (None, date(2026, 4, 20)):
        start = date(2026, 5, 3) if end is None else date(2026, 3, 3)
        leave = Leave(member=member, start=start, end=end, reason="住院")
        roster.grant_leave(by=cast.operator, leave=leave)
    running, ended = Leave.objects.order_by("-start")
    data = {"member": member.pk, "start": "2026-07-03", "reason": "外出"}
    assert owner.post(address(Leave, "add"), data).status_code == 403
    data = {"start": "2026-05-03", "end": "2026-06-20", "reason": "外出", "version_read": running.version}
    assert owner.post(address(Leave, "change", running.pk), data).status_code == 403
    assert set(Leave.objects.values_list("reason", flat=True)) == {"住院"}
    ways = {}
    for leave in (running, ended):
        page = owner.get(address(Leave, "change", leave.pk)).content.decode()
        ways[leave.pk] = [way for way in ("leave/", "leave/ending/") if f'"/members/M001/{way}"' in page]
    assert ways == {running.pk: ["leave/", "leave/ending/"], ended.pk: ["leave/"]}
    assert 'href="/branches/DT0101/roster/"' in owner.get(address(Leave, "changelist")).content.decode()
    read = cast.client(cast.committee).get(address(Leave, "change", running.pk)).content.decode()
    assert "/members/M001/leave/" not in read
    assert owner.post(address(Leave, "delete", running.pk), {"post": "yes"}).status_code == 302
    assert list(Leave.objects.all()) == [ended]
    assert LogRow.objects.order_by("-pk")[0].verb == "withdraw leave"


def test_a_closed_year_is_refused_through_form_and_delete_page(cast, owner):
    member = cast.members["M001"]
    held = entry(cast, member, "essay", date=date(2025, 3, 3), title="心得")
    YearLock.objects.create(member=member, year=2025, locked_at=cast.now)
    facts = {"indicator": held.indicator_id, "quantity": 1, "on_time": "on", "title": "新"}
    data = {**facts, "member": member.pk, "date": "2025-08-01"}
    assert any("2025" in text for text in errors(owner.post(address(Entry, "add"), data))["__all__"])
    data = {**facts, "date": "2025-03-03", "version_read": held.version}
    assert "__all__" in errors(owner.post(address(Entry, "change", held.pk), data))
    response = owner.post(address(Entry, "delete", held.pk), {"post": "yes"}, follow=True)
    assert any("2025" in str(message) for message in response.context["messages"])
    assert Entry.objects.get().title == "心得"


# --- history --------------------------------------------------------------------------------------


def test_the_history_of_a_row_is_the_projects_log(cast, owner):
    member = cast.members["M001"]
    data = {"name": "张晓鸣", "standing": "probationary", "version_read": member.version}
    owner.post(address(Member, "change", member.pk), data)
    actions = owner.get(address(Member, "history", member.pk)).context["actions"]
    assert [len(actions), actions[0].by] == [2, "Owner"]
    changed = {change.before: change.after for change in actions[0].changes}
    assert changed["张晓明"] == "张晓鸣"


def test_the_history_keeps_from_the_new_branch_what_was_done_in_the_old(cast, owner):
    member = cast.members["M101"]
    roster.transfer(
        by=cast.operator,
        member=member,
        organisation=cast.organisations["DT0101"],
        role=cast.roles["community.member"],
        start=cast.today,
    )
    assert owner.get(address(Member, "history", member.pk)).context["actions"] == []


# --- organisations --------------------------------------------------------------------------------


def test_founding_correcting_and_moving_an_organisation(cast, administrator):
    data = {
        "code": "DT0103",
        "name": "东塘第三党支部",
        "kind": "branch",
        "parent": cast.organisations["DT01"].pk,
    }
    assert administrator.post(address(Organisation, "add"), data).status_code == 302
    made = Organisation.objects.get(code="DT0103")
    assert Organisation.objects.get_parent(made).code == "DT01"
    url = address(Organisation, "change", made.pk)
    seen = administrator.get(url).context["adminform"].form["seen"].value()
    data = {"name": "第三支部", "kind": "branch", "parent": cast.organisations["DT02"].pk, "seen": seen}
    assert administrator.post(url, data).status_code == 302
    moved = Organisation.objects.get(code="DT0103")
    assert (moved.name, Organisation.objects.get_parent(moved).code) == ("第三支部", "DT02")
    stale = administrator.post(url, {**data, "name": "又改"})
    assert "__all__" in errors(stale)
    assert Organisation.objects.get(code="DT0103").name == "第三支部"


def test_a_kind_that_may_not_stand_there_is_refused_beside_the_field(cast, administrator):
    data = {"code": "DT0199", "name": "错位", "kind": "committee", "parent": cast.organisations["DT0101"].pk}
    assert "parent" in errors(administrator.post(address(Organisation, "add"), data))
    assert not Organisation.objects.filter(code="DT0199").exists()


def test_an_organisation_cannot_be_hung_below_itself(cast, administrator):
    made = cast.organisations["DT01"]
    url = address(Organisation, "change", made.pk)
    seen = administrator.get(url).context["adminform"].form["seen"].value()
    data = {
        "name": made.name,
        "kind": made.kind,
        "parent": cast.organisations["DT0101"].pk,
        "seen": seen,
    }
    assert "parent" in errors(administrator.post(url, data))
    assert Organisation.objects.get(code="DT01").path == made.path


# --- accounts -------------------------------------------------------------------------------------


def test_opening_an_account_and_giving_it_a_duty(cast, administrator):
    data = {"username": "xin", "first_name": "新支书", "password1": PASSWORD, "password2": PASSWORD}
    assert administrator.post(address(User, "add"), data).status_code == 302
    user = User.objects.get(username="xin")
    assert user.check_password(PASSWORD)
    assert not user.is_superuser
    data = {
        "user": user.pk,
        "kind": DutyKind.SECRETARY,
        "organisation": cast.organisations["DT0102"].pk,
        "start": "2026-09-01",
    }
    assert administrator.post(address(Duty, "add"), data).status_code == 302
    assert cast.client(user).get("/admin/members/member/")["Location"] == "/accounts/password/"
    accounts.choose_password(by=By.person(user, cast.now), password="chosen by the user 1")
    user.refresh_from_db()
    assert cast.client(user).get("/admin/members/member/").status_code == 200


def test_a_duty_without_its_organisation_is_refused(cast, administrator):
    data = {"user": cast.nobody.pk, "kind": DutyKind.SECRETARY, "start": "2026-09-01"}
    assert errors(administrator.post(address(Duty, "add"), data))
    assert not cast.nobody.duties.exists()


def test_flags_cannot_be_set_through_the_form(cast, administrator):
    url = address(User, "change", cast.nobody.pk)
    seen = administrator.get(url).context["adminform"].form["seen"].value()
    data = {
        "first_name": "某人",
        "is_active": "on",
        "is_superuser": "on",
        "is_staff": "",
        "username": "root",
        "seen": seen,
    }
    assert administrator.post(url, data).status_code == 302
    stored = User.objects.get(pk=cast.nobody.pk)
    assert (stored.first_name, stored.is_superuser, stored.username) == ("某人", False, "nobody")


def test_an_account_that_is_shut_cannot_sign_in_and_nobody_shuts_out_themselves(cast, administrator):
    for user, wanted in ((cast.nobody, False), (cast.administrator, True)):
        url = address(User, "change", user.pk)
        seen = administrator.get(url).context["adminform"].form["seen"].value()
        response = administrator.post(url, {"first_name": user.first_name, "seen": seen})
        assert User.objects.get(pk=user.pk).is_active is wanted
    assert "is_active" in errors(response)


def test_a_new_password_is_set_and_logged_without_being_kept(cast, administrator):
    url = f"/admin/members/user/{cast.nobody.pk}/password/"
    assert administrator.get(url).status_code == 200
    different = {"password1": "another long phrase", "password2": "another long phrases"}
    assert administrator.post(url, different).context["form"].errors
    weak = {"password1": "12345678901", "password2": "12345678901"}
    assert administrator.post(url, weak).context["form"].errors
    data = {"password1": "another long phrase", "password2": "another long phrase"}
    assert administrator.post(url, data).status_code == 302
    assert User.objects.get(pk=cast.nobody.pk).check_password("another long phrase")
    row = LogRow.objects.order_by("-pk")[0]
    assert (row.verb, row.before, row.after) == ("set password", None, None)


# --- accounts and their duties --------------------------------------------------------------------


def test_a_new_account_is_led_to_its_duty_and_back(cast):
    client = cast.client(cast.administrator)
    client.cookies["django_language"] = "en"
    sent = {"username": "fresh", "first_name": "新来", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post(address(User, "add"), sent, follow=True)
    user = User.objects.get(username="fresh")
    assert page.redirect_chain == [(f"{address(Duty, 'add')}?user={user.pk}", 302)]
    body = page.content.decode()
    assert "It sees nothing before it has a duty" in body
    assert re.search(rf'<option value="{user.pk}"[^>]* selected', body)
    account = client.get(address(User, "change", user.pk)).content.decode()
    assert f'href="{address(Duty, "add")}?user={user.pk}"' in account
    assert "No duty: the account signs in and sees nothing." in account
    duty = {"user": user.pk, "kind": "secretary", "organisation": cast.organisations["DT0101"].pk,
            "start": "2026-01-01"}  # fmt: skip
    client.post(address(Duty, "add"), duty)
    held = Duty.objects.get(user=user)
    page = client.get(address(Duty, "change", held.pk)).content.decode()
    assert f'href="{address(User, "change", user.pk)}"' in page
    assert (
        f'href="{address(Duty, "change", held.pk)}"'
        in client.get(address(User, "change", user.pk)).content.decode()
    )
    again = client.post(address(User, "add"), sent | {"username": "other2", "_addanother": "1"})
    assert again["Location"] == address(User, "add")
