"""What no record can mean is refused at every door: far-off days, control characters, one's own duty."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from members.enums import DutyKind, OrganisationKind
from members.errors import Refused
from members.models import Leave, Member, Role
from members.services import accounts, duties, organisations, roster
from members.text import readable, tidy, uncontrolled
from tests.cast import Cast


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2101, 1, 1), date.max, date.min])
def test_a_day_far_off_is_refused_by_field(cast: Cast, day: date) -> None:
    member = cast.members["M001"]
    start, end = (day, None) if day.year < 2000 else (date(2026, 1, 1), day)
    with pytest.raises(Refused) as refused:
        roster.grant_leave(by=cast.operator, leave=Leave(member=member, start=start, end=end, reason="病休"))
    assert list(refused.value.message_dict) == ["end" if end else "start"]
    if end:
        with pytest.raises(Refused) as refused:
            roster.end_posting(by=cast.operator, posting=member.postings.get(), end=end)
        assert list(refused.value.message_dict) == ["end"]
    else:
        with pytest.raises(Refused) as refused:
            roster.change_role(by=cast.operator, member=member, role=cast.roles["organ.member"], start=start)
        assert list(refused.value.message_dict) == ["start"]


@pytest.mark.parametrize("field", ["birth_date", "joined_on"])
def test_nobody_is_born_or_joins_after_today(cast: Cast, field: str) -> None:
    member = cast.members["M001"]
    setattr(member, field, date(2026, 9, 16))
    with pytest.raises(Refused) as refused:
        roster.correct_member(by=cast.operator, member=member)
    assert list(refused.value.message_dict) == [field]


def test_a_name_loses_what_is_invisible_and_may_have_characters_that_are_new_to_unicode(cast: Cast) -> None:
    assert cast.admit("M301", "\ufeff李𱍐\u200b", "DT0101").name == "李𱍐"


UNPRINTABLE = ["李\x00四", "李\u202e四", "李\n四", "李\u2028四"]


@pytest.mark.parametrize("name", UNPRINTABLE)
def test_a_name_with_control_or_direction_characters_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        cast.admit("M301", name, "DT0101")
    assert "name" in refused.value.message_dict
    assert not Member.objects.filter(number="M301").exists()


@pytest.mark.parametrize("name", UNPRINTABLE)
def test_so_is_one_of_an_organisation(cast: Cast, name: str) -> None:
    facts = {"name": name, "kind": OrganisationKind.GROUP}
    with pytest.raises(Refused) as refused:
        organisations.found(by=cast.operator, code="DT010102", parent=cast.organisations["DT0101"], **facts)
    assert list(refused.value.message_dict) == ["name"]
    with pytest.raises(Refused) as refused:
        organisations.correct(by=cast.operator, organisation=cast.organisations["DT010101"], **facts)
    assert list(refused.value.message_dict) == ["name"]


@pytest.mark.parametrize("field", ["username", "first_name", "last_name", "email"])
@pytest.mark.parametrize("name", UNPRINTABLE)
def test_so_is_every_text_of_an_account(cast: Cast, field: str, name: str) -> None:
    user = cast.owner
    setattr(user, field, name)
    with pytest.raises(ValidationError) as refused:
        user.full_clean()
    assert list(refused.value.message_dict) == [field]


def test_an_account_whose_name_cannot_be_printed_is_not_stored(cast: Cast) -> None:
    cast.owner.first_name = "李\x00四"
    with pytest.raises(Refused) as refused:
        accounts.correct_account(by=cast.operator, user=cast.owner)
    assert list(refused.value.message_dict) == ["first_name"]


def test_lines_are_for_texts_of_several_lines() -> None:
    assert (uncontrolled("甲\n乙"), uncontrolled("甲\n乙", lines=True)) == (False, True)
    assert tidy("甲\u200b　 乙 ") == "甲 乙"


def test_an_argument_in_another_encoding_can_be_printed() -> None:
    assert readable("甲\udcff") == "甲\\udcff"
    assert readable("甲\x00") == "甲"


@pytest.mark.parametrize("kind", [DutyKind.SECRETARY, DutyKind.COMMITTEE])
def test_an_administrator_takes_no_duty_over_scores(cast: Cast, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        duties.assign_duty(
            by=cast.by(cast.administrator),
            user=cast.administrator,
            kind=kind,
            organisation=cast.organisations["DT0101"],
            start=cast.today,
        )
    assert "user" in refused.value.message_dict
    assert cast.administrator.duties.count() == 1


def test_a_local_role_is_seen_where_it_holds_and_not_beside(cast: Cast) -> None:
    category = cast.roles["community.member"].category
    place = cast.organisations["DT01"]
    role = Role.objects.create(
        code="DT01.local1", category=category, organisation=place, name_hans="网格员", name_hant="網格員"
    )
    seen = {
        user: Role.objects.visible_to(cast.by(getattr(cast, user)).scope).filter(pk=role.pk).exists()
        for user in ("owner", "other", "committee", "elsewhere", "nobody")
    }
    assert seen == {"owner": True, "other": False, "committee": True, "elsewhere": False, "nobody": False}
