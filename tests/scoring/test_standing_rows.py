"""Pairings and posts of a branch: what is in force and what ended, adding and ending in place."""

from __future__ import annotations

from datetime import date

import pytest

from members.models import YearLock
from scoring.models import Entry
from tests import rows
from tests.cast import CANARY, Cast

pytestmark = pytest.mark.django_db
URL = "/branches/DT0101/standing/"


def pairing(cast: Cast, number: str, title: str, start: date, until: date | None = None) -> Entry:
    facts = {"date": start, "until": until, "quantity": 1, "title": title}
    return rows.entry(cast, cast.members[number], "pair_household", **facts)


def new(**given: str) -> dict[str, str]:
    facts = {"member": "lf", "indicator": str(rows.indicator("pair_household").pk), "title": "刘家"}
    return {**facts, "date": "2026-01-05", "until": "", **given}


def test_what_is_in_force_and_what_ended(cast: Cast):
    pairing(cast, "M001", "旧户", date(2024, 1, 1), date(2026, 9, 14))
    pairing(cast, "M001", "到今天", date(2024, 1, 1), date(2026, 9, 15))
    pairing(cast, "M002", "新户", date(2024, 1, 1))
    pairing(cast, "M101", "别人", date(2024, 1, 1))
    context = cast.client(cast.owner).get(URL).context
    assert [row["entry"].title for row in context["lasting"]] == ["到今天", "新户"]
    assert [row["entry"].title for row in context["ended"]] == ["旧户"]


def test_one_is_added(cast: Cast):
    assert cast.client(cast.owner).post(URL, new()).status_code == 302
    entry = Entry.objects.get()
    assert (entry.member.number, entry.indicator.code, entry.title) == ("M002", "pair_household", "刘家")
    assert (entry.date, entry.until, entry.quantity) == (date(2026, 1, 5), None, 1)


@pytest.mark.parametrize(
    "field, value",
    [
        ("member", "某某"),
        ("member", "M101"),
        ("title", ""),
        ("title", "标\x00题"),
        ("date", "2026-09-16"),
        ("date", "2019-01-01"),
        ("date", "昨天"),
        ("until", "2025-12-31"),
        ("indicator", "0"),
    ],
)
def test_what_cannot_be_recorded_is_said_beside_the_field(cast: Cast, field: str, value: str):
    answer = cast.client(cast.owner).post(URL, new(**{field: value}))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert CANARY not in answer.content.decode()
    assert not Entry.objects.exists()


def test_one_is_ended(cast: Cast):
    entry = pairing(cast, "M001", "刘家", date(2024, 1, 1))
    answer = cast.client(cast.owner).post(URL, {"entry": entry.pk, "version": 1, "until": "2026-08-31"})
    assert answer.status_code == 302
    entry.refresh_from_db()
    assert (entry.until, entry.version) == (date(2026, 8, 31), 2)


def test_one_changed_meanwhile_is_not_ended(cast: Cast):
    entry = pairing(cast, "M001", "刘家", date(2024, 1, 1))
    Entry.objects.filter(pk=entry.pk).update(version=2, until=date(2027, 1, 1))
    answer = cast.client(cast.owner).post(URL, {"entry": entry.pk, "version": 1, "until": "2026-08-31"})
    assert answer.status_code == 200
    assert len(answer.context["problems"]) == 1
    assert answer.context["lasting"][0]["until"] == "2026-08-31"
    entry.refresh_from_db()
    assert entry.until == date(2027, 1, 1)


def test_what_began_in_a_closed_year_ends_in_an_open_one_and_no_earlier(cast: Cast):
    entry = pairing(cast, "M001", "刘家", date(2024, 1, 1))
    YearLock.objects.create(member=cast.members["M001"], year=2025, locked_at=cast.now)
    client = cast.client(cast.owner)
    answer = client.post(URL, {"entry": entry.pk, "version": 1, "until": "2025-08-31"})
    (problem,) = answer.context["problems"]
    assert "张晓明" in problem
    assert "2025" in problem
    assert client.post(URL, {"entry": entry.pk, "version": 1, "until": "2026-08-31"}).status_code == 302


@pytest.mark.parametrize("who", ["other", "elsewhere", "administrator", "nobody"])
def test_others_find_nothing(cast: Cast, who: str):
    entry = pairing(cast, "M001", "刘家", date(2024, 1, 1))
    client = cast.client(getattr(cast, who))
    assert [client.get(URL).status_code, client.post(URL, new()).status_code] == [404, 404]
    assert client.post(URL, {"entry": entry.pk, "version": 1, "until": "2026-08-31"}).status_code == 404


def test_the_committee_reads_and_does_not_write(cast: Cast):
    entry = pairing(cast, "M001", "刘家", date(2024, 1, 1))
    client = cast.client(cast.committee)
    page = client.get(URL).content.decode()
    assert "刘家" in page
    assert 'name="until"' not in page
    assert client.post(URL, new()).status_code == 404
    assert client.post(URL, {"entry": entry.pk, "version": 1, "until": "2026-08-31"}).status_code == 404


def test_another_branchs_pairing_and_what_is_none_are_not_found_here(cast: Cast):
    client = cast.client(cast.owner)
    visit = rows.entry(cast, cast.members["M001"])
    for entry in (pairing(cast, "M101", "别人", date(2024, 1, 1)), visit):
        answer = client.post(URL, {"entry": entry.pk, "version": 1, "until": "2026-08-31"})
        assert answer.status_code == 404
