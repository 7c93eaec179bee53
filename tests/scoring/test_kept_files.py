"""Files kept with an activity, a bonus or an adjustment: replaced, removed, never left without a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from members.models import LogRow, Member, YearLock
from members.services import log
from scoring.enums import Presence
from scoring.models import Activity, Adjustment, AdjustmentLine, Bonus
from scoring.services import activities, adjustments, ledger
from scoring.services.activities import Mark
from tests import rows
from tests.cast import Cast
from tests.desk.reader import browser, text_of

pytestmark = pytest.mark.django_db
FIRST, SECOND = b"%PDF-1.7 first", b"\x89PNG\r\n\x1a\n second"

Commit = Callable[..., Any]
"""What pytest-django gives to run what waits for the commit."""


@pytest.fixture
def owner(cast: Cast, tmp_path: Path, settings: Any) -> Client:
    settings.MEDIA_ROOT = tmp_path
    return browser(cast, cast.owner)


def on_disk() -> list[bytes]:
    """Every file that is kept, by what is in it."""
    return sorted(path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("现场.html", content, content_type="text/html")


def told() -> tuple[str, str, str]:
    """The last thing the log says: the verb, and the files before and after."""
    row = LogRow.objects.order_by("-pk")[0]
    names = ("attachment", "evidence", "scan")
    files = [
        next((said[name] for name in names if name in said), "") for said in (row.before, row.after) if said
    ]
    return row.verb, files[0], files[1]


class Kept:
    """A row with a file, by the page on which it is kept."""

    def __init__(self, cast: Cast, owner: Client) -> None:
        self.cast, self.owner = cast, owner
        self.make()

    def make(self) -> None: ...

    def send(
        self, *, content: bytes | None = None, remove: bool = False, who: Client | None = None
    ) -> Any: ...

    def close(self) -> None:
        """The year of M001 is closed."""
        YearLock.objects.create(member=self.cast.members["M001"], year=2026, locked_at=self.cast.now)


class OfActivity(Kept):
    verbs = ("attach file", "remove file")

    def make(self) -> None:
        self.row = rows.activity(self.cast, "DT0101")
        marks = [Mark(member=self.cast.members["M001"], status=Presence.PRESENT)]
        activities.record_attendance(by=self.cast.operator, activity=self.row, marks=marks)

    def send(self, *, content: bytes | None = None, remove: bool = False, who: Client | None = None) -> Any:
        version = Activity.objects.get().version
        url = f"/activities/{self.row.pk}/file/"
        if remove:
            return (who or self.owner).post(f"{url}remove/", {"version": version})
        assert content is not None
        return (who or self.owner).post(f"{url}new/", {"version": version, "file": upload(content)})


class OfBonus(Kept):
    verbs = ("correct bonus", "correct bonus")

    def make(self) -> None:
        given = rows.additions(self.cast, "DT0101", self.cast.members["M001"], self.cast.members["M002"])[
            Bonus
        ]
        self.given = given
        assert self.owner.post("/admin/scoring/bonus/add/", given).status_code == 302

    def send(self, *, content: bytes | None = None, remove: bool = False, who: Client | None = None) -> Any:
        bonus = Bonus.objects.get()
        data = {**self.given, "version_read": bonus.version}
        data |= {"evidence": upload(content)} if content is not None else {}
        data |= {"remove_file": "on"} if remove else {}
        return (who or self.owner).post(f"/admin/scoring/bonus/{bonus.pk}/change/", data)


class OfAdjustment(Kept):
    verbs = ("replace adjustment", "replace adjustment")

    def make(self) -> None:
        self.row = rows.adjustment(self.cast, "DT0101")

    def send(self, *, content: bytes | None = None, remove: bool = False, who: Client | None = None) -> Any:
        url = f"/branches/DT0101/adjustment/?year=2026&role={self.row.role_id}"
        client = who or self.owner
        asked = self.owner.get(url)
        matrix = asked.context["matrix"]
        lines = {
            name: str(matrix[name].value()) for name in matrix.fields if matrix[name].value() is not None
        }
        weighed = client.post(url, lines)
        if weighed.status_code != 200 or "effect" not in weighed.context:
            return weighed
        data = {
            **lines, "seen": weighed.context["effect"].digest, "resolution_on": "2026-01-09", "present": "10",
            "votes_for": "8", "resolution": "决议",
            "version_read": Adjustment.objects.get().version,
        }  # fmt: skip
        data |= {"scan": upload(content)} if content is not None else {}
        data |= {"remove_file": "on"} if remove else {}
        return client.post(url, data)


KINDS = (OfActivity, OfBonus, OfAdjustment)


@pytest.mark.parametrize("kind", KINDS)
def test_another_file_takes_its_place_and_the_first_is_gone_once_that_is_stored(
    cast: Cast, owner: Client, kind: Any, django_capture_on_commit_callbacks: Commit
):
    kept = kind(cast, owner)
    with django_capture_on_commit_callbacks(execute=True):
        assert kept.send(content=FIRST).status_code == 302
    assert on_disk() == [FIRST]
    with django_capture_on_commit_callbacks() as waiting:
        assert kept.send(content=SECOND).status_code == 302
        assert on_disk() == [FIRST, SECOND]
    for last in waiting:
        last()
    assert on_disk() == [SECOND]
    verb, before, after = told()
    assert verb == kind.verbs[0]
    assert before.endswith(".pdf")
    assert after.endswith(".png")


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_removed_and_the_log_says_so(
    cast: Cast, owner: Client, kind: Any, django_capture_on_commit_callbacks: Commit
):
    kept = kind(cast, owner)
    with django_capture_on_commit_callbacks(execute=True):
        kept.send(content=FIRST)
        assert kept.send(remove=True).status_code == 302
    assert on_disk() == []
    verb, before, after = told()
    assert (verb, after) == (kind.verbs[1], "")
    assert before.endswith(".pdf")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("asked", [{"content": SECOND}, {"remove": True}])
def test_in_a_closed_year_it_stays(
    cast: Cast, owner: Client, kind: Any, asked: Any, django_capture_on_commit_callbacks: Commit
):
    kept = kind(cast, owner)
    kept.send(content=FIRST)
    kept.close()
    logged = LogRow.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        answer = kept.send(**asked)
    if answer.status_code == 302:
        answer = owner.get(answer["Location"])
    assert "2026" in text_of(answer)
    assert "closed" in text_of(answer)
    assert on_disk() == [FIRST]
    assert LogRow.objects.count() == logged


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("asked", [{"content": SECOND}, {"remove": True}])
@pytest.mark.parametrize("who", ["other", "committee", "administrator"])
def test_others_change_nothing(
    cast: Cast, owner: Client, kind: Any, asked: Any, who: str, django_capture_on_commit_callbacks: Commit
):
    kept = kind(cast, owner)
    kept.send(content=FIRST)
    with django_capture_on_commit_callbacks(execute=True):
        assert kept.send(**asked, who=cast.client(getattr(cast, who))).status_code in {403, 404}
    assert on_disk() == [FIRST]


@pytest.mark.parametrize("kind", KINDS)
def test_where_saving_fails_no_new_file_is_left_and_no_old_one_lost(
    cast: Cast, owner: Client, kind: Any, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Commit,
):  # fmt: skip
    kept = kind(cast, owner)
    kept.send(content=FIRST)
    seen: list[list[bytes]] = []

    def fail(**_said: Any) -> None:
        seen.append(on_disk())
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(log, "record", fail)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        kept.send(content=SECOND)
    assert seen == [[FIRST, SECOND]]
    assert on_disk() == [FIRST]


def test_a_file_goes_with_its_row(cast: Cast, owner: Client, django_capture_on_commit_callbacks: Commit):
    for kind in KINDS:
        kind(cast, owner).send(content=FIRST)
    assert len(on_disk()) == 3
    with django_capture_on_commit_callbacks(execute=True):
        activities.withdraw_activity(by=cast.operator, activity=Activity.objects.get())
        ledger.withdraw(by=cast.operator, row=Bonus.objects.get())
        adjustments.withdraw_adjustment(by=cast.operator, adjustment=Adjustment.objects.get())
    assert on_disk() == []


def test_the_file_that_stays_is_not_touched_when_the_rest_is_corrected(
    cast: Cast, owner: Client, django_capture_on_commit_callbacks: Commit
):
    for kind in (OfBonus, OfAdjustment):
        kept = kind(cast, owner)
        kept.send(content=FIRST)
        with django_capture_on_commit_callbacks(execute=True):
            kept.send()
    assert on_disk() == [FIRST, FIRST]


def test_a_new_adjustment_that_is_refused_leaves_no_scan(cast: Cast, owner: Client):
    """Of the same role in the same year there is one already, made since the form was shown."""
    first = rows.adjustment(cast, "DT0101")
    lines = [
        AdjustmentLine(indicator=line.indicator, quota=line.quota, points=line.points, waivable=line.waivable)
        for line in first.lines.order_by("order")
    ]
    second = Adjustment(
        organisation=first.organisation, year=2026, role=first.role, resolution_on=date(2026, 1, 9),
        present=10, votes_for=8, scan=ContentFile(FIRST, name="scan.pdf"),
    )  # fmt: skip
    with pytest.raises(Exception, match="adjusted there for that year already"):
        adjustments.adopt_adjustment(by=cast.operator, adjustment=second, lines=lines)
    assert on_disk() == []


def test_a_scan_cannot_go_where_there_are_no_words(cast: Cast, owner: Client):
    kept = OfAdjustment(cast, owner)
    kept.send(content=FIRST)
    Adjustment.objects.update(resolution="")
    url = f"/branches/DT0101/adjustment/?year=2026&role={kept.row.role_id}"
    matrix = owner.get(url).context["matrix"]
    lines = {name: str(matrix[name].value()) for name in matrix.fields if matrix[name].value() is not None}
    weighed = owner.post(url, lines)
    assert f'href="/admin/scoring/adjustment/{kept.row.pk}/scan/"' in weighed.content.decode()
    said = {"resolution_on": "2026-01-09", "present": "10", "votes_for": "8", "resolution": ""}
    data = {**lines, **said, "seen": weighed.context["effect"].digest, "version_read": 2, "remove_file": "on"}
    answer = owner.post(url, data)
    assert list(answer.context["form"].errors) == ["resolution"]
    assert on_disk() == [FIRST]


@pytest.mark.parametrize("kind", [OfBonus, OfAdjustment])
def test_another_file_and_none_is_no_answer(cast: Cast, owner: Client, kind: Any):
    kept = kind(cast, owner)
    kept.send(content=FIRST)
    answer = kept.send(content=SECOND, remove=True)
    assert "Either another file takes its place, or none." in text_of(answer)
    assert on_disk() == [FIRST]


def test_the_page_of_an_activity_offers_to_remove_what_there_is(cast: Cast, owner: Client):
    kept = OfActivity(cast, owner)
    url, remove = f"/activities/{kept.row.pk}/attendance/", f"/activities/{kept.row.pk}/file/remove/"
    assert remove not in owner.get(url).content.decode()
    kept.send(content=FIRST)
    assert remove in owner.get(url).content.decode()
    assert remove not in cast.client(cast.committee).get(url).content.decode()
    # A page that was opened before somebody else changed the file removes nothing.
    assert owner.post(remove, {"version": 1}).status_code == 302
    assert owner.post(remove, {"version": "x"}).status_code == 302
    assert on_disk() == [FIRST]


def test_the_list_of_a_member_who_was_there_decides_whether_a_file_may_change(cast: Cast, owner: Client):
    """Closed is the year of somebody else, who was not there."""
    kept = OfActivity(cast, owner)
    stranger: Member = cast.members["M002"]
    YearLock.objects.create(member=stranger, year=2026, locked_at=cast.now)
    kept.send(content=FIRST)
    assert on_disk() == [FIRST]


@pytest.mark.parametrize("kind, field", [("award", "level"), ("contribution", "points")])
def test_a_refused_bonus_says_what_is_missing_and_asks_for_the_file_again(
    cast: Cast, owner: Client, kind: str, field: str
):
    data = {"member": cast.members["M001"].pk, "kind": kind, "date": "2026-05-04", "reason": "学雷锋"}
    answer = owner.post("/admin/scoring/bonus/add/", data | {"evidence": upload(FIRST)})
    errors = answer.context["adminform"].form.errors
    assert set(errors) == {field, "evidence"}
    assert (Bonus.objects.count(), on_disk()) == (0, [])
    told = text_of(answer)
    assert "again" in told
