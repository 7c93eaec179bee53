"""What a branch hands out, has signed and fills in by hand: whose figures it has, and who may print it."""

import io
import re

import pdfplumber
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.errors import OutOfScope, Refused
from reports.office.files import Format
from reports.periods import Period
from reports.services.printing import PageKind, page_file
from tests.cast import CANARY
from tests.desk.reader import browser, kept_as
from tests.reports.test_printing import H1, Q2, half_year, printed, rows_of, text_of  # noqa: F401

YEAR = Period.parse("2026")
HANDED = ((PageKind.CARDS, Q2), (PageKind.CONFIRMATION, H1), (PageKind.FORMS, YEAR))


def made(cast, kind, period, **more):
    return printed(page_file, cast, period=period, kind=kind, **more)


def plain(page):
    return re.sub(r"\s", "", text_of(page))


def test_every_member_with_points_has_a_card_with_the_figures_of_the_single_one(half_year):  # noqa: F811
    page = made(half_year, PageKind.CARDS, H1)
    text = plain(page)
    assert (page.pages, text.count("党员积分卡")) == (1, 3)
    for name, points in (("张晓明", "64.00"), ("赵组长", "50.50"), ("李芳", "10.00")):
        assert text.count(name) == 1
        assert points in text
    # An elderly member has none, and nobody of another branch.
    assert "王桂英" not in text
    assert CANARY not in text


def test_the_sheet_to_confirm_has_everybody_with_base_bonus_and_points(half_year):  # noqa: F811
    page = made(half_year, PageKind.CONFIRMATION, H1)
    rows = rows_of(page)
    assert rows["张晓明"][3:] == ["64.00", "0.00", "64.00", "", ""]
    assert rows["赵组长"][3:] == ["50.00", "0.50", "50.50", "", ""]
    assert rows["李芳"][3:] == ["10.00", "0.00", "10.00", "", ""]
    assert "王桂英" not in rows
    assert "不得张贴" in plain(page)


def test_registers_ask_for_what_the_scheme_asks_of_the_branch(half_year):  # noqa: F811
    # Its members are community.member: org_life 6, volunteer 3, essay 1, dues; nobody visits or is paired.
    page = made(half_year, PageKind.FORMS, YEAR)
    with pdfplumber.open(io.BytesIO(page.content)) as pdf:
        titles = [sheet.extract_text().split("\n")[0].replace(" ", "") for sheet in pdf.pages]
        rows = [[row for table in sheet.extract_tables() for row in table] for sheet in pdf.pages]
    assert titles == ["活动考勤登记表", "撰写党员学习心得体会登记表", "及时足额缴纳党费登记表"]
    # Twenty lines, three of them with names.
    for sheet in rows:
        assert [row[0] for row in sheet[-20:]] == [str(number) for number in range(1, 21)]
        assert [row[1] for row in sheet[-20:-17]] == ["张晓明", "李芳", "赵组长"]
        assert {row[1] for row in sheet[-17:]} == {""}
    # ceil(6 / 4) + 1 meetings and ceil(3 / 4) + 1 services a quarter; no., name and remarks beside them.
    assert {len(row) for row in rows[0]} == {3 + 3 + 2}
    assert rows[2][0][2:14] == [f"{month}月" for month in range(1, 13)]


def test_registers_with_empty_lines_name_nobody(half_year):  # noqa: F811
    text = plain(made(half_year, PageKind.FORMS, YEAR, named=False))
    assert "活动考勤登记表" in text
    assert not any(name in text for name in ("张晓明", "李芳", "赵组长"))


@pytest.mark.parametrize(
    "kind, wrong", [(PageKind.CONFIRMATION, "2026"), (PageKind.FORMS, "2026Q1"), (PageKind.CARDS, "2027Q1")]
)
def test_they_are_printed_for_periods_that_fit(half_year, kind, wrong):  # noqa: F811
    with pytest.raises(Refused):
        made(half_year, kind, Period.parse(wrong))


@pytest.mark.parametrize("kind, period", HANDED)
@pytest.mark.parametrize("who", ["other", "elsewhere", "administrator", "nobody"])
def test_nobody_else_prints_them(half_year, who, kind, period):  # noqa: F811
    with pytest.raises(OutOfScope):
        made(half_year, kind, period, by=half_year.by(getattr(half_year, who)))


def test_they_are_offered_on_the_branchs_page_in_either_order(half_year):  # noqa: F811
    client = browser(half_year, half_year.owner)
    page = client.get("/branches/DT0101/scores/?listed=strokes").content.decode()
    for kind, period in (("cards", "2026Q3"), ("confirmation", "2026H1"), ("forms", "2026")):
        address = f"/branches/DT0101/print/?kind={kind}&amp;period={period}&amp;order=strokes"
        assert address in page
    answer = client.get("/branches/DT0101/print/?kind=forms&period=2026&names=none")
    assert kept_as(answer) == "Registers to keep by hand-东塘第一党支部-the year 2026.pdf"
    refused = client.get("/branches/DT0101/print/?kind=forms&period=2026&order=poem")
    assert refused.status_code == 302


def test_the_command_prints_them(half_year, tmp_path):  # noqa: F811
    out = tmp_path / "page.pdf"
    call_command("notice", org="DT0101", period="2026H1", kind="confirmation", order="strokes", out=out)
    with pdfplumber.open(out) as pdf:
        rows = [row[1] for sheet in pdf.pages for table in sheet.extract_tables() for row in table]
    assert rows == ["姓名", "李芳", "张晓明", "赵组长"]
    with pytest.raises(CommandError):
        call_command("notice", org="DT0101", period="2026", kind="confirmation", out=out)


@pytest.mark.parametrize("kind, period", HANDED)
def test_the_number_of_queries_does_not_depend_on_the_number_of_members(half_year, kind, period):  # noqa: F811
    def queries():
        with CaptureQueriesContext(connection) as context:
            made(half_year, kind, period)
        return len(context)

    queries()  # the scheme has been read
    few = queries()
    for place in range(3):
        half_year.admit(f"N{place:03}", f"新{place}", "DT0101")
    assert queries() == few


@pytest.mark.parametrize("format", [Format.DOCX, Format.XLSX])
def test_cards_are_for_paper_alone(half_year, format):  # noqa: F811
    with pytest.raises(Refused) as refusal:
        made(half_year, PageKind.CARDS, Q2, format=format)
    assert "PDF" in " ".join(refusal.value.messages)
