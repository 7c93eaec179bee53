"""The life of a notice: issued once, posted, archived, replaced by its correction, and kept as it was."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pdfplumber
import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from appraisal.models import BranchYear, Snapshot
from appraisal.services import years
from members.errors import OutOfScope, Refused, Stale
from members.models import LogRow
from members.services import recording, roster
from members.services.by import By
from reports.models import Notice, NoticePaper, PrintSettings
from reports.periods import Period
from reports.services import issuing, notices
from reports.services.printing import page_file
from reports.services.settings import save_settings
from scoring.services import ledger
from tests.cast import Cast
from tests.reviews import YEAR, essay, posted, said, submitted, tally
from tests.rows import entry

H1 = Period.parse("2026H1")
LAST_YEAR = Period.parse(str(YEAR))


def issued(cast: Cast, period: Period = H1, by: By | None = None) -> Notice:
    return issuing.issue(
        by=by or cast.by(cast.owner),
        organisation=cast.organisations["DT0101"],
        period=period,
        annual=period is LAST_YEAR,
    )


def changed(cast: Cast) -> None:
    """A meeting of March that was recorded late."""
    entry(cast, cast.members["M002"], "org_life", date=date(2026, 3, 3), quantity=1)


def on_the_wall(cast: Cast, notice: Notice, **more: Any) -> Notice:
    values = {"by": cast.by(cast.owner), "day": cast.today, "place": "党务公开栏", **more}
    return notices.post(notice=notice, **values)


def state(notice: Notice) -> str:
    return str(notices.lives([notice])[notice.pk].state)


def at(cast: Cast, days: int) -> By:
    return By.person(cast.owner, cast.now + timedelta(days=days))


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as file:
        return re.sub(r"\s", "", "".join(page.extract_text() for page in file.pages))


# --- issued ---------------------------------------------------------------------------------------


def test_a_notice_is_numbered_signed_for_and_kept(cast: Cast) -> None:
    notice = issued(cast)
    assert (notice.number, notice.kind, notice.period) == ("DT0101-2026-01", "notice", "2026H1")
    assert (notice.issued_by, notice.issued_at, state(notice)) == (cast.owner, cast.now, "issued")
    assert notice.snapshot == Snapshot.objects.get()
    pdf = bytes(notice.paper.pdf)
    assert hashlib.sha256(pdf).hexdigest() == notice.digest
    assert notice.number in text_of(pdf)
    assert notice.snapshot.digest in text_of(pdf)
    (row,) = LogRow.objects.of_object(notice)
    assert (row.verb, row.actor, row.after["number"]) == ("issue notice", cast.owner, "DT0101-2026-01")


def test_the_same_figures_are_the_same_notice(cast: Cast) -> None:
    first = issued(cast)
    assert issued(cast, by=at(cast, 30)) == first
    assert (Notice.objects.count(), Snapshot.objects.count()) == (1, 1)


def test_other_figures_are_a_correction_that_says_so(cast: Cast) -> None:
    first = issued(cast)
    changed(cast)
    second = issued(cast, by=at(cast, 1))
    assert (second.number, second.replaces) == ("DT0101-2026-02", first)
    assert (state(first), state(second)) == ("replaced", "issued")
    assert notices.lives([first])[first.pk].replaced_by == second
    assert "更正" in text_of(bytes(second.paper.pdf))
    assert first.number in text_of(bytes(second.paper.pdf))
    assert "更正" not in text_of(bytes(first.paper.pdf))


def test_figures_that_are_again_those_of_the_notice_in_force_are_no_correction(cast: Cast) -> None:
    """Others may have been frozen between, of which no notice was issued."""
    first = issued(cast)
    late = entry(cast, cast.members["M002"], "org_life", date=date(2026, 3, 3), quantity=1)
    bare = issuing.draft(by=cast.by(cast.owner), organisation=cast.organisations["DT0101"], period=H1)
    assert isinstance(bare, issuing.Draft)
    assert (bare.number, bare.replaces) == ("DT0101-2026-02", first)
    ledger.withdraw_entry(by=cast.operator, entry=late)
    assert issued(cast, by=at(cast, 1)) == first
    assert Notice.objects.get() == first


def test_numbers_go_on_over_kinds_and_begin_anew_with_the_year(cast: Cast) -> None:
    by = cast.operator
    branch = cast.organisations["DT0101"]
    periods = (("2025H1", False), ("2025", True), ("2025H2", False), ("2026H1", False))
    numbers = [
        issuing.issue(by=by, organisation=branch, period=Period.parse(code), annual=annual).number
        for code, annual in periods
    ]
    assert numbers == ["DT0101-2025-01", "DT0101-2025-02", "DT0101-2025-03", "DT0101-2026-01"]


@pytest.mark.parametrize(
    "period, annual", [("2026H2", False), ("2026", True), ("2025", False), ("2026Q1", False)]
)
def test_what_runs_or_does_not_fit_is_not_issued(cast: Cast, period: str, annual: bool) -> None:
    with pytest.raises(Refused):
        issuing.issue(
            by=cast.operator,
            organisation=cast.organisations["DT0101"],
            period=Period.parse(period),
            annual=annual,
        )
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize("code", ["DT0102", "DT010101"])
def test_nobody_there_and_a_group_are_not_issued(cast: Cast, code: str) -> None:
    with pytest.raises(Refused):
        issuing.issue(by=cast.operator, organisation=cast.organisations[code], period=H1)
    assert (Snapshot.objects.count(), Notice.objects.count()) == (0, 0)


@pytest.mark.parametrize("who", ["other", "committee", "administrator", "nobody"])
def test_only_the_branch_issues_posts_and_archives(cast: Cast, who: str) -> None:
    by = cast.by(getattr(cast, who))
    with pytest.raises(OutOfScope):
        issued(cast, by=by)
    notice = issued(cast)
    with pytest.raises(OutOfScope):
        on_the_wall(cast, notice, by=by)
    with pytest.raises(OutOfScope):
        notices.archive(by=by, notice=notice)


# --- printed --------------------------------------------------------------------------------------


def test_printing_issues_for_who_writes_and_gives_what_is_kept_to_who_reads(cast: Cast) -> None:
    branch, reader = cast.organisations["DT0101"], cast.by(cast.committee)
    page_file(organisation=branch, period=H1, by=reader)
    assert not Notice.objects.exists()
    page = page_file(organisation=branch, period=H1, by=cast.by(cast.owner))
    notice = Notice.objects.get()
    assert page.content == bytes(notice.paper.pdf)
    # Neither the settings of pages nor a name alters it; nor do figures for who only reads.
    settings = PrintSettings(organisation=branch, signature="另一个署名")
    save_settings(by=cast.operator, settings=settings)
    changed(cast)
    again = page_file(organisation=branch, period=H1, by=By.person(cast.committee, cast.now + timedelta(40)))
    assert (again.content, again.pages) == (page.content, page.pages)


def test_several_notices_are_printed_into_one_file_from_what_is_kept(cast: Cast) -> None:
    whole = page_file(organisation=cast.organisations["DT"], period=H1, by=cast.operator)
    kept = [notice.paper for notice in Notice.objects.order_by("organisation__path")]
    assert len(kept) == 2
    assert whole.pages == sum(paper.pages for paper in kept)
    assert text_of(whole.content) == "".join(text_of(bytes(paper.pdf)) for paper in kept)


# --- posted and archived --------------------------------------------------------------------------


def test_it_is_posted_for_as_long_as_the_plan_has_it(cast: Cast) -> None:
    # Five working days from Tuesday 15 September 2026: Sunday the 20th makes up for a holiday.
    notice = on_the_wall(cast, issued(cast))
    assert (notice.posted_on, notice.publicity_until) == (date(2026, 9, 15), date(2026, 9, 20))
    assert (notice.place, state(notice)) == ("党务公开栏", "posted")
    row = LogRow.objects.of_object(notice).first()
    assert row is not None
    assert (row.verb, row.before["posted_on"], row.after["posted_on"]) == ("post notice", None, "2026-09-15")


@pytest.mark.parametrize(
    "field, more",
    [
        ("posted_on", {"day": date(2026, 9, 16)}),
        ("posted_on", {"day": date(2026, 9, 14)}),
        ("until", {"until": date(2026, 9, 19)}),
        ("place", {"place": "  "}),
    ],
)
def test_what_cannot_be_meant_is_not_posted(cast: Cast, field: str, more: dict[str, Any]) -> None:
    notice = issued(cast)
    with pytest.raises(Refused) as refusal:
        on_the_wall(cast, notice, **more)
    assert list(refusal.value.message_dict) == [field]
    assert state(Notice.objects.get()) == "issued"


def test_it_is_said_again_but_not_for_a_shorter_time(cast: Cast) -> None:
    notice = on_the_wall(cast, issued(cast), until=date(2026, 9, 30))
    with pytest.raises(Refused):
        on_the_wall(cast, notice, until=date(2026, 9, 29))
    again = on_the_wall(cast, Notice.objects.get(), place="支部门口", until=date(2026, 10, 9))
    assert (again.place, again.publicity_until) == ("支部门口", date(2026, 10, 9))


def test_a_version_that_was_not_read_is_not_written_over(cast: Cast) -> None:
    notice = issued(cast)
    on_the_wall(cast, notice)
    with pytest.raises(Stale):
        on_the_wall(cast, notice, place="别处")


def test_it_is_archived_once_its_publicity_is_over(cast: Cast) -> None:
    notice = issued(cast)
    with pytest.raises(Refused):
        notices.archive(by=at(cast, 30), notice=notice)
    notice = on_the_wall(cast, notice)
    with pytest.raises(Refused):
        notices.archive(by=at(cast, 5), notice=notice)
    filed = notices.archive(by=at(cast, 6), notice=notice)
    assert (state(filed), filed.archived_at) == ("archived", cast.now + timedelta(days=6))
    with pytest.raises(Refused):
        on_the_wall(cast, filed, by=at(cast, 7))


def test_what_is_replaced_is_neither_posted_nor_archived(cast: Cast) -> None:
    first = on_the_wall(cast, issued(cast))
    changed(cast)
    second = issued(cast, by=at(cast, 1))
    first.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        on_the_wall(cast, first, by=at(cast, 1))
    assert second.number in said(refusal)
    with pytest.raises(Refused):
        notices.archive(by=at(cast, 30), notice=first)
    life = notices.lives([first])[first.pk]
    assert (str(life.state), life.posted_on, life.place) == ("replaced", cast.today, "党务公开栏")


# --- the annual notice and the branch's year ------------------------------------------------------


def test_an_annual_notice_is_posted_with_the_branchs_year(cast: Cast) -> None:
    submitted(cast)
    notice = on_the_wall(cast, issued(cast, LAST_YEAR))
    year = BranchYear.objects.get()
    assert (year.posted_on, year.publicity_until) == (date(2026, 9, 15), date(2026, 9, 20))
    assert (year.posted_figures, notice.posted_on) == (notice.snapshot, None)
    life = notices.lives([notice])[notice.pk]
    assert (str(life.state), life.until, life.place) == ("posted", date(2026, 9, 20), "党务公开栏")
    with pytest.raises(Refused) as refusal:
        notices.archive(by=at(cast, 6), notice=Notice.objects.get())
    assert refusal.value.messages == [_("An annual notice is archived once its year is approved.")]
    years.approve_year(by=By.person(cast.committee, cast.now + timedelta(days=6)), branch_year=year)
    assert state(notices.archive(by=at(cast, 6), notice=Notice.objects.get())) == "archived"


def test_an_annual_notice_is_not_posted_before_its_year_is_submitted(cast: Cast) -> None:
    notice = issued(cast, LAST_YEAR)
    with pytest.raises(Refused):
        on_the_wall(cast, notice)


def test_what_was_posted_before_any_was_issued_is_of_the_first(cast: Cast) -> None:
    posted(cast)
    notice = issued(cast, LAST_YEAR, by=at(cast, 1))
    assert state(notice) == "posted"
    assert "2026年9月15日至2026年9月22日" in text_of(bytes(notice.paper.pdf))


def test_the_publicity_of_what_was_posted_on_a_sunday_begins_on_monday(cast: Cast) -> None:
    sunday = By.person(cast.owner, cast.now - timedelta(days=2))
    submitted(cast, by=sunday)
    years.post_notice(
        by=sunday, branch_year=BranchYear.objects.get(), posted_on=date(2026, 9, 13), place="栏",
        until=date(2026, 9, 18), least=date(2026, 9, 18), most=date.max,
    )  # fmt: skip
    notice = issued(cast, LAST_YEAR)
    assert "2026年9月14日至2026年9月18日" in text_of(bytes(notice.paper.pdf))


def resubmitted(cast: Cast) -> BranchYear:
    """Submitted, returned, changed and submitted again."""
    by = cast.by(cast.committee)
    years.return_year(by=by, branch_year=submitted(cast), reason="漏记")
    row = essay(cast)
    entry(cast, row.member, "essay", date=row.date, quantity=1)
    return submitted(cast)


def test_a_notice_older_than_what_was_submitted_is_not_posted(cast: Cast) -> None:
    tally(cast, "M001", 5, 5, 0, 0)
    first = issued(cast, LAST_YEAR)
    year = resubmitted(cast)
    for post in (
        lambda: on_the_wall(cast, first),
        lambda: years.post_notice(
            by=cast.by(cast.owner), branch_year=year, posted_on=cast.today, place="栏",
            until=cast.today, least=cast.today, most=cast.today,
        ),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            post()
        assert "重新" in said(refusal) or "anew" in said(refusal)
    assert BranchYear.objects.get().posted_on is None
    second = issued(cast, LAST_YEAR)
    assert second.replaces == first
    on_the_wall(cast, second)
    years.approve_year(by=replace(at(cast, 8), user=cast.committee, scope=cast.by(cast.committee).scope),
                       branch_year=BranchYear.objects.get())  # fmt: skip


def test_a_year_whose_notice_was_corrected_since_is_not_approved(cast: Cast) -> None:
    submitted(cast)
    first = issued(cast, LAST_YEAR)
    on_the_wall(cast, first)
    member = cast.members["M002"]
    member.name = "李芳芳"
    roster.correct_member(by=cast.operator, member=member)
    second = issued(cast, LAST_YEAR, by=at(cast, 1))
    assert (state(first), state(second)) == ("replaced", "issued")
    committee = By.person(cast.committee, cast.now + timedelta(days=30))
    with pytest.raises(Refused):
        years.approve_year(by=committee, branch_year=BranchYear.objects.get())
    on_the_wall(cast, second, by=at(cast, 1), day=cast.today + timedelta(days=1))
    assert state(second) == "posted"
    years.approve_year(by=committee, branch_year=BranchYear.objects.get())


# --- kept -----------------------------------------------------------------------------------------


WALL = {"posted_on": date(2026, 9, 15), "publicity_until": date(2026, 9, 15), "place": "栏"}


@pytest.mark.parametrize(
    "message, change",
    [
        ("notice_kind_known", {"kind": "other"}),
        ("notice_posted_somewhere", {"posted_on": date(2026, 9, 15)}),
        ("notice_annual_posted_with_its_year",
         {"kind": "annual", **WALL}),
        ("notice_archived_after_posting", {"archived_at": datetime.fromisoformat("2026-09-15T10:00+08:00")}),
        ("notice_number_once", {}),
    ],
)  # fmt: skip
def test_the_database_holds_a_notice_to_its_rules(cast: Cast, message: str, change: dict[str, Any]) -> None:
    notice = issued(cast)
    other = Snapshot.objects.get()
    other.pk = None
    other.save()
    values = {one.attname: getattr(notice, one.attname) for one in Notice._meta.concrete_fields}
    number = notice.number if message == "notice_number_once" else "2"
    values |= {"id": None, "snapshot_id": other.pk, "token": "t", "number": number, **change}
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(**values)
    constraint = next(one for one in Notice._meta.constraints if one.name == message)
    assert constraint.violation_error_message


def test_one_notice_is_replaced_once_and_figures_are_issued_once(cast: Cast) -> None:
    notice = issued(cast)
    with pytest.raises(Refused) as refusal:
        issue_again(notice, snapshot=notice.snapshot)
    assert "snapshot" in refusal.value.message_dict
    changed(cast)
    issued(cast)
    other = Snapshot.objects.first()
    assert other is not None
    other.pk = None
    other.save()
    with pytest.raises(Refused) as refusal:
        issue_again(notice, snapshot=other, replaces=notice)
    assert list(refusal.value.message_dict) == ["replaces"]
    assert NoticePaper.objects.count() == 2


def issue_again(notice: Notice, **changes: Any) -> None:
    facts = {one.name: getattr(notice, one.name) for one in Notice._meta.concrete_fields}
    row = Notice(**{**facts, "id": None, "number": "9", "token": "t", **changes})
    recording.add(By.operator(notice.issued_at), row, verb="issue notice")
