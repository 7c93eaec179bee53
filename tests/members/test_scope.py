"""Who sees and writes whom: duties turned into scopes, and what the queries make of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from members.enums import DutyKind
from members.models import Member, Organisation, User
from members.scope import Scope
from members.services import duties, roster
from tests.cast import CANARY, Cast

OWN = {"M001", "M002", "M003", "M004"}
DT = OWN | {"M101", "M102"}


def seen(cast: Cast, user: User, on: date | None = None) -> set[str]:
    members = Member.objects.visible_to(Scope.of(user, on or cast.today))
    return set(members.values_list("number", flat=True))


def written(cast: Cast, user: User) -> set[str]:
    members = Member.objects.writable_by(Scope.of(user, cast.today))
    return set(members.values_list("number", flat=True))


def test_each_sees_the_own_subtree_and_only_secretaries_write(cast: Cast) -> None:
    assert (seen(cast, cast.owner), written(cast, cast.owner)) == (OWN, OWN)
    assert seen(cast, cast.other) == written(cast, cast.other) == {"M101", "M102"}
    assert (seen(cast, cast.committee), written(cast, cast.committee)) == (DT, set())
    assert (seen(cast, cast.elsewhere), written(cast, cast.elsewhere)) == ({"M201"}, set())
    assert (seen(cast, cast.administrator), written(cast, cast.administrator)) == (set(), set())
    assert (seen(cast, cast.nobody), written(cast, cast.nobody)) == (set(), set())


def test_organisations_are_seen_downwards_and_by_the_administrator_all(cast: Cast) -> None:
    def codes(user: User) -> list[str]:
        visible = Organisation.objects.visible_to(Scope.of(user, cast.today))
        return list(visible.values_list("code", flat=True))

    assert codes(cast.owner) == ["DT0101", "DT010101"]
    assert codes(cast.elsewhere) == ["XT", "XT01"]
    assert len(codes(cast.administrator)) == 9
    assert codes(cast.nobody) == []


def test_a_superuser_is_an_administrator_and_reads_no_scores(cast: Cast) -> None:
    user = User.objects.create_superuser(username="root", password="x")
    scope = Scope.of(user, cast.today)
    assert (scope.administrator, scope.reads) == (True, ())
    assert seen(cast, user) == set()


def test_a_duty_counts_from_its_first_day_to_its_last(cast: Cast) -> None:
    first, last = date(2026, 3, 1), date(2026, 3, 31)
    duties.assign_duty(
        by=cast.operator,
        user=cast.nobody,
        kind=DutyKind.SECRETARY,
        organisation=cast.organisations["DT0201"],
        start=first,
        end=last,
    )
    day = timedelta(days=1)
    assert seen(cast, cast.nobody, first) == seen(cast, cast.nobody, last) == {"M101", "M102"}
    assert seen(cast, cast.nobody, first - day) == seen(cast, cast.nobody, last + day) == set()


def test_an_inactive_user_sees_nothing(cast: Cast) -> None:
    cast.owner.is_active = False
    assert seen(cast, cast.owner) == set()


def test_a_transferred_member_goes_over_on_the_day(cast: Cast) -> None:
    start = cast.today + timedelta(days=1)
    roster.transfer(
        by=cast.operator,
        member=cast.members["M001"],
        organisation=cast.organisations["DT0201"],
        role=cast.roles["community.member"],
        start=start,
    )
    assert "M001" in seen(cast, cast.owner)
    assert "M001" not in seen(cast, cast.other)
    assert "M001" not in seen(cast, cast.owner, start)
    assert "M001" in seen(cast, cast.other, start)


def test_a_member_whose_posting_has_ended_stays_with_the_last_branch(cast: Cast) -> None:
    roster.end_posting(by=cast.operator, posting=cast.members["M001"].postings.get(), end=date(2026, 6, 30))
    assert "M001" in seen(cast, cast.owner)


def test_a_member_yet_to_come_belongs_to_the_first_branch(cast: Cast) -> None:
    cast.admit("M009", "新来", "DT0101", start=cast.today + timedelta(days=30))
    assert "M009" in seen(cast, cast.owner)


@pytest.mark.parametrize("user", ["owner", "administrator", "nobody", "elsewhere"])
def test_no_query_shows_another_branchs_canary(cast: Cast, user: str) -> None:
    scope = Scope.of(getattr(cast, user), cast.today)
    names = Member.objects.visible_to(scope).exclude(number="M201").values_list("name", flat=True)
    assert not any(CANARY in name for name in names)
