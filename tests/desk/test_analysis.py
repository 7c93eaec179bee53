"""The analysis of a branch and of a subtree: whom it names, what it adds up, as many queries for many."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

from appraisal.models import BranchYear
from members.services import roster
from members.services.by import By
from reports.desk.services import units
from reports.desk.services.analysis.drawing import Bar, drawing
from reports.desk.services.analysis.page import Analysis
from reports.desk.services.analysis.tabled import Tabled
from reports.desk.services.person import Standing, standing
from reports.desk.views import analysis as view
from scoring.models import Scheme
from tests.cast import CANARY, Cast
from tests.desk.ledger import YEAR, Ledger
from tests.desk.reader import browser, queries, text_of
from tests.desk.test_branch_workbook import workbook
from tests.reviews import approved

BRANCH = "/branches/DT0101/analysis/"
ABOVE = "/branches/DT/analysis/"
AUTUMN = f"{YEAR}-09-30"


def made(cast: Cast, path: str = BRANCH, user: Any = None, **asked: str) -> Analysis:
    """What the page shows."""
    client = browser(cast, user or cast.committee)
    return client.get(path, {"as_of": AUTUMN, **asked}).context["made"]


def listed(table: Tabled | None) -> list[tuple[Any, ...]]:
    assert table is not None
    return [line.values for line in table.lines]


def on_own_page(cast: Cast, number: str, day: str) -> Standing:
    """What the member's page shows as of a day."""
    scope, as_of = cast.by(cast.owner).scope, date.fromisoformat(day)
    found = standing(member=cast.members[number], year=YEAR, as_of=as_of, scope=scope)
    assert found is not None
    return found


def recorded(cast: Cast, number: str, indicator: str, day: date, on: datetime, quantity: int = 1) -> None:
    """An entry dated on a day that is recorded on another."""
    book = Ledger(cast)
    book.by = By.operator(timezone.make_aware(on))
    book.entry(number, indicator, day, quantity)


# --- what is shown --------------------------------------------------------------------------------


def test_the_page_says_from_where_members_are_behind_and_ahead(case_2: Cast):
    page = text_of(browser(case_2, case_2.owner).get(BRANCH, {"as_of": AUTUMN}))
    # I20: a pace below one half from the second quarter on; the top 10 per cent of branch and category.
    assert "Amber is behind: a pace below 0.50, from quarter 2 on." in page
    assert "Ahead is the first 10% of a branch’s category by points." in page


def test_a_branch_sees_its_course_and_who_is_behind_with_what_they_need(case_2: Cast):
    shown = made(case_2, user=case_2.owner)
    # M001: 26.67 of org_life, 30 of volunteer, dues 9 of 12: 6, presumed 10. M002 and M004: presumed 10.
    assert shown.facts[:2] == (("Members with points", "3"), ("Average points", "30.89"))
    assert listed(shown.quarters_table) == [
        # March: M001 has 1 meeting, 3 hours, 3 months of dues: 6.67 + 30 + 2 + 10 = 48.67
        ("2025Q1", 3, 2289, 57, 0),
        ("2025Q2", 3, 2800, 40, 2),
        ("2025Q3", 3, 3089, 31, 2),
    ]
    needed = "参加党的组织生活 6 次, 参加志愿服务活动 3 次, 撰写党员学习心得体会 1 篇, 及时足额缴纳党费 "
    needed += "12 个月"
    assert listed(shown.behind) == [
        ("李芳", "东塘第一党支部", 1000, 0, 1000, needed, 9000),
        ("赵组长", "第一党小组", 1000, 0, 1000, needed, 9000),
    ]
    assert [one.weak for one in shown.parts[0].indicators] == [True, True, True, True, False, False]
    assert shown.units is None
    assert shown.before is None


def test_it_begins_with_the_quotas_missed_most_and_for_how_many(case_2: Cast):
    # By September: M001 has 26.67 of 30 for meetings, all hours, no essay (9 by now), its 9 months of dues;
    # the others nothing of 30, 22.50, 9 and 6. Of quotas of 6, 3, 1 and 12 are due by now 5, 3, 1 and 9.
    assert listed(made(case_2).gaps) == [
        ("参加党的组织生活", 3, 3, "11 次", 6333),
        ("参加志愿服务活动", 2, 3, "6 次", 4500),
        ("撰写党员学习心得体会", 3, 3, "3 篇", 2700),
        ("及时足额缴纳党费", 2, 3, "18 个月", 1200),
    ]
    page = text_of(browser(case_2, case_2.owner).get(BRANCH, {"as_of": AUTUMN}))
    assert page.index("To be made up for first") < page.index("Members by points")


def test_amber_is_what_is_short_of_its_stroke_here_and_on_the_members_page(case_2: Cast):
    for number in ("M002", "M004"):
        recorded(case_2, number, "org_life", date(YEAR, 5, 4), datetime(YEAR, 5, 4, 9), quantity=4)
    part = made(case_2).parts[0]
    # 80 of 120 points are 66.7 per cent, of which 75 are due: a pace of 0.89, so it does not lag.
    first = part.indicators[0]
    assert (first.name, first.share, first.due, first.weak) == ("参加党的组织生活", "66.7%", "75%", True)
    assert first.name not in part.lagging
    bars = on_own_page(case_2, "M001", AUTUMN).bars
    # 4 of 6 meetings are short of 75 per cent, 9 of 12 months of dues are not.
    short = {bar.line.code: bar.short for bar in bars}
    assert {code for code, is_short in short.items() if is_short} == {"org_life", "essay"}


@pytest.mark.parametrize(
    "day, meetings, services, dues, pace, behind",
    [
        (f"{YEAR}-08-31", 0, 3, 0, 50, 2),  # 30 of the 60 points that are due of 90: 0.5 itself
        (f"{YEAR}-12-31", 6, 0, 7, 50, 3),  # 44.67 of 90: 0.4963, printed as 0.50 and below it all the same
        (f"{YEAR}-12-31", 6, 0, 6, 49, 3),  # 44.00 of 90: 0.4889
    ],
)
def test_number_list_and_chart_of_those_behind_agree(
    cast: Cast, day: str, meetings: int, services: int, dues: int, pace: int, behind: int
) -> None:
    book = Ledger(cast)
    for indicator, times in (("org_life", meetings), ("volunteer", services)):
        if times:
            book.entry("M001", indicator, date(YEAR, 2, 1), times)
    book.dues("M001", range(1, dues + 1))
    shown = made(cast, as_of=day)
    # The two others have done nothing.
    assert shown.facts[-1] == ("Behind", str(behind))
    assert len(listed(shown.behind)) == behind
    assert listed(shown.parts[0].pace_table)[:2] == [("<0.50", behind), ("0.50–0.75", 3 - behind)]
    going = on_own_page(cast, "M001", day).going
    assert going is not None
    assert (going.pace, going.behind) == (pace, behind == 3)


def test_the_forecast_lets_members_go_on_as_they_have_up_to_the_points(case_2: Cast):
    client = browser(case_2, case_2.committee)
    _header, *below = workbook(client, f"{ABOVE}workbook/", as_of=AUTUMN, table="units")
    # M001: org_life 26.67 × 12 / 9 = 35.56, volunteer has its 30, dues 6 × 12 / 9 = 8, presumed 10: 83.56;
    # with the two who have 10.00 on average 34.52.
    assert below[0] == ("东塘第一党支部", 3, 30.89, 0.31, 2, 34.52)


def test_at_the_years_end_the_forecast_is_the_score(case_2: Cast):
    for values in listed(made(case_2, ABOVE, year=str(YEAR), as_of=f"{YEAR}-12-31").units):
        assert values[2] == values[5]


def test_a_member_who_moved_on_is_counted_and_not_named(case_2: Cast):
    roster.transfer(
        by=case_2.operator,
        member=case_2.members["M002"],
        organisation=case_2.organisations["DT0201"],
        role=case_2.roles["community.member"],
        start=date(2026, 3, 1),
    )
    page = browser(case_2, case_2.owner).get(BRANCH, {"as_of": AUTUMN})
    assert "李芳" not in text_of(page)
    assert "1 member of that day has moved since" in text_of(page)
    assert page.context["made"].facts[-1] == ("Behind", "2")


def test_a_group_is_analysed_alone(case_2: Cast):
    shown = made(case_2, "/branches/DT010101/analysis/", user=case_2.owner)
    assert shown.facts[0] == ("Members with points", "1")
    assert [values[0] for values in listed(shown.behind)] == ["赵组长"]


def test_nobody_reads_the_analysis_of_another(case_2: Cast):
    assert CANARY not in text_of(browser(case_2, case_2.owner).get(BRANCH, {"as_of": AUTUMN}))
    for user, path in ((case_2.other, BRANCH), (case_2.owner, ABOVE), (case_2.administrator, BRANCH)):
        for address in (path, f"{path}workbook/"):
            assert browser(case_2, user).get(address).status_code == 404


def test_of_a_year_without_anybody_or_without_a_scheme_the_page_says_so(cast: Cast):
    cast.admit("M030", "老党员", "DT0101", start=date(2010, 1, 1))
    client = browser(cast, cast.owner)
    assert "No scheme in force on 1 January 2014" in text_of(client.get(BRANCH, {"year": "2014"}))
    assert "Nobody here has points on that day." in text_of(
        browser(cast, cast.committee).get("/branches/DT0102/analysis/")
    )
    assert "That year has not begun." in text_of(client.get(BRANCH, {"year": "2031"}))


# --- units side by side ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "order, first", [("", "东塘"), ("points", "城南"), ("-points", "东塘"), ("members", "城南")]
)
def test_units_are_ordered_by_a_column(case_2: Cast, order: str, first: str):
    for table in (made(case_2, ABOVE, order=order).units,):
        assert listed(table)[0][0].startswith(first)


def test_who_is_counted_is_called_the_same_in_every_part(case_2: Cast):
    shown = made(case_2, ABOVE)
    for table in (shown.units, shown.quarters_table, shown.parts[0].points_table):
        assert table is not None
        assert str(table.columns[1].title) == shown.facts[0][0] == "Members with points"


def test_of_a_group_those_are_ahead_who_are_so_in_the_branch(case_2: Cast):
    # Of three in the branch one is ahead: M001 of the branch itself, and nobody of the group.
    group = dict(made(case_2, "/branches/DT010101/analysis/").facts)
    assert (group["Members with points"], group["Ahead"], group["Behind"]) == ("1", "0", "1")
    assert dict(made(case_2).facts)["Ahead"] == "1"


def test_the_rush_watch_says_why_no_row_is_marked(case_2: Cast):
    client = browser(case_2, case_2.committee)
    said = "It sets no limit for these shares, so no row is marked"
    assert said in text_of(client.get(ABOVE, {"as_of": AUTUMN}))
    assert said not in text_of(client.get(BRANCH, {"as_of": AUTUMN}))  # one branch alone has no rows


def test_units_lead_to_their_own_analysis(case_2: Cast):
    shown = made(case_2, ABOVE, order="-points").units
    assert shown is not None
    assert shown.lines[0].url == f"{BRANCH}?year=2025&as_of={AUTUMN}"


def test_of_many_members_one_part_is_shown_at_a_time_and_nobody_by_name(case_2: Cast, monkeypatch):
    monkeypatch.setattr(units, "MOST_ROWS", 2)
    course = made(case_2, ABOVE)
    assert (course.behind, course.quarters_table, course.watch) == (None, None, None)
    assert len(listed(course.units)) == 2
    quarters = made(case_2, ABOVE, show="quarters")
    assert (quarters.parts, quarters.units, quarters.watch) == ((), None, None)
    assert len(listed(quarters.quarters_table)) == 3
    assert made(case_2, ABOVE, show="rush").watch is not None


def test_of_more_members_than_are_scored_at_once_the_units_are_listed(case_2: Cast, monkeypatch):
    monkeypatch.setattr(view, "CHUNK", 3)
    page = text_of(browser(case_2, case_2.committee).get(ABOVE, {"as_of": AUTUMN}))
    assert "There are too many members below to be scored at once" in page
    assert "城南党支部" in page


# --- the rush watch -------------------------------------------------------------------------------


def test_the_watch_tells_units_apart(case_2: Cast):
    recorded(case_2, "M101", "volunteer", date(YEAR, 12, 1), datetime(YEAR, 12, 2))
    recorded(case_2, "M101", "volunteer", date(YEAR, 6, 1), datetime(YEAR, 7, 1))  # 30 days later
    recorded(case_2, "M102", "org_life", date(YEAR, 6, 1), datetime(YEAR, 7, 2))  # 31 days later
    recorded(case_2, "M102", "org_life", date(YEAR, 6, 2), datetime(YEAR, 7, 2))
    watch = made(case_2, ABOVE, as_of=f"{YEAR}-12-31").watch
    assert watch is not None
    busy = listed(watch.units)[1]
    # Counted: 10 + 10 of volunteering, 6.67 + 6.66 of meetings; 10 of them came in December.
    assert busy == ("城南党支部" + CANARY, 4, 30, 25, 50, date(YEAR, 7, 2))
    week = dict(listed(watch.by_week))
    assert (week[date(YEAR, 5, 28)], week[date(YEAR, 11, 26)]) == (3, 1)
    ordered = made(case_2, ABOVE, as_of=f"{YEAR}-12-31", order="-busiest").watch
    assert ordered is not None
    assert [values[4] for values in listed(ordered.units)] == [100, 50]


def test_before_the_last_weeks_nothing_has_come_in_them(case_2: Cast):
    recorded(case_2, "M002", "volunteer", date(YEAR, 11, 16), datetime(YEAR, 11, 16))
    recorded(case_2, "M002", "volunteer", date(YEAR, 11, 17), datetime(YEAR, 11, 17))
    for day, share in (("11-16", "0%"), ("11-17", "13%")):
        watch = made(case_2, as_of=f"{YEAR}-{day}").watch
        assert watch is not None
        # 56.67 + 10 + 10: one hour of them on the first of the last 45 days
        assert watch.facts[0].text == share


def test_the_days_watched_are_the_schemes(case_2: Cast, monkeypatch):

    original = Scheme.from_db.__func__

    def shorter(cls: Any, *given: Any) -> Any:
        row = original(cls, *given)
        row.rush_days, row.late_days = 10, 700
        return row

    monkeypatch.setattr(Scheme, "from_db", classmethod(shorter))
    watch = made(case_2, as_of=f"{YEAR}-12-31").watch
    assert watch is not None
    assert watch.facts[0].title == "In the last 10 days"
    assert watch.facts[1].text == "0 of 17 entries (0%)"


# --- as workbooks, and what it takes --------------------------------------------------------------


def test_every_table_is_a_workbook_and_what_is_none_leads_back(case_2: Cast):
    client = browser(case_2, case_2.committee)
    for key in ("points", "pace", "indicators", "quarters", "behind", "units", "weeks", "rush"):
        table = made(case_2, ABOVE).table(key)
        assert table is not None
        header, *found = workbook(client, f"{ABOVE}workbook/", as_of=AUTUMN, table=key)
        assert header == tuple(str(column.title) for column in table.columns)
        assert len(found) == len(table.lines)
    answer = client.get(f"{ABOVE}workbook/", {"as_of": AUTUMN, "table": "years"})
    assert answer["Location"] == f"{ABOVE}?as_of={AUTUMN}&table=years"


def test_as_many_queries_for_three_branches_as_for_one(case_2: Cast):
    client = browser(case_2, case_2.committee)
    few = queries(client, f"{ABOVE}?as_of={AUTUMN}")
    for place, code in enumerate(("DT0102", "DT0102", "DT0201", "DT0101")):
        number = f"M8{place:02}"
        case_2.admit(number, f"新{place}", code, "community.member", date(2020, 1, 1))
        recorded(case_2, number, "org_life", date(YEAR, 3, 3), datetime(YEAR, 3, 4))
    assert len(listed(made(case_2, ABOVE).units)) == 3
    assert queries(client, f"{ABOVE}?as_of={AUTUMN}") == few


def test_the_results_of_the_year_before_stand_beside_it(case_2: Cast):

    approved(case_2)
    shown = made(case_2, as_of="2026-06-30", user=case_2.owner)
    frozen = listed(shown.before)[0]
    # M001 has 74.67 and 73.94, good; the two others 10.00 and no vote.
    assert frozen[:4] == ("2025", 3, 3156, 7394)
    assert sum(frozen[4:]) == 1
    assert BranchYear.objects.approved().count() == 1


def test_a_label_too_wide_for_its_bar_has_lines_to_stand_in():
    labels = ["90–100", "2026Q4（至今）", "2026Q4 so far", "≥1.00"]
    shapes = drawing([Bar(label, 1, "") for label in labels]).shapes
    assert [shape.lines for shape in shapes] == [
        ("90–", "100"), ("2026Q4", "（至今）"), ("2026Q4", " so far"), ("≥1.00",),
    ]  # fmt: skip
