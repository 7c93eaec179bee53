"""A member's page and points card: the figures of worked case 2, what lies around them, who reads them."""

from __future__ import annotations

import io
from datetime import date

import pdfplumber
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appraisal.models import Snapshot
from members.models import Leave
from members.services import log, roster
from reports.desk.services import course
from reports.periods import Period
from reports.services import issuing
from scoring.models import Care, CareVisit
from scoring.services import ledger
from scoring.services.scores import MemberYear
from scoring.services.standards import StandardsBook
from tests import rows
from tests.cast import CANARY, Cast
from tests.desk.ledger import YEAR, Ledger
from tests.desk.reader import browser, kept_as, queries, text_of, words_of
from tests.reviews import approved

PAGE = "/members/M001/"
LAST_YEAR = {"year": YEAR}


def card(cast: Cast, **given: object) -> str:
    """What the owner's card of M001 says."""
    response = browser(cast, cast.owner).get("/members/M001/card/", given)
    assert response["Content-Type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(response.content)) as pdf:
        assert len(pdf.pages) == 1
        return pdf.pages[0].extract_text()


# --- the page -------------------------------------------------------------------------------------


def test_the_head_says_who_the_member_is_and_where_the_member_stands(case_2: Cast):
    page = text_of(browser(case_2, case_2.owner).get(PAGE, LAST_YEAR))
    assert "M001 · 东塘第一党支部 · 社区党员 · 普通党员 · Full member" in page
    assert "73.94 Annual score 良好 Scored" in page
    assert "Base 74.67 Bonus 0.00 Daily score 74.67 Appraisal 71.00 Rank 1 of 1 社区党员" in page
    # (26.67 + 30 + 0 + 8) of 90 points, all twelve months gone; of three in the category the most.
    assert "Pace 0.72 Ahead" in page


def test_every_bar_has_its_figures_beside_it_and_what_is_still_needed(case_2: Cast):
    page = words_of(browser(case_2, case_2.owner).get(PAGE, LAST_YEAR))
    assert "参加党的组织生活 4 次 / 6 次 26.67 / 40 2 次, worth 13.33 points" in page
    assert "参加志愿服务活动 3 次 / 3 次 30.00 / 30 撰写" in page
    assert "撰写党员学习心得体会 0 篇 / 1 篇 0.00 / 12 1 篇, worth 12 points" in page
    assert "及时足额缴纳党费 12 个月 / 12 个月 8.00 / 8 完成" in page
    assert "100% presumed 5.00 / 5" in page
    assert "What is missing would still earn 25.33 points." in page
    assert "The stroke" not in page


def test_while_the_year_runs_a_stroke_shows_where_one_would_be(cast: Cast):
    """On 15 September nine months of twelve have begun."""
    client = browser(cast, cast.owner)
    response = client.get(PAGE)
    assert "one would be by now: 75%" in text_of(response)
    assert response.content.decode().count('<line class="due" x1="75%" x2="75%"') == 4
    # Nothing but what is presumed: 0 of 90 points.
    assert "Pace 0.00 Ahead Behind" in text_of(response)


def test_quarters_stand_side_by_side(case_2: Cast):
    page = text_of(browser(case_2, case_2.owner).get(PAGE, LAST_YEAR))
    assert "2025Q1 48.67 0.00 48.67 — 1.72" in page  # 6.67 + 30 + 2 + 10; 38.67 of 22.50
    assert "2025Q2 64.00 0.00 64.00 +15.33 1.20" in page  # 20 + 30 + 4 + 10; 54 of 45
    assert "2025Q3 72.67 0.00 72.67 +8.67 0.93" in page  # 26.67 + 30 + 6 + 10; 62.67 of 67.50
    assert "2025Q4 74.67 0.00 74.67 +2.00 0.72" in page  # 26.67 + 30 + 8 + 10; 64.67 of 90
    assert "so far" not in page
    running = text_of(browser(case_2, case_2.owner).get(PAGE))
    assert "2026Q3 so far 10.00 0.00 10.00 0.00 0.00" in running
    assert "2026Q4" not in running


def test_a_quarter_before_the_member_came_has_no_points(cast: Cast):
    cast.admit("M009", "新来的", "DT0101", start=date(2026, 5, 1))
    page = text_of(browser(cast, cast.owner).get("/members/M009/"))
    assert "2026Q1 — — — — — 2026Q2 10.00 0.00 10.00 — 0.00" in page


def test_each_quarter_counts_what_stood_at_its_end(cast: Cast):
    """Nine months count from April on: quotas of 5 meetings, 3 hours, 1 essay and 9 months of dues."""
    cast.admit("M009", "新来的", "DT0101", start=date(YEAR, 4, 1))
    book = Ledger(cast)
    for month in (5, 8, 11):
        book.entry("M009", "org_life", date(YEAR, month, 5))
    book.dues("M009", range(4, 10))
    book.contribution("M009", "2", date(YEAR, 8, 20))
    page = text_of(browser(cast, cast.owner).get("/members/M009/", LAST_YEAR))
    assert "2025Q1 — — — — — 2025Q2 20.67 0.00 20.67 — 0.36" in page  # 8 + 2.67 + 10; 10.67 of 30
    assert "2025Q3 31.33 2.00 33.33 +12.66 0.36" in page  # 16 + 5.33 + 10; 21.33 of 60
    assert "2025Q4 39.33 2.00 41.33 +8.00 0.33" in page  # 24 + 5.33 + 10; 29.33 of 90


def test_four_quarters_take_as_many_queries_as_one(case_2: Cast):
    member, book = case_2.members["M001"], StandardsBook.for_year(YEAR)
    taken = []
    for count, day in ((1, date(YEAR, 3, 30)), (4, date(YEAR, 12, 31))):
        now = MemberYear(member_id=member.pk, last=day, book=book).score(day)
        assert now is not None
        with CaptureQueriesContext(connection) as captured:
            assert len(course.quarters(member=member, as_of=day, now=now, book=book)) == count
        taken.append(len(captured))
    assert taken[0] == taken[1]


def test_the_year_is_drawn_by_month_and_stands_behind_it_as_a_table(case_2: Cast):
    book = Ledger(case_2)
    book.entry("M001", "pair_household", date(YEAR, 3, 5), title="刘家")
    book.award("M001", "district", date(YEAR, 5, 4))
    response = browser(case_2, case_2.owner).get(PAGE, LAST_YEAR)
    page = response.content.decode()
    # The middle of March: two months and a half of twelve.
    assert '<text class="disc-text" x="20.83%" y="50%" dy="0.35em">3</text>' in page
    # From the beginning of March to the year's end; the role does not ask for it.
    assert '<rect class="stretch off" x="16.66%" width="83.33%" y="40%" height="6" rx="3"/>' in page
    assert "Awards and contributions" in page
    table = text_of(response).split("The same as a table")[1]
    assert "2025-03-05 参加志愿服务活动 学雷锋志愿服务 3 次" in table
    assert "no: the role does not ask for it" in table


def test_a_month_that_does_not_count_is_shaded(cast: Cast):
    book = Ledger(cast)
    book.leave("M001", date(YEAR, 3, 3), date(YEAR, 3, 20))
    book.entry("M001", "volunteer", date(YEAR, 3, 5))
    page = browser(cast, cast.owner).get(PAGE, LAST_YEAR).content.decode()
    assert page.count('<rect class="shade" x="16.66%" width="8.33%"') == page.count('class="track-line"') == 1


def test_the_year_before_is_what_was_frozen_and_else_what_the_records_say(case_2: Cast):
    client = browser(case_2, case_2.owner)
    page = text_of(client.get(PAGE))
    assert "2025 74.67 73.94 良好 1 from the records 东塘第一党支部" in page
    assert "2024" not in page.split("The years before")[1]
    client.post("/branches/DT0101/print/", {"kind": "annual", "period": "2025"})
    assert Snapshot.objects.get().period == "2025"
    Ledger(case_2).entry("M001", "essay", date(YEAR, 11, 5))
    page = text_of(client.get(PAGE))
    assert "2025 74.67 73.94 良好 1 frozen on 2026-09-15 东塘第一党支部" in page
    # With the essay: 86.67 and 0.8 × 86.67 + 14.20.
    assert "83.54 Annual score" in text_of(client.get(PAGE, LAST_YEAR))


def test_the_year_before_is_that_of_the_notice_in_force(case_2: Cast):
    """Neither of the one it replaces, nor of figures that were frozen and not issued."""
    asked = {"organisation": case_2.organisations["DT0101"], "period": Period.parse("2025"), "annual": True}
    client, by = browser(case_2, case_2.owner), case_2.by(case_2.owner)
    issuing.draft(by=by, **asked)
    assert "2025 74.67 73.94 良好 1 from the records" in text_of(client.get(PAGE))
    issuing.issue(by=by, **asked)
    Ledger(case_2).entry("M001", "essay", date(YEAR, 11, 5))
    issuing.issue(by=by, **asked)
    # With the essay: 86.67 and 0.8 × 86.67 + 14.20.
    assert "2025 86.67 83.54 良好 1 frozen on 2026-09-15" in text_of(client.get(PAGE))


def test_the_year_before_says_when_it_was_approved(case_2: Cast):
    approved(case_2)
    page = text_of(browser(case_2, case_2.owner).get(PAGE))
    # A day after the notice came down; a notice that is printed afterwards changes nothing of that.
    assert "2025 74.67 73.94 良好 1 approved on 2026-09-23 东塘第一党支部" in page
    browser(case_2, case_2.owner).post("/branches/DT0101/print/", {"kind": "annual", "period": "2025"})
    assert "approved on 2026-09-23" in text_of(browser(case_2, case_2.owner).get(PAGE))


def test_frozen_figures_of_another_branch_are_not_read(case_2: Cast):
    """The new secretary reads the member's records, and no notice of the branch left behind."""
    browser(case_2, case_2.owner).post("/branches/DT0101/print/", {"kind": "annual", "period": "2025"})
    roster.transfer(
        by=case_2.operator,
        member=case_2.members["M001"],
        organisation=case_2.organisations["DT0201"],
        role=case_2.roles["community.member"],
        start=date(2026, 3, 1),
    )
    assert browser(case_2, case_2.owner).get(PAGE).status_code == 404
    page = text_of(browser(case_2, case_2.other).get(PAGE))
    assert "2025 74.67 73.94 良好 1 from the records" in page
    assert "frozen on" not in page


def test_who_is_cared_for_has_the_wish_and_the_visits_and_no_bars(cast: Cast):
    aged = cast.members["M003"]
    client = browser(cast, cast.owner)
    bare = text_of(client.get("/members/M003/"))
    assert "own wish not recorded yet Contact member nobody yet No care visit is recorded yet." in bare
    wish = Care(member=aged, wish="by_choice", wished_on=date(2026, 1, 5), contact=cast.members["M002"])
    ledger.save_care(by=cast.operator, care=wish)
    visit = CareVisit(member=aged, date=date(2026, 5, 1), visitor="李芳", heard="盼加装扶手")
    ledger.save_care_visit(by=cast.operator, visit=visit)
    page = text_of(client.get("/members/M003/"))
    assert "Takes part by choice 2026-01-05 Contact member 李芳" in page
    assert "2026-05-01 李芳 — 盼加装扶手" in page
    assert "Done and quota" not in page
    assert "Quarter by quarter" not in page
    assert "Points card" not in page


def test_postings_and_leaves_are_listed_and_lead_to_their_records(case_2: Cast):
    Ledger(case_2).leave("M001", date(YEAR, 3, 3), date(YEAR, 3, 20))
    response = browser(case_2, case_2.owner).get(PAGE)
    page = words_of(response)
    assert "from 2020-01-01 on 东塘第一党支部 · 社区党员 · 普通党员" in page
    assert "2025-03-03 – 2025-03-20 住院" in page
    for row in (case_2.members["M001"].postings.get(), Leave.objects.get()):
        assert f'href="/admin/members/{row._meta.model_name}/{row.pk}/change/"' in response.content.decode()


def test_ways_to_write_are_for_who_may(case_2: Cast):
    ways = ("/admin/scoring/entry/add/?member=", "/history/", "/members/M001/transfer/")
    written = browser(case_2, case_2.owner).get(PAGE).content.decode().split("<main")[1]
    read = browser(case_2, case_2.committee).get(PAGE).content.decode().split("<main")[1]
    assert [way in written for way in ways] == [True, True, True]
    assert [way in read for way in ways] == [False, False, False]
    for page in (written, read):
        assert 'href="/members/M001/scores/2026/"' in page
        assert 'href="/members/M001/card/?period=2026H2"' in page
        assert "period=2026Q4" not in page


def test_the_derivation_leads_back_to_the_member(case_2: Cast):
    page = browser(case_2, case_2.owner).get(f"/members/M001/scores/{YEAR}/").content.decode()
    assert f'<a href="/members/M001/?year={YEAR}">张晓明</a>' in page


@pytest.mark.parametrize(
    "year, said",
    [
        ("2027", "That year has not begun."),
        ("soon", "Enter a whole number."),
        ("\x00", "Enter a whole number."),
        ("9" * 40, "less than or equal to"),
        ("2014", "The member held no posting on Dec. 31, 2014"),
    ],
)
def test_a_year_that_cannot_be_shown_is_answered_with_a_sentence(cast: Cast, year: str, said: str):
    page = text_of(browser(cast, cast.owner).get(PAGE, {"year": year}))
    assert said in page
    assert "from 2020-01-01 on" in page


def test_a_year_without_a_scheme_says_so(cast: Cast):
    cast.admit("M009", "老资格", "DT0101", start=date(2000, 1, 1))
    page = text_of(browser(cast, cast.owner).get("/members/M009/", {"year": "2014"}))
    assert "No scheme in force on 1 January 2014" in page


@pytest.mark.parametrize("who", ["other", "elsewhere", "administrator", "nobody"])
def test_who_does_not_see_the_member_finds_neither_page_nor_card(cast: Cast, who: str):
    client = cast.client(getattr(cast, who))
    for path in (PAGE, "/members/M001/card/", "/members/M001/card/?period=x", "/members/none/"):
        assert client.get(path).status_code == 404


def test_nothing_of_another_branch_is_told(cast: Cast):
    rows.of_members(cast, "DT0201", "M101", CANARY)
    client = browser(cast, cast.owner)
    for path in (PAGE, "/members/M003/", "/search/?q=M"):
        assert CANARY not in client.get(path).content.decode()


def test_looking_writes_nothing(case_2: Cast):
    before = rows.stored()
    client = browser(case_2, case_2.owner)
    for path in (PAGE, f"{PAGE}?year={YEAR}", "/members/M001/card/?period=2025"):
        assert client.get(path).status_code == 200
    assert rows.stored() == before


def test_the_page_takes_as_many_queries_for_three_rows_as_for_one(case_2: Cast):
    client = browser(case_2, case_2.owner)
    book = Ledger(case_2)

    def add(day: int) -> None:
        book.entry("M001", "essay", date(2026, 3, day))
        book.leave("M001", date(YEAR, 4, day), date(YEAR, 4, day))
        book.award("M001", "district", date(2026, 5, day))
        visit = CareVisit(member=case_2.members["M003"], date=date(2026, 6, day))
        ledger.save_care_visit(by=case_2.operator, visit=visit)

    add(1)
    client.get(PAGE)
    one = [queries(client, PAGE), queries(client, "/members/M003/")]
    add(2)
    add(3)
    case_2.admit("M010", "新来的", "DT0101")
    case_2.admit("M011", "新来的", "DT0101")
    assert [queries(client, PAGE), queries(client, "/members/M003/")] == one


# --- the card -------------------------------------------------------------------------------------


def test_the_card_has_the_figures_and_nothing_of_votes(case_2: Cast):
    said = card(case_2, period="2025")
    for line in (
        "编号 M001",
        "参加党的组织生活 4/6 40.00 26.67 —",
        "参加志愿服务活动 3/3 30.00 30.00 —",
        "撰写党员学习心得体会 0/1 12.00 0.00 —",
        "及时足额缴纳党费 12/12 8.00 8.00 —",
        "74.67 0.00 74.67 1",
        "东塘第一党支部",
        "2025年度",
    ):
        assert line in said
    assert "71.00" not in said
    assert "73.94" not in said
    assert "尚未结束" not in said


def test_a_card_of_a_running_period_is_provisional(case_2: Cast):
    assert "截至2026年9月15日，本期尚未结束" in card(case_2)
    assert "尚未结束" not in card(case_2, period="2026Q2")


def test_a_card_is_downloaded_under_the_members_number(case_2: Cast):
    response = browser(case_2, case_2.committee).get("/members/M001/card/", {"period": "2025H1"})
    assert kept_as(response) == "Points card-张晓明-M001-the first half of 2025.pdf"


def test_the_card_says_what_the_branch_has_adjusted(cast: Cast):
    rows.adjustment(cast, "DT0101")
    assert "39" in card(cast, period="2026H1").replace("39.00", "", 1)


def test_characters_without_a_glyph_are_told(cast: Cast):
    cast.admit("M009", "张\U0010fffd", "DT0101")
    client = browser(cast, cast.owner)
    assert client.get("/members/M009/card/", {"period": "2026H1"}).status_code == 200
    assert "the page shows empty boxes for them" in text_of(client.get("/members/M009/"))


@pytest.mark.parametrize(
    "number, given, said",
    [
        ("M001", {"period": "yesterday"}, "yesterday is no period"),
        ("M001", {"period": "2026Q4"}, "there is nothing to print yet"),
        ("M001", {"year": "2014"}, "has no points for the year 2014, so there is no card."),
        ("M003", {"period": "2026H1"}, "王桂英 has no points for the first half of 2026"),
    ],
)
def test_a_card_that_cannot_be_printed_is_answered_with_a_sentence(
    cast: Cast, number: str, given: dict[str, str], said: str
):
    client = browser(cast, cast.owner)
    head = log.head_hash()
    response = client.get(f"/members/{number}/card/", given)
    assert response["Location"] == f"/members/{number}/"
    assert said in text_of(client.get(response["Location"]))
    assert log.head_hash() == head
