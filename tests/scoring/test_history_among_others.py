"""The history of a record that was written together with others, and the log's search for whose it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from members.models import ImportBatch, Leave, User
from members.services.undoing import undo_import
from scoring.models import Attendance, Bonus, Entry
from scoring.services import activities
from scoring.services.activities import Mark
from scoring.services.quick import record_entries
from tests import rows
from tests.cast import CANARY, Cast
from tests.imports import imported
from tests.members.test_admin_pages import address
from tests.rows import indicator

pytestmark = pytest.mark.django_db
LOG = "/admin/members/logrow/"
BONUS = "记录号 党员编号 日期 类型 级别 分值 事由"


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def told(cast: Cast, obj: Any) -> list[tuple[str, dict[str, tuple[str, str]]]]:
    """The verbs of the history, newest first, each with its changes by label."""
    page = cast.client(cast.owner).get(address(type(obj), "history", obj.pk))
    assert CANARY not in page.content.decode()
    return [
        (action.verb, {change.label: (change.before, change.after) for change in action.changes})
        for action in page.context["actions"]
    ]


def quick(cast: Cast) -> list[Entry]:
    """A visit of M001 and an essay of M002, typed together."""
    typed = [
        Entry(
            member=cast.members["M001"],
            indicator=indicator("visit_people"),
            date=date(2026, 3, 5),
            title="走访",
        ),
        Entry(member=cast.members["M002"], indicator=indicator("essay"), date=date(2026, 3, 6), title="心得"),
    ]
    return record_entries(by=cast.operator, organisation=cast.organisations["DT0101"], entries=typed)


def changed_and_set_back(cast: Cast) -> None:
    """A bonus of each of M001 and M002 imported; that of M001 changed by a second import, which is undone."""

    def row(number: str, member: str, points: float) -> list[Any]:
        return [number, member, "2026-05-04", "突出贡献", None, points, "抢险"]

    by = cast.by(cast.owner)
    imported("bonus", by, BONUS, row("J1", "M001", 2), row("J2", "M002", 3))
    imported("bonus", by, BONUS, row("J1", "M001", 5), row("J2", "M002", 3))
    undo_import(by=by, batch=ImportBatch.objects.order_by("-pk")[0])


def found(cast: Cast, words: str, user: User | None = None) -> list[str]:
    """The verbs of the rows that the log's search finds."""
    page = cast.client(user or cast.committee).get(LOG, {"q": words})
    return [row.verb for row in page.context["cl"].result_list]


def test_quick_rows_are_told_one_by_one(cast: Cast) -> None:
    visit, essay = quick(cast)
    ((verb, changes),) = told(cast, visit)
    assert verb == "entries recorded"
    assert changes["Activity or label"] == ("", "走访")
    assert changes["Member"] == ("", "张晓明 M001")
    ((_verb, other),) = told(cast, essay)
    assert other["Activity or label"] == ("", "心得")


def test_an_entry_of_a_list_tells_how_its_mark_came(cast: Cast) -> None:
    """The list is saved twice; the second time nothing changes for M001, and no row is told of that."""
    held = rows.activity(cast, "DT0101")
    Attendance.objects.filter(activity=held).delete()
    first, second = cast.members["M001"], cast.members["M002"]
    activities.record_attendance(by=cast.operator, activity=held, marks=[Mark(first, "present", 2)])
    activities.record_attendance(
        by=cast.operator, activity=held, marks=[Mark(first, "present", 2), Mark(second, "absent")]
    )
    entry = Entry.objects.get(activity=held, member=first)
    assert [(verb, list(changes)) for verb, changes in told(cast, entry)] == [
        ("attendance recorded", ["张晓明 M001"])
    ]


def test_an_import_and_its_undoing_are_told_of_the_bonus_that_they_changed(cast: Cast) -> None:
    changed_and_set_back(cast)
    changed, kept = Bonus.objects.get(record_no="J1"), Bonus.objects.get(record_no="J2")
    assert [(verb, changes.get("Points")) for verb, changes in told(cast, changed)] == [
        ("import undone", ("5.0", "2.0")),
        ("bonus imported", ("2.0", "5")),
        ("bonus imported", None),
    ]
    assert [verb for verb, _changes in told(cast, kept)] == ["bonus imported"]


def test_what_an_import_adds_by_its_key_is_told(cast: Cast) -> None:
    """The log names leaves by key, among which 1 is no part of 12."""
    header = "党员编号 起始日期 截止日期 事由 批准"
    for start in range(1, 13):
        day = f"2026-01-{start:02}"
        imported("leaves", cast.by(cast.owner), header, ["M001", day, day, "病", "支部"])
    for leave in Leave.objects.order_by("pk"):
        assert [verb for verb, _changes in told(cast, leave)] == ["leaves imported"]


def test_the_log_is_searched_by_whom_its_rows_name(cast: Cast) -> None:
    quick(cast)
    held = rows.activity(cast, "DT0101")
    Attendance.objects.filter(activity=held).delete()
    activities.record_attendance(
        by=cast.operator, activity=held, marks=[Mark(cast.members["M002"], "absent")]
    )
    assert found(cast, "张晓明")[:1] == ["record entries"]
    assert found(cast, "M002")[:2] == ["record attendance", "record entries"]
    assert "record attendance" not in found(cast, "张晓明")


def test_imports_are_found_by_whose_records_they_wrote(cast: Cast) -> None:
    changed_and_set_back(cast)
    assert found(cast, "张晓明")[:3] == ["undo import", "import bonus", "import bonus"]
    assert [verb for verb in found(cast, "M002") if "import" in verb] == ["import bonus"]


def test_what_an_undoing_removed_is_found_by_whose_it_was(cast: Cast) -> None:
    by, row = cast.by(cast.owner), ["2026-05-04", "突出贡献", None, 2, "抢险"]
    imported("bonus", by, BONUS, ["J1", "M001", *row])
    undo_import(by=by, batch=ImportBatch.objects.get())
    assert found(cast, "张晓明")[:1] == ["undo import"]
    assert "undo import" not in found(cast, "M002")


def test_a_name_finds_nothing_of_a_branch_that_is_not_read(cast: Cast) -> None:
    quick(cast)
    changed_and_set_back(cast)
    assert found(cast, "张晓明", cast.elsewhere) == []
    assert found(cast, "张晓明", cast.administrator) == []
