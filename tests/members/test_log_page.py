"""The page of the log: found by whom or what it is about and by days; above it the chain."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from members.models import LogRow, Member
from members.services import log, roster
from tests import rows
from tests.cast import CANARY, Cast

LIST = "/admin/members/logrow/"


def listed(client, **asked: str) -> list[str]:
    """The names of the objects on the page, as they stand in the column."""
    page = client.get(LIST, asked)
    assert page.status_code == 200, page
    return [row.called for row in page.context["cl"].result_list]


@pytest.fixture
def entry(cast: Cast):
    return rows.entry(cast, cast.members["M001"], "essay", title="学习心得")


@pytest.mark.parametrize("words", ["张晓明", "M001", "zxm", "張曉明"])
def test_rows_of_a_member_are_found_by_name_number_and_initials(cast: Cast, entry, words: str) -> None:
    found = listed(cast.client(cast.committee), q=words)
    assert "张晓明 M001" in found
    assert any(entry.reference in name for name in found)
    assert not any("李芳" in name for name in found)


def test_a_row_names_its_object_as_it_was_called_then(cast: Cast) -> None:
    member = cast.members["M001"]
    member.name = "张改名"
    roster.correct_member(by=cast.operator, member=member)
    Member.objects.filter(pk=member.pk).update(name="第三名")
    found = listed(cast.client(cast.committee), q="M001")
    assert found == ["张改名 M001", "张晓明 M001"]
    assert listed(cast.client(cast.committee), q="张晓明") == ["张晓明 M001"]


def test_what_was_deleted_keeps_its_name(cast: Cast, entry) -> None:
    from scoring.services import ledger

    name = str(entry)
    ledger.withdraw_entry(by=cast.operator, entry=entry)
    assert listed(cast.client(cast.committee), q=name.split(maxsplit=1)[0])[0] == name


def test_a_span_of_days(cast: Cast, entry, monkeypatch: pytest.MonkeyPatch) -> None:
    client = cast.client(cast.committee)
    today = cast.today
    assert listed(client, **{"from": str(today), "to": str(today)})
    assert listed(client, to=str(today - timedelta(days=1))) == []
    assert listed(client, **{"from": str(today + timedelta(days=1))}) == []


@pytest.mark.parametrize("asked", ["2026-13-01", "gestern", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_told_and_no_fault(cast: Cast, asked: str) -> None:
    assert cast.client(cast.committee).get(LIST, {"from": asked}).status_code == 302


def test_the_chain_is_shown_and_looked_through_when_asked(cast: Cast, entry) -> None:
    client = cast.client(cast.administrator)
    page = client.get(LIST).content.decode()
    assert log.head_hash() in page
    good = client.post(LIST, {"chain": "check"})
    assert (good.context["chain"]["checked"], good.context["chain"]["faults"]) == (True, 0)
    LogRow.objects.filter(pk=LogRow.objects.order_by("pk")[2].pk).update(verb="nothing")
    bad = client.post(f"{LIST}?object_type=members.duty", {"chain": "check"})
    assert bad.context["chain"]["faults"] == 1
    assert {row.object_type for row in bad.context["cl"].result_list} == {"members.duty"}


def test_no_address_makes_the_server_look_through_the_chain(
    cast: Cast, entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever follows a link, or a program that does, must not make it walk all rows."""
    looked = []

    def faults() -> list[tuple[int, str]]:
        looked.append(1)
        return []

    monkeypatch.setattr(log, "faults", faults)
    client = cast.client(cast.administrator)
    client.get(LIST, {"chain": "check"}, follow=True)
    assert looked == []
    client.post(LIST, {"chain": "check"})
    assert looked == [1]


def test_the_administrator_reads_of_the_installation_and_the_committee_of_its_tree(cast: Cast, entry) -> None:
    """Users, duties and organisations for the one; and no member's record."""
    administrator = cast.client(cast.administrator)
    kinds = {row.object_type for row in administrator.get(LIST).context["cl"].result_list}
    assert kinds == {"members.user", "members.duty", "members.organisation", "scoring.scheme"}
    assert listed(administrator, q="张晓明") == []
    elsewhere = cast.client(cast.elsewhere)
    assert listed(elsewhere, q="张晓明") == []
    assert cast.client(cast.owner).get(LIST).status_code == 404
    assert CANARY not in cast.client(cast.owner).get("/").content.decode()


def test_the_export_has_the_names_too(cast: Cast, entry) -> None:
    answer = cast.client(cast.committee).get(f"{LIST}export/", {"q": "M001"})
    assert answer.getvalue().startswith(b"PK")
    answer.close()


def test_rows_of_before_there_were_names_still_hold(cast: Cast) -> None:
    """A row without a name is hashed as it was before."""
    row = LogRow(at=timezone.now(), verb="old", object_type="x.y", object_id="1", prev_hash="0" * 64)
    bare = log.digest(row)
    row.object_name = "名"
    assert log.digest(row) != bare
