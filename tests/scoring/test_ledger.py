"""Entries and judgements: what is refused and by which field, whose they are, closed years, the log."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from members.errors import OutOfScope, Refused, Stale
from members.models import LogRow, Member, YearLock
from members.services import roster
from scoring.models import Entry, Judgement
from scoring.services import ledger
from tests.cast import NOW, Cast
from tests.rows import activity, indicator


def build(member: Member, code: str = "org_life", **facts: Any) -> Entry:
    return Entry(member=member, indicator=indicator(code), **{"date": date(2026, 3, 5), **facts})


def saved(cast: Cast, member: Member, code: str = "org_life", **facts: Any) -> Entry:
    entry = build(member, code, **facts)
    ledger.save_entry(by=cast.by(cast.owner), entry=entry)
    return entry


def fields(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return set(refused.value.message_dict)


def close(cast: Cast, member: Member, year: int) -> None:
    YearLock.objects.create(member=member, year=year, locked_at=cast.now)


# --- what an entry may say ------------------------------------------------------------------------


@pytest.fixture
def halves(cast: Cast) -> Member:
    """Posted from 10 February to 20 May 2026."""
    member = cast.admit("M005", "钱半年", "DT0101", start=date(2026, 2, 10))
    roster.end_posting(by=cast.operator, posting=member.postings.get(), end=date(2026, 5, 20))
    return member


@pytest.mark.parametrize(
    ("code", "facts", "field"),
    [
        ("org_life", {"date": date(2026, 9, 16)}, "date"),  # tomorrow
        ("org_life", {"date": date(2026, 2, 9)}, "date"),  # the day before the posting
        ("org_life", {"date": date(2026, 5, 21)}, "date"),  # the day after it
        ("dues", {"date": date(2026, 1, 31)}, "date"),  # a month without a posting
        ("dues", {"date": date(2026, 6, 1)}, "date"),
        ("dues", {"date": date(2026, 10, 1)}, "date"),  # next month
        ("org_life", {"quantity": 0}, "quantity"),
        ("org_life", {"quantity": 100_000}, "quantity"),
        ("org_life", {"until": date(2026, 3, 6)}, "until"),
        ("org_life", {"on_time": False}, "on_time"),
        ("pair_household", {"quantity": 2}, "quantity"),
        ("pair_household", {"until": date(2026, 3, 4)}, "until"),
        ("pair_household", {"date": date(2026, 2, 9)}, "date"),
        ("conduct", {}, "indicator"),  # judged by a percentage
    ],
)
def test_an_entry_is_refused_by_the_field_that_is_wrong(
    cast: Cast, halves: Member, code: str, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        saved(cast, halves, code, **facts)
    assert fields(refused) == {field}
    assert not Entry.objects.exists()
    assert not LogRow.objects.filter(verb="record entry").exists()


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("org_life", {"date": date(2026, 2, 10)}),
        ("org_life", {"date": date(2026, 5, 20)}),
        ("dues", {"date": date(2026, 2, 1)}),  # any day of the month paid for
        ("dues", {"date": date(2026, 5, 31), "on_time": False}),
        ("pair_household", {"until": date(2030, 12, 31)}),  # an end to come is fine
        ("pair_household", {"until": date(2026, 3, 5)}),
        ("visit_household", {"quantity": 99_999}),  # not required of the role: kept, and earns nothing
    ],
)
def test_an_entry_at_the_edge_is_kept(cast: Cast, halves: Member, code: str, facts: dict[str, Any]) -> None:
    saved(cast, halves, code, **facts)
    assert Entry.objects.get().recorded_at == NOW


def test_an_entry_of_today_is_kept_also_for_an_elderly_member(cast: Cast) -> None:
    saved(cast, cast.members["M003"], date=cast.today)
    assert Entry.objects.count() == 1


def test_several_wrong_fields_are_told_at_once(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        saved(cast, cast.members["M001"], date=date(2027, 1, 1), until=date(2027, 1, 2), on_time=False)
    assert fields(refused) == {"date", "until", "on_time"}


def test_an_entry_of_an_activity_is_corrected_on_its_list(cast: Cast) -> None:
    held = activity(cast, "DT0101")
    entry = build(cast.members["M001"], activity=held)
    for act in (ledger.save_entry, ledger.withdraw_entry):
        with pytest.raises(Refused):
            act(by=cast.by(cast.owner), entry=entry)


# --- correcting, withdrawing, the log -------------------------------------------------------------


def test_recording_correcting_and_withdrawing_leave_one_row_each(cast: Cast) -> None:
    entry = saved(cast, cast.members["M001"], quantity=2)
    key = str(entry.pk)
    entry.quantity = 3
    ledger.save_entry(by=cast.by(cast.owner), entry=entry)
    ledger.withdraw_entry(by=cast.by(cast.owner), entry=entry)
    told = [
        (row.verb, row.before and row.before["quantity"], row.after and row.after["quantity"])
        for row in LogRow.objects.filter(object_type="scoring.entry", object_id=key).order_by("pk")
    ]
    assert told == [
        ("record entry", None, 2),
        ("correct entry", 2, 3),
        ("withdraw entry", 3, None),
    ]
    row = LogRow.objects.latest("pk")
    assert (row.actor, row.at, row.organisation) == (cast.owner, NOW, cast.organisations["DT0101"])
    assert not Entry.objects.exists()


def test_a_correction_that_changes_nothing_is_none(cast: Cast) -> None:
    entry, judged = saved(cast, cast.members["M001"]), judgement(cast)
    ledger.save_judgement(by=cast.by(cast.owner), judgement=judged)
    rows = LogRow.objects.count()
    ledger.save_entry(by=cast.by(cast.owner), entry=entry)
    ledger.save_judgement(by=cast.by(cast.owner), judgement=judged)
    assert LogRow.objects.count() == rows
    assert {Entry.objects.get().version, Judgement.objects.get().version} == {1}


def test_a_correction_over_a_newer_version_is_refused(cast: Cast) -> None:
    entry = saved(cast, cast.members["M001"])
    mine, theirs = Entry.objects.get(pk=entry.pk), Entry.objects.get(pk=entry.pk)
    theirs.quantity = 5
    ledger.save_entry(by=cast.by(cast.owner), entry=theirs)
    mine.quantity = 7
    with pytest.raises(Stale):
        ledger.save_entry(by=cast.by(cast.owner), entry=mine)
    assert Entry.objects.get().quantity == 5


def test_a_label_is_found_by_what_it_says(cast: Cast) -> None:
    written = [
        saved(cast, cast.members["M001"], "pair_household", title=title).title_key
        for title in ("张家2号", "張家２號", "张 家 2 号", "李家")
    ]
    assert written[:3] == [written[0]] * 3
    assert written[3] != written[0]


# --- whose it is ----------------------------------------------------------------------------------


@pytest.mark.parametrize("stranger", ["other", "committee", "elsewhere", "administrator", "nobody"])
def test_nobody_but_the_branch_writes_its_entries(cast: Cast, stranger: str) -> None:
    entry = saved(cast, cast.members["M001"])
    by = cast.by(getattr(cast, stranger))
    with pytest.raises(OutOfScope):
        ledger.save_entry(by=by, entry=build(cast.members["M001"]))
    entry.quantity = 9
    with pytest.raises(OutOfScope):
        ledger.save_entry(by=by, entry=entry)
    with pytest.raises(OutOfScope):
        ledger.withdraw_entry(by=by, entry=entry)
    assert Entry.objects.get().quantity == 1


def test_an_entry_cannot_be_pushed_onto_another_branch_nor_pulled_from_it(cast: Cast) -> None:
    mine = saved(cast, cast.members["M001"])
    theirs = build(cast.members["M101"])
    ledger.save_entry(by=cast.by(cast.other), entry=theirs)
    for entry, member in ((mine, cast.members["M101"]), (theirs, cast.members["M001"])):
        entry.member = member
        with pytest.raises(OutOfScope):
            ledger.save_entry(by=cast.by(cast.owner), entry=entry)
    numbers = Entry.objects.order_by("pk").values_list("member__number", flat=True)
    assert list(numbers) == ["M001", "M101"]


# --- closed years ---------------------------------------------------------------------------------


def test_a_closed_year_takes_no_entry_and_gives_none_back(cast: Cast) -> None:
    member = cast.members["M001"]
    old, new = saved(cast, member, date=date(2025, 6, 1)), saved(cast, member, date=date(2026, 6, 1))
    close(cast, member, 2025)
    by = cast.by(cast.owner)
    new.date = date(2025, 6, 2)
    moved = Entry.objects.get(pk=old.pk)
    moved.date = date(2026, 6, 2)
    attempts = [
        lambda: ledger.save_entry(by=by, entry=build(member, date=date(2025, 12, 31))),
        lambda: ledger.save_entry(by=by, entry=new),
        lambda: ledger.save_entry(by=by, entry=moved),
        lambda: ledger.withdraw_entry(by=by, entry=old),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "closed"
    assert set(Entry.objects.values_list("date", flat=True)) == {date(2025, 6, 1), date(2026, 6, 1)}


def test_the_years_around_a_closed_one_stay_open_and_so_does_the_colleague_s(cast: Cast) -> None:
    close(cast, cast.members["M001"], 2025)
    for number, day in (("M001", date(2024, 12, 31)), ("M001", date(2026, 1, 1)), ("M002", date(2025, 6, 1))):
        saved(cast, cast.members[number], date=day)
    assert Entry.objects.count() == 3


def test_a_pairing_that_would_reach_into_a_closed_year_is_refused(cast: Cast) -> None:
    close(cast, cast.members["M001"], 2025)
    for until in (None, date(2025, 1, 1), date(2026, 5, 1)):
        with pytest.raises(Refused) as refused:
            saved(cast, cast.members["M001"], "pair_household", date=date(2024, 5, 1), until=until)
        assert refused.value.code == "closed"
    saved(cast, cast.members["M001"], "pair_household", date=date(2024, 5, 1), until=date(2024, 12, 31))
    saved(cast, cast.members["M001"], "pair_household", date=date(2026, 1, 1))


# --- judged standards -----------------------------------------------------------------------------


def judgement(cast: Cast, **facts: Any) -> Judgement:
    code = facts.pop("code", "conduct")
    said = {"member": cast.members["M001"], "year": 2026, "fulfilment": Decimal(90), **facts}
    return Judgement(indicator=indicator(code), **said)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": "org_life"}, "indicator"),
        ({"year": 2027}, "year"),
        ({"fulfilment": Decimal("100.1")}, "fulfilment"),
        ({"fulfilment": Decimal("-0.1")}, "fulfilment"),
        ({"fulfilment": Decimal("85.55")}, "fulfilment"),
    ],
)
def test_a_judgement_is_refused_by_the_field_that_is_wrong(
    cast: Cast, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        ledger.save_judgement(by=cast.by(cast.owner), judgement=judgement(cast, **facts))
    assert field in fields(refused)
    assert not Judgement.objects.exists()


def test_a_standard_is_judged_once_a_year_and_then_corrected(cast: Cast) -> None:
    by = cast.by(cast.owner)
    first = judgement(cast)
    ledger.save_judgement(by=by, judgement=first)
    with pytest.raises(Refused):
        ledger.save_judgement(by=by, judgement=judgement(cast, fulfilment=Decimal(10)))
    first.fulfilment = Decimal("85.5")
    ledger.save_judgement(by=by, judgement=first)
    assert Judgement.objects.get().fulfilment == Decimal("85.5")
    rows = LogRow.objects.filter(verb="judge standard").order_by("pk")
    told = [(row.before and row.before["fulfilment"], row.after and row.after["fulfilment"]) for row in rows]
    assert told == [(None, "90.0"), ("90.0", "85.5")]


def test_a_judgement_keeps_to_its_branch_and_to_open_years(cast: Cast) -> None:
    with pytest.raises(OutOfScope):
        ledger.save_judgement(by=cast.by(cast.other), judgement=judgement(cast))
    made = judgement(cast)
    ledger.save_judgement(by=cast.by(cast.owner), judgement=made)
    close(cast, cast.members["M001"], 2026)
    for act in (
        lambda: ledger.save_judgement(by=cast.by(cast.owner), judgement=judgement(cast, code="org_task")),
        lambda: ledger.withdraw(by=cast.by(cast.owner), row=made),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "closed"
