"""The pages of an order of notices: how it is given, watched, stopped and taken away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config.sessions import ACTIVE
from members.errors import Refused
from reports import tasks
from reports.enums import JobState, PartState
from reports.models import NoticeJob
from reports.periods import Period
from reports.services import issuing
from reports.services.jobs import leases, orders, working
from reports.services.jobs.leases import LEASE
from tests.cast import Cast
from tests.desk.reader import browser, kept_as, queries, text_of
from tests.press import Printer

Commits = Callable[..., AbstractContextManager[Any]]
ORDER = "/branches/DT/orders/"


def job_of(cast: Cast, period: str = "2026H1", code: str = "DT") -> NoticeJob:
    by, organisation = cast.by(cast.committee), cast.organisations[code]
    return orders.order(by=by, organisation=organisation, period=Period.parse(period), kind="notice")


def ended(cast: Cast, printer: Printer, **fails: Exception) -> NoticeJob:
    """An order that was worked off; a reader's own pages, so nothing is asked of what was issued."""
    printer.fails = dict(fails)
    job = job_of(cast, "2026H2")
    working.work(job.pk, clock=timezone.now)
    job.refresh_from_db()
    return job


@pytest.fixture
def committee(cast: Cast) -> Client:
    return browser(cast, cast.committee)


def test_an_order_is_given_worked_off_and_taken_away(
    cast: Cast, committee: Client, printer: Printer, django_capture_on_commit_callbacks: Commits
):
    scores = text_of(committee.get("/branches/DT/scores/"))
    assert "All notices below" in scores
    assert "Half-year notice · the second half of 2026" in text_of(committee.get(ORDER))
    with django_capture_on_commit_callbacks(execute=True):
        answer = committee.post(ORDER, {"page": "notice-2026H2"})
    job = NoticeJob.objects.get()
    assert answer["Location"] == f"/jobs/{job.pk}/"
    page = text_of(committee.get(answer["Location"]))
    assert "Half-year notice · the second half of 2026" in page
    assert "3 of 3 organisations" in page
    package = committee.get(f"/jobs/{job.pk}/package/")
    assert b"".join(package.streaming_content).startswith(b"PK")
    assert kept_as(package) == "Half-year notice-东塘街道工委-the second half of 2026.zip"
    merged = committee.get(f"/jobs/{job.pk}/merged/")
    assert merged["Content-Type"] == "application/pdf"
    assert b"".join(merged.streaming_content).startswith(b"%PDF-")
    assert "the second half of 2026 东塘街道工委" in text_of(committee.get("/jobs/"))


def test_how_many_notices_there_are_is_seen_before_they_are_ordered(cast: Cast, committee: Client):
    issuing.issue(
        by=cast.by(cast.owner), organisation=cast.organisations["DT0101"], period=Period.parse("2026H1")
    )
    page = text_of(committee.get(ORDER))
    assert "the first half of 2026 · 1 notice issued" in page
    assert "the year 2025 · 0 notices issued" in page
    elsewhere = text_of(browser(cast, cast.elsewhere).get("/branches/XT/orders/"))
    assert "the first half of 2026 · 0 notices issued" in elsewhere


def test_a_branch_alone_is_not_led_to_it(cast: Cast):
    page = browser(cast, cast.owner).get("/branches/DT0101/scores/").content.decode()
    assert "/branches/DT0101/orders/" not in page


def test_a_page_that_is_not_offered_is_not_ordered(cast: Cast, committee: Client):
    for sent in ({}, {"page": "poem-2026"}, {"page": "annual-1999"}):
        assert committee.post(ORDER, sent).status_code == 200
    assert not NoticeJob.objects.exists()


def test_its_page_says_why_something_was_not_made_and_tries_it_again(
    cast: Cast, committee: Client, printer: Printer, django_capture_on_commit_callbacks: Commits
):
    job = ended(cast, printer, DT0102=Refused("没有计分党员"))
    page = text_of(committee.get(f"/jobs/{job.pk}/"))
    assert "made: 2, not made: 1" in page
    assert "finished in part" in page
    assert "finished in part" in text_of(committee.get("/jobs/"))
    assert "东塘第二党支部 DT0102 没有计分党员" in page
    printer.fails = {}
    with django_capture_on_commit_callbacks(execute=True):
        committee.post(f"/jobs/{job.pk}/", {"step": "again"})
    page = text_of(committee.get(f"/jobs/{job.pk}/"))
    assert "3 of 3 organisations" in page
    assert "not made:" not in page


def test_workers_are_called_for_once_and_again_where_nothing_moves(
    cast: Cast,
    committee: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Commits,
):
    called: list[int] = []
    monkeypatch.setattr(tasks, "begin", called.append)

    def sent(path: str, **fields: str) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            assert committee.post(path, fields).status_code == 302

    sent(ORDER, page="notice-2026H2")
    job = NoticeJob.objects.get()
    assert called == [job.pk]
    NoticeJob.objects.update(begun_at=cast.now - timedelta(seconds=5))
    sent(ORDER, page="notice-2026H2")
    sent(f"/jobs/{job.pk}/", step="again")
    assert called == [job.pk]
    NoticeJob.objects.update(begun_at=cast.now - 2 * LEASE)
    sent(f"/jobs/{job.pk}/", step="again")
    sent(f"/jobs/{job.pk}/", step="cancel")
    assert called == [job.pk] * 2
    sent(f"/jobs/{job.pk}/", step="again")
    assert called == [job.pk] * 3


def test_the_browser_is_told_how_far_it_is_until_it_is_over(cast: Cast, committee: Client, printer: Printer):
    job = job_of(cast, "2026H2")
    working.make(leases.take(job.pk, now=cast.now), clock=timezone.now)
    told = committee.get(f"/jobs/{job.pk}/progress/").json()
    assert told == {
        "phase": "under_way", "label": "Making the pages", "figure": "1 of 3 organisations",
        "done": 1, "total": 3, "stalled": "",
    }  # fmt: skip
    NoticeJob.objects.update(begun_at=cast.now - 2 * LEASE)
    job.parts.update(moved_at=cast.now - LEASE - timedelta(seconds=1))
    assert "Take it up again." in committee.get(f"/jobs/{job.pk}/progress/").json()["stalled"]
    committee.post(f"/jobs/{job.pk}/", {"step": "cancel"})
    assert committee.get(f"/jobs/{job.pk}/progress/").json() == {"phase": ""}
    assert "cancelled" in text_of(committee.get(f"/jobs/{job.pk}/"))


def test_asking_how_far_it_is_keeps_no_session_alive(cast: Cast, committee: Client):
    job = job_of(cast)
    session = committee.session
    session[ACTIVE] = earlier = int(cast.now.timestamp()) - 120
    session.save()
    committee.get(f"/jobs/{job.pk}/progress/")
    assert committee.session[ACTIVE] == earlier
    committee.get(f"/jobs/{job.pk}/")
    assert committee.session[ACTIVE] > earlier


def test_an_order_is_found_by_whoever_reads_the_organisation(cast: Cast, printer: Printer):
    job = ended(cast, printer)
    for path in ("", "progress/", "package/", "merged/"):
        for user in (cast.owner, cast.elsewhere, cast.administrator, cast.nobody):
            assert cast.client(user).get(f"/jobs/{job.pk}/{path}").status_code == 404
    committee = cast.client(cast.committee)
    for path in ("elsewhere/", "parts/"):
        assert committee.get(f"/jobs/{job.pk}/{path}").status_code == 404
    assert committee.post(f"/jobs/{job.pk}/", {"step": "burn"}).status_code == 404


def test_another_reader_sees_it_and_does_nothing_about_it(cast: Cast, printer: Printer):
    job = ended(cast, printer)
    NoticeJob.objects.update(ordered_by=cast.owner)
    page = browser(cast, cast.committee).get(f"/jobs/{job.pk}/")
    assert 'name="step"' not in page.content.decode()
    assert f"/jobs/{job.pk}/merged/" in page.content.decode()
    for step in ("cancel", "again"):
        assert cast.client(cast.committee).post(f"/jobs/{job.pk}/", {"step": step}).status_code == 404
    assert f"/jobs/{job.pk}/" not in cast.client(cast.committee).get("/jobs/").content.decode()


def test_results_whose_files_are_gone_are_not_found(cast: Cast, committee: Client, printer: Printer):
    job = ended(cast, printer)
    job.merged.storage.delete(job.merged.name)
    assert committee.get(f"/jobs/{job.pk}/merged/").status_code == 404


def test_queries_do_not_grow_with_orders_and_parts(cast: Cast, committee: Client, printer: Printer):
    job = ended(cast, printer, DT0102=Refused("没有"))
    page, listed = queries(committee, f"/jobs/{job.pk}/"), queries(committee, "/jobs/")
    job.parts.update(state=PartState.FAILED, refusal="没有")
    for period in ("2026H1", "2025H1"):
        job_of(cast, period)
    assert queries(committee, f"/jobs/{job.pk}/") == page
    assert queries(committee, "/jobs/") == listed


def test_an_order_whose_files_could_not_be_put_together_is_taken_up_again(
    cast: Cast, committee: Client, printer: Printer
):
    job = ended(cast, printer)
    assert 'value="again"' not in committee.get(f"/jobs/{job.pk}/").content.decode()
    assert "in part" not in text_of(committee.get("/jobs/"))
    NoticeJob.objects.update(state=JobState.FAILED, package="", merged="")
    page = committee.get(f"/jobs/{job.pk}/")
    assert "stopped: the files could not be put together" in text_of(page)
    assert 'value="again"' in page.content.decode()


def test_remarks_on_pages_that_were_made_are_shown(cast: Cast, committee: Client, printer: Printer):
    job = ended(cast, printer)
    job.parts.filter(organisation__code="DT0101").update(remarks="缺字：𬱖")
    assert "To be looked at Organisation Why 东塘第一党支部 DT0101 缺字：𬱖" in text_of(
        committee.get(f"/jobs/{job.pk}/")
    )
    assert job.state == JobState.FINISHED
