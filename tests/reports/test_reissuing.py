"""What counts as an issued notice, and that none is issued, posted or archived over one in force unasked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from appraisal.enums import Missing
from appraisal.models import BranchYear, Snapshot
from appraisal.services import years
from appraisal.services.readiness import readiness
from members.enums import DutyKind
from members.models import Organisation
from members.services import duties, roster
from members.services.by import By
from reports.desk.services import notices as shown
from reports.desk.services.analysis.before import year_before
from reports.models import Notice
from reports.periods import Period
from reports.print.engine import PrintedPage, Sheet
from reports.services import issuing
from reports.services.printing import PageKind, page_file, pages_of
from tests.cast import Cast
from tests.desk.reader import browser, queries
from tests.reports.test_notices import H1, LAST_YEAR, changed, issued, on_the_wall
from tests.reviews import YEAR, submitted


def test_figures_that_were_frozen_and_not_issued_are_no_notice(cast: Cast) -> None:
    """Printing may fail after they were frozen."""
    branch, by = cast.organisations["DT0101"], cast.by(cast.owner)
    submitted(cast)
    first = issued(cast, LAST_YEAR)
    on_the_wall(cast, first)
    member = cast.members["M002"]
    member.name = "李芳芳"
    roster.correct_member(by=cast.operator, member=member)
    for period in (H1, LAST_YEAR):
        issuing.draft(by=by, organisation=branch, period=period, annual=period is LAST_YEAR)
    assert Snapshot.objects.filter(issued_as__isnull=True).exclude(purpose="submission").count() == 2
    assert [one.period.code for one in shown.wanted(branch, cast.today)] == ["2026H1"]
    late = shown.overdue([branch], cast.today)
    assert (late.not_issued, late.not_posted, late.branches) == (1, 0, [branch])
    committee = By.person(cast.committee, cast.now + timedelta(days=30))
    years.approve_year(by=committee, branch_year=BranchYear.objects.get())


def test_figures_that_were_not_issued_are_none_of_the_year_before_and_settle_no_half_year(cast: Cast) -> None:
    branch, by = cast.organisations["DT0101"], cast.by(cast.owner)
    issuing.draft(by=by, organisation=branch, period=LAST_YEAR, annual=True)
    issuing.draft(by=by, organisation=branch, period=Period.parse("2025H1"))
    assert year_before(branch, YEAR) is None
    # The first half and the second one.
    assert lacking(branch, cast.today) == 2
    issued(cast, Period.parse("2025H1"))
    issued(cast, LAST_YEAR)
    assert lacking(branch, cast.today) == 1
    assert year_before(branch, YEAR) is not None


def lacking(branch: Organisation, today: date) -> int:
    found = readiness(branch, YEAR, today).missing
    return sum(one.count for one in found if one.kind == Missing.NOTICES)


def test_no_notice_is_wanted_where_nobody_is_named(cast: Cast) -> None:
    branch = cast.organisations["DT0101"]
    assert [one.period.code for one in shown.wanted(branch, cast.today)] == ["2026H1"]
    bare = issuing.draft(by=cast.by(cast.owner), organisation=branch, period=H1)
    assert isinstance(bare, issuing.Draft)
    nobody = Snapshot.objects.get(pk=bare.snapshot.pk)
    nobody.pk = None
    nobody.save()
    assert shown.wanted(branch, cast.today) == []
    assert shown.overdue([branch], cast.today).not_issued == 0


# --- printed again, never issued again ------------------------------------------------------------

SCORES, PRINT = "/branches/DT0101/scores/?year=2026", "/branches/DT0101/print/"
FIRST_HALF = {"kind": "notice", "period": "2026H1"}


def panel(client: Client) -> str:
    return client.get(SCORES).content.decode().split('id="print"')[1]


def test_where_a_notice_is_in_force_it_is_printed_again_and_none_is_issued(cast: Cast) -> None:
    owner, reader = browser(cast, cast.owner), browser(cast, cast.committee)
    posting = 'href="/branches/DT0101/notices/?kind=notice&amp;period=2026H1"'
    assert posting in panel(owner)
    notice = issued(cast)
    on_the_wall(cast, notice)
    changed(cast)
    paper = f"/branches/DT0101/notices/{notice.pk}/pdf/"
    for client in (owner, reader):
        shown_there = panel(client)
        assert posting not in shown_there
        for link in (paper, f"{paper}?format=docx", f"{paper}?format=xlsx"):
            assert f'href="{link}"' in shown_there
        assert f'href="/branches/DT0101/notices/{notice.pk}/">DT0101-2026-01</a>' in shown_there
    for more in ({}, {"alone": "1"}):
        answer = owner.post(PRINT, FIRST_HALF | more)
        assert answer.content == bytes(notice.paper.pdf)
    assert Notice.objects.count() == 1
    issued(cast)
    assert ">DT0101-2026-02</a>" in panel(owner)


def test_printing_several_issues_those_that_are_missing_and_corrects_none(cast: Cast) -> None:
    cast.admit("M050", "孙", "DT01")
    duties.assign_duty(by=cast.operator, user=cast.owner, kind=DutyKind.SECRETARY,
                       organisation=cast.organisations["DT01"], start=date(2020, 1, 1))  # fmt: skip
    first = issued(cast)
    changed(cast)
    owner = browser(cast, cast.owner)
    page = owner.get("/branches/DT01/scores/?year=2026").content.decode()
    assert 'href="/branches/DT01/notices/?kind=notice&amp;period=2026H1&amp;below=1"' in page
    assert owner.post("/branches/DT01/print/", FIRST_HALF).content.startswith(b"%PDF-")
    assert [one.organisation.code for one in Notice.objects.order_by("pk")] == ["DT0101", "DT01"]
    assert Notice.objects.in_force().filter(pk=first.pk).exists()


def test_where_one_of_several_cannot_be_issued_none_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    printed, kept = issuing.print_sheets, issuing.recording.add
    whole = {"organisation": cast.organisations["DT"], "period": H1, "by": cast.operator}

    def second(really: Any) -> Any:
        calls = []

        def fails(*given: Any, **said: Any) -> Any:
            calls.append(given)
            if len(calls) == 2:
                raise RuntimeError("no glyph")
            return really(*given, **said)

        return fails

    for where, name, really in ((issuing, "print_sheets", printed), (issuing.recording, "add", kept)):
        with monkeypatch.context() as broken:
            broken.setattr(where, name, second(really))
            with pytest.raises(RuntimeError):
                page_file(**whole)
        assert not Notice.objects.exists()
    page_file(**whole)
    assert Notice.objects.count() == 2


def test_the_scores_page_takes_as_many_queries_with_three_notices_as_with_one(cast: Cast) -> None:
    owner = browser(cast, cast.owner)
    url = "/branches/DT0101/scores/?year=2025"
    issued(cast, Period.parse("2025H1"))
    before = queries(owner, url)
    issued(cast, Period.parse("2025H2"))
    issued(cast, LAST_YEAR)
    assert queries(owner, url) == before


@pytest.mark.parametrize("kind, code", [("cards", "2026H1"), ("confirmation", "2026H1"), ("forms", "2026")])
def test_what_is_handed_out_alone_is_of_none_below(cast: Cast, kind: str, code: str) -> None:
    cast.admit("M050", "孙", "DT01")
    sheets = {
        alone: pages_of(
            organisation=cast.organisations["DT01"], period=Period.parse(code), by=cast.operator,
            kind=PageKind(kind), alone=alone,
        ).sheets
        for alone in (False, True)
    }  # fmt: skip
    assert len(sheets[False]) > len(sheets[True]) == 1
    name = cast.members["M001"].name
    assert any(name in sheet.html for sheet in sheets[False])
    assert name not in sheets[True][0].html


def test_nothing_is_locked_while_a_notice_is_printed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = len(connection.atomic_blocks)
    depths = []
    make = issuing.print_sheets

    def watched(sheet: Sheet) -> PrintedPage:
        depths.append(len(connection.atomic_blocks))
        return make(sheet)

    monkeypatch.setattr(issuing, "print_sheets", watched)
    issued(cast)
    pages_of(organisation=cast.organisations["DT0101"], period=Period.parse("2025H2"), by=cast.by(cast.owner))
    assert (depths, Notice.objects.count()) == ([outside, outside], 2)
