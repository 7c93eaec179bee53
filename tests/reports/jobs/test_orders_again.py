"""Orders of notices that are stopped and taken up again, whose duty ends, whose files are lost or old."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.utils import timezone
from pypdf import PdfReader

from members.errors import OutOfScope, Refused, Stale
from members.models import LogRow, User
from members.services import duties
from reports.enums import JobState
from reports.models import Notice, NoticeJob
from reports.services import issuing
from reports.services.jobs import bundle, leases, orders, working
from reports.services.jobs.leases import LEASE
from tests import rows
from tests.cast import Cast
from tests.press import Printer
from tests.reports.jobs.ordering import H1, MOMENT, opened, ordered, parts, worked_off

# --- stopped and taken up again -------------------------------------------------------------------


def test_a_cancelled_order_goes_on_where_it_was(cast: Cast, secretary: User, printer: Printer):
    job = ordered(cast, secretary)
    part = leases.take(job.pk, now=cast.now)
    orders.cancel(by=cast.by(secretary), job=job)
    working.make(part, clock=timezone.now)
    assert worked_off(job).state == JobState.CANCELLED
    assert parts(job) == {"DT0101": "done", "DT0102": "waiting", "DT0201": "waiting"}
    orders.take_up_again(by=cast.by(secretary), job=job)
    assert worked_off(job).state == JobState.FINISHED
    assert printer.asked == ["DT0101", "DT0102", "DT0201"]
    verbs = LogRow.objects.of_object(job).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["order notices", "cancel notices", "take up notices again"]


def test_only_what_was_not_made_is_tried_again(cast: Cast, secretary: User, printer: Printer):
    printer.fails = {"DT0102": Refused("没有")}
    job = worked_off(ordered(cast, secretary))
    old = [job.package.name, job.merged.name]
    printer.asked, printer.fails = [], {}
    orders.take_up_again(by=cast.by(secretary), job=job)
    job = worked_off(job)
    assert printer.asked == ["DT0102"]
    assert (
        len(PdfReader(opened(job.merged)).pages) == len(zipfile.ZipFile(opened(job.package)).namelist()) == 3
    )
    assert job.package.name not in old


def test_an_order_ends_with_the_duty(cast: Cast, secretary: User, printer: Printer):
    job = ordered(cast, secretary)
    working.make(leases.take(job.pk, now=cast.now), clock=timezone.now)
    ends_duties(cast, secretary)
    assert worked_off(job).state == JobState.NO_DUTY
    assert parts(job) == {"DT0101": "done", "DT0102": "waiting", "DT0201": "waiting"}
    assert printer.asked == ["DT0101"]
    with pytest.raises(OutOfScope):
        orders.take_up_again(by=cast.by(secretary), job=job)


def ends_duties(cast: Cast, user: User) -> None:
    for duty in user.duties.all():
        duty.end = cast.today - timedelta(days=1)
        duties.save_duty(by=cast.operator, duty=duty)


def test_what_was_printed_when_the_duty_ended_is_not_issued(
    cast: Cast, secretary: User, monkeypatch: pytest.MonkeyPatch
):
    draft = issuing.draft

    def meanwhile(**asked: Any) -> Any:
        made = draft(**asked)
        ends_duties(cast, secretary)
        return made

    monkeypatch.setattr(issuing, "draft", meanwhile)
    job = worked_off(ordered(cast, secretary, H1, "notice", "DT0101"))
    assert (job.state, parts(job)) == (JobState.NO_DUTY, {"DT0101": "waiting"})
    assert not Notice.objects.exists()


def test_a_page_that_was_printed_when_the_user_was_barred_is_not_kept(
    cast: Cast, secretary: User, monkeypatch: pytest.MonkeyPatch
):
    printed = Printer()

    def meanwhile(**asked: Any) -> Any:
        User.objects.filter(pk=secretary.pk).update(is_active=False)
        return printed(**asked)

    monkeypatch.setattr(working, "page_file", meanwhile)
    job = worked_off(ordered(cast, secretary))
    assert (job.state, printed.asked) == (JobState.NO_DUTY, ["DT0101"])
    assert job.parts.first().pdf.name == ""


# --- what goes wrong with the files ---------------------------------------------------------------


def test_a_page_whose_file_is_gone_is_made_anew(cast: Cast, secretary: User, printer: Printer):
    job = ordered(cast, secretary)
    working.make(leases.take(job.pk, now=cast.now), clock=timezone.now)
    default_storage.delete(job.parts.first().pdf.name)
    job = worked_off(job)
    assert (job.state, set(parts(job).values())) == (JobState.FINISHED, {"done"})
    assert printer.asked == ["DT0101", "DT0102", "DT0201", "DT0101"]


def test_a_page_whose_file_is_never_kept_is_given_up(
    cast: Cast, secretary: User, printer: Printer, monkeypatch: pytest.MonkeyPatch
):
    there = default_storage.exists

    def lost(name: str) -> bool:
        if there(name):
            default_storage.delete(name)
        return False

    monkeypatch.setattr(default_storage, "exists", lost)
    job = worked_off(ordered(cast, secretary, code="DT0101"))
    assert (job.state, printer.asked) == (JobState.FINISHED, ["DT0101"] * 3)
    assert job.parts.get().refusal == "Its page was made and is no longer kept."


def test_an_order_whose_files_cannot_be_put_together_says_so(
    cast: Cast, secretary: User, printer: Printer, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as full:
        full.setattr(bundle, "merged", Printer())
        job = worked_off(ordered(cast, secretary))
    assert (job.state, bool(job.package), job.lease_until) == (JobState.FAILED, False, None)
    orders.take_up_again(by=cast.by(secretary), job=job)
    assert worked_off(job).state == JobState.FINISHED
    assert len(printer.asked) == 3


def test_files_that_the_database_never_keeps_are_given_up(
    cast: Cast, secretary: User, printer: Printer, monkeypatch: pytest.MonkeyPatch
):
    job, tried = ordered(cast, secretary), []

    def broken(*_given: Any) -> None:
        tried.append(1)
        raise OperationalError("disk I/O error")

    now = cast.now
    with monkeypatch.context() as full:
        full.setattr(working, "_put_together", broken)
        for _attempt in range(3):
            with pytest.raises(OperationalError):
                worked_off(job, now)
            now += LEASE
        for _later in range(2):
            job = worked_off(job, now)
            now += LEASE
    assert (job.state, job.lease_until, len(tried)) == (JobState.FAILED, None, 3)
    orders.take_up_again(by=cast.by(secretary), job=job)
    assert worked_off(job).state == JobState.FINISHED


def test_orders_of_one_user_wait_for_each_other(
    cast: Cast, secretary: User, django_assert_max_num_queries: Any
):
    """Where transactions do not take turns anyway."""
    locked = f'FROM "members_user" WHERE "members_user"."id" = {secretary.pk}'
    job = ordered(cast, secretary)
    orders.cancel(by=cast.by(secretary), job=job)
    for act in (
        lambda: ordered(cast, secretary, code="DT01"),
        lambda: orders.take_up_again(by=cast.by(secretary), job=job),
    ):
        with django_assert_max_num_queries(100) as said:
            act()
        asked = [query["sql"] for query in said.captured_queries]
        held = next(at for at, sql in enumerate(asked) if locked in sql)
        if connection.vendor == "postgresql":
            assert asked[held].endswith("FOR NO KEY UPDATE")
        counted = next(at for at, sql in enumerate(asked) if "COUNT(*)" in sql and "noticejob" in sql)
        assert held < counted


def test_only_who_ordered_it_acts_on_it(cast: Cast, secretary: User):
    job = ordered(cast, secretary)
    for act in (orders.cancel, orders.take_up_again):
        with pytest.raises(OutOfScope):
            act(by=cast.by(cast.committee), job=job)


def test_an_order_that_was_given_again_is_not_taken_up(cast: Cast, secretary: User):
    job = ordered(cast, secretary)
    orders.cancel(by=cast.by(secretary), job=job)
    ordered(cast, secretary)
    with pytest.raises(Refused, match="ordered again"):
        orders.take_up_again(by=cast.by(secretary), job=job)


def test_it_has_stalled_when_nothing_moved_for_as_long_as_a_lease(cast: Cast, secretary: User):
    job = ordered(cast, secretary)
    assert not orders.standing(job).stalled(cast.now + LEASE)
    leases.take(job.pk, now=cast.now + LEASE)
    assert not orders.standing(job).stalled(cast.now + 2 * LEASE)
    assert orders.standing(job).stalled(cast.now + 2 * LEASE + MOMENT)


def test_orders_of_more_than_thirty_days_are_thrown_away(
    cast: Cast,
    secretary: User,
    printer: Printer,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
):
    job = worked_off(ordered(cast, secretary))
    names = [job.package.name, job.merged.name, *(part.pdf.name for part in job.parts.all())]
    assert orders.clear_old(now=cast.now + timedelta(days=30)) == 0
    assert all(map(default_storage.exists, names))
    with django_capture_on_commit_callbacks(execute=True):
        assert orders.clear_old(now=cast.now + timedelta(days=30, seconds=1)) == 1
    assert not any(map(default_storage.exists, names))
    assert not NoticeJob.objects.exists()


def test_a_name_in_the_package_is_one_everywhere(cast: Cast, secretary: User, printer: Printer):
    cast.organisations["DT0101"].name = '第一/支部: "甲"\\..'
    cast.organisations["DT0101"].save()
    job = worked_off(ordered(cast, secretary, code="DT0101"))
    with zipfile.ZipFile(opened(job.package)) as package:
        assert package.namelist() == [
            "DT0101-Quarterly summary and analysis-第一_支部_ _甲_..-the first quarter of 2026.pdf"
        ]
    assert bundle.plain_name(job) == "DT0101-2026Q1-summary"


def test_a_name_in_the_package_is_as_long_as_file_systems_take(cast: Cast, secretary: User, printer: Printer):
    cast.organisations["DT0101"].name = "长" * 100
    cast.organisations["DT0101"].save()
    job = worked_off(ordered(cast, secretary, code="DT0101"))
    with zipfile.ZipFile(opened(job.package)) as package:
        # 38 and 26 letters of what stands around it leave 136 bytes of 200 for the name: 45 letters of three.
        before, after = "DT0101-Quarterly summary and analysis-", "-the first quarter of 2026.pdf"
        assert package.namelist() == [before + "长" * 45 + after]


# --- printed first, issued afterwards -------------------------------------------------------------


def test_what_was_printed_twice_is_issued_once(cast: Cast, secretary: User):
    asked = {"by": cast.by(secretary), "organisation": cast.organisations["DT0101"], "period": H1}
    first, second = issuing.draft(**asked), issuing.draft(**asked)
    assert not Notice.objects.exists()
    issued = issuing.issue_draft(by=asked["by"], draft=first)
    assert bytes(issued.paper.pdf) == first.page.pdf
    assert issuing.issue_draft(by=asked["by"], draft=second) == issued == issuing.draft(**asked)


def test_what_was_printed_before_another_was_issued_is_not_issued(cast: Cast, secretary: User):
    asked = {"by": cast.by(secretary), "organisation": cast.organisations["DT0101"], "period": H1}
    draft = issuing.draft(**asked)
    rows.entry(cast, cast.members["M001"], "volunteer")
    issuing.issue(**asked)
    with pytest.raises(Stale):
        issuing.issue_draft(by=asked["by"], draft=draft)
    assert Notice.objects.count() == 1
