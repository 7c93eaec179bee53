"""An import undone as a whole: the tables hold what they held before, and the log keeps what was removed."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
from django.db import connection

from members.errors import OutOfScope, Refused
from members.models import ImportBatch, LogRow, Member, YearLock
from members.services import log
from members.services.undoing import look, undo_import
from scoring.models import Entry
from scoring.services import ledger
from tests import rows, sheets
from tests.cast import Cast

BATCHES = "/admin/members/importbatch/"
KEPT = {"members_logrow", "members_loghead", "members_importbatch", "members_stagedimport"}
"""What an import and its undoing add to, and nothing takes back."""


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def digest() -> str:
    """SHA-256 over every row of every table of the project, read by plain SQL.

    The version of a row is left out: it counts how often the row was written, so that a form that was
    opened before is known to be stale, and never goes back.
    """
    said = hashlib.sha256()
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        for name in names:
            if name.partition("_")[0] not in ("members", "scoring", "appraisal", "reports") or name in KEPT:
                continue
            cursor.execute(f'SELECT * FROM "{name}"')
            columns = [column[0] for column in cursor.description]
            kept = [place for place, column in enumerate(columns) if column != "version"]
            found = sorted(repr([row[place] for place in kept]) for row in cursor.fetchall())
            said.update(repr((name, found)).encode())
    return said.hexdigest()


ENTRIES = "记录号 党员编号 考核项目 日期 数量 活动名称"
STORED: dict[str, tuple[str, list[list[Any]], list[list[Any]]]] = {
    "entries": (
        ENTRIES,
        [["甲1", "M001", "visit_people", "2026-03-05", 3, "走访"]],
        [
            ["甲1", "M002", "visit_people", "2026-03-06", 5, "另一次"],
            [None, "M002", "essay", "2026-03-07", 1, "心得"],
            ["甲2", "M001", "essay", "2026-03-08", 1, "心得"],
        ],
    ),
    "judged": (
        "党员编号 年度 考核项目 完成比例 说明",
        [["M001", 2026, "conduct", 90, "好"]],
        [["M001", 2026, "conduct", 85.5, "改"], ["M002", 2026, "conduct", 70, None]],
    ),
    "bonus": (
        "记录号 党员编号 日期 类型 级别 分值 事由",
        [["奖1", "M001", "2026-05-04", "得奖", "district", None, "先进"]],
        [
            ["奖1", "M001", "2026-05-05", "突出贡献", None, 2.5, "救人"],
            [None, "M002", "2026-05-04", "得奖", "district", None, "先进"],
        ],
    ),
    "waivers": (
        "党员编号 年度 考核项目 事由",
        [["M005", 2026, "good_deed", "病"]],
        [["M005", 2026, "good_deed", "久病"], ["M006", 2026, "good_deed", "病"]],
    ),
    "leaves": (
        "党员编号 起始日期 截止日期 事由",
        [["M001", "2026-03-01", None, "病"]],
        [["M001", "2026-03-01", "2026-04-01", "外出"], ["M002", "2026-03-01", None, "病"]],
    ),
    "tallies": (
        "年度 党员编号 优秀 良好 合格 差",
        [[2025, "M001", 7, 2, 1, 0]],
        [[2025, "M001", 5, 4, 1, 0], [2025, "M002", 6, 2, 1, 0]],
    ),
    "members": (
        "党员编号 姓名 组织编码 角色 起始日期 截止日期 入党日期",
        [["N001", "单旧名", "DT0101", "community.member", "2026-01-01", None, None]],
        [
            ["N001", "曾新名", "DT010101", "organ.member", "2026-04-01", None, "2001-07-01"],
            [None, "新来的", "DT0101", "community.member", "2026-02-01", None, None],
        ],
    ),
}
"""Of each kind the header, what is recorded first, and an import that changes and adds."""


def taken_in(
    client: Any, kind: str, header: str, lines: list[list[Any]], name: str = "表.xlsx"
) -> ImportBatch:
    page = sheets.preview(client, kind, sheets.workbook(header, *lines), name=name)
    assert page.context["preview"].problems == []
    assert sheets.confirm(client, page).status_code == 302
    return ImportBatch.objects.order_by("-pk")[0]


def undo(client: Any, batch: ImportBatch) -> Any:
    return client.post(f"{BATCHES}{batch.pk}/undo/")


@pytest.fixture
def second_worker(cast: Cast, worker):
    cast.admit("M006", "在职乙", "DT0101", "in_service.member")


@pytest.mark.parametrize("kind", STORED)
def test_an_import_undone_leaves_the_tables_as_they_were(cast: Cast, owner, second_worker, kind):
    header, first, lines = STORED[kind]
    taken_in(owner, kind, header, first)
    Member.objects.filter(number="N001").update(initials="SJM")  # as corrected by hand
    before = digest()
    batch = taken_in(owner, kind, header, lines)
    assert digest() != before
    html = owner.get(f"{BATCHES}{batch.pk}/undo/").content.decode()
    assert "removed." in html
    assert digest() != before
    answer = undo(owner, batch)
    assert (answer.status_code, answer["Location"]) == (302, f"{BATCHES}{batch.pk}/change/")
    assert digest() == before
    batch.refresh_from_db()
    assert batch.undone_at is not None
    assert list(log.faults()) == []
    # The same file can be imported anew, and undone anew.
    again = taken_in(owner, kind, header, lines)
    assert undo(owner, again).status_code == 302
    assert digest() == before


def test_the_log_keeps_what_was_removed_and_set_back(cast: Cast, owner):
    header, first, lines = STORED["entries"]
    taken_in(owner, "entries", header, first)
    batch = taken_in(owner, "entries", header, lines)
    gone = Entry.objects.get(record_no="甲2")
    undo(owner, batch)
    row = LogRow.objects.order_by("-pk")[0]
    assert (row.verb, row.object_id, row.actor) == ("undo import", str(batch.pk), cast.owner)
    assert row.organisation == cast.organisations["DT0101"]
    columns, *removed = row.before["removed"]["scoring.entry"]
    kept = {line[columns.index("id")]: dict(zip(columns, line, strict=True)) for line in removed}
    assert len(kept) == 2
    assert kept[gone.pk]["record_no"] == "甲2"
    assert kept[gone.pk]["date"] == "2026-03-08"
    html = cast.client(cast.committee).get(f"/admin/members/logrow/{row.pk}/change/").content.decode()
    assert "Removed: entries: 2 → " in html
    assert "quantity: 5 → 3" in html


def test_numbers_made_for_removed_rows_are_not_given_again(cast: Cast, owner):
    lines = [["M001", "essay", "2026-03-07", 1, "心得"]]
    header = ENTRIES.removeprefix("记录号 ")
    batch = taken_in(owner, "entries", header, lines)
    number = Entry.objects.get().reference
    undo(owner, batch)
    taken_in(owner, "entries", header, lines)
    assert Entry.objects.get().reference != number


def test_a_form_opened_during_the_import_is_stale_after_the_undoing(cast: Cast, owner):
    header, first, lines = STORED["entries"]
    taken_in(owner, "entries", header, first)
    batch = taken_in(owner, "entries", header, lines)
    opened = Entry.objects.get(record_no="甲1")
    undo(owner, batch)
    opened.note = "改"
    with pytest.raises(Refused):
        ledger.save_entry(by=cast.by(cast.owner), entry=opened)


# --- what forbids it ------------------------------------------------------------------------------


def refusal(client: Any, batch: ImportBatch) -> str:
    """Why an import cannot be undone, as the page says before and after the button; nothing is written."""
    before, rows_of_log = digest(), LogRow.objects.count()
    pages = [client.get(f"{BATCHES}{batch.pk}/undo/"), undo(client, batch)]
    assert [page.status_code for page in pages] == [200, 200]
    assert (digest(), LogRow.objects.count()) == (before, rows_of_log)
    said = [page.context["refusals"] for page in pages]
    assert said[0] == said[1]
    assert 'class="button danger"' not in pages[0].content.decode()
    return str(said[0][0])


def one(owner: Any) -> ImportBatch:
    header, first, _lines = STORED["entries"]
    return taken_in(owner, "entries", header, first)


def test_a_row_corrected_since_forbids_it(cast: Cast, owner):
    batch = one(owner)
    entry = Entry.objects.get()
    entry.note = "已核对"
    ledger.save_entry(by=cast.by(cast.owner), entry=entry)
    assert "was changed since the import" in refusal(owner, batch)


def test_a_row_set_right_and_corrected_since_forbids_it(cast: Cast, owner):
    header, first, lines = STORED["entries"]
    taken_in(owner, "entries", header, first)
    batch = taken_in(owner, "entries", header, lines[:1])
    entry = Entry.objects.get()
    entry.note = "已核对"
    ledger.save_entry(by=cast.by(cast.owner), entry=entry)
    assert "was changed since the import" in refusal(owner, batch)


def test_a_row_withdrawn_since_forbids_it(cast: Cast, owner):
    batch = one(owner)
    ledger.withdraw_entry(by=cast.by(cast.owner), entry=Entry.objects.get())
    assert refusal(owner, batch) == "1 of its rows was withdrawn since the import."


def test_a_closed_year_forbids_it(cast: Cast, owner):
    batch = one(owner)
    YearLock.objects.create(member=cast.members["M001"], year=2026, locked_at=cast.now)
    assert "The year 2026 of 张晓明 is closed" in refusal(owner, batch)


def test_a_later_import_of_the_kind_forbids_it_until_it_is_undone(cast: Cast, owner):
    batch = one(owner)
    later = taken_in(
        owner, "entries", ENTRIES, [[None, "M002", "essay", "2026-03-07", 1, "心得"]], "四月.xlsx"
    )
    taken_in(owner, "judged", *STORED["judged"][:2])
    assert refusal(owner, batch) == "“四月.xlsx” was imported after it: undo that first."
    assert undo(owner, later).status_code == 302
    assert undo(owner, batch).status_code == 302
    assert not Entry.objects.exists()


def test_an_import_of_another_branch_does_not_forbid_it(cast: Cast, owner):
    batch = one(owner)
    taken_in(cast.client(cast.other), "entries", ENTRIES, [[None, "M101", "essay", "2026-03-07", 1, "心得"]])
    assert undo(owner, batch).status_code == 302


def test_what_was_undone_is_not_undone_again(cast: Cast, owner):
    batch = one(owner)
    undo(owner, batch)
    assert refusal(owner, batch) == "This import has been undone already."


def test_members_with_records_since_are_not_removed(cast: Cast, owner):
    header, _first, lines = STORED["members"]
    batch = taken_in(owner, "members", header, lines[1:])
    rows.entry(cast, Member.objects.get(name="新来的"), date=date(2026, 3, 5))
    before = digest()
    page = undo(owner, batch)
    said = "Other records stand on rows that it added: withdraw those first."
    assert page.context["refusals"] == [said]
    assert digest() == before


def test_a_posting_that_records_stand_on_is_not_removed(cast: Cast, owner):
    header, first, _lines = STORED["members"]
    taken_in(owner, "members", header, [[*first[0][:4], "2026-01-01", "2026-01-31", None]])
    batch = taken_in(owner, "members", header, [[*first[0][:4], "2026-03-01", None, None]])
    rows.entry(cast, Member.objects.get(number="N001"), date=date(2026, 3, 5))
    before = digest()
    page = undo(owner, batch)
    assert "no posting any more" in page.context["refusals"][0]
    assert digest() == before


def test_who_does_not_write_the_rows_does_not_undo_them(cast: Cast, owner):
    batch = one(owner)
    for who in ("other", "committee", "administrator", "nobody", "elsewhere"):
        client = cast.client(getattr(cast, who))
        assert client.get(f"{BATCHES}{batch.pk}/undo/").status_code == 404, who
        assert undo(client, batch).status_code == 404, who
        with pytest.raises(OutOfScope):
            undo_import(by=cast.by(getattr(cast, who)), batch=batch)
    assert Entry.objects.count() == 1
    for bad in ("0", "x", "99999999999999999999"):
        assert owner.get(f"{BATCHES}{bad}/undo/").status_code == 404
    assert look(by=cast.by(cast.owner), batch=batch).removed == {Entry: 1}


def test_an_import_from_before_the_log_kept_enough_is_not_undone(cast: Cast, owner):
    batch = ImportBatch.objects.create(
        kind="entries", file_name="旧.xlsx", sha256="0" * 64, at=cast.now, actor=cast.owner,
        rows=1, added=1, changed=0,
    )  # fmt: skip
    assert "cannot be undone" in refusal(owner, batch)


def test_the_pages_lead_to_it(cast: Cast, owner):
    assert "Last import" not in owner.get(f"{sheets.PAGES['entries']}import/").content.decode()
    batch = one(owner)
    assert f"{BATCHES}{batch.pk}/change/" in owner.get(sheets.PAGES["entries"]).content.decode()
    address = f"{BATCHES}{batch.pk}/undo/"
    assert address in owner.get(f"{sheets.PAGES['entries']}import/").content.decode()
    assert address in owner.get(f"{BATCHES}{batch.pk}/change/").content.decode()
    assert "1 new row is removed" in owner.get(address).content.decode()
    undo(owner, batch)
    assert address not in owner.get(f"{sheets.PAGES['entries']}import/").content.decode()
    assert address not in owner.get(f"{BATCHES}{batch.pk}/change/").content.decode()
