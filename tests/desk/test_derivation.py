"""The derivation: worked case 2 figure by figure, and what does not count with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from members.scope import Scope
from members.services import roster
from reports.desk.services.derivation import Derivation, derive
from scoring.enums import Presence
from scoring.services import activities
from tests.cast import Cast
from tests.desk.ledger import Ledger
from tests.scoring.meetings import meeting

YEAR = 2025
YEAR_END = date(YEAR, 12, 31)


def derivation(cast: Cast, number: str = "M001", as_of: date = YEAR_END, user=None) -> Derivation:
    scope = Scope.of(user or cast.owner, cast.today)
    found = derive(member=cast.members[number], year=as_of.year, as_of=as_of, scope=scope)
    assert found is not None
    return found


def steps(found: Derivation) -> dict[str, tuple[str, str]]:
    return {str(step.name): (str(step.formula), step.result) for step in found.steps}


def lines(found: Derivation):
    return {line.code: line for line in found.lines}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def book(cast: Cast) -> Ledger:
    return Ledger(cast)


def worked_case_2(book: Ledger) -> None:
    """community.member: org_life 4, volunteer 3, essay 0, dues of 12 months, votes 2/10/5/3."""
    for month in (2, 4, 6, 8):
        book.entry("M001", "org_life", date(YEAR, month, 5), title=f"主题党日第{month}期")
    book.entry("M001", "volunteer", date(YEAR, 3, 5), 2, title="学雷锋志愿服务")
    book.entry("M001", "volunteer", date(YEAR, 10, 1), title="国庆值守")
    book.dues("M001", range(1, 13))
    book.votes("M001", 2, 10, 5, 3)


def test_worked_case_2_can_be_redone_from_what_is_shown(cast: Cast, book: Ledger):
    worked_case_2(book)
    found = derivation(cast)
    line = lines(found)["org_life"]
    # quota 6 for 12 months; 40 points × 4/6 = 26.666… → 26.67
    assert line.quota_how == "6 × 12 ÷ 12, rounded up = 6"
    assert (line.points, line.earned, line.excess) == ("40", "26.67", "")
    assert line.earned_how == "40 × 4 ÷ 6 = 26.67"
    assert lines(found)["volunteer"].earned_how == "quota 3 met with 3: all the points = 30.00"
    assert lines(found)["essay"].earned_how == "12 × 0 ÷ 1 = 0.00"
    assert lines(found)["dues"].earned_how == "quota 12 met with 12: all the points = 8.00"
    assert lines(found)["org_task"].earned_how == "5 × 100% = 5.00"
    assert lines(found)["org_task"].presumed
    # 0.8 × 74.67 = 59.736; 0.2 × 71 = 14.2; together 73.936 → 73.94
    assert steps(found) == {
        "Base": ("26.67 + 30.00 + 0.00 + 8.00 + 5.00 + 5.00 = 74.67", "74.67"),
        "Bonus": ("0, at most 20 = 0.00", "0.00"),
        "Daily score": ("74.67 + 0.00 = 74.67", "74.67"),
        "Appraisal": ("(2 × 100 + 10 × 80 + 5 × 60 + 3 × 40) / (2 + 10 + 5 + 3) = 71.00", "71.00"),
        "Annual score": ("0.8 × 74.67 + 0.2 × 71.00 = 73.94", "73.94"),
        "Grade": ("70 ≤ 73.94 < 90", "良好"),
        "Rank": ("among 1 with a score in the same branch and category, 社区党员", "1"),
    }
    assert found.headline == "73.94"


def test_a_quota_is_reduced_to_the_months_and_the_excess_starts_from_it(cast: Cast, book: Ledger):
    # Worked case 8: months 6, volunteer quota ceil(3 × 6 / 12) = 2; four times earns 30 points and 2 beyond.
    cast.admit("M009", "半年党员", "DT0101", start=date(YEAR, 7, 1))
    book.entry("M009", "volunteer", date(YEAR, 9, 1), 4)
    line = lines(derivation(cast, "M009"))["volunteer"]
    assert line.quota_how == "3 × 6 ÷ 12, rounded up = 2"
    assert line.earned_how == "quota 2 met with 4: all the points = 30.00"
    assert line.excess_how == "(4 − 2) × 1, at most 5 = 2.00"


def test_a_waiver_leaves_its_line_out_and_counts_the_rest_as_a_hundred(cast: Cast, book: Ledger):
    # Worked case 3.
    cast.admit("M010", "在职党员", "DT0101", "in_service.member")
    book.entry("M010", "volunteer_post", date(YEAR, 1, 5), title="文明劝导岗")
    book.entry("M010", "volunteer", date(YEAR, 3, 5), 4)
    book.entry("M010", "pair_household", date(YEAR, 1, 6), title="刘家")
    book.entry("M010", "community_life", date(YEAR, 7, 1))
    book.waive("M010", "good_deed")
    found = derivation(cast, "M010")
    assert steps(found)["Base"][0] == "(20.00 + 30.00 + 20.00 + 15.00) × 100 / 85 = 100.00"
    assert steps(found)["Bonus"] == ("2.00, at most 20 = 2.00", "2.00")
    assert steps(found)["Annual score"] == ("102.00 = 102.00", "102.00")
    assert "Appraisal" not in steps(found)
    line = lines(found)["good_deed"]
    assert (line.waived, line.remark) == (True, "不具备条件")


def test_awards_and_contributions_are_listed_and_capped(cast: Cast, book: Ledger):
    book.award("M001", "national", date(YEAR, 5, 1))
    book.award("M001", "provincial", date(YEAR, 6, 1))
    book.contribution("M001", "3.5", date(YEAR, 7, 1))
    found = derivation(cast)
    # 10 + 8 + 3.5 = 21.5, at most 20
    assert steps(found)["Bonus"] == ("18.00 + 3.50, at most 20 = 20.00", "20.00")
    assert [piece.worth for piece in found.bonuses] == ["10.00", "8.00", "3.50"]


def test_each_entry_that_does_not_count_says_why(cast: Cast, book: Ledger):
    cast.admit("M011", "先前年老", "DT0101", "elderly.member", start=date(YEAR, 1, 1))
    roster.change_role(
        by=cast.operator,
        member=cast.members["M011"],
        role=cast.roles["in_service.member"],
        start=date(YEAR, 6, 1),
    )
    book.leave("M011", date(YEAR, 8, 1), date(YEAR, 8, 31))
    book.entry("M011", "volunteer", date(YEAR, 3, 5), 2)
    book.entry("M011", "volunteer", date(YEAR, 8, 5), 1)
    book.entry("M011", "pair_household", date(YEAR, 2, 1), title="刘 家", until=date(YEAR, 3, 1))
    book.entry("M011", "pair_household", date(YEAR, 6, 5), title="王家")
    book.entry("M011", "pair_household", date(YEAR, 7, 5), title="王 家")
    book.entry("M011", "essay", date(YEAR, 9, 1), title="学习体会")
    found = derivation(cast, "M011")
    reasons = [
        [piece.reason for piece in lines(found)[code].pieces] for code in ("volunteer", "pair_household")
    ]
    assert reasons == [
        ["the role held on that day is not scored", ""],
        ["not in force on a day in a scored role", "", "the same label is counted already"],
    ]
    assert lines(found)["volunteer"].done == "1 次"  # what is done on leave counts
    assert lines(found)["pair_household"].done == "1 户"
    assert [piece.title for piece in found.idle] == ["学习体会"]
    assert {month.number: month.reason for month in found.months if month.reason} == {
        **dict.fromkeys(range(1, 6), "the role held on the 15th is not scored"),
        8: "on leave on the 15th: 住院",
    }


def test_dues_count_once_for_a_month_that_counts_and_not_when_late(cast: Cast, book: Ledger):
    book.dues("M002", [1, 2, 2])
    book.entry("M002", "dues", date(YEAR, 3, 10), on_time=False)
    book.entry("M002", "dues", date(YEAR, 4, 10))
    book.leave("M002", date(YEAR, 4, 1), date(YEAR, 4, 30))
    line = lines(derivation(cast, "M002"))["dues"]
    assert [piece.reason for piece in line.pieces] == [
        "",
        "",
        "the month is counted already",
        "late, or not in full",
        "the month does not count",
    ]
    # 11 months count: ceil(12 × 11 / 12) = 11; January and February were paid for: 8 × 2/11 = 1.4545… → 1.45
    assert (line.quota_how, line.earned_how) == ("12 × 11 ÷ 12, rounded up = 11", "8 × 2 ÷ 11 = 1.45")


def test_before_the_years_end_the_daily_score_is_what_there_is(cast: Cast, book: Ledger):
    worked_case_2(book)
    found = derivation(cast, as_of=date(YEAR, 6, 30))
    # By 30 June: org_life 3 (February, April, June), volunteer 2, dues of 6 months.
    assert lines(found)["org_life"].earned_how == "40 × 3 ÷ 6 = 20.00"
    assert lines(found)["dues"].earned_how == "8 × 6 ÷ 12 = 4.00"
    assert set(steps(found)) == {"Base", "Bonus", "Daily score", "Rank"}
    assert found.headline == "54.00"  # 20 + 20 + 0 + 4 + 5 + 5


def test_a_judgement_takes_the_place_of_the_presumption(cast: Cast, book: Ledger):
    book.judge("M001", "conduct", "85.5")
    line = lines(derivation(cast))["conduct"]
    # 5 × 85.5% = 4.275 → 4.28
    assert (line.earned_how, line.presumed) == ("5 × 85.5% = 4.28", False)


def test_few_or_unanimous_votes_are_for_the_committee_alone(cast: Cast, book: Ledger):
    book.votes("M001", 0, 1, 0, 0)
    book.votes("M002", 9, 0, 0, 0)
    for number, shown in (
        ("M001", "(0 × 100 + 1 × 80 + 0 × 60 + 0 × 40) / (0 + 1 + 0 + 0) = 80.00"),
        ("M002", "(9 × 100 + 0 × 80 + 0 × 60 + 0 × 40) / (9 + 0 + 0 + 0) = 100.00"),
    ):
        assert "=" not in steps(derivation(cast, number))["Appraisal"][0]
        assert steps(derivation(cast, number, user=cast.committee))["Appraisal"][0] == shown


def test_who_is_not_scored_has_entries_and_no_lines(cast: Cast, book: Ledger):
    book.entry("M003", "org_life", date(YEAR, 5, 5), title="旁听")
    found = derivation(cast, "M003")
    assert (found.lines, found.steps, found.headline) == ((), (), "")
    assert [piece.title for piece in found.idle] == ["旁听"]


def test_what_counts_adds_up_to_what_is_done(cast: Cast, book: Ledger):
    worked_case_2(book)
    book.entry("M001", "pair_household", date(2024, 5, 5), title="刘家")
    for line in derivation(cast).lines:
        if line.code in {"org_life", "volunteer", "essay", "dues"}:
            counted = sum(piece.quantity for piece in line.pieces if piece.counts)
            assert line.done.split()[0] == str(counted)


def test_months_without_dues_are_named_up_to_the_day(cast: Cast, book: Ledger):
    book.dues("M001", (1, 2, 4))
    book.entry("M001", "dues", date(YEAR, 6, 9), on_time=False)  # late is recorded all the same
    book.leave("M001", date(YEAR, 5, 1), date(YEAR, 5, 31))
    assert lines(derivation(cast, as_of=date(YEAR, 8, 20)))["dues"].unrecorded == "March, July, August"
    assert lines(derivation(cast, as_of=date(YEAR, 2, 3)))["dues"].unrecorded == ""
    assert lines(derivation(cast))["org_life"].unrecorded == ""


def marked(cast: Cast, number: str, day: date, status: str, code: str = "DT0101", **facts) -> str:
    """The address of a meeting's list on which the member has the mark."""
    held = meeting(cast, code, day, **facts)
    mark = activities.Mark(member=cast.members[number], status=status)
    activities.record_attendance(by=cast.operator, activity=held, marks=[mark])
    return f"/activities/{held.pk}/attendance/"


def missed(found: Derivation) -> dict[str, list[tuple[date, str, str]]]:
    return {
        code: [(one.day, one.mark, one.url) for one in line.absences]
        for code, line in lines(found).items()
        if line.absences
    }


def test_lists_with_leave_or_absence_stand_under_what_they_count_for(cast: Cast):
    march, april, june, august = (date(YEAR, month, 6) for month in (3, 4, 6, 8))
    absent = marked(cast, "M001", june, Presence.ABSENT)
    on_leave = marked(cast, "M001", march, Presence.ON_LEAVE)
    marked(cast, "M001", april, Presence.PRESENT)
    marked(cast, "M001", date(YEAR, 5, 6), Presence.EXEMPT)
    marked(cast, "M002", april, Presence.ABSENT)
    marked(cast, "M001", august, Presence.ABSENT)
    found = missed(derivation(cast, as_of=date(YEAR, 7, 1)))
    assert found == {"org_life": [(march, "Asked for leave", on_leave), (june, "Absent", absent)]}


def test_what_was_missed_elsewhere_is_told_to_whoever_reads_it_there(cast: Cast):
    book = Ledger(cast)
    book.transfer("M101", "DT0101", "community.member", date(2026, 1, 1))
    book.transfer("M101", "DT0201", "community.member", date(2026, 8, 1))
    book.transfer("M101", "DT0101", "community.member", date(2026, 9, 1))
    here = marked(cast, "M101", date(2026, 5, 4), Presence.ABSENT)
    there = marked(cast, "M101", date(2026, 8, 9), Presence.ABSENT, "DT0201")
    today = date(2026, 9, 15)
    told = {
        user.username: [url for _day, _mark, url in missed(derivation(cast, "M101", today, user))["org_life"]]
        for user in (cast.owner, cast.committee)
    }
    assert told == {"owner": [here], "committee": [here, there]}
    assert cast.client(cast.owner).get(here).status_code == 200


def test_what_was_missed_in_another_role_is_none_of_this_ones(cast: Cast, book: Ledger):
    cast.admit("M009", "新来的", "DT0101", "in_service.member")
    may, july = date(YEAR, 5, 4), date(YEAR, 7, 4)
    there = marked(cast, "M009", may, Presence.ABSENT)
    assert missed(derivation(cast, "M009")) == {"community_life": [(may, "Absent", there)]}
    book.transfer("M009", "DT0102", "community.member", date(YEAR, 7, 1))
    here = marked(cast, "M009", july, Presence.ABSENT, "DT0102")
    assert missed(derivation(cast, "M009", user=cast.committee)) == {"org_life": [(july, "Absent", here)]}
