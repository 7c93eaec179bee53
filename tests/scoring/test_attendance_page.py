"""The page of one activity's list: who sees it, what saving asks first, and what never gets lost."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.enums import DutyKind
from members.models import YearLock
from members.services import roster
from scoring.enums import ActivityState, Audience
from scoring.models import Activity, ActivityKind, Attendance, Entry
from scoring.services import activities
from tests.cast import NOW, Cast, account
from tests.desk.reader import browser, text_of
from tests.scoring.meetings import address, checked, fields, meeting, save, sent_again, stored


@pytest.fixture
def owner(cast: Cast) -> Client:
    return browser(cast, cast.owner)


# --- planning -------------------------------------------------------------------------------------


def test_a_new_meeting_leads_to_its_list(cast: Cast, owner: Client) -> None:
    page = owner.get("/activities/new/")
    form = page.context["form"]
    assert str(form["date"].value()) == "2026-09-15"
    answer = owner.post(
        "/activities/new/",
        {
            "organisation": cast.organisations["DT0101"].pk,
            "kind": ActivityKind.objects.get(code="meeting").pk,
            "date": "2026-09-14",
            "title": "九月支部大会",
            "audience": "all",
        },
    )
    activity = Activity.objects.get()
    assert answer["Location"] == address(activity)
    assert (activity.state, activity.organisation.code) == (ActivityState.HELD, "DT0101")


def test_a_branch_without_groups_is_preset(cast: Cast) -> None:
    form = browser(cast, cast.other).get("/activities/new/").context["form"]
    assert form["organisation"].value() == cast.organisations["DT0201"].pk
    assert form["organisation"].is_hidden
    assert [value for value, _label in form.fields["audience"].choices] == ["all", "members"]


@pytest.mark.parametrize(
    ("audience", "facts", "expected"),
    [
        ("all", {}, ["M001", "M002", "M003", "M004"]),
        ("units", {"below": "DT010101"}, ["M004"]),
        ("members", {"names": "1\t李芳\nM004"}, ["M002", "M004"]),
    ],
)
def test_the_audience_decides_who_is_on_the_list(
    cast: Cast, owner: Client, audience: str, facts: dict[str, str], expected: list[str]
) -> None:
    said: dict[str, Any] = dict(facts)
    if "below" in said:
        said["below"] = cast.organisations[said["below"]].pk
    answer = owner.post(
        "/activities/new/",
        {
            "organisation": cast.organisations["DT0101"].pk,
            "kind": ActivityKind.objects.get(code="meeting").pk,
            "date": "2026-09-14",
            "title": "会",
            "audience": audience,
            **said,
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert sorted(checked(owner.get(answer["Location"]))) == expected


def test_the_audience_of_a_list_can_be_changed_to_any_other(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    group = cast.organisations["DT010101"].pk
    for audience, facts, expected in (
        ("units", {"below": group}, ["M004"]),
        ("members", {"names": "李芳"}, ["M002"]),
        ("units", {"below": group}, ["M004"]),
        ("all", {}, ["M001", "M002", "M003", "M004"]),
    ):
        activity.refresh_from_db()
        answer = owner.post(
            f"/activities/{activity.pk}/",
            {
                "organisation": activity.organisation_id,
                "kind": activity.kind_id,
                "date": activity.date,
                "title": activity.title,
                "state": activity.state,
                "version_read": activity.version,
                "audience": audience,
                **facts,
            },
        )
        assert answer.status_code == 302, answer.context["form"].errors
        assert sorted(checked(owner.get(address(activity)))) == expected


@pytest.mark.parametrize("names", ["", "查无此人", "陈秘而不宣", "M101"])
def test_whoever_is_not_found_is_not_invited(cast: Cast, owner: Client, names: str) -> None:
    answer = owner.post(
        "/activities/new/",
        {
            "organisation": cast.organisations["DT0101"].pk,
            "kind": ActivityKind.objects.get(code="meeting").pk,
            "date": "2026-09-14",
            "title": "会",
            "audience": "members",
            "names": names,
        },
    )
    assert "names" in answer.context["form"].errors
    assert not Activity.objects.exists()


def test_a_unit_of_another_branch_is_no_audience(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    activity.audience = Audience.UNITS
    activity.choose(units=[cast.organisations["DT0102"].pk])
    with pytest.raises(activities.Refused):
        activities.save_activity(by=cast.by(cast.owner), activity=activity)


def test_who_was_posted_on_the_day_is_expected_and_nobody_else(cast: Cast, owner: Client) -> None:
    cast.admit("M009", "后来人", "DT0101", start=date(2026, 5, 5))
    assert "M009" not in checked(owner.get(address(meeting(cast))))
    assert "M009" in checked(owner.get(address(meeting(cast, day=date(2026, 5, 5)))))


# --- who sees it ----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "attendance/", "attendance/template/", "file/", "sign-in/"])
@pytest.mark.parametrize("who", ["other", "elsewhere", "administrator", "nobody"])
def test_strangers_find_nothing(cast: Cast, who: str, page: str) -> None:
    assert cast.client(getattr(cast, who)).get(address(meeting(cast), page)).status_code == 404


@pytest.mark.parametrize("who", ["other", "committee", "administrator", "nobody"])
def test_nobody_else_writes(cast: Cast, who: str) -> None:
    activity, client = meeting(cast), cast.client(getattr(cast, who))
    assert save(client, cast, activity, {"M001": "present"}).status_code == 404
    for page in ("", "held/", "file/new/"):
        assert client.post(address(activity, page)).status_code == 404
    assert client.get("/activities/new/").status_code == (200 if who == "other" else 404)
    assert stored(activity) == {}


def test_the_committee_reads_without_inputs(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    save(owner, cast, activity, {"M001": "present", "M002": "absent"})
    page = browser(cast, cast.committee).get(address(activity))
    assert "李芳 M002 Absent" in re.sub(
        " +", " ", text_of(page).replace("第一党小组", "").replace("东塘第一党支部", "")
    )
    assert 'name="status' not in page.content.decode()


# --- what the page shows --------------------------------------------------------------------------


def test_a_new_list_exempts_the_elderly_and_marks_nobody_else(cast: Cast, owner: Client) -> None:
    page = owner.get(address(meeting(cast)))
    assert checked(page) == {"M001": "", "M002": "", "M003": "exempt", "M004": ""}


def test_reopening_shows_what_was_saved_and_no_presets(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    assert save(owner, cast, activity, {"M001": "present"}).status_code == 302
    assert checked(owner.get(address(activity))) == {"M001": "present", "M002": "", "M003": "", "M004": ""}


def test_the_last_list_is_copied_where_it_is_asked_for(cast: Cast, owner: Client) -> None:
    first = meeting(cast)
    save(owner, cast, first, {"M001": "present", "M002": "on_leave", "M003": "present"})
    second = meeting(cast, day=date(2026, 6, 1))
    assert f"?copy={first.pk}" in owner.get(address(second)).content.decode()
    page = owner.get(address(second), {"copy": first.pk})
    assert checked(page) == {"M001": "present", "M002": "on_leave", "M003": "present", "M004": ""}
    assert stored(second) == {}
    foreign = meeting(cast, "DT0201")
    assert owner.get(address(second), {"copy": foreign.pk}).status_code == 404


@pytest.mark.parametrize("state", [ActivityState.PLANNED, ActivityState.CANCELLED])
def test_what_was_not_held_has_no_list_to_mark(cast: Cast, owner: Client, state: str) -> None:
    activity = meeting(cast)
    activity.state = state
    activities.save_activity(by=cast.operator, activity=activity)
    assert 'name="status' not in owner.get(address(activity)).content.decode()
    save(owner, cast, activity, {"M001": "present"})
    assert stored(activity) == {}


def test_a_planned_one_is_held_on_its_day_and_not_before(cast: Cast, owner: Client) -> None:
    later = meeting(cast, day=date(2026, 9, 16))
    assert later.state == ActivityState.PLANNED
    owner.post(address(later, "held/"))
    assert Activity.objects.get(pk=later.pk).state == ActivityState.PLANNED
    Activity.objects.filter(pk=later.pk).update(date=date(2026, 9, 15))
    owner.post(address(later, "held/"))
    assert Activity.objects.get(pk=later.pk).state == ActivityState.HELD


def test_who_has_moved_away_keeps_the_mark(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    save(owner, cast, activity, {"M001": "present", "M002": "present"})
    roster.transfer(
        by=cast.operator,
        member=cast.members["M002"],
        organisation=cast.organisations["DT0102"],
        role=cast.roles["community.member"],
        start=date(2026, 6, 1),
    )
    page = owner.get(address(activity))
    assert "M002" not in checked(page)
    assert "李芳 · Present" in text_of(page)
    assert save(owner, cast, activity, {"M001": "present", "M004": "absent"}).status_code == 302
    assert stored(activity) == {"M001": "present", "M002": "present", "M004": "absent"}


# --- saving ---------------------------------------------------------------------------------------


def test_a_change_of_what_is_stored_is_shown_first(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    save(owner, cast, activity, {"M001": "present", "M002": "present", "M004": "present"})
    marks = {"M001": "absent", "M002": "absent", "M004": "present", "M003": "exempt"}
    page = save(owner, cast, activity, marks, **{f"note-{cast.members['M003'].pk}": "在家"})
    assert "2 members are changed to: Absent" in text_of(page)
    assert stored(activity) == {"M001": "present", "M002": "present", "M004": "present"}
    again = sent_again(page)
    back = owner.post(address(activity), {**again, "step": "back"})
    assert checked(back) == marks
    assert owner.post(address(activity), {**again, "step": "confirm"}).status_code == 302
    assert stored(activity) == marks
    assert activity.attendances.get(member=cast.members["M003"]).note == "在家"
    assert list(Entry.objects.values_list("member__number", flat=True)) == ["M004"]


def test_what_another_stored_meanwhile_is_shown_and_asked_about(cast: Cast, owner: Client) -> None:
    """Both open an empty list; one stores M001 and M002, the other then has M001 and M004."""
    activity = meeting(cast)
    mine = fields(cast, activity, {"M001": "absent", "M004": "present"})
    save(browser(cast, cast.owner), cast, activity, {"M001": "present", "M002": "present"})
    page = owner.post(address(activity), mine)
    told = {
        conflict.member.number: (conflict.stored, conflict.typed) for conflict in page.context["conflicts"]
    }
    assert told == {"M001": ("Present", "Absent"), "M002": ("Present", "No mark yet")}
    assert stored(activity) == {"M001": "present", "M002": "present"}
    again = sent_again(page)
    # What was typed stands where something was typed, and what the other stored where nothing was.
    assert again[f"keep-{cast.members['M001'].pk}"] == "typed"
    assert again[f"keep-{cast.members['M002'].pk}"] == "stored"
    assert owner.post(address(activity), {**again, "step": "resolve"}).status_code == 302
    assert stored(activity) == {"M001": "absent", "M002": "present", "M004": "present"}


def test_a_third_save_meanwhile_is_asked_about_again(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    mine = fields(cast, activity, {"M001": "absent"})
    save(browser(cast, cast.owner), cast, activity, {"M001": "present"})
    again = sent_again(owner.post(address(activity), mine))
    save(browser(cast, cast.owner), cast, activity, {"M001": "on_leave"}, step="confirm")
    page = owner.post(address(activity), {**again, "step": "resolve"})
    assert [conflict.stored for conflict in page.context["conflicts"]] == ["Asked for leave"]
    assert stored(activity) == {"M001": "on_leave"}


def test_the_same_save_twice_is_one(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    sent = fields(cast, activity, {"M001": "present", "M002": "absent"})
    for _time in range(2):
        assert owner.post(address(activity), sent).status_code == 302
    assert Entry.objects.count() == 1
    assert Activity.objects.get().version == 2


@pytest.mark.parametrize(
    ("field", "value"), [("quantity", "0"), ("quantity", "2.5"), ("quantity", "9" * 30), ("note", "字" * 201)]
)
def test_a_line_that_cannot_be_stored_keeps_everything_typed(
    cast: Cast, owner: Client, field: str, value: str
) -> None:
    activity = meeting(cast)
    key = cast.members["M001"].pk
    page = save(owner, cast, activity, {"M001": "present", "M002": "absent"}, **{f"{field}-{key}": value})
    assert set(page.context["form"].errors) == {key}
    assert checked(page)["M002"] == "absent"
    assert value in page.content.decode()
    assert stored(activity) == {}


def test_a_closed_year_is_said_on_the_page_and_nothing_is_lost(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    YearLock.objects.create(member=cast.members["M001"], year=2026, locked_at=NOW)
    page = save(owner, cast, activity, {"M001": "present", "M002": "absent"})
    assert "The year 2026 of 张晓明 is closed" in text_of(page)
    assert checked(page)["M002"] == "absent"
    assert stored(activity) == {}


def test_a_member_of_another_branch_is_not_taken_from_the_form(cast: Cast, owner: Client) -> None:
    activity = meeting(cast)
    assert save(owner, cast, activity, {"M001": "present", "M101": "present"}).status_code == 302
    assert stored(activity) == {"M001": "present"}


@pytest.fixture
def keeper(cast: Cast) -> Client:
    """The secretary of DT0102, whose branch has eighty members."""
    user = account(cast.operator, "keeper", DutyKind.SECRETARY, cast.organisations["DT0102"])
    for number in range(80):
        cast.admit(f"Q{number:03}", f"党员{number}", "DT0102")
    return cast.client(user)


def queries_to_save(client: Client, activity: Activity, sent: dict[str, Any]) -> int:
    """How many queries a save takes; entries that SQLite takes in several statements of 71 count once."""
    with CaptureQueriesContext(connection) as captured:
        assert client.post(address(activity), sent).status_code == 302
    told = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    entries = sum(sql.startswith('INSERT INTO "scoring_entry"') for sql in told)
    return len(told) - max(entries - 1, 0)


def test_saving_takes_as_many_queries_for_many_as_for_few(cast: Cast, keeper: Client) -> None:
    first, second = [], []
    for members in (20, 40, 80):
        numbers = [f"Q{number:03}" for number in range(members)]
        activity = meeting(cast, "DT0102")
        marks = {number: "absent" if place < 3 else "present" for place, number in enumerate(numbers)}
        first.append(queries_to_save(keeper, activity, fields(cast, activity, marks)))
        notes = {f"note-{cast.members[number].pk}": "全程" for number in numbers}
        second.append(queries_to_save(keeper, activity, fields(cast, activity, marks, **notes)))
        assert Attendance.objects.filter(activity=activity).count() == members
    lock = connection.vendor == "postgresql"  # the writers share one there
    assert (set(first), set(second)) == ({18 + lock}, {20 + lock})
