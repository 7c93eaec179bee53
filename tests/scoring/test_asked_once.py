"""What the forms of an entry and of a meeting ask once before they store it."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest

from scoring.models import Activity, Entry, Waiver
from tests import rows
from tests.cast import Cast
from tests.rows import indicator

pytestmark = pytest.mark.django_db
ENTRY = "/admin/scoring/entry/add/"
MEETING = "/activities/new/"


def entry_of(cast: Cast, code: str, **said: Any) -> dict[str, Any]:
    facts = {
        "member": cast.members["M001"].pk,
        "indicator": indicator(code).pk,
        "title": "心得",
        "date": "2026-03-05",
        "quantity": 1,
        "on_time": "on",
    }
    return facts | said


def box(page: Any) -> dict[str, str]:
    """The box that a page asks to tick, as a browser sends it ticked."""
    found = re.findall(r'name="(again)" value="([^"]*)"( checked)?', page.content.decode())
    return {name: html.unescape(value) for name, value, _checked in found}


def test_an_entry_that_may_be_recorded_already_is_asked_about(cast: Cast) -> None:
    client = cast.client(cast.owner)
    rows.entry(cast, cast.members["M001"], "essay", title="心 得")
    page = client.post(ENTRY, entry_of(cast, "essay", quantity=2, note="第二次"))
    assert (page.status_code, Entry.objects.count()) == (200, 1)
    assert page.context["adminform"].form["note"].value() == "第二次"
    ticked = box(page)
    assert ticked
    other = client.post(ENTRY, entry_of(cast, "essay", member=cast.members["M002"].pk) | ticked)
    assert (other.status_code, Entry.objects.count()) == (302, 2)
    assert client.post(ENTRY, entry_of(cast, "essay", quantity=2) | ticked).status_code == 302
    assert Entry.objects.count() == 3


def test_an_entry_of_another_day_or_title_is_not_asked_about(cast: Cast) -> None:
    client = cast.client(cast.owner)
    rows.entry(cast, cast.members["M001"], "essay", title="心得")
    assert client.post(ENTRY, entry_of(cast, "essay", date="2026-03-06")).status_code == 302
    assert client.post(ENTRY, entry_of(cast, "essay", title="另一篇")).status_code == 302


def test_a_stored_entry_is_asked_about_when_it_becomes_the_same_as_another(cast: Cast) -> None:
    client = cast.client(cast.owner)
    rows.entry(cast, cast.members["M001"], "essay", title="心得")
    entry = rows.entry(cast, cast.members["M001"], "essay", title="另一篇")
    address = f"/admin/scoring/entry/{entry.pk}/change/"
    given = entry_of(cast, "essay", title="另一篇", note="补", version_read=1)
    assert client.post(address, given).status_code == 302
    page = client.post(address, given | {"title": "心得", "version_read": 2})
    assert (page.status_code, bool(box(page))) == (200, True)


def test_what_would_earn_nothing_is_said_before_it_is_stored(cast: Cast) -> None:
    """The role of M001 asks for no visits; from essays of 2026 it is excused."""
    Waiver.objects.create(member=cast.members["M001"], year=2026, indicator=indicator("essay"), reason="病")
    client = cast.client(cast.owner)
    for code, why in (("visit_people", "该角色不考核"), ("essay", "本年度已免考")):
        page = client.post(ENTRY, entry_of(cast, code))
        assert (page.status_code, Entry.objects.filter(indicator__code=code).count()) == (200, 0)
        assert why in page.content.decode()
        assert client.post(ENTRY, entry_of(cast, code) | box(page)).status_code == 302


def test_what_is_refused_after_it_was_agreed_to_keeps_the_tick(cast: Cast) -> None:
    client = cast.client(cast.owner)
    given = entry_of(cast, "visit_people", date="2026-12-24")
    page = client.post(ENTRY, given | box(client.post(ENTRY, given)))
    assert page.status_code == 200
    assert re.search(r'name="again" value="[^"]*" checked', page.content.decode())


def test_a_second_meeting_of_the_day_and_title_is_asked_about(cast: Cast) -> None:
    client = cast.client(cast.owner)
    stored = rows.activity(cast, "DT0101")
    given = {
        "title": "三月 主题党日",
        "date": "2026-03-06",
        "kind": stored.kind_id,
        "organisation": stored.organisation_id,
        "audience": stored.audience,
        "place": "会议室",
    }
    page = client.post(MEETING, given)
    assert (page.status_code, Activity.objects.count()) == (200, 1)
    assert page.context["form"]["place"].value() == "会议室"
    assert client.post(MEETING, given | {"date": "2026-03-07"}).status_code == 302
    assert client.post(MEETING, given | box(page)).status_code == 302
    assert list(Activity.objects.order_by("pk").values_list("date", flat=True)) == [
        date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 6),
    ]  # fmt: skip


def test_an_entry_says_whose_it_is(cast: Cast) -> None:
    client = cast.client(cast.owner)
    entry = rows.entry(cast, cast.members["M001"], "essay")
    address = f"/admin/scoring/entry/{entry.pk}/delete/"
    assert f"张晓明 · E#{entry.pk} 2026-03-05" in client.get(address).content.decode()
    page = client.post(address, {"post": "yes"}, follow=True).content.decode()
    assert f"已删除台账记录“张晓明 · E#{entry.pk} 2026-03-05" in page
