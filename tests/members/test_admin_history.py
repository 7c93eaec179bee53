"""History pages tell in people's words what the log keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin

from members.admin.history import VERBS
from members.models import Organisation
from members.services import organisations
from scoring.models import Activity, SchemeScope
from scoring.services import activities
from scoring.services.activities import Mark
from scoring.services.schemes import load_scheme
from tests import rows
from tests.cast import CANARY, SCHEME, Cast
from tests.members.test_admin_pages import address


def test_every_verb_of_the_log_has_a_name():
    """The verbs as they stand in the services; those with a part filled in are tried below."""
    import re

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


@pytest.mark.parametrize("code, seen", [("DT0101", True), ("DT", True), ("DT0201", False), ("XT", False)])
def test_where_a_scheme_applies_is_read_below_and_above_oneself(cast: Cast, code: str, seen: bool) -> None:
    load_scheme(by=cast.operator, source=SCHEME.read_bytes(), organisation=cast.organisations[code])
    scope = SchemeScope.objects.get(organisation=cast.organisations[code])
    response = cast.client(cast.owner).get(address(SchemeScope, "change", scope.pk))
    assert response.status_code == (200 if seen else 404)
    listed = cast.client(cast.owner).get(address(SchemeScope, "changelist")).content.decode()
    assert (cast.organisations[code].name in listed) is seen
    assert cast.client(cast.administrator).get(address(SchemeScope, "change", scope.pk)).status_code == 200
