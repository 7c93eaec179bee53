"""An organisation stays where it is when a closed year would get other rules or ranks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from members.errors import Refused
from members.models import ImportBatch, Organisation, YearLock
from members.services import log, organisations
from members.services.import_tree import Reform, import_organisations
from members.services.importing import Source
from members.services.undoing import look, undo_import
from scoring.services.schemes import load_scheme
from tests import rows
from tests.cast import SCHEME, Cast
from tests.members.test_undo import taken_in


@pytest.fixture(autouse=True)
def in_english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


def close(cast: Cast, number: str = "M001", year: int = rows.YEAR) -> None:
    YearLock.objects.create(member=cast.members[number], year=year, locked_at=cast.now)


def move(cast: Cast, code: str, parent: str | None) -> None:
    organisations.move(
        by=cast.operator, organisation=Organisation.objects.get(code=code),
        parent=Organisation.objects.get(code=parent) if parent else None,
    )  # fmt: skip


def reform(cast: Cast, code: str, parent: str | None = None, kind: str = "branch") -> None:
    import_organisations(
        by=cast.operator,
        source=Source("organisations", "表.xlsx", "0" * 64, 1, (0, 1), log.head_hash()),
        foundings=[],
        reforms=[Reform(code, cast.organisations[code].name, kind, parent)],
    )


def refused(action: Callable[[], object]) -> str:
    """Why it is refused; that it leaves the tree as it was."""
    before = list(Organisation.objects.values_list("code", "path", "kind"))
    with pytest.raises(Refused) as refusal:
        action()
    assert list(Organisation.objects.values_list("code", "path", "kind")) == before
    assert refusal.value.code == "closed" or refusal.value.error_list[0].code == "closed"
    return " ".join(refusal.value.messages)


WAYS = [move, reform]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("adjusted", ["DT01", "DT02"])
def test_not_away_from_an_adjustment_nor_below(cast: Cast, way: Callable[..., None], adjusted: str) -> None:
    rows.adjustment(cast, adjusted)
    close(cast)
    assert "other requirements would hold" in refused(lambda: way(cast, "DT0101", "DT02"))


@pytest.mark.parametrize("way", WAYS)
def test_not_below_another_scheme(cast: Cast, way: Callable[..., None]) -> None:
    source = SCHEME.read_bytes().replace(b'code = "dongtang-2015"', b'code = "chengnan-2015"', 1)
    load_scheme(by=cast.operator, source=source, organisation=cast.organisations["DT02"])
    close(cast)
    assert "other requirements would hold" in refused(lambda: way(cast, "DT0101", "DT02"))


@pytest.mark.parametrize("way", WAYS)
def test_a_move_that_alters_no_closed_year_is_made(cast: Cast, way: Callable[..., None]) -> None:
    """What is adjusted above both, or in another year, or for others, does not matter."""
    rows.adjustment(cast, "DT")
    rows.adjustment(cast, "DT01")
    close(cast, year=rows.YEAR - 1)
    close(cast, "M101")
    way(cast, "DT0101", "DT02")
    assert Organisation.objects.get(code="DT0101").path.startswith(Organisation.objects.get(code="DT02").path)


def test_who_left_before_the_closed_year_does_not_hold_it_back(cast: Cast) -> None:
    from members.services import roster

    rows.adjustment(cast, "DT01")
    for number in ("M001", "M002", "M003", "M004"):
        roster.transfer(
            by=cast.operator, member=cast.members[number], organisation=cast.organisations["DT0102"],
            role=cast.roles["community.member"], start=date(rows.YEAR - 1, 3, 1),
        )  # fmt: skip
    close(cast)
    move(cast, "DT0101", "DT02")


def test_a_group_is_not_moved_to_another_unit(cast: Cast) -> None:
    close(cast, "M004")
    assert "ranked with those of another unit" in refused(lambda: move(cast, "DT010101", "DT0102"))
    close(cast, "M101")
    move(cast, "DT0201", "DT01")  # a branch takes its unit along


@pytest.mark.parametrize("way", WAYS)
def test_a_group_is_not_moved_into_a_unit_whose_year_is_closed(cast: Cast, way: Callable[..., None]) -> None:
    """Its own members have that year open."""
    group = organisations.found(
        by=cast.operator, code="DT010201", name="二组", kind="group", parent=cast.organisations["DT0102"]
    )
    cast.organisations["DT010201"] = group
    facts = {} if way is move else {"kind": "group"}
    cast.admit("M300", "组员", "DT010201")
    close(cast)
    assert "reopens it first" in refused(lambda: way(cast, "DT010201", "DT0101", **facts))
    cast.members["M300"].postings.update(start=date(rows.YEAR + 1, 1, 1))
    way(cast, "DT010201", "DT0101", **facts)


def test_a_branch_does_not_become_a_group_of_a_unit_whose_year_is_closed(cast: Cast) -> None:
    cast.admit("M301", "二支部", "DT0102")
    cast.admit("M050", "孙直属", "DT01")
    close(cast, "M050")
    place = cast.organisations["DT0102"]

    def become() -> None:
        organisations.correct(by=cast.operator, organisation=place, name=place.name, kind="group")

    assert "reopens it first" in refused(become)
    YearLock.objects.all().delete()
    become()


def test_an_import_that_moved_a_group_away_is_not_undone_into_a_closed_unit(
    cast: Cast, administrator
) -> None:  # type: ignore[no-untyped-def]
    lines = [["DT010101", "第一党小组", "党小组", "DT0102"]]
    batch: ImportBatch = taken_in(administrator, "organisations", "组织编码 名称 类型 上级编码", lines)
    close(cast)
    assert "reopens it first" in refused(lambda: undo_import(by=cast.operator, batch=batch))


@pytest.mark.parametrize("way", ["correct", "import"])
def test_a_branch_does_not_become_a_group_in_a_closed_year(cast: Cast, way: str) -> None:
    def become(code: str) -> None:
        place = cast.organisations[code]
        if way == "correct":
            organisations.correct(by=cast.operator, organisation=place, name=place.name, kind="group")
        else:
            reform(cast, code, kind="group")

    close(cast)
    assert "another unit" in refused(lambda: become("DT0101"))
    become("DT0102")
    assert Organisation.objects.get(code="DT0102").kind == "group"


def test_an_import_that_moved_is_not_undone_over_a_closed_year(cast: Cast, administrator) -> None:  # type: ignore[no-untyped-def]
    lines = [["DT0101", "东塘第一党支部", "党支部", "DT02"]]
    batch: ImportBatch = taken_in(administrator, "organisations", "组织编码 名称 类型 上级编码", lines)
    rows.adjustment(cast, "DT02")
    look(by=cast.operator, batch=batch)
    close(cast)
    assert "other requirements" in refused(lambda: look(by=cast.operator, batch=batch))
    assert "other requirements" in refused(lambda: undo_import(by=cast.operator, batch=batch))
