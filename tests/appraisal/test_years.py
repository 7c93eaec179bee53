"""A branch's year from submission to approval and back: who may, when, and what is closed by it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from appraisal.enums import Missing, YearState
from appraisal.models import BranchYear, Objection
from appraisal.services import years
from appraisal.services.counts import confirm_count
from appraisal.services.objections import answer_objection, register_objection
from members.enums import DutyKind
from members.errors import OutOfScope, Refused, Stale
from members.services import duties
from members.services.by import By
from scoring.models import Entry
from scoring.services import ledger
from tests import ballots
from tests.cast import Cast
from tests.reviews import (
    DAYS,
    EVERYBODY,
    YEAR,
    approved,
    essay,
    last_day,
    later,
    locked,
    posted,
    said,
    submitted,
    verbs,
)
from tests.rows import entry, indicator


@pytest.fixture(autouse=True)
def in_english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


# --- submission -----------------------------------------------------------------------------------


def test_without_a_row_a_year_is_open(cast: Cast) -> None:
    year = years.year_of(cast.organisations["DT0101"], YEAR)
    assert (year.state, year.version) == (YearState.OPEN, 0)
    assert not year.pk
    assert years.submissions(year) == []


def test_submission_freezes_the_results_and_closes_the_year_at_once(cast: Cast) -> None:
    entry(cast, cast.members["M001"], "org_life", date=date(YEAR, 3, 5), quantity=6)
    year = submitted(cast)
    assert (year.state, year.submitted_by, year.submitted_at) == (
        YearState.SUBMITTED,
        cast.owner,
        cast.now,
    )
    assert year.snapshot is not None
    assert [row.figures["number"] for row in year.snapshot.rows.all()] == EVERYBODY
    assert year.snapshot.rows.all()[0].lines[0]["earned"] == 4000
    assert locked() == EVERYBODY
    with pytest.raises(Refused) as refusal:
        ledger.save_entry(by=cast.by(cast.owner), entry=essay(cast))
    assert refusal.value.code == "closed"
    assert verbs() == ["submit year"]
    assert years.year_of(cast.organisations["DT0101"], YEAR) == year


def test_of_another_branch_and_year_nothing_is_closed(cast: Cast) -> None:
    submitted(cast)
    ledger.save_entry(by=cast.by(cast.other), entry=essay(cast, "M101"))
    ledger.save_entry(
        by=cast.by(cast.owner),
        entry=Entry(member=cast.members["M001"], indicator=indicator("essay"), date=date(YEAR + 1, 6, 7)),
    )
    assert Entry.objects.count() == 2


def test_members_placed_directly_in_a_general_branch_are_its_own_to_submit(cast: Cast) -> None:
    cast.admit("M050", "孙直属", "DT01")
    submitted(cast, "DT01", by=cast.operator)
    assert locked() == ["M050"]


@pytest.mark.parametrize("stranger", ["other", "committee", "administrator", "confirming", "nobody"])
def test_only_the_branch_submits(cast: Cast, stranger: str) -> None:
    with pytest.raises(OutOfScope):
        submitted(cast, by=cast.by(getattr(cast, stranger)))
    assert not BranchYear.objects.exists()
    assert locked() == []


def test_what_is_missing_is_seen_before_it_is_submitted(cast: Cast) -> None:
    place = cast.organisations["DT0101"]
    for seen in ((), [Missing.NOT_APPRAISED, Missing.DUES]):
        with pytest.raises(Refused) as refusal:
            years.submit_year(by=cast.by(cast.owner), organisation=place, year=YEAR, version=0, seen=seen)
        assert "Half-year notices not issued" in said(refusal)
    seen = [Missing.NOT_APPRAISED, Missing.DUES, Missing.NOTICES]
    years.submit_year(by=cast.by(cast.owner), organisation=place, year=YEAR, version=0, seen=seen)


def test_what_makes_the_results_none_cannot_be_waved_through(cast: Cast) -> None:
    held = ballots.meeting(cast)
    count = ballots.entered(cast, held, cast.owner)
    with pytest.raises(Refused) as refusal:
        submitted(cast)
    assert "A count that is not confirmed" in said(refusal)
    assert locked() == []
    confirm_count(by=cast.by(cast.confirming), meeting=held, seen=ballots.seen(count))
    submitted(cast)
    assert locked() == EVERYBODY


def test_a_year_is_submitted_from_its_last_day_on(cast: Cast) -> None:
    def on(day: date) -> By:
        return By.person(cast.owner, cast.now.replace(year=day.year, month=day.month, day=day.day))

    with pytest.raises(Refused) as refusal:
        submitted(cast, year=2026, by=on(date(2026, 12, 30)))
    assert "not over yet" in said(refusal)
    assert submitted(cast, year=2026, by=on(date(2026, 12, 31))).state == YearState.SUBMITTED


def test_a_group_and_an_empty_place_submit_nothing(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        submitted(cast, "DT010101")
    assert "with the organisation above" in said(refusal)
    with pytest.raises(Refused) as refusal:
        submitted(cast, "DT0102", by=cast.operator)
    assert "Nobody is placed here" in said(refusal)


def test_without_a_scheme_there_is_nothing_to_submit(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        submitted(cast, year=2014, by=cast.operator)
    assert "No scheme is in force" in said(refusal) or "Nobody" in said(refusal)


def test_a_year_is_submitted_once(cast: Cast) -> None:
    submitted(cast)
    with pytest.raises(Refused) as refusal:
        submitted(cast)
    assert "submitted already" in said(refusal)


def test_who_saw_another_year_than_there_is_does_not_submit(cast: Cast) -> None:
    submitted(cast)
    with pytest.raises(Stale):
        years.submit_year(
            by=cast.by(cast.owner), organisation=cast.organisations["DT0101"], year=YEAR, version=0,
            seen=Missing.values,
        )  # fmt: skip


# --- the notice -----------------------------------------------------------------------------------


def test_the_notice_goes_up_and_can_be_corrected(cast: Cast) -> None:
    year = posted(cast)
    assert (year.posted_on, year.publicity_until) == (cast.today, last_day(cast))
    again = years.post_notice(
        by=cast.by(cast.owner), branch_year=year, posted_on=cast.today, place="社区大厅",
        until=last_day(cast) + timedelta(1), least=last_day(cast), most=date.max,
    )  # fmt: skip
    assert again.version == year.version + 1
    assert BranchYear.objects.get().place == "社区大厅"
    assert verbs() == ["submit year", "post notice", "post notice"]


@pytest.mark.parametrize(
    ("posted_on", "until", "place", "told"),
    [
        (1, 3, "栏", "lies in the future"),
        (-1, 3, "栏", "not before"),
        (0, -1, "栏", "before it goes up"),
        (0, 2, "栏", "stays until Sept. 18, 2026 at least"),
        (0, 3, "  ", "where it hangs"),
    ],
)
def test_a_notice_that_cannot_be(cast: Cast, posted_on: int, until: int, place: str, told: str) -> None:
    year = submitted(cast)
    with pytest.raises(Refused) as refusal:
        years.post_notice(
            by=cast.by(cast.owner), branch_year=year, posted_on=cast.today + timedelta(posted_on),
            place=place, until=cast.today + timedelta(until), least=cast.today + timedelta(3), most=date.max,
        )  # fmt: skip
    assert told in said(refusal)
    assert BranchYear.objects.get().posted_on is None


def test_a_notice_that_is_posted_does_not_come_down_earlier(cast: Cast) -> None:
    year = posted(cast)
    with pytest.raises(Refused) as refusal:
        years.post_notice(
            by=later(cast, cast.owner, 2), branch_year=year, posted_on=cast.today, place="栏",
            until=last_day(cast) - timedelta(1), least=cast.today, most=date.max,
        )  # fmt: skip
    assert "stays until Sept. 22, 2026" in said(refusal)
    assert BranchYear.objects.get().publicity_until == last_day(cast)


# --- approval -------------------------------------------------------------------------------------


def test_approval_keeps_the_year_closed(cast: Cast) -> None:
    year = approved(cast)
    assert (year.state, year.approved_by) == (YearState.APPROVED, cast.committee)
    assert locked() == EVERYBODY
    assert verbs() == ["submit year", "post notice", "approve year"]


def test_nothing_is_approved_before_its_notice_has_hung(cast: Cast) -> None:
    year = submitted(cast)
    with pytest.raises(Refused) as refusal:
        years.approve_year(by=later(cast, cast.committee), branch_year=year)
    assert "not been posted" in said(refusal)
    year = years.post_notice(
        by=cast.by(cast.owner), branch_year=year, posted_on=cast.today, place="栏", until=last_day(cast),
        least=last_day(cast), most=date.max,
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        years.approve_year(by=later(cast, cast.committee, DAYS), branch_year=year)
    assert "hangs until" in said(refusal)
    years.approve_year(by=later(cast, cast.committee, DAYS + 1), branch_year=year)


def test_nothing_is_approved_while_an_objection_waits(cast: Cast) -> None:
    year = posted(cast)
    objection = Objection(branch_year=year, raised_on=cast.today, text="志愿服务少记一次")
    register_objection(by=cast.by(cast.owner), objection=objection)
    assert years.against_approval(year, later(cast, cast.committee)) == [
        "An objection waits for the branch’s answer."
    ]
    with pytest.raises(Refused):
        years.approve_year(by=later(cast, cast.committee), branch_year=year)
    objection.answer = "已核对签到表，次数无误。"
    answer_objection(by=cast.by(cast.owner), objection=objection)
    assert years.against_approval(year, later(cast, cast.committee)) == []
    years.approve_year(by=later(cast, cast.committee), branch_year=year)


def test_whoever_submitted_does_not_approve(cast: Cast) -> None:
    duties.assign_duty(
        by=cast.operator, user=cast.owner, kind=DutyKind.COMMITTEE,
        organisation=cast.organisations["DT"], start=cast.today,
    )  # fmt: skip
    year = posted(cast)
    with pytest.raises(Refused) as refusal:
        years.approve_year(by=later(cast, cast.owner), branch_year=year)
    assert "Whoever submitted" in said(refusal)
    with pytest.raises(IntegrityError), transaction.atomic():
        BranchYear.objects.update(
            state=YearState.APPROVED, approved_at=cast.now, approved_by=cast.owner, posted_on=cast.today
        )


COMMITTEE = {
    "approve": lambda by, year: years.approve_year(by=by, branch_year=year),
    "return": lambda by, year: years.return_year(by=by, branch_year=year, reason="核对"),
    "remark": lambda by, year: years.save_remarks(by=by, branch_year=year, remarks={}),
}


@pytest.mark.parametrize("verb", COMMITTEE)
@pytest.mark.parametrize("stranger", ["owner", "other", "elsewhere", "administrator", "confirming"])
def test_only_a_committee_above_decides(cast: Cast, verb: str, stranger: str) -> None:
    year = posted(cast)
    with pytest.raises(OutOfScope):
        COMMITTEE[verb](later(cast, getattr(cast, stranger)), year)
    assert BranchYear.objects.get().state == YearState.SUBMITTED


@pytest.mark.parametrize("stranger", ["owner", "other", "elsewhere", "administrator"])
def test_only_a_committee_above_reopens(cast: Cast, stranger: str) -> None:
    year = approved(cast)
    with pytest.raises(OutOfScope):
        years.reopen_year(by=later(cast, getattr(cast, stranger)), branch_year=year, reason="更正")
    assert locked() == EVERYBODY


@pytest.mark.parametrize("verb", COMMITTEE)
def test_what_was_changed_meanwhile_is_not_decided_on(cast: Cast, verb: str) -> None:
    year = submitted(cast)
    years.post_notice(
        by=cast.by(cast.owner), branch_year=year, posted_on=cast.today, place="栏", until=last_day(cast),
        least=last_day(cast), most=date.max,
    )  # fmt: skip
    year.version -= 1
    with pytest.raises(Stale):
        COMMITTEE[verb](later(cast, cast.committee), year)
