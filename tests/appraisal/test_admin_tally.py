"""The form of tallies: six counts for each member and year."""

from __future__ import annotations

import pytest
from django.test import Client

from appraisal.models import Tally
from members.models import YearLock
from tests.cast import Cast
from tests.members.test_admin_pages import address

VOTES = {"excellent": "20", "good": "5", "passed": "3", "poor": "2", "blank": "0", "invalid": "0"}


@pytest.fixture
def owner(cast: Cast) -> Client:
    return cast.client(cast.owner)


def test_a_tally_is_entered_once_a_year(cast, owner):
    data = {"member": cast.members["M001"].pk, "year": "2025", **VOTES}
    assert owner.post(address(Tally, "add"), data).status_code == 302
    tally = Tally.objects.get()
    assert (tally.excellent, tally.source) == (20, "entered")
    assert owner.post(address(Tally, "add"), data).context["adminform"].form.errors
    assert Tally.objects.count() == 1


@pytest.mark.parametrize(
    "field, value",
    [("poor", "-1"), ("good", "1.5"), ("blank", "100000"), ("year", "2027"), ("excellent", "")],
)
def test_counts_are_whole_numbers_and_the_year_has_begun(cast, owner, field, value):
    data = {"member": cast.members["M001"].pk, "year": "2025", **VOTES, field: value}
    assert field in owner.post(address(Tally, "add"), data).context["adminform"].form.errors
    assert not Tally.objects.exists()


def test_a_closed_year_is_refused(cast, owner):
    YearLock.objects.create(member=cast.members["M001"], year=2025, locked_at=cast.now)
    data = {"member": cast.members["M001"].pk, "year": "2025", **VOTES}
    said = owner.post(address(Tally, "add"), data).context["adminform"].form.non_field_errors()
    assert any("2025" in message for message in said)
    assert not Tally.objects.exists()


def test_where_a_tally_came_from_cannot_be_typed(cast, owner):
    data = {"member": cast.members["M001"].pk, "year": "2025", **VOTES, "source": "imported"}
    owner.post(address(Tally, "add"), data)
    assert Tally.objects.get().source == "entered"
