"""The demo in the database: whole, believable, and put in once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import StringIO

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from appraisal.models import BranchYear, Case, Objection, RowRemark, SnapshotRow, Tally
from appraisal.services import years
from appraisal.services.results import results
from members.models import Leave, LogRow, Member, Organisation, Posting, User, YearLock
from members.services import log
from members.services.by import By
from reports.desk.demo import accounts
from reports.desk.services.yearly.waiting import to_decide
from scoring.models import Activity, Adjustment, Attendance, Bonus, Care, CareVisit, Entry, Waiver
from tests.cast import NOW
from tests.desk.seeding import SMALL, seed

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker) -> Iterator[None]:
    """A small demo, made once for this module and taken out again."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(timezone, "now", lambda: NOW)
        assert seed(*SMALL, "--accounts")[0] == 0
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def same_moment(still_clock):
    """The commands read the clock of the cast."""


# --- what is in it --------------------------------------------------------------------------------


def test_everything_there_is_occurs(seeded):
    for table in (Leave, Activity, Attendance, Bonus, Waiver, Care, CareVisit, Tally, Adjustment):
        assert table.objects.exists(), table
    assert Member.objects.count() == 60
    assert set(Organisation.objects.values_list("kind", flat=True)) == {
        "committee", "general_branch", "branch", "group",
    }  # fmt: skip
    assert set(Attendance.objects.values_list("status", flat=True)) >= {"present", "absent", "on_leave"}
    assert Entry.objects.filter(activity__isnull=False).exists()


def test_nothing_is_dated_after_today(seeded):
    latest = [
        Entry.objects.aggregate(day=Max("date"), until=Max("until"), at=Max("recorded_at")),
        Bonus.objects.aggregate(day=Max("date")),
        CareVisit.objects.aggregate(day=Max("date")),
        Activity.objects.aggregate(day=Max("date")),
        Posting.objects.aggregate(day=Max("start"), until=Max("end")),
        Leave.objects.aggregate(day=Max("start"), until=Max("end")),
        LogRow.objects.aggregate(at=Max("at")),
    ]
    moments = [value for row in latest for value in row.values() if value is not None]
    assert all((value.date() if hasattr(value, "date") else value) <= TODAY for value in moments)


def test_it_is_typed_in_through_the_year_as_the_log_says(seeded):
    assert list(log.faults()) == []
    rows = LogRow.objects.order_by("pk").exclude(verb__in=["load scheme"]).values_list("at", flat=True)
    assert list(rows) == sorted(rows)
    recorded = Counter(Entry.objects.values_list("recorded_at__date", flat=True))
    assert len(recorded) > 12


def test_scores_spread_from_unqualified_to_excellent(seeded):
    grades = Counter(
        result.grade
        for unit in results(year=TODAY.year - 1, as_of=date(TODAY.year - 1, 12, 31))
        for result in unit.results
    )
    assert {"excellent", "good", "fail"} <= set(grades)
    assert max(grades.values()) < 40  # of 60


def test_this_year_is_under_way(seeded):
    bases = [
        result.base
        for unit in results(year=TODAY.year, as_of=date(TODAY.year, 6, 30))
        for result in unit.results
        if result.base is not None
    ]
    assert min(bases) < 3000 < 5000 < max(bases)


def test_the_year_before_has_been_reviewed_but_for_three_branches(seeded):
    states = Counter(BranchYear.objects.filter(year=TODAY.year - 1).values_list("state", flat=True))
    assert states["approved"] >= 2
    assert (states["submitted"], states["returned"]) == (2, 1)
    posted = BranchYear.objects.filter(posted_on__isnull=False)
    assert posted.count() == sum(states.values())
    assert not posted.filter(posted_figures__isnull=True).exists()
    assert Case.objects.filter(filed_on__isnull=False, handled_filed_on__isnull=True).exists()
    assert Objection.objects.unanswered().count() == 1
    assert RowRemark.objects.count() == 1
    waiting = BranchYear.objects.get(state="returned")
    closed = set(YearLock.objects.values_list("member", flat=True))
    rows = SnapshotRow.objects.filter(snapshot__purpose="submission")
    assert closed == set(rows.exclude(snapshot=waiting.snapshot).values_list("member", flat=True))


def test_the_committee_has_a_year_to_approve(seeded):
    (told,) = to_decide(Organisation.objects.filter(code="DT"), TODAY)
    (row,) = [
        one
        for one in BranchYear.objects.filter(state="submitted")
        if f"/{one.organisation.code}/" in told.url
    ]
    years.approve_year(by=By.operator(NOW), branch_year=row)
    assert to_decide(Organisation.objects.filter(code="DT"), TODAY) == []


def test_verify_finds_nothing(seeded):
    call_command("verify", stdout=StringIO())


# --- once, and alone ------------------------------------------------------------------------------


def test_a_second_run_adds_nothing(seeded):
    before = Entry.objects.count(), LogRow.objects.count()
    assert seed(*SMALL)[0] == 0
    assert seed()[0] == 0  # whatever is not said is as it is
    assert seed("--accounts")[0] == 0
    assert (Entry.objects.count(), LogRow.objects.count()) == before


@pytest.mark.parametrize("other", [["--members", "61"], ["--seed", "2"], ["--year", "2025"]])
def test_another_demo_does_not_go_on_top(seeded, other):
    before = Entry.objects.count()
    code, _out, err = seed(*other)
    assert code == 1
    assert len(err.splitlines()) == 1
    assert Entry.objects.count() == before


# --- accounts -------------------------------------------------------------------------------------


def test_the_accounts_printed_open_the_pages_printed(seeded):
    _code, out, _err = seed("--accounts", "--at", "http://127.0.0.1:8000/")
    users = list(User.objects.all())
    assert len(users) == 5
    for user in users:
        validate_password(accounts.PASSWORD, user)
        (line,) = [text.split() for text in out.splitlines() if f" {user.username} " in text]
        assert line[-1] == accounts.PASSWORD
        client = Client()
        assert client.login(request=HttpRequest(), username=user.username, password=line[-1])
        site, page = line[0][:21], line[0][21:]
        assert site == "http://127.0.0.1:8000"
        assert client.get(page).status_code == 200


def test_a_changed_password_is_not_printed(seeded):
    user = User.objects.get(username="admin")
    kept = user.password
    user.set_password("something else entirely")
    user.save()
    _code, out, _err = seed("--accounts")
    (line,) = [text for text in out.splitlines() if " admin " in text]
    assert accounts.PASSWORD not in line
    User.objects.filter(pk=user.pk).update(password=kept)
