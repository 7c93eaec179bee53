"""What another branch's secretary tries by address, key and query: nothing is found, and nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from appraisal.models import Tally
from members.enums import DutyKind
from members.models import Duty, Member, Organisation, Posting
from members.services import roster
from scoring.models import Activity, Attendance, Care, Entry
from tests import rows
from tests.cast import CANARY, SINCE, Cast
from tests.members.test_admin_pages import REGISTERED, address

FOREIGN_KEYS = ("member", "contact", "organisation")
"""The fields by which a form could reach into another branch."""


@pytest.fixture
def foreign(cast: Cast) -> dict[type[models.Model], models.Model]:
    """A row of every model in the other secretary's branch; its every text holds the canary."""
    return rows.of_members(cast, "DT0201", "M101", CANARY)


@pytest.fixture
def owner(cast: Cast) -> Client:
    return cast.client(cast.owner)


@pytest.fixture
def worker(cast: Cast) -> Member:
    return cast.admit("M005", "本支部在职", "DT0101", "in_service.member")


def stored() -> dict[str, list[Any]]:
    """Everything that the project's tables hold."""
    ours = ("members", "scoring", "appraisal", "reports")
    return {
        model._meta.label: sorted(map(str, model._base_manager.values()))
        for model in apps.get_models()
        if model._meta.app_label in ours and model._meta.label != "members.User"
    }


def test_no_key_of_another_branch_opens_a_page(foreign, owner):
    found = [
        (model._meta.label, page)
        for model, row in foreign.items()
        for page in ("change", "history", "delete")
        if owner.get(address(model, page, row.pk)).status_code != 404
    ]
    assert found == []


def test_posting_to_another_branch_changes_nothing(foreign, owner):
    before = stored()
    answers = set()
    for model, row in foreign.items():
        data = {field.name: str(getattr(row, field.attname) or "") for field in model._meta.concrete_fields}
        data |= {"version_read": "1", "name": "改名", "title": "改名", "end": "2026-12-31"}
        answers.add(owner.post(address(model, "change", row.pk), data).status_code)
        answers.add(owner.post(address(model, "delete", row.pk), {"post": "yes"}).status_code)
    assert answers == {404}
    assert stored() == before


def test_organisations_and_accounts_are_not_written_by_a_secretary(cast, owner):
    before = stored()
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
    assert stored() == before


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
    before = stored()
    tried = []
    for model, data in rows.additions(cast, "DT0101", cast.members["M001"], worker).items():
        for name in FOREIGN_KEYS:
            if name in data:
                response = owner.post(address(model, "add"), {**data, name: theirs[name]})
                assert name in response.context["adminform"].form.errors, (model, name)
                assert CANARY not in response.content.decode(), (model, name)
                tried.append((model, name))
    assert stored() == before
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


@pytest.mark.parametrize(
    "query",
    [
        "member__name__startswith=陈",
        "member__name__startswith=x",
        "member__name_key__startswith=x",
        "member__postings__organisation__name__contains=x",
        "note__startswith=x",
        "title__regex=.",
        "batch__sha256__startswith=a",
        "member__number=M101",
        "activity__attendances__note__startswith=x",
        "pk__in=1",
    ],
)
def test_lookups_that_no_filter_asks_for_are_refused(owner, query):
    assert owner.get(f"/admin/scoring/entry/?{query}").status_code == 400


def test_no_list_allows_a_lookup_by_part_of_a_value():
    """Every field of every model, and every field one or two relations further."""
    passed = [
        (model._meta.label, name, lookup)
        for model, page in REGISTERED
        for name in reachable(model, 3)
        for lookup in ("startswith", "istartswith", "contains", "regex", "gt", "in", "range", "iexact")
        if page.lookup_allowed(f"{name}__{lookup}", "x", None)
    ]
    assert passed == []


def reachable(model: type[models.Model], depth: int) -> Iterator[str]:
    """Paths of fields that can be reached from a model over so many steps."""
    for field in model._meta.get_fields():
        yield field.name
        if depth > 1 and field.is_relation and field.related_model is not None:
            yield from (f"{field.name}__{path}" for path in reachable(field.related_model, depth - 1))


def test_the_lookups_of_filters_work(cast, owner):
    first = rows.entry(cast, cast.members["M001"], "essay", quantity=1)
    rows.entry(cast, cast.members["M002"], "visit_people")
    indicator = first.indicator
    for query, wanted in {
        f"indicator__id__exact={indicator.pk}": 1,
        "within=DT0101": 2,
        "within=DT010101": 0,
        "date__year=2026": 2,
        "date__year=2025": 0,
        "date__year=2026&date__month=3&date__day=5": 2,
    }.items():
        response = owner.get(f"/admin/scoring/entry/?{query}")
        assert response.context["cl"].result_count == wanted, query


def test_filtering_by_an_organisation_that_is_not_seen_finds_nothing(cast, owner, foreign):
    response = owner.get("/admin/scoring/entry/?within=DT0201")
    assert response.status_code == 302  # back to the list, as for a code that does not exist
    assert owner.get("/admin/scoring/entry/?within=DT9999")["Location"] == response["Location"]
    pk = cast.organisations["DT0201"].pk
    response = owner.get(f"/admin/scoring/activity/?organisation__id__exact={pk}")
    assert response.context["cl"].result_count == 0
    assert CANARY not in response.content.decode()


def test_filters_offer_what_is_seen(cast, owner, foreign):
    html = owner.get("/admin/scoring/entry/").content.decode()
    assert "DT0101" in html
    assert "DT0201" not in html


def test_search_finds_by_name_in_either_script_number_and_initials(cast, owner, foreign):
    cast.admit("M006", "陈东升", "DT0101")
    for term, wanted in {
        "陈东": ["M006"], "陳東": ["M006"], "m006": ["M006"], "cds": ["M006"], "zxm": ["M001"],
        "M10": [], CANARY: [], "chen": [],
    }.items():  # fmt: skip
        response = owner.get("/admin/members/member/", {"q": term})
        assert [member.number for member in response.context["cl"].result_list] == wanted, term


def test_autocomplete_offers_members_that_are_seen(cast, owner, foreign):
    query = {"app_label": "scoring", "model_name": "entry", "field_name": "member"}
    response = owner.get("/admin/autocomplete/", {**query, "term": ""})
    assert {result["text"] for result in response.json()["results"]} == {
        "张晓明 M001", "李芳 M002", "王桂英 M003", "赵组长 M004",
    }  # fmt: skip
    assert owner.get("/admin/autocomplete/", {**query, "term": CANARY}).json()["results"] == []
    accounts = {"app_label": "members", "model_name": "duty", "field_name": "user", "term": ""}
    assert owner.get("/admin/autocomplete/", accounts).status_code in (403, 404)


def test_autocomplete_of_every_relation_leaks_nothing(cast, owner, foreign):
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete:
                query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                response = owner.get("/admin/autocomplete/", {**query, "field_name": field.name})
                assert response.status_code in (200, 403, 404), (model, field.name)
                if response.status_code == 200:
                    assert CANARY not in str(response.json()), (model, field.name)


def test_a_key_in_the_query_of_an_add_form_names_nobody(cast, owner, foreign):
    key = cast.members["M101"].pk
    html = owner.get(f"/admin/scoring/entry/add/?member={key}&contact={key}").content.decode()
    assert CANARY not in html
    own = owner.get(f"/admin/scoring/entry/add/?member={cast.members['M001'].pk}").content.decode()
    assert "张晓明" in own


def test_parameters_of_pop_ups_open_nothing(cast, owner, foreign):
    entry = foreign[Entry]
    for query in ("_popup=1", "_to_field=id", "_popup=1&_to_field=id"):
        assert owner.get(f"{address(Entry, 'change', entry.pk)}?{query}").status_code == 404
        assert CANARY not in owner.get(f"/admin/members/member/?{query}").content.decode()
    for name in ("name", "initials", "birth_date", "nonsense", "postings__organisation"):
        assert owner.get(f"/admin/members/member/?_to_field={name}").status_code == 400
        assert owner.get(f"{address(Entry, 'change', entry.pk)}?_to_field={name}").status_code == 400
    saved = owner.post(
        "/admin/scoring/entry/add/?_popup=1",
        {**rows.additions(cast, "DT0101", cast.members["M001"], cast.members["M001"])[Entry], "_popup": "1"},
    )
    assert saved.template_name == "admin/popup_response.html" or "popup_response" in str(saved.template_name)
    assert CANARY not in saved.content.decode()


def test_save_as_new_makes_nothing_of_another_branch(cast, owner, foreign):
    before = stored()
    entry = foreign[Entry]
    data = rows.additions(cast, "DT0101", cast.members["M101"], cast.members["M101"])[Entry]
    response = owner.post(address(Entry, "change", entry.pk), {**data, "_saveasnew": "1"})
    assert "member" in response.context["adminform"].form.errors
    assert CANARY not in response.content.decode()
    assert stored() == before


def test_there_is_no_deleting_in_bulk(cast, owner):
    entry = rows.entry(cast, cast.members["M001"])
    data = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
    owner.post("/admin/scoring/entry/", data)
    assert Entry.objects.filter(pk=entry.pk).exists()
    assert "delete_selected" not in owner.get("/admin/scoring/entry/").content.decode()


def test_there_is_no_redirect_that_says_what_exists(cast, owner):
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.get_for_model(Member).pk
    assert owner.get(f"/admin/r/{kind}/{cast.members['M101'].pk}/").status_code == 404


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
    before = stored()
    answers = set()
    for model, row in own.items():
        assert committee.get(address(model, "change", row.pk)).status_code == 200, model
        answers.add(committee.post(address(model, "change", row.pk), {"version_read": "1"}).status_code)
        answers.add(committee.post(address(model, "delete", row.pk), {"post": "yes"}).status_code)
    for model, data in rows.additions(cast, "DT0101", cast.members["M001"], cast.members["M001"]).items():
        answers.add(committee.post(address(model, "add"), data).status_code)
    assert answers == {403}
    assert stored() == before


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
    before = stored()
    assert both.post(address(Entry, "change", entry.pk), {"version_read": "1"}).status_code == 403
    data = rows.additions(cast, "DT0101", cast.members["M101"], cast.members["M101"])
    for model in (Entry, Tally, Posting):
        response = both.post(address(model, "add"), data[model])
        assert "member" in response.context["adminform"].form.errors
    assert stored() == before


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


@pytest.mark.parametrize(
    "path",
    [
        "entry/?indicator__id__exact=x",
        "entry/?indicator__id__exact=99999999999999999999999",
        "entry/?indicator__id__exact=%00",
        "entry/?date__year=x",
        "entry/?date__year=999999",
        "entry/?date__year=2026&date__month=13",
        "entry/?date__year=0",
        "entry/?within=%00",
        "entry/?q=%00",
        "entry/?p=x",
        "entry/?p=99999999999999999999999",
        "entry/?o=x.-9.99",
        "entry/?all=x",
        "entry/?e=1",
        "judgement/?year=x",
        "judgement/?year=99999999999999999999999",
        "bonus/?kind__exact=%00",
        "care/?wish__exact=x&wish__isnull=x",
        "entry/x/change/",
        "entry/99999999999999999999999/change/",
        "entry/_00/change/",
        "entry/1/2/3/change/",
        "entry/add/?member=x&indicator=x&date=x",
        "entry/add/?member=99999999999999999999999",
        "adjustment/add/?organisation=x&year=x&role=x",
        "adjustment/x/scan/",
    ],
)
def test_nonsense_in_an_address_is_answered_and_is_no_error_of_the_server(cast, owner, path):
    rows.entry(cast, cast.members["M001"])
    assert owner.get(f"/admin/scoring/{path}").status_code in (200, 302, 400, 404)
