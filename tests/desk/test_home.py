"""The first page: what is due, who is behind and on what, and the branches below a committee."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import translation

from appraisal.models import Snapshot
from members.enums import DutyKind, OrganisationKind
from members.models import Duty, Organisation
from members.scope import Scope
from members.services import duties, organisations, roster
from reports.desk.services import home_below
from reports.desk.services.home_due import Due, due
from scoring.models import Scheme
from scoring.services.standards import StandardsBook
from tests.cast import CANARY, SINCE, Cast
from tests.desk.ledger import Ledger, days
from tests.desk.reader import browser, queries, text_of, words_of
from tests.desk.test_pages import add_members
from tests.kept import once

YEAR = 2026


@pytest.fixture
def filled(cast: Cast) -> Cast:
    """By 15 September: M001 on course, M004 slow, M002 without an entry.

    Asked for: org_life 6 for 40 points, volunteer 3 for 30, essay 1 for 12, dues 12 for 8; judged 10. To be
    expected are 9/12 of 90: 67.50.
    """
    return once("until September", lambda: until_september(cast))


def until_september(cast: Cast) -> Cast:
    book = Ledger(cast)
    book.times("M001", "org_life", days("02-05", 4, YEAR))
    book.entry("M001", "volunteer", date(YEAR, 3, 5), 3)
    book.dues("M001", range(1, 10), YEAR)
    book.times("M004", "org_life", days("02-05", 3, YEAR))
    book.dues("M004", range(1, 10), YEAR)
    return cast


def home(cast: Cast, who: str, query: str = "") -> str:
    return words_of(browser(cast, getattr(cast, who)).get(f"/{query}"))


def due_on(cast: Cast, day: date, code: str = "DT0101") -> list[Due]:
    organisation = Organisation.objects.get(code=code)
    with translation.override("en"):
        return due(organisation, Scope.of(cast.owner, day), StandardsBook.for_year(day.year), crowded=False)


def freeze(cast: Cast, purpose: str, period: str, day: date) -> None:
    organisation = cast.organisations["DT0101"]
    Snapshot.objects.create(
        organisation=organisation, purpose=purpose, period=period, as_of=day, scheme=Scheme.objects.get(),
        organisation_name=organisation.name, digest="0" * 64, frozen_at=cast.now,
    )  # fmt: skip


# --- a branch whose records are kept --------------------------------------------------------------


def test_who_is_behind_stands_with_the_pace_and_the_two_indicators_furthest_from_quota(filled: Cast):
    page = home(filled, "owner")
    # M002: 0 of 67.50. M004: 3/6 of 40 and 9/12 of 8 are 26 of 67.50.
    assert "李芳 0.00 参加党的组织生活 0 of 6 次 参加志愿服务活动 0 of 3 次" in page
    assert "赵组长 0.39 参加志愿服务活动 0 of 3 次 撰写党员学习心得体会 0 of 1 篇" in page
    assert page.index("李芳 0.00") < page.index("赵组长 0.39")
    assert "张晓明 0." not in page
    assert CANARY not in page


def test_each_leads_to_where_it_is_done(filled: Cast):
    body = browser(filled, filled.owner).get("/").content.decode()
    for url in (
        "/activities/new/", "/branches/DT0101/quick/", "/branches/DT0101/scores/#print", "/members/M002/",
        "/branches/DT0101/dues/2026/", "/branches/DT0101/judged/2026/", "/branches/DT0101/standing/",
        "/branches/DT0101/roster/", "/search/", "/branches/DT0101/scores/?year=2026#print",
        "/admin/scoring/bonus/add/",
    ):  # fmt: skip
        assert f'href="{url}"' in body, url


def test_in_september_summary_notice_and_eight_months_of_dues_are_due(filled: Cast):
    notice, dues, summary = due_on(filled, filled.today)
    assert (notice.title, notice.late) == ("Half-year notice: the first half of 2026", True)
    assert notice.note == "Over since June 30, 2026, and not issued yet."
    assert (dues.late, dues.url) == (True, "/branches/DT0101/dues/2026/?indicator=dues")
    assert dues.note == (
        "January (1 member), February (1 member), March (1 member), April (1 member), May (1 member), "
        "June (1 member), July (1 member), August (1 member)"
    )
    assert summary.title == "Quarterly summary and analysis: the third quarter of 2026"
    assert (summary.note, summary.late) == ("The figures are provisional until Sept. 30, 2026.", False)


def test_what_is_done_is_no_longer_due(filled: Cast):
    freeze(filled, "notice", "2026H1", date(YEAR, 6, 30))
    Ledger(filled).dues("M002", range(1, 9), YEAR)
    assert [one.title for one in due_on(filled, filled.today)] == [
        "Quarterly summary and analysis: the third quarter of 2026"
    ]


def test_after_the_years_end_both_notices_and_the_appraisal_are_due(filled: Cast):
    freeze(filled, "notice", "2026H1", date(YEAR, 6, 30))
    Ledger(filled).votes("M001", 3, 0, 0, 0, year=YEAR)
    found = {one.title: one for one in due_on(filled, date(2027, 1, 20))}
    assert {
        "Half-year notice: the second half of 2026",
        "Annual notice: the year 2026",
        "Quarterly summary and analysis: the fourth quarter of 2026",
        "Democratic appraisal of 2026: votes not recorded",
    } < set(found)
    assert found["Democratic appraisal of 2026: votes not recorded"].note == "李芳, 赵组长"
    annual = found["Annual notice: the year 2026"]
    assert annual.url == "/branches/DT0101/scores/?year=2026#print"
    dues = next(one for one in found.values() if "dues" in one.url)
    assert dues.url.startswith("/branches/DT0101/dues/2026/")
    assert dues.note.endswith("October (3 members), November (3 members), December (3 members)")


def test_an_appraisal_is_not_missed_in_april(filled: Cast):
    assert not [one for one in due_on(filled, date(2027, 4, 1)) if "appraisal" in one.title]


def test_before_the_plan_held_nothing_can_be_printed(cast: Cast):
    cast.admit("M030", "老党员", "DT0101", start=date(2010, 1, 1))
    assert [one.title for one in due_on(cast, date(2014, 9, 1)) if "print" in one.url] == []


def test_in_the_first_quarter_nobody_is_behind_and_the_page_says_so(filled: Cast, monkeypatch):
    monkeypatch.setattr("members.access.timezone.now", lambda: filled.now.replace(month=2))
    page = home(filled, "owner")
    assert "Who is behind is told from quarter 2 on." in page
    assert "Furthest from the quota" not in page


def test_an_empty_branch_is_told_what_to_do_next(cast: Cast):
    Duty.objects.filter(user=cast.owner).update(organisation=cast.organisations["DT0102"])
    assert "No members yet. Import the roster" in home(cast, "owner")
    cast.admit("M050", "新党员", "DT0102")
    page = home(cast, "owner")
    assert "Nothing is recorded of 2026 yet." in page
    assert "No members yet" not in page
    Ledger(cast).entry("M050", "org_life", date(YEAR, 3, 5))
    assert "Nothing is recorded of 2026 yet." not in home(cast, "owner")


def test_of_a_crowded_organisation_the_units_below_are_listed_instead(filled: Cast, monkeypatch):
    monkeypatch.setattr("reports.desk.services.home_kept.MOST", 3)
    page = home(filled, "owner")
    assert "There are too many members for one page" in page
    assert "Branches below, the longest without an entry first" in page
    assert "李芳 0.00" not in page


def test_the_first_page_counts_whom_the_table_of_scores_shows(filled: Cast):
    """Whose posting has ended is kept by the branch, and stands in no table of today."""
    posting = filled.members["M001"].postings.get()
    roster.end_posting(by=filled.operator, posting=posting, end=date(YEAR, 6, 30))
    assert "DT0101 · Branch · 3 members" in home(filled, "owner")
    assert " 3 members " in text_of(browser(filled, filled.owner).get("/branches/DT0101/scores/"))


def test_the_pace_is_explained_where_it_stands(filled: Cast):
    client = browser(filled, filled.owner)
    for page in ("/", "/branches/DT0101/scores/", "/branches/DT0101/scores/?going=behind"):
        assert "points earned over the points to be expected by now" in text_of(client.get(page)), page


def test_two_branches_come_one_after_the_other(filled: Cast):
    duties.assign_duty(by=filled.operator, user=filled.owner, kind=DutyKind.SECRETARY,
                       organisation=filled.organisations["DT0102"], start=SINCE)  # fmt: skip
    page = home(filled, "owner")
    assert page.index("东塘第一党支部 DT0101 · Branch · 4 members") < page.index(
        "东塘第二党支部 DT0102 · Branch · 0 members"
    )


# --- the committee --------------------------------------------------------------------------------


def test_whoever_reads_one_organisation_has_its_scores_and_analysis_in_the_menu(filled: Cast):
    for user, ways in (
        (filled.owner, ["/branches/DT0101/scores/", "/branches/DT0101/analysis/"]),
        (filled.committee, ["/branches/DT/scores/", "/branches/DT/analysis/"]),
        (filled.administrator, []),
    ):
        body = browser(filled, user).get("/guide/").content.decode()
        menu = body.split('class="site-nav"')[1].split("</nav>")[0]
        assert re.findall(r'href="(/branches/\w+/(?:scores|analysis)/)"', menu) == ways


def test_the_committee_sees_what_each_branch_has_recorded(filled: Cast):
    page = text_of(browser(filled, filled.committee).get("/"))
    # M001 has 4 + 1 + 9 entries, M004 3 + 9. Who recorded nothing goes first, who has nobody last.
    theirs = page.index(f"城南党支部{CANARY} DT0201 · 城南社区党总支 2 0 —")
    ours = page.index("东塘第一党支部 DT0101 · 东塘社区党总支 4 26 2026-09-10")
    empty = page.index("东塘第二党支部 DT0102 · 东塘社区党总支 0 0 —")
    assert theirs < ours < empty
    assert "西塘" not in page
    assert "With pace and points" in page


def test_with_the_pace_the_slowest_branch_goes_first(filled: Cast):
    Ledger(filled).times("M101", "org_life", days("04-12", 6, YEAR))
    counted = text_of(browser(filled, filled.committee).get("/"))
    assert counted.index("DT0101 · ") < counted.index("DT0201 · ")
    page = text_of(browser(filled, filled.committee).get("/", {"pace": 1, "order": "pace"}))
    # Paces 0.93, 0.00, 0.39; points 72.67, 10.00, 36.00.
    ours = page.index("东塘第一党支部 DT0101 · 东塘社区党总支 4 26 2026-09-10 0.44 2 · 东塘第一党支部 39.56")
    # Paces 40 of 67.50 (0.59) and 0.00; points 50.00 and 10.00.
    theirs = page.index(
        f"城南党支部{CANARY} DT0201 · 城南社区党总支 2 6 2026-09-12 0.30 1 · 城南党支部{CANARY} 30.00"
    )
    empty = page.index("东塘第二党支部 DT0102 · 东塘社区党总支 0 0 — — 0 —")
    assert theirs < ours < empty
    assert "the mean of the members" in page
    assert "西塘" not in page


def test_the_pace_that_comes_later_moves_no_row(filled: Cast):
    Ledger(filled).times("M101", "org_life", days("04-12", 6, YEAR))
    client = browser(filled, filled.committee)
    first, paced = client.get("/"), client.get("/?pace=1")
    codes = [
        [one.unit.organisation.code for one in page.context["home"].overview.rows] for page in (first, paced)
    ]
    assert codes[0] == codes[1] == ["DT0101", "DT0201", "DT0102"]
    # What is to come has its place already.
    assert text_of(first).count("Average pace") == text_of(paced).count("Average pace")
    assert "2026-09-10 … … …" in text_of(first)
    assert "The slowest first" in text_of(paced)
    assert "The longest without an entry first" in text_of(client.get("/?pace=1&order=pace"))


def test_entries_of_who_has_moved_go_with_the_member(filled: Cast):
    roster.transfer(
        by=filled.operator, member=filled.members["M001"], organisation=filled.organisations["DT0102"],
        role=filled.roles["community.member"], start=date(YEAR, 9, 1),
    )  # fmt: skip
    page = text_of(browser(filled, filled.committee).get("/"))
    assert "DT0101 · 东塘社区党总支 3 12 " in page
    assert "DT0102 · 东塘社区党总支 1 14 " in page


def test_a_tree_too_large_to_score_at_once_is_counted_and_says_so(filled: Cast, monkeypatch):
    monkeypatch.setattr(home_below, "CHUNK", 5)
    page = text_of(browser(filled, filled.committee).get("/", {"pace": 1}))
    assert "too many members below to be scored at once" in page
    assert "DT0101 · 东塘社区党总支 4 26 2026-09-10" in page
    assert "Average pace" not in page


def more_branches(cast: Cast, count: int) -> None:
    for place in range(count):
        code = f"DT01N{place}"
        cast.organisations[code] = organisations.found(
            by=cast.operator, code=code, name=f"新支部{place}", kind=OrganisationKind.BRANCH,
            parent=Organisation.objects.get(code="DT01"),
        )  # fmt: skip
        add_members(cast, code, 3, 100 * place)


@pytest.mark.parametrize("query, expected", [("", 11), ("?pace=1", 25)])
def test_twelve_branches_take_as_many_queries_as_three(filled: Cast, query: str, expected: int):
    client = filled.client(filled.committee)
    before = queries(client, f"/{query}")
    more_branches(filled, 9)
    assert (before, queries(client, f"/{query}")) == (expected, expected)
