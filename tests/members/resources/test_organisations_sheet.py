"""The sheet of organisations: made in any order, renamed, moved; a tree that cannot stand is refused."""

import pytest

from members.errors import OutOfScope
from members.models import LogRow, Organisation
from tests.imports import fields, imported, parent_of, preview, refused, verbs

HEADER = "组织编码 名称 类型 上级编码"


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def test_made_with_parents_after_children(cast):
    found = imported("organisations", cast.operator, HEADER,
                     ["NB0101", "一支部", "党支部", "NB01"], ["NB0101G", "一小组", "党小组", "NB0101"],
                     ["NB01", "总支", "党总支", "NB"], ["NB", "北街工委", "街道工委", None])  # fmt: skip
    assert verbs(found) == ["new"] * 4
    assert [parent_of(code) for code in ("NB0101G", "NB0101", "NB01", "NB")] == ["NB0101", "NB01", "NB", None]
    assert Organisation.objects.find_problems() == ([], [], [], [], [])


def test_headers_and_kinds_in_traditional_script_and_any_order(cast):
    imported(
        "organisations",
        cast.operator,
        ["類型", "上級編碼", "名稱", "組織編碼"],
        ["黨總支", "DT", "新總支", "DT03"],
    )
    assert (Organisation.objects.get(code="DT03").kind, parent_of("DT03")) == ("general_branch", "DT")


def test_renamed_and_moved_with_all_below(cast):
    found = imported("organisations", cast.operator, HEADER, ["DT0101", "东塘中心党支部", "党支部", "DT02"],
                     ["DT0102", "东塘第二党支部", "党支部", None])  # fmt: skip
    assert verbs(found) == ["changed", "same"]
    assert fields(found) == [[("名称", "东塘第一党支部", "东塘中心党支部"), ("上级编码", "DT01", "DT02")]]
    assert (parent_of("DT0101"), parent_of("DT010101"), parent_of("DT0102")) == ("DT02", "DT0101", "DT01")
    assert Organisation.objects.find_problems() == ([], [], [], [], [])
    row = LogRow.objects.first()
    key = str(Organisation.objects.get(code="DT0101").pk)
    assert row.verb == "import organisations"
    assert row.before["members.organisation"][key]["parent"] == "DT01"
    assert row.after["changed"]["members.organisation"][key]["parent"] == "DT02"


def test_two_that_change_places(cast):
    imported(
        "organisations", cast.operator, HEADER, ["A", "甲", "街道工委", None], ["B", "乙", "街道工委", "A"]
    )
    imported(
        "organisations", cast.operator, HEADER, ["B", "乙", "街道工委", "DT"], ["A", "甲", "街道工委", "B"]
    )
    assert (parent_of("A"), parent_of("B")) == ("B", "DT")


def test_new_ones_under_one_of_a_new_kind(cast):
    imported("organisations", cast.operator, HEADER, ["DT0102", "东塘第二党总支", "党总支", "DT"],
             ["DT010201", "新支部", "党支部", "DT0102"])  # fmt: skip
    assert (parent_of("DT0102"), parent_of("DT010201")) == ("DT", "DT0102")


def test_what_cannot_stand(cast):
    assert refused("organisations", cast.operator, HEADER,
                   ["N1", "一", "党支部", "NOWHERE"], ["DT01", "东塘社区党总支", "党总支", "DT0101"],
                   ["N2", "二", "党小组", None], ["N3", "三", "党支部", "DT0201"],
                   ["N5", "五", "党委", "DT02"]) == [
        (2, "上级编码", "there is no organisation of this code"),
        (3, "上级编码", "an organisation cannot stand below itself"),
        (4, "上级编码", "a Group needs an organisation above it"),
        (5, "上级编码", "N3: a Branch cannot stand under a Branch"),
        (6, "上级编码", "N5: a Committee cannot stand under a General branch"),
    ]  # fmt: skip


def test_cells_that_mean_nothing(cast):
    assert refused("organisations", cast.operator, HEADER, ["N4", "四", "俱乐部", "DT"],
                   ["坏!", "五", "党支部", "DT"], ["N6", None, "党支部", "DT"]) == [
        (2, "类型", "unknown; one of 街道工委, 党委, 党总支, 党支部, 党小组"),
        (3, "组织编码", "A code has letters, digits, dots and dashes only."),
        (4, "名称", "is empty"),
    ]  # fmt: skip


def test_a_kind_that_those_below_do_not_allow(cast):
    assert refused("organisations", cast.operator, HEADER, ["DT01", "东塘社区党总支", "党支部", None]) == [
        (2, "类型", "DT0101: a Branch cannot stand under a Branch"),
        (2, "类型", "DT0102: a Branch cannot stand under a Branch"),
    ]


def test_one_code_twice(cast):
    row = ["N1", "一", "党支部", "DT"]
    assert verbs(imported("organisations", cast.operator, HEADER, row, row)) == ["new", "same"]
    assert refused("organisations", cast.operator, HEADER, row, ["N1", "二", "党支部", "DT"]) == [
        (3, "组织编码", "says something else of the same record than row 2")
    ]


def test_only_an_administrator(cast):
    row = ["N1", "一", "党支部", "DT"]
    assert preview("organisations", cast.by(cast.administrator), HEADER, row).ok
    with pytest.raises(OutOfScope):
        preview("organisations", cast.by(cast.owner), HEADER, row)
