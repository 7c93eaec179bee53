"""The dues grid: what it shows, what it stores of what was changed, and what it asks about first."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import ImportBatch, LogRow, Member, YearLock
from scoring.models import Entry
from tests import rows
from tests.cast import CANARY, Cast

pytestmark = pytest.mark.django_db
URL = "/branches/DT0101/dues/2026/"
TWELVE = ",".join([""] * 12)


def sheet(member: Member, marks: dict[int, str], shown: dict[int, str] | None = None) -> dict[str, str]:
    """What a browser sends of one member's line."""
    tokens = [(shown or {}).get(month, "") for month in range(1, 13)]
    fields = {f"c-{member.pk}-{month}": (shown or {}).get(month, "").split(":")[0] for month in range(1, 10)}
    fields |= {f"c-{member.pk}-{month}": state for month, state in marks.items()}
    return {f"s-{member.pk}": ",".join(tokens), **fields}


def recorded() -> list[tuple[str, date, bool]]:
    found = Entry.objects.filter(indicator__code="dues").order_by("member__number", "date", "pk")
    return [(row.member.number, row.date, row.on_time) for row in found.select_related("member")]


def test_a_grid_is_stored_by_the_difference_with_one_log_row(cast: Cast):
    one, two = cast.members["M001"], cast.members["M002"]
    rows.entry(cast, two, "dues", date=date(2026, 2, 10), quantity=1)
    rows.entry(cast, two, "dues", date=date(2026, 3, 10), quantity=1)
    before = LogRow.objects.count()
    client = cast.client(cast.owner)
    sent = sheet(one, {1: "paid", 2: "late"}) | sheet(two, {2: "", 3: "late"}, {2: "paid", 3: "paid"})
    assert client.post(URL, sent).status_code == 302
    assert recorded() == [
        ("M001", date(2026, 1, 1), True),
        ("M001", date(2026, 2, 1), False),
        ("M002", date(2026, 3, 10), False),
    ]
    row = LogRow.objects.order_by("-pk")[0]
    assert LogRow.objects.count() == before + 1
    assert (row.verb, row.object_id, row.organisation.code) == ("record dues", "DT0101 2026", "DT0101")
    assert [facts["date"] for facts in row.before["scoring.entry"].values()] == ["2026-02-10", "2026-03-10"]
    assert sorted(facts["date"] for facts in row.after["scoring.entry"].values()) == [
        "2026-01-01",
        "2026-02-01",
        "2026-03-10",
    ]


def test_the_same_grid_sent_twice_changes_nothing(cast: Cast):
    sent = sheet(cast.members["M001"], {1: "paid", 2: "late"})
    client = cast.client(cast.owner)
    client.post(URL, sent)
    stored, logged = recorded(), LogRow.objects.count()
    assert client.post(URL, sent).status_code == 302
    assert (recorded(), LogRow.objects.count()) == (stored, logged)


def test_a_cell_changed_meanwhile_is_shown_with_both_values_and_not_overwritten(cast: Cast):
    one = cast.members["M001"]
    client = cast.client(cast.owner)
    rows.entry(cast, one, "dues", date=date(2026, 4, 3), quantity=1, on_time=False)
    sent = sheet(one, {4: "paid", 5: "paid"})
    answer = client.post(URL, sent, headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert recorded() == [("M001", date(2026, 4, 3), False)]
    (question,) = answer.context["questions"]
    assert question["rows"] == [f"{Entry.objects.get().reference} · 2026-04-03 · Late or short"]
    assert question["wanted"] == "On time and in full"
    cell = answer.context["groups"][0]["rows"][0]["cells"][3]
    assert (cell.state, cell.asked) == ("paid", True)
    # Saved again with what was shown now, it is what the secretary wants.
    again = sheet(one, {4: "paid", 5: "paid"}, {4: cell.token})
    assert client.post(URL, again).status_code == 302
    assert recorded() == [("M001", date(2026, 4, 3), True), ("M001", date(2026, 5, 1), True)]


def test_what_somebody_else_recorded_elsewhere_in_the_grid_stays(cast: Cast):
    one = cast.members["M001"]
    rows.entry(cast, one, "dues", date=date(2026, 6, 3), quantity=1)
    assert cast.client(cast.owner).post(URL, sheet(one, {5: "paid"})).status_code == 302
    assert recorded() == [("M001", date(2026, 5, 1), True), ("M001", date(2026, 6, 3), True)]


def test_rows_that_the_grid_did_not_show_are_asked_about_before_they_go(cast: Cast):
    one = cast.members["M001"]
    for day, on_time in ((3, True), (9, False)):
        rows.entry(cast, one, "dues", date=date(2026, 4, day), quantity=1, on_time=on_time)
    client = cast.client(cast.owner)
    page = client.get(URL)
    cell = page.context["groups"][0]["rows"][0]["cells"][3]
    assert (cell.state, cell.several, cell.token) == ("paid", 2, "paid")
    answer = client.post(URL, sheet(one, {4: ""}, {4: "paid"}))
    assert answer.status_code == 200
    assert [len(question["rows"]) for question in answer.context["questions"]] == [2]
    assert len(recorded()) == 2
    token = answer.context["groups"][0]["rows"][0]["cells"][3].token
    # A third row between question and answer: asked again.
    rows.entry(cast, one, "dues", date=date(2026, 4, 20), quantity=1)
    answer = client.post(URL, sheet(one, {4: ""}, {4: token}))
    assert answer.status_code == 200
    token = answer.context["groups"][0]["rows"][0]["cells"][3].token
    assert client.post(URL, sheet(one, {4: ""}, {4: token})).status_code == 302
    assert recorded() == []


def test_an_imported_row_with_a_note_is_asked_about_and_keeps_its_note(cast: Cast):
    one = cast.members["M001"]
    row = rows.entry(cast, one, "dues", date=date(2026, 4, 3), quantity=1, note="补缴")
    batch = ImportBatch.objects.create(
        kind="entries",
        file_name="x",
        sha256="0" * 64,
        at=cast.now,
        actor=cast.owner,
        rows=1,
        added=1,
        changed=0,
    )
    Entry.objects.filter(pk=row.pk).update(batch=batch)
    client = cast.client(cast.owner)
    answer = client.post(URL, sheet(one, {4: "late"}, {4: "paid"}))
    assert "补缴" in answer.context["questions"][0]["rows"][0]
    token = answer.context["groups"][0]["rows"][0]["cells"][3].token
    client.post(URL, sheet(one, {4: "late"}, {4: token}))
    row.refresh_from_db()
    assert (row.on_time, row.note, row.version) == (False, "补缴", 2)


def test_months_to_come_and_without_a_posting_are_not_offered_and_refused(cast: Cast):
    late = cast.admit("M050", "钱新", "DT0101", start=date(2026, 3, 20))
    client = cast.client(cast.owner)
    found = client.get(URL).context["groups"][0]["rows"]
    line = next(row for row in found if row["person"].member.number == "M050")
    # It is 15 September 2026.
    assert [number for number, cell in enumerate(line["cells"], 1) if cell.offered] == [3, 4, 5, 6, 7, 8, 9]
    answer = client.post(URL, sheet(late, {2: "paid", 4: "paid", 10: "paid"}))
    assert answer.status_code == 200
    assert len(answer.context["problems"]) == 2
    assert all("钱新" in problem for problem in answer.context["problems"])
    assert recorded() == []
    kept = next(row for row in answer.context["groups"][0]["rows"] if row["person"].member.number == "M050")[
        "cells"
    ]
    assert [kept[month - 1].state for month in (2, 4, 10)] == ["paid", "paid", "paid"]


def test_a_closed_year_refuses_by_name_and_keeps_what_was_filled_in(cast: Cast):
    one = cast.members["M001"]
    YearLock.objects.create(member=one, year=2026, locked_at=cast.now)
    client = cast.client(cast.owner)
    line = client.get(URL).context["groups"][0]["rows"][0]
    assert (line["person"].member.number, line["writable"]) == ("M001", False)
    answer = client.post(URL, sheet(one, {1: "paid"}) | sheet(cast.members["M002"], {1: "paid"}))
    (problem,) = answer.context["problems"]
    assert "张晓明" in problem
    assert "2026" in problem
    assert recorded() == []
    assert [row["cells"][0].state for row in answer.context["groups"][0]["rows"][:2]] == ["paid", "paid"]


def test_members_stand_unit_by_unit_and_who_is_not_scored_apart(cast: Cast):
    groups = cast.client(cast.owner).get(URL).context["groups"]
    named = [[row["person"].member.number for row in group["rows"]] for group in groups]
    assert named == [["M001", "M002"], ["M004"], ["M003"]]


def test_a_column_is_filled_in_without_scripts(cast: Cast):
    one, elderly = cast.members["M001"], cast.members["M003"]
    rows.entry(cast, one, "dues", date=date(2026, 4, 3), quantity=1, on_time=False)
    sent = sheet(one, {}, {4: "late"}) | sheet(elderly, {}) | sheet(cast.members["M002"], {5: "late"})
    answer = cast.client(cast.owner).post(URL, {**sent, "fill": "4"})
    scored, group, others = answer.context["groups"]
    assert [row["cells"][3].state for row in scored["rows"]] == ["late", "paid"]
    assert [row["cells"][4].state for row in scored["rows"]] == ["", "late"]
    assert [row["cells"][3].state for row in group["rows"]] == ["paid"]
    assert [row["cells"][3].state for row in others["rows"]] == [""]
    assert len(recorded()) == 1


@pytest.mark.parametrize(
    "who, status", [("other", 404), ("elsewhere", 404), ("administrator", 404), ("nobody", 404)]
)
def test_others_find_nothing(cast: Cast, who: str, status: int):
    client = cast.client(getattr(cast, who))
    assert client.get(URL).status_code == status
    assert client.post(URL, sheet(cast.members["M001"], {1: "paid"})).status_code == status


def test_the_committee_reads_without_inputs_and_does_not_write(cast: Cast):
    client = cast.client(cast.committee)
    page = client.get(URL).content.decode()
    assert "张晓明" in page
    assert "<select" not in page
    assert client.post(URL, sheet(cast.members["M001"], {1: "paid"})).status_code == 404
    assert recorded() == []


def test_a_strangers_member_in_the_grid_is_not_found(cast: Cast):
    sent = sheet(cast.members["M001"], {1: "paid"}) | sheet(cast.members["M101"], {1: "paid"})
    answer = cast.client(cast.owner).post(URL, sent)
    assert answer.status_code == 404
    assert CANARY not in answer.content.decode()
    assert recorded() == []


@pytest.mark.parametrize("year", [1999, 2027, 20261])
def test_years_of_which_nothing_can_be_recorded_are_not_found(cast: Cast, year: int):
    assert cast.client(cast.owner).get(f"/branches/DT0101/dues/{year}/").status_code == 404


@pytest.mark.parametrize("name", ["s-x", "s-", "s-²", "s-" + "9" * 30, "s-1"])
def test_names_that_are_no_cells_are_passed_over(cast: Cast, name: str):
    sent = {name: TWELVE, f"c-{name[2:]}-1": "gone", f"c-{name[2:]}-2": "\x00"}
    assert cast.client(cast.owner).post(URL, sent).status_code == 302
    assert recorded() == []


def test_saving_and_showing_take_as_many_queries_for_forty_as_for_twenty_and_eighty(cast: Cast):
    client = cast.client(cast.owner)
    client.get(URL)  # the scheme has been read
    counts: list[tuple[int, ...]] = []
    for size, month in ((20, 1), (40, 2), (80, 3)):
        for number in range(len(counts) and size // 2, size):
            cast.admit(f"N{number:03}", f"党员{number}", "DT0101")
        people = [cast.members[f"N{number:03}"] for number in range(size)]
        new = {
            name: value for one in people for name, value in sheet(one, {month: "late", 9: "paid"}).items()
        }
        with CaptureQueriesContext(
            connection,
        ) as writing:
            assert client.post(URL, new).status_code == 302
        changed = {
            name: value
            for one in people
            for name, value in sheet(one, {month: "paid", 9: ""}, {month: "late", 9: "paid"}).items()
        }
        with CaptureQueriesContext(connection) as rewriting:
            assert client.post(URL, changed).status_code == 302
        with CaptureQueriesContext(connection) as reading:
            client.get(URL)
        counts.append((len(writing), len(rewriting), len(reading)))
        assert len(recorded()) == sum((20, 40, 80)[: len(counts)])
    assert len(set(counts)) == 1
    assert max(counts[0][:2]) <= 20 + (connection.vendor == "postgresql")  # a lock is shared there
