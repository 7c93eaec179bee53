"""The page of a derivation: figures lead to lines, lines to entries and clauses; nothing is left unsaid."""

from __future__ import annotations

import re
from datetime import date

import pytest

from scoring.enums import Presence
from scoring.services.activities import Mark, record_attendance
from tests import rows
from tests.cast import Cast
from tests.desk.ledger import YEAR, Ledger
from tests.desk.reader import browser, text_of
from tests.scoring.meetings import meeting


def test_every_figure_leads_to_a_line_and_every_clause_to_the_scheme(case_2: Cast):
    Ledger(case_2).award("M001", "district", date(YEAR, 5, 4))
    client = browser(case_2, case_2.owner)
    page = client.get(f"/members/M001/scores/{YEAR}/").content.decode().split("<main")[1]
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert {"line-org_life", "line-conduct", "step-base", "step-annual", "months", "bonuses"} <= anchors
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors
    assert '<a href="#line-org_life">26.67</a> + <a href="#line-volunteer">30.00</a>' in page
    assert '0.8 × <a href="#step-daily">' in page
    there = client.get("/schemes/dongtang-2015/1/").content.decode()
    clauses = set(re.findall(r'href="/schemes/dongtang-2015/1/#([^"]+)"', page))
    assert {"role-community.member", "I16", "I13", "I24", "bonus", "ballot", "annual", "grades"} <= clauses
    assert clauses <= set(re.findall(r'id="([^"]+)"', there))


def test_the_adjustment_stands_beside_the_standard_with_its_resolution(cast: Cast):
    rows.adjustment(cast, "DT0101")
    page = text_of(browser(cast, cast.owner).get("/members/M001/scores/2026/"))
    assert "resolved by 东塘第一党支部 on Jan. 9, 2026, 10 present, 8 in favour" in page
    assert "6 次 · 40 points 6 次 · 39 points −1 points" in page
    assert "the scheme&#x27;s standard: 6 for the year, 40 points" in page


def test_what_does_not_count_says_why(cast: Cast):
    book = Ledger(cast)
    book.entry("M001", "dues", date(YEAR, 3, 10), on_time=False)
    book.entry("M001", "visit_people", date(YEAR, 3, 11))
    cast.admit("M009", "在职的", "DT0101", "in_service.member")
    book.entry("M009", "good_deed", date(YEAR, 3, 12))
    book.waive("M009", "good_deed")
    client = browser(cast, cast.owner)
    page = text_of(client.get(f"/members/M001/scores/{YEAR}/"))
    assert "no: late, or not in full" in page
    assert "no: the role does not ask for it" in page
    assert "100% · presumed: the branch has recorded nothing else" in page
    waived = text_of(client.get(f"/members/M009/scores/{YEAR}/"))
    assert "no: the requirement is waived" in waived


def test_another_year_has_an_address_of_its_own(cast: Cast):
    client = browser(cast, cast.owner)
    page = f"/members/M001/scores/{YEAR}/"
    assert client.get(page, {"year": "2026"})["Location"] == "/members/M001/scores/2026/"
    moved = client.get(page, {"year": "2026", "as_of": "2026/6/30"})
    assert moved["Location"] == "/members/M001/scores/2026/?as_of=2026-06-30"
    assert client.get(page, {"year": "2025"}).status_code == 200
    assert "Enter a whole number." in text_of(client.get(page, {"year": "soon"}))


@pytest.mark.parametrize("typed", ["2025-06-30", "2025/6/30", "2025年6月30日"])
def test_a_day_is_typed_as_in_workbooks(cast: Cast, typed: str):
    page = text_of(browser(cast, cast.owner).get(f"/members/M001/scores/{YEAR}/", {"as_of": typed}))
    assert "Score of 2025 as of June 30, 2025" in page


def test_the_derivation_prints_every_figure_of_worked_case_2(case_2: Cast):
    client = browser(case_2, case_2.owner)
    page = text_of(client.get(f"/members/M001/scores/{YEAR}/")).replace("&#x27;", "'")
    assert "张晓明: why 73.94?" in page
    for said in (
        "6 × 12 ÷ 12, rounded up = 6",
        "40 × 4 ÷ 6 = 26.67",
        "26.67 + 30.00 + 0.00 + 8.00 + 5.00 + 5.00 = 74.67",
        "74.67 + 0.00 = 74.67",
        "(2 × 100 + 10 × 80 + 5 × 60 + 3 × 40) / (2 + 10 + 5 + 3) = 71.00",
        "0.8 × 74.67 + 0.2 × 71.00 = 73.94",
        "70 ≤ 73.94 &lt; 90",
        "主题党日第4期",
        "【三(一)2(3)】",
        "dongtang-2015 v1",
    ):
        assert said in page


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_workings_are_told_in_words_and_not_in_a_mathematician_s_signs(case_2: Cast, language: str):
    client = browser(case_2, case_2.owner, language)
    page = text_of(client.get(f"/members/M001/scores/{YEAR}/"))
    assert not [sign for sign in ("min(", "max(", "ceil", "floor", "⌊", "⌈") if sign in page]
    assert {"zh-hans": "最多 20", "zh-hant": "最多 20", "en": "at most 20"}[language] in page


@pytest.mark.parametrize("who", ["owner", "committee"])
def test_every_entry_leads_to_its_record_which_opens(case_2: Cast, who: str):
    client = case_2.client(getattr(case_2, who))
    page = client.get(f"/members/M001/scores/{YEAR}/").content.decode().split("<main")[1]
    records = re.findall(r'href="(/admin/scoring/entry/\d+/change/)"', page)
    # four meetings, one of volunteering, twelve months of dues
    assert len(records) == 17
    assert {client.get(record).status_code for record in records} == {200}


def test_who_held_no_posting_on_the_day_has_no_score(cast: Cast):
    cast.admit("M020", "新来的", "DT0101", start=date(2026, 2, 1))
    page = text_of(browser(cast, cast.owner).get(f"/members/M020/scores/{YEAR}/"))
    assert "The member held no posting on" in page


def test_the_months_after_the_day_stand_apart_from_those_of_the_period(cast: Cast):
    client = browser(cast, cast.owner)
    page = client.get("/members/M001/scores/2026/", {"as_of": "2026-06-30"}, follow=True)
    months = re.findall(r'<li( class="\w+")?>(\d+)<span', page.content.decode())
    assert [int(month) for look, month in months if look == ' class="later"'] == [7, 8, 9, 10, 11, 12]
    assert [int(month) for look, month in months if not look] == [1, 2, 3, 4, 5, 6]
    assert "Month 7–12 comes after June 30, 2026: it is outside these figures" in text_of(page)
    assert "in the year’s quotas" not in text_of(client.get(f"/members/M001/scores/{YEAR}/"))


def test_what_was_missed_stands_under_its_line(cast: Cast):
    Ledger(cast).dues("M001", range(1, 11))
    held = meeting(cast, day=date(YEAR, 5, 4))
    mark = Mark(member=cast.members["M001"], status=Presence.ON_LEAVE)
    record_attendance(by=cast.operator, activity=held, marks=[mark])
    client = browser(cast, cast.owner)
    page = client.get(f"/members/M001/scores/{YEAR}/").content.decode()
    of_line = {code: rest.split("</article>")[0] for code, _, rest in (
        part.partition('"') for part in page.split('id="line-')[1:]
    )}  # fmt: skip
    assert "Not recorded: November, December" in of_line["dues"]
    assert "Not recorded" not in of_line["org_life"]
    assert (
        f'<a href="/activities/{held.pk}/attendance/">五月支部大会</a> · Asked for leave'
        in of_line["org_life"]
    )
