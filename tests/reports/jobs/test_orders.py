"""The pages of a whole subtree in the background: each made once, whoever is slow, killed or stopped."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone, translation
from pypdf import PdfReader

from members.errors import OutOfScope, Refused
from members.models import LogRow, User
from reports.enums import JobState, PartState
from reports.models import Notice, NoticeJob, NoticeJobPart
from reports.periods import Period
from reports.services import issuing
from reports.services.jobs import leases, orders, working
from reports.services.jobs.leases import LEASE, Overtaken
from tests import rows
from tests.cast import Cast
from tests.press import Printer
from tests.reports.jobs.ordering import H1, MOMENT, YEAR, opened, ordered, parts, worked_off

# --- ordering -------------------------------------------------------------------------------------


def test_every_branch_has_a_part_and_what_is_above_where_it_has_members(cast: Cast, secretary: User):
    cast.admit("M050", "孙", "DT02")
    job = ordered(cast, secretary, H1, "notice")
    assert parts(job) == dict.fromkeys(("DT0101", "DT0102", "DT02", "DT0201"), "waiting")
    row = LogRow.objects.of_object(job).get()
    assert (row.verb, row.after) == (
        "order notices", {"kind": "notice", "period": "2026H1", "organisations": 4},
    )  # fmt: skip


def test_the_same_ordered_twice_is_one_order_while_it_is_under_way(cast: Cast, secretary: User):
    first = ordered(cast, secretary)
    assert ordered(cast, secretary) == first
    assert ordered(cast, secretary, YEAR, "annual") != first
    orders.cancel(by=cast.by(secretary), job=first)
    assert ordered(cast, secretary) not in (None, first)


def test_a_user_has_three_orders_under_way_at_most(cast: Cast, secretary: User):
    first = ordered(cast, secretary)
    for code in ("DT01", "DT0101"):
        ordered(cast, secretary, code=code)
    with pytest.raises(Refused, match="3 of your orders are under way"):
        ordered(cast, secretary, code="DT02")
    assert ordered(cast, secretary) == first
    assert ordered(cast, cast.committee).ordered_by == cast.committee
    orders.cancel(by=cast.by(secretary), job=first)
    ordered(cast, secretary, code="DT02")
    with pytest.raises(Refused, match="3 of your orders are under way"):
        orders.take_up_again(by=cast.by(secretary), job=first)
    first.refresh_from_db()
    assert first.state == JobState.CANCELLED


@pytest.mark.parametrize(
    "code, period, kind",
    [("DT", "2026H1", "annual"), ("DT", "2026Q4", "summary"), ("DT010101", "2026H1", "notice")],
)
def test_what_cannot_be_printed_is_not_ordered(
    cast: Cast, secretary: User, code: str, period: str, kind: str
):
    with pytest.raises(Refused):
        ordered(cast, secretary, Period.parse(period), kind, code)
    assert not NoticeJob.objects.exists()


def test_nobody_orders_for_what_is_not_read(cast: Cast):
    for user in (cast.other, cast.elsewhere, cast.administrator, cast.nobody):
        with pytest.raises(OutOfScope):
            ordered(cast, user, code="DT01")
    with pytest.raises(OutOfScope):
        orders.order(by=cast.operator, organisation=cast.organisations["DT"], period=H1, kind="notice")


# --- the work -------------------------------------------------------------------------------------


def test_the_notices_of_a_subtree_are_issued_and_put_together(cast: Cast, secretary: User):
    with translation.override("zh-hans"):
        job = worked_off(ordered(cast, secretary, H1, "notice"))
    assert (job.state, job.lease_until) == (JobState.FINISHED, None)
    assert parts(job) == {"DT0101": "done", "DT0102": "failed", "DT0201": "done"}
    assert job.parts.get(organisation__code="DT0102").refusal == "本期没有计分党员，没有可打印的内容。"
    issued = Notice.objects.order_by("organisation__path")
    assert [notice.number for notice in issued] == ["DT0101-2026-01", "DT0201-2026-01"]
    assert {notice.issued_by for notice in issued} == {secretary}
    single = [bytes(notice.paper.pdf) for notice in issued]
    with zipfile.ZipFile(opened(job.package)) as package:
        assert [name.partition("-")[0] for name in package.namelist()] == ["DT0101", "DT0201"]
        assert package.namelist()[0] == "DT0101-半年通报公示-东塘第一党支部-2026年上半年.pdf"
        assert [package.read(name) for name in package.namelist()] == single
    together = PdfReader(opened(job.merged))
    assert len(together.pages) == sum(len(PdfReader(io.BytesIO(one)).pages) for one in single)
    assert "东塘第一党支部" in together.pages[0].extract_text().replace("\n", "")
    assert next(entry.title for entry in together.outline) == "东塘第一党支部"


def test_a_second_order_issues_nothing_anew(cast: Cast, secretary: User):
    first = worked_off(ordered(cast, secretary, H1, "notice", "DT0101"))
    again = worked_off(ordered(cast, secretary, H1, "notice", "DT0101"))
    assert first.parts.get().notice == again.parts.get().notice == Notice.objects.get()


def test_an_order_prints_what_is_in_force_and_corrects_nothing(cast: Cast, secretary: User):
    first = worked_off(ordered(cast, secretary, H1, "notice", "DT0101")).parts.get().notice
    rows.entry(cast, cast.members["M001"], "volunteer")
    assert issuing.changes(first)
    again = worked_off(ordered(cast, secretary, H1, "notice", "DT0101"))
    assert (parts(again), again.parts.get().notice) == ({"DT0101": "done"}, first)
    assert Notice.objects.get() == first


def test_what_goes_wrong_with_one_is_written_down_and_the_others_are_made(
    cast: Cast, secretary: User, printer: Printer
):
    printer.fails = {"DT0101": Refused("没有"), "DT0102": ValueError("名字"), "DT0201": OutOfScope()}
    cast.admit("M050", "孙", "DT")
    job = worked_off(ordered(cast, secretary))
    said = dict(job.parts.filter(state=PartState.FAILED).values_list("organisation__code", "refusal"))
    assert said["DT0101"] == "没有"
    assert said["DT0102"] == "Something unexpected went wrong; the server’s log says what."
    assert said["DT0201"] == "It does not belong to what your duty reaches."
    assert (parts(job)["DT"], job.state) == ("done", JobState.FINISHED)


def test_where_nothing_was_made_there_are_no_files(cast: Cast, secretary: User, printer: Printer):
    printer.fails = dict.fromkeys(("DT0101", "DT0102", "DT0201"), Refused("没有"))
    job = worked_off(ordered(cast, secretary))
    assert (job.state, bool(job.package), bool(job.merged)) == (JobState.FINISHED, False, False)


def test_who_only_reads_gets_what_was_issued(cast: Cast, secretary: User):
    working.work(ordered(cast, secretary, H1, "notice", "DT01").pk, clock=timezone.now)
    job = worked_off(ordered(cast, cast.committee, H1, "notice"))
    assert parts(job) == {"DT0101": "done", "DT0102": "failed", "DT0201": "failed"}
    assert job.parts.get(organisation__code="DT0201").refusal == "Its notice has not been issued yet."
    assert job.parts.first().notice == Notice.objects.get()


def test_a_summary_is_of_each_organisation_alone(cast: Cast):
    cast.admit("M050", "孙", "DT01")
    job = worked_off(ordered(cast, cast.committee, Period.parse("2026Q1"), "summary", "DT01"))
    assert parts(job) == {"DT01": "done", "DT0101": "done", "DT0102": "failed"}
    text = "".join(page.extract_text() for page in PdfReader(opened(job.parts.first().pdf)).pages)
    assert "孙" in text
    assert "张晓明" not in text
    assert not Notice.objects.exists()


# --- leases ---------------------------------------------------------------------------------------


def test_a_part_is_one_workers_until_the_lease_runs_out(cast: Cast, secretary: User):
    job = ordered(cast, secretary)
    taken = [leases.take(job.pk, now=cast.now) for _worker in range(4)]
    assert [part and part.organisation.code for part in taken] == ["DT0101", "DT0102", "DT0201", None]
    assert leases.take(job.pk, now=cast.now + LEASE - MOMENT) is None
    again = leases.take(job.pk, now=cast.now + LEASE)
    assert (again.pk, again.attempts) == (taken[0].pk, 2)


def test_who_is_too_slow_keeps_nothing(cast: Cast, secretary: User, printer: Printer):
    job = ordered(cast, secretary)
    slow = leases.take(job.pk, now=cast.now)
    fast = leases.take(job.pk, now=cast.now + LEASE)
    working.make(fast, clock=lambda: cast.now + LEASE)
    kept = set(default_storage.listdir("jobs")[1])
    working.make(slow, clock=lambda: cast.now + LEASE)
    assert set(default_storage.listdir("jobs")[1]) == kept
    part = NoticeJobPart.objects.get(pk=slow.pk)
    assert (part.state, part.attempts, part.pdf.name) == (PartState.DONE, 2, fast.pdf.name)
    with pytest.raises(Overtaken):
        leases.give_back(slow, now=cast.now, state=PartState.FAILED, refusal="没有")


def test_what_a_killed_worker_had_is_made_by_another(cast: Cast, secretary: User, printer: Printer):
    job = ordered(cast, secretary)
    leases.take(job.pk, now=cast.now)
    assert worked_off(job, cast.now).state == JobState.UNDER_WAY
    assert printer.asked == ["DT0102", "DT0201"]
    assert worked_off(job, cast.now + LEASE).state == JobState.FINISHED
    assert printer.asked == ["DT0102", "DT0201", "DT0101"]


def test_a_part_that_kills_its_workers_is_given_up(cast: Cast, secretary: User, printer: Printer):
    job = ordered(cast, secretary, code="DT0101")
    now = cast.now
    for _killed in range(3):
        assert leases.take(job.pk, now=now) is not None
        now += LEASE
    assert worked_off(job, now).state == JobState.FINISHED
    assert printer.asked == []
    assert job.parts.get().refusal == "Its worker was interrupted several times."


def test_the_results_are_put_together_by_one(cast: Cast, secretary: User, printer: Printer):
    job = ordered(cast, secretary, code="DT0101")
    assert leases.take_results(job.pk, now=cast.now) is None
    working.make(leases.take(job.pk, now=cast.now), clock=timezone.now)
    assert leases.take_results(job.pk, now=cast.now) == cast.now + LEASE
    assert worked_off(job).state == JobState.UNDER_WAY
    assert worked_off(job, cast.now + LEASE).state == JobState.FINISHED
