"""The grid of judged standards: what is judged and what presumed, what is stored, what is asked about."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import LogRow, Member, YearLock
from scoring.models import Judgement
from scoring.services import ledger
from tests.cast import CANARY, Cast
from tests.rows import indicator

pytestmark = pytest.mark.django_db
URL = "/branches/DT0101/judged/2026/"


def cell(member: Member, code: str, percent: str = "", note: str = "", shown: str = "|") -> dict[str, str]:
    """What a browser sends of one cell."""
    key = f"{member.pk}-{indicator(code).pk}"
    return {f"s-{key}": shown, f"p-{key}": percent, f"n-{key}": note}


def judge(cast: Cast, number: str, code: str, percent: str, note: str = "") -> Judgement:
    row = Judgement(
        member=cast.members[number],
        year=2026,
        indicator=indicator(code),
        fulfilment=Decimal(percent),
        note=note,
    )
    ledger.save_judgement(by=cast.operator, judgement=row)
    return row


def stored() -> list[tuple[str, str, str, str]]:
    rows = Judgement.objects.select_related("member", "indicator").order_by(
        "member__number", "indicator__code"
    )
    return [(row.member.number, row.indicator.code, str(row.fulfilment), row.note) for row in rows]


def test_what_is_judged_and_what_presumed(cast: Cast):
    judge(cast, "M001", "conduct", "87.5", "酒驾")
    context = cast.client(cast.owner).get(URL).context
    assert [row.code for row in context["indicators"]] == ["org_task", "conduct"]
    first = context["groups"][0]["rows"][0]
    assert [(shown.percent, shown.note, shown.token) for shown in first["cells"]] == [
        ("", "", "|"),
        ("87.5", "酒驾", "87.5|酒驾"),
    ]
    # The elderly member's role asks for nothing.
    assert [person.member.number for person in context["unjudged"]] == ["M003"]


def test_only_changed_cells_are_written_with_one_log_row(cast: Cast):
    judge(cast, "M001", "org_task", "70")
    kept = judge(cast, "M001", "conduct", "90.5")
    before = LogRow.objects.count()
    one, two = cast.members["M001"], cast.members["M002"]
    sent = (
        cell(one, "org_task", "", "", "70|")
        | cell(one, "conduct", "90.5", "", "90.5|")
        | cell(two, "org_task")
        | cell(two, "conduct", " ８０％ ", "多次迟到")
    )
    client = cast.client(cast.owner)
    assert client.post(URL, sent).status_code == 302
    assert stored() == [("M001", "conduct", "90.5", ""), ("M002", "conduct", "80.0", "多次迟到")]
    assert Judgement.objects.get(pk=kept.pk).version == 1
    row = LogRow.objects.order_by("-pk")[0]
    assert LogRow.objects.count() == before + 1
    assert [facts["fulfilment"] for facts in row.before["scoring.judgement"].values()] == ["70.0"]
    assert [facts["fulfilment"] for facts in row.after["scoring.judgement"].values()] == ["80.0"]
    # Once more the same: nothing.
    assert client.post(URL, sent).status_code == 302
    assert LogRow.objects.count() == before + 1


def test_a_hundred_that_is_typed_is_a_judgement_and_not_presumed(cast: Cast):
    cast.client(cast.owner).post(URL, cell(cast.members["M001"], "conduct", "100"))
    assert stored() == [("M001", "conduct", "100.0", "")]


def test_a_cell_changed_meanwhile_is_asked_about(cast: Cast):
    row = judge(cast, "M001", "conduct", "60", "处分")
    client = cast.client(cast.owner)
    sent = cell(cast.members["M001"], "conduct", "95") | cell(cast.members["M002"], "conduct", "85")
    answer = client.post(URL, sent)
    assert answer.status_code == 200
    assert stored() == [("M001", "conduct", "60.0", "处分")]
    assert [(asked["rows"], asked["wanted"]) for asked in answer.context["questions"]] == [
        (["60% · 处分"], "95%")
    ]
    shown = answer.context["groups"][0]["rows"][0]["cells"][1]
    assert (shown.percent, shown.token, shown.asked) == ("95", "60|处分", True)
    sent |= cell(cast.members["M001"], "conduct", "95", "", shown.token)
    assert client.post(URL, sent).status_code == 302
    assert stored() == [("M001", "conduct", "95.0", ""), ("M002", "conduct", "85.0", "")]
    row.refresh_from_db()
    assert row.version == 2


@pytest.mark.parametrize(
    "percent, note",
    [("101", ""), ("-1", ""), ("90.55", ""), ("viel", ""), ("", "为何"), ("9", "\x00"), ("1e1", "")],
)
def test_what_is_no_judgement_is_refused_and_nothing_is_lost(cast: Cast, percent: str, note: str):
    sent = cell(cast.members["M001"], "conduct", percent, note) | cell(cast.members["M002"], "conduct", "85")
    answer = cast.client(cast.owner).post(URL, sent)
    assert answer.status_code == 200
    assert len(answer.context["problems"]) == 1
    assert stored() == []
    first, second = (row["cells"][1] for row in answer.context["groups"][0]["rows"])
    assert (first.percent, first.note, second.percent) == (percent, note, "85")


def test_a_closed_year_refuses_by_name(cast: Cast):
    YearLock.objects.create(member=cast.members["M001"], year=2026, locked_at=cast.now)
    client = cast.client(cast.owner)
    assert client.get(URL).context["groups"][0]["rows"][0]["writable"] is False
    (problem,) = client.post(URL, cell(cast.members["M001"], "conduct", "95")).context["problems"]
    assert "张晓明" in problem
    assert "2026" in problem
    assert stored() == []


@pytest.mark.parametrize("who", ["other", "elsewhere", "administrator", "nobody"])
def test_others_find_nothing(cast: Cast, who: str):
    client = cast.client(getattr(cast, who))
    assert client.get(URL).status_code == 404
    assert client.post(URL, cell(cast.members["M001"], "conduct", "95")).status_code == 404


def test_the_committee_reads_without_inputs_and_does_not_write(cast: Cast):
    judge(cast, "M001", "conduct", "87.5", "酒驾")
    client = cast.client(cast.committee)
    page = client.get(URL).content.decode()
    assert "酒驾" in page
    assert 'name="p-' not in page
    assert client.post(URL, cell(cast.members["M002"], "conduct", "95")).status_code == 404


def test_a_strangers_member_and_an_indicator_that_is_not_judged(cast: Cast):
    client = cast.client(cast.owner)
    answer = client.post(URL, cell(cast.members["M101"], "conduct", "95"))
    assert (answer.status_code, CANARY in answer.content.decode()) == (404, False)
    assert client.post(URL, cell(cast.members["M001"], "essay", "95")).status_code == 200
    assert stored() == []


def test_saving_and_showing_take_as_many_queries_for_forty_as_for_twenty_and_eighty(cast: Cast):
    client = cast.client(cast.owner)
    client.get(URL)  # the scheme has been read
    counts: list[tuple[int, ...]] = []
    for size in (20, 40, 80):
        for number in range(len(counts) and size // 2, size):
            cast.admit(f"N{number:03}", f"党员{number}", "DT0101")
        people = [cast.members[f"N{number:03}"] for number in range(size)]
        shown = {"conduct": "|", "org_task": "|"}
        of_size = []
        for wanted in (
            {"conduct": "70", "org_task": "71"},
            {"conduct": "80", "org_task": ""},
            dict.fromkeys(shown, ""),
        ):
            sent: dict[str, str] = {}
            for one in people:
                for code, percent in wanted.items():
                    sent |= cell(one, code, percent, "", shown[code])
            with CaptureQueriesContext(connection) as writing:
                assert client.post(URL, sent).status_code == 302
            of_size.append(len(writing))
            shown = {code: f"{percent}|" for code, percent in wanted.items()}
            assert Judgement.objects.count() == size * sum(map(bool, wanted.values()))
        with CaptureQueriesContext(connection) as reading:
            client.get(URL)
        counts.append((*of_size, len(reading)))
    assert len(set(counts)) == 1
    assert max(counts[0][:3]) <= 20
