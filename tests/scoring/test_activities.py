"""From the list of an activity to the ledger: by the scheme's mapping, by the difference, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from members.errors import OutOfScope, Refused
from members.models import LogRow, Member, YearLock
from members.services import roster
from scoring.enums import ActivityState, Presence
from scoring.models import Activity, ActivityKind, Attendance, Entry
from scoring.services import activities
from scoring.services.activities import Mark
from scoring.services.questions import same_activity
from tests.cast import NOW, Cast

PRESENT, ON_LEAVE, ABSENT, EXEMPT = Presence.PRESENT, Presence.ON_LEAVE, Presence.ABSENT, Presence.EXEMPT


@pytest.fixture
def mixed(cast: Cast) -> Cast:
    """DT0101 with an organ member (M007) and an in-service member (M008) beside the others."""
    cast.admit("M007", "冯机关", "DT0101", "organ.member")
    cast.admit("M008", "郑在职", "DT0101", "in_service.member")
    return cast


def event(cast: Cast, kind: str = "meeting", day: date = date(2026, 5, 4), **facts: Any) -> Activity:
    """An activity of DT0101 with nobody on its list."""
    said = {"organisation": cast.organisations["DT0101"], "title": "五月支部大会", **facts}
    activity = Activity(kind=ActivityKind.objects.get(code=kind), date=day, **said)
    activities.save_activity(by=cast.by(cast.owner), activity=activity)
    return activity


def record(cast: Cast, activity: Activity, marks: Mapping[str, str], **facts: Any) -> None:
    """The owner saves the list; `marks` are by member number."""
    activities.record_attendance(
        by=cast.by(cast.owner),
        activity=activity,
        marks=[Mark(member=cast.members[number], status=status, **facts) for number, status in marks.items()],
    )


def ledger() -> list[tuple[Any, ...]]:
    """Every entry as (member, indicator, date, quantity, title)."""
    rows = Entry.objects.order_by("member__number", "pk")
    return list(rows.values_list("member__number", "indicator__code", "date", "quantity", "title"))


def keys() -> dict[str, int]:
    return dict(Entry.objects.values_list("member__number", "pk"))


@pytest.mark.parametrize(
    ("kind", "community", "organ", "in_service"),
    [
        ("meeting", "org_life", "org_life", "community_life"),
        ("party_day", "org_life", "org_life", "community_life"),
        ("training", "training", "training", "training"),
        ("volunteering", "volunteer", "community_activity", "volunteer"),
        ("into_community", "community_activity", "community_activity", "volunteer"),
    ],
)
def test_one_event_serves_a_mixed_branch(
    mixed: Cast, kind: str, community: str, organ: str, in_service: str
) -> None:
    """The mapping of I29, by each participant's role on the day."""
    record(mixed, event(mixed, kind), dict.fromkeys(("M001", "M007", "M008"), PRESENT))
    said = date(2026, 5, 4), 1, "五月支部大会"
    assert ledger() == [
        ("M001", community, *said),
        ("M007", organ, *said),
        ("M008", in_service, *said),
    ]


def test_only_those_present_get_an_entry(mixed: Cast) -> None:
    marks = {"M001": PRESENT, "M002": ON_LEAVE, "M003": EXEMPT, "M004": ABSENT}
    activity = event(mixed)
    record(mixed, activity, marks, quantity=2)
    assert [(number, quantity) for number, _, _, quantity, _ in ledger()] == [("M001", 2)]
    assert dict(activity.attendances.values_list("member__number", "status")) == marks
    assert Entry.objects.get().recorded_at == NOW


def test_an_elderly_member_who_takes_part_is_recorded(cast: Cast) -> None:
    """What is done by choice is kept, under the general mapping, and becomes no points."""
    record(cast, event(cast), {"M003": PRESENT})
    assert [row[:2] for row in ledger()] == [("M003", "org_life")]


def test_the_role_of_the_day_decides_and_not_today_s(mixed: Cast) -> None:
    roster.change_role(
        by=mixed.operator,
        member=mixed.members["M008"],
        role=mixed.roles["community.member"],
        start=date(2026, 5, 5),
    )
    record(mixed, event(mixed), {"M008": PRESENT})
    record(mixed, event(mixed, day=date(2026, 5, 5)), {"M008": PRESENT})
    assert [row[1:3] for row in ledger()] == [
        ("community_life", date(2026, 5, 4)),
        ("org_life", date(2026, 5, 5)),
    ]


# --- the second save ------------------------------------------------------------------------------


def test_a_second_save_corrects_the_ledger_by_the_difference(mixed: Cast) -> None:
    activity = event(mixed)
    record(mixed, activity, {"M001": PRESENT, "M002": PRESENT, "M004": ABSENT})
    first = keys()
    record(mixed, activity, {"M001": PRESENT, "M002": ABSENT, "M004": PRESENT, "M007": PRESENT})
    second = keys()
    assert set(second) == {"M001", "M004", "M007"}
    assert second["M001"] == first["M001"]  # untouched
    row = LogRow.objects.filter(verb="record attendance").latest("pk")
    said = {str(mixed.members[number].pk): number for number in ("M001", "M002", "M004", "M007")}
    assert row.before is not None
    assert row.after is not None
    assert {said[key]: mark[0] for key, mark in row.before.items()} == {
        "M001": "present",
        "M002": "present",
        "M004": "absent",
    }
    assert {said[key]: mark[0] for key, mark in row.after.items()} == {
        "M001": "present",
        "M002": "absent",
        "M004": "present",
        "M007": "present",
    }


def test_saving_the_same_list_again_changes_nothing(mixed: Cast) -> None:
    activity = event(mixed)
    marks = {"M001": PRESENT, "M002": ON_LEAVE}
    record(mixed, activity, marks, note="全程")
    before = keys(), LogRow.objects.count(), set(Attendance.objects.values_list("pk", flat=True))
    record(mixed, activity, marks, note="全程")
    assert (keys(), LogRow.objects.count(), set(Attendance.objects.values_list("pk", flat=True))) == before


def test_whoever_is_left_off_the_list_loses_the_entry(mixed: Cast) -> None:
    activity = event(mixed)
    record(mixed, activity, {"M001": PRESENT, "M002": PRESENT})
    record(mixed, activity, {"M002": PRESENT})
    assert [row[0] for row in ledger()] == ["M002"]
    assert [mark.member.number for mark in activity.attendances.select_related("member")] == ["M002"]


def test_another_quantity_is_another_entry(cast: Cast) -> None:
    activity = event(cast, "volunteering")
    record(cast, activity, {"M001": PRESENT})
    record(cast, activity, {"M001": PRESENT}, quantity=3)
    assert [row[3] for row in ledger()] == [3]


# --- the activity itself --------------------------------------------------------------------------


def test_another_title_is_taken_over_into_the_ledger(cast: Cast) -> None:
    activity = event(cast)
    record(cast, activity, {"M001": PRESENT, "M002": PRESENT})
    activity.title = "五月黨員大會"
    activities.save_activity(by=cast.by(cast.owner), activity=activity)
    assert {row[4] for row in ledger()} == {"五月黨員大會"}
    assert set(Entry.objects.values_list("title_key", flat=True)) == {"五月党员大会"}


@pytest.mark.parametrize("change", ["kind", "date"])
def test_kind_and_date_stay_once_there_is_a_list(cast: Cast, change: str) -> None:
    activity = event(cast)
    record(cast, activity, {"M001": ABSENT})
    new = ActivityKind.objects.get(code="training") if change == "kind" else date(2026, 5, 5)
    setattr(activity, change, new)
    with pytest.raises(Refused):
        activities.save_activity(by=cast.by(cast.owner), activity=activity)
    stored = Activity.objects.select_related("kind").get()
    assert (stored.kind.code, stored.date) == ("meeting", date(2026, 5, 4))


def test_without_a_list_kind_and_date_may_change(cast: Cast) -> None:
    activity = event(cast)
    activity.kind, activity.date = ActivityKind.objects.get(code="training"), date(2026, 5, 5)
    activities.save_activity(by=cast.by(cast.owner), activity=activity)
    assert Activity.objects.get().date == date(2026, 5, 5)


def test_one_that_was_cancelled_is_not_recorded_twice_when_it_is_held_after_all(cast: Cast) -> None:
    first = event(cast)
    again = Activity(kind=first.kind, organisation=first.organisation, date=first.date, title=first.title)
    assert same_activity(again) is not None
    first.state = ActivityState.CANCELLED
    activities.save_activity(by=cast.by(cast.owner), activity=first)
    assert same_activity(again) is None


def test_withdrawing_takes_list_and_entries_and_the_log_keeps_them(cast: Cast) -> None:
    activity = event(cast)
    record(cast, activity, {"M001": PRESENT})
    activities.withdraw_activity(by=cast.by(cast.owner), activity=activity)
    assert not Activity.objects.exists()
    assert not Attendance.objects.exists()
    assert not Entry.objects.exists()
    row = LogRow.objects.filter(verb="record attendance").latest("pk")
    assert row.before == {str(cast.members["M001"].pk): ["present", 1, ""]}


# --- what is refused ------------------------------------------------------------------------------


def nothing_recorded() -> bool:
    return not Entry.objects.exists() and not Attendance.objects.exists()


def test_attendance_waits_for_the_day(cast: Cast) -> None:
    with pytest.raises(Refused):
        record(cast, event(cast, day=date(2026, 9, 16)), {"M001": PRESENT})
    assert nothing_recorded()
    record(cast, event(cast, day=cast.today), {"M001": PRESENT})
    assert Entry.objects.count() == 1


def test_one_without_a_posting_on_the_day_refuses_the_whole_list(cast: Cast) -> None:
    cast.admit("M009", "新来的", "DT0101", start=date(2026, 5, 5))
    with pytest.raises(Refused) as refused:
        record(cast, event(cast), {"M001": PRESENT, "M009": PRESENT})
    assert refused.value.code == "no-posting"
    assert "新来的" in refused.value.messages[0]
    assert nothing_recorded()


@pytest.mark.parametrize("marks", [{"M001": PRESENT}, {"M001": ABSENT}, {"M002": PRESENT, "M001": PRESENT}])
def test_a_closed_year_refuses_the_list(cast: Cast, marks: Mapping[str, str]) -> None:
    activity = event(cast)
    YearLock.objects.create(member=cast.members["M001"], year=2026, locked_at=NOW)
    with pytest.raises(Refused) as refused:
        record(cast, activity, marks)
    assert refused.value.code == "closed"
    assert nothing_recorded()


def test_a_closed_year_does_not_hinder_those_it_does_not_close(cast: Cast) -> None:
    """M001's year is closed and M001's mark stays; M002's may still be corrected."""
    activity = event(cast)
    record(cast, activity, {"M001": PRESENT})
    YearLock.objects.create(member=cast.members["M001"], year=2026, locked_at=NOW)
    record(cast, activity, {"M001": PRESENT, "M002": PRESENT})
    assert [row[0] for row in ledger()] == ["M001", "M002"]
    with pytest.raises(Refused):
        activities.withdraw_activity(by=cast.by(cast.owner), activity=activity)
    assert len(ledger()) == 2


def test_a_title_that_stands_in_a_closed_year_stays(cast: Cast) -> None:
    activity = event(cast)
    record(cast, activity, {"M001": PRESENT, "M002": PRESENT})
    YearLock.objects.create(member=cast.members["M002"], year=2026, locked_at=NOW)
    activity.title = "换个名字"
    with pytest.raises(Refused) as refused:
        activities.save_activity(by=cast.by(cast.owner), activity=activity)
    assert refused.value.code == "closed"
    assert {row[4] for row in ledger()} == {"五月支部大会"}
    assert Activity.objects.get().title == "五月支部大会"


@pytest.mark.parametrize(
    ("user", "numbers"),
    [
        ("other", ["M101"]),  # another branch's activity
        ("owner", ["M001", "M101"]),  # a member of another branch
        ("committee", ["M001"]),  # reads everything and records nothing
        ("administrator", ["M001"]),
    ],
)
def test_a_list_keeps_to_its_branch(cast: Cast, user: str, numbers: Sequence[str]) -> None:
    activity = event(cast)
    marks = [Mark(member=cast.members[number], status=PRESENT) for number in numbers]
    with pytest.raises(OutOfScope):
        activities.record_attendance(by=cast.by(getattr(cast, user)), activity=activity, marks=marks)
    assert nothing_recorded()


def test_a_secretary_records_the_groups_below(cast: Cast) -> None:
    member: Member = cast.members["M004"]
    activity = event(cast, organisation=cast.organisations["DT010101"])
    activities.record_attendance(
        by=cast.by(cast.owner), activity=activity, marks=[Mark(member=member, status=PRESENT)]
    )
    assert [row[0] for row in ledger()] == ["M004"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"quantity": 0}, "quantity"), ({"quantity": 100_000}, "quantity"), ({"note": "字" * 201}, "note")],
)
def test_a_mark_that_no_row_can_hold_is_refused_by_its_field(
    cast: Cast, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        record(cast, event(cast), {"M001": PRESENT}, **facts)
    assert set(refused.value.message_dict) == {field}
    assert nothing_recorded()
