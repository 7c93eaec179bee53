"""Ending in an open year what began in a closed one: the closed year keeps every day it counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from members.errors import OutOfScope, Refused
from members.models import Leave, YearLock
from members.services import roster
from members.services.by import By
from scoring.models import Entry
from scoring.services import ledger
from tests.cast import NOW, Cast
from tests.rows import entry

Ending = Callable[[By, date | None], None]


@pytest.fixture(params=["posting", "leave", "pairing"])
def ending(request: pytest.FixtureRequest, cast: Cast) -> Ending:
    """Something of M001 that began by May 2024 and is open; it gets the last day it is called with."""
    member = cast.members["M001"]
    if request.param == "posting":
        return lambda by, end: roster.end_posting(by=by, posting=member.postings.get(), end=end)
    if request.param == "leave":
        roster.grant_leave(
            by=cast.operator, leave=Leave(member=member, start=date(2024, 5, 1), reason="长期患病")
        )

        def end_leave(by: By, end: date | None) -> None:
            leave = Leave.objects.get()
            leave.end = end
            roster.correct_leave(by=by, leave=leave)

        return end_leave
    entry(cast, member, "pair_household", date=date(2024, 5, 1), quantity=1)

    def end_pairing(by: By, end: date | None) -> None:
        pairing = Entry.objects.get()
        pairing.until = end
        ledger.save_entry(by=by, entry=pairing)

    return end_pairing


def close(cast: Cast, *years: int) -> None:
    for year in years:
        YearLock.objects.create(member=cast.members["M001"], year=year, locked_at=NOW)


@pytest.mark.parametrize("end", [date(2025, 12, 31), date(2026, 5, 1)])
def test_an_end_after_the_closed_year_is_taken_put_off_and_taken_back(
    cast: Cast, ending: Ending, end: date
) -> None:
    close(cast, 2024, 2025)
    by = cast.by(cast.owner)
    for last_day in (end, date(2026, 8, 31), end, None):
        ending(by, last_day)


@pytest.mark.parametrize("end", [date(2024, 12, 30), date(2025, 6, 30), date(2025, 12, 30)])
def test_an_end_that_takes_a_day_from_a_closed_year_is_refused(cast: Cast, ending: Ending, end: date) -> None:
    close(cast, 2024, 2025)
    with pytest.raises(Refused) as refused:
        ending(cast.by(cast.owner), end)
    assert refused.value.code == "closed"


def test_what_ended_before_a_closed_year_is_not_prolonged_into_it(cast: Cast, ending: Ending) -> None:
    by = cast.by(cast.owner)
    ending(by, date(2024, 12, 31))
    close(cast, 2025)
    for end in (date(2025, 1, 1), date(2026, 1, 1), None):
        with pytest.raises(Refused) as refused:
            ending(by, end)
        assert refused.value.code == "closed"
    ending(by, date(2024, 11, 30))  # both ends lie in an open year


@pytest.mark.parametrize("stranger", ["other", "committee"])
def test_a_new_end_is_the_branch_s_to_write(cast: Cast, ending: Ending, stranger: str) -> None:
    with pytest.raises(OutOfScope):
        ending(cast.by(getattr(cast, stranger)), date(2026, 5, 1))


def test_with_another_change_beside_it_a_new_end_is_a_change_of_the_closed_year(cast: Cast) -> None:
    pairing = entry(cast, cast.members["M001"], "pair_household", date=date(2024, 5, 1), quantity=1)
    close(cast, 2025)
    pairing.until, pairing.title = date(2026, 5, 1), "李家"
    with pytest.raises(Refused) as refused:
        ledger.save_entry(by=cast.by(cast.owner), entry=pairing)
    assert refused.value.code == "closed"


# --- by a file ------------------------------------------------------------------------------------


def refused_file(folder: Path, kind: str, cells: dict[str, object]) -> str:
    """Import a file of one row; what it is refused with, or nothing."""
    book, told = Workbook(), StringIO()
    for row in (list(cells), list(cells.values())):
        book.active.append(row)
    book.save(folder / "rows.xlsx")
    try:
        call_command("import_data", kind, str(folder / "rows.xlsx"), stdout=StringIO(), stderr=told)
    except SystemExit:
        return told.getvalue()
    return ""


def test_a_file_ends_a_leave_after_the_closed_year_and_not_in_it(cast: Cast, tmp_path: Path) -> None:
    leave = Leave(member=cast.members["M001"], start=date(2024, 5, 1), reason="长期患病")
    roster.grant_leave(by=cast.operator, leave=leave)
    close(cast, 2024, 2025)
    cells = {"党员编号": "M001", "起始日期": date(2024, 5, 1), "事由": "长期患病"}
    assert refused_file(tmp_path, "leaves", {**cells, "截止日期": date(2025, 12, 30)})
    assert refused_file(tmp_path, "leaves", {**cells, "截止日期": date(2026, 2, 1), "事由": "其他"})
    assert refused_file(tmp_path, "leaves", {**cells, "截止日期": date(2026, 2, 1)}) == ""
    assert Leave.objects.get().end == date(2026, 2, 1)


def test_a_file_ends_a_pairing_after_the_closed_year_and_not_in_it(cast: Cast, tmp_path: Path) -> None:
    pairing = entry(cast, cast.members["M001"], "pair_household", date=date(2024, 5, 1), quantity=1)
    close(cast, 2024, 2025)
    cells = {
        "记录号": pairing.reference,
        "党员编号": "M001",
        "考核项目": "pair_household",
        "日期": date(2024, 5, 1),
    }
    assert refused_file(tmp_path, "entries", {**cells, "截止日期": date(2025, 12, 30)})
    assert refused_file(tmp_path, "entries", {**cells, "截止日期": date(2026, 5, 1)}) == ""
    assert Entry.objects.get().until == date(2026, 5, 1)
