"""Printing from a branch's page: a GET prints and writes nothing, a POST freezes what it prints."""

from __future__ import annotations

import re
from datetime import date

import pytest

from appraisal.enums import Missing
from appraisal.models import Snapshot
from appraisal.services import years
from members.enums import DutyKind
from members.services import duties, log
from reports.desk.services import units
from reports.models import PrintSettings
from tests.cast import Cast
from tests.desk.ledger import Ledger
from tests.desk.reader import browser, kept_as, text_of

URL = "/branches/DT0101/print/"


@pytest.fixture(autouse=True)
def some_conduct(cast: Cast) -> None:
    Ledger(cast).entry("M001", "org_life", date(2026, 3, 5), title="三月主题党日")


def test_the_summary_is_downloaded_and_writes_nothing(cast: Cast):
    head = log.head_hash()
    response = cast.client(cast.owner).get(URL, {"kind": "summary", "period": "2026Q2"})
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF-")
    assert kept_as(response) == "季度汇总分析-东塘第一党支部-2026年第二季度.pdf"
    assert (log.head_hash(), Snapshot.objects.count()) == (head, 0)


def test_issuing_a_notice_freezes_its_figures_once(cast: Cast):
    client = cast.client(cast.owner)
    given = {"kind": "notice", "period": "2026H1"}
    assert client.get(URL, given).content.startswith(b"%PDF-")
    assert Snapshot.objects.count() == 0
    for _again in range(2):
        assert client.post(URL, given).content.startswith(b"%PDF-")
    assert Snapshot.objects.get().period == "2026H1"


@pytest.mark.parametrize(("said", "frozen"), [({"alone": "1"}, ["DT01"]), ({}, ["DT01", "DT0101"])])
def test_the_notice_of_one_organisation_alone_issues_none_below_it(
    cast: Cast, said: dict[str, str], frozen: list[str]
):
    cast.admit("M050", "孙", "DT01")
    duties.assign_duty(by=cast.operator, user=cast.owner, kind=DutyKind.SECRETARY,
                       organisation=cast.organisations["DT01"], start=date(2020, 1, 1))  # fmt: skip
    answer = cast.client(cast.owner).post(
        "/branches/DT01/print/", {"kind": "annual", "period": "2025"} | said
    )
    assert answer.content.startswith(b"%PDF-")
    issued = Snapshot.objects.order_by("organisation__path").values_list("organisation__code", flat=True)
    assert list(issued) == frozen


def test_a_committee_prints_and_freezes_nothing(cast: Cast):
    client = cast.client(cast.committee)
    assert client.post(URL, {"kind": "notice", "period": "2026H1"}).content.startswith(b"%PDF-")
    assert Snapshot.objects.count() == 0


@pytest.mark.parametrize(
    "given, said",
    [
        ({}, "Choose what to print."),
        ({"kind": "poem", "period": "2026"}, "Choose what to print."),
        ({"kind": "summary", "period": "yesterday"}, "yesterday is no period"),
        ({"kind": "notice", "period": "2026Q1"}, "The half-year notice is printed for a half-year"),
        ({"kind": "summary", "period": "2026Q4"}, "there is nothing to print yet"),
        ({"kind": "annual", "period": "2014"}, "Nobody there has points for this period"),
    ],
)
def test_what_cannot_be_printed_is_answered_with_a_sentence(cast: Cast, given: dict[str, str], said: str):
    client = browser(cast, cast.owner)
    response = client.get(URL, given, follow=True)
    assert response.redirect_chain == [("/branches/DT0101/scores/", 302)]
    assert said in text_of(response)


def test_a_crowd_is_printed_unit_by_unit(cast: Cast, monkeypatch):
    monkeypatch.setattr(units, "MOST_ROWS", 5)
    client = browser(cast, cast.committee)
    response = client.get("/branches/DT/print/", {"kind": "summary", "period": "2026Q1"}, follow=True)
    assert "Print unit by unit." in text_of(response)


def test_a_group_is_printed_with_its_branch(cast: Cast):
    page = browser(cast, cast.owner).get("/branches/DT010101/scores/")
    assert "/branches/DT010101/print/" not in page.content.decode()


def test_before_a_notice_is_issued_a_missing_telephone_is_told(cast: Cast):
    owner = browser(cast, cast.owner)
    page = "/branches/DT0101/scores/?year=2025"
    told = "No supervision telephone is set for 东塘第一党支部, 东塘街道工委: the notice will have a line"
    assert told in text_of(owner.get(page))
    # Who cannot set it is told whom to ask; who can is led there.
    link = 'href="/admin/reports/printsettings/?within=DT0101"'
    assert "Ask the administrator of this installation to set it." in text_of(owner.get(page))
    assert link not in owner.get(page).content.decode()
    duties.assign_duty(by=cast.operator, user=cast.owner, kind=DutyKind.ADMINISTRATOR, organisation=None,
                       start=cast.today)  # fmt: skip
    assert link in owner.get(page).content.decode()
    PrintSettings.objects.create(organisation=cast.organisations["DT"], phone="0512-1")
    assert "telephone is set for 东塘第一党支部: the notice" in text_of(owner.get(page))
    PrintSettings.objects.create(organisation=cast.organisations["DT01"], phone="0512-2")
    assert "telephone" not in text_of(owner.get(page))
    PrintSettings.objects.all().delete()
    assert "telephone" not in text_of(browser(cast, cast.committee).get(page))
    years.submit_year(by=cast.operator, organisation=cast.organisations["DT0101"], year=2025, version=0,
                      seen=Missing.values)  # fmt: skip
    assert told in text_of(owner.get("/branches/DT0101/years/2025/"))


def test_what_can_be_printed_stands_by_its_occasion_the_latest_period_first(cast: Cast):
    client = browser(cast, cast.owner)
    panel = client.get("/branches/DT0101/scores/").content.decode().split('id="print"')[1]
    # On 1 September 2026 three quarters and both halves have begun; two of each are at hand.
    assert re.findall(r"<details( open)?>\s*<summary>([^<]+)</summary>", panel) == [
        (" open", "The second half of 2026 · so far"),
        (" open", "The first half of 2026"),
        (" open", "The third quarter of 2026 · so far"),
        (" open", "The second quarter of 2026"),
        ("", "The first quarter of 2026"),
        (" open", "The year 2026 · so far"),
        (" open", "The year 2026"),
    ]
    half = panel.split("The first half of 2026</summary>")[1].split("</details>")[0]
    offered = re.findall(r"<li>\s*<span>([^<]+)</span>", half)
    assert offered == [
        "Half-year notice", "List of praise", "Reminders", "Points cards, four to a page",
        "Sheet to confirm points",
    ]  # fmt: skip
    assert half.count('notices/?kind=notice&amp;period=2026H1"') == 1
    by_hand = panel.split("The year 2026</summary>")[1].split("</details>")[0]
    assert 'kind=forms&amp;period=2026&amp;names=none"' in by_hand
