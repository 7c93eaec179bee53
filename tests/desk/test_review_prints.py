"""What is printed over all branches: the committee's summary of a year, and who may be put forward."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pdfplumber
import pytest

from members.enums import DutyKind
from reports.desk.services.yearly import printed
from reports.models import PrintSettings
from reports.services.settings import save_settings
from tests.cast import CANARY, Cast, account
from tests.desk.ledger import Ledger
from tests.desk.reader import browser, kept_as, queries, text_of
from tests.desk.reviewing import INBOX, with_results
from tests.reviews import YEAR, approved, posted, submitted

REVIEW = f"{INBOX}print/"
AWARDS = f"/eligibility/{YEAR + 1}/print/"


@pytest.fixture
def filled(cast: Cast) -> Cast:
    return with_results(cast)


def rows_of(answer: Any) -> list[list[str]]:
    """The rows of all tables on all pages."""
    assert answer["Content-Type"] == "application/pdf"
    with pdfplumber.open(BytesIO(answer.content)) as pdf:
        tables = [table for sheet in pdf.pages for table in sheet.extract_tables()]
    return [[re.sub(r"\s", "", cell or "") for cell in row] for table in tables for row in table]


def words_of(answer: Any) -> str:
    with pdfplumber.open(BytesIO(answer.content)) as pdf:
        return re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in pdf.pages))


def test_the_summary_has_every_branch_below_with_its_grades_and_the_totals_last(filled: Cast) -> None:
    posted(filled)
    answer = browser(filled, filled.committee).get(REVIEW)
    rows = rows_of(answer)
    assert kept_as(answer) == f"Annual review {YEAR}.pdf"
    # Members, excellent, good, qualified, unqualified, without a grade: M001 excellent, M004 unqualified.
    posted_row = ["1", "东塘第一党支部", "已上报", "2026年9月15日", "2026年9月22日", "0"]
    assert [*posted_row, "4", "1", "0", "0", "1", "2"] in rows
    assert ["3", f"城南党支部{CANARY}", "未上报", "", "", "0", "2", *["—"] * 5] in rows
    assert rows[-1] == ["", "合计", "", "", "", "0", "6", "1", "0", "0", "1", "2"]
    assert "西塘" not in words_of(answer)


def test_each_committee_has_a_summary_of_its_own_in_its_own_script(filled: Cast) -> None:
    settings = PrintSettings(organisation=filled.organisations["XT"], language="zh-hant")
    save_settings(by=filled.operator, settings=settings)
    tops = [filled.organisations["DT"], filled.organisations["XT"]]
    page = printed.review_file(tops, YEAR, filled.today)
    with pdfplumber.open(BytesIO(page.content)) as pdf:
        first, second = (sheet.extract_text() for sheet in pdf.pages)
    assert "党员积分考核结果汇总表" in first
    assert "黨員積分考核結果彙總表" in second
    assert "西塘" not in first
    assert "东塘" not in second


@pytest.mark.parametrize("who", ["owner", "other", "administrator", "confirming", "nobody"])
def test_the_summary_is_the_committees_alone(filled: Cast, who: str) -> None:
    assert browser(filled, getattr(filled, who)).get(REVIEW).status_code == 404


def test_the_summary_takes_as_many_queries_for_three_as_for_one(filled: Cast) -> None:
    client = browser(filled, filled.committee)
    submitted(filled)
    few = queries(client, REVIEW)
    submitted(filled, "DT0201", by=filled.operator)
    filled.admit("M301", "新党员", "DT0102")
    submitted(filled, "DT0102", by=filled.operator)
    assert queries(client, REVIEW) == few


def test_the_list_of_awards_has_three_parts_with_reasons(filled: Cast) -> None:
    approved(filled)
    answer = browser(filled, filled.owner).get(AWARDS)
    rows = rows_of(answer)
    assert kept_as(answer) == f"Award eligibility {YEAR + 1}.pdf"
    assert ["1", "张晓明", "东塘第一党支部", "优秀", "99.33"] in rows
    named = {row[1]: row for row in rows if len(row) == 6}
    assert named["赵组长"][3:5] == ["不合格", "17.67"]
    assert named["李芳"][3:5] == ["—", "—"]
    assert named["王桂英"][3:5] == ["—", "—"]
    assert all(named[name][5] for name in ("赵组长", "李芳", "王桂英"))
    assert "（1人）" in words_of(answer)
    assert CANARY not in words_of(answer)


def test_votes_that_were_alike_are_not_given_away_by_it(cast: Cast) -> None:
    book = Ledger(cast)
    book.votes("M001", 9, 0, 0, 0)
    approved(cast)
    rows = {row[1]: row for row in rows_of(browser(cast, cast.owner).get(AWARDS)) if len(row) == 6}
    assert rows["张晓明"][3:5] == ["不合格", "—"]


def test_a_chosen_unit_is_printed_alone(filled: Cast) -> None:
    client = browser(filled, filled.committee)
    page = client.get(f"/eligibility/{YEAR + 1}/?unit=DT0201").content.decode()
    assert f"{AWARDS}?unit=DT0201" in page
    words = words_of(client.get(f"{AWARDS}?unit=DT0201"))
    assert words.startswith(f"城南党支部{CANARY}")
    assert "张晓明" not in words


@pytest.mark.parametrize("who", ["administrator", "confirming", "nobody"])
def test_who_reads_no_figures_prints_no_list(filled: Cast, who: str) -> None:
    assert browser(filled, getattr(filled, who)).get(AWARDS).status_code == 404


def test_nobody_and_a_crowd_are_answered_with_a_sentence(
    filled: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = account(filled.operator, "empty", DutyKind.SECRETARY, filled.organisations["DT0102"])
    answer = browser(filled, empty).get(AWARDS, follow=True)
    assert answer.redirect_chain == [(f"/eligibility/{YEAR + 1}/", 302)]
    assert "There is nothing to print." in text_of(answer)
    assert "There is nothing to print." in text_of(
        browser(filled, filled.owner).get(f"{AWARDS}?unit=DT0201", follow=True)
    )
    monkeypatch.setattr(printed, "MOST_ROWS", 3)
    answer = browser(filled, filled.owner).get(AWARDS, follow=True)
    assert "There are too many members for one print" in text_of(answer)


def test_the_list_takes_as_many_queries_for_many_as_for_few(filled: Cast) -> None:
    client = browser(filled, filled.owner)
    approved(filled)
    few = queries(client, AWARDS)
    for place in range(5):
        filled.admit(f"N{place:03}", f"新{place}", "DT0101", start=date(YEAR + 1, 1, 1))
    assert queries(client, AWARDS) == few
