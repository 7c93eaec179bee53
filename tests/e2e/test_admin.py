"""Data entry in Chromium: it works under the content security policy, which has nothing to complain of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from members.models import Member
from scoring.models import Entry
from tests import rows
from tests.cast import Cast
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e


def test_a_secretary_records_an_entry_choosing_the_member_by_initials(
    filled: Cast, visitor: Callable[..., Visitor]
) -> None:
    one = visitor(filled.owner)
    one.open("/admin/scoring/entry/add/")
    one.page.click(".select2-selection")
    one.page.fill(".select2-search__field", "zxm")
    one.page.click(".select2-results__option:has-text('张晓明')")
    one.page.select_option("#id_indicator", str(rows.indicator("essay").pk))
    one.page.fill("#id_date", "2026-06-07")
    one.page.fill("#id_title", "读书心得")
    one.page.click("[name=_save]")
    one.page.wait_for_url("**/admin/scoring/entry/")
    assert Entry.objects.get(date="2026-06-07").member == Member.objects.get(number="M001")
    assert one.complaints == []


def test_lists_forms_histories_and_delete_pages_are_silent(
    filled: Cast, visitor: Callable[..., Visitor]
) -> None:
    entry = rows.entry(filled, filled.members["M001"])
    one = visitor(filled.owner)
    for path in (
        "",
        "members/member/?q=zxm",
        "members/member/add/",
        "scoring/entry/?period=2026-03",
        f"scoring/entry/{entry.pk}/change/",
        f"scoring/entry/{entry.pk}/history/",
        f"scoring/entry/{entry.pk}/delete/",
        "scoring/adjustment/",
        "appraisal/tally/add/",
    ):
        assert one.open(f"/admin/{path}") == 200, path
        assert one.complaints == [], path
