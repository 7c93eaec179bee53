"""What a branch prints: figures, who is named, what is frozen, who may."""

import io
import re
from datetime import date, timedelta
from functools import partial

import pdfplumber
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appraisal.models import Snapshot, Tally
from appraisal.services.tallies import save_tally
from members.errors import OutOfScope, Refused
from members.models import LogRow
from reports.models import PrintSettings
from reports.periods import Period
from reports.services import issuing
from reports.services.printing import PageKind, page_file
from reports.services.settings import save_settings
from scoring.models import Adjustment, AdjustmentLine, Entry, Indicator
from scoring.services.adjustments import adopt_adjustment
from scoring.services.ledger import save_entry
from tests.cast import CANARY
from tests.reviews import good_year, posted

H1 = Period.parse("2026H1")
Q2 = Period.parse("2026Q2")
LAST_YEAR = Period.parse("2025")
notice_file = partial(page_file, kind=PageKind.NOTICE)
summary_file = partial(page_file, kind=PageKind.SUMMARY)


def record(cast, number, indicator, day, quantity=1):
    entry = Entry(
        member=cast.members[number],
        indicator=Indicator.objects.get(code=indicator),
        date=day,
        quantity=quantity,
    )
    save_entry(by=cast.operator, entry=entry)


@pytest.fixture
def half_year(cast):
    """The first half of 2026 in the owner's branch; what happened in July is no part of it."""
    for month in range(1, 7):
        record(cast, "M001", "dues", date(2026, month, 5))
    record(cast, "M001", "org_life", date(2026, 2, 3), 3)
    record(cast, "M001", "volunteer", date(2026, 6, 30), 3)
    record(cast, "M001", "essay", date(2026, 7, 1))
    record(cast, "M004", "org_life", date(2026, 6, 1), 7)
    return cast


def printed(function, cast, code="DT0101", by=None, **more):
    return function(organisation=cast.organisations[code], by=by or cast.by(cast.owner), **more)


def text_of(page):
    with pdfplumber.open(io.BytesIO(page.content)) as pdf:
        return "\n".join(sheet.extract_text() for sheet in pdf.pages)


def rows_of(page):
    """The rows of all tables with a member's name in them, by name."""
    with pdfplumber.open(io.BytesIO(page.content)) as pdf:
        tables = [table for sheet in pdf.pages for table in sheet.extract_tables()]
    cells = [[re.sub(r"\s", "", cell or "") for cell in row] for table in tables for row in table]
    return {row[1]: row for row in cells if len(row) > 3}


def test_a_half_year_notice_has_the_figures_of_its_last_day(half_year):
    # community.member asks org_life 6 (40 points), volunteer 3 (30), essay 1 (12), dues 12 (8), judged 5 + 5.
    # M001: 3 of 6 earns 20, 3 of 3 earns 30, 6 of 12 months earns 4, judged presumed 10: 64.00.
    # M004, in the group: 7 of 6 earns 40, judged 10: 50.00, and 0.50 for the one beyond. M002: judged alone.
    rows = rows_of(printed(notice_file, half_year, period=H1))
    assert rows["张晓明"][3:] == ["64.00", "0.00", "64.00", "1"]
    assert rows["赵组长"][3:] == ["50.00", "0.50", "50.50", "2"]
    assert rows["李芳"][3:] == ["10.00", "0.00", "10.00", "3"]


def test_a_notice_names_nobody_who_is_not_scored_and_nobody_of_another_branch(half_year):
    text = text_of(printed(notice_file, half_year, period=H1))
    assert "王桂英" not in text
    assert CANARY not in text


def test_a_notice_tells_when_and_where_to_object(half_year):
    # Tuesday 15 September 2026 and four working days; Sunday 20 September makes up for a holiday.
    settings = PrintSettings(
        organisation=half_year.organisations["DT0101"], phone="0731-85120001", signature="支委会"
    )
    save_settings(by=half_year.operator, settings=settings)
    text = re.sub(r"\s", "", text_of(printed(notice_file, half_year, period=H1)))
    assert "2026年9月15日" in text
    assert "2026年9月20日" in text
    assert "0731-85120001" in text
    assert "支委会" in text
    assert "东塘街道工委" in text


def test_a_notice_is_frozen_with_its_digest_and_the_head_of_the_log(half_year):
    text = text_of(printed(notice_file, half_year, period=H1))
    snapshot = Snapshot.objects.get()
    assert snapshot.digest in text
    assert LogRow.objects.of_object(snapshot).get().hash in text


def test_an_unchanged_notice_prints_the_same_for_ever(half_year):
    first = printed(notice_file, half_year, period=H1)
    half_year.now += timedelta(days=30)
    half_year.members["M001"].name = "改了名"
    again = printed(notice_file, half_year, period=H1, by=half_year.by(half_year.owner))
    assert again.content == first.content
    assert Snapshot.objects.count() == 1


def test_changed_figures_are_a_new_notice_where_it_is_issued_anew(half_year):
    first = printed(notice_file, half_year, period=H1)
    record(half_year, "M002", "org_life", date(2026, 3, 3), 6)
    assert printed(notice_file, half_year, period=H1).content == first.content
    issuing.issue(by=half_year.operator, organisation=half_year.organisations["DT0101"], period=H1)
    rows = rows_of(printed(notice_file, half_year, period=H1))
    assert rows["李芳"][3:] == ["50.00", "0.00", "50.00", "3"]
    assert Snapshot.objects.count() == 2


def test_whoever_only_reads_prints_the_newest_issued_notice(half_year):
    reader = half_year.by(half_year.committee)
    before = printed(notice_file, half_year, period=H1, by=reader)
    assert Snapshot.objects.count() == 0
    issued = printed(notice_file, half_year, period=H1)
    assert printed(notice_file, half_year, period=H1, by=reader).content == issued.content
    assert before.content != issued.content


def test_without_issuing_nothing_is_written(half_year):
    rows = LogRow.objects.count()
    printed(notice_file, half_year, period=H1, issue=False)
    assert (Snapshot.objects.count(), LogRow.objects.count()) == (0, rows)


def test_a_running_period_is_printed_provisionally_and_not_frozen(half_year):
    text = text_of(printed(notice_file, half_year, period=Period.parse("2026H2")))
    assert "2026年9月15日" in text.split("张晓明")[0]
    assert Snapshot.objects.count() == 0


def test_an_annual_notice_carries_the_days_on_which_it_hangs(cast):
    good_year(cast, "M001", 2025)
    row = posted(cast)
    assert (row.posted_on, row.publicity_until) == (date(2026, 9, 15), date(2026, 9, 22))
    cast.now += timedelta(days=30)
    text = text_of(printed(page_file, cast, period=LAST_YEAR, by=cast.by(cast.owner))).replace("\n", "")
    # Not for the five working days that are usual, so their number is not said.
    assert "公示时间：2026年9月15日至2026年9月22日。" in text
    assert "个工作日" not in text
    assert "2026年10月" not in text


def test_the_notice_of_one_unit_alone(cast):
    cast.admit("M050", "孙", "DT01")
    for number in ("M050", "M001"):
        good_year(cast, number, 2025)
    by = cast.operator
    text = text_of(printed(page_file, cast, "DT01", by=by, period=LAST_YEAR, alone=True))
    assert ("孙" in text, "张晓明" in text) == (True, False)
    assert [one.organisation.code for one in Snapshot.objects.all()] == ["DT01"]
    text = text_of(printed(page_file, cast, "DT01", by=by, period=LAST_YEAR))
    assert ("孙" in text, "张晓明" in text) == (True, True)


@pytest.mark.parametrize("period", ["2027H1", "2026Q1", "2026"])
def test_a_period_to_come_and_a_kind_that_does_not_fit_are_refused(half_year, period):
    with pytest.raises(Refused):
        printed(notice_file, half_year, period=Period.parse(period))


def test_an_organisation_without_anybody_is_refused(half_year):
    with pytest.raises(Refused):
        printed(notice_file, half_year, "DT0102", period=H1, by=half_year.operator)


@pytest.mark.parametrize("function, period", [(notice_file, H1), (summary_file, Q2), (page_file, LAST_YEAR)])
@pytest.mark.parametrize("who", ["other", "elsewhere", "administrator", "nobody"])
def test_another_branch_prints_nothing_of_this_one(half_year, who, function, period):
    with pytest.raises(OutOfScope):
        printed(function, half_year, period=period, by=half_year.by(getattr(half_year, who)))


def test_an_organisation_prints_every_unit_below_it(half_year):
    page = printed(notice_file, half_year, "DT", period=H1, by=half_year.operator)
    assert {"张晓明", f"陈{CANARY}"} <= rows_of(page).keys()
    assert f"吴{CANARY}" not in rows_of(page)
    assert Snapshot.objects.count() == 2


def test_an_adjustment_is_stated_on_the_notice(half_year):
    asked = {
        "org_life": (8, 40),
        "volunteer": (3, 30),
        "essay": (1, 12),
        "dues": (12, 8),
        "org_task": (None, 5),
        "conduct": (None, 5),
    }
    adjustment = Adjustment(
        organisation=half_year.organisations["DT0101"],
        year=2026,
        role=half_year.roles["community.member"],
        resolution_on=date(2026, 1, 8),
        present=12,
        votes_for=11,
        resolution="同意",
    )
    lines = [
        AdjustmentLine(indicator=Indicator.objects.get(code=code), quota=quota, points=points)
        for code, (quota, points) in asked.items()
    ]
    adopt_adjustment(by=half_year.operator, adjustment=adjustment, lines=lines)
    text = re.sub(r"\s", "", text_of(printed(notice_file, half_year, period=H1)))
    assert "参加党的组织生活" in text
    assert "2026年1月8日" in text
    assert "参加志愿服务活动" not in text


def test_an_annual_notice_shows_the_grade_alone_where_votes_could_be_worked_out(cast):
    for number, votes in (("M001", (10, 0, 0, 0)), ("M002", (2, 1, 1, 0)), ("M004", (6, 2, 1, 1))):
        excellent, good, passed, poor = votes
        tally = Tally(
            member=cast.members[number], year=2025, excellent=excellent, good=good, passed=passed, poor=poor
        )
        save_tally(by=cast.operator, tally=tally)
    rows = rows_of(printed(page_file, cast, period=LAST_YEAR))
    # M004: daily 10.00 (judged presumed), votes (600 + 160 + 60 + 40) / 10 = 86.00: 8.00 + 17.20 = 25.20.
    # M001 was of one mind (8 + 20 = 28.00, rank 1), M002 had four votes (8 + 17 = 25.00): the grade alone.
    # A rank of 2 would tell that one of the two has 25.20 or more, and which.
    assert rows["赵组长"][3:] == ["25.20", "不合格", "—"]
    assert rows["张晓明"][3:] == ["—", "不合格", "—"]
    assert rows["李芳"][3:] == ["—", "不合格", "—"]
    assert (
        next(row[1] for row in sorted(rows.values(), key=lambda row: row[0]) if row[0].isdigit()) == "赵组长"
    )


def test_who_was_not_appraised_has_neither_score_nor_rank(cast):
    rows = rows_of(printed(page_file, cast, period=LAST_YEAR))
    assert (rows["张晓明"][3], rows["张晓明"][5]) == ("—", "—")


def test_a_summary_shows_every_indicator_the_change_and_who_is_not_scored(half_year):
    page = printed(summary_file, half_year, period=Q2)
    rows = rows_of(page)
    # By 31 March M001 had 3 meetings (20), 3 months (2) and 10 presumed: 32.00; by 30 June 64.00.
    # Pace: (20 + 30 + 0 + 4) of 90 points expected to the half: 54 / 45 = 1.20.
    assert rows["张晓明"][3:] == [
        "3/6",
        "3/3",
        "0/1",
        "6/12",
        "100%*",
        "100%*",
        "64.00",
        "0.00",
        "64.00",
        "+32.00",
        "1.20",
        "1",
    ]
    # M002 did nothing: pace 0.00.
    assert rows["李芳"][-5:] == ["0.00", "10.00", "0.00", "0.00", "3"]
    assert "王桂英" in rows
    assert page.warnings == ()


def test_a_summary_says_who_is_ahead_and_who_behind(half_year):
    with pdfplumber.open(io.BytesIO(printed(summary_file, half_year, period=Q2).content)) as pdf:
        rows = [row for sheet in pdf.pages for table in sheet.extract_tables() for row in table]
    # Of three members one is ahead; M004's pace is 40 / 45 = 0.89, M002's 0: one is behind.
    assert ["社区党员", "张晓明", "李芳"] in rows


def test_the_first_quarter_has_nothing_to_compare_with(half_year):
    rows = rows_of(printed(summary_file, half_year, period=Period.parse("2026Q1")))
    assert len(rows["张晓明"]) == 14


def test_the_number_of_queries_does_not_depend_on_the_number_of_members(half_year):
    def queries():
        with CaptureQueriesContext(connection) as context:
            printed(notice_file, half_year, period=H1, issue=False)
            printed(summary_file, half_year, period=Q2)
        return len(context)

    queries()  # the scheme has been read
    few = queries()
    for place in range(30):
        half_year.admit(f"N{place:03}", f"新{place}", "DT0101")
    assert queries() == few
