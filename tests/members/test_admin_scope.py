"""What another branch's secretary tries by address, key and query: nothing is found, and nothing changes."""

from __future__ import annotations

from django.contrib import admin

from appraisal.models import Tally
from members.enums import DutyKind
from members.models import Duty, Member
from members.services import roster
from scoring.models import Activity, Attendance, Care, Entry
from tests import rows
from tests.cast import SINCE
from tests.members.test_admin_pages import address


def test_no_change_form_takes_a_foreign_key_of_another_branch(cast, owner, foreign):
    """Whose a row is, is chosen once: another key in the form changes nothing about that."""
    own = rows.of_members(cast, "DT0101", "M001", "本支部")
    theirs = {"member": cast.members["M101"].pk, "organisation": cast.organisations["DT0201"].pk}
    pages = {model: row for model, row in own.items() if admin.site.is_registered(model)}
    assert len(pages) > 10
    for model, row in pages.items():
        data = {field.name: str(getattr(row, field.attname) or "") for field in model._meta.concrete_fields}
        owner.post(address(model, "change", row.pk), {**data, **theirs, "version_read": "1"})
        for name in theirs:
            if name in data:
                kept = model._base_manager.get(pk=row.pk)
                assert getattr(kept, f"{name}_id") == getattr(row, f"{name}_id"), (model, name)


def test_a_contact_of_another_branch_is_refused_on_change(cast, owner):
    own = rows.of_members(cast, "DT0101", "M001", "本支部")
    care = own[Care]
    data = {"wish": "by_choice", "wished_on": "2026-01-05", "contact": cast.members["M101"].pk}
    response = owner.post(address(Care, "change", care.pk), {**data, "version_read": "1"})
    assert "contact" in response.context["adminform"].form.errors
    assert Care.objects.get(pk=care.pk).contact == cast.members["M001"]


def test_there_is_no_deleting_in_bulk(cast, owner):
    entry = rows.entry(cast, cast.members["M001"])
    data = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
    owner.post("/admin/scoring/entry/", data)
    assert Entry.objects.filter(pk=entry.pk).exists()
    assert "delete_selected" not in owner.get("/admin/scoring/entry/").content.decode()


def test_a_delete_page_lists_the_object_and_nothing_that_hangs_on_it(cast, owner):
    """An activity of the general branch, with a member of each branch on its list."""
    own = rows.of_members(cast, "DT0101", "M001", "本支部")
    held = Attendance.objects.get(pk=own[Attendance].pk).activity
    html = owner.get(address(Activity, "delete", held.pk)).content.decode()
    assert "党日本支部" in html
    assert "张晓明" not in html


def test_who_is_secretary_here_and_committee_there_writes_here_only(cast, foreign):
    from members.services import duties

    duties.assign_duty(
        by=cast.operator,
        user=cast.owner,
        kind=DutyKind.COMMITTEE,
        organisation=cast.organisations["DT02"],
        start=SINCE,
    )
    both = cast.client(cast.owner)
    entry = foreign[Entry]
    assert both.get(address(Entry, "change", entry.pk)).status_code == 200
    before = rows.stored()
    assert both.post(address(Entry, "change", entry.pk), {"version_read": "1"}).status_code == 403
    data = rows.additions(cast, "DT0101", cast.members["M101"], cast.members["M101"])
    for model in (Entry, Tally):
        response = both.post(address(model, "add"), data[model])
        assert "member" in response.context["adminform"].form.errors
    assert rows.stored() == before


def test_a_member_who_has_moved_away_is_no_longer_found(cast, owner):
    entry = rows.entry(cast, cast.members["M001"])
    roster.transfer(
        by=cast.operator,
        member=cast.members["M001"],
        organisation=cast.organisations["DT0102"],
        role=cast.roles["community.member"],
        start=cast.today,
    )
    assert owner.get(address(Entry, "change", entry.pk)).status_code == 404
    assert owner.get(address(Member, "change", cast.members["M001"].pk)).status_code == 404


def test_an_ended_duty_opens_nothing(cast):
    from members.services import duties

    duty = Duty.objects.get(user=cast.owner)
    duty.end = cast.today.replace(day=14)
    duties.save_duty(by=cast.operator, duty=duty)
    assert cast.client(cast.owner).get("/admin/").status_code == 404
