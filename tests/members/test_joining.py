"""Nobody is placed afterwards in a unit whose year is closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from members.errors import Refused
from members.models import ImportBatch, Member, Posting, YearLock
from members.services import log, roster
from members.services.import_roster import Roster, import_roster
from members.services.importing import Source, Update
from members.services.undoing import undo_import
from tests.cast import Cast

YEAR = 2025
LAST = date(YEAR, 12, 31)


@pytest.fixture(autouse=True)
def in_english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


@pytest.fixture
def closed(cast: Cast) -> Cast:
    """The year of DT0101 is closed, but not for M002, who left it in that year."""
    roster.end_posting(by=cast.operator, posting=cast.members["M002"].postings.get(), end=date(YEAR, 11, 30))
    for number in ("M001", "M003", "M004"):
        YearLock.objects.create(member=cast.members[number], year=YEAR, locked_at=cast.now)
    return cast


def admit(cast: Cast, start: date, end: date | None, code: str = "DT0101") -> None:
    roster.admit(
        by=cast.operator, member=Member(name="后来"), organisation=cast.organisations[code],
        role=cast.roles["community.member"], start=start, end=end,
    )  # fmt: skip


def transfer(cast: Cast, start: date, end: date | None, code: str = "DT0101") -> None:
    roster.transfer(
        by=cast.operator, member=cast.members["M101"], organisation=cast.organisations[code],
        role=cast.roles["community.member"], start=start,
    )  # fmt: skip


def taken_in(cast: Cast, plan: Roster) -> ImportBatch:
    return import_roster(
        by=cast.operator, source=Source("members", "表.xlsx", "0" * 64, 1, (1, 0), log.head_hash()), plan=plan
    )


def posting(cast: Cast, start: date, end: date | None, code: str, **facts: object) -> Posting:
    place, role = cast.organisations[code], cast.roles["community.member"]
    return Posting(organisation=place, role=role, start=start, end=end, **facts)


def admit_by_file(cast: Cast, start: date, end: date | None, code: str = "DT0101") -> None:
    taken_in(cast, Roster(admitted=[(Member(name="后来"), [posting(cast, start, end, code)])]))


def post_by_file(cast: Cast, start: date, end: date | None, code: str = "DT0101") -> None:
    taken_in(cast, Roster(postings=[posting(cast, start, end, code, member=cast.members["M002"])]))


WAYS = [admit, transfer, admit_by_file, post_by_file]


def refused(action: Callable[[], object]) -> None:
    before = list(Posting.objects.values_list("pk", "end"))
    with pytest.raises(Refused) as refusal:
        action()
    assert "reopens it first" in " ".join(refusal.value.messages)
    assert list(Posting.objects.values_list("pk", "end")) == before


@pytest.mark.parametrize("code", ["DT0101", "DT010101"])
@pytest.mark.parametrize("way", WAYS)
def test_not_over_the_end_of_the_closed_year(closed: Cast, way: Callable[..., None], code: str) -> None:
    refused(lambda: way(closed, date(YEAR, 12, 1), None, code))


@pytest.mark.parametrize("way", WAYS)
def test_from_the_day_after_and_elsewhere(closed: Cast, way: Callable[..., None]) -> None:
    way(closed, LAST + timedelta(days=1), None)
    assert Posting.objects.filter(start__gt=LAST).count() == 1


@pytest.mark.parametrize("way", [admit, admit_by_file, post_by_file])
def test_elsewhere_and_for_a_while(closed: Cast, way: Callable[..., None]) -> None:
    before = Posting.objects.count()
    way(closed, date(YEAR, 12, 1), LAST - timedelta(days=1))
    way(closed, LAST, None, "DT0102") if way is not post_by_file else None
    assert Posting.objects.count() == before + (1 if way is post_by_file else 2)


def ends(cast: Cast, end: date | None) -> Roster:
    held = cast.members["M002"].postings.get()
    return Roster(ends=[(held, Update(held.pk, {"end": held.end}, {"end": end}))])


def end_it(cast: Cast, end: date | None) -> None:
    roster.end_posting(by=cast.operator, posting=cast.members["M002"].postings.get(), end=end)


def end_it_by_file(cast: Cast, end: date | None) -> None:
    taken_in(cast, ends(cast, end))


@pytest.mark.parametrize("way", [end_it, end_it_by_file])
def test_a_posting_that_has_ended_does_not_last_to_the_end_after_all(
    closed: Cast, way: Callable[..., None]
) -> None:
    refused(lambda: way(closed, None))
    refused(lambda: way(closed, LAST))
    way(closed, LAST - timedelta(days=1))


def test_an_import_that_ended_one_is_not_undone(cast: Cast) -> None:
    batch = taken_in(cast, ends(cast, date(YEAR, 11, 30)))
    YearLock.objects.create(member=cast.members["M001"], year=YEAR, locked_at=cast.now)
    refused(lambda: undo_import(by=cast.operator, batch=batch))
