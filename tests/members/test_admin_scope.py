"""What another branch's secretary tries by address, key and query: nothing is found, and nothing changes."""

from __future__ import annotations

from appraisal.models import Tally
from members.enums import DutyKind
from members.models import Duty, Member, Organisation, Posting
from members.services import roster
from scoring.models import Activity, Attendance, Care, Entry
from tests import rows
from tests.cast import CANARY, SINCE
from tests.members.test_admin_pages import address

FOREIGN_KEYS = ("member", "contact", "organisation")
"""The fields by which a form could reach into another branch."""


def test_no_key_of_another_branch_opens_a_page(foreign, owner):
    found = [
        (model._meta.label, page)
        for model, row in foreign.items()
        for page in ("change", "history", "delete")
        if owner.get(address(model, page, row.pk)).status_code != 404
    ]
    assert found == []


def test_posting_to_another_branch_changes_nothing(foreign, owner):
    before = rows.stored()
    answers = set()
    for model, row in foreign.items():
        data = {field.name: str(getattr(row, field.attname) or "") for field in model._meta.concrete_fields}
        data |= {"version_read": "1", "name": "改名", "title": "改名", "end": "2026-12-31"}
        answers.add(owner.post(address(model, "change", row.pk), data).status_code)
        answers.add(owner.post(address(model, "delete", row.pk), {"post": "yes"}).status_code)
    assert answers == {404}
    assert rows.stored() == before


def test_organisations_and_accounts_are_not_written_by_a_secretary(cast, owner):
    before = rows.stored()
    own, other = cast.organisations["DT0101"], cast.organisations["DT0201"]
    assert owner.post(address(Organisation, "change", own.pk), {"name": "改名"}).status_code == 403
    assert owner.post(address(Organisation, "change", other.pk), {"name": "改名"}).status_code == 404
    duty = Duty.objects.get(user=cast.other)
    assert owner.post(address(Duty, "change", duty.pk), {}).status_code == 404
    assert owner.post(address(Duty, "delete", duty.pk), {"post": "yes"}).status_code == 404
    data = {"user": cast.owner.pk, "kind": DutyKind.COMMITTEE, "start": "2026-01-01"}
    assert owner.post(address(Duty, "add"), data).status_code == 404
    password = f"/admin/members/user/{cast.other.pk}/password/"
    assert owner.get(password).status_code == 404
    assert owner.post(password, {"password1": "x", "password2": "x"}).status_code == 404
    assert rows.stored() == before


def test_every_add_form_takes_the_own_branch(cast, owner, worker):
    """The same data as below, which must be refused for its foreign key and for nothing else."""
    wrong = {}
    for model, data in rows.additions(cast, "DT0101", cast.members["M001"], worker).items():
        count = model._base_manager.count()
        response = owner.post(address(model, "add"), data)
        if response.status_code != 302 or model._base_manager.count() != count + 1:
            wrong[model._meta.label] = response.context["adminform"].form.errors
    assert wrong == {}


def test_no_add_form_takes_a_foreign_key_of_another_branch(cast, owner, worker):
    theirs = {
        "member": cast.members["M101"].pk,
        "contact": cast.members["M101"].pk,
        "organisation": cast.organisations["DT0201"].pk,
    }
    before = rows.stored()
    tried = []
    for model, data in rows.additions(cast, "DT0101", cast.members["M001"], worker).items():
        for name in FOREIGN_KEYS:
            if name in data:
                response = owner.post(address(model, "add"), {**data, name: theirs[name]})
                assert name in response.context["adminform"].form.errors, (model, name)
                assert CANARY not in response.content.decode(), (model, name)
                tried.append((model, name))
    assert rows.stored() == before
    with_keys = {
        (model, field.name)
        for model in rows.additions(cast, "DT0101", cast.members["M001"], worker)
        for field in model._meta.concrete_fields
        if field.name in FOREIGN_KEYS
    }
    assert with_keys - set(tried) == set()


def test_no_change_form_takes_a_foreign_key_of_another_branch(cast, owner, foreign):
    """Whose a row is, is chosen once: another key in the form changes nothing about that."""
    own = rows.of_members(cast, "DT0101", "M001", "本支部")
    theirs = {"member": cast.members["M101"].pk, "organisation": cast.organisations["DT0201"].pk}
    for model, row in own.items():
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


def test_save_as_new_makes_nothing_of_another_branch(cast, owner, foreign):
    before = rows.stored()
    entry = foreign[Entry]
    data = rows.additions(cast, "DT0101", cast.members["M101"], cast.members["M101"])[Entry]
    response = owner.post(address(Entry, "change", entry.pk), {**data, "_saveasnew": "1"})
    assert "member" in response.context["adminform"].form.errors
    assert CANARY not in response.content.decode()
    assert rows.stored() == before


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


def test_the_committee_reads_its_subtree_and_writes_none_of_it(cast):
    own = rows.of_members(cast, "DT0101", "M001", "本支部")
    committee = cast.client(cast.committee)
    before = rows.stored()
    answers = set()
    for model, row in own.items():
        assert committee.get(address(model, "change", row.pk)).status_code == 200, model
        answers.add(committee.post(address(model, "change", row.pk), {"version_read": "1"}).status_code)
        answers.add(committee.post(address(model, "delete", row.pk), {"post": "yes"}).status_code)
    for model, data in rows.additions(cast, "DT0101", cast.members["M001"], cast.members["M001"]).items():
        answers.add(committee.post(address(model, "add"), data).status_code)
    assert answers == {403}
    assert rows.stored() == before


def test_a_committee_elsewhere_finds_none_of_it(cast):
    own = rows.of_members(cast, "DT0101", "M001", "本支部")
    elsewhere = cast.client(cast.elsewhere)
    found = [
        model._meta.label
        for model, row in own.items()
        if elsewhere.get(address(model, "change", row.pk)).status_code != 404
    ]
    assert found == []


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
    for model in (Entry, Tally, Posting):
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
