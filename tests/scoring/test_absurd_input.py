"""What no page of ours sends is answered, and stores nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from members.errors import OutOfScope
from scoring.forms.attendance import read_base
from scoring.models import Activity
from scoring.services.judging import Judged, Verdict, save_judgements
from tests import rows

NINES = "9" * 40
EDGE = str(2**63 - 1)


@pytest.mark.parametrize("base", ["[" * 200_000, '{"1":' * 150_000])
def test_marks_nested_without_end_are_none(base):
    assert read_base(base) == {}


def test_a_unit_by_a_key_that_no_database_takes_is_none(cast):
    data = {
        "organisation": cast.organisations["DT0101"].pk,
        "kind": 1,
        "date": "2026-03-06",
        "title": "会",
        "audience": "units",
        "below": NINES,
    }
    response = cast.client(cast.owner).post("/activities/new/", data)
    assert response.status_code == 200
    assert not Activity.objects.exists()


def test_the_last_version_there_can_be_is_a_stale_one(cast):
    entry = rows.entry(cast, cast.members["M001"], "pair_household", quantity=1, title="刘家")
    before = rows.stored()
    data = {"entry": entry.pk, "version": EDGE, "until": "2026-04-05"}
    assert cast.client(cast.owner).post("/branches/DT0101/standing/", data).status_code == 200
    assert rows.stored() == before


@pytest.mark.parametrize("model", ["scoring/bonus", "scoring/activity", "members/leave"])
def test_a_year_of_forty_digits_is_no_period(cast, model):
    field = "start" if model == "members/leave" else "date"
    for page in ("", "export/"):
        url = f"/admin/{model}/{page}?{field}__year={NINES}&{field}__month=99"
        assert cast.client(cast.owner).get(url).status_code == 302


def test_the_grids_take_members_of_their_branch_alone(cast):
    """The log files what changed under the branch of the page."""
    neighbour = cast.admit("M301", "邻居", "DT0102")
    cell = Judged(neighbour.pk, rows.indicator("conduct").pk, Verdict().shown, Verdict(Decimal(90)))
    with pytest.raises(OutOfScope):
        save_judgements(by=cast.operator, organisation=cast.organisations["DT0101"], year=2026, judged=[cell])
