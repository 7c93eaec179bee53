"""Which scheme and which standard govern: the nearest organisation, the newest in force, its adjustments."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from members.enums import OrganisationKind
from members.models import Role
from members.services import organisations
from scoring.models import ActivityKind, Adjustment, AdjustmentLine, Indicator
from scoring.rules.daily import daily_score
from scoring.rules.terms import Excess, Kind, Record, Requirement
from scoring.services.adjustments import LocalRole, adopt_adjustment
from scoring.services.kind_rules import KindRules
from scoring.services.published import forget
from scoring.services.schemes import load_scheme
from scoring.services.standards import StandardsBook
from tests.cast import SCHEME, Cast
from tests.golden.roles import STANDARDS

SECOND = Path(__file__).parents[1] / "fixtures/second-scheme.toml"


@pytest.fixture
def second(cast: Cast) -> Cast:
    """The second scheme, in force from 2026 on, for XT and all below it."""
    load_scheme(by=cast.operator, source=SECOND.read_bytes(), organisation=cast.organisations["XT"])
    return cast


def path(cast: Cast, code: str) -> str:
    return str(cast.organisations[code].path)


def test_standards_are_those_of_the_table(cast: Cast) -> None:
    book = StandardsBook.for_year(2026)
    found = {row.role.code: row.standard for row in book.roles(path(cast, "DT0101")) if row.scored}
    assert found == STANDARDS


def test_a_role_that_is_not_scored(cast: Cast) -> None:
    elderly = StandardsBook.for_year(2026).role(path(cast, "DT0101"), cast.roles["elderly.member"].pk)
    assert elderly is not None
    assert (elderly.scored, elderly.requirements) == (False, ())


def test_nearest_scheme_governs(second: Cast) -> None:
    book = StandardsBook.for_year(2026)
    governing = {code: book.scheme(path(second, code)) for code in ("DT", "DT010101", "XT", "XT01")}
    assert {code: scheme.code for code, scheme in governing.items() if scheme} == {
        "DT": "dongtang-2015", "DT010101": "dongtang-2015", "XT": "river-2026", "XT01": "river-2026",
    }  # fmt: skip
    warden, member = Role.objects.get(code="village.warden"), second.roles["community.member"]
    assert book.role(path(second, "XT01"), member.pk) is None, "the nearer scheme does not know it"
    assert book.role(path(second, "DT0101"), warden.pk) is None
    found = book.role(path(second, "XT01"), warden.pk)
    assert found is not None
    assert found.standard.bonus_cap == 1250
    assert found.standard.requirements == (
        Requirement("dike_patrol", Kind.COUNTED, 40, 6250, False, Excess(25, 5, 400)),
        Requirement("ferry_post", Kind.STANDING, 1, 1750, True),
        Requirement("bearing", Kind.JUDGED, None, 2000),
    )


def test_a_second_scheme_scores_without_code(second: Cast) -> None:
    """40 km asked for and 50 done: 62.50, and 2 steps of 5 km at 0.25; no post: 17.50 lost; conduct 20."""
    warden = Role.objects.get(code="village.warden")
    found = StandardsBook.for_year(2026).role(path(second, "XT01"), warden.pk)
    assert found is not None
    daily = daily_score(found.standard, 12, Record(done={"dike_patrol": 50}))
    assert (daily.base, daily.bonus, daily.daily) == (8250, 50, 8300)


def test_a_scheme_not_yet_in_force_is_passed_over(second: Cast) -> None:
    scheme = StandardsBook.for_year(2025).scheme(path(second, "XT01"))
    assert scheme is not None
    assert scheme.code == "dongtang-2015"
    assert StandardsBook.for_year(2014).scheme(path(second, "XT01")) is None
    assert StandardsBook.for_year(2014).roles(path(second, "XT01")) == []


def test_a_scheme_from_2_january_governs_the_next_year(second: Cast) -> None:
    later = (
        SECOND.read_text(encoding="utf-8")
        .replace("2026-01-01", "2027-01-02")
        .replace("version = 1", "version = 2")
    )
    load_scheme(by=second.operator, source=later.encode(), organisation=second.organisations["XT"])
    versions = {
        year: StandardsBook.for_year(year).scheme(path(second, "XT01")) for year in (2026, 2027, 2028)
    }
    assert {year: scheme.version for year, scheme in versions.items() if scheme} == {
        2026: 1,
        2027: 1,
        2028: 2,
    }


def test_of_two_versions_of_one_day_the_newer_governs(second: Cast) -> None:
    again = SECOND.read_text(encoding="utf-8").replace("version = 1", "version = 2")
    load_scheme(by=second.operator, source=again.encode(), organisation=second.organisations["XT"])
    scheme = StandardsBook.for_year(2026).scheme(path(second, "XT01"))
    assert scheme is not None
    assert scheme.version == 2


@pytest.mark.parametrize(
    "kind,role,indicator",
    [
        ("meeting", "organ.member", "org_life"),
        ("meeting", "in_service.member", "community_life"),
        ("party_day", "community.member", "org_life"),
        ("party_day", "in_service.member", "community_life"),
        ("training", "in_service.member", "training"),
        ("volunteering", "community.student", "volunteer"),
        ("volunteering", "organ.leader", "community_activity"),
        ("volunteering", "in_service.member", "volunteer"),
        ("into_community", "organ.member", "community_activity"),
        ("into_community", "in_service.member", "volunteer"),
    ],
)
def test_indicator_of_an_activity(cast: Cast, kind: str, role: str, indicator: str) -> None:
    found = KindRules.for_year(2026).indicator_of(
        ActivityKind.objects.get(code=kind).pk, path(cast, "DT0101"), cast.roles[role]
    )
    assert found == Indicator.objects.get(code=indicator).pk


def test_an_activity_that_counts_for_nothing(second: Cast) -> None:
    rules = KindRules.for_year(2026)
    meeting = ActivityKind.objects.get(code="meeting").pk
    assert rules.indicator_of(meeting, path(second, "XT01"), Role.objects.get(code="crew.pilot")) is None


def test_awards_and_bands_are_those_of_the_governing_scheme(second: Cast) -> None:
    book = StandardsBook.for_year(2026)
    assert sorted(book.award_points(path(second, "DT0101")).values()) == [100, 200, 400, 600, 800, 1000]
    assert list(book.award_points(path(second, "XT01")).values()) == [750]
    scheme = book.scheme(path(second, "XT01"))
    assert scheme is not None
    assert [(band.code, band.lower) for band in book.bands(scheme)] == [
        ("excellent", Decimal("88.50")), ("pass", 50), ("fail", 0),
    ]  # fmt: skip


def adjust(cast: Cast, code: str, essays: int) -> None:
    """The branch asks a community member for so many essays in 2026, everything else as it is."""
    quotas = {"org_life": 6, "volunteer": 3, "essay": essays, "dues": 12, "org_task": None, "conduct": None}
    points = {"org_life": 40, "volunteer": 30, "essay": 12, "dues": 8, "org_task": 5, "conduct": 5}
    adopt_adjustment(
        by=cast.operator,
        adjustment=Adjustment(
            organisation=cast.organisations[code],
            year=2026,
            role=cast.roles["community.member"],
            resolution_on=date(2026, 1, 10),
            present=20,
            votes_for=15,
            resolution="同意",
        ),
        lines=[
            AdjustmentLine(indicator=Indicator.objects.get(code=name), quota=quota, points=points[name])
            for name, quota in quotas.items()
        ],
    )


def test_the_nearest_adjustment_governs(cast: Cast) -> None:
    adjust(cast, "DT01", essays=2)
    adjust(cast, "DT0101", essays=4)
    book = StandardsBook.for_year(2026)
    role = cast.roles["community.member"].pk

    def essays(code: str) -> int | None:
        found = book.role(path(cast, code), role)
        row = found.requirement("essay") if found else None
        return row.quota if row else None

    assert {code: essays(code) for code in ("DT", "DT01", "DT0102", "DT0101", "DT010101", "DT0201")} == {
        "DT": 1, "DT01": 2, "DT0102": 2, "DT0101": 4, "DT010101": 4, "DT0201": 1,
    }  # fmt: skip
    assert [row.role.code for row in book.adjustments(path(cast, "DT010101"))] == ["community.member"]
    assert book.adjustments(path(cast, "DT0201")) == []
    other = StandardsBook.for_year(2027).role(path(cast, "DT0101"), role)
    assert other is not None
    assert other.adjustment is None, "an adjustment is for one year"


def test_a_nearer_scheme_leaves_an_adjustment_above_behind(cast: Cast) -> None:
    adjust(cast, "DT01", essays=2)
    load_scheme(by=cast.operator, source=SCHEME.read_bytes(), organisation=cast.organisations["DT0101"])
    role = cast.roles["community.member"].pk
    same = StandardsBook.for_year(2026).role(path(cast, "DT0101"), role)
    assert same is not None
    assert same.adjustment is not None, "the same scheme: the adjustment fits"
    load_scheme(by=cast.operator, source=SECOND.read_bytes(), organisation=cast.organisations["DT0102"])
    assert StandardsBook.for_year(2026).role(path(cast, "DT0102"), role) is None


def test_adjusted_rows_keep_words_and_clauses(cast: Cast) -> None:
    adjust(cast, "DT0101", essays=4)
    book = StandardsBook.for_year(2026)
    found = book.role(path(cast, "DT0101"), cast.roles["community.member"].pk)
    assert found is not None
    assert found.adjustment is not None
    assert [(row.wording_hans, row.clause) for row in found.requirements] == [
        (row.wording_hans, row.clause) for row in found.unadjusted
    ]
    assert found.requirements[2].clause == "三(一)2(3)"
    excess = found.requirements[2].terms.excess
    assert excess == Excess(50, 1, 200), "the excess is the scheme's"


def test_queries_do_not_grow_with_the_tree(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    member = cast.roles["community.member"].pk
    kind = ActivityKind.objects.get(code="meeting").pk
    adjust(cast, "DT01", essays=2)
    for number in range(20):
        organisations.found(
            by=cast.operator, code=f"N{number}", name=f"支部{number}", kind=OrganisationKind.BRANCH,
            parent=cast.organisations["DT02"],
        )  # fmt: skip
    local = LocalRole(category=cast.roles["community.member"].category, name_hans="网格党员")
    lines = [AdjustmentLine(indicator=Indicator.objects.get(code="org_life"), quota=4, points=100)]
    adopt_adjustment(
        by=cast.operator,
        adjustment=Adjustment(
            organisation=cast.organisations["DT0201"], year=2026, resolution_on=date(2026, 1, 9),
            present=9, votes_for=9, resolution="同意",
        ),
        lines=lines,
        local=local,
    )  # fmt: skip
    paths = [str(row.path) for row in type(cast.organisations["DT"]).objects.all()]
    # scopes, where there are adjustments, these and their lines; of a scheme not read before itself, its
    # rules, awards, bands, interpretations, requirements and roles
    forget()
    for queries in (11, 4):
        with django_assert_num_queries(queries):
            book = StandardsBook.for_year(2026)
            for place in paths:
                book.role(place, member)
                book.award_points(place)
    # A place that no adjustment reaches reads none of them.
    with django_assert_num_queries(2):
        StandardsBook.for_year(2026).role(path(cast, "DT02"), member)
    role = cast.roles["community.member"]
    # scopes, rules, roles
    with django_assert_num_queries(3):
        rules = KindRules.for_year(2026)
        for place in paths:
            rules.indicator_of(kind, place, role)
