"""What a year lacks and what is unusual in it, and what a committee looks at before it approves it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appraisal.enums import Missing, TallySource, Unusual, Warned, YearState
from appraisal.models import BranchYear, Objection, ReviewSettings
from appraisal.services import cases, years
from appraisal.services.eligibility import eligibility
from appraisal.services.objections import answer_objection, register_objection
from appraisal.services.readiness import Finding, readiness
from appraisal.services.review_facts import Facts, facts
from appraisal.services.superseded import difference
from members.errors import OutOfScope, Refused, Stale
from members.models import Leave, Member
from members.services import recording, roster
from members.services.by import By
from scoring.models import Entry, Waiver
from scoring.services import ledger
from tests import ballots
from tests.cast import Cast
from tests.reviews import (
    YEAR,
    good_year,
    later,
    posted,
    said,
    submitted,
    tally,
)
from tests.rows import adjustment, entry, indicator

BRANCH = "DT0101"


@pytest.fixture(autouse=True)
def in_english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


def at(month: int, day: int, year: int = YEAR) -> By:
    return By.operator(datetime(year, month, day, 10, tzinfo=timezone(timedelta(hours=8))))


def told(cast: Cast, year: BranchYear) -> Facts:
    """The facts as the committee over it reads them."""
    return facts(year, cast.by(cast.committee).scope)


def put(cast: Cast, number: str, code: str, on: date, by: By, quantity: int = 1) -> None:
    """An entry, recorded at a moment of its own."""
    row = Entry(member=cast.members[number], indicator=indicator(code), date=on, quantity=quantity)
    ledger.save_entry(by=by, entry=row)


def numbers(finding: Finding) -> list[str]:
    return [one.number for one in finding.members]


# --- readiness ------------------------------------------------------------------------------------


def test_what_a_year_lacks(cast: Cast) -> None:
    for month in range(1, 12):
        entry(cast, cast.members["M001"], "dues", date=date(YEAR, month, 1), quantity=1)
    entry(cast, cast.members["M002"], "dues", date=date(YEAR, 5, 1), quantity=1, on_time=False)
    tally(cast, "M001", 5, 3, 1, 0)
    found = {one.kind: one for one in readiness(cast.organisations[BRANCH], YEAR, cast.today).missing}
    assert set(found) == {Missing.NOT_APPRAISED, Missing.DUES, Missing.NOTICES}
    assert numbers(found[Missing.NOT_APPRAISED]) == ["M002", "M004"]  # M003 is exempt
    # December of M001; eleven months of M002, whose late May is recorded; twelve of M004
    assert numbers(found[Missing.DUES]) == ["M001", "M002", "M004"]
    assert found[Missing.DUES].count == 1 + 11 + 12
    assert found[Missing.NOTICES].count == 2
    assert not any(one.blocks for one in found.values())


def test_a_year_under_way_lacks_what_is_over_alone(cast: Cast) -> None:
    """M001, M002 and M004 owe dues; on 15 September eight months and the first half are over."""
    found = {one.kind: one for one in readiness(cast.organisations[BRANCH], 2026, cast.today).missing}
    assert found[Missing.DUES].count == 3 * 8
    assert found[Missing.NOTICES].periods == ("2026H1",)
    for day, periods in [
        (date(2026, 6, 30), None),
        (date(2026, 7, 1), ("2026H1",)),
        (date(2026, 12, 31), ("2026H1",)),
        (date(2027, 1, 1), ("2026H1", "2026H2")),
    ]:
        found = {one.kind: one for one in readiness(cast.organisations[BRANCH], 2026, day).missing}
        assert (found[Missing.NOTICES].periods if Missing.NOTICES in found else None) == periods, day
    assert found[Missing.DUES].count == 3 * 12


def test_an_objection_that_waits_is_missing_until_it_is_answered(cast: Cast) -> None:
    year = posted(cast)
    objection = Objection(branch_year=year, raised_on=cast.today, text="少记一次")
    register_objection(by=cast.by(cast.owner), objection=objection)
    back = years.return_year(by=later(cast, cast.committee), branch_year=year, reason="异议未答复")
    seen = [Missing.NOT_APPRAISED, Missing.DUES, Missing.NOTICES]
    submit = partial(
        years.submit_year, by=later(cast, cast.owner), organisation=back.organisation, year=YEAR,
        version=back.version, seen=seen,
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        submit()
    assert "Objections not answered" in said(refusal)
    objection.answer = "已核对"
    answer_objection(by=cast.by(cast.owner), objection=objection)
    assert submit().state == YearState.SUBMITTED


def test_dues_are_asked_for_months_of_a_posting_alone(cast: Cast) -> None:
    cast.admit("M060", "钱新来", "DT0201", start=date(YEAR, 10, 20))
    found = {one.kind: one for one in readiness(cast.organisations["DT0201"], YEAR, cast.today).missing}
    assert found[Missing.DUES].count == 12 + 12 + 3


def test_what_is_unusual_in_a_year(cast: Cast) -> None:
    cast.admit("M070", "郑在职", BRANCH, "in_service.member")
    cast.admit("M071", "冯迟到", BRANCH, start=date(YEAR, 12, 20))
    ledger.save_waiver(
        by=cast.operator,
        waiver=Waiver(member=cast.members["M070"], year=YEAR, indicator=indicator("good_deed"), reason="病"),
    )
    put(cast, "M001", "org_life", date(YEAR, 3, 5), at(3, 6), 3)
    put(cast, "M001", "org_life", date(YEAR, 12, 1), at(12, 1), 3)
    put(cast, "M002", "volunteer", date(YEAR, 2, 1), at(3, 4))  # 31 days later
    put(cast, "M002", "volunteer", date(YEAR, 2, 2), at(3, 4))  # 30 days later
    tally(cast, "M001", 9, 0, 0, 0)
    tally(cast, "M002", 0, 0, 1, 9)
    found = {one.kind: one for one in readiness(cast.organisations[BRANCH], YEAR, cast.today).unusual}
    # M001: 0.8 × 50 + 0.2 × 100 = 60.00, which is qualified. M002: 0.8 × 30 + 0.2 × 42. M070: 0
    assert numbers(found[Unusual.FAILED]) == ["M002", "M070"]
    assert numbers(found[Unusual.NO_MONTHS]) == ["M071"]
    assert numbers(found[Unusual.NOTHING_DONE]) == ["M004", "M070"]
    assert numbers(found[Unusual.PRESUMED]) == ["M001", "M002", "M004"]
    assert found[Unusual.PRESUMED].count == 3 * 2  # org_task and conduct of each
    assert numbers(found[Unusual.WAIVED]) == ["M070"]
    assert numbers(found[Unusual.ALIKE]) == ["M001"]
    assert numbers(found[Unusual.UNCOUNTED]) == ["M001", "M002"]
    assert found[Unusual.LATE].count == 1
    # org_life 40.00 of which 20.00 came in December, volunteer 20.00: 20 of 60 points
    assert found[Unusual.RUSH].count == 33


def test_votes_of_a_confirmed_count_are_not_unusual(cast: Cast) -> None:
    ballots.confirmed(cast, ballots.meeting(cast))
    found = {one.kind for one in readiness(cast.organisations[BRANCH], YEAR, cast.today).unusual}
    assert Unusual.UNCOUNTED not in found


# --- facts ----------------------------------------------------------------------------------------


def test_the_facts_of_a_submission(cast: Cast) -> None:
    adjusted = adjustment(cast, "DT01")  # of another year, so that it is not among the facts
    assert adjusted.year != YEAR
    good_year(cast, "M001")
    cast.admit("M070", "郑在职", BRANCH, "in_service.member")
    waiver = Waiver(member=cast.members["M070"], year=YEAR, indicator=indicator("good_deed"), reason="病")
    ledger.save_waiver(by=cast.operator, waiver=waiver)
    leave = Leave(member=cast.members["M002"], start=date(YEAR, 3, 1), end=date(YEAR, 4, 30), reason="外出")
    roster.grant_leave(by=cast.operator, leave=leave)
    ballots.confirmed(cast, ballots.meeting(cast), M002=ballots.Votes(10, 0, 0, 0))
    year = posted(cast)
    register_objection(
        by=cast.by(cast.owner), objection=Objection(branch_year=year, raised_on=cast.today, text="少记")
    )
    seen = told(cast, year)
    # M001: votes 5/3/1/0 give 88.89; 0.8 × 92 + 0.2 × 88.89 = 91.378. M002: daily 10, appraisal 100: 28.
    # M004: daily 10, 88.89: 25.78. M070: 0.
    assert seen.spread.grades == {"excellent": 1, "good": 0, "pass": 0, "fail": 3}
    assert seen.spread.statuses == {"scored": 4, "exempt": 1}
    assert seen.spread.mean == 3629  # (9138 + 2800 + 2578 + 0) / 4
    assert (seen.before, seen.changes) == (None, {})
    assert [one.member.number for one in seen.waivers] == ["M070"]
    assert [one.member.number for one in seen.leaves] == ["M002"]
    assert seen.adjustments == []
    assert [(one.number, codes) for one, codes in seen.presumed] == [
        (number, ("org_task", "conduct")) for number in ("M001", "M002", "M004")
    ]
    assert seen.sources == {TallySource.CONFIRMED: 3}
    assert seen.turnout is not None
    assert (seen.turnout.came, seen.turnout.issued, seen.turnout.returned, seen.turnout.spoiled) == (
        12,
        12,
        11,
        1,
    )
    assert seen.objections == 1
    assert seen.warnings == ()
    assert (seen.rush.days, seen.rush.late_after) == (45, 30)
    assert (seen.rush.busiest.part, seen.rush.busiest.whole) == (3, 3)
    assert seen.rush.busiest_on == cast.today
    assert seen.rush.late.part == 3
    assert (seen.rush.last_weeks.part, seen.rush.last_weeks.whole) == (0, 8200)


@pytest.mark.parametrize(("on", "part"), [(date(YEAR, 11, 16), 0), (date(YEAR, 11, 17), 3000)])
def test_the_last_weeks_begin_forty_five_days_before_the_end(cast: Cast, on: date, part: int) -> None:
    put(cast, "M001", "volunteer", on, cast.operator, 3)
    assert told(cast, submitted(cast)).rush.last_weeks.part == part


def test_the_year_before_is_compared_once_it_is_approved(cast: Cast) -> None:
    for year in (YEAR - 1, YEAR):
        good_year(cast, "M001", year)
        tally(cast, "M001", 4, 4, 0, 0, year=year)
    entry(cast, cast.members["M001"], "volunteer", date=date(YEAR, 5, 5), quantity=1)
    before = posted(cast, year=YEAR - 1)
    assert told(cast, submitted(cast)).before is None
    years.approve_year(by=later(cast, cast.committee), branch_year=before)
    seen = told(cast, BranchYear.objects.get(year=YEAR))
    assert seen.before is not None
    assert seen.before.mean == 9160  # 0.8 × 92 + 0.2 × 90
    # a volunteer more than the quota: daily 93, so 0.8 more
    assert seen.changes == {cast.members["M001"].pk: 80}


def test_no_change_gives_away_what_another_committee_holds_back(cast: Cast) -> None:
    good_year(cast, "M201", YEAR - 1)
    tally(cast, "M201", 0, 1, 0, 0, year=YEAR - 1)  # one vote: how it was cast is for that committee
    by = cast.operator
    before = submitted(cast, "XT01", year=YEAR - 1, by=by)
    before = years.post_notice(
        by=by,
        branch_year=before,
        posted_on=by.today,
        place="x",
        until=by.today,
        least=by.today,
        most=by.today,
    )
    years.approve_year(by=later(cast, cast.elsewhere), branch_year=before)
    roster.transfer(
        by=by, member=cast.members["M201"], organisation=cast.organisations[BRANCH],
        role=cast.roles["community.member"], start=date(YEAR, 2, 1),
    )  # fmt: skip
    good_year(cast, "M201")
    tally(cast, "M201", 10, 2, 0, 0)
    year = submitted(cast)
    assert told(cast, year).changes == {}
    assert list(facts(year, by.scope).changes) == [cast.members["M201"].pk]


def test_warnings_are_off_until_a_committee_wants_them(cast: Cast) -> None:
    good_year(cast, "M001")
    tally(cast, "M001", 9, 1, 0, 0)
    tally(cast, "M002", 5, 5, 0, 0)
    tally(cast, "M004", 5, 5, 0, 0)
    Member.objects.filter(number="M002").update(standing="probationary")
    year = submitted(cast)
    assert told(cast, year).warnings == ()
    settings = ReviewSettings(organisation=cast.organisations["DT"], warn_probationary=True)
    cases.save_review_settings(by=cast.by(cast.committee), settings=settings)
    assert [(one.kind, one.count) for one in told(cast, year).warnings] == [(Warned.PROBATIONARY, 1)]
    settings.warn_excellent = True
    cases.save_review_settings(by=cast.by(cast.committee), settings=settings)
    assert [one.kind for one in told(cast, year).warnings] == [Warned.PROBATIONARY]  # one of three is no more
    nearer = ReviewSettings(organisation=cast.organisations["DT01"])
    cases.save_review_settings(by=cast.by(cast.committee), settings=nearer)
    assert told(cast, year).warnings == ()
    with pytest.raises(OutOfScope):
        cases.save_review_settings(
            by=cast.by(cast.owner), settings=ReviewSettings(organisation=cast.organisations[BRANCH])
        )


def test_more_than_a_third_of_the_graded_are_too_many(cast: Cast) -> None:
    good_year(cast, "M001")
    tally(cast, "M001", 9, 1, 0, 0)
    tally(cast, "M002", 5, 5, 0, 0)
    ReviewSettings.objects.create(organisation=cast.organisations["DT"], warn_excellent=True)
    (warning,) = told(cast, submitted(cast)).warnings
    assert (warning.kind, warning.count, warning.whole) == (Warned.MANY_EXCELLENT, 1, 2)


def test_the_number_of_queries_does_not_depend_on_the_members(cast: Cast) -> None:
    place, counts = cast.organisations[BRANCH], []
    for year in (2023, 2024, 2025):  # the first also reads the scheme, which is then known
        made = submitted(cast, year=year)
        with CaptureQueriesContext(connection) as queries:
            readiness(place, year, cast.today)
            told(cast, made)
            eligibility([place], year + 1, on=cast.today)
            difference(made.snapshot, made.snapshot)  # type: ignore[arg-type]
        counts.append(len(queries))
        for number in range(10):
            cast.admit(f"M{year}{number}", f"新{number}", BRANCH, start=date(year + 1, 1, 1))
    assert counts[1] == counts[2]


def test_settings_that_two_store_first_at_once_are_stale_for_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = cast.organisations["DT"]
    checked = recording._valid

    def overtaken(row: object) -> None:
        checked(row)
        ReviewSettings.objects.create(organisation=place)

    monkeypatch.setattr(recording, "_valid", overtaken)
    with pytest.raises(Stale):
        cases.save_review_settings(
            by=cast.by(cast.committee), settings=ReviewSettings(organisation=place, warn_excellent=True)
        )
