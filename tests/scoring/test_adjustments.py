"""Branch adjustments 微调 (I23): what a general meeting may resolve, and what it may not."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from members.errors import OutOfScope, Refused, Stale
from members.models import LogRow, Role, YearLock
from members.services import roster
from scoring.models import Adjustment, AdjustmentLine, Indicator
from scoring.services.adjustments import (
    LocalRole,
    adopt_adjustment,
    differences,
    replace_adjustment,
    withdraw_adjustment,
)
from scoring.services.standards import StandardsBook
from tests.cast import Cast

MEMBER = {  # community.member as the scheme has it: (quota, points)
    "org_life": (6, 40), "volunteer": (3, 30), "essay": (1, 12), "dues": (12, 8),
    "org_task": (None, 5), "conduct": (None, 5),
}  # fmt: skip
STRICTER = {**MEMBER, "org_life": (8, 40), "essay": (2, 10), "volunteer": (3, 32)}
IN_SERVICE = {
    "volunteer_post": (1, 20), "volunteer": (2, 35), "good_deed": (1, 10), "pair_household": (1, 20),
    "community_life": (1, 15),
}  # fmt: skip
LOCAL = {"org_life": (4, 50), "good_deed": (1, 30), "org_task": (None, 20)}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def adjustment(
    cast: Cast, code: str = "DT0101", role: Role | str | None = "community.member", **facts: Any
) -> Adjustment:
    """A resolution of the branch about one of the scheme's roles, a local one, or (None) one to be made."""
    given: dict[str, Any] = {
        "year": 2026,
        "resolution_on": date(2026, 2, 1),
        "present": 21,
        "votes_for": 11,
        "resolution": "同意",
    }
    if role is not None:
        given["role"] = cast.roles[role] if isinstance(role, str) else role
    return Adjustment(organisation=cast.organisations[code], **{**given, **facts})


def lines(
    asked: Mapping[str, tuple[int | None, Any]], waivable: tuple[str, ...] = ()
) -> list[AdjustmentLine]:
    found = {row.code: row for row in Indicator.objects.all()}
    return [
        AdjustmentLine(indicator=found[code], quota=quota, points=Decimal(points), waivable=code in waivable)
        for code, (quota, points) in asked.items()
    ]


def test_adopt(cast: Cast) -> None:
    row = adjustment(cast)
    adopt_adjustment(by=cast.by(cast.owner), adjustment=row, lines=lines(STRICTER))
    found = StandardsBook.for_year(2026).role(cast.organisations["DT0101"].path, row.role_id)
    assert found is not None
    assert found.adjustment == row
    assert {asked.code: (asked.quota, asked.points) for asked in found.requirements} == {
        code: (quota, points * 100) for code, (quota, points) in STRICTER.items()
    }
    told = [
        (pair.row.code, pair.before.quota if pair.before else None, pair.row.quota, pair.row.points)
        for pair in differences(row)
    ]
    assert told == [("org_life", 6, 8, 4000), ("volunteer", 3, 3, 3200), ("essay", 1, 2, 1000)]
    logged: Any = LogRow.objects.of_object(row).get()
    assert (logged.verb, logged.actor, logged.organisation) == (
        "adopt adjustment",
        cast.owner,
        row.organisation,
    )
    assert logged.after["lines"][0] == ["org_life", 8, "40.00", False]


def refused(cast: Cast, match: str, row: Adjustment, asked: list[AdjustmentLine], **more: Any) -> None:
    roles, logged = Role.objects.count(), LogRow.objects.count()
    with pytest.raises(Refused, match=match):
        adopt_adjustment(by=cast.operator, adjustment=row, lines=asked, **more)
    assert not Adjustment.objects.exists()
    assert not AdjustmentLine.objects.exists()
    assert (Role.objects.count(), LogRow.objects.count()) == (roles, logged)


@pytest.mark.parametrize(
    "changes,match",
    [
        ({"org_life": (6, 41)}, "The points total 101, not 100"),
        ({"org_life": (0, 40)}, "参加党的组织生活 needs a quota of at least 1"),
        ({"org_life": (None, 40)}, "参加党的组织生活 needs a quota of at least 1"),
        ({"dues": (13, 8)}, "及时足额缴纳党费: a year has only twelve months"),
        ({"conduct": (1, 5)}, "is judged and has no quota"),
        ({"essay": (1, 0), "org_life": (6, 52)}, "撰写党员学习心得体会 needs points above 0"),
        ({"training": (1, 2), "org_life": (6, 38)}, "the indicators of the role stay as they are"),
        ({}, "This is the standard itself"),
    ],
)
def test_lines_that_are_refused(cast: Cast, changes: dict[str, Any], match: str) -> None:
    refused(cast, match, adjustment(cast), lines({**MEMBER, **changes}))


def test_a_requirement_cannot_be_left_out(cast: Cast) -> None:
    asked = {code: row for code, row in MEMBER.items() if code != "essay"}
    asked["org_life"] = (6, 52)
    refused(cast, "stay as they are", adjustment(cast), lines(asked))


@pytest.mark.parametrize(
    "facts,match",
    [
        ({"votes_for": 22}, "cannot be more votes for it than members present"),
        ({"present": 22}, "more than half of those present"),  # 11 of 22 is a half
        ({"resolution": "  "}, "Give the resolution as text or as a scan"),
        ({"resolution_on": date(2026, 9, 16)}, "lies in the future"),  # the clock stands at 15 September
        ({"year": 2014}, "No scheme is in force there"),
        ({"year": 1999}, "No scheme is in force there"),
    ],
)
def test_resolutions_that_are_refused(cast: Cast, facts: dict[str, Any], match: str) -> None:
    refused(cast, match, adjustment(cast, "DT0101", "community.member", **facts), lines(STRICTER))


def test_the_database_refuses_a_resolution_that_was_not_carried(cast: Cast) -> None:
    for facts in ({"votes_for": 22}, {"present": 22}):
        with pytest.raises(IntegrityError), transaction.atomic():
            adjustment(cast, "DT0101", "community.member", **facts).save()


def test_a_role_that_is_not_scored_has_nothing_to_adjust(cast: Cast) -> None:
    refused(cast, "This role is not scored", adjustment(cast, role="elderly.member"), lines(MEMBER))


def test_what_is_waivable_stays_so(cast: Cast) -> None:
    row = adjustment(cast, role="in_service.member")
    adopt_adjustment(by=cast.operator, adjustment=row, lines=lines(IN_SERVICE, waivable=("volunteer",)))
    waivable = {line.indicator.code for line in row.lines.select_related("indicator") if line.waivable}
    assert waivable == {"good_deed"}
    pairing = StandardsBook.for_year(2026).role(row.organisation.path, row.role_id)
    assert pairing is not None
    assert pairing.annual_is_daily
    assert [asked.wording_hans for asked in pairing.requirements if asked.code == "pair_household"] == [
        "结对帮扶社区困难居民"
    ]


def test_once_for_each_year(cast: Cast) -> None:
    adopt_adjustment(by=cast.operator, adjustment=adjustment(cast), lines=lines(STRICTER))
    with pytest.raises(Refused, match="adjusted there for that year already"):
        adopt_adjustment(by=cast.operator, adjustment=adjustment(cast), lines=lines(STRICTER))
    adopt_adjustment(by=cast.operator, adjustment=adjustment(cast, year=2027), lines=lines(STRICTER))


def test_only_who_writes_the_organisation(cast: Cast) -> None:
    for user in (cast.other, cast.committee, cast.administrator, cast.nobody):
        with pytest.raises(OutOfScope):
            adopt_adjustment(by=cast.by(user), adjustment=adjustment(cast), lines=lines(STRICTER))
    row = adjustment(cast)
    adopt_adjustment(by=cast.by(cast.owner), adjustment=row, lines=lines(STRICTER))
    for user in (cast.other, cast.committee):
        with pytest.raises(OutOfScope):
            replace_adjustment(by=cast.by(user), adjustment=row, lines=lines(STRICTER))
        with pytest.raises(OutOfScope):
            withdraw_adjustment(by=cast.by(user), adjustment=row)


def test_closed_years_refuse(cast: Cast) -> None:
    row = adjustment(cast)
    adopt_adjustment(by=cast.operator, adjustment=row, lines=lines(STRICTER))
    YearLock.objects.create(member=cast.members["M004"], year=2026, locked_at=cast.now)  # in the group below
    with pytest.raises(Refused, match="The year 2026 is closed"):
        replace_adjustment(by=cast.operator, adjustment=row, lines=lines(STRICTER))
    with pytest.raises(Refused, match="The year 2026 is closed"):
        withdraw_adjustment(by=cast.operator, adjustment=row)
    above = adjustment(cast, "DT01")
    with pytest.raises(Refused, match="The year 2026 is closed"):
        adopt_adjustment(by=cast.operator, adjustment=above, lines=lines(STRICTER))
    adopt_adjustment(by=cast.operator, adjustment=adjustment(cast, "DT0201"), lines=lines(STRICTER))


def test_replace(cast: Cast) -> None:
    row = adjustment(cast)
    adopt_adjustment(by=cast.operator, adjustment=row, lines=lines(STRICTER))
    first, second = Adjustment.objects.get(), Adjustment.objects.get()
    first.votes_for = 20
    replace_adjustment(by=cast.operator, adjustment=first, lines=lines({**STRICTER, "org_life": (9, 40)}))
    assert (first.version, row.lines.get(indicator__code="org_life").quota) == (2, 9)
    assert AdjustmentLine.objects.count() == 6
    logged: Any = LogRow.objects.of_object(row).first()
    assert (logged.before["lines"][0][1], logged.after["lines"][0][1]) == (8, 9)
    with pytest.raises(Stale):
        replace_adjustment(by=cast.operator, adjustment=second, lines=lines(STRICTER))


def test_withdraw(cast: Cast) -> None:
    row = adjustment(cast)
    adopt_adjustment(by=cast.operator, adjustment=row, lines=lines(STRICTER))
    key = str(row.pk)
    withdraw_adjustment(by=cast.operator, adjustment=row)
    assert not AdjustmentLine.objects.exists()
    logged: Any = (
        LogRow.objects.filter(object_type="scoring.adjustment", object_id=key).order_by("-pk").first()
    )
    assert (logged.verb, len(logged.before["lines"])) == ("withdraw adjustment", 6)
    with pytest.raises(Stale):
        withdraw_adjustment(by=cast.operator, adjustment=Adjustment(pk=row.pk or int(key)))


def test_a_local_role(cast: Cast) -> None:
    category = cast.roles["community.member"].category
    row = adjustment(cast, role=None)
    local = LocalRole(category, "网格党员", "網格黨員")
    asked = lines(LOCAL, waivable=("good_deed",))
    adopt_adjustment(by=cast.by(cast.owner), adjustment=row, lines=asked, local=local)
    role: Any = Role.objects.get(organisation=cast.organisations["DT0101"])
    assert (role.code, role.name_hant, role.category) == ("DT0101.local1", "網格黨員", category)
    book = StandardsBook.for_year(2026)
    found = book.role(cast.organisations["DT010101"].path, role.pk)
    assert found is not None
    assert (found.scored, found.annual_is_daily, found.unadjusted) == (True, False, ())
    assert [(asked.code, asked.waivable, asked.clause) for asked in found.requirements] == [
        ("org_life", False, "二、I23"), ("good_deed", True, "二、I23"), ("org_task", False, "二、I23"),
    ]  # fmt: skip
    assert [pair.before for pair in found.differences()] == [None, None, None]
    assert book.role(cast.organisations["DT0102"].path, role.pk) is None
    assert found in book.roles(cast.organisations["DT0101"].path)
    # A resolution is for one year: in the next the role is known, and asks for nothing.
    later = StandardsBook.for_year(2027).role(role.organisation.path, role.pk)
    assert later is not None
    assert (later.scored, later.requirements) == (False, ())

    roster.change_role(by=cast.operator, member=cast.members["M001"], role=role, start=date(2026, 3, 1))
    with pytest.raises(Refused, match="Members hold this local role"):
        withdraw_adjustment(by=cast.operator, adjustment=row)
    # the same role again next year, with another list
    adopt_adjustment(
        by=cast.operator,
        adjustment=adjustment(cast, role=role, year=2027),
        lines=lines({"org_life": (5, 100)}),
    )


def test_a_local_role_in_service_has_its_daily_score_as_its_annual_one(cast: Cast) -> None:
    local = LocalRole(cast.roles["in_service.member"].category, "双报到党员")
    row = adjustment(cast, role=None)
    adopt_adjustment(by=cast.operator, adjustment=row, lines=lines({"volunteer": (2, 100)}), local=local)
    found = StandardsBook.for_year(2026).role(row.organisation.path, row.role_id)
    assert found is not None
    assert found.annual_is_daily


def test_local_roles_that_are_refused(cast: Cast) -> None:
    category = cast.roles["community.member"].category
    local = LocalRole(category, "网格党员")
    refused(
        cast, "must not be waivable", adjustment(cast, role=None), lines(LOCAL, tuple(LOCAL)), local=local
    )
    refused(cast, "points total 90", adjustment(cast, role=None), lines({"essay": (1, 90)}), local=local)
    refused(cast, "points total 0", adjustment(cast, role=None), [], local=local)
    refused(
        cast, "stands in the list twice", adjustment(cast, role=None),
        lines({"essay": (1, 50)}) + lines({"essay": (2, 50)}), local=local,
    )  # fmt: skip
    taken = LocalRole(category, " 普通黨員 ")
    refused(cast, "A role of this name exists", adjustment(cast, role=None), lines(LOCAL), local=taken)


def test_a_local_role_stays_in_its_branch(cast: Cast) -> None:
    row = adjustment(cast, role=None)
    local = LocalRole(cast.roles["community.member"].category, "网格党员")
    adopt_adjustment(by=cast.operator, adjustment=row, lines=lines(LOCAL), local=local)
    elsewhere = adjustment(cast, "DT0102", role=row.role)
    with pytest.raises(Refused, match="This role exists in 东塘第一党支部 only"):
        adopt_adjustment(by=cast.operator, adjustment=elsewhere, lines=lines({"essay": (1, 100)}))
