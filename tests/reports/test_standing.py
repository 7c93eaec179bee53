"""Who is praised at the branch's meeting, and what whoever is behind is reminded of."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from members.errors import OutOfScope, Refused
from reports.periods import Period
from reports.services.printing import PageKind, page_file
from tests.cast import CANARY
from tests.desk.reader import browser, kept_as
from tests.reports.test_printing import H1, half_year, printed, rows_of, text_of  # noqa: F401

H2 = Period.parse("2026H2")


def made(cast, kind, period=H1, **more):
    return printed(page_file, cast, period=period, kind=kind, **more)


def plain(page):
    return re.sub(r"\s", "", text_of(page))


def test_who_is_ahead_of_a_category_is_praised(half_year):  # noqa: F811
    # M001 has 64.00, M004 50.50, M002 10.00: a tenth of three is one.
    page = made(half_year, PageKind.PRAISE)
    rows = rows_of(page)
    assert rows["张晓明"][3:] == ["64.00", "1"]
    assert not {"赵组长", "李芳"} & rows.keys()
    assert "不得张贴" in plain(page)


def test_whoever_is_behind_is_told_what_is_missing_and_until_when(half_year):  # noqa: F811
    text = plain(made(half_year, PageKind.REMINDERS))
    # M002 has done nothing: 6 of org_life, 3 of volunteer, 1 of essay and 12 months of dues are missing.
    assert text.count("党员积分提醒单") == 1
    assert "李芳同志：截至2026年6月30日，您的积分为10.00分。" in text
    assert "请于2026年12月31日前完成" in text
    assert re.search(r"参加党的组织生活[^0-9]*0/66", text)
    assert re.search(r"0/33", text)
    assert re.search(r"0/1212", text)
    # What is judged has no quota, and nobody else is named.
    assert "道德品行" not in text
    assert not any(name in text for name in ("张晓明", "赵组长", "王桂英", CANARY))


def test_a_running_half_year_is_provisional(half_year):  # noqa: F811
    text = plain(made(half_year, PageKind.REMINDERS, H2))
    assert "截至2026年9月15日" in text
    assert text.index("2026年9月15日") < text.index("同志：")


def test_in_the_first_quarter_nobody_is_behind_which_is_said(half_year):  # noqa: F811
    half_year.now = half_year.now.replace(month=3)
    with translation.override("en"), pytest.raises(Refused, match="Nobody there is behind"):
        made(half_year, PageKind.REMINDERS, by=half_year.by(half_year.owner))


@pytest.mark.parametrize("kind", [PageKind.PRAISE, PageKind.REMINDERS])
def test_they_are_printed_for_half_years(half_year, kind):  # noqa: F811
    for code in ("2026Q1", "2026", "2027H1"):
        with pytest.raises(Refused):
            made(half_year, kind, Period.parse(code))


@pytest.mark.parametrize("kind", [PageKind.PRAISE, PageKind.REMINDERS])
@pytest.mark.parametrize("who", ["other", "elsewhere", "administrator", "nobody"])
def test_nobody_else_prints_them(half_year, who, kind):  # noqa: F811
    with pytest.raises(OutOfScope):
        made(half_year, kind, by=half_year.by(getattr(half_year, who)))


def test_they_are_offered_on_the_branchs_page(half_year):  # noqa: F811
    client = browser(half_year, half_year.owner)
    page = client.get("/branches/DT0101/scores/").content.decode()
    for kind, title in (("praise", "List of praise"), ("reminders", "Reminders")):
        address = f"/branches/DT0101/print/?kind={kind}&amp;period=2026H1"
        assert address in page
        answer = client.get(address.replace("&amp;", "&"))
        assert kept_as(answer) == f"{title}-东塘第一党支部-the first half of 2026.pdf"


def test_the_number_of_queries_does_not_depend_on_the_number_of_members(half_year):  # noqa: F811
    def queries():
        with CaptureQueriesContext(connection) as context:
            made(half_year, PageKind.PRAISE)
            made(half_year, PageKind.REMINDERS)
        return len(context)

    queries()  # the scheme has been read
    few = queries()
    for place in range(10):
        half_year.admit(f"N{place:03}", f"新{place}", "DT0101")
    assert queries() == few
