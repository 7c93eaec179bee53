"""What follows from the review: differences, cases, awards; and objections before it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from appraisal.enums import Measure
from appraisal.models import BranchYear, Case, Objection
from appraisal.services import cases, years
from appraisal.services.eligibility import Why, eligibility
from appraisal.services.objections import answer_objection, register_objection
from appraisal.services.superseded import difference
from members.errors import OutOfScope, Refused, Stale
from members.models import LogRow, User
from members.services import roster
from scoring.models import Entry
from scoring.services import ledger
from tests.cast import Cast
from tests.reviews import (
    DAYS,
    YEAR,
    approved,
    good_year,
    later,
    posted,
    submitted,
    tally,
)
from tests.rows import entry

BRANCH = "DT0101"


@pytest.fixture(autouse=True)
def in_english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


# --- what was superseded --------------------------------------------------------------------------


def test_the_difference_between_two_submissions(cast: Cast) -> None:
    tally(cast, "M001", 5, 5, 0, 0)
    old = approved(cast)
    opened = years.reopen_year(by=later(cast, cast.committee), branch_year=old, reason="漏记")
    entry(cast, cast.members["M001"], "org_life", date=date(YEAR, 3, 5), quantity=6)
    new = submitted(cast, by=later(cast, cast.owner, DAYS + 2))
    assert opened.snapshot is not None
    assert new.snapshot is not None
    found = difference(opened.snapshot, new.snapshot)
    # daily 10 → 50; 0.8 × 10 + 18 = 26 → 58
    assert [(one.number, one.figure, one.old, one.new) for one in found] == [
        ("M001", "base", 1000, 5000),
        ("M001", "daily", 1000, 5000),
        ("M001", "annual", 2600, 5800),
    ]
    assert difference(new.snapshot, new.snapshot) == []


# --- cases ----------------------------------------------------------------------------------------


def failing(cast: Cast) -> BranchYear:
    """M001 and M002 are graded, and unqualified."""
    tally(cast, "M001", 5, 5, 0, 0)
    tally(cast, "M002", 5, 5, 0, 0)
    return approved(cast)


def test_approval_opens_a_case_for_each_unqualified_member(cast: Cast) -> None:
    year = failing(cast)
    found = Case.objects.order_by("member__number")
    assert [(one.member.number, one.year, one.branch_year, one.open) for one in found] == [
        ("M001", YEAR, year, True),
        ("M002", YEAR, year, True),
    ]
    assert found[0].opened_on == cast.today + timedelta(DAYS + 1)
    assert LogRow.objects.filter(verb="open case").count() == 2
    assert set(Case.objects.open()) == set(found)


def test_a_case_is_closed_by_both_filings(cast: Cast) -> None:
    failing(cast)
    by, case = later(cast, cast.committee, 30), Case.objects.get(member__number="M001")
    case.education, case.filed_on = "谈心谈话两次", by.today
    cases.save_case(by=by, case=case)
    assert Case.objects.open().count() == 2
    case.education = "支部书记谈心谈话两次，补课一次"
    case.reviewed_on, case.review = by.today, "态度端正，已补齐组织生活"
    case.measure, case.handled_filed_on = Measure.EDUCATION, by.today
    cases.save_case(by=by, case=case)
    assert [one.member.number for one in Case.objects.open()] == ["M002"]
    assert Case.objects.get(pk=case.pk).version == 3


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"filed_on": 31}, "lies in the future"),
        ({"filed_on": 0}, "before it is opened"),
        ({"reviewed_on": 0}, "before it is opened"),
        ({"handled_filed_on": 20}, "which measure"),
    ],
)
def test_a_case_that_cannot_be(cast: Cast, facts: dict[str, int], told: str) -> None:
    failing(cast)
    case = Case.objects.get(member__number="M001")
    for name, days in facts.items():
        setattr(case, name, cast.today + timedelta(days))
    with pytest.raises(Refused) as refusal:
        cases.save_case(by=later(cast, cast.committee, 30), case=case)
    assert told in " ".join(refusal.value.messages)


def test_the_committee_alone_writes_cases(cast: Cast) -> None:
    failing(cast)
    case = Case.objects.get(member__number="M001")
    case.education = "谈话"
    for stranger in (cast.owner, cast.elsewhere, cast.administrator):
        with pytest.raises(OutOfScope):
            cases.save_case(by=later(cast, stranger), case=case)
    assert Case.objects.visible_to(cast.by(cast.owner).scope).count() == 2
    assert Case.objects.visible_to(cast.by(cast.other).scope).count() == 0
    stale = Case.objects.get(pk=case.pk)
    cases.save_case(by=later(cast, cast.committee), case=case)
    stale.education = "别的"
    with pytest.raises(Stale):
        cases.save_case(by=later(cast, cast.committee), case=stale)


def test_a_case_is_withdrawn_where_the_year_says_so_no_more_and_stands_again(cast: Cast) -> None:
    year = failing(cast)
    row = None
    for quantity, left in ((6, ["M002"]), (0, ["M001", "M002"])):
        year = years.reopen_year(by=later(cast, cast.committee), branch_year=year, reason="更正")
        assert Case.objects.standing().count() == 2 if quantity else 1
        if quantity:
            good_year(cast, "M001")
        else:
            for row in Entry.objects.all():
                ledger.withdraw_entry(by=cast.operator, entry=row)
        writer = later(cast, cast.owner, 0)
        year = submitted(cast, by=writer)
        year = years.post_notice(
            by=writer, branch_year=year, posted_on=cast.today, place="栏",
            until=cast.today + timedelta(DAYS), least=cast.today, most=date.max,
        )  # fmt: skip
        year = years.approve_year(by=later(cast, cast.committee), branch_year=year)
        standing = Case.objects.standing().order_by("member__number")
        assert [one.member.number for one in standing] == left
    assert Case.objects.count() == 2
    withdrawn = LogRow.objects.filter(object_type="appraisal.case").order_by("pk")
    assert [one.verb for one in withdrawn] == ["open case", "open case", "withdraw case", "resume case"]


def test_a_case_goes_with_a_member_who_was_in_another_units_results(cast: Cast) -> None:
    year = failing(cast)
    elsewhere = submitted(cast, "DT0201", by=cast.by(cast.other))
    Case.objects.filter(member__number="M001").update(branch_year=elsewhere)
    year = years.reopen_year(by=later(cast, cast.committee), branch_year=year, reason="更正")
    writer = later(cast, cast.owner, 0)
    year = years.post_notice(
        by=writer, branch_year=submitted(cast, by=writer), posted_on=cast.today, place="栏",
        until=cast.today, least=cast.today, most=date.max,
    )  # fmt: skip
    years.approve_year(by=later(cast, cast.committee), branch_year=year)
    assert {one.branch_year for one in Case.objects.standing()} == {year}
    assert Case.objects.count() == 2


def test_a_withdrawn_case_stays_as_it_is(cast: Cast) -> None:
    failing(cast)
    Case.objects.filter(member__number="M001").update(withdrawn_on=cast.today)
    case = Case.objects.get(member__number="M001")
    case.education = "谈话"
    with pytest.raises(Refused) as refusal:
        cases.save_case(by=later(cast, cast.committee), case=case)
    assert "withdrawn" in " ".join(refusal.value.messages)
    assert not case.open


# --- awards ---------------------------------------------------------------------------------------


def test_who_may_take_part_in_awards(cast: Cast) -> None:
    cast.admit("M071", "冯迟到", BRANCH, start=date(YEAR, 12, 20))
    good_year(cast, "M001")
    tally(cast, "M001", 4, 4, 1, 0)
    tally(cast, "M002", 5, 5, 0, 0)
    place = cast.organisations[BRANCH]
    before = eligibility([place], YEAR + 1, on=cast.today)
    assert before.others == ()
    # M004 belongs to a group of the branch.
    assert {(one.number, one.waits_for) for one in before.waiting} == {
        (number, place) for number in ("M001", "M002", "M003", "M004", "M071")
    }
    approved(cast)
    cast.admit("M080", "何新来", BRANCH, start=date(YEAR + 1, 2, 1))
    found = eligibility([place], YEAR + 1, on=cast.today)
    # 0.8 × 92 + 0.2 × 86.67 = 90.934
    assert [(one.number, one.grade, one.annual) for one in found.eligible] == [("M001", "excellent", 9093)]
    assert [(one.number, one.why) for one in found.others] == [
        ("M002", Why.GRADE),
        ("M080", Why.NOT_APPROVED),
        ("M004", Why.NOT_APPRAISED),
    ]
    assert found.waiting == ()
    assert [(one.number, one.why) for one in found.to_decide] == [
        ("M003", Why.EXEMPT),
        ("M071", Why.NO_MONTHS),
    ]
    assert eligibility([cast.organisations["DT0201"]], YEAR + 1, on=cast.today).eligible == ()


def test_a_result_goes_with_the_member_and_gives_no_votes_away(cast: Cast) -> None:
    good_year(cast, "M001")
    tally(cast, "M001", 4, 0, 0, 0)
    approved(cast)
    roster.transfer(
        by=cast.operator, member=cast.members["M001"], organisation=cast.organisations["DT0201"],
        role=cast.roles["community.member"], start=date(YEAR + 1, 2, 1),
    )  # fmt: skip
    (found,) = eligibility([cast.organisations["DT0201"]], YEAR + 1, on=cast.today).eligible
    assert (found.number, found.grade, found.annual) == ("M001", "excellent", None)
    assert found.organisation == cast.organisations["DT0201"]

    def told(user: User) -> int | None:
        scope = cast.by(user).scope
        (one,) = eligibility([cast.organisations["DT0201"]], YEAR + 1, on=cast.today, scope=scope).eligible
        return one.annual

    # The committee over the branch that appraised: 0.8 × 92 + 0.2 × 100.
    assert (told(cast.committee), told(cast.other)) == (9360, None)


# --- objections -----------------------------------------------------------------------------------


def test_an_objection_is_registered_and_answered(cast: Cast) -> None:
    objection = Objection(branch_year=posted(cast), raised_on=cast.today, text="少记一次")
    register_objection(by=cast.by(cast.owner), objection=objection)
    assert list(Objection.objects.unanswered()) == [objection]
    objection.answer = "已核对"
    answer_objection(by=later(cast, cast.owner, 2), objection=objection)
    stored = Objection.objects.get()
    assert (stored.answer, stored.answered_on) == ("已核对", cast.today + timedelta(2))
    verbs = LogRow.objects.filter(object_type="appraisal.objection").order_by("pk")
    assert [row.verb for row in verbs] == ["register objection", "answer objection"]


def test_an_objection_is_not_rewritten_by_its_answer(cast: Cast) -> None:
    objection = Objection(branch_year=posted(cast), raised_on=cast.today, text="少记一次")
    register_objection(by=cast.by(cast.owner), objection=objection)
    for answer, text in (("", "少记一次"), ("已核对", "没有意见")):
        objection.answer, objection.text = answer, text
        with pytest.raises(Refused):
            answer_objection(by=cast.by(cast.owner), objection=objection)
    assert Objection.objects.get().answer == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.update(answered_on=cast.today)


@pytest.mark.parametrize("stranger", ["other", "committee", "administrator"])
def test_only_the_branch_writes_objections(cast: Cast, stranger: str) -> None:
    by = cast.by(getattr(cast, stranger))
    objection = Objection(branch_year=posted(cast), raised_on=cast.today, text="少记一次")
    with pytest.raises(OutOfScope):
        register_objection(by=by, objection=objection)
    register_objection(by=cast.by(cast.owner), objection=objection)
    objection.answer = "不成立"
    with pytest.raises(OutOfScope):
        answer_objection(by=by, objection=objection)


def test_nothing_is_objected_to_before_submission_or_after_approval(cast: Cast) -> None:
    year = approved(cast)
    objection = Objection(branch_year=year, raised_on=cast.today, text="少记一次")
    with pytest.raises(Refused) as refusal:
        register_objection(by=cast.by(cast.owner), objection=objection)
    assert "only the committee can reopen" in " ".join(refusal.value.messages)
    years.reopen_year(by=later(cast, cast.committee), branch_year=year, reason="更正")
    with pytest.raises(Refused) as refusal:
        register_objection(by=cast.by(cast.owner), objection=objection)
    assert "not submitted" in " ".join(refusal.value.messages)
    submitted(cast, by=later(cast, cast.owner, DAYS + 2))
    objection.raised_on = cast.today + timedelta(1)
    with pytest.raises(Refused) as refusal:
        register_objection(by=cast.by(cast.owner), objection=objection)
    assert "future" in " ".join(refusal.value.messages)
