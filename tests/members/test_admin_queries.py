"""What can be asked of the admin by address: filters, search, autocomplete, and nothing beyond."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models

from members.models import Member
from scoring.models import Activity, Entry
from tests import rows
from tests.cast import CANARY
from tests.members.test_admin_pages import REGISTERED, address


def test_lookups_that_no_filter_asks_for_are_refused(owner):
    queries = [
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
    ]
    answers = {query: owner.get(f"/admin/scoring/entry/?{query}").status_code for query in queries}
    assert set(answers.values()) == {400}, answers


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
        "period=2026": 2,
        "period=2025": 0,
        "period=2026-03": 2,
        "period=2026-02": 0,
        "period=2026-12": 0,
    }.items():
        response = owner.get(f"/admin/scoring/entry/?{query}")
        assert response.context["cl"].result_count == wanted, query


def test_filtering_by_an_organisation_that_is_not_seen_finds_nothing(cast, owner, foreign):
    response = owner.get("/admin/scoring/entry/?within=DT0201")
    assert response.status_code == 302  # back to the list, as for a code that does not exist
    assert owner.get("/admin/scoring/entry/?within=DT9999")["Location"] == response["Location"]
    response = owner.get("/admin/scoring/activity/?within=DT0201")
    assert response["Location"] == owner.get("/admin/scoring/activity/?within=DT9999")["Location"]
    pk = foreign[Activity].pk
    assert owner.get(f"/admin/scoring/activity/?organisation__id__exact={pk}").status_code == 400


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


def test_there_is_no_redirect_that_says_what_exists(cast, owner):
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.get_for_model(Member).pk
    assert owner.get(f"/admin/r/{kind}/{cast.members['M101'].pk}/").status_code == 404


def test_filters_are_cleared_with_the_days_of_the_list(owner):
    page = owner.get("/admin/members/posting/?start__year=2020&within=DT0101&q=M00")
    cleared = page.context["cl"].clear_all_filters_qs
    assert cleared == "?q=M00"
    assert owner.get(f"/admin/members/posting/{cleared}").status_code == 200


NONSENSE = [
    "entry/?indicator__id__exact=x",
    "entry/?indicator__id__exact=99999999999999999999999",
    "entry/?indicator__id__exact=%00",
    "bonus/?date__year=x",
    "bonus/?date__year=999999",
    "bonus/?date__year=2026&date__month=13",
    "bonus/?date__year=0",
    "bonus/?date__year=9999",
    "bonus/?date__year=9999&date__month=12",
    "entry/?period=x",
    "entry/?period=2026-13",
    "entry/?period=2100-12",
    "entry/?period=999999",
    "entry/?period=%00",
    "entry/?origin=x",
    "entry/?date__year=2026",
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
    "adjustment/?within=%00",
    "adjustment/x/scan/",
    "bonus/?reason__startswith=%00",
    "entry/add/?member=%00&title=%00",
]


def test_nonsense_in_an_address_is_answered_and_is_no_error_of_the_server(cast, owner):
    rows.entry(cast, cast.members["M001"])
    statuses = {path: owner.get(f"/admin/scoring/{path}").status_code for path in NONSENSE}
    assert {path: status for path, status in statuses.items() if status not in (200, 302, 400, 404)} == {}


def test_nonsense_in_a_form_is_refused_and_is_no_error_of_the_server(cast, owner, worker):
    before = rows.stored()
    for model, data in rows.additions(cast, "DT0101", cast.members["M001"], worker).items():
        for name in data.keys() - {"on_time"}:  # a box is ticked by any value
            for value in ("\x00", "x" * 5000, "9" * 400):
                response = owner.post(address(model, "add"), {**data, name: value})
                assert name in response.context["adminform"].form.errors, (model, name, value[:9])
    assert rows.stored() == before
