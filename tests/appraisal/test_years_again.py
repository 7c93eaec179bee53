"""A branch's year sent back, reopened and remarked on; what the database holds to; who sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from appraisal.enums import YearState
from appraisal.models import BranchYear, RowRemark, Snapshot
from appraisal.services import years
from members.errors import Refused, Stale
from members.models import LogRow, Organisation, Posting
from members.services import guards, roster
from scoring.services import ledger
from tests.cast import Cast
from tests.reviews import (
    DAYS,
    EVERYBODY,
    YEAR,
    approved,
    essay,
    later,
    locked,
    posted,
    said,
    submitted,
    verbs,
)
from tests.rows import entry


@pytest.fixture(autouse=True)
def in_english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


# --- back and again -------------------------------------------------------------------------------


def test_a_year_that_is_returned_is_open_for_those_in_it_alone(cast: Cast) -> None:
    cast.admit("M050", "孙直属", "DT01")
    submitted(cast, "DT01", by=cast.operator)
    year = posted(cast)
    returned = years.return_year(by=later(cast, cast.committee), branch_year=year, reason="请核对志愿服务")
    assert (returned.state, returned.reason) == (YearState.RETURNED, "请核对志愿服务")
    assert locked() == ["M050"]
    ledger.save_entry(by=cast.by(cast.owner), entry=essay(cast))


@pytest.mark.parametrize("step", ["return_year", "reopen_year"])
def test_nothing_goes_back_without_a_reason(cast: Cast, step: str) -> None:
    year = (posted if step == "return_year" else approved)(cast)
    with pytest.raises(Refused) as refusal:
        getattr(years, step)(by=later(cast, cast.committee), branch_year=year, reason=" ")
    assert "Say why" in said(refusal)
    assert locked() == EVERYBODY


def test_every_submission_keeps_its_own_figures(cast: Cast) -> None:
    year = posted(cast)
    first = year.snapshot
    returned = years.return_year(by=later(cast, cast.committee), branch_year=year, reason="核对")
    again = submitted(cast, by=later(cast, cast.owner, DAYS + 2))
    assert again.pk == returned.pk
    assert (again.state, again.posted_on, again.reason, again.place) == (YearState.SUBMITTED, None, "", "")
    assert again.snapshot != first
    assert [one.pk for one in years.submissions(again)] == [again.snapshot_id, first.pk]  # type: ignore[union-attr]
    assert Snapshot.objects.filter(purpose="submission").count() == 2
    assert locked() == EVERYBODY


def test_a_reopened_year_takes_corrections_and_keeps_what_was_approved(cast: Cast) -> None:
    year = approved(cast)
    old = year.snapshot
    opened = years.reopen_year(by=later(cast, cast.committee), branch_year=year, reason="漏记一次会议")
    assert (opened.state, opened.reason, opened.approved_by) == (YearState.OPEN, "漏记一次会议", None)
    assert locked() == []
    entry(cast, cast.members["M001"], "org_life", date=date(YEAR, 3, 5), quantity=6)
    again = submitted(cast, by=later(cast, cast.owner, DAYS + 2))
    assert again.snapshot is not None
    assert old is not None
    assert old.rows.all()[0].lines[0]["earned"] == 0
    assert again.snapshot.rows.all()[0].lines[0]["earned"] == 4000
    assert verbs() == ["submit year", "post notice", "approve year", "reopen year", "submit year"]


def test_only_an_approved_year_is_reopened_and_only_a_submitted_one_decided_on(cast: Cast) -> None:
    year, committee = posted(cast), later(cast, cast.committee)
    with pytest.raises(Refused) as refusal:
        years.reopen_year(by=committee, branch_year=year, reason="更正")
    assert "not approved" in said(refusal)
    year = years.approve_year(by=committee, branch_year=year)
    for step in (
        lambda: years.approve_year(by=committee, branch_year=year),
        lambda: years.return_year(by=committee, branch_year=year, reason="核对"),
        lambda: years.save_remarks(by=committee, branch_year=year, remarks={}),
    ):
        with pytest.raises(Refused) as refusal:
            step()
        assert "not submitted" in said(refusal)


def test_a_member_who_has_moved_meanwhile_is_closed_where_the_year_ended(cast: Cast) -> None:
    roster.transfer(
        by=cast.operator, member=cast.members["M002"], organisation=cast.organisations["DT0201"],
        role=cast.roles["community.member"], start=date(2026, 2, 1),
    )  # fmt: skip
    submitted(cast)
    assert "M002" in locked()
    with pytest.raises(Refused) as refusal:
        ledger.save_entry(by=cast.by(cast.other), entry=essay(cast, "M002"))
    assert refusal.value.code == "closed"


def test_what_the_ledger_does_not_give_any_more_is_not_approved(cast: Cast) -> None:
    year = posted(cast)
    with guards.lifted():
        Posting.objects.filter(member=cast.members["M002"]).update(end=date(YEAR, 12, 30))
    with pytest.raises(Refused) as refusal:
        years.approve_year(by=later(cast, cast.committee), branch_year=year)
    assert "M002" in said(refusal)
    assert BranchYear.objects.get().state == YearState.SUBMITTED


# --- remarks --------------------------------------------------------------------------------------


def test_remarks_are_stored_changed_and_taken_back(cast: Cast) -> None:
    year, by = posted(cast), later(cast, cast.committee)
    first, second = (cast.members[number].pk for number in ("M001", "M002"))
    year = years.save_remarks(by=by, branch_year=year, remarks={first: "请附证明", second: " 偏高 "})
    assert dict(RowRemark.objects.values_list("member", "text")) == {first: "请附证明", second: "偏高"}
    year = years.save_remarks(by=by, branch_year=year, remarks={first: ""})
    assert dict(RowRemark.objects.values_list("member", "text")) == {second: "偏高"}
    rows = LogRow.objects.filter(verb="remark on rows").order_by("pk")
    assert [(row.before, row.after) for row in rows] == [
        ({}, {str(first): "请附证明", str(second): "偏高"}),
        ({str(first): "请附证明"}, {}),
    ]
    years.save_remarks(by=by, branch_year=year, remarks={second: "偏高"})
    assert rows.count() == 2
    with pytest.raises(Refused):
        years.save_remarks(by=by, branch_year=year, remarks={cast.members["M101"].pk: "别处"})


def test_a_page_that_was_read_before_takes_no_remark_of_another_back(cast: Cast) -> None:
    year, by = posted(cast), later(cast, cast.committee)
    first, second = (cast.members[number].pk for number in ("M001", "M002"))
    years.save_remarks(by=by, branch_year=year, remarks={first: "请核对", second: ""})
    for remarks in ({first: "", second: "另一条"}, {first: "", second: ""}):
        with pytest.raises(Stale):
            years.save_remarks(by=by, branch_year=year, remarks=remarks)
    assert dict(RowRemark.objects.values_list("member", "text")) == {first: "请核对"}


# --- what the database holds to -------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "approved"},
        {"state": "open"},
        {"state": "returned"},
        {"state": "away"},
        {"posted_on": date(2026, 9, 20), "publicity_until": date(2026, 9, 19)},
        {"place": ""},
        {"snapshot": None},
        {"submitted_at": None},
    ],
)
def test_state_and_moments_agree_in_the_database(cast: Cast, facts: dict[str, object]) -> None:
    posted(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        BranchYear.objects.update(**facts)


def test_a_year_of_a_branch_is_one_row(cast: Cast) -> None:
    year = submitted(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        BranchYear.objects.bulk_create(
            [
                BranchYear(
                    organisation=year.organisation, year=YEAR, state=YearState.SUBMITTED,
                    snapshot=year.snapshot, submitted_at=cast.now,
                )
            ]
        )  # fmt: skip


def test_what_is_seen_of_it_follows_the_branch(cast: Cast) -> None:
    posted(cast)
    seen: Callable[..., object] = BranchYear.objects.visible_to
    readers = {
        name
        for name in ("owner", "other", "committee", "elsewhere", "confirming", "administrator", "nobody")
        if seen(cast.by(getattr(cast, name)).scope).exists()  # type: ignore[attr-defined]
    }
    assert readers == {"owner", "committee"}
    assert Organisation.objects.reviewable_by(cast.by(cast.owner).scope).count() == 0


def test_queries_do_not_depend_on_the_number_of_members(cast: Cast) -> None:
    counts = []
    for year in (2023, 2024, 2025):  # the first also reads the scheme, which is then known
        with CaptureQueriesContext(connection) as queries:
            submitted(cast, year=year)
        counts.append(len(queries))
        for number in range(10):
            cast.admit(f"M{year}{number}", f"新{number}", "DT0101", start=date(year + 1, 1, 1))
    assert counts[1] == counts[2]
