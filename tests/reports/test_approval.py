"""The approval form of a branch's year: frozen figures, who may print it, what it never says."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appraisal.models import Objection
from appraisal.services.objections import register_objection
from appraisal.services.years import return_year, year_of
from members.errors import OutOfScope, Refused
from members.models import Member
from reports.models import PrintSettings
from reports.services.approval import approval_file
from reports.services.settings import save_settings
from tests.cast import CANARY
from tests.desk.ledger import Ledger
from tests.desk.reader import browser, kept_as
from tests.desk.reviewing import PAGE, REVIEW, with_results
from tests.reports.test_printing import rows_of, text_of
from tests.reviews import YEAR, approved, posted, submitted

FORM = f"{PAGE}form/"


@pytest.fixture
def filled(cast):
    return with_results(cast)


def printed(cast, by=None, code="DT0101"):
    row = year_of(cast.organisations[code], YEAR)
    return approval_file(branch_year=row, by=by or cast.by(cast.owner))


def plain(page):
    return re.sub(r"\s", "", text_of(page))


def test_a_form_has_the_figures_the_committee_decides_on(filled):
    submitted(filled)
    page = printed(filled)
    rows = rows_of(page)
    # M001: daily 100.00, votes (1000 + 160) / 12 = 96.67: 80 + 19.333… = 99.33.
    # M004: daily 10.00, votes (80 + 180 + 320) / 12 = 48.33: 8 + 9.667 = 17.67. M002 has no votes.
    assert rows["张晓明"][3:] == ["100.00", "96.67", "99.33", "优秀", "1"]
    assert rows["赵组长"][3:] == ["10.00", "48.33", "17.67", "不合格", "2"]
    assert rows["李芳"][3:] == ["10.00", "—", "—", "未测评", "—"]
    assert rows["王桂英"][3] == "角色不计分"
    text = plain(page)
    assert "年度积分即该党员本年度民主评议得分" in text
    assert "东塘第一党支部意见：" in text
    assert "东塘街道工委意见：" in text
    assert CANARY not in text


def test_of_votes_that_were_few_or_alike_the_figures_stand(cast):
    book = Ledger(cast)
    book.votes("M001", 9, 0, 0, 0)
    book.votes("M002", 2, 1, 1, 0)
    submitted(cast)
    rows = rows_of(printed(cast))
    # Daily 10.00 each: 8 + 20 for the one of whom all were of one mind; four votes, 340 / 4 = 85: 8 + 17.
    assert rows["张晓明"][3:] == ["10.00", "100.00", "28.00", "不合格", "1"]
    assert rows["李芳"][3:] == ["10.00", "85.00", "25.00", "不合格", "2"]


def test_what_changes_afterwards_changes_nothing_on_it(filled):
    submitted(filled)
    first = printed(filled)
    Member.objects.filter(number="M001").update(name="改了名")
    assert printed(filled).content == first.content


def test_the_notice_and_its_objections_are_told_once_it_is_posted(filled):
    year = posted(filled)
    objection = Objection(branch_year=year, raised_on=filled.today, text="有误")
    register_objection(by=filled.by(filled.owner), objection=objection)
    text = plain(printed(filled))
    assert "2026年9月15日至2026年9月22日在党务公开栏公示，收到异议1件。" in text


def test_before_there_are_lines_to_fill_in(filled):
    submitted(filled)
    assert "收到异议（件）：" in plain(printed(filled))


def test_it_goes_to_the_committee_or_to_whom_the_settings_say(filled):
    submitted(filled)
    assert "东塘街道工委：" in plain(printed(filled))
    save_settings(
        by=filled.operator,
        settings=PrintSettings(organisation=filled.organisations["DT"], addressee="区委组织部"),
    )
    text = plain(printed(filled))
    assert "区委组织部：" in text
    assert "东塘街道工委：" not in text
    # Who gives an opinion and signs stays the committee.
    assert "东塘街道工委意见：" in text


def test_it_may_be_in_order_of_strokes(filled):
    save_settings(
        by=filled.operator, settings=PrintSettings(organisation=filled.organisations["DT"], order="strokes")
    )
    submitted(filled)
    names = [name for name in rows_of(printed(filled)) if name in ("张晓明", "赵组长", "李芳")]
    assert names == ["李芳", "张晓明", "赵组长"]


def test_it_is_printed_in_the_branchs_script(filled):
    settings = PrintSettings(organisation=filled.organisations["DT01"], language="zh-hant")
    save_settings(by=filled.operator, settings=settings)
    submitted(filled)
    assert "黨員積分考核結果審定表" in plain(printed(filled))


@pytest.mark.parametrize("who", ["other", "elsewhere", "administrator", "nobody", "confirming"])
def test_nobody_else_prints_it(filled, who):
    submitted(filled)
    with pytest.raises(OutOfScope):
        printed(filled, by=filled.by(getattr(filled, who)))
    assert browser(filled, getattr(filled, who)).get(FORM).status_code == 404


def test_a_year_that_is_not_submitted_has_no_form(filled):
    with pytest.raises(Refused):
        printed(filled)
    year = submitted(filled)
    return_year(by=filled.by(filled.committee), branch_year=year, reason="重算")
    with pytest.raises(Refused):
        printed(filled)
    answer = browser(filled, filled.owner).get(FORM, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "This year is not submitted." in answer.content.decode()


@pytest.mark.parametrize("who, page", [("owner", PAGE), ("committee", REVIEW)])
def test_it_is_offered_to_branch_and_committee_when_it_can_be_printed(filled, who, page):
    client = browser(filled, getattr(filled, who))
    assert FORM not in client.get(page).content.decode()
    approved(filled)
    assert FORM in client.get(page).content.decode()
    answer = client.get(FORM)
    assert kept_as(answer) == f"Approval form-东塘第一党支部-{YEAR}.pdf"
    assert answer.content.startswith(b"%PDF-")


def test_a_group_has_none(filled):
    assert browser(filled, filled.owner).get(FORM.replace("DT0101", "DT010101")).status_code == 404


def test_it_takes_as_many_queries_for_many_members_as_for_few(filled):
    def queries(code):
        submitted(filled, code, by=filled.operator)
        printed(filled, by=filled.operator, code=code)
        with CaptureQueriesContext(connection) as context:
            printed(filled, by=filled.operator, code=code)
        return len(context)

    filled.admit("N001", "新一", "DT0102")
    Ledger(filled).votes("N001", 8, 1, 0, 0)
    few = queries("DT0102")
    for place in range(2, 12):
        filled.admit(f"N{place:03}", f"新{place}", "DT0101")
    assert queries("DT0101") == few
