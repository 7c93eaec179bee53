"""An import of organisations undone as a whole: the tree is as it was, or it is said why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from members.admin import history
from members.enums import DutyKind
from members.errors import OutOfScope, Refused
from members.models import Duty, ImportBatch, LogRow, Organisation
from members.services import duties, log, organisations
from members.services.undoing import look, undo_import
from reports.models import NoticeJob
from reports.periods import Period
from reports.services.jobs import orders
from tests import rows, sheets
from tests.cast import Cast
from tests.members.test_undo import BATCHES, digest, refusal, taken_in, undo

HEADER = "组织编码 名称 类型 上级编码"
NEW = ["DT0103", "东塘第三党支部", "党支部", "DT01"]
FILES: dict[str, list[list[Any]]] = {
    "made": [["DT03", "第三党总支", "党总支", "DT"], ["DT0301", "新一支部", "党支部", "DT03"], NEW],
    "renamed": [["DT0101", "改名支部", "党支部", "DT01"], ["DT01", "第一总支", "党总支", "DT"]],
    "moved": [["DT0101", "东塘第一党支部", "党支部", "DT02"]],
    "moved from the middle": [["DT01", "第一", "党总支", "XT"], ["DT0201", "支部", "党支部", "DT01"]],
    "moved below what is made": [
        ["DT03", "第三党总支", "党总支", "DT"],
        ["DT0101", "移走", "党支部", "DT03"],
        ["DT0102", "也移走", "党支部", "DT03"],
        ["DT0201", "又移走", "党支部", "DT01"],
    ],
    "a root moved below another": [["XT", "并入", "街道工委", "DT"], ["XT02", "新支部", "党支部", "XT"]],
}


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def take_in(administrator) -> Callable[..., ImportBatch]:
    return lambda *lines: taken_in(administrator, "organisations", HEADER, list(lines))


def tree() -> list[tuple[str, str, str, int]]:
    return list(Organisation.objects.values_list("code", "name", "path", "numchild"))


@pytest.mark.parametrize("name", FILES)
def test_an_import_of_organisations_undone_leaves_the_tables_as_they_were(
    cast: Cast, administrator, take_in, name
):
    before, stood = digest(), tree()
    batch = take_in(*FILES[name])
    assert digest() != before
    assert "/undo/" in administrator.get(f"{BATCHES}{batch.pk}/change/").content.decode()
    html = administrator.get(f"{BATCHES}{batch.pk}/undo/").content.decode()
    assert 'class="button danger"' in html
    answer = undo(administrator, batch)
    assert (answer.status_code, answer["Location"]) == (302, f"{BATCHES}{batch.pk}/change/")
    assert tree() == stood
    assert digest() == before
    assert Organisation.objects.find_problems() == ([], [], [], [], [])
    assert list(log.faults()) == []
    # The same file can be imported anew, and undone anew.
    again = take_in(*FILES[name])
    assert undo(administrator, again).status_code == 302
    assert digest() == before


def test_the_counts_and_the_log_say_what_was_removed_and_put_back(cast: Cast, administrator, take_in):
    batch = take_in(NEW, ["DT0101", "改名支部", "党支部", "DT02"])
    key = cast.organisations["DT0101"].pk
    asked = look(by=cast.by(cast.administrator), batch=batch)
    assert (asked.removed, asked.restored) == ({Organisation: 1}, {Organisation: 1})
    name = cast.organisations["DT0101"].name
    undo(administrator, batch)
    row = LogRow.objects.order_by("-pk")[0]
    assert (row.verb, row.object_id, row.actor) == ("undo import", str(batch.pk), cast.administrator)
    columns, line = row.before["removed"]["members.organisation"]
    assert dict(zip(columns, line, strict=True)) == {
        "code": "DT0103", "name": "东塘第三党支部", "kind": "branch", "parent": "DT01",
    }  # fmt: skip
    now, then = row.before["members.organisation"][str(key)], row.after["changed"]["members.organisation"]
    assert (now["name"], now["parent"]) == ("改名支部", "DT02")
    assert (then[str(key)]["name"], then[str(key)]["parent"]) == (name, "DT01")
    (shown,) = history.actions([row], cast.operator.scope)
    told = {(change.label, change.before, change.after) for change in shown.changes}
    assert ("东塘第一党支部 · name", "改名支部", "东塘第一党支部") in told
    assert ("Removed: organisations", "1", "") in told
    assert not any("path" in change.label for change in shown.changes)


def test_what_somebody_placed_there_meanwhile_stays(cast: Cast, administrator, take_in):
    """DT0102 is last of its siblings and leaves; its place is taken, so it comes back behind."""
    batch = take_in(["DT0102", "第二支部", "党支部", "DT02"])
    organisations.found(
        by=cast.operator, code="DT0109", name="后来的", kind="branch", parent=cast.organisations["DT01"]
    )
    assert undo(administrator, batch).status_code == 302
    below = Organisation.objects.within(Organisation.objects.get(code="DT01"))
    codes = list(below.values_list("code", flat=True))
    assert codes == ["DT01", "DT0101", "DT010101", "DT0109", "DT0102"]
    assert Organisation.objects.find_problems() == ([], [], [], [], [])


def test_parts_of_an_order_that_was_given_above_do_not_hold_it(cast: Cast, administrator, take_in):
    batch = take_in(NEW)
    job = rows.notice_job(cast, "DT", "没有")[NoticeJob]
    job.parts.create(organisation=Organisation.objects.get(code="DT0103"), position=2)
    assert undo(administrator, batch).status_code == 302
    assert not Organisation.objects.filter(code="DT0103").exists()
    assert [part.organisation.code for part in NoticeJob.objects.get().parts.all()] == ["DT"]


# --- what forbids it ------------------------------------------------------------------------------


def posted(cast: Cast, made: Organisation) -> None:
    cast.organisations["DT0103"] = made
    cast.admit("M900", "新来的", "DT0103")


def charged(cast: Cast, made: Organisation) -> None:
    duties.assign_duty(
        by=cast.operator, user=cast.nobody, kind=DutyKind.SECRETARY, organisation=made, start=cast.today
    )


def with_activity(cast: Cast, made: Organisation) -> None:
    cast.organisations["DT0103"] = made
    rows.activity(cast, "DT0103")


def invited(cast: Cast, made: Organisation) -> None:
    rows.activity(cast, "DT0101").units.add(made)


def with_child(cast: Cast, made: Organisation) -> None:
    organisations.found(by=cast.operator, code="DT010301", name="小组", kind="group", parent=made)


def received(cast: Cast, made: Organisation) -> None:
    organisations.move(by=cast.operator, organisation=cast.organisations["DT010101"], parent=made)


def posted_and_withdrawn(cast: Cast, made: Organisation) -> None:
    charged(cast, made)
    duties.withdraw_duty(by=cast.operator, duty=Duty.objects.get(organisation=made))


def ordered(cast: Cast, made: Organisation) -> None:
    by = cast.by(cast.committee)
    orders.order(by=by, organisation=made, period=Period.parse("2026H1"), kind="notice")


USES: dict[str, tuple[Callable[[Cast, Organisation], None], str]] = {
    "a member": (posted, "“DT0103 东塘第三党支部” is in use since the import (postings 1"),
    "a duty": (charged, "“DT0103 东塘第三党支部” is in use since the import (duties 1"),
    "an activity": (with_activity, "“DT0103 东塘第三党支部” is in use since the import ("),
    "an invitation": (invited, "“DT0103 东塘第三党支部” is in use since the import (activities 1"),
    "an order": (
        ordered,
        "“DT0103 东塘第三党支部” is in use since the import (log 1, orders of notices 1): what",
    ),
    "a child": (with_child, "“DT0103 东塘第三党支部” has “DT010301 小组” below it since the import"),
    "a group moved there": (received, "“DT0103 东塘第三党支部” has “DT010101"),
    "a duty withdrawn again": (posted_and_withdrawn, "“DT0103 东塘第三党支部” is in use since the import ("),
}


@pytest.mark.parametrize("name", USES)
def test_an_organisation_that_is_in_use_forbids_it(cast: Cast, administrator, take_in, name):
    use, said = USES[name]
    batch = take_in(NEW, ["DT0201", "也改名", "党支部", "DT02"])
    use(cast, Organisation.objects.get(code="DT0103"))
    assert refusal(administrator, batch).startswith(said)


def renamed(cast: Cast) -> None:
    made = Organisation.objects.get(code="DT0103")
    organisations.correct(by=cast.operator, organisation=made, name="又改名", kind="branch")


def moved_there_and_back(cast: Cast) -> None:
    for code in ("DT01", "DT02"):
        organisations.move(
            by=cast.operator,
            organisation=Organisation.objects.get(code="DT0201"),
            parent=Organisation.objects.get(code=code),
        )


@pytest.mark.parametrize("change", [renamed, moved_there_and_back])
def test_an_organisation_changed_since_forbids_it(cast: Cast, administrator, take_in, change):
    batch = take_in(NEW, ["DT0201", "改名", "党支部", "DT02"])
    change(cast)
    assert "was changed since the import" in refusal(administrator, batch)


def test_a_tree_that_could_not_stand_forbids_it(cast: Cast, administrator, take_in):
    batch = take_in(["DT01", "总支改工委", "党委", "DT"])
    child = Organisation.objects.get(code="DT02")
    organisations.move(by=cast.operator, organisation=child, parent=Organisation.objects.get(code="DT01"))
    said = refusal(administrator, batch)
    assert said.startswith("“DT02 ")
    assert "cannot be put back" in said
    # Nor one that would go round.
    organisations.move(by=cast.operator, organisation=Organisation.objects.get(code="DT02"),
                       parent=cast.organisations["DT"])  # fmt: skip
    assert undo(administrator, batch).status_code == 302


def test_what_would_go_round_forbids_it(cast: Cast, administrator, take_in):
    batch = take_in(["DT", "东塘", "街道工委", "XT"])
    organisations.move(
        by=cast.operator, organisation=Organisation.objects.get(code="XT01"),
        parent=Organisation.objects.get(code="DT02"),
    )  # fmt: skip
    # DT goes back to the top and takes XT01 along: that can be.
    assert undo(administrator, batch).status_code == 302
    batch = take_in(["DT02", "第二", "党委", "XT"], ["DT", "东塘", "街道工委", None])
    organisations.move(
        by=cast.operator, organisation=Organisation.objects.get(code="DT"),
        parent=Organisation.objects.get(code="DT02"),
    )  # fmt: skip
    assert refusal(administrator, batch) in (
        "An organisation cannot stand below itself.",
        "“DT 东塘” was changed since the import.",
    )


def test_a_later_import_by_whomever_forbids_it_until_it_is_undone(cast: Cast, administrator, take_in):
    batch = take_in(NEW)
    second = duties.open_account(by=cast.operator, username="second", password="correct horse 99",
                                 full_name="Second")  # fmt: skip
    duties.assign_duty(
        by=cast.operator, user=second, kind=DutyKind.ADMINISTRATOR, organisation=None, start=date(2026, 1, 1)
    )
    later = taken_in(
        cast.client(second), "organisations", HEADER, [["DT0104", "四", "党支部", "DT01"]], "四.xlsx"
    )
    assert refusal(administrator, batch) == "“四.xlsx” was imported after it: undo that first."
    assert undo(administrator, later).status_code == 302
    assert undo(administrator, batch).status_code == 302
    assert refusal(administrator, batch) == "This import has been undone already."


def test_only_administrators_undo_it(cast: Cast, administrator, take_in):
    batch = take_in(NEW)
    for who in ("owner", "other", "committee", "nobody", "elsewhere"):
        client = cast.client(getattr(cast, who))
        assert client.get(f"{BATCHES}{batch.pk}/undo/").status_code == 404, who
        assert undo(client, batch).status_code == 404, who
        with pytest.raises(OutOfScope):
            undo_import(by=cast.by(getattr(cast, who)), batch=batch)
    assert Organisation.objects.filter(code="DT0103").exists()
    undo_import(by=cast.operator, batch=batch)
    assert not Organisation.objects.filter(code="DT0103").exists()


def test_it_is_all_or_nothing(cast: Cast, take_in, monkeypatch):
    batch = take_in(*FILES["moved below what is made"])
    before = digest()

    def fails(**what: Any) -> None:
        raise Refused("no log")

    monkeypatch.setattr(log, "record", fails)
    with pytest.raises(Refused):
        undo_import(by=cast.operator, batch=batch)
    assert digest() == before


def test_the_page_of_the_import_leads_to_it(cast: Cast, administrator, take_in):
    address = f"{sheets.PAGES['organisations']}import/"
    assert "Last import" not in administrator.get(address).content.decode()
    batch = take_in(NEW)
    assert f"{BATCHES}{batch.pk}/undo/" in administrator.get(address).content.decode()
