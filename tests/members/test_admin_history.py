"""History pages tell in people's words what the log keeps."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.utils.translation import override

from members.admin.history import VERBS, actions
from members.models import LogRow, Organisation
from members.scope import Scope
from members.services import log, organisations
from scoring.models import Activity
from scoring.services import activities
from scoring.services.activities import Mark
from tests import rows
from tests.cast import CANARY, Cast
from tests.members.test_admin_pages import address


def test_every_verb_of_the_log_has_a_name():
    """The verbs as they stand in the services; those with a part filled in are tried below."""
    admin.autodiscover()
    said = set()
    for app in ("members", "scoring", "appraisal", "reports"):
        for path in Path(settings.BASE_DIR, app, "services").rglob("*.py"):
            said |= set(re.findall(r'verb="([^"]+)"', path.read_text()))
    assert "record entry" in said
    assert said - set(VERBS) == set()


def test_attendance_is_told_member_by_member(cast: Cast) -> None:
    held = rows.activity(cast, "DT0101")
    marks = [
        Mark(member=cast.members["M001"], status="present", quantity=2),
        Mark(member=cast.members["M002"], status="absent"),
    ]
    activities.record_attendance(by=cast.operator, activity=held, marks=marks)
    page = cast.client(cast.owner).get(address(Activity, "history", held.pk))
    changes = {change.label: change.after for change in page.context["actions"][0].changes}
    assert set(changes) == {"张晓明 M001", "李芳 M002"}
    assert changes["张晓明 M001"][-1] == "2"


def test_an_object_that_is_not_seen_stays_unnamed(cast: Cast) -> None:
    """A general branch's activity with somebody on its list who belongs to another branch today."""
    held = rows.activity(cast, "DT0101")
    marks = [Mark(member=cast.members["M101"], status="present")]
    activities.record_attendance(by=cast.operator, activity=held, marks=marks)
    page = cast.client(cast.owner).get(address(Activity, "history", held.pk))
    assert len(page.context["actions"]) == 2
    assert CANARY not in page.content.decode()


def test_a_moved_organisation_is_told_with_its_places(cast: Cast) -> None:
    organisations.move(
        by=cast.operator, organisation=cast.organisations["DT0102"], parent=cast.organisations["DT02"]
    )
    url = address(Organisation, "history", cast.organisations["DT0102"].pk)
    page = cast.client(cast.administrator).get(url)
    assert [(change.before, change.after) for change in page.context["actions"][0].changes] == [
        ("DT01", "DT02")
    ]


def test_no_history_tells_a_field_by_its_name_in_the_code(cast: Cast) -> None:
    """What every model's first action is told with, in Chinese: no label is a word of the code."""
    made = rows.of_members(cast, "DT0101", "M001", "本支部") | rows.of_accounts(cast)
    scope = Scope.operator(cast.today)
    told, foreign = 0, set()
    with override("zh-hans"):
        for row in made.values():
            for action in actions(LogRow.objects.of_object(row), scope):
                told += len(action.changes)
                foreign |= {change.label for change in action.changes if re.search("[A-Za-z]", change.label)}
                foreign |= {change.after for change in action.changes if "+00:00" in change.after}
    assert {label for label in foreign if "M00" not in label} == set()
    assert told > 50


def test_an_import_is_told_with_how_many_rows_it_added_and_whose_it_changed(cast: Cast) -> None:
    first = cast.members["M001"].postings.get()
    with transaction.atomic():
        log.record(
            by=cast.operator,
            verb="import members",
            obj=("members.importbatch", "1"),
            before={"members.posting": {str(first.pk): {"end": None}}},
            after={
                "file": "名册.xlsx",
                "added": {"members.posting": [81, 82], "members.member": 3},
                "changed": {"members.posting": {str(first.pk): {"end": "2026-05-31"}}},
            },
        )
    row = LogRow.objects.order_by("-pk")[0]
    with override("en"):
        (action,) = actions([row], Scope.operator(cast.today))
        (unseen,) = actions([row], Scope(on=cast.today))
    # PostgreSQL keeps the keys of an object in an order of its own.
    assert {(change.label, change.before, change.after) for change in action.changes} == {
        ("File", "", "名册.xlsx"),
        ("Added: postings", "", "2"),
        ("Added: members", "", "3"),
        (f"{first} · to", "", "May 31, 2026"),
    }
    assert unseen.changes[-1].label == "(not visible to you) · to"
