"""Ballot meetings and their counts: what adds up, who enters, who confirms, and what the votes come to."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import translation

from appraisal.models import BallotMeeting, Count, CountLine, Opinions, Tally
from appraisal.rules.tally import Votes
from appraisal.services import ballots, counts
from appraisal.services.on_ballot import on_ballot_of
from appraisal.services.tallies import save_tally, withdraw_tally
from members.errors import OutOfScope, Refused, Stale
from members.models import LogRow, YearLock
from members.services import duties
from tests import ballots as made
from tests import imports
from tests.cast import Cast, account
from tests.desk.ledger import Ledger

YEAR = made.YEAR


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


# --- the meeting ----------------------------------------------------------------------------------


def test_on_the_ballot_is_who_is_scored_for_more_than_the_daily_score(cast: Cast):
    Ledger(cast).admit("W1", "in_service.member", "DT0101")
    Ledger(cast).admit("N1", "community.member", "DT0101", date(YEAR, 12, 20))
    found = on_ballot_of(cast.organisations["DT0101"], YEAR, on=cast.operator.today)
    # M003 is elderly, W1 in service, N1 came after the middle of December; M004 sits in a group.
    assert [one.number for one in found] == ["M001", "M002", "M004"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"returned": 10}, "those not returned"),
        ({"spoiled": 12}, "more slips spoiled"),
        ({"members_came": 7}, "more slips issued"),
        ({"unreturned": None}, "all four"),
        ({"date": date(2024, 12, 20)}, "in the year"),
        ({"date": date(2026, 9, 16)}, "still to come"),
        ({"year": 2027, "date": date(2027, 1, 5)}, "not begun"),
    ],
)
def test_slips_add_up_and_days_are_possible(cast: Cast, facts, said):
    with pytest.raises(Refused, match=said):
        made.meeting(cast, **facts)
    assert not BallotMeeting.objects.exists()


@pytest.mark.parametrize("facts", [{"returned": 10}, {"spoiled": 12}, {"members_came": 7}, {"issued": None}])
def test_the_database_knows_the_equations_too(cast: Cast, facts):
    held = made.meeting(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        BallotMeeting.objects.filter(pk=held.pk).update(**facts)


def test_one_ballot_of_a_year_stands(cast: Cast):
    made.meeting(cast)
    with pytest.raises(Refused, match="has a ballot"):
        made.meeting(cast)
    made.meeting(cast, year=2024)
    made.meeting(cast, "DT0102")


def test_more_slips_back_than_issued_make_it_void_and_another_is_held(cast: Cast):
    odd = {"issued": 12, "returned": 13, "spoiled": 0, "unreturned": 0}
    with pytest.raises(Refused):
        made.meeting(cast, **odd)
    facts = {"organisation": cast.organisations["DT0101"], "year": YEAR, "date": date(YEAR, 12, 20), **odd}
    with pytest.raises(Refused, match="Say why"):
        ballots.void_meeting(by=cast.by(cast.owner), meeting=BallotMeeting(**facts), reason=" ")
    ballots.void_meeting(by=cast.by(cast.owner), meeting=BallotMeeting(**facts), reason="收回多于发出")
    void = BallotMeeting.objects.get()
    assert (void.returned, void.state, void.void_reason) == (13, "void", "收回多于发出")
    assert made.meeting(cast).stands
    with pytest.raises(Refused, match="void and stays"):
        ballots.save_meeting(by=cast.by(cast.owner), meeting=void)


def test_a_void_ballot_takes_its_count_along(cast: Cast):
    held = made.meeting(cast)
    made.confirmed(cast, held)
    ballots.void_meeting(by=cast.by(cast.owner), meeting=held, reason="票箱未封")
    assert not Tally.objects.exists()
    assert Count.objects.get().state == "void"


def test_slips_that_were_counted_stay_as_they_are(cast: Cast):
    held = made.meeting(cast)
    made.entered(cast, held, cast.owner)
    held.returned, held.unreturned = 12, 0
    with pytest.raises(Refused, match="have been counted"):
        ballots.save_meeting(by=cast.by(cast.owner), meeting=held)
    held.refresh_from_db()
    held.place = "会议室"
    ballots.save_meeting(by=cast.by(cast.owner), meeting=held)


def test_a_group_has_no_ballot_of_its_own(cast: Cast):
    with pytest.raises(Refused, match="with the organisation above"):
        made.meeting(cast, "DT010101")


# --- the count ------------------------------------------------------------------------------------


def test_a_confirmed_count_is_what_members_are_scored_by(cast: Cast):
    made.confirmed(cast, made.meeting(cast), M002=Votes(0, 10, 0, 0))
    assert {
        (row.member.number, row.excellent, row.good, row.blank, row.source) for row in Tally.objects.all()
    } == {
        ("M001", 5, 3, 1, "confirmed"), ("M002", 0, 10, 0, "confirmed"), ("M004", 5, 3, 1, "confirmed"),
    }  # fmt: skip


def test_a_count_that_waits_counts_for_nothing(cast: Cast):
    made.entered(cast, made.meeting(cast), cast.owner)
    assert not Tally.objects.exists()


def test_it_takes_the_place_of_what_was_imported_or_typed(cast: Cast):
    save_tally(by=cast.by(cast.owner), tally=Tally(
        member=cast.members["M001"], year=YEAR, excellent=1, good=0, passed=0, poor=0,
    ))  # fmt: skip
    made.confirmed(cast, made.meeting(cast))
    tally = Tally.objects.get(member=cast.members["M001"])
    assert (tally.excellent, tally.source, tally.version) == (5, "confirmed", 2)


@pytest.mark.parametrize("figures", [Votes(5, 3, 1, 0, 0, 0), Votes(5, 3, 1, 0, 2, 0)])
def test_each_line_adds_up_to_the_valid_slips(cast: Cast, figures):
    with pytest.raises(Refused, match=r"\(10\): 李芳"):
        made.entered(cast, made.meeting(cast), cast.owner, M002=figures)
    assert not Count.objects.exists()


def test_everybody_on_the_ballot_has_a_line_and_nobody_else(cast: Cast):
    held = made.meeting(cast)
    for numbers in (("M001", "M002"), ("M001", "M002", "M004", "M003")):
        with pytest.raises(Refused, match="Other members"):
            counts.enter_count(
                by=cast.by(cast.owner), meeting=held, votes=made.votes(cast, *numbers), sheet=made.scan()
            )


def test_a_count_comes_after_the_slips_and_with_the_sheet(cast: Cast):
    held = made.meeting(cast, issued=None, returned=None, spoiled=None, unreturned=None)
    with pytest.raises(Refused, match="what became of the slips"):
        made.entered(cast, held, cast.owner)
    for name, value in made.SLIPS.items():
        setattr(held, name, value)
    ballots.save_meeting(by=cast.by(cast.owner), meeting=held)
    with pytest.raises(Refused, match="Attach the scan"):
        counts.enter_count(
            by=cast.by(cast.owner), meeting=held, votes=made.votes(cast, "M001", "M002", "M004")
        )


def test_only_the_branch_enters_and_only_its_officer_confirms(cast: Cast):
    held = made.meeting(cast)
    for user in (cast.other, cast.committee, cast.confirming, cast.administrator, cast.nobody):
        with pytest.raises(OutOfScope):
            made.entered(cast, held, user)
    count = made.entered(cast, held, cast.owner)
    for user in (cast.owner, cast.other, cast.committee, cast.administrator, cast.nobody):
        with pytest.raises(OutOfScope):
            counts.confirm_count(by=cast.by(user), meeting=held, seen=made.seen(count))
    with pytest.raises(OutOfScope):
        counts.confirm_count(by=cast.operator, meeting=held, seen=made.seen(count))
    assert not Tally.objects.exists()


def test_an_officer_of_another_branch_has_nothing_to_confirm(cast: Cast):
    held = made.meeting(cast)
    count = made.entered(cast, held, cast.owner)
    for code in ("DT0201", "DT01", "DT010101"):
        stranger = account(cast.operator, f"of{code}", "confirming", cast.organisations[code])
        with pytest.raises(OutOfScope):
            counts.confirm_count(by=cast.by(stranger), meeting=held, seen=made.seen(count))


def test_who_entered_it_does_not_confirm_it_whatever_the_duties(cast: Cast):
    duties.assign_duty(
        by=cast.operator, user=cast.owner, kind="confirming", organisation=cast.organisations["DT0101"],
        start=date(2020, 1, 1),
    )  # fmt: skip
    held = made.meeting(cast)
    count = made.entered(cast, held, cast.owner)
    with pytest.raises(Refused, match="does not confirm"):
        counts.confirm_count(by=cast.by(cast.owner), meeting=held, seen=made.seen(count))
    assert LogRow.objects.latest("pk").verb == "refuse confirmation"
    assert not Tally.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"confirmed_by": "owner"},
        {"state": "confirmed"},
        {"second_by": "committee"},
        {"blind": True, "second_by": "owner"},
        {"blind": True, "second_by": "committee", "confirmed_by": "committee"},
        {"blind": True, "state": "confirmed", "confirmed_by": "confirming"},
        {"state": "void"},
    ],
)
def test_the_database_sees_to_different_accounts(cast: Cast, facts):
    count = made.entered(cast, made.meeting(cast), cast.owner)
    given = {name: getattr(cast, value) if name.endswith("_by") else value for name, value in facts.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Count.objects.filter(pk=count.pk).update(**given)


def test_the_database_sees_to_one_standing_count(cast: Cast):
    held = made.meeting(cast)
    made.entered(cast, held, cast.owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Count.objects.create(meeting=held, blind=False, entered_by=cast.other, sheet="x.pdf")


def test_the_officer_sends_it_back_naming_members_and_the_account_corrects_it(cast: Cast):
    held, officer = made.meeting(cast), cast.by(cast.confirming)
    count = made.entered(cast, held, cast.owner)
    with pytest.raises(Refused, match="Tick the members"):
        counts.dispute_count(by=officer, meeting=held, members=[])
    stranger = cast.members["M101"].pk
    with pytest.raises(Refused, match="Tick the members"):
        counts.dispute_count(by=officer, meeting=held, members=[stranger])
    counts.dispute_count(by=officer, meeting=held, members=[cast.members["M002"].pk])
    assert [line.member.number for line in CountLine.objects.filter(disputed=True)] == ["M002"]
    with pytest.raises(Refused, match="still being entered"):
        counts.confirm_count(by=officer, meeting=held, seen=made.seen(count))
    given = made.votes(cast, "M001", "M002", "M004", M002=Votes(4, 4, 1, 0, 1, 0))
    counts.enter_count(by=cast.by(cast.owner), meeting=held, votes=given, seen=made.seen(count))
    counts.confirm_count(by=officer, meeting=held, seen=made.seen(count))
    assert Tally.objects.get(member=cast.members["M002"]).good == 4
    with pytest.raises(Refused, match="confirmed already"):
        counts.confirm_count(by=officer, meeting=held, seen=made.seen(count))


def test_a_page_from_before_a_change_confirms_nothing(cast: Cast):
    held = made.meeting(cast)
    count = made.entered(cast, held, cast.owner)
    old = made.seen(count)
    given = made.votes(cast, "M001", "M002", "M004", M002=Votes(4, 4, 1, 0, 1, 0))
    with pytest.raises(Stale):
        counts.enter_count(by=cast.by(cast.owner), meeting=held, votes=given, seen="")
    counts.enter_count(by=cast.by(cast.owner), meeting=held, votes=given, seen=old)
    with pytest.raises(Stale):
        counts.confirm_count(by=cast.by(cast.confirming), meeting=held, seen=old)


def test_another_account_does_not_type_over_an_entry(cast: Cast):
    held = made.meeting(cast)
    count = made.entered(cast, held, cast.owner)
    second = account(cast.operator, "second", "secretary", cast.organisations["DT0101"])
    given = made.votes(cast, "M001", "M002", "M004")
    with pytest.raises(Refused, match="Another account"):
        counts.enter_count(by=cast.by(second), meeting=held, votes=given, seen=made.seen(count))


# --- two entries made apart -----------------------------------------------------------------------


def test_two_entries_that_do_not_agree_name_the_member(cast: Cast):
    held = made.meeting(cast, blind=True)
    second = account(cast.operator, "second", "secretary", cast.organisations["DT0101"])
    count = made.entered(cast, held, cast.owner)
    assert count.state == "open"
    count = made.entered(cast, held, second, M004=Votes(6, 2, 1, 0, 1, 0))
    assert count.state == "open"
    assert [line.member.number for line in count.lines.filter(disputed=True)] == ["M004", "M004"]
    assert LogRow.objects.latest("pk").after == {
        "entry": 2, "state": "open", "members": 3, "disputed": ["M004"],
    }  # fmt: skip
    officer = cast.by(cast.confirming)
    with pytest.raises(Refused, match="still being entered"):
        counts.confirm_count(by=officer, meeting=held, seen=made.seen(count))
    given = made.votes(cast, "M001", "M002", "M004")
    counts.enter_count(by=cast.by(second), meeting=held, votes=given, seen=made.seen(count, 2))
    count.refresh_from_db()
    assert (count.state, count.lines.filter(disputed=True).count()) == ("entered", 0)
    counts.confirm_count(by=officer, meeting=held, seen=made.seen(count))
    assert Tally.objects.count() == 3


def test_an_officer_who_made_an_entry_does_not_confirm_it(cast: Cast):
    held = made.meeting(cast, blind=True)
    made.entered(cast, held, cast.owner)
    count = made.entered(cast, held, cast.confirming)
    assert count.state == "entered"
    with pytest.raises(Refused, match="does not confirm"):
        counts.confirm_count(by=cast.by(cast.confirming), meeting=held, seen=made.seen(count))
    third = account(cast.operator, "third", "confirming", cast.organisations["DT0101"])
    counts.confirm_count(by=cast.by(third), meeting=held, seen=made.seen(count))
    assert Count.objects.get().state == "confirmed"


# --- afterwards -----------------------------------------------------------------------------------


def test_a_correction_takes_all_of_it_again(cast: Cast):
    held = made.meeting(cast)
    first = made.confirmed(cast, held)
    with pytest.raises(Refused, match="void it"):
        made.entered(cast, held, cast.owner)
    counts.void_count(by=cast.by(cast.owner), meeting=held, reason="唱票有误")
    assert not Tally.objects.exists()
    made.confirmed(cast, held, M001=Votes(6, 2, 1, 0, 1, 0))
    assert Tally.objects.get(member=cast.members["M001"]).excellent == 6
    first.refresh_from_db()
    assert (first.state, first.lines.count()) == ("void", 3)


def test_a_confirmed_tally_is_changed_by_nothing_else(cast: Cast):
    made.confirmed(cast, made.meeting(cast))
    tally = Tally.objects.get(member=cast.members["M001"])
    tally.good = 9
    for write in (save_tally, withdraw_tally):
        with pytest.raises(Refused, match="confirmed count"):
            write(by=cast.by(cast.owner), tally=tally)
    header = "年度 党员编号 优秀 良好 合格 差 空白 无效"
    other = imports.preview("tallies", cast.by(cast.owner), header, (YEAR, "M001", 9, 0, 0, 0, 0, 0))
    assert ["confirmed count" in problem.reason for problem in other.problems] == [True]
    same = imports.preview("tallies", cast.by(cast.owner), header, (YEAR, "M001", 5, 3, 1, 0, 1, 0))
    assert same.ok
    assert same.changes_nothing


def test_a_closed_year_keeps_its_votes(cast: Cast):
    held = made.meeting(cast)
    count = made.entered(cast, held, cast.owner)
    lock = YearLock.objects.create(member=cast.members["M002"], year=YEAR, locked_at=cast.now)
    with pytest.raises(Refused, match="closed"):
        counts.confirm_count(by=cast.by(cast.confirming), meeting=held, seen=made.seen(count))
    lock.delete()
    counts.confirm_count(by=cast.by(cast.confirming), meeting=held, seen=made.seen(count))
    YearLock.objects.create(member=cast.members["M002"], year=YEAR, locked_at=cast.now)
    for void, meant in ((counts.void_count, held), (ballots.void_meeting, BallotMeeting.objects.get())):
        with pytest.raises(Refused, match="closed"):
            void(by=cast.by(cast.owner), meeting=meant, reason="改")
    assert Tally.objects.count() == 3


def test_of_votes_the_log_says_nothing(cast: Cast):
    held = made.meeting(cast)
    made.confirmed(cast, held, M001=Votes(0, 0, 7, 3, 0, 0))
    counts.void_count(by=cast.by(cast.owner), meeting=held, reason="重计")
    told = LogRow.objects.filter(object_type="appraisal.count").order_by("pk")
    assert [row.verb for row in told] == ["enter count", "confirm count", "void count"]
    keys = {key for row in told for key in row.after}
    assert keys == {"state", "entry", "members", "disputed", "replaced", "reason", "withdrawn"}
    assert not LogRow.objects.filter(object_type="appraisal.tally").exists()


def test_opinions_are_sorted_and_the_log_has_no_word_of_them(cast: Cast):
    held = made.meeting(cast)
    sheet = Opinions(meeting=held, text="张晓明服务好\n\n 多到户走访 \n")
    ballots.save_opinions(by=cast.by(cast.owner), opinions=sheet)
    assert Opinions.objects.get().text == "多到户走访\n张晓明服务好"
    row = LogRow.objects.latest("pk")
    assert (row.verb, row.after["opinions"]) == ("collect opinions", 2)
    assert "走访" not in str(row.after)
    columns = {field.name for field in Opinions._meta.concrete_fields}
    assert columns == {"id", "version", "meeting", "text"}


def test_nothing_of_a_count_carries_a_time(cast: Cast):
    for model in (BallotMeeting, Count, CountLine, Opinions):
        times = [one.name for one in model._meta.concrete_fields if isinstance(one, models.DateTimeField)]
        assert times == []
