"""The ledger's forms: what they record, what the plan's rules refuse and where the page says so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from appraisal.models import Tally
from members.models import LogRow, YearLock
from scoring.models import Activity, Bonus, Care, CareVisit, Entry, Judgement, Waiver
from scoring.services import activities
from scoring.services.activities import Mark
from tests import rows
from tests.cast import Cast
from tests.members.test_admin_pages import address


@pytest.fixture
def owner(cast: Cast) -> Client:
    return cast.client(cast.owner)


def errors(response: Any) -> dict[str, list[str]]:
    """The messages of the form on a page, by field."""
    assert response.status_code == 200
    return {name: list(messages) for name, messages in response.context["adminform"].form.errors.items()}


def essay(cast: Cast, **facts: object) -> dict[str, object]:
    return {
        "member": cast.members["M001"].pk,
        "indicator": rows.indicator("essay").pk,
        "date": "2026-06-07",
        "quantity": "1",
        "title": "读书心得",
        "on_time": "on",
        **facts,
    }


def test_an_entry_is_recorded_corrected_and_withdrawn(cast, owner):
    assert owner.post(address(Entry, "add"), essay(cast)).status_code == 302
    entry = Entry.objects.get()
    assert (entry.member, entry.date, entry.recorded_at) == (
        cast.members["M001"],
        date(2026, 6, 7),
        cast.now,
    )
    data = essay(cast, quantity="2", version_read=entry.version)
    assert owner.post(address(Entry, "change", entry.pk), data).status_code == 302
    assert Entry.objects.get().quantity == 2
    assert owner.post(address(Entry, "delete", entry.pk), {"post": "yes"}).status_code == 302
    assert not Entry.objects.exists()
    verbs = LogRow.objects.filter(object_type="scoring.entry").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["record entry", "correct entry", "withdraw entry"]


@pytest.mark.parametrize(
    "field, facts",
    [
        ("date", {"date": "2026-09-16"}),  # the clock stands on the 15th
        ("date", {"date": "2019-12-31"}),  # before the first posting
        ("date", {"date": "2026-02-30"}),
        ("quantity", {"quantity": "0"}),
        ("quantity", {"quantity": "1.5"}),
        ("quantity", {"quantity": "100000"}),
        ("until", {"until": "2026-07-01"}),  # an essay has no end
        ("on_time", {"on_time": ""}),  # nor can it be late
        ("member", {"member": ""}),
        ("member", {"member": "M001"}),
        ("indicator", {"indicator": "999999"}),
        ("title", {"title": "字" * 121}),
    ],
)
def test_what_the_rules_forbid_stands_beside_its_field(cast, owner, field, facts):
    assert field in errors(owner.post(address(Entry, "add"), essay(cast, **facts)))
    assert not Entry.objects.exists()


def test_a_judged_standard_is_not_entered(cast, owner):
    data = essay(cast, indicator=rows.indicator("conduct").pk)
    assert "indicator" in errors(owner.post(address(Entry, "add"), data))


def test_a_pairing_has_quantity_one_and_ends_after_its_start(cast, owner):
    pairing = {"indicator": rows.indicator("pair_household").pk, "title": "王家"}
    assert "quantity" in errors(owner.post(address(Entry, "add"), essay(cast, **pairing, quantity="2")))
    assert errors(owner.post(address(Entry, "add"), essay(cast, **pairing, until="2026-06-01")))
    assert not Entry.objects.exists()
    data = essay(cast, **pairing, until="2027-06-01") | {"again": "M001/pair_household/2026"}
    assert owner.post(address(Entry, "add"), data).status_code == 302


def test_a_record_number_is_given_once(cast, owner):
    assert owner.post(address(Entry, "add"), essay(cast, record_no="A-1")).status_code == 302
    assert "record_no" in errors(owner.post(address(Entry, "add"), essay(cast, record_no="A-1")))
    for title in ("甲", "乙"):  # none is no number
        assert owner.post(address(Entry, "add"), essay(cast, title=title)).status_code == 302


@pytest.mark.parametrize("model", [Waiver, Judgement, Tally])
def test_a_new_row_of_a_year_begins_with_the_running_one(owner, model):
    def first(**asked: str) -> str:
        form = owner.get(address(model, "add"), asked).context["adminform"].form
        return str(form["year"].value())

    assert first() == "2026"
    assert first(year="2025") == "2025"


def test_a_closed_year_is_refused(cast, owner):
    entry = rows.entry(cast, cast.members["M001"])
    YearLock.objects.create(member=cast.members["M001"], year=2026, locked_at=cast.now)
    before = list(Entry.objects.values())
    said = errors(owner.post(address(Entry, "add"), essay(cast)))
    assert any("2026" in message for message in said["__all__"])
    data = essay(cast, quantity="9", version_read=entry.version)
    assert "__all__" in errors(owner.post(address(Entry, "change", entry.pk), data))
    owner.post(address(Entry, "delete", entry.pk), {"post": "yes"})
    assert list(Entry.objects.values()) == before


def test_a_stale_entry_is_refused(cast, owner):
    entry = rows.entry(cast, cast.members["M001"], quantity=3)
    url = address(Entry, "change", entry.pk)
    indicator = {"indicator": entry.indicator_id, "date": "2026-03-05", "title": ""}
    data = essay(cast, **indicator, version_read=entry.version)
    assert owner.post(url, {**data, "quantity": "5"}).status_code == 302
    said = errors(owner.post(url, {**data, "quantity": "4"}))
    assert "__all__" in said
    assert any("5" in message for message in said["quantity"])
    assert Entry.objects.get().quantity == 5


def test_an_entry_from_a_list_is_shown_and_not_written(cast, owner):
    held = rows.activity(cast, "DT0101")
    mark = Mark(member=cast.members["M001"], status="present")
    activities.record_attendance(by=cast.operator, activity=held, marks=[mark])
    entry = Entry.objects.get()
    url = address(Entry, "change", entry.pk)
    assert owner.get(url).status_code == 200
    assert owner.post(url, essay(cast, version_read=entry.version)).status_code == 403
    assert owner.post(address(Entry, "delete", entry.pk), {"post": "yes"}).status_code == 403
    assert Entry.objects.get().title == held.title


def test_an_activity_is_read_and_written_elsewhere(cast, owner):
    held = rows.activity(cast, "DT0101")
    page, way = address(Activity, "change", held.pk), f'href="/activities/{held.pk}/"'
    before = list(Activity.objects.values())
    for url in (page, address(Activity, "add")):
        assert owner.post(url, {"title": "改", "version_read": 1}).status_code == 403
    assert list(Activity.objects.values()) == before
    new = 'href="/activities/new/"'
    listed = address(Activity, "changelist")
    assert way in owner.get(page).content.decode()
    assert new in owner.get(listed).content.decode()
    committee = cast.client(cast.committee)
    read = committee.get(page).content.decode()
    assert held.title in read
    assert way not in read
    assert new not in committee.get(listed).content.decode()


def test_an_activity_with_a_list_keeps_kind_and_date_and_is_withdrawn_whole(cast, owner):
    held = rows.activity(cast, "DT0101")
    mark = Mark(member=cast.members["M001"], status="present")
    activities.record_attendance(by=cast.operator, activity=held, marks=[mark])
    url, delete = f"/activities/{held.pk}/", address(Activity, "delete", held.pk)
    assert f'href="{delete}"' in owner.get(url).content.decode()
    data = {"kind": held.kind_id, "date": "2026-03-07", "title": held.title, "state": "held"}
    data |= {"audience": "all", "version_read": held.version}
    assert owner.post(url, data).context["form"].non_field_errors()
    data |= {"date": "2026-03-06", "title": "改题"}
    assert owner.post(url, data).status_code == 302
    assert Entry.objects.get().title == "改题"
    assert owner.post(delete, {"post": "yes"}).status_code == 302
    assert not Entry.objects.exists()
    assert not Activity.objects.exists()


def test_a_judgement_is_between_0_and_100_with_one_decimal_and_once_a_year(cast, owner):
    data = {
        "member": cast.members["M001"].pk,
        "year": "2026",
        "indicator": rows.indicator("conduct").pk,
        "fulfilment": "85.5",
    }
    url = address(Judgement, "add")
    for wrong in ("100.1", "-1", "85.55", "many"):
        assert "fulfilment" in errors(owner.post(url, {**data, "fulfilment": wrong})), wrong
    assert "year" in errors(owner.post(url, {**data, "year": "2027"}))
    counted = rows.indicator("essay").pk
    assert "indicator" in errors(owner.post(url, {**data, "indicator": counted}))
    assert owner.post(url, data).status_code == 302
    assert "__all__" in errors(owner.post(url, data))
    assert Judgement.objects.get().fulfilment == Decimal("85.5")


def test_a_bonus_has_a_level_or_points_within_the_schemes_limits(cast, owner):
    """Contributions lie between 1 and 10 points with one decimal at most."""
    given = {"member": cast.members["M001"].pk, "date": "2026-06-08", "reason": "抢险"}
    url = address(Bonus, "add")
    for wrong in ("0.5", "10.5", "2.25", ""):
        said = errors(owner.post(url, {**given, "kind": "contribution", "points": wrong}))
        assert {"points", "__all__"} & said.keys(), wrong
    assert {"level", "__all__"} & errors(owner.post(url, {**given, "kind": "award"})).keys()
    assert owner.post(url, {**given, "kind": "contribution", "points": "10"}).status_code == 302
    assert Bonus.objects.get().points == Decimal(10)


def test_only_what_is_waivable_is_waived(cast, owner):
    worker = cast.admit("M005", "在职", "DT0101", "in_service.member")
    url = address(Waiver, "add")
    data = {"member": worker.pk, "year": "2026", "indicator": rows.indicator("good_deed").pk, "reason": "病"}
    not_waivable = rows.indicator("volunteer").pk
    assert "indicator" in errors(owner.post(url, {**data, "indicator": not_waivable}))
    assert "indicator" in errors(owner.post(url, {**data, "member": cast.members["M001"].pk}))
    assert owner.post(url, data).status_code == 302
    assert Waiver.objects.get().member == worker


def test_care_is_recorded_and_its_visits_elsewhere(cast, owner):
    aged, contact = cast.members["M003"], cast.members["M002"]
    data = {"member": aged.pk, "wish": "exempt", "wished_on": "2026-01-05", "contact": contact.pk}
    assert owner.post(address(Care, "add"), data).status_code == 302
    assert Care.objects.get().contact == contact
    visit = {"member": aged.pk, "date": "2026-09-15", "visitor": "支书"}
    assert owner.post(address(CareVisit, "add"), visit).status_code == 403
    assert not CareVisit.objects.exists()


def test_a_contact_who_has_moved_away_stays_until_another_is_named(cast, owner):
    from members.services import roster

    aged, contact = cast.members["M003"], cast.members["M002"]
    data = {"member": aged.pk, "wish": "exempt", "wished_on": "2026-01-05", "contact": contact.pk}
    owner.post(address(Care, "add"), data)
    roster.transfer(
        by=cast.operator,
        member=contact,
        organisation=cast.organisations["DT0201"],
        role=cast.roles["community.member"],
        start=cast.today,
    )
    care = Care.objects.get()
    data = {
        "wish": "by_choice",
        "wished_on": "2026-01-05",
        "contact": contact.pk,
        "version_read": care.version,
    }
    assert owner.post(address(Care, "change", care.pk), data).status_code == 302
    stored = Care.objects.get()
    assert (stored.wish, stored.contact) == ("by_choice", contact)


def test_on_time_and_in_full_is_said_of_dues_alone(cast, owner):
    dues = rows.entry(cast, cast.members["M001"], "dues", date=date(2026, 3, 5))
    work = rows.entry(cast, cast.members["M001"], "volunteer", date=date(2026, 3, 5))
    for client in (owner, cast.client(cast.committee)):
        assert "按时足额" in client.get(address(Entry, "change", dues.pk)).content.decode()
        assert "按时足额" not in client.get(address(Entry, "change", work.pk)).content.decode()


@pytest.mark.parametrize("typed", ["2026-06-07", "2026/6/7", "2026年6月7日", "２０２６．６．７"])
def test_a_day_is_typed_as_in_a_workbook(cast, owner, typed):
    assert owner.post(address(Entry, "add"), essay(cast, date=typed)).status_code == 302
    assert Entry.objects.get().date == date(2026, 6, 7)
    assert 'type="date"' not in owner.get(address(Entry, "add")).content.decode()
